package allocate

import (
	"math"
	"slices"
	"time"

	"callout/solver/ortools/highs"
	"callout/solver/stock"
)

// A small network is solved whole, as one integer programme over the subnets of all ways that cost less than to be short: which departures are
// paid for, and what flows. Only the choice of departures is taken over; what flows follows from it exactly, as a problem of transport per SKU.

const (
	smallArcs  = 3000
	wholeNodes = 2000 // of the search tree
	unitCost   = 1e-6 // makes costs of the order of one
	// tolerance is what HiGHS's bound is trusted to, as a share.
	tolerance = 1e-6
)

func amount(c stock.Cost) float64 { return float64(c) * unitCost }

// programme is the integer programme under construction.
type programme struct {
	highs.Model

	c     *network
	paid  map[int32]int // by departure: its column
	given [][]highs.Term
}

// whole solves the network whole, where it is small and there are native libraries. nets are the subnets of all ways.
func (s *solver) whole() {
	c := s.c
	nets, arcs := make([]*subnet, len(c.Demands)), 0
	b := s.lookers[0]
	for sku, demands := range c.demands {
		free := make([]stock.Cost, len(c.lots[sku]))
		for k, d := range demands {
			if s.stop.Load() || arcs > smallArcs {
				return
			}
			if k == 0 {
				b.depart(int32(sku), free)
			}
			nets[d] = b.build(d, c.Demands[d].Loss, free, mostEach)
			arcs += len(nets[d].dep)
		}
	}
	if arcs > smallArcs || highs.Available() != nil {
		return
	}
	m := &programme{c: c, paid: make(map[int32]int), given: make([][]highs.Term, len(c.Lots))}
	for d := range nets {
		m.demand(nets[d])
	}
	for l, terms := range m.given {
		if len(terms) > 0 {
			m.AddRow(math.Inf(-1), float64(c.Lots[l].Qty), terms...)
		}
	}
	o := highs.MIPOptions{Nodes: wholeNodes, RelativeGap: 1e-9, Prompt: true}
	if s.o.Budget > 0 {
		o.TimeLimit = max(time.Millisecond, (s.o.Budget-time.Since(s.begin))/2)
	}
	res, err := m.SolveMIP(s.ctx, o)
	if err != nil || math.IsInf(res.Bound, 0) || math.IsNaN(res.Bound) {
		return
	}
	if res.X != nil && !s.stop.Load() {
		s.open(nets, m.paid, res.X)
	}
	bound := stock.Cost((res.Bound - tolerance*(1+math.Abs(res.Bound))) / unitCost)
	if amount(s.search.cost) <= res.Bound+tolerance*(1+math.Abs(res.Bound)) {
		bound = s.search.cost
	}
	s.dual.Best = max(s.dual.Best, bound)
}

// open makes the allocation that is best with some departures, if it is better than what there is.
func (s *solver) open(nets []*subnet, paid map[int32]int, x []float64) {
	p := s.search.draft
	cost, before, own := p.cost, make([][]piece, len(p.pieces)), p.nets
	for d := range p.pieces {
		before[d] = p.clear(int32(d))
	}
	closed := make([]bool, len(s.c.origin))
	for dep := range closed {
		col, known := paid[int32(dep)]
		closed[dep] = !known || x[col] < 0.5
	}
	p.nets, p.closed = nets, closed
	for dep, shut := range closed {
		if !shut {
			p.use[dep]++ // paid for: free until it is told below whether it is used
		}
	}
	for _, demands := range s.c.demands {
		if len(demands) > 0 {
			p.share(demands)
		}
	}
	for dep, shut := range closed {
		if shut {
			continue
		}
		if p.use[dep]--; p.use[dep] > 0 {
			p.cost += s.c.fixed[dep]
		}
	}
	p.nets, p.closed = own, nil
	if p.cost <= cost {
		return
	}
	for d := range before {
		p.clear(int32(d))
		for _, y := range before[d] {
			p.put(int32(d), y)
		}
	}
}

// pays is the column of whether a departure is paid for.
func (m *programme) pays(dep int32) int {
	col, known := m.paid[dep]
	if !known {
		col = m.AddColumn(highs.Column{Cost: amount(m.c.fixed[dep]), Upper: 1, Integer: true})
		m.paid[dep] = col
	}
	return col
}

// demand adds the ways of one demand.
func (m *programme) demand(net *subnet) {
	c, demand := m.c, &m.c.Demands[net.demand]
	qty := float64(demand.Qty)
	flow := func(cost stock.Cost, most float64) int {
		return m.AddColumn(highs.Column{Cost: amount(cost), Upper: most})
	}
	places := make([][]highs.Term, len(net.dep)) // by arc: what is there when it leaves, less what goes and what waits
	got := []highs.Term{{Col: flow(demand.Loss, qty), Value: 1}}
	for l := range net.lots {
		o := &net.lots[l]
		take := func(cost stock.Cost) highs.Term {
			term := highs.Term{Col: flow(cost, min(qty, float64(c.Lots[o.lot].Qty))), Value: 1}
			m.given[o.lot] = append(m.given[o.lot], term)
			return term
		}
		if o.direct < inf {
			got = append(got, take(o.direct+o.brk))
		}
		if o.start != none {
			places[o.start] = append(places[o.start], take(o.brk))
		}
	}
	for a := range slices.Backward(net.dep) { // the earliest first
		dep := net.dep[a]
		goes := flow(c.unit[dep], qty)
		m.AddRow(math.Inf(-1), 0, highs.Term{Col: goes, Value: 1}, highs.Term{Col: m.pays(dep), Value: -qty})
		places[a] = append(places[a], highs.Term{Col: goes, Value: -1})
		end := []highs.Term{{Col: goes, Value: -1}}
		if net.home[a] < inf {
			stays := highs.Term{Col: flow(net.home[a], qty), Value: 1}
			end, got = append(end, stays), append(got, stays)
		}
		if n := net.next[a]; n != none {
			onward := highs.Term{Col: flow(0, qty), Value: 1}
			end, places[n] = append(end, onward), append(places[n], onward)
		}
		m.AddRow(0, 0, end...)
		if n := net.prev[a]; n != none {
			waits := flow(0, qty)
			places[a] = append(places[a], highs.Term{Col: waits, Value: -1})
			places[n] = append(places[n], highs.Term{Col: waits, Value: 1})
		}
		m.AddRow(0, 0, places[a]...)
	}
	m.AddRow(qty, qty, got...)
}
