package allocate_test

import (
	"cmp"
	"context"
	"math"
	"slices"
	"testing"
	"time"

	"callout/api/wire"
	"callout/bench/depots"
	"callout/solver/allocate"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
	"callout/solver/stock"
)

// exact is the least cost of a network as one integer programme, stated from solver/stock alone: for each demand a flow through places in
// time, and for each departure whether it is paid for.
func exact(tb testing.TB, n *stock.Network) (cost, bound float64) {
	tb.Helper()
	m := new(highs.Model)
	used := make([]int, len(n.Departures))
	for k, p := range n.Departures {
		used[k] = m.AddColumn(highs.Column{Cost: float64(n.Lanes[p.Lane].Fixed), Upper: 1, Integer: true})
	}
	at := make([][]int, len(n.Nodes))
	for k, p := range n.Departures {
		from := n.Lanes[p.Lane].From
		at[from] = append(at[from], k)
	}
	for _, list := range at {
		slices.SortStableFunc(list, func(a, b int) int { return cmp.Compare(n.Departures[a].Leaves, n.Departures[b].Leaves) })
	}
	given := make([][]highs.Term, len(n.Lots))
	for d := range n.Demands {
		x := &n.Demands[d]
		price := func(t stock.Time) float64 { return float64(max(0, t-x.Due)) * float64(x.Late) }
		// A place is a departure that is yet to leave: units there go with it, or wait for the next one.
		in := make([][]highs.Term, len(n.Departures))
		var got []highs.Term
		arrive := func(col int, node stock.NodeIdx, t stock.Time, sign float64) (place int) {
			for _, k := range at[node] {
				if n.Departures[k].Leaves >= t {
					in[k] = append(in[k], highs.Term{Col: col, Value: sign})
					return k
				}
			}
			return -1
		}
		for l := range n.Lots {
			lot := &n.Lots[l]
			if lot.SKU != x.SKU || lot.Qty == 0 {
				continue
			}
			extra := float64(lot.BreakPrice(x.Tier))
			if lot.Node == x.Node {
				col := m.AddColumn(highs.Column{Cost: extra + price(lot.From), Upper: float64(min(lot.Qty, x.Qty))})
				got, given[l] = append(got, highs.Term{Col: col, Value: 1}), append(given[l], highs.Term{Col: col, Value: 1})
			}
			col := m.AddColumn(highs.Column{Cost: extra, Upper: float64(min(lot.Qty, x.Qty))})
			if arrive(col, lot.Node, lot.From, 1) >= 0 {
				given[l] = append(given[l], highs.Term{Col: col, Value: 1})
			} else {
				m.AddRow(0, 0, highs.Term{Col: col, Value: 1})
			}
		}
		for k, p := range n.Departures {
			lane := &n.Lanes[p.Lane]
			goes := m.AddColumn(highs.Column{Cost: float64(lane.Unit), Upper: float64(x.Qty)})
			m.AddRow(math.Inf(-1), 0, highs.Term{Col: goes, Value: 1}, highs.Term{Col: used[k], Value: -float64(x.Qty)})
			in[k] = append(in[k], highs.Term{Col: goes, Value: -1})
			end := []highs.Term{{Col: goes, Value: -1}}
			if lane.To == x.Node {
				stays := m.AddColumn(highs.Column{Cost: price(p.Arrives), Upper: float64(x.Qty)})
				got, end = append(got, highs.Term{Col: stays, Value: 1}), append(end, highs.Term{Col: stays, Value: 1})
			}
			onward := m.AddColumn(highs.Column{Upper: float64(x.Qty)})
			if arrive(onward, lane.To, p.Arrives, 1) >= 0 {
				end = append(end, highs.Term{Col: onward, Value: 1})
			}
			m.AddRow(0, 0, end...)
		}
		for _, list := range at {
			for i, k := range list {
				if i+1 < len(list) {
					waits := m.AddColumn(highs.Column{Upper: float64(x.Qty)})
					in[k] = append(in[k], highs.Term{Col: waits, Value: -1})
					in[list[i+1]] = append(in[list[i+1]], highs.Term{Col: waits, Value: 1})
				}
			}
		}
		for k := range in {
			m.AddRow(0, 0, in[k]...)
		}
		short := m.AddColumn(highs.Column{Cost: float64(x.Loss), Upper: float64(x.Qty)})
		m.AddRow(float64(x.Qty), float64(x.Qty), append(got, highs.Term{Col: short, Value: 1})...)
	}
	for l, terms := range given {
		if len(terms) > 0 {
			m.AddRow(math.Inf(-1), float64(n.Lots[l].Qty), terms...)
		}
	}
	res, err := m.SolveMIP(context.WithoutCancel(tb.Context()), highs.MIPOptions{TimeLimit: 60 * time.Second, RelativeGap: 1e-7})
	if err != nil {
		tb.Fatal(err)
	}
	return res.Objective, res.Bound
}

func small(tb testing.TB, o depots.Options) *stock.Network {
	tb.Helper()
	n, _, faults := wire.Network(depots.Generate(o), wire.DefaultLimits())
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	return n
}

// Small networks are solved to the end. Search and bound by themselves: no bound is above what is best, no allocation below it, and most
// allocations are the best.
func TestAgainstExact(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	const problems = 60
	best := 0
	worst, loosest := 0.0, 0.0
	for seed := range uint64(problems) {
		n := random(1000+seed, 5, 9, 6)
		cost, bound := exact(t, n)
		if cost-bound > 0.5 {
			t.Fatalf("seed %d: the exact programme ends with %f and %f", seed, cost, bound)
		}
		want := stock.Cost(math.Round(cost))
		o := allocate.Options{Rounds: 2, Seed: seed}
		res, err := allocate.Solve(t.Context(), n, o)
		if err != nil {
			t.Fatal(err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
		if res.Best.Cost != want || res.Best.Bound != want || res.Stop != allocate.StopProven {
			t.Errorf("seed %d: found %d, bound %d, stop %d; the best costs %d", seed, res.Best.Cost, res.Best.Bound, res.Stop, want)
		}
		if res, err = allocate.Solve(t.Context(), n, o.Alone()); err != nil {
			t.Fatal(err)
		}
		judged(t, n, res.Best.Allocation, res.Best.Cost)
		if res.Best.Cost < want || res.Best.Bound > want {
			t.Errorf("seed %d: found %d, bound %d, the best costs %d", seed, res.Best.Cost, res.Best.Bound, want)
		}
		if res.Best.Cost == want {
			best++
		}
		if plain, patterns := allocate.Values(n, 40); patterns < plain || patterns > want {
			t.Errorf("seed %d: %d by patterns, %d without at the same prices, the best costs %d", seed, patterns, plain, want)
		}
		worst = max(worst, float64(res.Best.Cost)/float64(want)-1)
		loosest = max(loosest, 1-float64(res.Best.Bound)/float64(want))
	}
	t.Logf("without the programme %d of %d are the best, the worst %.2f %% above; bounds at most %.2f %% below",
		best, problems, 100*worst, 100*loosest)
	if best < problems*3/4 {
		t.Errorf("only %d of %d are the best", best, problems)
	}
}

// Where lots are small, demands that choose patterns pay more than by the unit, and no more than the best allocation.
func TestPatterns(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	for seed := range uint64(2) {
		n := small(t, depots.Options{Nodes: 12, Lanes: 40, SKUs: 3, Demands: 24, Days: 4, FixedShare: 0.5, Seed: seed + 1})
		best, _ := exact(t, n)
		plain, patterns := allocate.Values(n, 120)
		t.Logf("seed %d: by unit %.2f %% below the best, by patterns %.2f %%", seed, 100*(1-float64(plain)/best), 100*(1-float64(patterns)/best))
		if patterns <= plain || float64(patterns) > best*(1+1e-6) {
			t.Errorf("seed %d: %d by patterns, %d by unit, the best costs %.0f", seed, patterns, plain, best)
		}
	}
}
