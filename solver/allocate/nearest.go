package allocate

import (
	"cmp"
	"slices"

	"callout/solver/stock"
)

// Nearest serves demands one after another, whichever is due first, each from the stock that costs it least if it sends for itself
// alone, lateness included; stock reserved for other tiers it leaves. It is what Solve is compared with.
func Nearest(n *stock.Network) *stock.Allocation {
	c := compile(n, nil)
	x := &explainer{c: c, extra: c.fixed, left: make([]int64, len(n.Lots))}
	x.cost, x.least = c.scratch()
	for l := range n.Lots {
		x.left[l] = n.Lots[l].Qty
	}
	order := make([]int32, len(n.Demands))
	for d := range order {
		order[d] = int32(d)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(n.Demands[a].Due, n.Demands[b].Due) })
	p := newDraft(c, nil, nil)
	for _, d := range order {
		demand := &n.Demands[d]
		for open := demand.Qty; open > 0; {
			x.look(d, open, demand.Loss)
			best := x.best(d, open, func(l stock.LotIdx) bool {
				return x.left[l] > 0 && n.Lots[l].BreakPrice(demand.Tier) == 0
			})
			if best.Lot < 0 || best.Cost > open*demand.Loss {
				break
			}
			units := min(open, x.left[best.Lot])
			x.left[best.Lot] -= units
			open -= units
			p.put(d, piece{lot: int32(best.Lot), qty: units, path: x.way(d, int32(best.Lot))})
		}
	}
	return p.allocation()
}
