package route

// waitForPreference waits along the chain in first, stop by stop, for windows with a price for being early, where that lowers the
// cost: until the next of them begins, or as long as the rest of the route allows, or as long as no further overtime comes of it.
func (s *Scheduler) waitForPreference() {
	if !s.best.present || s.best.lateC == 0 {
		return
	}
	for i, u := range s.stops {
		if int(u) >= s.in.NJobs || !s.in.eager[u] || !s.early(i) {
			continue
		}
		for s.waitAt(i) {
		}
	}
	for i := range s.stops {
		s.hold[i+1] = 0
	}
}

// early tells whether the stop at index i costs something for when it starts in the chain in first.
func (s *Scheduler) early(i int) bool {
	late, _ := s.in.softCost(s.stops[i], s.durs[i+1], s.first.start[i+1])
	return late > 0
}

// waitAt looks for a better start of the stop at index i that is later than the earliest one, and reports whether it found one that
// may be too early still.
func (s *Scheduler) waitAt(i int) bool {
	start := s.first.start[i+1]
	to := s.in.earlyPreference(s.stops[i], s.durs[i+1], start)
	if to == start {
		return false
	}
	last := s.latestStart(i+1, s.f.lastFinish(int(s.first.at[len(s.stops)+1])))
	for _, tier := range s.f.overtime {
		if x := s.latestStart(i+1, s.f.regularEnd+tier.After); start < x && x < min(to, last) {
			s.wait(i, x)
		}
	}
	return start < last && s.wait(i, min(to, last))
}

// wait holds the stop at index i back until a time, and reports whether that lowered the cost; else everything is as before.
func (s *Scheduler) wait(i int, to int64) bool {
	before, held := s.best.scalar, s.hold[i+1]
	s.hold[i+1], s.cut = to, never
	if s.forward(s.first.depart, &s.first) {
		s.choose()
	}
	if s.best.scalar < before {
		return true
	}
	s.hold[i+1], s.cut = held, never
	s.forward(s.first.depart, &s.first)
	return false
}

// latestStart is the latest start of position i of the chain in first from which the route still finishes by a time.
func (s *Scheduler) latestStart(i int, finish int64) int64 {
	w := len(s.f.breaks) + 1
	r := finish
	for j := len(s.stops); ; j-- {
		t := s.leaveBy(&s.f.trans[int(s.first.at[j])*w+int(s.first.at[j+1])], j, r)
		r = min(s.in.prevStart(s.stops[j-1], s.durs[j], min(t-s.durs[j], s.hi[j])), s.hi[j])
		if j == i {
			return r
		}
	}
}
