package allocate_test

import (
	"cmp"
	"slices"
	"testing"

	"callout/solver/allocate"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

// point is a time and a cost.
type point struct{ time, cost int64 }

// follow tries all ways on from a node.
func follow(n *stock.Network, need stock.Need, at stock.NodeIdx, now stock.Time, cost stock.Cost, out *[]point) {
	if at == need.Node {
		*out = append(*out, point{now, cost})
	}
	for _, p := range n.Departures {
		if lane := &n.Lanes[p.Lane]; lane.From == at && p.Leaves >= now {
			follow(n, need, lane.To, p.Arrives, cost+lane.Fixed+need.Qty*lane.Unit, out)
		}
	}
}

// The front is that of all ways, found by trying them, and each way keeps the rules and costs what is said.
func TestExpedite(t *testing.T) {
	several := 0
	for seed := range uint64(400) {
		n := random(seed, 5, 8, 1)
		need := stock.Need{SKU: n.Demands[0].SKU, Node: n.Demands[0].Node, Qty: 1 + int64(seed%3), Tier: n.Demands[0].Tier}
		var all []point
		for l := range n.Lots {
			if lot := &n.Lots[l]; lot.SKU == need.SKU && lot.Qty >= need.Qty {
				follow(n, need, lot.Node, lot.From, need.Qty*lot.BreakPrice(need.Tier), &all)
			}
		}
		slices.SortFunc(all, func(a, b point) int { return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.cost, b.cost)) })
		var want []point
		for _, p := range all {
			if k := len(want); k == 0 || p.cost < want[k-1].cost {
				want = append(want, p)
			}
		}
		var got []point
		n.Demands[0].Qty, n.Demands[0].Due = need.Qty, 1000
		for _, w := range allocate.Expedite(n, need) {
			got = append(got, point{w.Arrives, w.Cost})
			r := stockcheck.Allocation(n, &stock.Allocation{Supplies: []stock.Supply{{Lot: w.Lot, Qty: need.Qty, Path: w.Path}}})
			if r.Err() != nil || r.Terms.Total() != w.Cost || r.Arrives[0] != w.Arrives {
				t.Errorf("seed %d: %v, costs %d at %d, said %d at %d", seed, r.Err(), r.Terms.Total(), r.Arrives[0], w.Cost, w.Arrives)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("seed %d: %v, want %v", seed, got, want)
		}
		if len(want) > 1 {
			several++
		}
	}
	if several < 20 {
		t.Errorf("only %d fronts have several ways", several)
	}
}
