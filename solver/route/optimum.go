package route

import (
	"slices"

	"callout/solver/model"
)

// optimum finds the best times of the route as loaded by dynamic programming over curves: what the route costs so far, by position,
// number of breaks behind it and time. It knows neither the price of balance nor the cap on spells, which are for compromise; sure
// tells that nothing can be better, or that nothing is feasible, with them as well.
func (s *Scheduler) optimum() (sure bool) {
	s.free()
	s.extend()
	b, finish, cost := s.arrive()
	if b < 0 || cost >= s.below {
		return true
	}
	s.trace(b, finish, &s.cur)
	return s.punctual(&s.cur) && s.keep(&s.cur) && s.f.balance == 0
}

// free lets curves choose departure and breaks.
func (s *Scheduler) free() {
	s.departAt, s.chained = anytime, false
	s.trans, s.until = s.f.trans, nil
}

// keep makes t the best timing, if it is.
func (s *Scheduler) keep(t *timing) bool {
	if !s.evaluate(t) {
		return false
	}
	s.best.copyFrom(t)
	s.best.present = true
	return true
}

// anytime is a departure that is for the curves to choose.
const anytime = never

// compromise looks for the best times where optimum is not sure of them: for one departure after the other, the price of balance
// and the cap on working time depend on the finish alone, and curves find the best. Departures are those where the least cost of
// the rest of the route bends, as a function of when it begins. The cap on spells makes it a heuristic: where the breaks do not
// keep it, they are chosen anew for the earliest times, and the times then for those breaks.
func (s *Scheduler) compromise() {
	s.chains = s.chains[:0]
	s.chained = false
	for _, t := range s.bends() {
		s.deadlines(s.f.leftOut(t), t)
		if s.fixed(t) || !s.forwardSpells(t, &s.cur) {
			continue
		}
		s.keep(&s.cur)
		s.remember(s.cur.at)
	}
	if s.f.spell && s.best.present {
		s.remember(s.best.at)
	}
	s.chained = true
	for _, c := range s.chains {
		s.only = c
		for _, t := range s.bends() {
			s.deadlines(s.f.leftOut(t), t)
			s.fixed(t)
		}
	}
}

// remember adds numbers of breaks to the chains.
func (s *Scheduler) remember(at []int8) {
	if len(s.chains) == maxChains || slices.ContainsFunc(s.chains, func(c []int8) bool { return slices.Equal(c, at) }) {
		return
	}
	s.chains = longer(s.chains, len(s.chains)+1)
	c := &s.chains[len(s.chains)-1]
	*c = append((*c)[:0], at...)
}

// maxChains bounds the choices of breaks for which times are sought.
const maxChains = 3

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

// longer gives s n elements, and keeps the memory of those that it has or has had.
func longer[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return slices.Grow(s[:cap(s)], n-cap(s))[:n]
}

// setOut is the curve of departures with the first b breaks left out.
func (f *shiftFacts) setOut(out curve, b int) curve {
	p := newPen(out)
	if t := f.firstDeparture(b); t <= f.latestEnd {
		p.draw(t, f.latestEnd+1, f.work*(f.unpaid[b]+f.earliest-t), -f.work)
	}
	return p.done()
}

// setOutAt is setOut for one departure.
func (f *shiftFacts) setOutAt(out curve, b int, t int64) curve {
	out = out[:0]
	if b == f.leftOut(t) {
		out = append(out, piece{from: t, cost: f.work * (f.unpaid[b] + f.earliest - t)})
	}
	return out
}

// leftOut is how many breaks whoever departs at t leaves out.
func (f *shiftFacts) leftOut(t int64) int {
	b := len(f.breaks)
	for f.firstDeparture(b) > t {
		b--
	}
	return b
}

// extend carries the curves from the departure on to the end. Who leaves later has worked less.
func (s *Scheduler) extend() {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.curves = longer(s.curves, (n+2)*w)
	for b := range w {
		if s.departAt == anytime {
			s.curves[b] = f.setOut(s.curves[b], b)
		} else {
			s.curves[b] = f.setOutAt(s.curves[b], b, s.departAt)
		}
	}
	for i := 1; i <= n+1; i++ {
		if w == 1 {
			if i <= n {
				s.curves[i] = s.curves[i-1].serve(s.curves[i], s.legs[i-1], s.open[i], s.durs[i])
			} else {
				s.curves[i] = s.curves[i-1].over(s.curves[i], s.legs[i-1], -never, never)
			}
			continue
		}
		for b := range w {
			c := s.through(i, b, s.curves[(i-1)*w:i*w])
			if i <= n {
				s.curves[i*w+b] = c.serve(s.curves[i*w+b], 0, s.open[i], s.durs[i])
			} else {
				s.curves[i*w+b] = append(s.curves[i*w+b][:0], c...)
			}
		}
	}
}

// through is the curve of being ready at position i with b breaks behind it, from those behind the position before.
func (s *Scheduler) through(i, b int, from []curve) curve {
	f, w := s.f, len(s.f.breaks)+1
	out := s.ready[0][:0]
	for a := f.leastBreaks(i == len(s.locs)-1, b); a <= b; a++ {
		tr := &s.trans[a*w+b]
		if !tr.ok || len(from[a]) == 0 || s.chained && (int8(a) != s.only[i-1] || int8(b) != s.only[i]) {
			continue
		}
		s.ready[1] = from[a].over(s.ready[1], s.legs[i-1]+tr.sum, tr.floor, tr.last)
		if len(out) == 0 {
			out = append(out, s.ready[1]...)
			continue
		}
		s.ready[2] = lower(s.ready[2], out, s.ready[1])
		out, s.ready[2] = s.ready[2], out
	}
	s.ready[0] = out
	return out
}

// arrive picks the finish: the number of breaks behind it, the time, and what the route costs. There is none where b is -1.
func (s *Scheduler) arrive() (b int, finish, cost int64) {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	b, cost = -1, NoPlace
	for e := range w {
		c := s.curves[(n+1)*w+e]
		last, work := s.lastFinish(e), never // work by second 0
		if s.departAt != anytime {
			work = -s.departAt - f.unpaid[e] + f.unpaid[f.leftOut(s.departAt)]
			last = min(last, f.maxWork-work)
		}
		try := func(k int, t int64) int64 {
			all := c[k].cost + c[k].slope*(t-c[k].from) + f.endCost(e, t, s.in)
			if s.departAt != anytime {
				all += f.balanceCost(t+work) * s.in.weight[model.Balance]
			}
			if all < cost {
				b, finish, cost = e, t, all
			}
			return all
		}
		for k := range c {
			if c[k].from > last {
				break
			}
			try(k, c[k].from)
			if c[k].slope == 0 {
				continue
			}
			to := last
			if k+1 < len(c) {
				to = min(to, c[k+1].from-1)
			}
			for _, tier := range f.overtime {
				if x := f.regularEnd + tier.After; c[k].from < x && x < to {
					try(k, x)
				}
			}
			try(k, to)
			if f.balance != 0 && s.departAt != anytime {
				s.midst(c[k].from, to, func(t int64) int64 { return try(k, t) })
			}
		}
	}
	return b, finish, cost
}

// midst looks for the least of a function between two times between which it falls and then rises, but for overtime.
func (s *Scheduler) midst(from, to int64, f func(t int64) int64) {
	for to-from > 2 {
		third := (to - from) / 3
		if f(from+third) <= f(to-third) {
			to -= third
		} else {
			from += third
		}
	}
	f(from + (to-from)/2)
}

// endCost is the search cost of finishing at t with b breaks behind, but for the price of balance; setOut has the rest.
func (f *shiftFacts) endCost(b int, t int64, in *Instance) int64 {
	c := f.work * (t - f.earliest - f.unpaid[b])
	if len(f.overtime) > 0 && t > f.regularEnd {
		c += f.overtimeCost(t) * in.weight[model.Overtime]
	}
	return c
}

// trace goes back from a finish with b breaks behind it to the departure, along the earliest times that cost as little.
func (s *Scheduler) trace(b int, finish int64, t *timing) {
	f, w := s.f, len(s.f.breaks)+1
	n := len(s.stops)
	t.at[n+1], t.finish = int8(b), finish
	want := s.curves[(n+1)*w+b].at(finish)
	for i, by := n+1, finish; ; i-- { // ready at position i by then, at a cost
		a, deadline := s.before(i, b, by, want)
		b = a
		t.at[i-1] = int8(b)
		end := s.curves[(i-1)*w+b].first(want)
		if i == 1 {
			t.b0 = b
			// Whoever sets out just in time works no longer, and leaves all else as it is.
			if t.depart = end; s.departAt == anytime {
				t.depart = max(end, min(deadline, f.latestEnd))
			}
			return
		}
		by = end - s.durs[i-1]
		t.start[i-1] = by
		want -= s.priceAt(i-1, by)
	}
}

// before is how position i is reached by a time at a cost: the breaks behind the position before, and the latest end there.
func (s *Scheduler) before(i, b int, by, cost int64) (a int, deadline int64) {
	f, w := s.f, len(s.f.breaks)+1
	for a = f.leastBreaks(i == len(s.stops)+1, b); a <= b; a++ {
		tr := &s.trans[a*w+b]
		c := s.curves[(i-1)*w+a]
		if !tr.ok || by < tr.floor || len(c) == 0 {
			continue
		}
		deadline = min(by-s.legs[i-1]-tr.sum, tr.last)
		if deadline >= c[0].from && c.at(deadline) == cost {
			return a, deadline
		}
	}
	panic("route: a curve that nothing leads to")
}

// priceAt is the search cost of beginning at position i at a time.
func (s *Scheduler) priceAt(i int, t int64) int64 {
	for k := range s.open[i] {
		if o := &s.open[i][k]; t <= o.to {
			return o.cost + o.slope*(t-o.from)
		}
	}
	panic("route: a begin outside all openings")
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

// loadOpenings sets when each position may begin.
func (s *Scheduler) loadOpenings(bounds Bounds) {
	in := s.in
	s.open = resize(s.open, len(s.stops)+2)
	s.within = s.within[:0]
	of := in.openings.of[int(s.f.tech)*in.NStops:]
	for i, u := range s.stops {
		s.open[i+1] = in.openings.list[of[u]]
	}
	if bounds.Earliest == nil && bounds.Latest == nil {
		return
	}
	for i := range s.stops {
		first := len(s.within)
		for _, o := range s.open[i+1] {
			if from, to := max(o.from, s.lo[i+1]), min(o.to, s.hi[i+1]); from <= to {
				s.within = append(s.within, o.cut(from, to))
			}
		}
		s.open[i+1] = s.within[first:len(s.within):len(s.within)]
	}
}

// bends lists the departures at which the curve of the rest of the route begins a piece.
func (s *Scheduler) bends() []int64 {
	f := s.f
	s.deadlines(0, never)
	s.retreat()
	s.candidates = s.candidates[:0]
	for b := range len(f.breaks) + 1 {
		first := f.firstDeparture(b)
		for _, p := range s.curves[b] {
			for t := -p.from; t <= -p.from+1; t++ {
				if t >= first && t <= f.latestEnd {
					s.candidates = append(s.candidates, t)
				}
			}
		}
	}
	slices.Sort(s.candidates)
	return slices.Compact(s.candidates)
}

// retreat carries the curves of what lies behind, in turned time, from the end on to the departure.
func (s *Scheduler) retreat() {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.curves = longer(s.curves, (n+2)*w)
	for b := range w {
		s.curves[(n+1)*w+b] = f.home(s.curves[(n+1)*w+b], b, s.lastFinish(b), s.in)
	}
	of := s.in.openings.of[int(f.tech)*s.in.NStops:]
	for i := n; i >= 0; i-- {
		if w == 1 {
			if i > 0 {
				open := s.in.openings.turned[of[s.stops[i-1]]]
				s.curves[i] = s.curves[i+1].serve(s.curves[i], s.legs[i]+s.durs[i], open, 0)
			} else {
				s.curves[0] = s.curves[1].over(s.curves[0], s.legs[0], -never, never)
			}
			continue
		}
		for b := range w {
			out := s.back(i, b, s.curves[(i+1)*w:(i+2)*w])
			if i == 0 {
				s.curves[b] = append(s.curves[b][:0], out...)
				continue
			}
			open := s.in.openings.turned[of[s.stops[i-1]]]
			s.curves[i*w+b] = out.serve(s.curves[i*w+b], s.durs[i], open, 0)
		}
	}
}

// back is, in turned time, the curve of leaving position i with b breaks behind it, from those of the position behind.
func (s *Scheduler) back(i, b int, from []curve) curve {
	f, w := s.f, len(s.f.breaks)+1
	out := s.ready[0][:0]
	for e := b; e < f.mostBreaks(i == len(s.stops), b); e++ {
		tr := &s.trans[b*w+e]
		if !tr.ok || len(from[e]) == 0 || s.chained && (int8(b) != s.only[i] || int8(e) != s.only[i+1]) {
			continue
		}
		s.ready[1] = from[e].over(s.ready[1], s.legs[i]+tr.sum, -tr.last, -tr.floor)
		if len(out) == 0 {
			out = append(out, s.ready[1]...)
			continue
		}
		s.ready[2] = lower(s.ready[2], out, s.ready[1])
		out, s.ready[2] = s.ready[2], out
	}
	s.ready[0] = out
	return out
}

// home is, in turned time, the curve of finishing by a time with b breaks behind.
func (f *shiftFacts) home(out curve, b int, to int64, in *Instance) curve {
	p := newPen(out)
	draw := func(from, rate int64) {
		if from <= to {
			p.draw(-to, -from+1, f.endCost(b, to, in), -rate)
			to = from - 1
		}
	}
	for k := len(f.overtime) - 1; k >= 0; k-- {
		draw(f.regularEnd+f.overtime[k].After, f.work+f.overtime[k].Rate*in.weight[model.Overtime])
	}
	draw(min(to, f.earliest), f.work)
	return p.done()
}

// advance fills before of r and returns what its terms that depend on time cost, where that can be.
func (s *Scheduler) advance(r *Route) (cost int64, ok bool) {
	s.load(r.Shift, r.Stops, Bounds{})
	s.free()
	own := s.curves
	s.curves = r.before
	s.extend()
	b, _, cost := s.arrive()
	r.before, s.curves = s.curves, own
	r.begun = true
	return cost, b >= 0
}

// curve fills before and behind of r.
func (s *Scheduler) curve(r *Route) {
	if r.curved {
		return
	}
	if r.begun {
		s.load(r.Shift, r.Stops, Bounds{})
		s.free()
	} else {
		s.advance(r)
	}
	own := s.curves
	s.curves = r.behind
	s.retreat()
	r.behind, s.curves = s.curves, own
	r.curved = true
}
