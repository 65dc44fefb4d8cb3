package engine

import (
	"context"

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
}

// wish prices an event that is not applied.
func (l *Live) wish(ctx context.Context, e *day.Event) (LiveAnswer, error) {
	with, without := l.day.Clone(), l.day.Clone()
	if verdict, why := with.Apply(e); why != nil {
		return LiveAnswer{ID: e.ID, Verdict: verdict, Refusals: []day.Refusal{*why}}, nil
	}
	without.Apply(&day.Event{ID: e.ID, Now: e.Now, Kind: day.TimePassed})
	a, before, err := l.repaired(ctx, without)
	if err != nil {
		return LiveAnswer{}, err
	}
	b, after, err := l.repaired(ctx, with)
	if err != nil {
		return LiveAnswer{}, err
	}
	w := &Wish{Day: with, Extra: after}
	w.Extra.Sub(&before)
	w.Changes = changesOf(with, spotsOf(without, a), spotsOf(with, b))
	w.Broken = standsAgainst(with, e, b)
	return LiveAnswer{ID: e.ID, Verdict: day.Applied, Wish: w}, nil
}

// repaired is the plan of a day, repaired by a search of its own.
func (l *Live) repaired(ctx context.Context, d *day.Day) (*model.Plan, model.Terms, error) {
	c := d.Changes()
	in, err := route.CompileContext(ctx, d.Problem())
	if err != nil {
		return nil, model.Terms{}, err
	}
	s := search.NewLive(in, l.set.Seed, func(j int32) bool { return d.Anchor(model.JobIdx(j)) }, &l.stop)
	s.Load(d.Ahead())
	s.Repair(c.Around, aroundSteps, l.deadline())
	plan, terms := s.Plan()
	return plan, terms, nil
}

// standsAgainst are the rules that are broken where a person puts a job, if the plan could not leave it there.
func standsAgainst(d *day.Day, e *day.Event, plan *model.Plan) []check.Violation {
	j, known := d.Job(e.JobID)
	if e.Kind != day.VisitMoved || !known || spotsOf(d, plan)[j].shift >= 0 {
		return nil
	}
	as := d.Ahead()
	p := d.Problem()
	for k := range as.Routes {
		for i := range as.Routes[k].Stops {
			if st := &as.Routes[k].Stops[i]; st.Kind != model.Visit || st.Job != j {
				continue
			}
			only := &model.Plan{Routes: make([]model.Route, len(as.Routes))}
			for n := range only.Routes {
				only.Routes[n].Shift = model.ShiftIdx(n)
			}
			only.Routes[k] = as.Routes[k]
			var out []check.Violation
			for _, v := range check.Plan(p, completed(p, only)).Violations {
				if int(v.Shift) == k && v.Stop >= 0 {
					out = append(out, v)
				}
			}
			return out
		}
	}
	return nil
}
