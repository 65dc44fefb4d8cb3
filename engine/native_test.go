package engine

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

// endless are native solves that go on until they are told to stop, by how many threads they take: set covering, which both solvers
// improve on for a long time.
func endless(tb testing.TB) map[string]solve {
	tb.Helper()
	ortoolstest.Need(tb, Native())
	const rows, columns = 200, 3000
	rng := rand.New(rand.NewPCG(1, 1))
	boolean, linear := cpsat.NewModel(), new(highs.Model)
	covers := make([][]cpsat.Lit, rows)
	cost := cpsat.Const(0)
	for range rows {
		linear.AddRow(1, math.Inf(1))
	}
	for range columns {
		l, price := boolean.Bool(), int64(50+rng.IntN(50))
		column := highs.Column{Cost: float64(price), Upper: 1, Integer: true}
		for _, row := range rng.Perm(rows)[:6] {
			covers[row] = append(covers[row], l)
			column.Entries = append(column.Entries, highs.Entry{Row: row, Value: 1})
		}
		cost = cost.PlusLit(price, l)
		linear.AddColumn(column)
	}
	for _, row := range covers {
		boolean.AnyOf(row)
	}
	boolean.Minimize(cost)
	const most = 20 * time.Second // in case that cancelling does nothing
	return map[string]solve{
		"cpsat, 1 thread": {1, func(ctx context.Context) error {
			_, err := boolean.Solve(ctx, cpsat.Options{TimeLimit: most})
			return err
		}},
		"cpsat, 2 threads": {2, func(ctx context.Context) error {
			_, err := boolean.Solve(ctx, cpsat.Options{TimeLimit: most, Workers: 2})
			return err
		}},
		"highs, MIP": {1, func(ctx context.Context) error {
			_, err := linear.SolveMIP(ctx, highs.MIPOptions{TimeLimit: most})
			return err
		}},
	}
}

type solve struct {
	threads int
	run     func(context.Context) error
}

// cancelled has a request do a native solve in a slot, cancels it, and returns how long it takes until its slots are given to others:
// until then its threads are at work.
func (x solve) cancelled(tb testing.TB, s *Slots, after time.Duration) time.Duration {
	tb.Helper()
	ticket, err := s.Acquire(tb.Context(), Demand{Workers: x.threads})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(ticket.Context(tb.Context()))
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		defer ticket.Release()
		ended <- x.run(ctx)
	}()
	time.Sleep(after)
	begin := time.Now()
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		tb.Fatalf("the solve was not cancelled: %v", err)
	}
	next, err := s.Acquire(tb.Context(), Demand{Workers: s.Capacity()})
	if err != nil {
		tb.Fatal(err)
	}
	took := time.Since(begin)
	next.Release()
	return took
}

// A request with a native solve gives its slots back when it is cancelled, and the next request comes in when the threads have ended.
func TestCancelNativeSolves(t *testing.T) {
	for name, x := range endless(t) {
		t.Run(name, func(t *testing.T) {
			s := NewSlots(SlotsConfig{Capacity: 2, Queue: 1})
			t.Logf("slots free after %v", x.cancelled(t, s, 300*time.Millisecond))
			if n := Lingering(); n > 0 {
				t.Errorf("%d solves are at work besides those who have come in", n)
			}
			(&office{Slots: s}).empty(t)
		})
	}
}

// How long the slots and processors of a request stay taken that is cancelled in a native solve.
func BenchmarkCancelNative(b *testing.B) {
	for name, x := range endless(b) {
		b.Run(name, func(b *testing.B) {
			s := NewSlots(SlotsConfig{Capacity: 2, Queue: 1})
			rng := rand.New(rand.NewPCG(1, 2))
			var total, worst time.Duration
			n := 0
			for b.Loop() {
				took := x.cancelled(b, s, time.Duration(100+rng.IntN(900))*time.Millisecond)
				total, worst, n = total+took, max(worst, took), n+1
			}
			b.ReportMetric(float64(total.Microseconds())/1000/float64(n), "ms-busy/cancel")
			b.ReportMetric(float64(worst.Microseconds())/1000, "ms-busy-worst")
		})
	}
}
