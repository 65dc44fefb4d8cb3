package allocate

import (
	"math"
	"slices"

	"callout/solver/stock"
)

// Expedite returns all ways to meet a need of which none is both later and no cheaper than another: the earliest first. It looks at each
// departure once, in the order of time: whatever is at a node is best brought there at the least cost until then.
func Expedite(n *stock.Network, need stock.Need) []stock.Way {
	x := &express{c: compile(n, nil), need: need}
	c := x.c
	x.cost, x.via = make([]stock.Cost, len(n.Nodes)), make([]int32, len(n.Nodes))
	x.reach, x.before = make([]stock.Cost, len(c.origin)), make([]int32, len(c.origin))
	for k := range x.cost {
		x.cost[k] = inf
	}
	lots := c.lots[need.SKU]
	until := func(t stock.Time) {
		for ; len(lots) > 0 && n.Lots[lots[0]].From <= t; lots = lots[1:] {
			if lot := &n.Lots[lots[0]]; lot.Qty >= need.Qty {
				x.arrive(int32(lot.Node), lot.From, x.times(lot.BreakPrice(need.Tier)), -1-lots[0])
			}
		}
	}
	for _, e := range c.events {
		until(e.time)
		if !e.arrival {
			x.reach[e.dep], x.before[e.dep] = x.cost[c.from[e.dep]], x.via[c.from[e.dep]]
			continue
		}
		x.arrive(c.to[e.dep], e.time, x.reach[e.dep]+x.times(c.unit[e.dep])+c.fixed[e.dep], e.dep)
	}
	until(math.MaxInt64)
	return x.ways
}

// express is one call of Expedite.
type express struct {
	c      *network
	need   stock.Need
	cost   []stock.Cost // by node: the least until now
	via    []int32      // by node: the departure that brought it, or a lot (-1 and down)
	reach  []stock.Cost // by departure: the least at its cut-off
	before []int32      // by departure: what brought that
	ways   []stock.Way
}

// times is a price of all units, or inf.
func (x *express) times(price stock.Cost) stock.Cost {
	if price > inf/x.need.Qty {
		return inf
	}
	return price * x.need.Qty
}

func (x *express) arrive(node int32, t stock.Time, cost stock.Cost, via int32) {
	if cost >= x.cost[node] {
		return
	}
	x.cost[node], x.via[node] = cost, via
	if node != int32(x.need.Node) {
		return
	}
	w := stock.Way{Arrives: t, Cost: cost}
	for ; via >= 0; via = x.before[via] {
		w.Path = append(w.Path, x.c.origin[via])
	}
	w.Lot = stock.LotIdx(-1 - via)
	slices.Reverse(w.Path)
	if k := len(x.ways) - 1; k >= 0 && x.ways[k].Arrives == t {
		x.ways = x.ways[:k]
	}
	x.ways = append(x.ways, w)
}
