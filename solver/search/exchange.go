package search

import "slices"

// Where shifts differ, by home, skills or hours, who works a route is as much a question as its stops: strings of stops find another
// technician one by one only by way of dear plans. So some steps let two shifts exchange the tails of their routes, or all of them, one of
// which may be unused. It works for whatever a request can say, as the jobs are inserted one after the other, at the cost of a ruin; shifts
// that are all alike have crossTails.
const (
	exchangeProb   = 0.1 // of a step
	exchangeWhole  = 0.3 // of giving away whole routes
	exchangeUnused = 0.3 // of giving to an unused shift
	exchangeMost   = 20  // jobs
)

// exchange ruins two routes and recreates them exchanged; false where the draw was nothing to exchange, and nothing has changed.
func (s *searcher) exchange() bool {
	j := int32(s.rng.IntN(s.in.NJobs))
	a := s.cur.RouteOf[j]
	if a < 0 {
		return false
	}
	b, keepB, ok := s.partner(a, j)
	if !ok {
		return false
	}
	keepA := s.place(a, j) + 1
	if s.rng.Float64() < exchangeWhole {
		keepA, keepB = 0, 0
	}
	own, other := s.cur.Routes[a].Stops[keepA:], s.cur.Routes[b].Stops[keepB:]
	if n := len(own) + len(other); n == 0 || n > exchangeMost {
		return false
	}
	s.survey()
	s.removed = s.removed[:0]
	s.tails[0] = s.markJobs(own, s.tails[0][:0])
	s.tails[1] = s.markJobs(other, s.tails[1][:0])
	s.takeOut(a)
	s.takeOut(b)
	s.moved = append(append(s.moved[:0], s.tails[0]...), s.tails[1]...)
	s.removed = slices.DeleteFunc(s.removed, func(u int32) bool { return slices.Contains(s.moved, u) })
	s.handOver(b, s.tails[0])
	s.handOver(a, s.tails[1])
	s.recreate()
	return true
}

// partner draws whom shift a exchanges with behind its job j: the route of a job that may follow j, up to that job, or an unused shift.
func (s *searcher) partner(a, j int32) (b, keep int32, ok bool) {
	if s.rng.Float64() < exchangeUnused {
		b = int32(s.rng.IntN(s.in.NShifts()))
		return b, 0, len(s.cur.Routes[b].Stops) == 0
	}
	next := s.near.Followers(j)
	if len(next) == 0 {
		return 0, 0, false
	}
	o := next[s.rng.IntN(len(next))]
	if b = s.cur.RouteOf[o]; b < 0 || b == a {
		return 0, 0, false
	}
	return b, s.place(b, o), true
}

// markJobs marks the jobs among stops that may be removed, and appends them to out.
func (s *searcher) markJobs(stops, out []int32) []int32 {
	for _, u := range stops {
		if j := s.in.Job(u); j >= 0 && !s.keeps(j) {
			s.mark[j] = true
			out = append(out, j)
		}
	}
	return out
}

// handOver inserts jobs into the route of a shift; what it cannot take goes to removed.
func (s *searcher) handOver(k int32, jobs []int32) {
	for _, u := range jobs {
		if s.in.May(k, u) {
			if ins := s.cur.BestBelow(k, u, s.in.Lost(u)); ins.Pos >= 0 {
				s.cur.Insert(k, u, ins)
				continue
			}
		}
		s.removed = append(s.removed, u)
	}
}
