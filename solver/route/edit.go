package route

import (
	"slices"
)

// edit replaces the stops [lo, hi) of r by with: supply first, calls at nodes that give nothing dropped, then all the rest.
// It reports whether the route is feasible.
func (s *Solution) edit(r *Route, lo, hi int, with []int32) bool {
	s.cost -= r.cost
	s.renumber(r)
	supplied, anew := s.supply(r, lo, hi, with)
	if !supplied {
		r.Stops = slices.Replace(r.Stops, lo, hi, with...)
		r.feasible = false
	} else if !s.ctx.splice(r, lo, hi, with) {
		supplied = false
	}
	if anew { // what a call gives does not depend on those that give nothing
		sup := s.ctx.sup
		for k := len(sup.gives) - 1; k >= 0 && supplied; k-- {
			if at := int(sup.calls[k]); !sup.gives[k] {
				supplied = s.ctx.splice(r, at, at+1, nil)
			}
		}
	}
	s.mark(r)
	if !supplied {
		r.cost = 0
		return false
	}
	s.cost += r.cost
	return true
}

// supply works out the takes of r after the edit and moves the pools' counters. Where the van serves all, or what a new job lacks is at
// hand, only the difference is looked at; else all is allocated anew, and calls may turn out to give nothing.
func (s *Solution) supply(r *Route, lo, hi int, with []int32) (ok, anew bool) {
	in := s.in
	plain := r.feasible && (r.pickups == 0 || lo == hi && !in.restocks(r) && s.fromVans(r, with))
	touched := false
	for _, u := range r.Stops[lo:hi] {
		touched = touched || int(u) >= in.NJobs || in.needs[u]
	}
	for _, u := range with {
		touched = touched || int(u) >= in.NJobs || in.needs[u]
		plain = plain && int(u) < in.NJobs
	}
	if !touched && r.feasible {
		return true, false
	}
	tech := in.shifts[r.Shift].tech
	if plain {
		for _, u := range r.Stops[lo:hi] {
			s.fromVan(r, tech, u, -1)
		}
		ok = true
		for _, u := range with {
			ok = ok && in.vanSuffices(tech, u, s.used)
			s.fromVan(r, tech, u, 1)
		}
		return ok, false
	}
	if r.feasible && lo == hi && len(with) == 1 && int(with[0]) < in.NJobs {
		if h, ok := in.atHand(r, tech, with[0], s.used); ok && lo >= h.first {
			s.takeAtHand(r, tech, with[0])
			return true, false
		}
	}
	s.give(r.takes)
	r.takes = r.takes[:0]
	s.ctx.seq = append(append(append(s.ctx.seq[:0], r.Stops[:lo]...), with...), r.Stops[hi:]...)
	if !s.ctx.sup.run(tech, s.ctx.seq, s.used, nil) {
		return false, true
	}
	r.takes = append(r.takes, s.ctx.sup.takes...)
	for _, t := range r.takes {
		s.draw(t.pool, t.qty)
	}
	return true, true
}

// fromVans tells whether the van covers jobs on top of all that is taken now, each taken alone.
func (s *Solution) fromVans(r *Route, jobs []int32) bool {
	for _, u := range jobs {
		if int(u) >= s.in.NJobs || !s.in.vanSuffices(s.in.shifts[r.Shift].tech, u, s.used) {
			return false
		}
	}
	return true
}

// fromVan adds (sign 1) or takes back (sign -1) the needs of stop u in the van's pools.
func (s *Solution) fromVan(r *Route, tech, u int32, sign int64) {
	ps := &s.in.pools
	for _, part := range s.in.P.Jobs[u].Parts {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]
		if pool < 0 {
			continue // the route is about to be found infeasible
		}
		s.add(r, pool, sign*part.Qty)
	}
}

// draw moves a pool's counter.
func (s *Solution) draw(pool int32, qty int64) {
	ps := &s.in.pools
	s.used[pool] += qty
	if !ps.shared[pool] {
		return
	}
	left := ps.cap[pool] - s.used[pool]
	s.serial++
	s.log = append(s.log, poolChange{pool, s.changed[pool]})
	s.drawn = s.serial
	for g, depth := range ps.depth[pool] {
		if min(left, depth) != min(left+qty, depth) {
			s.changed[pool][g] = s.serial
		}
	}
}
