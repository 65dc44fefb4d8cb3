package allocate

import (
	"callout/solver/stock"
)

// steiner prices the patterns of a demand.
func (s *sharpener) steiner(p *patterns, most []int64) {
	u, net := s.u, s.u.nets[p.demand]
	w := u.w[p.demand]
	n, count := len(p.lots), s.splitting(p)
	arcs := len(net.dep)
	s.begin(p, most, count)
	for a := arcs - 1; a >= 0; a-- { // the earliest first
		here := s.table[a*count : a*count+count]
		s.merge(here, a*count)
		later, there := s.place(net.prev[a], count), s.place(net.next[a], count)
		unit, once, home := u.c.unit[net.dep[a]], w[a]*stock.Cost(net.most[a]), net.home[a]
		for k := 1; k < count; k++ {
			v := here[k]
			if v >= inf {
				continue
			}
			if len(later) > 0 && v < later[k] {
				later[k] = v
				s.note(int(net.prev[a])*count+k, waits|int32(a))
			}
			v += once + s.size[k]*unit
			if len(there) > 0 && v < there[k] {
				there[k] = v
				s.note(int(net.next[a])*count+k, goes|int32(a))
			}
			if home < inf && v+s.size[k]*home < s.sink[k] {
				s.sink[k] = v + s.size[k]*home
				s.note(arcs*count+k, goes|int32(a))
			}
		}
	}
	s.merge(s.sink, arcs*count)
	u.work += int64(arcs)
	p.cost = make([]stock.Cost, count)
	for k := range count {
		v := s.sink[k]
		for l, lot := range p.lots {
			v += stock.Cost(p.units[k*n+l]) * net.lots[lot].brk
		}
		p.cost[k] = min(v+(p.qty-s.size[k])*p.loss, inf)
	}
}

// place is the row of the table of a place, none where there is none.
func (s *sharpener) place(arc int32, count int) []stock.Cost {
	if arc == none {
		return nil
	}
	return s.table[int(arc)*count : int(arc)*count+count]
}

// begin clears the table, and puts the units of each lot where they are.
func (s *sharpener) begin(p *patterns, most []int64, count int) {
	net := s.u.nets[p.demand]
	n, arcs := len(p.lots), len(net.dep)
	s.table = resize(s.table, arcs*count)
	for k := range s.table {
		s.table[k] = inf
	}
	s.sink = resize(s.sink, count)
	for k := range s.sink {
		s.sink[k] = inf
	}
	s.sink[0] = 0
	if s.tracing {
		s.pred = resize(s.pred, (arcs+1)*count)
		for k := range s.pred {
			s.pred[k] = none
		}
	}
	for l, lot := range p.lots {
		o := &net.lots[lot]
		place := int64(1)
		for range n - 1 - l {
			place *= p.qty + 1
		}
		for q := int64(1); q <= min(p.qty, most[l]); q++ {
			k := s.index[q*place]
			if o.start != none {
				s.table[int(o.start)*count+int(k)] = 0
			}
			if v := min(o.direct, o.reach); v < inf {
				s.sink[k] = q * v
			}
		}
	}
}

// What a place was reached by: a split has its number, a departure one of these marks. Subnets have at most 2^29 arcs.
const (
	waits int32 = 1 << 30
	goes  int32 = 1 << 29
)

func (s *sharpener) note(at int, what int32) {
	if s.tracing {
		s.pred[at] = what
	}
}

// merge has patterns come together from their parts.
func (s *sharpener) merge(at []stock.Cost, place int) {
	for k := 1; k < len(at); k++ {
		for i := s.from[k]; i < s.from[k+1]; i += 2 {
			if v := at[s.splits[i]] + at[s.splits[i+1]]; v < at[k] {
				at[k] = v
				s.note(place+k, i)
			}
		}
	}
}

// trace adds what a demand's choice uses to the direction of the prices.
func (s *sharpener) trace(p *patterns) {
	u, net := s.u, s.u.nets[p.demand]
	if p.kept.other != none {
		s.plain(p)
		return
	}
	n := len(p.lots)
	var whole patterns // what is part of the pattern
	caps := make([]int64, 0, n)
	for l, lot := range p.lots {
		if q := p.units[int(p.kept.pattern)*n+l]; q > 0 {
			whole.lots, caps, whole.qty = append(whole.lots, lot), append(caps, int64(q)), whole.qty+int64(q)
		}
	}
	if whole.qty == 0 {
		return
	}
	whole.demand = p.demand
	whole.enumerate(whole.lots, caps)
	s.tracing = true
	s.steiner(&whole, caps)
	s.tracing = false
	arcs, count := int32(len(net.dep)), int32(len(whole.cost))
	s.stack = append(s.stack[:0], [2]int32{arcs, count - 1})
	for len(s.stack) > 0 {
		place, k := s.stack[len(s.stack)-1][0], s.stack[len(s.stack)-1][1]
		s.stack = s.stack[:len(s.stack)-1]
		switch by := s.pred[place*count+k]; {
		case by == none:
			if place == arcs {
				s.beyond(&whole, k)
			}
		case by&waits != 0:
			s.stack = append(s.stack, [2]int32{by &^ waits, k})
		case by&goes != 0:
			a := by &^ goes
			u.used = append(u.used, usage{p.demand, a, 1})
			s.stack = append(s.stack, [2]int32{a, k})
		default:
			s.stack = append(s.stack, [2]int32{place, s.splits[by]}, [2]int32{place, s.splits[by+1]})
		}
	}
}

// beyond notes a demand that would rather go beyond its reach.
func (s *sharpener) beyond(p *patterns, k int32) {
	for l, lot := range p.lots {
		o := &s.u.nets[p.demand].lots[lot]
		if p.units[int(k)*len(p.lots)+l] > 0 && o.reach < o.direct {
			s.u.tight = append(s.u.tight, p.demand)
			return
		}
	}
}

// plain is trace for a choice that is priced by unit.
func (s *sharpener) plain(p *patterns) {
	u, net := s.u, s.u.nets[p.demand]
	u.leasts[0] = resize(u.leasts[0], len(net.dep))
	u.arc = resize(u.arc, len(net.dep))
	for a, dep := range net.dep {
		u.arc[a] = u.c.unit[dep] + u.w[p.demand][a]
	}
	least := u.leasts[0]
	net.values(u.arc, least)
	use := func(lot int32, q int64) {
		if lot == none || q == 0 {
			return
		}
		o := &net.lots[lot]
		if o.value(least) > o.reach {
			u.tight = append(u.tight, p.demand)
			return
		}
		u.path = net.path(o, least, u.path[:0])
		for _, a := range u.path {
			u.used = append(u.used, usage{p.demand, a, float64(q) / float64(net.most[a])})
		}
	}
	use(p.kept.other, 1)
	use(p.kept.cheap, p.qty-1)
}
