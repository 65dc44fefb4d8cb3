package search

// ventureProb is how many of the steps that try jobs again are ventures. Jobs may pay a shift, or the way to a far place, only
// together; one by one they never get in, as a job is not put where it costs more than leaving it out. In a venture jobs that were
// left out, near one of them, get in at a loss if the others could make up for it; whether they did is for the acceptance of the
// step to judge. Where nobody is left out nothing is spent on that, not even a random number.
const ventureProb = 0.05

// venture is what a step may lose on the way.
type venture struct {
	on      bool
	retried []bool  // per job: left out before the step
	share   float64 // of rest
	rest    int64   // what leaving out costs for the retried jobs that are still to come
}

// retry puts jobs left out into removed to be tried again, and draws whether the step is a venture. If so they are neighbours, and
// the seed is one of them; else it is -1.
func (s *searcher) retry() (seed int32) {
	absent := s.cur.Absent
	// The steps before the temperatures are known are there to say what ordinary ones lose.
	on := len(absent) > 1 && s.heat.hot > 0 && s.rng.Float64() < ventureProb
	switch {
	case on:
		seed = absent[s.rng.IntN(len(absent))]
		s.removed = append(s.removed, seed)
		for _, j := range s.near.Of(seed) {
			if s.cur.RouteOf[j] < 0 && len(s.removed) < maxRetry {
				s.removed = append(s.removed, j)
			}
		}
		s.embark()
		return seed
	case len(absent) <= maxRetry:
		s.removed = append(s.removed, absent...)
	default:
		// A random stretch of the list, which is in no order.
		from := s.rng.IntN(len(absent))
		for k := range maxRetry {
			s.removed = append(s.removed, absent[(from+k)%len(absent)])
		}
	}
	return -1
}

// embark begins a venture of the jobs in removed.
func (s *searcher) embark() {
	v := &s.venture
	if v.retried == nil {
		v.retried = make([]bool, s.in.NJobs)
	}
	v.on, v.rest = true, 0
	x := s.rng.Float64()
	v.share = x * x // mostly little: losses that are never made up for are a lost step
	for _, j := range s.removed {
		v.retried[j] = true
		v.rest += s.in.Lost(j)
	}
}

// loss is how much more than leaving it out the next job may cost.
func (s *searcher) loss(j int32) int64 {
	v := &s.venture
	if !v.on {
		return 0
	}
	if v.retried[j] {
		v.retried[j] = false
		v.rest -= s.in.Lost(j)
	}
	return int64(v.share * float64(v.rest))
}
