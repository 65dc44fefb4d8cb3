package engine_test

import (
	"slices"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// rush makes all ways of a row so many times as long from 8:00 on, until an hour.
func rush(p *model.Problem, factor int32, until model.Time) {
	m := p.Profiles[0].Matrix
	slow := &model.Matrix{N: m.N, Durations: slices.Clone(m.Durations)}
	for k := range slow.Durations {
		slow.Durations[k] *= factor
	}
	p.Profiles[0].Matrix = nil
	p.Profiles[0].Series = model.Series{{Matrix: m}, {From: 8 * hour, Matrix: slow}, {From: until, Matrix: m}}
}

// The hour's way takes three until 9:00. Whoever leaves at 8:00 is there at 10:00, as one who leaves at 9:00, and has driven two
// hours; so the schedule leaves at 9:00, works from 10:00 to 11:00 and is home at 12:00.
func TestEvaluateRush(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Shifts[0].TravelRate = euro / 100
		rush(p, 3, 9*hour)
	})
	plan := idle(p)
	plan.Unassigned = nil
	r := &plan.Routes[0]
	r.Depart, r.Stops = model.NoTime, []model.Stop{{}}
	e, err := engine.Evaluate(t.Context(), p, plan)
	if err != nil {
		t.Fatal(err)
	}
	got := &e.Plan.Routes[0]
	if !e.Feasible() || got.Depart != 9*hour || got.Stops[0].Arrival != 10*hour || got.Finish != 12*hour {
		t.Errorf("%v; %+v", e.Violations, got)
	}
	if e.Terms[model.Travel] != 72*euro || e.Terms[model.WorkingTime] != 108*euro {
		t.Errorf("costs %v", e.Terms)
	}
	// As if there were no rush: there an hour too early, and what is driven is what the departure costs.
	r.Depart, r.Finish = 8*hour, 11*hour
	r.Stops = []model.Stop{{Arrival: 9 * hour, Start: 9 * hour, End: 10 * hour}}
	if e, err = engine.Evaluate(t.Context(), p, plan); err != nil {
		t.Fatal(err)
	}
	if v := e.Violations; len(v) != 1 || v[0].Code != check.TravelTime || v[0].Size != hour || e.Terms[model.Travel] != 108*euro {
		t.Errorf("%v, costs %v", e.Violations, e.Terms)
	}
	// Rush until 12:00: the stop at 11:00, home three hours' way from 12:00 on is an hour's.
	rushHome := row(func(p *model.Problem) { rush(p, 3, 12*hour) })
	plan = idle(rushHome)
	plan.Unassigned = nil
	plan.Routes[0].Depart, plan.Routes[0].Stops = model.NoTime, []model.Stop{{}}
	if e, err = engine.Evaluate(t.Context(), rushHome, plan); err != nil {
		t.Fatal(err)
	}
	if len(e.Violations) != 1 || e.Violations[0].Code != check.FinishLate || e.Violations[0].Size != hour {
		t.Errorf("%v", e.Violations)
	}
}

// The reason against the job is the way in the traffic; the end of the shift would have to move by an hour.
func TestExplainRush(t *testing.T) {
	p := row(func(p *model.Problem) { rush(p, 3, 12*hour) })
	e := engine.Explain(t.Context(), p, idle(p), engine.ExplainLimits{Jobs: 1, Time: time.Minute})
	j := &e.Jobs[0]
	if len(j.Reasons) != 1 || len(j.Reasons[0].Violations) != 1 || j.Reasons[0].Violations[0].Code != check.FinishLate ||
		j.Reasons[0].Violations[0].Size != hour {
		t.Fatalf("%+v", j.Reasons)
	}
	if j.Relaxation == nil || j.Relaxation.Lifted[0].Code != check.FinishLate || j.Relaxation.Lifted[0].Size != hour {
		t.Errorf("%+v", j.Relaxation)
	}
}

// The exact model knows one travel time for each way: no proof is tried where there are more.
func TestRushIsNotProven(t *testing.T) {
	p := row(func(p *model.Problem) { rush(p, 3, 9*hour) })
	res, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 100}, func(*engine.Incumbent) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	if res.Proof.Tried || res.Proof.Err != nil || len(res.Final.Plan.Unassigned) > 0 {
		t.Errorf("proof %+v, %d jobs left out", res.Proof, len(res.Final.Plan.Unassigned))
	}
}

// Plans of the search, each judged before it is sent, are feasible for Evaluate too, and the same without their times. Their
// reasons name each technician.
func TestSolveRush(t *testing.T) {
	for seed := range uint64(6) {
		p := modeltest.Rush(25, 3, seed)
		set := engine.Settings{Iterations: 20, Seed: seed, Workers: 2, Explain: engine.ExplainLimits{Jobs: 5, Time: time.Minute}}
		res, err := engine.Solve(t.Context(), p, set, func(*engine.Incumbent) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		for name, plan := range map[string]*model.Plan{"as it is": res.Final.Plan, "without times": untimed(res.Final.Plan, true)} {
			e, err := engine.Evaluate(t.Context(), p, plan)
			if err != nil {
				t.Fatal(err)
			}
			if !e.Feasible() || e.Terms != res.Final.Terms {
				t.Errorf("seed %d, %s: %v; costs %v, want %v", seed, name, e.Violations, e.Terms, res.Final.Terms)
			}
		}
		for k := range res.Unassigned.Jobs {
			if j := &res.Unassigned.Jobs[k]; len(j.Reasons) != len(p.Technicians) {
				t.Errorf("seed %d: job %d has %d reasons", seed, j.Job, len(j.Reasons))
			}
		}
	}
}
