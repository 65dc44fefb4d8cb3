package route

import (
	"slices"

	"callout/solver/model"
)

// optimum finds the best times of the route as loaded by dynamic programming over curves: what the route costs so far, by position,
// number of breaks behind it and time. The price of balance, which grows with the square of the working time, is bounded by its
// tangents. It does not know the caps on working time and on spells, which are for compromise; sure tells that nothing can be
// better, or that nothing is feasible, with them as well.
func (s *Scheduler) optimum() (sure bool) {
	s.free()
	work, again := int64(0), false
	for range maxTangents {
		base := s.tangent(work)
		if again {
			s.rate += s.in.weight[model.Balance]
		}
		s.extend()
		b, finish, cost := s.arrive()
		if b < 0 || !again && cost+base >= s.below {
			return true
		}
		s.trace(b, finish, &s.cur)
		if !s.punctual(&s.cur) {
			return false
		}
		s.keep(&s.cur)
		switch same := s.cur.work == work; {
		case s.cur.work > s.f.maxWork:
			return false
		case same && again, s.best.present && !again && s.settled(cost+base):
			return true
		case again:
			return false
		case same: // and if it is the best working time for a line that rises faster than the price, too, it is for the price
			again = true
		}
		work = s.cur.work
	}
	return false
}

// maxTangents bounds how often optimum looks for the working time at which that and the price of balance agree.
const maxTangents = 4

// settled tells whether the best timing costs no more than what all cost at least, but for what the tangent loses by rounding where
// that is nothing beside the price of balance.
func (s *Scheduler) settled(least int64) bool {
	if s.best.balC > 1_000_000 {
		least += 4 * s.in.weight[model.Balance]
	}
	return s.best.scalar <= least
}

// tangent makes working time cost what it does with the price of balance near a working time. base is what that leaves out: with
// it, no working time costs more than it does.
func (s *Scheduler) tangent(work int64) (base int64) {
	f := s.f
	s.rate = f.work
	if f.balance == 0 {
		return 0
	}
	weight := s.in.weight[model.Balance]
	rise, touch := f.balanceLine(work)
	s.rate += rise * weight
	low := min(f.balanceCost(touch)-rise*touch, f.balanceCost(touch+1)-rise*(touch+1))
	return (low - 2) * weight // less what rounding takes
}

// free lets curves choose departure and breaks, and leaves the price of balance out.
func (s *Scheduler) free() {
	s.rate = s.f.work
	s.departAt, s.chained = anytime, false
	s.trans, s.until = s.f.trans, nil
}

// keep makes t the best timing, if it is.
func (s *Scheduler) keep(t *timing) {
	if s.evaluate(t) {
		s.best.copyFrom(t)
		s.best.present = true
	}
}

// anytime is a departure that is for the curves to choose.
const anytime = never

// longer gives s n elements, and keeps the memory of those that it has or has had.
func longer[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return slices.Grow(s[:cap(s)], n-cap(s))[:n]
}

// setOut is the curve of departures with the first b breaks left out.
func (s *Scheduler) setOut(out curve, b int) curve {
	f := s.f
	p := newPen(out)
	if t := f.firstDeparture(b); t <= f.latestEnd {
		p.draw(t, f.latestEnd+1, s.rate*(f.unpaid[b]+f.earliest-t), -s.rate)
	}
	return p.done()
}

// setOutAt is setOut for one departure.
func (s *Scheduler) setOutAt(out curve, b int, t int64) curve {
	f := s.f
	out = out[:0]
	if b == f.leftOut(t) {
		out = append(out, piece{from: t, cost: s.rate * (f.unpaid[b] + f.earliest - t)})
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
			s.curves[b] = s.setOut(s.curves[b], b)
		} else {
			s.curves[b] = s.setOutAt(s.curves[b], b, s.departAt)
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
			all := c[k].cost + c[k].slope*(t-c[k].from) + s.endCost(e, t)
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
func (s *Scheduler) endCost(b int, t int64) int64 {
	f := s.f
	c := s.rate * (t - f.earliest - f.unpaid[b])
	if len(f.overtime) > 0 && t > f.regularEnd {
		c += f.overtimeCost(t) * s.in.weight[model.Overtime]
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
