package allocate

import (
	"context"

	"callout/solver/stock"
)

// Explain says what else could have served each demand, and why those that are short are. It ends when ctx does, with what it has; short
// demands come first.
func Explain(ctx context.Context, n *stock.Network, a *stock.Allocation) *stock.Explanation {
	x := newExplainer(n, a)
	out := &stock.Explanation{Supplies: make([]stock.Alternative, len(a.Supplies))}
	for k := range out.Supplies {
		out.Supplies[k].Lot = -1
	}
	for d := range n.Demands {
		if x.short[d] > 0 && ctx.Err() == nil {
			out.Shortages = append(out.Shortages, x.shortage(int32(d)))
		}
	}
	for k := 0; k < len(a.Supplies) && ctx.Err() == nil; {
		d := a.Supplies[k].Demand
		x.look(int32(d), n.Demands[d].Qty, n.Demands[d].Loss)
		for ; k < len(a.Supplies) && a.Supplies[k].Demand == d; k++ {
			s := &a.Supplies[k]
			out.Supplies[k] = x.best(int32(d), s.Qty, func(l stock.LotIdx) bool { return l != s.Lot })
		}
	}
	return out
}

// explainer knows what is used and what is left.
type explainer struct {
	c     *network
	extra []stock.Cost // by departure: its fixed cost, unless it is used
	left  []int64      // by lot
	short []int64      // by demand
	cost  []stock.Cost
	least [][]stock.Cost
	share int64 // of look
}

func newExplainer(n *stock.Network, a *stock.Allocation) *explainer {
	c := compile(n, nil)
	x := &explainer{c: c, extra: make([]stock.Cost, len(c.origin)), left: make([]int64, len(n.Lots)), short: make([]int64, len(n.Demands))}
	x.cost, x.least = c.scratch()
	for l := range n.Lots {
		x.left[l] = n.Lots[l].Qty
	}
	for d := range n.Demands {
		x.short[d] = n.Demands[d].Qty
	}
	used := make([]bool, len(n.Departures))
	for k := range a.Supplies {
		s := &a.Supplies[k]
		x.left[s.Lot] -= s.Qty
		x.short[s.Demand] -= s.Qty
		for _, p := range s.Path {
			used[p] = true
		}
	}
	for k, o := range c.origin {
		if !used[o] {
			x.extra[k] = c.fixed[k]
		}
	}
	return x
}

// look finds the ways to a demand for so many units that cost no more than most each.
func (x *explainer) look(d int32, units int64, most stock.Cost) {
	x.share = units
	x.c.homeward(d, units, x.extra, most, x.cost, x.least)
}

// best is the cheapest of some lots, after look.
func (x *explainer) best(d int32, units int64, may func(stock.LotIdx) bool) stock.Alternative {
	c := x.c
	out := stock.Alternative{Lot: -1}
	value := inf
	for _, l := range c.lots[c.Demands[d].SKU] {
		if !may(stock.LotIdx(l)) {
			continue
		}
		if v := min(inf, c.away(d, l, x.least)+c.Lots[l].BreakPrice(c.Demands[d].Tier)); v < value {
			value, out.Lot = v, stock.LotIdx(l)
		}
	}
	if out.Lot < 0 {
		return out
	}
	out.Taken = x.left[out.Lot] == 0
	each, once := x.follow(d, int32(out.Lot), &out.Arrives)
	out.Cost = units*(each+c.Lots[out.Lot].BreakPrice(c.Demands[d].Tier)) + once
	return out
}

// follow the best way from a lot: what each unit costs, and what all do once.
func (x *explainer) follow(d, lot int32, arrives *stock.Time) (each, once stock.Cost) {
	*arrives = x.c.Lots[lot].From
	for _, dep := range x.way(d, lot) {
		each += x.c.unit[dep]
		once += x.extra[dep]
		*arrives = x.c.arrives[dep]
	}
	return each + x.c.lateness(d, *arrives), once
}

// way is the best way from a lot, after look.
func (x *explainer) way(d, lot int32) []int32 {
	c := x.c
	var out []int32
	for at, now := int32(c.Lots[lot].Node), c.Lots[lot].From; ; {
		p := c.first(at, now)
		onward := inf
		if int(p) < len(x.least[at]) {
			onward = x.least[at][p]
		}
		if at == int32(c.Demands[d].Node) && c.lateness(d, now) <= onward {
			return out
		}
		for int(p)+1 < len(x.least[at]) && x.least[at][p+1] == onward {
			p++
		}
		dep := c.at[at][p]
		out = append(out, dep)
		at, now = c.to[dep], c.arrives[dep]
	}
}

// shortage explains a demand that is short.
func (x *explainer) shortage(d int32) stock.Shortage {
	c := x.c
	out := stock.Shortage{Demand: stock.DemandIdx(d), Qty: x.short[d], Reason: stock.Unreachable, Nearest: stock.Alternative{Lot: -1}}
	if len(c.lots[c.Demands[d].SKU]) == 0 {
		out.Reason = stock.NoStock
		return out
	}
	x.look(d, 1, inf-1)
	if out.Nearest = x.best(d, 1, func(stock.LotIdx) bool { return true }); out.Nearest.Lot < 0 {
		return out
	}
	out.Reason = stock.Taken
	if spare := x.best(d, 1, func(l stock.LotIdx) bool { return x.left[l] > 0 }); spare.Lot >= 0 {
		out.Reason, out.Nearest = stock.NotWorthIt, spare
	}
	return out
}
