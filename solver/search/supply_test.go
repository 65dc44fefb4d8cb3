package search

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

// Allocated anew, the parts of a plan cost no more than before, the plan stands before the checker, its jobs are in their order, and mostly it
// becomes cheaper.
func TestPartsAreAllocatedAnew(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	gained := 0
	const plans = 24
	for seed := range uint64(plans) {
		p := modeltest.Shipped(20+int(seed), 6, seed)
		in := compiled(t, p)
		s := newSearcher(in, seed, 0)
		s.orders = newOrders(in)
		s.construct(new(atomic.Bool))
		before := s.best.Plan()
		a := newAllocator(in, &limits{})
		if a == nil {
			t.Fatalf("seed %d: no allocator", seed)
		}
		better := a.run(t.Context(), 0, s.best, 0, rand.New(rand.NewPCG(seed, 1)))
		after := a.trial.Plan()
		report := check.Plan(p, after)
		if err := report.Err(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		was := check.Plan(p, before)
		if better != report.Vec.Less(was.Vec) || was.Vec.Less(report.Vec) {
			t.Errorf("seed %d: %v before, %v after, better: %v", seed, was.Vec, report.Vec, better)
		}
		for k := range before.Routes {
			if a, b := visited(&before.Routes[k]), visited(&after.Routes[k]); !slices.Equal(a, b) {
				t.Errorf("seed %d: shift %d visited %v, now %v", seed, k, a, b)
			}
		}
		if better {
			gained++
		}
	}
	if gained < plans/6 {
		t.Errorf("only %d of %d plans became cheaper", gained, plans)
	}
	t.Logf("%d of %d plans became cheaper", gained, plans)
}

// Without a solver, without a choice, or with too little time there is none.
func TestWhereNothingIsAllocatedAnew(t *testing.T) {
	plain := compiled(t, modeltest.With(20, 4, 1))
	if newAllocator(plain, &limits{}) != nil {
		t.Error("parts are allocated where there are none")
	}
	if newAllocator(compiled(t, modeltest.Shipped(20, 4, 1)), &limits{budget: time.Millisecond}) != nil {
		t.Error("parts are allocated within a millisecond")
	}
}

// A cancelled allocation changes nothing.
func TestCancelledAllocation(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	in := compiled(t, modeltest.Shipped(30, 6, 3))
	s := newSearcher(in, 1, 0)
	s.orders = newOrders(in)
	s.construct(new(atomic.Bool))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	a := newAllocator(in, &limits{})
	if a.run(ctx, 0, s.best, 0, rand.New(rand.NewPCG(1, 1))) {
		t.Error("a plan came of it")
	}
}

func visited(r *model.Route) (out []model.JobIdx) {
	for _, s := range r.Stops {
		if s.Kind == model.Visit {
			out = append(out, s.Job)
		}
	}
	return out
}
