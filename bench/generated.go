package bench

import (
	"fmt"

	"callout/bench/city"

	calloutv1 "callout/api/callout/v1"
)

// generated sets are made up by bench/city and need no files. The names of their instances have the number of jobs and the seed.
var generated = map[string]func(name string, o city.Options) (*Instance, error){
	// Days with all that the API has: soft windows, parts and tools, depots, levels, overtime.
	"vienna": func(name string, o city.Options) (*Instance, error) {
		return &Instance{Name: name, Problem: city.Generate(o).GetProblem(), Optional: true}, nil
	},
	// Days that hang on parts: a stock network of three levels with lanes.
	"stock": func(name string, o city.Options) (*Instance, error) {
		return &Instance{Name: name, Problem: city.StockDay(o.Jobs, o.Seed).GetProblem(), Optional: true}, nil
	},
	// The people, places and hours of vienna, cut down to what other solvers can express.
	"day": func(name string, o city.Options) (*Instance, error) {
		return plainDay(name, city.Generate(o).GetProblem(), false)
	},
	// With lunch.
	"lunch": func(name string, o city.Options) (*Instance, error) {
		return plainDay(name, city.Generate(o).GetProblem(), true)
	},
}

// days lists a generated set.
func days(set string, generate func(string, city.Options) (*Instance, error)) []entry {
	var out []entry
	seeds := uint64(3)
	if set == "stock" {
		seeds = 5
	}
	for _, jobs := range []int{50, 200, 1000} {
		for seed := range seeds {
			name := fmt.Sprintf("%s_%d_%d", set, jobs, seed+1)
			o := city.Options{Jobs: jobs, Technicians: (jobs + 6) / 7, Seed: seed + 1}
			out = append(out, entry{name, func() (*Instance, error) { return generate(name, o) }})
		}
	}
	return out
}

// secondsLost is the price of a job left out, in seconds driven, by its priority.
func secondsLost(priority int32) int64 {
	switch {
	case priority >= 75:
		return 8 * 3600
	case priority >= 50:
		return 4 * 3600
	case priority >= 25:
		return 2 * 3600
	}
	return 3600
}

// plainDay keeps homes, shifts, one lunch where it is wanted, skills without their levels, and of each job the first hard window,
// else the first promise, made hard. Travel is a straight line with a detour of 1.35 at 8 m/s; seconds driven are the cost.
func plainDay(name string, p *calloutv1.Problem, lunch bool) (*Instance, error) {
	d := &fsDay{
		Format: fieldServiceFormat, Name: name,
		Travel: &fsTravel{Kind: "haversine", Detour: 1.35, Speed: 8},
	}
	midnight := p.GetNow().GetSeconds() - 6*3600
	number := make(map[string]int)
	for k, l := range p.GetLocations() {
		number[l.GetId()] = k
		d.Locations = append(d.Locations, []float64{l.GetPosition().GetLatitude(), l.GetPosition().GetLongitude()})
	}
	skills := make(map[string]int)
	skill := func(id string) int {
		if _, known := skills[id]; !known {
			skills[id] = len(skills)
			d.Skills = append(d.Skills, id)
		}
		return skills[id]
	}
	for _, t := range p.GetTechnicians() {
		s := t.GetShifts()[0]
		home := number[s.GetStartLocationId()]
		e := fsEmployee{
			ID: t.GetId(), Home: &home,
			Shift: []int64{s.GetEarliestStart().GetSeconds() - midnight, s.GetLatestEnd().GetSeconds() - midnight},
		}
		for _, has := range t.GetSkills() {
			e.Skills = append(e.Skills, skill(has.GetSkill()))
		}
		for _, b := range s.GetBreaks() {
			if lunch && b.GetId() == "lunch" {
				e.Break = &fsBreak{
					Duration: b.GetDuration().GetSeconds(),
					Window:   []int64{b.GetEarliestStart().GetSeconds() - midnight, b.GetLatestStart().GetSeconds() - midnight},
				}
			}
		}
		d.Technicians = append(d.Technicians, e)
	}
	for _, j := range p.GetJobs() {
		loc, long, price := number[j.GetLocationId()], j.GetServiceDuration().GetSeconds(), secondsLost(j.GetPriority())
		out := fsJob{ID: j.GetId(), Loc: &loc, Duration: &long, Priority: j.GetPriority(), Penalty: &price, Window: plainWindow(j, midnight)}
		for _, need := range j.GetSkills().GetAllOf() {
			out.Skills = append(out.Skills, skill(need.GetSkill()))
		}
		if anyOf := j.GetSkills().GetAnyOf(); len(out.Skills) == 0 && len(anyOf) > 0 {
			out.Skills = append(out.Skills, skill(anyOf[0].GetSkill()))
		}
		d.Jobs = append(d.Jobs, out)
	}
	if err := d.check(); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return &Instance{Name: name, Format: FieldService, Problem: d.problem(), Optional: true}, nil
}

// plainWindow is the one window that a plain job has; all day where there is none.
func plainWindow(j *calloutv1.Job, midnight int64) []int64 {
	for _, kind := range []calloutv1.WindowKind{
		calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY, calloutv1.WindowKind_WINDOW_KIND_UNSPECIFIED,
		calloutv1.WindowKind_WINDOW_KIND_PROMISE, calloutv1.WindowKind_WINDOW_KIND_SLA,
	} {
		for _, w := range j.GetWindows() {
			if w.GetKind() == kind {
				return []int64{w.GetStart().GetSeconds() - midnight, w.GetEnd().GetSeconds() - midnight}
			}
		}
	}
	return []int64{max(0, j.GetReleaseTime().GetSeconds()-midnight), 24 * 3600}
}
