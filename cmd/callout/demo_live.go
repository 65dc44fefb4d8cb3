package main

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
)

// What happens on the demo's day.
const (
	demoEvents = 20
	demoStep   = 25 * time.Minute
	demoZone   = city.Zone
)

// On streets there is a jam by rules of traffic, and the end of it; without them nothing comes of these.
var demoKinds = []string{
	"job added", "visit runs over", "technician late", "traffic rules", "job at a new place", "job cancelled", "visit pinned",
	"technician sick", "traffic over", "job added", "part delayed", "visit finished", "visit moved", "time passed",
}

// demoStart begins the session of the demo's day.
func demoStart(problem *calloutv1.Problem, plan *calloutv1.Plan, seed uint64) *calloutv1.DayStart {
	return &calloutv1.DayStart{
		RequestId: "demo-live", Problem: problem, RunningPlan: plan,
		Settings: &calloutv1.DaySettings{
			Seed: seed, ImproveFor: durationpb.New(2 * time.Second), QuietAfter: durationpb.New(time.Second),
			MinImprovementInterval: durationpb.New(time.Second), Frozen: durationpb.New(10 * time.Minute),
			ChangePrices: &calloutv1.ChangePrices{PerReassignment: 10, PerMinuteMoved: 0.2, Tolerance: durationpb.New(10 * time.Minute)},
		},
	}
}
