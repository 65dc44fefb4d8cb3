package route

import "slices"

// reland moves a call at which something lands and nothing is taken to where it costs least, or another node's call there, if that makes r
// cheaper. Insertions only add calls, and one stays where it is until the last job that needs it is taken out.
func (s *Solution) reland(r *Route) {
	in, sup := s.in, s.ctx.sup
	if !sup.run(r.Shift, r.Stops, nil, r.takes) {
		return
	}
	f := &in.shifts[r.Shift]
	best, least := moved{}, int64(0)
	for k, at := range sup.calls {
		if sup.gave[k] {
			continue
		}
		if m, gain := s.berth(f, r, int(at)); gain > least {
			best, least = m, gain
		}
	}
	if least == 0 {
		return
	}
	cost := s.cost
	was := append(s.ctx.keep[:0], r.Stops...)
	seq := append(append(s.tail[:0], r.Stops[:best.from]...), r.Stops[best.from+1:]...)
	seq = slices.Insert(seq, best.to, best.call)
	s.ctx.keep, s.tail = was, seq
	if s.edit(r, 0, len(r.Stops), seq) && s.cost < cost {
		return
	}
	if !s.edit(r, 0, len(r.Stops), was) {
		s.clear(r)
	}
}

// moved is a call that takes the place of one, at an index of the other stops.
type moved struct {
	from, to int
	call     int32
}

// berth finds where a call for all that lands at the one at an index costs least, by travel and handling alone, and how much less that is.
func (s *Solution) berth(f *shiftFacts, r *Route, at int) (best moved, gain int64) {
	in, lands := s.in, s.ctx.sup.lands
	first := 0
	for _, l := range lands {
		if l.to == at {
			first = max(first, l.from+1)
		}
	}
	base := int(f.tech) * in.NStops
	price := func(u int32, before, behind int) int64 { // between positions
		a, b, l := r.locs[before], r.locs[behind], in.loc[u]
		return f.way(a, l).plus(f.way(l, b)).less(f.way(a, b)).cost + in.pair[base+int(u)]
	}
	now := price(r.Stops[at], at, at+2)
	for n := range int32(len(in.P.Nodes)) {
		u := int32(in.NJobs) + n
		if slices.ContainsFunc(lands, func(l landed) bool { return l.to == at && !l.what.LandsAt(in.nodeOf(u)) }) {
			continue
		}
		for to := first; to < len(r.Stops); to++ { // of the stops without this call
			before, behind := to, to+1
			if before > at {
				before++
			}
			if behind > at {
				behind++
			}
			if less := now - price(u, before, behind); less > gain {
				best, gain = moved{at, to, u}, less
			}
		}
	}
	return best, gain
}
