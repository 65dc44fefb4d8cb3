package route

import "callout/solver/model"

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
	s.rate, s.latest = s.f.work, nil
	if s.f.hours != nil {
		s.latest = s.atLatest()
	}
	s.departAt, s.chained = anytime, false
	s.trans, s.until = s.f.trans, nil
}

// atLatest are the latest arrivals by position at the best of hours and without breaks.
func (s *Scheduler) atLatest() []int64 {
	n := len(s.stops)
	s.arrivals = resize(s.arrivals, n+2)
	t := s.f.latestEnd
	s.arrivals[n+1] = t
	for i := n; i > 0; i-- {
		t = s.in.prevStart(s.stops[i-1], s.durs[i], t-s.legs[i]-s.durs[i])
		s.arrivals[i] = t
	}
	return s.arrivals
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
