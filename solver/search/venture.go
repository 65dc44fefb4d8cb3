package search

import "callout/solver/route"

// ventureProb is how many of the steps that try jobs again are ventures. Jobs may pay a shift, or the way to a far place, only
// together; one by one they never get in, as a job is not put where it costs more than leaving it out. In a venture jobs that were
// left out, near one of them, get in at a loss if the others could make up for it; whether they did is for the acceptance of the
// step to judge. Where nobody is left out nothing is spent on that, not even a random number.
//
// A whole route pays only when it is nearly full. So in half of the ventures a job opens an unused shift, whatever that costs, and the
// jobs near it follow where they gain.
const (
	ventureProb = 0.05
	openProb    = 0.5 // of opening a shift, in a venture
	openShare   = 3   // jobs then tried, in mean routes
)

// venture is what a step may lose on the way.
type venture struct {
	on    bool
	share float64 // of rest
	rest  int64   // what leaving out costs for the retried jobs that are still to come
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
		if s.opens(seed) {
			return seed
		}
		s.removed = append(s.removed, seed)
		s.retryNear(seed, maxRetry)
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

// opens puts job seed alone into an unused shift, where there is one, and as many jobs left out near it into removed as a long route has. At
// a loss they would rather go to routes in use.
func (s *searcher) opens(seed int32) bool {
	if s.rng.Float64() >= openProb {
		return false
	}
	n := s.in.NShifts()
	k, from := int32(-1), s.rng.IntN(n)
	for i := range n {
		if o := int32((from + i) % n); len(s.cur.Routes[o].Stops) == 0 && s.in.May(o, seed) {
			k = o
			break
		}
	}
	if k < 0 {
		return false
	}
	ins := s.cur.BestBelow(k, seed, route.NoPlace)
	if ins.Pos < 0 {
		return false
	}
	s.survey()
	s.cur.Insert(k, seed, ins)
	s.stampR[k] = s.stamp + 1 // the ruin that follows spares it
	s.retryNear(seed, max(maxRetry, openShare*s.stops/max(1, s.routes)))
	return true
}

// retryNear adds jobs left out near another one to removed, up to that many.
func (s *searcher) retryNear(j int32, most int) {
	for _, o := range s.near.Of(j) {
		if s.cur.RouteOf[o] < 0 && len(s.removed) < most {
			s.removed = append(s.removed, o)
		}
	}
}

// embark begins a venture of the jobs in removed.
func (s *searcher) embark() {
	v := &s.venture
	v.on, v.rest = true, 0
	x := s.rng.Float64()
	v.share = x * x // mostly little: losses that are never made up for are a lost step
	for _, j := range s.removed {
		v.rest += s.in.Lost(j)
	}
}

// loss is how much more than leaving it out the next job may cost.
func (s *searcher) loss(j int32) int64 {
	v := &s.venture
	if !v.on {
		return 0
	}
	if s.again[j] {
		v.rest -= s.in.Lost(j)
	}
	return int64(v.share * float64(v.rest))
}
