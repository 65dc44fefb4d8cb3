package stockcheck_test

import (
	"testing"

	"callout/solver/stock"
	"callout/solver/stockcheck"
)

// chain is a top, a depot and a site in a row. Demand 0 is for three units at the site, of which two come from the top with two
// departures and one from the site itself; demand 1 gets nothing.
func chain() (*stock.Network, *stock.Allocation) {
	n := &stock.Network{
		SKUs: []string{"a", "b"}, Tiers: []string{"gold"}, Nodes: make([]stock.Node, 3),
		Lots: []stock.Lot{
			{SKU: 0, Node: 0, Qty: 2, Inbound: -1, Reserved: 0, Break: 5},
			{SKU: 0, Node: 2, Qty: 1, Inbound: 0, Reserved: stock.NoTier, From: 12},
			{SKU: 1, Node: 2, Qty: 9, Inbound: -1, Reserved: stock.NoTier},
		},
		Lanes: []stock.Lane{{From: 0, To: 1, Fixed: 100, Unit: 3}, {From: 1, To: 2, Fixed: 10, Unit: 1}},
		Departures: []stock.Departure{
			{Lane: 0, Leaves: 4, Arrives: 8}, {Lane: 1, Leaves: 8, Arrives: 15}, {Lane: 1, Leaves: 7, Arrives: 9}, {Lane: 0, Leaves: 5, Arrives: 5},
		},
		Demands: []stock.Demand{
			{SKU: 0, Node: 2, Qty: 3, Due: 11, Tier: stock.NoTier, Late: 2, Loss: 70},
			{SKU: 0, Node: 2, Qty: 4, Due: 11, Tier: 0, Late: 2, Loss: 50},
		},
	}
	return n, &stock.Allocation{Supplies: []stock.Supply{
		{Demand: 0, Lot: 1, Qty: 1}, {Demand: 0, Lot: 0, Qty: 2, Path: []stock.DepartureIdx{0, 1}},
	}}
}

func TestCosts(t *testing.T) {
	n, a := chain()
	r := stockcheck.Allocation(n, a)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	// Both departures; two units over both lanes; both broken out of gold's; one unit one second late, two four; four of demand 1 short.
	want := stock.Terms{Fixed: 110, Unit: 2 * (3 + 1), Breaks: 2 * 5, Late: 1*1*2 + 2*4*2, Short: 4 * 50}
	if r.Terms != want {
		t.Errorf("costs %+v, want %+v", r.Terms, want)
	}
	if r.Served[0] != 3 || r.InTime[0] != 0 || r.Served[1] != 0 || r.Arrives[1] != 15 {
		t.Errorf("served %v, in time %v, arrivals %v", r.Served, r.InTime, r.Arrives)
	}
	// For gold there is nothing to break.
	a.Supplies[1].Demand = 1
	if r = stockcheck.Allocation(n, a); r.Err() != nil || r.Terms.Breaks != 0 {
		t.Errorf("%v, breaks %d", r.Err(), r.Terms.Breaks)
	}
}

// Each code has a change of a good allocation that brings about just it.
func TestViolations(t *testing.T) {
	for code, spoil := range map[stockcheck.Code]func(*stock.Network, *stock.Allocation){
		stockcheck.BadIndex:   func(_ *stock.Network, a *stock.Allocation) { a.Supplies[1].Path[1] = 4 },
		stockcheck.NoUnits:    func(_ *stock.Network, a *stock.Allocation) { a.Supplies[0].Qty = 0 },
		stockcheck.OtherSKU:   func(_ *stock.Network, a *stock.Allocation) { a.Supplies[0].Lot = 2 },
		stockcheck.Oversold:   func(n *stock.Network, _ *stock.Allocation) { n.Lots[0].Qty = 1 },
		stockcheck.Overserved: func(n *stock.Network, _ *stock.Allocation) { n.Demands[0].Qty = 2 },
		stockcheck.BrokenPath: func(_ *stock.Network, a *stock.Allocation) { a.Supplies[1].Path = a.Supplies[1].Path[:1] },
		stockcheck.TooEarly:   func(n *stock.Network, _ *stock.Allocation) { n.Departures[1].Leaves = 7 },
		stockcheck.Overflow:   func(n *stock.Network, _ *stock.Allocation) { n.Demands[1].Qty, n.Demands[1].Loss = 1e9, 1e15 },
		stockcheck.Backwards:  func(n *stock.Network, _ *stock.Allocation) { n.Departures[0].Arrives = 4 },
		stockcheck.NotInOrder: func(_ *stock.Network, a *stock.Allocation) {
			a.Supplies[0], a.Supplies[1] = a.Supplies[1], a.Supplies[0]
		},
	} {
		n, a := chain()
		spoil(n, a)
		r := stockcheck.Allocation(n, a)
		if len(r.Violations) != 1 || r.Violations[0].Code != code || r.Feasible() || r.Err() == nil {
			t.Errorf("%s: %v", code, r.Violations)
		}
	}
	for name, spoil := range map[string]func(*stock.Supply){
		"lot":     func(s *stock.Supply) { s.Lot = 3 },
		"no lot":  func(s *stock.Supply) { s.Lot = -1 },
		"demand":  func(s *stock.Supply) { s.Demand = 2 },
		"no path": func(s *stock.Supply) { s.Path = []stock.DepartureIdx{-1} },
	} {
		n, a := chain()
		spoil(&a.Supplies[1])
		if r := stockcheck.Allocation(n, a); len(r.Violations) == 0 || r.Violations[0].Code != stockcheck.BadIndex {
			t.Errorf("%s: %v", name, r.Violations)
		}
	}
}
