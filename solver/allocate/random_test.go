package allocate_test

import (
	"math/rand/v2"

	"callout/solver/stock"
)

// random is a small network with everything that one may have: several legs, reservations, inbound supply, lots of nothing, lanes for
// nothing, demands that nobody can serve.
func random(seed uint64, nodes, lanes, demands int) *stock.Network {
	rng := rand.New(rand.NewPCG(seed, 7))
	n := &stock.Network{SKUs: []string{"a", "b", "c"}, Tiers: []string{"gold", "silver"}, Nodes: make([]stock.Node, nodes)}
	node := func() stock.NodeIdx { return stock.NodeIdx(rng.IntN(nodes)) }
	tier := func() stock.TierIdx { return stock.TierIdx(rng.IntN(3) - 1) }
	for range 2 * nodes {
		l := stock.Lot{SKU: stock.SKUIdx(rng.IntN(3)), Node: node(), Qty: int64(rng.IntN(5)), Inbound: -1, Reserved: tier()}
		if l.Reserved >= 0 {
			l.Break = stock.Cost(rng.IntN(30))
		} else if rng.IntN(3) == 0 {
			l.Inbound, l.From = int32(len(n.Lots)), stock.Time(rng.IntN(60))
		}
		n.Lots = append(n.Lots, l)
	}
	for k := range lanes {
		l := stock.Lane{From: node(), To: node(), Unit: stock.Cost(rng.IntN(20))}
		for l.To == l.From {
			l.To = node()
		}
		if rng.IntN(4) > 0 {
			l.Fixed = stock.Cost(rng.IntN(80))
		}
		n.Lanes = append(n.Lanes, l)
		for range 1 + rng.IntN(3) {
			leaves := stock.Time(rng.IntN(90))
			n.Departures = append(n.Departures, stock.Departure{
				Lane: stock.LaneIdx(k), Leaves: leaves, Arrives: leaves + 1 + stock.Time(rng.IntN(40)),
			})
		}
	}
	for range demands {
		n.Demands = append(n.Demands, stock.Demand{
			SKU: stock.SKUIdx(rng.IntN(3)), Node: node(), Qty: 1 + int64(rng.IntN(6)), Due: stock.Time(rng.IntN(120) - 20),
			Tier: tier(), Late: stock.Cost(rng.IntN(4)), Loss: 1 + stock.Cost(rng.IntN(150)),
		})
	}
	return n
}
