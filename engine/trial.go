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
// breaks a rule that was not lifted. What a place costs is told from the first try on, which lifts nothing.
func (x *excerpt) try(set lift) *trial {
	in, err := route.Compile(x.relaxed(set))
	if err != nil {
		return nil
	}
	if set != 0 && !x.allowed(in) {
		return nil
	}
	sol, ok := x.load(in)
	if !ok {
		return nil
	}
	x.loaded = true
	if set == 0 {
		x.before = sol.Terms()
		x.before[model.Unassigned] -= x.Jobs[x.job].Unassigned
	}
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
	if set&liftReturns != 0 {
		for k := range plan.Routes {
			x.Land(&plan.Routes[k], x.Held(model.ShiftIdx(k)))
		}
	}
	report := check.Plan(&x.Problem, plan)
	for _, v := range report.Violations {
		if liftOf(v.Code)&set == 0 {
			return nil
		}
	}
	t := &trial{set: set, shift: model.ShiftIdx(shift), violations: report.Violations, terms: report.Terms}
	t.terms.Sub(&x.before)
	return t
}

// allowed tells whether any shift may do the excerpt's job at all.
func (x *excerpt) allowed(in *route.Instance) bool {
	for k := range x.Shifts {
		if in.Compatible(model.ShiftIdx(k), int32(x.job)) {
			return true
		}
	}
	return false
}

// load puts the excerpt's routes on an instance of its shape. It reports false where they do not fit. Routes are supplied as they
// are put on, and one may take from the van what another needs: the one that comes off worst then comes first.
func (x *excerpt) load(in *route.Instance) (*route.Solution, bool) {
	plan := model.Plan{Routes: slices.Clone(x.routes.Routes)}
	for range plan.Routes {
		sol := route.NewSolution(in, route.NewContext(in, nil))
		dropped := slices.DeleteFunc(sol.Load(&plan), func(d route.Dropped) bool { return d.Why == route.DropIdle })
		if len(dropped) == 0 {
			return sol, true
		}
		at := slices.IndexFunc(plan.Routes, func(r model.Route) bool { return r.Shift == dropped[0].Shift })
		worst := plan.Routes[at]
		plan.Routes = slices.Insert(slices.Delete(plan.Routes, at, at+1), 0, worst)
	}
	return nil, false
}

// lifts are the rules that the trial's violations concern.
func (t *trial) lifts() lift {
	var set lift
	for _, v := range t.violations {
		set |= liftOf(v.Code) & t.set
	}
	return set
}

// supply gives the visit of the excerpt's job what is left for it. The rest is what is missing.
func (x *excerpt) supply(plan *model.Plan, r *model.Route) {
	at := slices.IndexFunc(r.Stops, func(s model.Stop) bool { return s.Kind == model.Visit && s.Job == x.job })
	newLedger(&x.Problem, plan).supply(r, at)
}
