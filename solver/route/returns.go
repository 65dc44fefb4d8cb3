package route

import (
	"slices"

	"callout/solver/model"
)

// Returns land at the first call behind the visit at one of their nodes; so what a route has to have is told from its sequence alone, and the
// load is the least there is. A job that returns something goes ahead of such a call, or gets a new one behind it (ahead.go).

// returns is what comes back, as far as it has a say in what is feasible.
type returns struct {
	bring []bool           // per job: it returns something that lands at nodes, or takes up room
	held  [][]model.Return // per shift: what its technician hands in from the start, where it lands in that shift; nil where nothing has nodes
}

// compileReturns fills returns.
func (in *Instance) compileReturns() {
	p, b := in.P, &in.returns
	*b = returns{}
	if in.back = p.HasReturns(); !in.back {
		return
	}
	b.bring, b.held = make([]bool, len(p.Jobs)), make([][]model.Return, len(p.Shifts))
	for j := range p.Jobs {
		b.bring[j] = slices.ContainsFunc(p.Jobs[j].Returns, func(x model.Return) bool {
			return len(x.Nodes) > 0 || len(in.watch) > 0 && p.SizeOf(x.SKU) != model.Size{}
		})
	}
	for t, s := range p.LandingShift() {
		list := p.Technicians[t].Returns
		if s >= 0 && slices.ContainsFunc(list, tied) {
			b.held[s] = list
		}
	}
}

// tied tells whether units land at nodes.
func tied(x model.Return) bool { return len(x.Nodes) > 0 }

// comesBack tells whether stop u returns something that has a say.
func (in *Instance) comesBack(u int32) bool {
	if !in.back {
		return false
	}
	j := in.Job(u)
	return j >= 0 && in.bring[j]
}

// nodeOf is the node that a stop calls at; -1: it is a visit.
func (in *Instance) nodeOf(u int32) model.NodeIdx {
	if k := in.call(u); k >= 0 {
		return model.NodeIdx(in.calls[k].node)
	}
	return -1
}

// firstLanding is the index of the first of stops from one on at which units land; -1: there is none.
func (in *Instance) firstLanding(stops []int32, from int, x *model.Return) int {
	for i := from; i < len(stops); i++ {
		if n := in.nodeOf(stops[i]); n >= 0 && x.LandsAt(n) {
			return i
		}
	}
	return -1
}

// lastLanding is the index of the last of stops at which units land; -1: there is none.
func (in *Instance) lastLanding(stops []int32, x *model.Return) int {
	for i, u := range slices.Backward(stops) {
		if n := in.nodeOf(u); n >= 0 && x.LandsAt(n) {
			return i
		}
	}
	return -1
}

// landable tells whether all that comes back on a route lands.
func (in *Instance) landable(shift int32, stops []int32) bool {
	visits := false
	for i, u := range stops {
		j := in.Job(u)
		if j < 0 {
			continue
		}
		visits = true
		if !in.bring[j] {
			continue
		}
		for k := range in.P.Jobs[j].Returns {
			if x := &in.P.Jobs[j].Returns[k]; tied(*x) && in.firstLanding(stops, i+1, x) < 0 {
				return false
			}
		}
	}
	return !visits || in.landsHeld(shift, stops)
}

// landsHeld tells whether what a technician hands in from the start lands.
func (in *Instance) landsHeld(shift int32, stops []int32) bool {
	for k := range in.held[shift] {
		if x := &in.held[shift][k]; tied(*x) && in.lastLanding(stops, x) < 0 {
			return false
		}
	}
	return true
}

// landsBehind is the last position of r behind which job u may go so that all that it returns lands, and what the technician hands in from the
// start; -1 where there is none.
func (in *Instance) landsBehind(r *Route, u int32) int {
	last := len(r.Stops)
	if j := in.Job(u); in.bring[j] {
		for k := range in.P.Jobs[j].Returns {
			if x := &in.P.Jobs[j].Returns[k]; tied(*x) {
				last = min(last, in.lastLanding(r.Stops, x))
			}
		}
	}
	if last < 0 || !in.landsHeld(r.Shift, r.Stops) {
		return -1
	}
	return last
}

// landing is what an edit means for returns.
type landing uint8

const (
	asBefore landing = iota // whatever is taken where, they land
	landAnew                // calls may be idle, or loads others
	nowhereToLand
)

// landing tells what an edit means for returns.
func (s *Solution) landing(r *Route, lo, hi int, with []int32) landing {
	in := s.in
	concerned := !r.feasible || len(in.held[r.Shift]) > 0 && (len(r.Stops) == 0 || lo < hi)
	anew := concerned || s.ctx.sup.lean && lo < hi && r.pickups > 1
	needs := false
	for _, u := range r.Stops[lo:hi] {
		anew = anew || in.Job(u) < 0 || in.comesBack(u)
		needs = needs || in.needs[u]
	}
	for _, u := range with {
		concerned = concerned || in.Job(u) < 0 || in.comesBack(u)
		needs = needs || in.needs[u]
	}
	if in.watched(in.shifts[r.Shift].tech) { // van stock that is not used takes up room
		anew = anew || concerned || needs && slices.ContainsFunc(r.Stops, in.comesBack)
	}
	if !concerned && !anew {
		return asBefore
	}
	s.ctx.seq = append(append(append(s.ctx.seq[:0], r.Stops[:lo]...), with...), r.Stops[hi:]...)
	switch {
	case !in.landable(r.Shift, s.ctx.seq):
		return nowhereToLand
	case anew:
		return landAnew
	}
	return asBefore
}

// landed is a return of the route at hand: in the van behind the stop at an index, and landing at that at another one.
type landed struct {
	from, to int
	what     *model.Return
}

// comeBack finds where what comes back on a route lands, and the loads with it, before anything is supplied. It reports false where something
// does not land.
func (s *supplier) comeBack(shift int32, stops []int32) bool {
	in := s.in
	s.lands = s.lands[:0]
	visits := false
	for i, u := range stops {
		j := in.Job(u)
		if j < 0 {
			continue
		}
		visits = true
		if in.bring[j] && !s.bringBack(stops, i, in.P.Jobs[j].Returns) {
			return false
		}
	}
	if visits && !s.bringBack(stops, -1, in.held[shift]) {
		return false
	}
	if s.limit == nil {
		return true
	}
	for _, l := range s.lands {
		size := in.P.SizeOf(l.what.SKU)
		if l.from < 0 { // it is among what the van holds
			for i := l.to; i < len(s.loads); i++ {
				s.loads[i] = s.loads[i].Less(l.what.Qty, size)
			}
			continue
		}
		for i := l.from; i < l.to; i++ {
			s.loads[i] = s.loads[i].Plus(l.what.Qty, size)
		}
	}
	return true
}

// bringBack notes where returns land that are in the van behind the stop at an index.
func (s *supplier) bringBack(stops []int32, from int, list []model.Return) bool {
	for k := range list {
		x := &list[k]
		to := len(stops)
		if tied(*x) {
			if to = s.in.firstLanding(stops, from+1, x); to < 0 {
				return false
			}
		}
		s.lands = append(s.lands, landed{from, to, x})
	}
	return true
}

// ashore notes at which calls something lands, when all is supplied, and tells whether the van has room for it.
func (s *supplier) ashore(stops []int32) bool {
	s.gave = append(s.gave[:0], s.gives...)
	if s.lean && s.limit == nil {
		s.fewest(stops)
		return true
	}
	for _, l := range s.lands {
		if l.to < len(stops) {
			s.useful(l.to)
		}
		if s.limit == nil || l.from < 0 {
			continue
		}
		size := s.in.P.SizeOf(l.what.SKU)
		for k, each := range size {
			if each > 0 && s.loads[l.from][k] > s.limit[k] {
				return false
			}
		}
	}
	return true
}

// useful notes that the call at a position is not idle.
func (s *supplier) useful(pos int) {
	k, _ := slices.BinarySearch(s.calls, int32(pos))
	s.gives[k] = true
}

// fewest lets returns land at calls at which something is taken, and at few others: what comes back last is looked at first, as where that lands
// others may, too.
func (s *supplier) fewest(stops []int32) {
	slices.SortStableFunc(s.lands, func(a, b landed) int { return b.from - a.from })
	for _, l := range s.lands {
		if l.to == len(stops) {
			continue
		}
		first, lands := -1, false
		for k, at := range s.calls {
			if int(at) > l.from && l.what.LandsAt(s.in.nodeOf(stops[at])) {
				if lands = s.gives[k]; lands {
					break
				}
				if first < 0 {
					first = k
				}
			}
		}
		if !lands {
			s.gives[first] = true
		}
	}
}
