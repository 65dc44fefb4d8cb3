package search_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/ortoolstest"
	"callout/solver/route"
	"callout/solver/search"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

func compile(tb testing.TB, p *model.Problem) *route.Instance {
	tb.Helper()
	in, err := route.Compile(p)
	if err != nil {
		tb.Fatal(err)
	}
	return in
}

func solve(tb testing.TB, in *route.Instance, o search.Options) *search.Result {
	tb.Helper()
	res, err := search.Solve(tb.Context(), in, o)
	if err != nil {
		tb.Fatal(err)
	}
	return res
}

// judge fails the test where the independent checker finds a violation or another cost.
func judge(tb testing.TB, p *model.Problem, inc *search.Incumbent) {
	tb.Helper()
	rep := check.Plan(p, inc.Plan)
	for _, v := range rep.Violations {
		tb.Errorf("violation: %+v", v)
	}
	if rep.Terms != inc.Terms {
		tb.Errorf("terms %v, the checker says %v", inc.Terms, rep.Terms)
	}
	if rep.Vec != inc.Vec {
		tb.Errorf("vec %v, the checker says %v", inc.Vec, rep.Vec)
	}
}

// onTheWay judges every plan on the way of short searches, one per seed, and lets look see it. A short test has three seeds.
func onTheWay(t *testing.T, seeds uint64, problem func(seed uint64) *model.Problem, look func(p *model.Problem, plan *model.Plan)) {
	t.Helper()
	if testing.Short() {
		seeds = 3
	}
	for seed := range seeds {
		p := problem(seed)
		solve(t, compile(t, p), search.Options{Seed: seed, Workers: 1 + int(seed)%3, Iterations: 150, OnIncumbent: func(i *search.Incumbent) {
			judge(t, p, i)
			look(p, i.Plan)
		}})
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

// Every plan on the way, not only the last one, must stand before the checker, and each must be better than the one before.
func TestRichPlansAreClean(t *testing.T) {
	seeds := uint64(60)
	if testing.Short() {
		seeds = 10
	}
	for seed := range seeds {
		p := modeltest.Rich(10+int(seed*7)%40, 2+int(seed)%6, seed)
		if seed%3 == 2 {
			p = modeltest.Rush(10+int(seed*7)%20, 2+int(seed)%4, seed)
		}
		if seed%4 == 1 {
			modeltest.Follow(p, seed)
		}
		if seed%5 == 3 {
			p = modeltest.Shipped(10+int(seed*7)%40, 2+int(seed)%6, seed)
		}
		in := compile(t, p)
		var last *search.Incumbent
		res := solve(t, in, search.Options{Seed: seed, Workers: 1 + int(seed)%3, Iterations: 150, OnIncumbent: func(i *search.Incumbent) {
			judge(t, p, i)
			if last != nil && !i.Vec.Less(last.Vec) {
				t.Errorf("seed %d: incumbent %v after %v", seed, i.Vec, last.Vec)
			}
			last = i
		}})
		judge(t, p, &res.Best)
		if last == nil || last.Vec != res.Best.Vec {
			t.Errorf("seed %d: the best plan was not sent", seed)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestPlainPlansAreClean(t *testing.T) {
	for seed := range uint64(10) {
		p := modeltest.Plain(40, 10, seed)
		res := solve(t, compile(t, p), search.Options{Seed: seed, Iterations: 500})
		judge(t, p, &res.Best)
	}
}

func TestSameSeedSamePlan(t *testing.T) {
	for seed := range uint64(6) {
		p := modeltest.Rich(35, 5, seed)
		if seed%2 == 1 {
			p = modeltest.Rush(20, 4, seed)
		}
		in := compile(t, p)
		for _, workers := range []int{1, 2, 4} {
			o := search.Options{Seed: seed, Workers: workers, Iterations: 200}
			a, b := solve(t, in, o), solve(t, compile(t, p), o)
			if !reflect.DeepEqual(a.Best.Plan, b.Best.Plan) || a.Best.Vec != b.Best.Vec {
				t.Errorf("seed %d, %d workers: plans differ: %v and %v", seed, workers, a.Best.Vec, b.Best.Vec)
			}
			if a.Stop != search.StopIterations || a.Best.Iterations != 200*int64(workers) {
				t.Errorf("stop %v after %d iterations", a.Stop, a.Best.Iterations)
			}
		}
	}
}

func TestWarmStartIsNeverWorse(t *testing.T) {
	for seed := range uint64(12) {
		p := modeltest.Rich(30, 4, seed)
		if seed%2 == 1 {
			p = modeltest.Rush(20, 3, seed)
		}
		in := compile(t, p)
		first := solve(t, in, search.Options{Seed: 1, Iterations: 400})
		again := solve(t, in, search.Options{Seed: 2, Iterations: 1, Start: first.Best.Plan})
		judge(t, p, &again.Best)
		if len(again.Repairs) > 0 {
			t.Errorf("seed %d: a clean plan was repaired: %+v", seed, again.Repairs)
		}
		if first.Best.Vec.Less(again.Best.Vec) {
			t.Errorf("seed %d: from %v to %v", seed, first.Best.Vec, again.Best.Vec)
		}
	}
}

// A plan with nonsense in it is repaired, and every stop that had to go is named.
func TestBrokenStartIsRepaired(t *testing.T) {
	for seed := range uint64(12) {
		p := modeltest.Rich(30, 4, seed)
		in := compile(t, p)
		rng := rand.New(rand.NewPCG(seed, 7))
		start := solve(t, in, search.Options{Seed: 1, Iterations: 50}).Best.Plan
		for range 5 {
			r := &start.Routes[rng.IntN(len(start.Routes))]
			st := model.Stop{Job: model.JobIdx(rng.IntN(len(p.Jobs)+2) - 1)}
			if len(p.Nodes) > 0 && rng.IntN(3) == 0 {
				st = model.Stop{Kind: model.Pickup, Node: model.NodeIdx(rng.IntN(len(p.Nodes)+2) - 1)}
			}
			at := rng.IntN(len(r.Stops) + 1)
			r.Stops = append(r.Stops[:at:at], append([]model.Stop{st}, r.Stops[at:]...)...)
		}
		stops := 0
		for k := range start.Routes {
			stops += len(start.Routes[k].Stops)
		}
		sol := route.NewSolution(in, route.NewContext(in, nil))
		dropped := sol.Load(start)
		kept := 0
		for k := range sol.Routes {
			kept += len(sol.Routes[k].Stops)
		}
		sol.MustAgree()
		if kept+len(dropped) != stops {
			t.Errorf("seed %d: %d stops, %d kept, %d dropped", seed, stops, kept, len(dropped))
		}
		res := solve(t, in, search.Options{Seed: 2, Iterations: 20, Start: start})
		judge(t, p, &res.Best)
		if len(res.Repairs) != len(dropped) {
			t.Errorf("seed %d: %d repairs for %d stops dropped", seed, len(res.Repairs), len(dropped))
		}
	}
}

func TestCancelStopsTheWork(t *testing.T) {
	in := compile(t, modeltest.Rich(60, 8, 3))
	ctx, cancel := context.WithCancel(t.Context())
	first := false
	res, err := search.Solve(ctx, in, search.Options{Seed: 1, Workers: 2, Budget: time.Minute, OnIncumbent: func(*search.Incumbent) {
		if !first {
			first = true
			cancel()
		}
	}})
	cancel()
	if err != nil || res.Stop != search.StopCancelled || res.Best.Elapsed > 20*time.Second {
		t.Errorf("stop %v after %v, %v", res.Stop, res.Best.Elapsed, err)
	}
}

func TestStopReasons(t *testing.T) {
	in := compile(t, modeltest.Plain(10, 3, 1))
	if _, err := search.Solve(t.Context(), in, search.Options{}); !errors.Is(err, search.ErrNoBudget) {
		t.Errorf("no budget: %v", err)
	}
	if r := solve(t, in, search.Options{Budget: 30 * time.Millisecond}); r.Stop != search.StopBudget {
		t.Errorf("time: stop %v", r.Stop)
	}
	if r := solve(t, in, search.Options{Budget: time.Minute, Stagnation: 50 * time.Millisecond}); r.Stop != search.StopStagnation {
		t.Errorf("stagnation: stop %v", r.Stop)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if r, err := search.Solve(ctx, in, search.Options{Budget: time.Minute}); err != nil || r.Stop != search.StopDeadline {
		t.Errorf("deadline: stop %v, %v", r.Stop, err)
	}
	empty := compile(t, &model.Problem{})
	if r := solve(t, empty, search.Options{Iterations: 5}); r.Stop != search.StopProven || r.Best.Plan == nil {
		t.Errorf("nothing to do: stop %v, plan %v", r.Stop, r.Best.Plan)
	}
}
