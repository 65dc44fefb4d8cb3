package search

// Parameters of the ruin, as in Christiaens and Vanden Berghe (2020), but that few long routes lose longer strings and more jobs: a
// route loses one string at most, so that else little could change between them.

const (
	meanRemoved = 10   // average number of jobs removed
	maxString   = 10   // longest string
	fewRoutes   = 10   // few, at most
	longString  = 20   // longest string then; with every two stops more, one more job is removed
	stringShare = 0.65 // longest string between the two, as a share of the mean route
	splitProb   = 0.5  // probability of a split string
	splitMore   = 0.01 // probability of keeping one more job within a split string
	wholeProb   = 0.01 // probability of taking a whole route out
	maxWhole    = 60   // longest route that is taken out whole
	maxRetry    = 20   // most of the jobs left out before that an iteration tries again
)

// ruin removes strings of neighbouring stops around a random job, and fills removed with the jobs to put back: those, and
// some that were left out before.
func (s *searcher) ruin() {
	s.removed = s.removed[:0]
	seed := s.retry()
	for _, j := range s.removed {
		s.again[j] = true
	}
	if s.survey(); s.routes == 0 {
		return
	}
	mean := float64(s.stops) / float64(s.routes)
	longest, removed := min(maxString, mean), float64(meanRemoved)
	if long := min(longString, stringShare*mean); s.routes <= fewRoutes && long > maxString {
		longest = long
		removed += (long - maxString) / 2
	}
	most := 4*removed/(1+longest) - 1
	strings := int(1 + s.rng.Float64()*most)
	s.stamp++
	if seed < 0 {
		seed = s.anyJob()
	}
	if k := s.cur.RouteOf[seed]; k >= 0 && s.rng.Float64() < wholeProb && len(s.cur.Routes[k].Stops) <= maxWhole {
		s.ruinWhole(k)
		strings = 1
	}
	strings -= s.ruinAt(seed, longest)
	for _, j := range s.near.Of(seed) {
		if strings <= 0 {
			break
		}
		strings -= s.ruinAt(j, longest)
	}
}

// survey counts routes and stops.
func (s *searcher) survey() {
	s.routes, s.stops = 0, 0
	for k := range s.cur.Routes {
		if n := len(s.cur.Routes[k].Stops); n > 0 {
			s.routes++
			s.stops += n
		}
	}
}

// ruinAt removes a string that contains job j from its route unless that is ruined already, and returns how many it removed.
func (s *searcher) ruinAt(j int32, longest float64) int {
	k := s.cur.RouteOf[j]
	if k < 0 || s.stampR[k] == s.stamp {
		return 0
	}
	s.stampR[k] = s.stamp
	stops := s.cur.Routes[k].Stops
	n := len(stops)
	at := 0
	for s.in.Job(stops[at]) != j {
		at++
	}
	length := int(1 + s.rng.Float64()*min(longest, float64(n)))
	length = min(length, n)
	skip := 0 // stops kept within the string
	if length > 1 && length < n && s.rng.Float64() < splitProb {
		skip = 1
		for length+skip < n && s.rng.Float64() < splitMore {
			skip++
		}
	}
	span := length + skip
	lo := max(0, at-span+1)
	hi := min(at, n-span)
	from := lo + s.rng.IntN(hi-lo+1)
	keepFrom := from + span // the kept stretch lies strictly within the string
	if skip > 0 {
		keepFrom = from + 1 + s.rng.IntN(length-1)
	}
	for p := from; p < from+span; p++ {
		if u := s.in.Job(stops[p]); u >= 0 && (p < keepFrom || p >= keepFrom+skip) {
			s.mark[u] = !s.keeps(u)
		}
	}
	s.takeOut(k)
	return 1
}

// ruinWhole takes all jobs of shift k out.
func (s *searcher) ruinWhole(k int32) {
	s.stampR[k] = s.stamp
	s.moved = s.markJobs(s.cur.Routes[k].Stops, s.moved[:0])
	s.takeOut(k)
}

// keeps tells whether job j may not be removed.
func (s *searcher) keeps(j int32) bool { return len(s.held) > 0 && s.held[j] }

// anyJob draws where a ruin begins.
func (s *searcher) anyJob() int32 {
	if s.seeds != nil {
		return s.seeds[s.rng.IntN(len(s.seeds))]
	}
	return int32(s.rng.IntN(s.in.NJobs))
}

// takeOut removes the marked jobs from shift k, more of them where the rest is not feasible alone.
func (s *searcher) takeOut(k int32) {
	was := len(s.cur.Absent)
	s.cur.Remove(k, s.mark)
	for _, u := range s.cur.Absent[was:] {
		s.removed = append(s.removed, u)
		s.mark[u] = false
	}
}
