package server_test

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// A day whose rush hours are matrices sent ahead: planned, and told leg by leg as the hour has it. As a stored problem the plan is the
// same.
func TestSeries(t *testing.T) {
	r := start(t, server.Options{Cache: newCache(t, 64<<20)})
	problem := day(30, 3)
	ids, free := grid(problem)
	rush := make([]int32, len(free))
	for k := range free {
		rush[k] = 2 * free[k]
	}
	handles := make([]string, 2)
	for k, durations := range [][]int32{free, rush} {
		put, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations, 1000)
		if err != nil {
			t.Fatal(err)
		}
		handles[k] = put.GetHandle()
	}
	bucket := func(start *timestamppb.Timestamp, k int) *calloutv1.TravelBucket {
		return &calloutv1.TravelBucket{Start: start, Travel: &calloutv1.TravelBucket_MatrixHandle{MatrixHandle: handles[k]}}
	}
	problem.Profiles[0].Travel = &calloutv1.TravelProfile_Series{Series: &calloutv1.TravelSeries{Buckets: []*calloutv1.TravelBucket{
		bucket(nil, 0), bucket(at(7, 0), 1), bucket(at(9, 0), 0), bucket(at(16, 0), 1), bucket(at(18, 0), 0),
	}}}
	stored, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: problem})
	if err != nil {
		t.Fatal(err)
	}
	row := make(map[string]int, len(ids))
	for k, id := range ids {
		row[id] = k
	}
	var plans []*calloutv1.Plan
	for _, req := range []*calloutv1.SolveRequest{{Problem: problem}, {ProblemHandle: stored.GetHandle()}} {
		req.Settings = &calloutv1.SolveSettings{MaxIterations: 300, Seed: 1, Workers: 1}
		stream, err := r.client.Solve(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		messages, err := drain(stream)
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, messages[len(messages)-1].GetPlan())
	}
	if plans[0].GetCost().GetTotal() != plans[1].GetCost().GetTotal() {
		t.Errorf("costs %v, stored %v", plans[0].GetCost(), plans[1].GetCost())
	}
	legs := [2]int{}
	for _, route := range plans[0].GetRoutes() {
		for k := 1; k < len(route.GetStops()); k++ {
			from, to := route.GetStops()[k-1], route.GetStops()[k]
			left := from.GetEnd().AsTime()
			cell := row[from.GetLocationId()]*len(ids) + row[to.GetLocationId()]
			hours, want := 0, free[cell]
			if clock := left.Sub(at(0, 0).AsTime()); clock >= 7*time.Hour && clock < 9*time.Hour || clock >= 16*time.Hour && clock < 18*time.Hour {
				hours, want = 1, rush[cell]
			}
			if next := at(9, 0).AsTime().Sub(left); hours == 1 && next > 0 { // waits where that gets him there first
				want = min(want, int32(next.Seconds())+free[cell])
			}
			if got := to.GetLeg().GetDuration().AsDuration(); got != time.Duration(want)*time.Second {
				t.Errorf("left at %v: %v to %s, want %d s", left, got, to.GetLocationId(), want)
			}
			legs[hours]++
		}
	}
	if legs[0] == 0 || legs[1] == 0 {
		t.Errorf("%d legs out of rush hours, %d in them", legs[0], legs[1])
	}
}
