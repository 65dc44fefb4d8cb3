package main

import (
	"fmt"
	"io"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
)

// What happens on the demo's day.
const (
	demoEvents = 20
	demoZone   = city.Zone
)

var demoKinds = []string{
	"job added", "visit runs over", "technician late", "job added", "job cancelled", "visit pinned", "technician sick", "job added",
	"part delayed", "visit finished", "visit moved", "time passed",
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

// told compares what was planned with what came of it.
func told(out io.Writer, planned, happened *calloutv1.Plan) {
	type doing struct {
		technician string
		start      time.Time
	}
	by := func(p *calloutv1.Plan) map[string]doing {
		all := map[string]doing{}
		for _, r := range p.GetRoutes() {
			for _, s := range r.GetStops() {
				if id := s.GetVisit().GetJobId(); id != "" {
					all[id] = doing{r.GetTechnicianId(), s.GetStart().AsTime()}
				}
			}
		}
		return all
	}
	a, b := by(planned), by(happened)
	var kept, others, gone, fresh int
	var moved time.Duration
	for id, was := range a {
		is, there := b[id]
		switch {
		case !there:
			gone++
			continue
		case is.technician != was.technician:
			others++
		default:
			kept++
		}
		moved += is.start.Sub(was.start).Abs()
	}
	for id := range b {
		if _, there := a[id]; !there {
			fresh++
		}
	}
	fmt.Fprintf(out, "\nPlanned against happened: %d visits by who was planned, %d by others, %d not at all, %d that came up;\n",
		kept, others, gone, fresh)
	if n := kept + others; n > 0 {
		fmt.Fprintf(out, "those that were planned began %v from when they were to, on the mean.\n", (moved / time.Duration(n)).Round(time.Second))
	}
}
