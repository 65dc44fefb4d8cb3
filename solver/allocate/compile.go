package allocate

import (
	"cmp"
	"slices"
	"sync/atomic"

	"callout/solver/stock"
)

// inf is dearer than any way. Sums of two costs below it stay within int64.
const inf stock.Cost = 1 << 60

// none is no index.
const none int32 = -1

// network is a stock.Network with its departures in order: a departure's number is its place by cut-off.
type network struct {
	*stock.Network

	origin          []stock.DepartureIdx
	from, to        []int32
	leaves, arrives []stock.Time
	unit, fixed     []stock.Cost
	events          []event   // of all departures, by time, arrivals before cut-offs
	after           []int32   // by departure: the first at its end that it reaches, as a place in at[to]; len where none
	at              [][]int32 // by node: departures from there, by cut-off
	place           []int32   // by departure: its place in at[from]
	lots            [][]int32 // by SKU, those with units, by time
	demands         [][]int32 // by SKU
}

// event is a cut-off or an arrival.
type event struct {
	time    stock.Time
	dep     int32
	arrival bool
}

// compile returns nil where it was stopped; stop may be nil.
func compile(n *stock.Network, stop *atomic.Bool) *network {
	stopped := func(k int) bool { return stop != nil && k&1023 == 0 && stop.Load() }
	c := &network{Network: n, lots: make([][]int32, len(n.SKUs)), demands: make([][]int32, len(n.SKUs)), at: make([][]int32, len(n.Nodes))}
	c.origin = make([]stock.DepartureIdx, len(n.Departures))
	for k := range n.Departures {
		c.origin[k] = stock.DepartureIdx(k)
	}
	c.origin = byTime(c.origin, func(k stock.DepartureIdx) stock.Time { return n.Departures[k].Leaves })
	c.events = make([]event, 0, 2*len(c.origin))
	for k, o := range c.origin {
		if stopped(k) {
			return nil
		}
		d := &n.Departures[o]
		lane := &n.Lanes[d.Lane]
		c.from, c.to = append(c.from, int32(lane.From)), append(c.to, int32(lane.To))
		c.leaves, c.arrives = append(c.leaves, d.Leaves), append(c.arrives, d.Arrives)
		c.unit, c.fixed = append(c.unit, lane.Unit), append(c.fixed, lane.Fixed)
		c.place = append(c.place, int32(len(c.at[lane.From])))
		c.at[lane.From] = append(c.at[lane.From], int32(k))
		c.events = append(c.events, event{d.Arrives, int32(k), true})
	}
	for k := range c.origin {
		c.events = append(c.events, event{c.leaves[k], int32(k), false})
	}
	c.events = byTime(c.events, func(e event) stock.Time { return e.time }) // stable: of one time, arrivals stay first
	c.after = make([]int32, len(c.origin))
	for k := range c.origin {
		if stopped(k) {
			return nil
		}
		c.after[k] = c.first(c.to[k], c.arrives[k])
	}
	for l := range n.Lots {
		if n.Lots[l].Qty > 0 {
			c.lots[n.Lots[l].SKU] = append(c.lots[n.Lots[l].SKU], int32(l))
		}
	}
	for _, list := range c.lots {
		slices.SortStableFunc(list, func(a, b int32) int { return cmp.Compare(n.Lots[a].From, n.Lots[b].From) })
	}
	for d := range n.Demands {
		c.demands[n.Demands[d].SKU] = append(c.demands[n.Demands[d].SKU], int32(d))
	}
	return c
}

// byTime sorts by times from 0 to model.MaxTime, in linear time, and keeps the order of those that are equal.
func byTime[T any](list []T, of func(T) stock.Time) []T {
	const bits, passes = 10, 3
	other := make([]T, len(list))
	for pass := range passes {
		var start [1<<bits + 1]int
		digit := func(x T) int { return int(of(x)>>(pass*bits)) & (1<<bits - 1) }
		for _, x := range list {
			start[digit(x)+1]++
		}
		for d := range 1 << bits {
			start[d+1] += start[d]
		}
		for _, x := range list {
			d := digit(x)
			other[start[d]] = x
			start[d]++
		}
		list, other = other, list
	}
	return list
}

// first is the place in at[node] of the first departure at a time or later.
func (c *network) first(node int32, t stock.Time) int32 {
	k, _ := slices.BinarySearchFunc(c.at[node], t, func(dep int32, t stock.Time) int { return cmp.Compare(c.leaves[dep], t) })
	return int32(k)
}

// arriving is what a unit costs a demand that is there at a time: its lateness, or inf where it had rather be short.
func (c *network) arriving(d int32, t stock.Time) stock.Cost {
	x := &c.Demands[d]
	late := t - x.Due
	if late <= 0 || x.Late == 0 {
		return 0
	}
	if late > x.Loss/x.Late {
		return inf
	}
	return late * x.Late
}

// outward computes for each departure the least unit costs at which a unit of a SKU can be there, over all lots, each at its price, without
// breaks; inf: it cannot. best has room for a cost by node.
func (c *network) outward(sku int32, price, out, best []stock.Cost) {
	for k := range best {
		best[k] = inf
	}
	lots := c.lots[sku]
	for _, e := range c.events {
		for len(lots) > 0 && c.Lots[lots[0]].From <= e.time {
			node := c.Lots[lots[0]].Node
			best[node] = min(best[node], price[0])
			lots, price = lots[1:], price[1:]
		}
		if e.arrival {
			if v := out[e.dep] + c.unit[e.dep]; v < best[c.to[e.dep]] {
				best[c.to[e.dep]] = v
			}
		} else {
			out[e.dep] = best[c.from[e.dep]]
		}
	}
}

// homeward computes for each departure the least cost of a unit from its cut-off on until the demand has it, lateness included; what costs
// more than most is inf. Of a departure's extra cost a unit pays 1/share, or nothing where share is 0. least holds for each node, and each place
// in its departures, the least of those from there on.
func (c *network) homeward(d int32, share int64, extra []stock.Cost, most stock.Cost, cost []stock.Cost, least [][]stock.Cost) {
	home := int32(c.Demands[d].Node)
	for k := len(c.origin) - 1; k >= 0; k-- {
		to := c.to[k]
		v := inf
		if to == home {
			v = c.lateness(d, c.arrives[k])
		}
		if p := c.after[k]; int(p) < len(c.at[to]) {
			v = min(v, least[to][p])
		}
		v += c.unit[k]
		if share > 0 {
			v += extra[k] / share
		}
		if v > most {
			v = inf
		}
		cost[k] = v
		from, p := c.from[k], c.place[k]
		if int(p)+1 < len(c.at[from]) {
			v = min(v, least[from][p+1])
		}
		least[from][p] = v
	}
}

// lateness is what a unit costs a demand that is there at a time, whatever the loss.
func (c *network) lateness(d int32, t stock.Time) stock.Cost {
	x := &c.Demands[d]
	late := t - x.Due
	if late <= 0 || x.Late == 0 {
		return 0
	}
	if late > inf/x.Late {
		return inf
	}
	return late * x.Late
}

// scratch for homeward.
func (c *network) scratch() (cost []stock.Cost, least [][]stock.Cost) {
	least = make([][]stock.Cost, len(c.Nodes))
	for k := range least {
		least[k] = make([]stock.Cost, len(c.at[k]))
	}
	return make([]stock.Cost, len(c.origin)), least
}

// away is the least cost of a unit of a lot until the demand has it, as homeward left it, without the break.
func (c *network) away(d, lot int32, least [][]stock.Cost) stock.Cost {
	l := &c.Lots[lot]
	v := inf
	if l.Node == c.Demands[d].Node {
		v = c.lateness(d, l.From)
	}
	if p := c.first(int32(l.Node), l.From); int(p) < len(least[l.Node]) {
		v = min(v, least[l.Node][p])
	}
	return v
}
