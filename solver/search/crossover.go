package search

import (
	"slices"

	"callout/solver/route"
)

const mostCrossed = 6 // routes that a child has from its second parent

// crossover is what crossOver works with.
type crossover struct {
	shared []int32 // per shift: jobs that its route has in common with those that come in; 0 outside of crossOver
	in     []int32 // shifts of the second parent whose routes come in
	out    []int32 // shifts of the first parent whose routes go
	stops  []int32
}

// crossOver makes a plan current that is a with some neighbouring routes of b in place of those that have most jobs in common with them. Of these
// jobs it is all, or only those that are on the routes that go, that come in so; the others stay where they are, and whoever has no
// place then is inserted (selective route exchange, Nagata and Bräysy 2009, doi 10.1002/net.20333).
//
// It fills seeds with the jobs on routes that a does not have, and returns how many; 0 where the draw comes to nothing new.
func (s *searcher) crossOver(a, b *route.Solution) int {
	s.cur.CopyFrom(a)
	s.survey()
	c := &s.people.cross
	if !s.drawCrossed(a, b) {
		return 0
	}
	s.drawReplaced(b)
	own := s.rng.IntN(2) == 0
	s.removed = s.removed[:0]
	for _, k := range c.out {
		s.moved = s.markJobs(s.cur.Routes[k].Stops, s.moved[:0])
		s.takeOut(k)
	}
	for _, k := range c.in {
		s.bringIn(k, b, own)
	}
	s.removed = s.removed[:0]
	for _, j := range s.cur.Absent {
		if a.RouteOf[j] >= 0 || b.RouteOf[j] >= 0 {
			s.removed = append(s.removed, j)
		}
	}
	s.recreate()
	fresh := s.cur.Cost() != a.Cost()
	s.accept()
	if !fresh {
		return 0
	}
	return s.seedChanges(a)
}

// drawCrossed draws the routes that come in: some around a random job, without those that a has, too.
func (s *searcher) drawCrossed(a, b *route.Solution) bool {
	c := &s.people.cross
	c.in = c.in[:0]
	most := 1 + s.rng.IntN(max(1, min(mostCrossed, s.routes/2)))
	seed := int32(s.rng.IntN(s.in.NJobs))
	if b.RouteOf[seed] < 0 {
		return false
	}
	c.in = append(c.in, b.RouteOf[seed])
	for _, j := range s.near.Of(seed) {
		if len(c.in) >= most {
			break
		}
		if k := b.RouteOf[j]; k >= 0 && !slices.Contains(c.in, k) {
			c.in = append(c.in, k)
		}
	}
	c.in = slices.DeleteFunc(c.in, func(k int32) bool { return s.hasRoute(a, b.Routes[k].Stops) })
	return len(c.in) > 0
}

// hasRoute tells whether a plan has a route of just these stops, in some shift.
func (s *searcher) hasRoute(p *route.Solution, stops []int32) bool {
	for _, u := range stops {
		if j := s.in.Job(u); j >= 0 {
			k := p.RouteOf[j]
			return k >= 0 && slices.Equal(p.Routes[k].Stops, stops)
		}
	}
	return true
}

// drawReplaced finds the routes that go: as many as come in, those first that have most of the same jobs.
func (s *searcher) drawReplaced(b *route.Solution) {
	c := &s.people.cross
	c.out = c.out[:0]
	for _, k := range c.in {
		for _, u := range b.Routes[k].Stops {
			if j := s.in.Job(u); j >= 0 && s.cur.RouteOf[j] >= 0 {
				o := s.cur.RouteOf[j]
				if c.shared[o] == 0 {
					c.out = append(c.out, o)
				}
				c.shared[o]++
			}
		}
	}
	slices.SortStableFunc(c.out, func(x, y int32) int { return int(c.shared[y]) - int(c.shared[x]) })
	for _, k := range c.out {
		c.shared[k] = 0
	}
	c.out = c.out[:min(len(c.out), len(c.in))]
}

// bringIn puts the route of shift k of b into the same shift, or an unused one of its class; where own, without jobs that have a place.
func (s *searcher) bringIn(k int32, b *route.Solution, own bool) {
	c := &s.people.cross
	to := s.room(k)
	if to < 0 {
		return
	}
	c.stops = c.stops[:0]
	jobs := 0
	for _, u := range b.Routes[k].Stops {
		if j := s.in.Job(u); j >= 0 {
			if at := s.cur.RouteOf[j]; at >= 0 {
				if own || s.keeps(j) {
					continue
				}
				s.mark[j] = true
				s.takeOut(at)
			}
			jobs++
		}
		c.stops = append(c.stops, u)
	}
	if jobs > 0 {
		s.cur.SetRoute(to, c.stops)
	}
}

// room is shift k if it is unused, else an unused one of its class; -1 where there is none.
func (s *searcher) room(k int32) int32 {
	if len(s.cur.Routes[k].Stops) == 0 {
		return k
	}
	for _, o := range s.people.cross.out {
		if len(s.cur.Routes[o].Stops) == 0 && s.in.Class(o) == s.in.Class(k) {
			return o
		}
	}
	return s.cur.Unused(k)
}

// seedChanges lets ruins begin at the jobs of routes that differ from those of plan a, and at what neither has.
func (s *searcher) seedChanges(a *route.Solution) int {
	s.seeds = s.seeds[:0]
	for k := range s.cur.Routes {
		stops := s.cur.Routes[k].Stops
		if slices.Equal(stops, a.Routes[k].Stops) {
			continue
		}
		for _, u := range stops {
			if j := s.in.Job(u); j >= 0 {
				s.seeds = append(s.seeds, j)
			}
		}
	}
	return len(s.seeds)
}
