package engine

import (
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/route"
)

// schedule times a route in its order: as cheaply as the rules allow. Where they cannot be kept it takes the times that miss them
// by the fewest seconds, out of two: the best ones when windows, the end of the shift and the caps may be missed, but no break,
// and those of forwardPass.
//
// The router's schedule is asked for a problem in which every stop is a job of its own. So it times what a person may have
// written and the search never would: the same job twice, a call at a node that gives nothing, a technician who may not.
func schedule(p *model.Problem, r *model.Route) {
	x := lone(p, r)
	best, ok := x.timed(0)
	if !ok {
		best = x.sequence()
		forwardPass(&x.Problem, best)
		if late, ok := x.timed(liftWindows | liftEnd | liftCaps); ok && x.missed(late) < x.missed(best) {
			best = late
		}
	}
	copyTimes(r, best)
}

// lone is an excerpt in which every stop of the route is a job that asks for nothing but its time.
func lone(p *model.Problem, r *model.Route) *excerpt {
	sh := p.Shifts[r.Shift]
	x := &excerpt{Problem: model.Problem{
		Objective: p.Objective, Now: p.Now, Profiles: make([]model.Profile, len(p.Profiles)),
		Technicians: make([]model.Technician, 1),
	}}
	tech := sh.Tech
	sh.Tech = self
	sh.Start, sh.End = x.place(p, sh.Start), x.place(p, sh.End)
	x.Shifts = []model.Shift{sh}
	for k := range r.Stops {
		s := &r.Stops[k]
		job := model.Job{Location: x.place(p, p.Location(s))}
		if s.Kind == model.Pickup {
			node := &p.Nodes[s.Node]
			job.Service = node.Handling
			for _, open := range node.Open {
				job.Windows = append(job.Windows, model.Window{Kind: model.Availability, From: open.From, To: open.To})
			}
		} else {
			from := &p.Jobs[s.Job]
			job.Service = p.ServiceTime(s.Job, tech)
			job.Release, job.Windows, job.Response, job.Risk = from.Release, from.Windows, from.Response, from.Risk
		}
		x.Jobs = append(x.Jobs, job)
	}
	x.travel(p)
	return x
}

// timed asks for the schedule of all jobs of a lone excerpt in their order, with rules lifted for all of them.
func (x *excerpt) timed(set lift) (*model.Route, bool) {
	p := x.relaxed(set)
	stops := make([]int32, len(p.Jobs))
	for k := range stops {
		stops[k] = int32(k)
		if set&liftWindows != 0 {
			p.Jobs[k].Windows = softened(x.Jobs[k].Windows)
		}
	}
	in, err := route.Compile(p)
	if err != nil {
		return nil, false
	}
	sol := route.NewSolution(in, route.NewContext(in, nil))
	if !sol.SetRoute(0, stops) {
		return nil, false
	}
	return &sol.Plan().Routes[0], true
}

// sequence is the route of all jobs of a lone excerpt in their order.
func (x *excerpt) sequence() *model.Route {
	r := &model.Route{Stops: make([]model.Stop, len(x.Jobs))}
	for k := range r.Stops {
		r.Stops[k].Job = model.JobIdx(k)
	}
	return r
}

// missed is by how many seconds a route of the excerpt misses the rules.
func (x *excerpt) missed(r *model.Route) int64 {
	var sum int64
	report := check.Plan(&x.Problem, &model.Plan{Routes: []model.Route{*r}})
	for _, v := range report.Violations {
		sum += v.Size
	}
	return sum
}

// copyTimes takes over times and breaks of a route with the same stops.
func copyTimes(to, from *model.Route) {
	to.Depart, to.Finish, to.Breaks = from.Depart, from.Finish, from.Breaks
	for k := range to.Stops {
		s := &from.Stops[k]
		to.Stops[k].Arrival, to.Stops[k].Start, to.Stops[k].End = s.Arrival, s.Start, s.End
	}
}
