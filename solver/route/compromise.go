package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// departure is a time to set out, and what the terms that depend on time cost then at least.
type departure struct{ at, least int64 }

// compromise looks for the best times where optimum is not sure of them: for one departure after the other, the price of balance
// and the cap on working time depend on the finish alone, and curves find the best. The cap on spells makes it a heuristic: where the
// breaks do not keep it, they are chosen anew for the earliest times, and the times then for those breaks.
func (s *Scheduler) compromise() {
	f := s.f
	s.chains = s.chains[:0]
	s.free()
	s.notable()
	work := s.cur.finish - s.cur.depart
	if s.best.present {
		work = s.best.work
	}
	for _, d := range s.departures(work) {
		if s.useless(d) {
			break
		}
		s.deadlines(f.leftOut(d.at), d.at)
		if s.fixed(d.at) {
			continue
		}
		s.cur.b0 = f.leftOut(d.at)
		for b := s.cur.b0; b <= len(f.breaks); b++ {
			if s.cur.at[len(s.stops)+1] = int8(b); s.forwardSpells(d.at, &s.cur) {
				s.keep(&s.cur)
				s.remember(s.cur.at)
			}
		}
	}
	if !f.spell {
		return
	}
	if s.best.present {
		s.remember(s.best.at)
	}
	s.chained = true
	for _, c := range s.chains {
		s.only = c
		for _, d := range s.departures(work) {
			if s.useless(d) {
				break
			}
			s.deadlines(f.leftOut(d.at), d.at)
			s.fixed(d.at)
		}
	}
}

// useless tells whether a departure, and all with a greater least cost, cannot give the best times.
func (s *Scheduler) useless(d departure) bool {
	return d.least >= s.below || s.best.present && d.least >= s.best.scalar
}

// maxChains bounds the choices of breaks for which times are sought.
const maxChains = 3

// remember adds numbers of breaks to the chains.
func (s *Scheduler) remember(at []int8) {
	if len(s.chains) == maxChains || slices.ContainsFunc(s.chains, func(c []int8) bool { return slices.Equal(c, at) }) {
		return
	}
	s.chains = longer(s.chains, len(s.chains)+1)
	c := &s.chains[len(s.chains)-1]
	*c = append((*c)[:0], at...)
}

// fixed finds the best times for a departure, and tells whether that is done: else only the cap on spells is in the way.
func (s *Scheduler) fixed(depart int64) (done bool) {
	s.departAt = depart
	s.extend()
	b, finish, _ := s.arrive()
	if b < 0 {
		return true
	}
	s.trace(b, finish, &s.cur)
	if !s.punctual(&s.cur) {
		return false
	}
	s.keep(&s.cur)
	return true
}

// departures lists those worth a look, the least cost first: the notable ones, and those where the curve of the rest of the route begins
// a piece. work is about how long the route takes.
func (s *Scheduler) departures(work int64) []departure {
	f := s.f
	s.deadlines(0, never)
	base := s.tangent(work)
	if s.rate == 0 { // where time has no price, all departures are the same
		s.rate = 1
		base -= f.latestEnd - f.earliest
	}
	s.retreat()
	s.times = append(s.times[:0], s.noted...)
	for b := range len(f.breaks) + 1 {
		for _, p := range s.curves[b] {
			s.times = append(s.times, -p.from, -p.from+1)
		}
	}
	slices.Sort(s.times)
	s.candidates = s.candidates[:0]
	for _, t := range slices.Compact(s.times) {
		if t < f.earliest || t > f.latestEnd {
			continue
		}
		b := f.leftOut(t)
		if c := s.curves[b]; len(c) > 0 && c[0].from <= -t {
			s.candidates = append(s.candidates, departure{at: t, least: base + c.at(-t) + s.rate*(f.unpaid[b]+f.earliest-t)})
		}
	}
	slices.SortFunc(s.candidates, func(a, b departure) int { return cmp.Or(cmp.Compare(a.least, b.least), cmp.Compare(a.at, b.at)) })
	s.rate = f.work
	return s.candidates
}

// notable notes the departures that matter with a cap on spells: the earliest, and those that reach the first stop when it opens; and
// with one on working time: from which just that passes until the cost so far of finishing bends.
func (s *Scheduler) notable() {
	f := s.f
	w := len(f.breaks) + 1
	s.noted = s.noted[:0]
	if f.spell {
		for b := range w {
			s.noted = append(s.noted, f.firstDeparture(b))
			for _, o := range s.open[1] {
				s.noted = append(s.noted, max(f.earliest, o.from-s.legs[0]-f.trans[b].sum))
			}
		}
	}
	if f.maxWork >= model.NoCap {
		return
	}
	s.extend()
	for e := range w {
		for _, p := range s.curves[(len(s.stops)+1)*w+e] {
			for t := p.from - 1; t <= p.from; t++ {
				s.noted = append(s.noted, t-f.maxWork-f.unpaid[e])
			}
		}
	}
}

// deadlines sets, where spells are capped, until when each break must have begun and the shift must end, by what lies behind: at the
// latest a cap after the latest end of the break before, and a cap after the departure.
func (s *Scheduler) deadlines(leftOut int, depart int64) {
	f := s.f
	s.trans, s.until = f.trans, nil
	if !f.spell {
		return
	}
	s.untils = resize(s.untils, len(f.breaks)+1)
	s.until = s.untils
	for b := range s.until {
		switch {
		case b < leftOut:
			s.until[b] = never
		case b == leftOut:
			s.until[b] = min(never, depart+f.maxSpell)
		default:
			br := &f.breaks[b-1]
			s.until[b] = min(br.Latest, s.until[b-1]) + br.Duration + f.maxSpell
		}
	}
	s.bound = f.transitions(s.bound, func(b int) int64 { return min(f.breaks[b].Latest, s.until[b]) })
	s.trans = s.bound
}

// lastFinish is the latest finish with b breaks behind it.
func (s *Scheduler) lastFinish(b int) int64 {
	last := s.f.lastFinish(b)
	if s.until != nil {
		last = min(last, s.until[b])
	}
	return last
}

// punctual sets the breaks of a timing that has all but them, the last one of each leg as late as costs nothing, so that the next spell
// begins late. It reports whether all spells keep their cap.
func (s *Scheduler) punctual(t *timing) bool {
	f := s.f
	n := len(s.stops)
	since, now := t.depart, t.depart
	for i := 1; i <= n+1; i++ {
		by := t.finish
		if i <= n {
			by = t.start[i]
		}
		b := int(t.at[i])
		for c := int(t.at[i-1]); c < b; c++ {
			br := &f.breaks[c]
			at := max(now, br.Earliest)
			if f.spell {
				if at-since > f.maxSpell {
					return false
				}
				if c == b-1 {
					at = max(at, min(br.Latest, since+f.maxSpell, by-br.Duration))
				}
			}
			t.brk[c] = at
			now = at + br.Duration
			since = now
		}
		if i <= n {
			now = t.start[i] + s.durs[i]
		}
	}
	return !f.spell || t.finish-since <= f.maxSpell
}
