package server_test

import (
	"fmt"
	"slices"
	"testing"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/engine/matrix"
)

// Where locations are too many for matrices, roads are asked for what is needed. The plan is as good as any other: what the service
// says of it is what it says with matrices.
func TestSolveWide(t *testing.T) {
	n := roadCity(t)
	lim := wire.DefaultLimits()
	lim.MatrixCells = 300 // one matrix has more
	wide := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n), Limits: &lim})
	dense := start(t, server.Options{Networks: matrix.NewNetworks(1<<26, n)})
	p := roadDay(n)
	put, err := wide.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: p})
	if err != nil {
		t.Fatal(err)
	}
	last := wide.solve(t, &calloutv1.SolveRequest{
		ProblemHandle: put.GetHandle(), Settings: &calloutv1.SolveSettings{MaxIterations: 500, Workers: 1},
	})
	if f := last.GetOutcome().GetLocationFaults(); len(f) != 1 || f[0].GetLocationId() != "far" {
		t.Errorf("location faults %v", f)
	}
	if done := last.GetPlan().GetMetrics().GetJobsAssigned(); done < 10 {
		t.Errorf("%d jobs are done", done)
	}
	for _, u := range last.GetPlan().GetUnassigned() {
		if len(u.GetReasons()) == 0 {
			t.Errorf("nothing is said about why %s is left out", u.GetJobId())
		}
	}
	for _, r := range []*running{wide, dense} {
		judged, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: p, Plan: last.GetPlan()})
		if err != nil || !judged.GetFeasible() || len(judged.GetLocationFaults()) != 1 {
			t.Fatalf("%v: feasible %v, %v", err, judged.GetFeasible(), judged.GetViolations())
		}
		if got, want := judged.GetPlan().GetCost().GetTotal(), last.GetPlan().GetCost().GetTotal(); got != want {
			t.Errorf("it costs %v, the judge says %v", want, got)
		}
		for k, route := range judged.GetPlan().GetRoutes() {
			for i, s := range route.GetStops() {
				was := last.GetPlan().GetRoutes()[k].GetStops()[i].GetLeg()
				if got := s.GetLeg(); got.GetDistance() != was.GetDistance() || got.GetDuration().AsDuration() != was.GetDuration().AsDuration() {
					t.Errorf("leg %d of route %d: %v, was %v", i, k, got, was)
				}
				if was.GetDistance() > 0 && len(was.GetPolyline()) < 6 {
					t.Errorf("leg %d of route %d has the way %q", i, k, was.GetPolyline())
				}
			}
		}
	}
	// From there on it becomes no worse.
	again := wide.solve(t, &calloutv1.SolveRequest{
		Problem: p, InitialPlan: last.GetPlan(), Settings: &calloutv1.SolveSettings{MaxIterations: 100, Seed: 2, Workers: 1},
	})
	if got, want := again.GetPlan().GetCost().GetTotal(), last.GetPlan().GetCost().GetTotal(); got > want {
		t.Errorf("cost %v, started from %v", got, want)
	}

	// Who works in too many shifts cannot be planned as a whole.
	many := proto.CloneOf(p)
	one := many.GetTechnicians()[1]
	for k := range 300 {
		s := proto.CloneOf(one.GetShifts()[0])
		s.Id = fmt.Sprint("more ", k)
		one.Shifts = append(one.Shifts, s)
	}
	_, err = wide.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: many})
	if got := violations(err); !slices.Equal(got, []string{"problem.technicians[1].shifts TOO_MANY"}) {
		t.Errorf("%q (%v)", got, err)
	}

	// Other travel needs its matrices.
	p.Profiles = append(p.Profiles, &calloutv1.TravelProfile{
		Id: "crow", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{}},
	})
	_, err = wide.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: p, Plan: last.GetPlan()})
	if got := violations(err); !slices.Contains(got, "problem.profiles TOO_LARGE") {
		t.Errorf("%q (%v)", got, err)
	}
}
