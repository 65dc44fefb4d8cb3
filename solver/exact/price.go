package exact

import (
	"fmt"
	"math/bits"
	"slices"

	"callout/solver/model"
)

// price is what a feasible plan costs.
func price(p *model.Problem, plan *model.Plan) model.Terms {
	var t model.Terms
	for k := range plan.Routes {
		if r := &plan.Routes[k]; len(r.Stops) > 0 {
			priceRoute(p, r, &t)
		}
	}
	for _, j := range plan.Unassigned {
		t[model.Unassigned] += p.Jobs[j].Unassigned
	}
	return t
}

func priceRoute(p *model.Problem, r *model.Route, t *model.Terms) {
	s := &p.Shifts[r.Shift]
	m := p.Profiles[s.Profile].Matrix
	t[model.Fixed] += s.Fixed
	at := s.Start
	sent := make(map[string]bool)
	drive := func(to model.LocIdx) {
		if at != model.NoLoc && to != model.NoLoc {
			t[model.Travel] += m.Duration(at, to) * s.TravelRate
			t[model.Distance] += m.Distance(at, to) * s.DistRate
		}
		at = to
	}
	for k := range r.Stops {
		st := &r.Stops[k]
		drive(p.Location(st))
		if st.Kind == model.Pickup {
			t[model.Parts] += p.Nodes[st.Node].Fixed
		} else {
			priceVisit(p, s.Tech, r, k, sent, t)
		}
	}
	drive(s.End)
	worked := r.Finish - r.Depart
	for _, b := range r.Breaks {
		if !s.Breaks[b.Break].Paid {
			worked -= b.End - b.Start
		}
	}
	t[model.WorkingTime] += worked * s.WorkRate
	t[model.Balance] += balanceCost(worked, p.Objective.Balance)
	for k, tier := range s.Overtime {
		until := r.Finish
		if k+1 < len(s.Overtime) {
			until = min(until, s.RegularEnd+s.Overtime[k+1].After)
		}
		t[model.Overtime] += max(0, until-s.RegularEnd-tier.After) * tier.Rate
	}
}

func priceVisit(p *model.Problem, tech model.TechIdx, r *model.Route, k int, sent map[string]bool, t *model.Terms) {
	st := &r.Stops[k]
	job := &p.Jobs[st.Job]
	surplus, rating, preference := staffing(p, job, tech)
	t[model.SkillSurplus] += surplus
	t[model.Rating] += rating
	t[model.Preference] += preference
	t[model.ResponseTime] += (st.Start - job.Release) * job.Response
	t[model.Lateness] += tardiness(job, st.Start, st.End)
	t[model.Risk] += hazard(job, st.Start)
	served := make(map[model.SKUIdx]bool)
	for _, sup := range st.Parts {
		if !served[sup.SKU] {
			served[sup.SKU] = true
			_, price := job.Serves(sup.SKU)
			t[model.Parts] += price
		}
		if sup.From == model.VanSource {
			continue
		}
		to, node := k, model.NoNode
		if sup.From != model.CourierSource {
			to, node = int(sup.From), r.Stops[sup.From].Node
		}
		if len(sup.Legs) > 0 {
			node = p.Lanes[sup.Legs[0].Lane].From
		}
		unit := unitPrice(p, node, sup.Lot, sup.SKU, job)
		key := fmt.Sprint(to, sup.Legs)
		for _, leg := range sup.Legs {
			unit += p.Lanes[leg.Lane].Unit
			if !sent[key] {
				t[model.Parts] += p.Lanes[leg.Lane].Fixed
			}
		}
		sent[key] = true
		t[model.Parts] += sup.Qty * unit
	}
}

// tardiness is what the soft windows of a job cost: of each kind the cheapest.
func tardiness(job *model.Job, start, end model.Time) model.Cost {
	var least [model.NumWindowKinds]model.Cost
	var seen [model.NumWindowKinds]bool
	for _, w := range job.Windows {
		at := start
		if w.Binds == model.BindEnd {
			at = end
		}
		cost := max(0, w.From-at)*w.Early + max(0, at-w.To)*w.Late
		if !seen[w.Kind] || cost < least[w.Kind] {
			least[w.Kind], seen[w.Kind] = cost, true
		}
	}
	var sum model.Cost
	for kind := model.Availability + 1; kind < model.NumWindowKinds; kind++ {
		sum += least[kind]
	}
	return sum
}

// hazard is what a failure before the visit costs.
func hazard(job *model.Job, start model.Time) model.Cost {
	if len(job.Risk) == 0 {
		return 0
	}
	at := job.Risk[0]
	if start < at.From {
		return at.Cost
	}
	for _, r := range job.Risk {
		if r.From > start {
			break
		}
		at = r
	}
	return at.Cost + at.Rate*(start-at.From)
}

// staffing is what it costs that this technician does the job, whenever he does.
func staffing(p *model.Problem, job *model.Job, tech model.TechIdx) (surplus, rating, preference model.Cost) {
	t := &p.Technicians[tech]
	for _, need := range job.AllOf {
		if has := t.Skill(need.Skill); has != nil {
			surplus += max(0, int64(has.Level)-int64(need.Level)) * p.Objective.SurplusPerLevel
		}
	}
	if len(job.Preferred) > 0 && !slices.Contains(job.Preferred, tech) {
		preference = job.NotPreferred
	}
	return surplus, t.VisitCost, preference
}

// perHour2 turns seconds squared into hours squared.
const perHour2 = 3600 * 3600

func balanceCost(worked model.Duration, price model.Cost) model.Cost {
	hi, lo := bits.Mul64(uint64(worked*worked), uint64(price))
	q, _ := bits.Div64(hi%perHour2, lo, perHour2)
	return model.Cost(q)
}
