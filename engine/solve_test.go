package engine_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/ortoolstest"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

// collect returns an emit that keeps what it gets.
func collect(got *[]*engine.Incumbent) func(*engine.Incumbent) error {
	return func(inc *engine.Incumbent) error {
		*got = append(*got, inc)
		return nil
	}
}

func TestSolveStream(t *testing.T) {
	p := modeltest.Rich(40, 5, 1)
	var got []*engine.Incumbent
	searched := 0
	res, err := engine.Solve(t.Context(), p, engine.Settings{
		Iterations: 200, Seed: 7, Workers: 2, Explain: engine.DefaultExplain, Searched: func() { searched++ },
	}, collect(&got))
	if err != nil {
		t.Fatal(err)
	}
	if searched != 1 {
		t.Errorf("Searched was called %d times", searched)
	}
	if res.Stop != engine.StopIterations || res.Stop.CutShort() {
		t.Errorf("stopped by %v", res.Stop)
	}
	if res.FirstPlan <= 0 {
		t.Error("no time of the first plan")
	}
	if len(got) < 2 {
		t.Fatalf("%d plans on the way, want a first and a better one", len(got))
	}
	all := append(got, &res.Final)
	for k, inc := range all {
		want := engine.Improved
		switch k {
		case 0:
			want = engine.First
		case len(all) - 1:
			want = engine.Final
		}
		if inc.Kind != want || inc.Sequence != int64(k+1) {
			t.Errorf("plan %d: kind %v, sequence %d", k, inc.Kind, inc.Sequence)
		}
		report := check.Plan(p, inc.Plan)
		if err := report.Err(); err != nil {
			t.Errorf("plan %d: %v", k, err)
		}
		if report.Terms != inc.Terms || report.Vec != inc.Vec {
			t.Errorf("plan %d costs %v, said %v", k, report.Terms, inc.Terms)
		}
		if k > 0 && all[k-1].Vec.Less(inc.Vec) {
			t.Errorf("plan %d is worse than the one before", k)
		}
		if k > 0 && inc.Elapsed < all[k-1].Elapsed {
			t.Errorf("plan %d was found before the one before", k)
		}
	}
}

// The same settings and iterations give the same plan.
func TestSolveRepeats(t *testing.T) {
	var plans []string
	for range 2 {
		res, err := engine.Solve(t.Context(), modeltest.Rich(40, 5, 3), engine.Settings{Iterations: 100, Seed: 1, Workers: 2},
			func(*engine.Incumbent) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, fmt.Sprint(res.Final.Plan, res.Final.Terms))
	}
	if plans[0] != plans[1] {
		t.Error("two runs differ")
	}
}

func TestSolveMinInterval(t *testing.T) {
	const pause = 150 * time.Millisecond
	var times []time.Time
	_, err := engine.Solve(t.Context(), modeltest.Rich(80, 8, 2), engine.Settings{
		TimeBudget: 700 * time.Millisecond, MinInterval: pause,
	}, func(*engine.Incumbent) error {
		times = append(times, time.Now())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for k := 1; k < len(times); k++ {
		if gap := times[k].Sub(times[k-1]); gap < pause-5*time.Millisecond {
			t.Errorf("%v between two plans", gap)
		}
	}
}

// A consumer that blocks costs the search nothing: it goes on, ends in time, and says so before the consumer lets go.
func TestSolveSlowConsumer(t *testing.T) {
	searched := make(chan struct{})
	var got []*engine.Incumbent
	res, err := engine.Solve(t.Context(), modeltest.Rich(60, 6, 5), engine.Settings{
		Iterations: 200, Searched: func() { close(searched) },
	}, func(inc *engine.Incumbent) error {
		<-searched
		got = append(got, inc)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	// The first, and at most the newest of those that came while it blocked.
	if len(got) < 1 || len(got) > 2 || got[0].Kind != engine.First {
		t.Errorf("%d plans were sent", len(got))
	}
	if !res.Final.Vec.Less(got[0].Vec) || res.Final.Sequence != int64(len(got)+1) {
		t.Errorf("final plan %v, sequence %d, after %v", res.Final.Vec, res.Final.Sequence, got[0].Vec)
	}
}

func TestSolveEmitFails(t *testing.T) {
	gone := errors.New("gone")
	begin := time.Now()
	_, err := engine.Solve(t.Context(), modeltest.Rich(60, 6, 1), engine.Settings{TimeBudget: time.Minute},
		func(*engine.Incumbent) error { return gone })
	if !errors.Is(err, gone) {
		t.Errorf("error %v", err)
	}
	if took := time.Since(begin); took > 5*time.Second {
		t.Errorf("took %v to give up", took)
	}
}

func TestSolveEnds(t *testing.T) {
	tests := map[string]struct {
		end  func(context.Context) (context.Context, context.CancelFunc)
		want engine.Stop
	}{
		"deadline": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, 400*time.Millisecond)
		}, engine.StopDeadline},
		"cancelled": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			time.AfterFunc(300*time.Millisecond, cancel)
			return ctx, cancel
		}, engine.StopCancelled},
		"cancelled before": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(ctx)
			cancel()
			return ctx, cancel
		}, engine.StopCancelled},
		"shutdown": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancelCause(ctx)
			time.AfterFunc(300*time.Millisecond, func() { cancel(engine.ErrShutdown) })
			return ctx, func() { cancel(nil) }
		}, engine.StopShutdown},
		"deadline passed": {func(ctx context.Context) (context.Context, context.CancelFunc) {
			return context.WithTimeout(ctx, -time.Second)
		}, engine.StopDeadline},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := tt.end(t.Context())
			defer cancel()
			p := modeltest.Rich(100, 10, 4)
			var got []*engine.Incumbent
			begin := time.Now()
			res, err := engine.Solve(ctx, p, engine.Settings{TimeBudget: time.Minute, Explain: engine.DefaultExplain}, collect(&got))
			if err != nil {
				t.Fatal(err)
			}
			if res.Stop != tt.want || !res.Stop.CutShort() {
				t.Errorf("stopped by %v", res.Stop)
			}
			if deadline, ok := ctx.Deadline(); ok && deadline.After(begin) && time.Now().After(deadline) {
				t.Errorf("%v past the deadline", time.Since(deadline))
			}
			if took := time.Since(begin); took > 2*time.Second {
				t.Errorf("took %v", took)
			}
			report := check.Plan(p, res.Final.Plan)
			if err := report.Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

// A context that ends while travel is computed still gives a plan, if the poorest.
func TestSolveEndsBeforeTravel(t *testing.T) {
	p := modeltest.Rich(20, 3, 1)
	for k := range p.Profiles {
		p.Profiles[k].Matrix, p.Profiles[k].StraightLine = nil, &model.StraightLine{Detour: 1.3, Speed: 12.5}
	}
	for k := range p.Locations {
		p.Locations[k].HasCoord = true
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(engine.ErrShutdown)
	var got []*engine.Incumbent
	res, err := engine.Solve(ctx, p, engine.Settings{TimeBudget: time.Second, Explain: engine.DefaultExplain}, collect(&got))
	if err != nil {
		t.Fatal(err)
	}
	if len(got) != 1 || got[0].Kind != engine.First || len(res.Final.Plan.Unassigned) != 20 || res.Stop != engine.StopShutdown {
		t.Errorf("%d plans before, %d jobs left out, stopped by %v", len(got), len(res.Final.Plan.Unassigned), res.Stop)
	}
}

func TestSolveErrors(t *testing.T) {
	emit := func(*engine.Incumbent) error { return nil }
	if _, err := engine.Solve(t.Context(), modeltest.Rich(5, 1, 1), engine.Settings{}, emit); !errors.Is(err, engine.ErrNoBudget) {
		t.Errorf("without a budget: %v", err)
	}
	p := modeltest.Rich(5, 1, 1)
	p.Profiles[0].Matrix = nil
	if _, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 1}, emit); err == nil {
		t.Error("no error without travel")
	}
}

// A start plan is repaired, what was wrong with it is told, and the answer is no worse.
func TestSolveStart(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Skills = []string{"gas"}
		p.Jobs = append(p.Jobs,
			model.Job{ID: "skilled", Location: 1, Service: minute, AllOf: []model.SkillLevel{{Level: 2}}, Unassigned: euro},
			model.Job{ID: "long", Location: 1, Service: 2*hour + 30*minute, Unassigned: euro})
	})
	start := untimed(idle(p), false)
	start.Unassigned = nil
	start.Routes[0].Stops = []model.Stop{{Job: 0}, {Job: 1}, {Job: 2}}
	res, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 10, Start: start}, func(*engine.Incumbent) error { return nil })
	if err != nil {
		t.Fatal(err)
	}
	want := []struct {
		job    model.JobIdx
		reason engine.RepairReason
		code   check.Code
	}{{1, engine.RepairIncompatible, check.SkillLevel}, {2, engine.RepairInfeasible, check.FinishLate}}
	if len(res.Repairs) != len(want) {
		t.Fatalf("repairs %+v", res.Repairs)
	}
	for k, w := range want {
		r := res.Repairs[k]
		if r.Job != w.job || r.Reason != w.reason || r.Node != -1 || r.Shift != 0 || len(r.Violations) == 0 || r.Violations[0].Code != w.code {
			t.Errorf("repair %+v, want %+v", r, w)
		}
	}
	if got := res.Final.Terms[model.Unassigned]; got != 2*euro {
		t.Errorf("jobs left out cost %d", got)
	}
}
