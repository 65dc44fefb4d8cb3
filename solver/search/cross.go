package search

import (
	"math"

	"callout/solver/route"
)

const (
	// crossTries is how many exchanges of tails come before each ruin. Each costs some hundredth of it.
	crossTries = 16
	// crossShare is their temperature, as a share of the ruin's. They are so many that with all of it routes melt.
	crossShare = 0.3
	// splitShare is how many of them give the tail to an unused shift.
	splitShare = 0.1
)

// crossTails tries some exchanges of tails between routes, each accepted as a step is. A ruin takes out short strings: what stands
// behind them stays with its route, and routes are hardly ever split or joined.
func (s *searcher) crossTails(temperature float64) {
	temperature *= crossShare
	for range crossTries {
		x, ok := s.drawCrossing()
		if !ok {
			continue
		}
		limit := -temperature * math.Log(1-s.rng.Float64())
		delta, ok := s.cur.CrossCost(x)
		if !ok || delta == 0 || float64(delta) >= limit {
			continue
		}
		if !s.cur.Cross(x) {
			s.cur.Rollback()
			continue
		}
		s.accept()
	}
}

// drawCrossing draws a random job and one that may follow it, from another route, or the end of the route behind the job.
func (s *searcher) drawCrossing() (x route.Crossing, ok bool) {
	j := int32(s.rng.IntN(s.in.NJobs))
	x.A = s.cur.RouteOf[j]
	if x.A < 0 || !s.in.Crosses(x.A) {
		return x, false
	}
	x.KeepA = s.place(x.A, j) + 1
	if s.rng.Float64() < splitShare {
		x.B = s.cur.Unused(x.A)
		return x, x.B >= 0
	}
	next := s.near.Followers(j)
	if len(next) == 0 {
		return x, false
	}
	o := next[s.rng.IntN(len(next))]
	if x.B = s.cur.RouteOf[o]; x.B < 0 || x.B == x.A {
		return x, false
	}
	x.KeepB = s.place(x.B, o)
	return x, true
}

// place is the index of job j among the stops of shift k.
func (s *searcher) place(k, j int32) int32 {
	for i, u := range s.cur.Routes[k].Stops {
		if s.in.Job(u) == j {
			return int32(i)
		}
	}
	panic("search: a job is not where it should be")
}
