package main

import (
	"errors"
	"strings"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/happen"
)

// The books notice a job that is lost, and one that nobody asked for.
func TestWhole(t *testing.T) {
	plan := func(jobs ...string) *happen.Player {
		r := &calloutv1.Route{TechnicianId: "ann"}
		for _, id := range jobs {
			r.Stops = append(r.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: id}}})
		}
		return &happen.Player{Last: &calloutv1.Revision{Plan: &calloutv1.Plan{
			Routes: []*calloutv1.Route{r}, Unassigned: []*calloutv1.UnassignedJob{{JobId: "left"}},
		}}}
	}
	c := &cutter{jobs: map[string]bool{"a": true, "left": true}}
	for name, p := range map[string]*happen.Player{"none": plan(), "another": plan("b"), "twice": plan("a", "a")} {
		if c.p = p; !errors.Is(c.whole(), errLost) {
			t.Errorf("%s: %v", name, c.whole())
		}
	}
	if c.p = plan("a"); c.whole() != nil {
		t.Error(c.whole())
	}
	applied := &calloutv1.EventAnswer{Verdict: calloutv1.EventVerdict_EVENT_VERDICT_APPLIED}
	c.note(&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: "a"}}}, applied)
	c.note(&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: &calloutv1.Job{Id: "b"}}}}, applied)
	if c.p = plan("b"); c.whole() != nil {
		t.Error(c.whole())
	}
}

func TestFigure(t *testing.T) {
	svg := figure([]stretch{{events: 100, median: 10, p99: 20, resident: 100}, {events: 200, median: 11, p99: 25, resident: 101}}).SVG()
	for _, want := range []string{"median ms", "p99 ms", "resident MiB", "events"} {
		if !strings.Contains(svg, want) {
			t.Errorf("no %q in the plot", want)
		}
	}
}
