package route

// loadHours prepares a run of the scheduler where travel depends on the hour.
func (s *Scheduler) loadHours() {
	f := s.f
	s.pairs = resize(s.pairs, len(s.legs))
	s.rest = resize(s.rest, len(s.legs)+1)
	s.rest[len(s.legs)], s.cut = 0, never
	for i := len(s.legs) - 1; i >= 0; i-- {
		s.pairs[i] = f.pairOf(s.locs[i], s.locs[i+1])
		s.rest[i] = s.rest[i+1] + s.legs[i]*f.travel + f.legMeters(s.locs[i], s.locs[i+1])*f.dist
	}
}

// worthwhile tells whether a departure may give the best timing, and sets the cut for it: the finish is not before that of first.
func (s *Scheduler) worthwhile(depart int64) bool {
	f := s.f
	most := never
	if s.best.present {
		most = s.best.scalar
	}
	if !s.eager { // else a timing that costs more may still be improved
		most = min(most, s.below)
	}
	work := s.first.finish - depart - f.unpaid[len(f.breaks)]
	s.cut = most - max(0, work)*f.work
	return s.rest[0] < s.cut
}

// drive is how long leg i takes for whoever is ready to leave at t.
func (s *Scheduler) drive(i int, t int64) int64 {
	if s.f.hours == nil {
		return s.legs[i]
	}
	return s.f.hours.drive(s.pairs[i], t)
}

// leaveBy is the latest departure for leg i from which the stop behind it can be served by r, with the breaks of a transition.
func (s *Scheduler) leaveBy(t *transition, i int, r int64) int64 {
	if s.f.hours == nil {
		return t.latest(r, s.legs[i])
	}
	return s.f.hours.latest(t, s.pairs[i], r)
}

// leave is drive, and adds up the travel of a timing.
func (s *Scheduler) leave(i int, at int64, t *timing) int64 {
	pair := s.pairs[i]
	if pair < 0 {
		return 0
	}
	h := s.f.hours
	arrival, bucket := h.arrive(pair, at)
	t.drive += arrival - at
	if m := h.m[bucket]; m != nil && s.f.dist != 0 {
		t.meters += int64(m[pair])
	}
	return arrival - at
}

// afterRush tries, for each leg, the departure with which it begins just when it gets shorter than it is in the first timing. On
// greedy routes of seven random problems that left 0 to 0.6 % of the costs that depend on time to the best of departures a minute
// apart. The latest departure for each stop, the candidates where lateness is priced, won 0.03 % at most and is left out.
func (s *Scheduler) afterRush() {
	h := s.f.hours
	for i, pair := range s.pairs {
		if pair < 0 {
			continue
		}
		at := s.first.depart
		if i > 0 {
			at = s.first.start[i] + s.durs[i]
		}
		drive := h.drive(pair, at)
		for k := h.bucket(at) + 1; h.from[k] < s.f.latestEnd; k++ {
			if int64(h.d[k][pair]) < drive {
				if depart, ok := s.departureFor(i, h.from[k]); ok {
					s.try(depart)
				}
				break
			}
		}
	}
}

// departureFor is the latest departure from which leg i begins at a time, and whether the stops before it allow that.
func (s *Scheduler) departureFor(i int, at int64) (int64, bool) {
	if i == 0 {
		return at, true
	}
	start := at - s.durs[i]
	if s.in.prevStart(s.stops[i-1], s.durs[i], start) != start || start > s.hi[i] {
		return 0, false
	}
	return s.latestFor(i, start), true
}
