package route

// loadHours prepares a run of the scheduler where travel depends on the hour.
func (s *Scheduler) loadHours() {
	f := s.f
	s.pairs = resize(s.pairs, len(s.legs))
	s.travel = 0
	for i := range s.pairs {
		s.pairs[i] = f.pairOf(s.locs[i], s.locs[i+1])
		s.travel += s.legs[i]*f.travel + f.legMeters(s.locs[i], s.locs[i+1])*f.dist
	}
}

// drive is how long leg i takes for whoever is ready to leave at t.
func (s *Scheduler) drive(i int, t int64) int64 {
	if s.f.hours == nil {
		return s.legs[i]
	}
	return s.f.hours.drive(s.pairs[i], t)
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

// afterRush tries, for each leg, the departure with which it begins just when it gets shorter than it is in the first timing. With
// them the schedules of random days in traffic came to within 0.1 % of the best of departures a minute apart, or below it where a
// later stop is waited for; trying the latest departure for each stop as well won nothing.
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
