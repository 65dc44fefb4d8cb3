package main

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench"
	"callout/bench/rig"
	"callout/solver/model"
	"callout/solver/route"
	"callout/solver/search"
)

// insertion plays a day without any search: a job goes where it is cheapest when it becomes known, jobs left out are tried again then, and nothing
// else moves.
func insertion(ctx context.Context, start *calloutv1.DayStart, latter []arrival) (*calloutv1.Plan, error) {
	w, d, err := rig.Open(ctx, start, bench.Limits())
	if err != nil {
		return nil, err
	}
	held := func(j int32) bool { return d.Anchor(model.JobIdx(j)) }
	var terms model.Terms
	follow := func() error {
		in, err := route.CompileContext(ctx, d.Problem())
		if err != nil {
			return err
		}
		s := search.NewLive(in, 1, held, new(atomic.Bool))
		if dropped := s.Load(d.Ahead()); len(dropped) > 0 {
			return fmt.Errorf("the plan does not hold: %v", dropped[0])
		}
		s.Repair(nil, 0, time.Time{})
		plan, cost := s.Plan()
		terms = cost
		d.Follow(plan)
		return nil
	}
	if err := follow(); err != nil {
		return nil, err
	}
	for k := range latter {
		e, refusals := w.Event(d, latter[k].event(), nil)
		if len(refusals) > 0 {
			return nil, fmt.Errorf("job %s: %v", latter[k].job.GetId(), refusals)
		}
		if _, why := d.Apply(e); why != nil {
			return nil, fmt.Errorf("job %s: %s", latter[k].job.GetId(), why.Message)
		}
		if err := follow(); err != nil {
			return nil, err
		}
	}
	whole, states := d.Whole()
	return w.PlanOut(d, whole, states, terms), nil
}
