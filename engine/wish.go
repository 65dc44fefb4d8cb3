package engine

import (
	"context"
	"slices"

	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
	"callout/solver/route"
	"callout/solver/search"
)

// Wish is what an event would cost, against the plan without it, both repaired in the same way.
type Wish struct {
	Day     *day.Day // as it would be
	Extra   model.Terms
	Changes []PlanChange // over Day
	// Broken are the rules that stand against it: the plan cannot have it.
	Broken []check.Violation
	// Strains are the rules that are broken with it whatever the plan, such as the end of a shift by work that takes longer.
	Strains []day.Broken
}

// wish prices an event that is not applied.
func (l *Live) wish(ctx context.Context, e *day.Event) (LiveAnswer, error) {
	with, without := l.day.Clone(), l.day.Clone()
	if verdict, why := with.Apply(e); why != nil {
		return LiveAnswer{ID: e.ID, Verdict: verdict, Refusals: []day.Refusal{*why}}, nil
	}
	without.Apply(&day.Event{ID: e.ID, Now: e.Now, Kind: day.TimePassed})
	around := with.Changes().Around
	a, before, err := l.repaired(ctx, without, around)
	if err != nil {
		return LiveAnswer{}, err
	}
	b, after, err := l.repaired(ctx, with, around)
	if err != nil {
		return LiveAnswer{}, err
	}
	w := &Wish{Day: with, Extra: after}
	w.Extra.Sub(&before)
	w.Changes = changesOf(with, spotsOf(without, a.Routes), spotsOf(with, b.Routes))
	w.Broken, w.Strains = standsAgainst(with, e, b), strains(with, without)
	return LiveAnswer{ID: e.ID, Verdict: day.Applied, Wish: w}, nil
}

// repaired is the plan of a clone of the day, repaired by a search of its own as the day's own would do it, around some jobs: of an event that has none, so
// that the plans with and without it have been looked at in the same places. It returns what that costs.
func (l *Live) repaired(ctx context.Context, d *day.Day, around []int32) (*model.Plan, model.Terms, error) {
	in, err := route.CompileContext(ctx, d.Problem())
	if err != nil {
		return nil, model.Terms{}, err
	}
	s := search.NewLive(in, l.set.Seed, func(j int32) bool { return d.Anchor(model.JobIdx(j)) }, &l.stop)
	s.Recall(l.live)
	s.Load(d.Ahead())
	s.Repair(slices.DeleteFunc(slices.Clone(around), func(j int32) bool { return int(j) >= in.NJobs }), aroundSteps, l.deadline())
	plan, terms := s.Plan()
	d.Unhold(&terms, plan)
	return plan, terms, nil
}

// standsAgainst are the rules that are broken where a person puts or holds a job, if the plan could not leave it there: those that the route breaks with
// it and does not without.
func standsAgainst(d *day.Day, e *day.Event, plan *model.Plan) []check.Violation {
	j, known := d.Job(e.JobID)
	if e.Kind != day.VisitMoved && e.Kind != day.VisitPinned || !known || !d.Open(j) || visitOf(plan.Routes, j) != nil {
		return nil
	}
	as := d.Ahead()
	for k := range as.Routes {
		at := slices.IndexFunc(as.Routes[k].Stops, func(st model.Stop) bool { return st.Kind == model.Visit && st.Job == j })
		if at < 0 {
			continue
		}
		type rule struct {
			code check.Code
			stop int
		}
		before := make(map[rule]bool)
		for _, v := range alone(d, k, slices.Delete(slices.Clone(as.Routes[k].Stops), at, at+1)) {
			if v.Stop >= at {
				v.Stop++
			}
			before[rule{v.Code, v.Stop}] = true
		}
		return slices.DeleteFunc(alone(d, k, as.Routes[k].Stops), func(v check.Violation) bool { return before[rule{v.Code, v.Stop}] })
	}
	return nil
}

// alone are the rules that a route of the problem as of now breaks by itself. Where its parts come from is found out.
func alone(d *day.Day, k int, stops []model.Stop) []check.Violation {
	p := d.Problem()
	only := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
	for n := range only.Routes {
		only.Routes[n] = model.Route{Shift: model.ShiftIdx(n), Depart: model.NoTime, Finish: model.NoTime}
	}
	stops = slices.Clone(stops)
	for i := range stops {
		stops[i].Parts, stops[i].Tools = nil, nil
		stops[i].Arrival, stops[i].Start, stops[i].End = model.NoTime, model.NoTime, model.NoTime
	}
	only.Routes[k].Stops = stops
	var out []check.Violation
	for _, v := range check.Plan(p, completed(p, only)).Violations {
		if int(v.Shift) == k {
			out = append(out, v)
		}
	}
	return out
}

// strains are the rules that a day breaks whatever the plan, and another one does not, or by less.
func strains(with, without *day.Day) []day.Broken {
	var out []day.Broken
	for _, b := range with.Broken() {
		if !slices.ContainsFunc(without.Broken(), func(o day.Broken) bool {
			return o.Shift == b.Shift && o.Job == b.Job && o.Rule == b.Rule && o.Size >= b.Size
		}) {
			out = append(out, b)
		}
	}
	return out
}
