package allocate

import (
	"slices"

	"callout/solver/stock"
)

// subnet is the part of the network that a demand may reasonably use: every way from a lot of its SKU that costs less than reach in unit
// costs, lateness and the lot's price, whatever the departures' fixed costs. Its arcs are departures, the latest cut-off first. A value of an arc is the
// least cost of a unit from its cut-off on; least is the least value of it and of the later arcs from the same node.
type subnet struct {
	demand int32
	reach  stock.Cost // no way outside costs less, with the price of its lot
	dep    []int32
	next   []int32 // the earliest arc from its end that it reaches, or none
	prev   []int32 // the next later arc from the same node, or none
	home   []stock.Cost
	most   []int32 // units that an arc can carry at most; in subnets of the proof
	lots   []source
}

// source is a lot of the demand's SKU.
type source struct {
	lot    int32
	start  int32      // the earliest arc from there that leaves when the lot is there, or none
	direct stock.Cost // lateness of a unit of a lot at the demand's place; inf for others
	brk    stock.Cost // price of its reservation
	reach  stock.Cost // no way from there outside the subnet costs less
}

// builder makes subnets; it is for one goroutine.
type builder struct {
	c                *network
	cost             []stock.Cost
	least            [][]stock.Cost
	best             []stock.Cost // by node
	outward, through []stock.Cost
	local            []int32 // by departure: its arc, while a subnet is made
	ahead, behind    []stock.Cost
	kept             []int32
	seen             [][]int32 // by node: arcs from there, the latest first
}

func newBuilder(c *network) *builder {
	b := &builder{
		c: c, best: make([]stock.Cost, len(c.Nodes)), outward: make([]stock.Cost, len(c.origin)),
		local: make([]int32, len(c.origin)), seen: make([][]int32, len(c.Nodes)),
	}
	b.cost, b.least = c.scratch()
	return b
}

// alone fills in what a unit of each lot of the SKU costs a demand if all departures on its way are for the demand alone.
func (b *builder) alone(d int32, cost []stock.Cost) {
	x := &b.c.Demands[d]
	b.c.homeward(d, x.Qty, b.c.fixed, x.Loss, b.cost, b.least)
	for k, l := range b.c.lots[x.SKU] {
		cost[k] = min(inf, b.c.away(d, l, b.least)+b.c.Lots[l].BreakPrice(x.Tier))
	}
}

// prices guesses what the units of a SKU are worth: to its demands, and where they are, by lot. It is what they would be if departures
// were shared by nobody.
func (b *builder) prices(sku int32, t *transport, worth, price []stock.Cost) {
	c := b.c
	demands, lots := c.demands[sku], c.lots[sku]
	t.reset(len(demands), len(lots))
	for l, lot := range lots {
		t.have[l] = c.Lots[lot].Qty
	}
	for k, d := range demands {
		t.need[k], t.loss[k] = c.Demands[d].Qty, c.Demands[d].Loss
		if t.stop.Load() {
			return
		}
		b.alone(d, t.cost[k])
	}
	t.solve()
	t.scarcity(price)
	for k, d := range demands {
		worth[d] = t.loss[k]
		for l, v := range t.cost[k] {
			if v < inf && price[l] < inf {
				worth[d] = min(worth[d], v+price[l])
			}
		}
	}
}

// depart prepares for subnets of a SKU's demands, at prices of its lots.
func (b *builder) depart(sku int32, price []stock.Cost) { b.c.outward(sku, price, b.outward, b.best) }

// build makes the subnet of a demand, after depart. With more than most arcs its reach is cut down.
func (b *builder) build(d int32, reach stock.Cost, price []stock.Cost, most int) *subnet {
	c := b.c
	x := &c.Demands[d]
	s := &subnet{demand: d, reach: reach}
	c.homeward(d, 0, nil, x.Loss, b.cost, b.least)
	s.reach = b.afford(s.reach, most)
	outward := b.outward
	home := int32(x.Node)
	for node := range b.seen {
		b.seen[node] = b.seen[node][:0]
	}
	for k := len(c.origin) - 1; k >= 0; k-- {
		if b.cost[k] >= inf || outward[k] >= inf || outward[k]+b.cost[k] >= s.reach {
			continue
		}
		from, to, arc := c.from[k], c.to[k], int32(len(s.dep))
		s.dep = append(s.dep, int32(k))
		s.prev = append(s.prev, last(b.seen[from]))
		s.next = append(s.next, b.reached(to, c.arrives[k]))
		v := inf
		if to == home {
			v = c.arriving(d, c.arrives[k])
		}
		s.home = append(s.home, v)
		b.local[k] = arc
		b.seen[from] = append(b.seen[from], int32(k))
	}
	for k := range s.prev {
		if p := s.prev[k]; p != none {
			s.prev[k] = b.local[p]
		}
		if p := s.next[k]; p != none {
			s.next[k] = b.local[p]
		}
	}
	for k, l := range c.lots[x.SKU] {
		lot := &c.Lots[l]
		o := source{lot: l, start: b.reached(int32(lot.Node), lot.From), direct: inf, brk: lot.BreakPrice(x.Tier)}
		o.reach = max(0, s.reach-price[k])
		if o.start != none {
			o.start = b.local[o.start]
		}
		if lot.Node == x.Node {
			o.direct = c.arriving(d, lot.From)
		}
		s.lots = append(s.lots, o)
	}
	return s
}

// afford lowers a reach until no more than most departures lie within it.
func (b *builder) afford(reach stock.Cost, most int) stock.Cost {
	through := b.through[:0]
	for k, v := range b.cost {
		if v < inf && b.outward[k] < inf && v+b.outward[k] < reach {
			through = append(through, v+b.outward[k])
		}
	}
	b.through = through
	if len(through) <= most {
		return reach
	}
	slices.Sort(through)
	return through[most]
}

// last departure of a list, or none.
func last(list []int32) int32 {
	if len(list) == 0 {
		return none
	}
	return list[len(list)-1]
}

// reached is the earliest departure seen from a node at a time or later, or none.
func (b *builder) reached(node int32, t stock.Time) int32 {
	seen := b.seen[node] // the latest first
	lo, hi := 0, len(seen)
	for lo < hi {
		mid := (lo + hi) / 2
		if b.c.leaves[seen[mid]] >= t {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if lo == 0 {
		return none
	}
	return seen[lo-1]
}

// values fills in the least values of the arcs, given what each arc costs.
func (s *subnet) values(arc, least []stock.Cost) {
	least = least[:len(arc)]
	for k := range arc {
		v := s.home[k]
		if p := s.next[k]; p != none {
			v = min(v, least[p])
		}
		v = min(v+arc[k], inf)
		if p := s.prev[k]; p != none {
			v = min(v, least[p])
		}
		least[k] = v
	}
}

// value of a source: its least cost, without its break.
func (o *source) value(least []stock.Cost) stock.Cost {
	v := o.direct
	if o.start != none {
		v = min(v, least[o.start])
	}
	return v
}

// path appends the arcs of the best way from a source. Of equal ways it takes the one that is there first, then the last to leave.
func (s *subnet) path(o *source, least []stock.Cost, out []int32) []int32 {
	if o.direct < inf && (o.start == none || o.direct <= least[o.start]) {
		return out
	}
	for k := o.start; ; {
		for s.prev[k] != none && least[s.prev[k]] == least[k] {
			k = s.prev[k]
		}
		out = append(out, k)
		p := s.next[k]
		if p == none || s.home[k] <= least[p] {
			return out
		}
		k = p
	}
}

// narrow returns the part of a subnet whose ways cost less than reach, with what each arc costs and each of its lots (label).
func (b *builder) narrow(s *subnet, reach stock.Cost, arc, label []stock.Cost) *subnet {
	n := len(s.dep)
	b.ahead, b.behind, b.kept = resize(b.ahead, n), resize(b.behind, n), resize(b.kept, n)
	ahead, behind, kept := b.ahead, b.behind, b.kept
	s.values(arc, ahead)
	for a := range behind {
		behind[a] = inf
	}
	for k := range s.lots {
		if o := s.lots[k].start; o != none {
			behind[o] = min(behind[o], label[k])
		}
	}
	for a := n - 1; a >= 0; a-- { // the earliest first
		if p := s.prev[a]; p != none {
			behind[p] = min(behind[p], behind[a])
		}
		if p := s.next[a]; p != none {
			behind[p] = min(behind[p], behind[a]+arc[a], inf)
		}
	}
	out := &subnet{demand: s.demand, reach: reach}
	for a, dep := range s.dep { // kept is the next arc of the chain that stays, the arc itself included
		kept[a] = none
		if p := s.prev[a]; p != none {
			kept[a] = kept[p]
		}
		v := s.home[a]
		next := none
		if p := s.next[a]; p != none {
			v, next = min(v, ahead[p]), kept[p]
		}
		if behind[a]+min(v+arc[a], inf) >= min(reach, inf) {
			continue
		}
		out.dep, out.home = append(out.dep, dep), append(out.home, s.home[a])
		out.prev, out.next = append(out.prev, kept[a]), append(out.next, next)
		kept[a] = int32(len(out.dep) - 1)
	}
	out.lots = make([]source, len(s.lots))
	for k, o := range s.lots {
		if o.start != none {
			o.start = kept[o.start]
		}
		o.reach = min(o.reach, max(0, reach-label[k]))
		out.lots[k] = o
	}
	return out
}
