package allocate_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"callout/bench/depots"
	"callout/solver/allocate"
	"callout/solver/ortools/ortoolstest"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

// judged has the checker look at an allocation and compares the costs.
func judged(t *testing.T, n *stock.Network, a *stock.Allocation, cost stock.Cost) stockcheck.Report {
	t.Helper()
	r := stockcheck.Allocation(n, a)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	if r.Terms.Total() != cost {
		t.Fatalf("costs %d, said %d", r.Terms.Total(), cost)
	}
	return r
}

// Every allocation on the way keeps the rules, costs what is said, and is better than the one before; bounds are below all of them.
func TestIncumbents(t *testing.T) {
	for seed := range uint64(60) {
		n := random(seed, 6, 12, 8)
		var costs []stock.Cost
		res, err := allocate.Solve(t.Context(), n, allocate.Options{Rounds: 2, Seed: seed, OnIncumbent: func(inc *allocate.Incumbent) {
			judged(t, n, inc.Allocation, inc.Cost)
			if k := len(costs); k > 0 && inc.Cost >= costs[k-1] {
				t.Errorf("seed %d: %d after %d", seed, inc.Cost, costs[k-1])
			}
			costs = append(costs, inc.Cost)
		}})
		if err != nil {
			t.Fatal(err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
		if len(costs) == 0 || costs[len(costs)-1] != res.Best.Cost || res.Best.Bound > res.Best.Cost {
			t.Errorf("seed %d: sent %d, best %d, bound %d", seed, costs, res.Best.Cost, res.Best.Bound)
		}
		if (res.Stop == allocate.StopProven) != (res.Best.Bound == res.Best.Cost) {
			t.Errorf("seed %d: stopped by %d with %d and %d", seed, res.Stop, res.Best.Bound, res.Best.Cost)
		}
		near := allocate.Nearest(n)
		r := stockcheck.Allocation(n, near)
		if err := r.Err(); err != nil || r.Terms.Total() < res.Best.Bound {
			t.Errorf("seed %d: nearest first: %v, %d, bound %d", seed, err, r.Terms.Total(), res.Best.Bound)
		}
	}
}

// Scarce units: many demands, few units of one SKU at places that all can reach.
func TestNeverOversold(t *testing.T) {
	for seed := range uint64(40) {
		n := random(seed, 5, 30, 25)
		for l := range n.Lots {
			n.Lots[l].SKU, n.Lots[l].Qty = 0, min(1, n.Lots[l].Qty)
		}
		for d := range n.Demands {
			n.Demands[d].SKU, n.Demands[d].Loss = 0, n.Demands[d].Loss+500
		}
		res, err := allocate.Solve(t.Context(), n, allocate.Options{Rounds: 2, Seed: seed})
		if err != nil {
			t.Fatal(err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
	}
}

// The same rounds give the same, however many work on it and whenever.
func TestSameRoundsSameAllocation(t *testing.T) {
	n := small(t, depots.Options{Nodes: 40, Lanes: 500, SKUs: 20, Demands: 100, FixedShare: 0.5, Seed: 4})
	var first string
	for _, workers := range []int{1, 2, 1, 2} {
		res, err := allocate.Solve(t.Context(), n, allocate.Options{Rounds: 3, Seed: 9, Workers: workers})
		if err != nil {
			t.Fatal(err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
		got := fmt.Sprint(res.Best.Cost, res.Best.Bound, res.Best.Rounds, res.Stop, *res.Best.Allocation)
		if first == "" {
			first = got
		} else if got != first {
			t.Errorf("%d workers: another answer", workers)
		}
		if gap := float64(res.Best.Cost-res.Best.Bound) / float64(res.Best.Cost); gap > 0.25 || res.Best.Rounds != 3 {
			t.Errorf("gap %.3f after %d rounds", gap, res.Best.Rounds)
		}
	}
}

// Whenever the caller goes, the answer is there soon and keeps the rules.
func TestCancelled(t *testing.T) {
	n := small(t, depots.Options{Nodes: 100, Lanes: 2000, SKUs: 50, Demands: 600, FixedShare: 0.5, Seed: 2})
	rng := rand.New(rand.NewPCG(3, 3))
	var worst time.Duration
	for k := range 12 {
		ctx, cancel := context.WithCancel(t.Context())
		gone := make(chan time.Time, 1)
		timer := time.AfterFunc(time.Duration(rng.IntN(900))*time.Millisecond, func() {
			gone <- time.Now()
			cancel()
		})
		res, err := allocate.Solve(ctx, n, allocate.Options{Budget: time.Minute, Workers: 1 + k%2})
		late := time.Since(<-gone)
		timer.Stop()
		cancel()
		if err != nil || res.Stop != allocate.StopCancelled {
			t.Fatal(res, err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
		worst = max(worst, late)
		if late > 2*time.Second {
			t.Errorf("%v after the caller had gone", late)
		}
	}
	t.Logf("at the latest %v after the caller had gone", worst)
}

func TestLimits(t *testing.T) {
	n := random(1, 4, 4, 3)
	if _, err := allocate.Solve(t.Context(), n, allocate.Options{}); !errors.Is(err, allocate.ErrNoBudget) {
		t.Error(err)
	}
	begin := time.Now()
	big := small(t, depots.Options{Nodes: 60, Lanes: 800, SKUs: 30, Demands: 300, FixedShare: 0.5, Seed: 2})
	res, err := allocate.Solve(t.Context(), big, allocate.Options{Budget: 300 * time.Millisecond})
	if err != nil || res.Stop != allocate.StopBudget || time.Since(begin) > 20*time.Second {
		t.Error(res.Stop, err)
	}
	res, err = allocate.Solve(t.Context(), big, allocate.Options{Rounds: 100, Gap: 0.5})
	if err != nil || res.Stop != allocate.StopProven || res.Best.Rounds > 20 || float64(res.Best.Bound) < 0.5*float64(res.Best.Cost) {
		t.Error(res.Stop, res.Best.Rounds, err)
	}
	// Nothing to decide is proven at once.
	for name, n := range map[string]*stock.Network{
		"empty":     {},
		"no lots":   {SKUs: []string{"a"}, Nodes: make([]stock.Node, 1), Demands: []stock.Demand{{Qty: 2, Loss: 5}}},
		"no demand": {SKUs: []string{"a"}, Nodes: make([]stock.Node, 1), Lots: []stock.Lot{{Qty: 2, Inbound: -1, Reserved: -1}}},
	} {
		res, err := allocate.Solve(t.Context(), n, allocate.Options{Rounds: 3})
		if err != nil || res.Stop != allocate.StopProven || len(res.Best.Allocation.Supplies) != 0 {
			t.Error(name, res, err)
		}
	}
}

// How long a caller who goes keeps the processors, at any time of a solve of the benchmark's size.
func BenchmarkCancel(b *testing.B) {
	n := small(b, depots.Options{FixedShare: 0.5, Seed: 1})
	rng := rand.New(rand.NewPCG(1, 1))
	var total, worst time.Duration
	for b.Loop() {
		ctx, cancel := context.WithCancel(b.Context())
		gone := make(chan time.Time, 1)
		time.AfterFunc(time.Duration(rng.IntN(4000))*time.Millisecond, func() {
			gone <- time.Now()
			cancel()
		})
		if _, err := allocate.Solve(ctx, n, allocate.Options{Budget: time.Minute, Workers: 2}); err != nil {
			b.Fatal(err)
		}
		late := time.Since(<-gone)
		total += late
		worst = max(worst, late)
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms-late")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-late-worst")
}
