package bench

import (
	"fmt"
	"slices"

	"callout/solver/model"
)

// peerProblem is a problem in the form that the runners of other solvers read. Times and travel are whole seconds. What is to be
// as low as possible is the time driven plus the prices of jobs left out.
type peerProblem struct {
	Durations [][]int32     `json:"durations"` // [from][to]
	Jobs      []peerJob     `json:"jobs"`
	Vehicles  []peerVehicle `json:"vehicles"`
	Skills    int           `json:"skills"` // how many there are
}

type peerJob struct {
	Location int   `json:"location"`
	Service  int64 `json:"service"`
	From     int64 `json:"from"` // earliest and latest start of service
	To       int64 `json:"to"`
	Load     int64 `json:"load"`
	Skills   []int `json:"skills"`   // all of which the vehicle needs
	Price    int64 `json:"price"`    // of leaving the job out, in seconds driven
	Required bool  `json:"required"` // it has to be done
}

type peerVehicle struct {
	Start    int        `json:"start"`
	End      int        `json:"end"`
	From     int64      `json:"from"`
	To       int64      `json:"to"`
	Capacity int64      `json:"capacity"`
	Skills   []int      `json:"skills"`
	Break    *peerBreak `json:"break"` // owed by whoever works
}

type peerBreak struct {
	From     int64 `json:"from"` // earliest and latest start
	To       int64 `json:"to"`
	Duration int64 `json:"duration"`
}

// beyondError says what of a problem cannot be put to other solvers.
type beyondError struct{ what string }

func (e *beyondError) Error() string { return "other solvers are not asked for " + e.what }

// forPeers puts a problem into the form for other solvers. It returns a *beyondError where one of its features has no place there.
func forPeers(p *model.Problem, optional bool) (*peerProblem, error) {
	if what := beyond(p); what != "" {
		return nil, &beyondError{what}
	}
	out := new(peerProblem)
	m := p.Profiles[p.Shifts[0].Profile].Matrix
	for i := range m.N {
		out.Durations = append(out.Durations, m.Durations[i*m.N:(i+1)*m.N])
	}
	// A skill there is a skill at a level here.
	var skills []model.SkillLevel
	rate := p.Shifts[0].TravelRate
	for k := range p.Jobs {
		j := &p.Jobs[k]
		job := peerJob{
			Location: int(j.Location), Service: p.ServiceTime(model.JobIdx(k), 0), From: j.Release, To: horizon(p),
			Price: j.Unassigned / rate, Required: !optional, Skills: []int{},
		}
		for _, w := range j.Windows {
			job.From, job.To = max(j.Release, w.From), w.To
		}
		for _, part := range j.Parts {
			job.Load = part.Qty
		}
		for _, need := range j.AllOf {
			at := slices.Index(skills, need)
			if at < 0 {
				at = len(skills)
				skills = append(skills, need)
			}
			job.Skills = append(job.Skills, at)
		}
		out.Jobs = append(out.Jobs, job)
	}
	out.Skills = len(skills)
	for k := range p.Shifts {
		s := &p.Shifts[k]
		t := &p.Technicians[s.Tech]
		v := peerVehicle{Start: int(s.Start), End: int(s.End), From: s.Earliest, To: s.LatestEnd, Skills: []int{}}
		for _, q := range t.Stock {
			v.Capacity = q.Qty
		}
		for at, need := range skills {
			if has := t.Skill(need.Skill); has != nil && has.Level >= need.Level {
				v.Skills = append(v.Skills, at)
			}
		}
		for _, b := range s.Breaks {
			v.Break = &peerBreak{From: b.Earliest, To: b.Latest, Duration: b.Duration}
		}
		out.Vehicles = append(out.Vehicles, v)
	}
	return out, nil
}

// horizon is when the last shift ends.
func horizon(p *model.Problem) int64 {
	var t int64
	for k := range p.Shifts {
		t = max(t, p.Shifts[k].LatestEnd)
	}
	return t
}

// beyond names the first feature of a problem that the form for other solvers does not have; "" where it says it all.
func beyond(p *model.Problem) string {
	o := &p.Objective
	for _, rule := range []struct {
		broken bool
		what   string
	}{
		{len(p.Shifts) == 0 || len(p.Jobs) == 0, "nothing"},
		{len(p.Shifts) != len(p.Technicians), "several shifts"},
		{len(p.Nodes) > 0, "calls at depots"},
		{len(p.SKUs) > 1, "several parts"},
		{o.Tier != [model.NumTerms]uint8{}, "strict tiers"},
		{o.Balance != 0 || o.SurplusPerLevel != 0, "balance or prices of skill"},
	} {
		if rule.broken {
			return rule.what
		}
	}
	for k := range p.Shifts {
		if what := beyondShift(p, &p.Shifts[k]); what != "" {
			return what
		}
	}
	for k := range p.Jobs {
		if what := beyondJob(&p.Jobs[k]); what != "" {
			return what
		}
		for t := range p.Technicians {
			if p.ServiceTime(model.JobIdx(k), model.TechIdx(t)) != p.ServiceTime(model.JobIdx(k), 0) {
				return "services that depend on the technician"
			}
		}
	}
	return ""
}

func beyondShift(p *model.Problem, s *model.Shift) string {
	t, first := &p.Technicians[s.Tech], &p.Shifts[0]
	for _, rule := range []struct {
		broken bool
		what   string
	}{
		{s.Start == model.NoLoc || s.End == model.NoLoc, "open ends"},
		{s.Profile != first.Profile || p.Profiles[s.Profile].Matrix == nil, "several profiles of travel"},
		{s.TravelRate != first.TravelRate || s.TravelRate <= 0, "prices of driving that differ"},
		{s.Fixed != 0 || s.DistRate != 0 || s.WorkRate != 0 || t.VisitCost != 0, "prices of shifts, metres, work or visits"},
		{len(s.Overtime) > 0, "overtime"},
		{s.MaxWork < model.NoCap || s.MaxDrive < model.NoCap || s.MaxSpell < model.NoCap, "caps on work, driving or spells"},
		{len(s.Breaks) > 1, "several breaks"},
		{t.Area != nil || len(t.Certificates) > 0 || len(t.Tools) > 0, "areas, certificates or tools"},
	} {
		if rule.broken {
			return rule.what
		}
	}
	return ""
}

func beyondJob(j *model.Job) string {
	windows := len(j.Windows) > 1
	for _, w := range j.Windows {
		windows = windows || w.Kind != model.Availability || w.Binds != model.BindStart
	}
	for _, rule := range []struct {
		broken bool
		what   string
	}{
		{windows, "several windows, soft ones, or ends of service"},
		{len(j.AnyOf) > 0 || len(j.Certificates) > 0 || len(j.Tools) > 0, "a choice of skills, certificates or tools"},
		{len(j.Required) > 0 || len(j.Excluded) > 0 || len(j.Preferred) > 0, "wishes for technicians"},
		{j.Response != 0, "prices of waiting"},
		{len(j.Risk) > 0, "predicted work"},
	} {
		if rule.broken {
			return rule.what
		}
	}
	return ""
}

// peerPlan turns lists of jobs by vehicle into a plan without times.
func peerPlan(p *model.Problem, routes [][]int) (*model.Plan, error) {
	if len(routes) > len(p.Shifts) {
		return nil, fmt.Errorf("%d routes for %d vehicles", len(routes), len(p.Shifts))
	}
	plan := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
	seen := make([]bool, len(p.Jobs))
	for k := range plan.Routes {
		r := &plan.Routes[k]
		r.Shift = model.ShiftIdx(k)
		if k >= len(routes) || len(routes[k]) == 0 {
			continue
		}
		r.Depart = model.NoTime
		for _, j := range routes[k] {
			if j < 0 || j >= len(p.Jobs) {
				return nil, fmt.Errorf("route %d has job %d of %d", k, j, len(p.Jobs))
			}
			seen[j] = true
			r.Stops = append(r.Stops, model.Stop{Kind: model.Visit, Job: model.JobIdx(j)})
		}
	}
	for j, done := range seen {
		if !done {
			plan.Unassigned = append(plan.Unassigned, model.JobIdx(j))
		}
	}
	return plan, nil
}
