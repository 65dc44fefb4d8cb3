package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"callout/api/wire"
	"callout/bench/depots"
	"callout/engine"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

func week(tb testing.TB, demands int) *stock.Network {
	tb.Helper()
	n, _, faults := wire.Network(depots.Generate(depots.Options{
		Nodes: 40, Lanes: 500, SKUs: 20, Demands: demands, FixedShare: 0.5, Seed: 3,
	}), wire.DefaultLimits())
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	return n
}

func TestAllocateStream(t *testing.T) {
	n := week(t, 120)
	var got []*engine.Allocated
	searched, begun := 0, 0
	slots := engine.NewSlots(engine.SlotsConfig{Capacity: 1})
	res, err := engine.Allocate(t.Context(), n, engine.AllocateSettings{
		Rounds: 4, Explain: time.Minute, Searched: func() { searched++ },
		Turn: &engine.Turn{Ticket: join(t, slots), Begun: func() { begun++ }},
	}, func(a *engine.Allocated) error {
		got = append(got, a)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if searched != 1 || begun != 1 || res.Stop != engine.StopIterations || len(got) == 0 {
		t.Errorf("searched %d, begun %d, stopped by %v, %d sent", searched, begun, res.Stop, len(got))
	}
	all := append(got, &res.Final)
	for k, a := range all {
		want := engine.Improved
		if k == 0 {
			want = engine.First
		} else if k == len(all)-1 {
			want = engine.Final
		}
		r := stockcheck.Allocation(n, a.Allocation)
		if err := r.Err(); err != nil || r.Terms != a.Report.Terms || a.Bound > r.Terms.Total() {
			t.Errorf("allocation %d: %v, %+v, bound %d", k, err, r.Terms, a.Bound)
		}
		if a.Kind != want || a.Sequence != int64(k+1) || k > 0 && r.Terms.Total() > all[k-1].Report.Terms.Total() {
			t.Errorf("allocation %d: kind %v, sequence %d", k, a.Kind, a.Sequence)
		}
	}
	if g := res.Final.Gap(); g <= 0 || g > 0.3 {
		t.Errorf("gap %g", g)
	}
	short := 0
	for d := range n.Demands {
		if res.Final.Report.Served[d] < n.Demands[d].Qty {
			short++
		}
	}
	if len(res.Explanation.Shortages) != short || len(res.Explanation.Supplies) != len(res.Final.Allocation.Supplies) {
		t.Errorf("%d of %d shortages are explained", len(res.Explanation.Shortages), short)
	}
}

func TestAllocateEnds(t *testing.T) {
	n := week(t, 400)
	keep := func(*engine.Allocated) error { return nil }
	if _, err := engine.Allocate(t.Context(), n, engine.AllocateSettings{}, keep); !errors.Is(err, engine.ErrNoBudget) {
		t.Error(err)
	}
	gone := errors.New("gone")
	long := engine.AllocateSettings{TimeBudget: time.Minute, Workers: 2, Explain: time.Second}
	if _, err := engine.Allocate(t.Context(), n, long, func(*engine.Allocated) error { return gone }); !errors.Is(err, gone) {
		t.Error(err)
	}
	// Before its turn, with its cause; afterwards with what there is.
	slots, _, taken := queue(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	time.AfterFunc(20*time.Millisecond, func() { cancel(engine.ErrShutdown) })
	long.Turn = &engine.Turn{Ticket: join(t, slots)}
	if _, err := engine.Allocate(ctx, n, long, keep); !errors.Is(err, engine.ErrLeft) || !errors.Is(err, engine.ErrShutdown) {
		t.Error(err)
	}
	taken.Release()
	unused(t, slots)
	long.Turn = nil
	ctx, cancel = context.WithCancelCause(t.Context())
	res, err := engine.Allocate(ctx, n, long, func(*engine.Allocated) error {
		cancel(engine.ErrShutdown)
		return nil
	})
	if err != nil || res.Stop != engine.StopShutdown || res.Explanation == nil {
		t.Errorf("%v", err)
	}
}
