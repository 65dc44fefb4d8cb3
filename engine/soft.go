package engine

import "callout/solver/model"

// SoftViolation is a soft window that a visit misses: the one of its kind that costs least.
type SoftViolation struct {
	Kind  model.WindowKind
	Shift model.ShiftIdx
	Stop  int
	Job   model.JobIdx
	// Early and Late are by how many seconds; one of them is 0.
	Early, Late model.Duration
	Cost        model.Cost
}

// softViolations lists what a plan misses, in the order of shifts, stops and kinds, whether it costs anything or not.
func softViolations(p *model.Problem, plan *model.Plan) []SoftViolation {
	var out []SoftViolation
	for k := range plan.Routes {
		r := &plan.Routes[k]
		for s := range r.Stops {
			if r.Stops[s].Kind != model.Visit {
				continue
			}
			for kind := model.Availability + 1; kind < model.NumWindowKinds; kind++ {
				v := SoftViolation{Kind: kind, Shift: r.Shift, Stop: s, Job: r.Stops[s].Job}
				if v.miss(p, &r.Stops[s]) {
					out = append(out, v)
				}
			}
		}
	}
	return out
}

// miss fills in the cheapest way to miss the kind's windows, the nearest of equals. It is false where one is kept or there are
// none.
func (v *SoftViolation) miss(p *model.Problem, s *model.Stop) bool {
	found := false
	for _, w := range p.Jobs[v.Job].Windows {
		if w.Kind != v.Kind {
			continue
		}
		at := s.Start
		if w.Binds == model.BindEnd {
			at = s.End
		}
		early, late := max(0, w.From-at), max(0, at-w.To)
		if early == 0 && late == 0 {
			return false
		}
		cost := early*w.Early + late*w.Late
		if !found || cost < v.Cost || cost == v.Cost && early+late < v.Early+v.Late {
			found = true
			v.Early, v.Late, v.Cost = early, late, cost
		}
	}
	return found
}
