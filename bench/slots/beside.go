package main

import (
	"context"
	"fmt"
	"io"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/rig"
)

const (
	twenty     = 20
	iterations = 200 // of a small search: its work is fixed, so that times tell of the service
)

// beside sends twenty small searches, one after another and all at once, to a server that does nothing else, and to one that plans
// 1,000 jobs for 30 s on all its slots.
func beside(ctx context.Context, out io.Writer, program string) error {
	fmt.Fprintf(out, "\n%d slots and an express slot, as is the default; small: 50 jobs, %d iterations, budget 1 s; "+
		"big: 1,000 jobs, %d workers, 30 s\n%s\n", slots, iterations, slots, heading)
	args := []string{fmt.Sprint("--workers=", slots), "--express=1"}
	return withServer(ctx, program, func(_ *rig.Server, client calloutv1.PlanningServiceClient) error {
		if err := smallOnes(ctx, out, client, "alone"); err != nil {
			return err
		}
		big := city.Generate(city.Options{Jobs: 1000, Technicians: 130, Seed: 1})
		big.Tenant, big.Settings = "big", &calloutv1.SolveSettings{TimeBudget: seconds(30), Workers: slots, Seed: 1}
		v, err := newVolley(ctx, client, big)
		if err != nil {
			return err
		}
		v.start(ctx, big)
		time.Sleep(2 * time.Second) // it has begun
		if err := smallOnes(ctx, out, client, "beside the big one"); err != nil {
			return err
		}
		return v.row(out, "the big one")
	}, args...)
}

// smallOnes sends twenty small searches one after another, a pause between them, and then twenty at once.
func smallOnes(ctx context.Context, out io.Writer, client calloutv1.PlanningServiceClient, name string) error {
	r := small(&calloutv1.SolveSettings{TimeBudget: seconds(1), MaxIterations: iterations, Seed: 1})
	v, err := newVolley(ctx, client, r)
	if err != nil {
		return err
	}
	for range twenty {
		v.send(ctx, r)
		time.Sleep(500 * time.Millisecond)
	}
	if err := v.row(out, "small, one after another, "+name); err != nil {
		return err
	}
	at := &volley{client: client, judge: v.judge}
	for range twenty {
		at.start(ctx, r)
	}
	return at.row(out, "small, all at once, "+name)
}
