package main

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/happen"
	"callout/bench/rig"
)

// searches is for how long each session of fair searches after an event, waiting for its turns included.
const searches = 5 * time.Second

// part is what a session got.
type part struct {
	iterations int64
	events     int
	took       []time.Duration
}

// share holds sessions of the same day at once. Each sends an event as soon as its plan is quiet, so that all want to search all the time; equal work
// makes iterations a measure of the time that each was given.
func (o *options) share(ctx context.Context) error {
	return rig.With(ctx, o.server, func(_ *rig.Server, client calloutv1.PlanningServiceClient) error {
		return o.together(ctx, client)
	}, "--workers=2")
}

func (o *options) together(ctx context.Context, client calloutv1.PlanningServiceClient) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := o.start(o.jobs/10, o.technicians/10, searches)
	parts, errs := make([]part, o.sessions), make([]error, o.sessions)
	until := time.Now().Add(o.fair)
	var all sync.WaitGroup
	for k := range parts {
		all.Go(func() { errs[k] = one(ctx, client, start, until, &parts[k]) })
	}
	all.Wait()
	for k, err := range errs {
		if err != nil {
			return fmt.Errorf("session %d: %w", k, err)
		}
	}
	var sum, squares float64
	var took []time.Duration
	least, most := parts[0].iterations, parts[0].iterations
	for k := range parts {
		x := float64(parts[k].iterations)
		sum, squares = sum+x, squares+x*x
		least, most = min(least, parts[k].iterations), max(most, parts[k].iterations)
		took = slices.Concat(took, parts[k].took)
	}
	mean := sum / float64(len(parts))
	if mean == 0 {
		return fmt.Errorf("no session searched in %v: they are too many, or it is too short", o.fair)
	}
	ms := func(q float64) float64 { return float64(rig.Quantile(took, q).Microseconds()) / 1000 }
	fmt.Fprintf(o.out, "\nfair: %d sessions on two slots, %v, %d jobs each: %.0f iterations on the mean, "+
		"the least %.2f and the most %.2f of it, Jain's index %.3f; %d events, median %.1f ms, p99 %.1f ms\n",
		len(parts), o.fair, o.jobs/10, mean, float64(least)/mean, float64(most)/mean,
		sum*sum/(float64(len(parts))*squares), len(took), ms(0.5), ms(0.99))
	return nil
}

// one session.
func one(ctx context.Context, client calloutv1.PlanningServiceClient, start *calloutv1.DayStart, until time.Time, out *part) error {
	var iterations int64
	p, err := happen.Play(ctx, client, start, func(m *calloutv1.ReoptimizeResponse) {
		if r := m.GetRevision(); r != nil {
			iterations = r.GetIterations()
		}
	})
	if err != nil {
		return err
	}
	now := start.GetProblem().GetNow().AsTime()
	for time.Now().Before(until) {
		if err := p.Wait(time.Until(until)); err != nil {
			return err
		}
		out.iterations += iterations
		iterations = 0
		now = now.Add(time.Minute)
		out.events++
		e := &calloutv1.DayEvent{
			Id: fmt.Sprintf("t-%d", out.events), Now: timestamppb.New(now),
			What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}},
		}
		_, took, err := p.Event(e)
		if err != nil {
			return err
		}
		out.took = append(out.took, took)
	}
	return p.Close()
}
