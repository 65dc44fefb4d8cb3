package search

import (
	"math/rand/v2"

	"callout/solver/route"
)

// poolSize is how many routes a pool keeps, the latest ones.
const poolSize = 2000

// column is a route that a searcher met, as the covering model sees it.
type column struct {
	name  uint64 // of its class and jobs
	shift int32  // the one it was met in; while unused, any of its class will do
	stops []int32
	cost  int64
	draws []draw
}

// draw is what a route takes from a stock that routes share.
type draw struct {
	stock int32
	qty   int64
}

func (c *column) copyFrom(o *column) {
	stops, draws := c.stops, c.draws
	*c = *o
	c.stops, c.draws = append(stops[:0], o.stops...), append(draws[:0], o.draws...)
}

// names gives classes of shifts and jobs random bits, of which the exclusive or names a set (Zobrist 1970).
type names struct {
	class, job []uint64
}

func newNames(in *route.Instance) *names {
	rng := rand.New(rand.NewPCG(0x243f6a8885a308d3, 0x13198a2e03707344))
	n := &names{class: make([]uint64, in.NShifts()), job: make([]uint64, in.NJobs)}
	for _, set := range [][]uint64{n.class, n.job} {
		for k := range set {
			set[k] = rng.Uint64()
		}
	}
	return n
}

func (n *names) of(in *route.Instance, r *route.Route) uint64 {
	x := n.class[in.Class(r.Shift)]
	for _, u := range r.Stops {
		if j := in.Job(u); j >= 0 {
			x ^= n.job[j]
		}
	}
	return x
}

// pool keeps the good routes of one searcher, for each class and set of jobs the cheapest.
type pool struct {
	in      *route.Instance
	names   *names
	columns []column
	at      map[uint64]int32 // index by name
	next    int              // index of the oldest column, once the pool is full
	seen    []uint64         // per shift: the version of its route when it was last looked at
}

func newPool(in *route.Instance, n *names) *pool {
	return &pool{in: in, names: n, at: make(map[uint64]int32), seen: make([]uint64, in.NShifts())}
}

// collect adds the routes of s that have changed since the last time; it is always called with the same s.
func (p *pool) collect(s *route.Solution) {
	for k := range s.Routes {
		r := &s.Routes[k]
		if r.Version == p.seen[k] || len(r.Stops) == 0 {
			continue
		}
		p.seen[k] = r.Version
		name := p.names.of(p.in, r)
		if c := p.place(name, r.Cost()); c != nil {
			c.fill(p.in, r)
		}
	}
}

func (c *column) fill(in *route.Instance, r *route.Route) {
	c.shift, c.cost = r.Shift, r.Cost()
	c.stops = append(c.stops[:0], r.Stops...)
	c.draws = c.draws[:0]
	r.Draws(in, func(stock int32, qty int64) { c.draws = append(c.draws, draw{stock, qty}) })
}

// place is where to put a route with that name and cost, or nil where the pool has none the worse.
func (p *pool) place(name uint64, cost int64) *column {
	if k, ok := p.at[name]; ok {
		if p.columns[k].cost <= cost {
			return nil
		}
		return &p.columns[k]
	}
	k := len(p.columns)
	if k < poolSize {
		p.columns = append(p.columns, column{})
	} else {
		k = p.next
		p.next = (p.next + 1) % poolSize
		delete(p.at, p.columns[k].name)
	}
	p.at[name] = int32(k)
	p.columns[k].name = name
	return &p.columns[k]
}

// drain moves all columns of o into p.
func (p *pool) drain(o *pool) {
	for k := range o.columns {
		from := &o.columns[k]
		if c := p.place(from.name, from.cost); c != nil {
			c.copyFrom(from)
		}
	}
	o.columns, o.next = o.columns[:0], 0
	clear(o.at)
}
