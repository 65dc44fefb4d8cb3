package allocate

import (
	"math/rand/v2"
	"slices"
	"sync/atomic"

	"callout/solver/stock"
)

// piece is units of one lot on their way to a demand.
type piece struct {
	lot  int32
	qty  int64
	each stock.Cost // per unit: lanes, break and lateness
	path []int32    // departures
}

// draft is an allocation under construction: every demand has its pieces, and is short of the rest.
type draft struct {
	c      *network
	nets   []*subnet
	left   []int64 // by lot
	use    []int32 // by departure: pieces that go with it
	on     [][]int32
	pieces [][]piece
	cost   stock.Cost

	arc, least []stock.Cost
	path       []int32
	tr         transport
	work       int64  // arcs looked at so far
	closed     []bool // by departure: not to be used; nil: all are open
}

func newDraft(c *network, nets []*subnet, stop *atomic.Bool) *draft {
	p := &draft{
		tr: transport{stop: stop},
		c:  c, nets: nets, left: make([]int64, len(c.Lots)), use: make([]int32, len(c.origin)),
		on: make([][]int32, len(c.origin)), pieces: make([][]piece, len(c.Demands)),
	}
	for l := range c.Lots {
		p.left[l] = c.Lots[l].Qty
	}
	for d := range c.Demands {
		p.cost += c.Demands[d].Qty * c.Demands[d].Loss
	}
	return p
}

// put adds a piece.
func (p *draft) put(d int32, x piece) {
	p.left[x.lot] -= x.qty
	p.cost += x.qty * (x.each - p.c.Demands[d].Loss)
	for _, dep := range x.path {
		if p.use[dep]++; p.use[dep] == 1 {
			p.cost += p.c.fixed[dep]
		}
		p.on[dep] = append(p.on[dep], d)
	}
	p.pieces[d] = append(p.pieces[d], x)
}

// clear takes all pieces of a demand away and returns them.
func (p *draft) clear(d int32) []piece {
	out := p.pieces[d]
	p.pieces[d] = nil
	for k := range out {
		x := &out[k]
		p.left[x.lot] += x.qty
		p.cost -= x.qty * (x.each - p.c.Demands[d].Loss)
		for _, dep := range x.path {
			if p.use[dep]--; p.use[dep] == 0 {
				p.cost -= p.c.fixed[dep]
			}
			on := p.on[dep]
			on[slices.Index(on, d)] = on[len(on)-1]
			p.on[dep] = on[:len(on)-1]
		}
	}
	return out
}

// values prices all arcs of a demand's subnet for so many units: departures that are used anyway cost nothing beyond their units.
func (p *draft) values(d int32, units int64, least []stock.Cost) {
	net := p.nets[d]
	p.arc = resize(p.arc, len(net.dep))
	for a, dep := range net.dep {
		v := p.c.unit[dep]
		if p.use[dep] == 0 {
			v += p.c.fixed[dep] / units
		}
		if len(p.closed) > 0 && p.closed[dep] {
			v = inf
		}
		p.arc[a] = v
	}
	net.values(p.arc, least)
	p.work += int64(len(net.dep))
}

// serve gives a demand what pays, the cheapest first.
func (p *draft) serve(d int32, open int64) {
	net, x := p.nets[d], &p.c.Demands[d]
	for open > 0 {
		p.least = resize(p.least, len(net.dep))
		p.values(d, open, p.least)
		best, at := x.Loss, -1
		for l := range net.lots {
			o := &net.lots[l]
			if p.left[o.lot] > 0 {
				if v := o.value(p.least) + o.brk; v < best {
					best, at = v, l
				}
			}
		}
		if at < 0 {
			return
		}
		open -= p.send(d, &net.lots[at], min(open, p.left[net.lots[at].lot]))
	}
}

// send puts units of a source on their best way, as values has left it.
func (p *draft) send(d int32, o *source, units int64) int64 {
	c, net := p.c, p.nets[d]
	n := piece{lot: o.lot, qty: units, each: o.brk}
	p.path = net.path(o, p.least, p.path[:0])
	n.path = make([]int32, len(p.path))
	there := c.Lots[o.lot].From
	for k, a := range p.path {
		n.path[k] = net.dep[a]
		n.each += c.unit[net.dep[a]]
		there = c.arrives[net.dep[a]]
	}
	n.each += c.arriving(d, there)
	p.put(d, n)
	return units
}

// share gives demands of one SKU, all empty, what pays for them together, as far as that can be told before departures are shared.
func (p *draft) share(demands []int32) {
	if len(demands) == 1 {
		p.serve(demands[0], p.c.Demands[demands[0]].Qty)
		return
	}
	c, t := p.c, &p.tr
	lots := c.lots[c.Demands[demands[0]].SKU]
	t.reset(len(demands), len(lots))
	for l, lot := range lots {
		t.have[l] = p.left[lot]
	}
	for k, d := range demands {
		net := p.nets[d]
		t.need[k], t.loss[k] = c.Demands[d].Qty, c.Demands[d].Loss
		p.least = resize(p.least, len(net.dep))
		p.values(d, c.Demands[d].Qty, p.least)
		for l := range lots {
			o := &net.lots[l]
			t.cost[k][l] = min(inf, o.value(p.least)+o.brk)
		}
	}
	t.solve()
	for k, d := range demands {
		net, open := p.nets[d], c.Demands[d].Qty
		for l := range lots {
			if q := t.flow[k][l]; q > 0 {
				p.least = resize(p.least, len(net.dep))
				p.values(d, q, p.least)
				open -= p.send(d, &net.lots[l], q)
			}
		}
	}
}

// search improves a draft by ruin and recreate. Between steps the draft is the best so far.
type search struct {
	*draft

	rng     *rand.Rand
	removed []int32
	group   []int32
	before  [][]piece
	in      []bool // removed
}

func newSearch(p *draft, seed uint64) *search {
	return &search{draft: p, rng: rand.New(rand.NewPCG(seed, 1)), in: make([]bool, len(p.c.Demands))}
}

const mostRemoved = 14

func (s *search) remove(d int32) {
	if !s.in[d] && len(s.removed) < mostRemoved {
		s.in[d] = true
		s.removed = append(s.removed, d)
	}
}

// ruin chooses demands that have to do with each other.
func (s *search) ruin() {
	s.removed = s.removed[:0]
	d := int32(s.rng.IntN(len(s.c.Demands)))
	size := 2 + s.rng.IntN(mostRemoved-2)
	s.remove(d)
	for tries := 0; len(s.removed) < size && tries < 3*size; tries++ {
		d = s.removed[s.rng.IntN(len(s.removed))]
		switch s.rng.IntN(4) {
		case 0, 1: // those that share its departures
			if len(s.pieces[d]) == 0 {
				continue
			}
			x := &s.pieces[d][s.rng.IntN(len(s.pieces[d]))]
			if len(x.path) == 0 {
				continue
			}
			for _, other := range s.on[x.path[s.rng.IntN(len(x.path))]] {
				s.remove(other)
			}
		case 2: // those who may want the same units
			list := s.c.demands[s.c.Demands[d].SKU]
			for range 3 {
				s.remove(list[s.rng.IntN(len(list))])
			}
		case 3: // those who could use the same departure
			net := s.nets[d]
			if len(net.dep) == 0 {
				continue
			}
			dep := net.dep[s.rng.IntN(len(net.dep))]
			for _, other := range s.on[dep] {
				s.remove(other)
			}
		}
	}
}

// recreate serves what was removed, SKU by SKU in random order.
func (s *search) recreate() {
	order := slices.Clone(s.removed)
	s.rng.Shuffle(len(order), func(a, b int) { order[a], order[b] = order[b], order[a] })
	for _, d := range order {
		if !s.in[d] {
			continue
		}
		s.group = s.group[:0]
		for _, e := range order {
			if s.in[e] && s.c.Demands[e].SKU == s.c.Demands[d].SKU {
				s.in[e] = false
				s.group = append(s.group, e)
			}
		}
		s.share(s.group)
	}
}

// step is one ruin and recreate.
func (s *search) step() {
	s.ruin()
	cost := s.cost
	s.before = s.before[:0]
	for _, d := range s.removed {
		s.before = append(s.before, s.clear(d))
	}
	s.recreate()
	if s.cost > cost {
		for _, d := range s.removed {
			s.clear(d)
		}
		for k, d := range s.removed {
			for _, x := range s.before[k] {
				s.put(d, x)
			}
		}
	}
}
