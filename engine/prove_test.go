package engine_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/ortoolstest"

	gocmp "github.com/google/go-cmp/cmp"
)

func silent(*engine.Incumbent) error { return nil }

// hesitant is a tiny problem of which the search misses the best times: the job may start until 10:00, and being before 11:00 costs 2 a
// second, so that 10:00 is best.
func hesitant() *model.Problem {
	return row(func(p *model.Problem) {
		p.Jobs = []model.Job{{
			ID: "job", Location: 1, Unassigned: 1000 * euro,
			Windows: []model.Window{
				{Kind: model.Availability, To: 10 * hour},
				{Kind: model.Promise, From: 11 * hour, To: 12 * hour, Early: 2},
			},
		}}
	})
}

// The answer ends early, with the best plan, and says so. Without iterations to spare it is the search's, or better.
func TestProven(t *testing.T) {
	ortoolstest.Need(t, engine.Native())
	for seed := range uint64(4) {
		for _, set := range []engine.Settings{
			{TimeBudget: time.Minute, Seed: 1},
			{TimeBudget: time.Minute, Seed: 1, Workers: 2, Stagnation: time.Minute},
			{Iterations: 3, Seed: 1},
		} {
			p := modeltest.Rich(4, 2, seed)
			var got []*engine.Incumbent
			res, err := engine.Solve(t.Context(), p, set, collect(&got))
			if err != nil {
				t.Fatal(err)
			}
			if res.Stop != engine.StopProven || !res.Proof.Tried || res.Proof.Err != nil {
				t.Errorf("seed %d: stopped by %v, %+v", seed, res.Stop, res.Proof)
			}
			if err := check.Plan(p, res.Final.Plan).Err(); err != nil {
				t.Error(err)
			}
			if len(got) == 0 || got[0].Vec.Less(res.Final.Vec) {
				t.Errorf("seed %d: %d plans before the last one", seed, len(got))
			}
		}
	}
}

func TestProvenIsBetter(t *testing.T) {
	ortoolstest.Need(t, engine.Native())
	res, err := engine.Solve(t.Context(), hesitant(), engine.Settings{Iterations: 100}, silent)
	if err != nil {
		t.Fatal(err)
	}
	if want := model.Cost(2 * hour); res.Stop != engine.StopProven || res.Final.Terms[model.Lateness] != want {
		t.Errorf("stopped by %v, lateness %d, want %d", res.Stop, res.Final.Terms[model.Lateness], want)
	}
}

// Under an iteration budget the answer depends on the request alone, whether there is a proof or not.
func TestProofRepeats(t *testing.T) {
	for seed := range uint64(3) {
		var first *engine.Result
		for range 2 {
			res, err := engine.Solve(t.Context(), modeltest.Rich(7, 3, seed), engine.Settings{Iterations: 1500, Seed: 1}, silent)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = res
				continue
			}
			if first.Stop != res.Stop || !gocmp.Equal(first.Final.Plan, res.Final.Plan) || first.Final.Iterations != res.Final.Iterations {
				t.Errorf("seed %d: %v %v, then %v %v", seed, first.Stop, first.Final.Vec, res.Stop, res.Final.Vec)
			}
		}
	}
}

// Nothing is claimed of problems that are too large, in number or in numbers.
func TestNotProven(t *testing.T) {
	huge := modeltest.Rich(4, 2, 1)
	huge.Jobs[0].Unassigned = 1 << 53
	for name, p := range map[string]*model.Problem{"many": modeltest.Rich(12, 3, 1), "huge": huge} {
		res, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 50}, silent)
		if err != nil {
			t.Fatal(err)
		}
		if res.Stop != engine.StopIterations || res.Final.Iterations != 50 || res.Proof.Err != nil {
			t.Errorf("%s: stopped by %v after %d iterations, %v", name, res.Stop, res.Final.Iterations, res.Proof.Err)
		}
	}
}

// Two jobs of which neither can be done alone, as one cannot be left for home and the other not be reached from there: the search takes
// them for impossible, but nobody says so before that is proven.
func TestImpossibleAlone(t *testing.T) {
	problem := func() *model.Problem {
		p := row(func(p *model.Problem) {
			p.Jobs = append(p.Jobs, model.Job{ID: "J2", Location: 3, Unassigned: 1000 * euro})
		})
		d := p.Profiles[0].Matrix.Durations
		d[2*5] = model.Unreachable // from J1 home
		d[3] = model.Unreachable   // from home to J2
		return p
	}
	res, err := engine.Solve(t.Context(), problem(), engine.Settings{Iterations: 50}, silent)
	if err != nil {
		t.Fatal(err)
	}
	left := len(res.Final.Plan.Unassigned)
	if proven := res.Stop == engine.StopProven; proven != (left == 0) || proven != (engine.Native() == nil) {
		t.Errorf("stopped by %v, %d jobs are left out", res.Stop, left)
	}
}

// A start plan with times of its own that are the best is proven as it is.
func TestProvenStart(t *testing.T) {
	ortoolstest.Need(t, engine.Native())
	best, err := engine.Solve(t.Context(), hesitant(), engine.Settings{Iterations: 100}, silent)
	if err != nil {
		t.Fatal(err)
	}
	res, err := engine.Solve(t.Context(), hesitant(), engine.Settings{Iterations: 100, Start: best.Final.Plan}, silent)
	if err != nil {
		t.Fatal(err)
	}
	if res.Stop != engine.StopProven || res.Final.Vec != best.Final.Vec || len(res.Repairs) > 0 {
		t.Errorf("stopped by %v, %v after a start of %v", res.Stop, res.Final.Vec, best.Final.Vec)
	}
}

// A context that ends during a proof ends it at once; the processor is given back once, when the solver has let go of it.
func TestProofCancelled(t *testing.T) {
	ortoolstest.Need(t, engine.Native())
	limit := ortoolstest.Limit(t, false)
	for seed := range uint64(8) {
		ctx, cancel := context.WithCancel(t.Context())
		var ended atomic.Int64
		timer := time.AfterFunc(time.Duration(50+20*seed)*time.Millisecond, func() {
			ended.Store(time.Now().UnixNano())
			cancel()
		})
		released := make(chan struct{})
		res, err := engine.Solve(ctx, modeltest.Rich(8, 3, seed), engine.Settings{
			TimeBudget: time.Minute, Searched: func() { close(released) },
		}, silent)
		if err != nil {
			t.Fatal(err)
		}
		if at := ended.Load(); at != 0 && res.Stop == engine.StopCancelled {
			if late := time.Since(time.Unix(0, at)); late > limit() {
				t.Errorf("seed %d: %v late", seed, late)
			}
		} else if res.Stop != engine.StopProven {
			t.Errorf("seed %d: stopped by %v", seed, res.Stop)
		}
		<-released
		timer.Stop()
		cancel()
	}
}

// Without the libraries everything is as if there were no proofs. A process that has loaded them keeps them, so this is another one.
func TestWithoutNative(t *testing.T) {
	const marker = "CALLOUT_TEST_WITHOUT_NATIVE"
	if os.Getenv(marker) == "" {
		self := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWithoutNative$")
		self.Env = append(os.Environ(), marker+"=1", "ORTOOLS_ROOT="+filepath.Join(t.TempDir(), "none"))
		if out, err := self.CombinedOutput(); err != nil {
			t.Errorf("%v\n%s", err, out)
		}
		return
	}
	res, err := engine.Solve(t.Context(), modeltest.Rich(4, 2, 1), engine.Settings{Iterations: 1200}, silent)
	if err != nil {
		t.Fatal(err)
	}
	if res.Stop != engine.StopIterations || res.Final.Iterations != 1200 || res.Proof.Tried {
		t.Errorf("stopped by %v after %d iterations, %+v", res.Stop, res.Final.Iterations, res.Proof)
	}
}
