package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/happen"
	"callout/bench/rig"
)

// What a day's events have to do with: two hours after the problem's now people are at work, and they are so for another eight.
const (
	begins = 2 * time.Hour
	lasts  = 8 * time.Hour
)

// stride shifts from day to day which events are compared, so that all kinds have their turn.
const stride = 7

// tries is how often an event of a kind is made up anew when it was refused, or there was none.
const tries = 3

// day follows one day, and then compares.
func (o *options) day(ctx context.Context, client calloutv1.PlanningServiceClient, seed uint64) ([]record, error) {
	req := city.Generate(city.Options{Jobs: o.jobs, Technicians: o.technicians, Seed: seed, Rush: o.rush})
	if o.stock {
		req.Problem = city.StockDay(o.jobs, seed).GetProblem()
	}
	if o.roads != "" {
		city.OnRoads(req.GetProblem(), o.roads, o.rush)
	}
	req.Settings.TimeBudget = durationpb.New(o.plan)
	answer, err := rig.Solve(ctx, client, req)
	if err != nil {
		return nil, err
	}
	start := &calloutv1.DayStart{
		Problem: req.GetProblem(), RunningPlan: answer.Last.GetPlan(),
		Settings: &calloutv1.DaySettings{
			Seed: seed, ImproveFor: durationpb.New(max(time.Second, 2*o.pause)), WaysOut: -1,
			ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: durationpb.New(tolerance)},
		},
	}
	records, samples, err := o.follow(ctx, client, start, seed)
	if err != nil {
		return nil, err
	}
	if err := o.compare(ctx, client, samples, records); err != nil {
		return nil, err
	}
	fmt.Fprintf(os.Stderr, "day %d: %d events, %d compared\n", seed, len(records), len(samples))
	return records, nil
}

// follow plays the events of a day, and keeps those to be compared.
func (o *options) follow(
	ctx context.Context, client calloutv1.PlanningServiceClient, start *calloutv1.DayStart, seed uint64,
) (records []record, samples []sample, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p, err := happen.Play(ctx, client, start, nil)
	if err != nil {
		return nil, nil, err
	}
	t := happen.NewTeller(start.GetProblem(), seed, "e")
	t.Pass(begins)
	step := (lasts / time.Duration(o.perDay*len(o.kinds))).Truncate(time.Second)
	for range o.perDay {
		for _, kind := range o.kinds {
			t.Pass(step)
			for range tries {
				e := t.Event(kind, p.Last.GetPlan())
				if e == nil {
					continue
				}
				before := p.Last
				a, took, err := p.Event(e)
				if err != nil {
					return nil, nil, err
				}
				r := record{day: seed, event: len(records), kind: kind, took: took, pause: o.pause, scratchTime: o.budget}
				r.applied = a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED
				records = append(records, r)
				if !r.applied {
					continue
				}
				if err := p.Wait(o.pause); err != nil {
					return nil, nil, err
				}
				if o.every > 0 && (len(records)+int(seed)*stride)%o.every == 0 {
					samples = append(samples, sample{start: start, before: before, event: e, after: p.Last, record: len(records) - 1})
				}
				break
			}
		}
	}
	return records, samples, p.Close()
}
