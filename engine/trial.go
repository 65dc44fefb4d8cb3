package engine

import (
	"slices"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/route"
)

// trial is the best place for the excerpt's job on the technician's routes once some rules are lifted, judged by the rules as
// they are.
type trial struct {
	set        lift
	shift      model.ShiftIdx // of the excerpt
	violations []check.Violation
	terms      model.Terms // what the plan costs more with the job, its own price left out
}

// try looks for a place with the rules of set lifted. There is none where it returns nil: also not where the plan that comes out
// breaks a rule that was not lifted.
func (x *excerpt) try(set lift) *trial {
	in, sol, ok := x.load(x.relaxed(set))
	if !ok {
		return nil
	}
	before := x.costs(sol.Plan())
	shift, place := int32(-1), route.Insertion{Cost: route.NoPlace}
	for k := range x.Shifts {
		if !in.Compatible(model.ShiftIdx(k), int32(x.job)) {
			continue
		}
		if at := sol.BestBelow(int32(k), int32(x.job), route.NoPlace); at.Cost < place.Cost {
			shift, place = int32(k), at
		}
	}
	if shift < 0 || !sol.Insert(shift, int32(x.job), place) {
		return nil
	}
	plan := sol.Plan()
	if set&liftSupply != 0 {
		x.supply(plan, &plan.Routes[shift])
	}
	report := check.Plan(&x.Problem, plan)
	for _, v := range report.Violations {
		if liftOf(v.Code)&set == 0 {
			return nil
		}
	}
	t := &trial{set: set, shift: model.ShiftIdx(shift), violations: report.Violations, terms: report.Terms}
	t.terms.Sub(&before)
	return t
}

// costs are the terms of a plan without the price of the excerpt's job, which the plan leaves out.
func (x *excerpt) costs(plan *model.Plan) model.Terms {
	report := check.Plan(&x.Problem, plan)
	report.Terms[model.Unassigned] -= x.Jobs[x.job].Unassigned
	return report.Terms
}

// lifts are the rules that the trial's violations concern.
func (t *trial) lifts() lift {
	var set lift
	for _, v := range t.violations {
		set |= liftOf(v.Code)
	}
	return set
}

// supply gives the visit of the excerpt's job what is left for it. The rest is what is missing.
func (x *excerpt) supply(plan *model.Plan, r *model.Route) {
	at := slices.IndexFunc(r.Stops, func(s model.Stop) bool { return s.Kind == model.Visit && s.Job == x.job })
	newLedger(&x.Problem, plan).supply(r, at)
}
