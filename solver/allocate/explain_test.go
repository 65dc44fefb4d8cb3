package allocate_test

import (
	"context"
	"testing"

	"callout/solver/allocate"
	"callout/solver/stock"
)

// reasons is a depot and two sites. The depot can ship to site 1 at 3, for 4 and 2 per unit.
func reasons() *stock.Network {
	lot := func(sku stock.SKUIdx, node stock.NodeIdx, qty int64) stock.Lot {
		return stock.Lot{SKU: sku, Node: node, Qty: qty, Inbound: -1, Reserved: stock.NoTier}
	}
	demand := func(sku stock.SKUIdx, node stock.NodeIdx, loss stock.Cost) stock.Demand {
		return stock.Demand{SKU: sku, Node: node, Qty: 1, Due: 10, Tier: stock.NoTier, Late: 1, Loss: loss}
	}
	return &stock.Network{
		SKUs: []string{"none", "far", "few", "dear"}, Nodes: make([]stock.Node, 3),
		Lots:       []stock.Lot{lot(0, 0, 0), lot(1, 0, 5), lot(2, 0, 1), lot(3, 0, 5), lot(2, 1, 0)},
		Lanes:      []stock.Lane{{From: 0, To: 1, Fixed: 4, Unit: 2}},
		Departures: []stock.Departure{{Lane: 0, Leaves: 3, Arrives: 12}},
		Demands:    []stock.Demand{demand(0, 1, 50), demand(1, 2, 50), demand(2, 1, 50), demand(2, 1, 40), demand(3, 1, 3)},
	}
}

func TestExplain(t *testing.T) {
	n := reasons()
	res, err := allocate.Solve(t.Context(), n, allocate.Options{Rounds: 3})
	if err != nil {
		t.Fatal(err)
	}
	// One unit goes to site 1, two seconds late, and pays for the departure.
	if len(res.Best.Allocation.Supplies) != 1 || res.Best.Allocation.Supplies[0].Demand != 2 || res.Best.Cost != 4+2+2+50+50+40+3 {
		t.Fatal(res.Best.Cost, res.Best.Allocation)
	}
	x := allocate.Explain(t.Context(), n, res.Best.Allocation)
	if len(x.Supplies) != 1 || x.Supplies[0].Lot != -1 {
		t.Errorf("alternatives %+v", x.Supplies)
	}
	none := stock.Alternative{Lot: -1}
	want := []stock.Shortage{
		{Demand: 0, Qty: 1, Reason: stock.NoStock, Nearest: none},
		{Demand: 1, Qty: 1, Reason: stock.Unreachable, Nearest: none},
		{Demand: 3, Qty: 1, Reason: stock.Taken, Nearest: stock.Alternative{Lot: 2, Arrives: 12, Cost: 2 + 2, Taken: true}},
		{Demand: 4, Qty: 1, Reason: stock.NotWorthIt, Nearest: stock.Alternative{Lot: 3, Arrives: 12, Cost: 2 + 2}},
	}
	if len(x.Shortages) != len(want) {
		t.Fatalf("%+v", x.Shortages)
	}
	for k := range want {
		if x.Shortages[k] != want[k] {
			t.Errorf("%+v, want %+v", x.Shortages[k], want[k])
		}
	}
	// With a unit at the site there is an alternative, which is better: were the plan without it, it would be named.
	n.Lots[4].Qty = 1
	x = allocate.Explain(t.Context(), n, res.Best.Allocation)
	if x.Supplies[0] != (stock.Alternative{Lot: 4, Cost: 0}) || x.Shortages[2].Reason != stock.NotWorthIt {
		t.Errorf("%+v, %+v", x.Supplies, x.Shortages)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if x = allocate.Explain(ctx, n, res.Best.Allocation); len(x.Shortages) != 0 || x.Supplies[0].Lot != -1 {
		t.Errorf("without time: %+v", x)
	}
}
