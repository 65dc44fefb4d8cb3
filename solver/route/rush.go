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

// afterRush tries the departures at the begins of hours in which the way to the first stop is shorter than before.
func (s *Scheduler) afterRush() {
	h, pair := s.f.hours, s.pairs[0]
	if pair < 0 {
		return
	}
	for k := h.bucket(s.first.depart) + 1; h.from[k] < never; k++ {
		if h.d[k][pair] < h.d[k-1][pair] && !s.try(h.from[k]) {
			return
		}
	}
}
