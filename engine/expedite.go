package engine

import (
	"fmt"

	"callout/solver/allocate"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

// Expedite returns the ways to meet a need in a well-formed network: the earliest, and each later one that is cheaper. Each has been judged
// by solver/stockcheck. Where there are none, the reason is NoStock or Unreachable.
//
// Errors: *InternalError.
func Expedite(n *stock.Network, need stock.Need) ([]stock.Way, stock.Reason, error) {
	ways := allocate.Expedite(n, need)
	alone := *n
	for k, w := range ways {
		alone.Demands = []stock.Demand{{SKU: need.SKU, Node: need.Node, Qty: need.Qty, Due: w.Arrives, Tier: need.Tier}}
		r := stockcheck.Allocation(&alone, &stock.Allocation{Supplies: []stock.Supply{{Lot: w.Lot, Qty: need.Qty, Path: w.Path}}})
		if err := r.Err(); err != nil || r.Terms.Total() != w.Cost || r.InTime[0] != need.Qty || k > 0 && w.Cost >= ways[k-1].Cost {
			return nil, 0, &InternalError{Doing: fmt.Sprintf("expediting: %v, costs %d, said %d", err, r.Terms.Total(), w.Cost)}
		}
	}
	for l := range n.Lots {
		if n.Lots[l].SKU == need.SKU && n.Lots[l].Qty >= need.Qty {
			return ways, stock.Unreachable, nil
		}
	}
	return ways, stock.NoStock, nil
}
