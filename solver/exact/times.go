package exact

import (
	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// drive is the way along an arc.
func (b *builder) drive(s *shift, a arc) (model.Duration, model.Meters, bool) {
	from, to := s.Start, s.End
	if a.from != depot {
		from = s.stops[a.from].loc
	}
	if a.to != depot {
		to = s.stops[a.to].loc
	}
	return b.leg(s.Shift, from, to)
}

// ways lists the arcs that can be: there is a way, and it can be in time if no break is taken on it.
func (b *builder) ways(s *shift) [][2]int {
	n := len(s.stops)
	var out [][2]int
	add := func(from, to int) {
		leave, by := s.Earliest, s.LatestEnd
		if from != depot {
			leave = s.stops[from].spans[0].from + s.stops[from].dur
		}
		if to != depot {
			spans := s.stops[to].spans
			by = spans[len(spans)-1].to
		}
		if drive, _, ok := b.drive(s, arc{from: from, to: to}); ok && leave+drive <= by {
			out = append(out, [2]int{from, to})
		}
	}
	for k := range n {
		add(depot, k)
		add(k, depot)
		for l := range n {
			if k != l {
				add(k, l)
			}
		}
	}
	return out
}

// times binds the starts to the spans, and to each other along the route.
func (b *builder) times(s *shift) {
	m := b.m
	for k := range s.Breaks {
		s.pauses = append(s.pauses, b.pause(s, k))
	}
	for _, st := range s.stops {
		b.inSpans(st)
	}
	// What the route takes at least; it follows from the arcs one by one, but not for the linear relaxation.
	least := cpsat.Sum(s.finish).Plus(-1, s.depart)
	for _, a := range s.arcs {
		b.follow(s, a)
		drive, _, _ := b.drive(s, a)
		least = least.PlusLit(-drive, a.taken)
	}
	for _, st := range s.stops {
		least = least.PlusLit(-st.dur, st.here)
	}
	for _, x := range s.pauses {
		least = least.PlusLit(-x.Duration, x.taken)
	}
	m.AtLeast(least, 0)
}

// inSpans: the stop starts in one of its spans.
func (b *builder) inSpans(st *stop) {
	if len(st.spans) == 1 {
		b.m.Between(st.spans[0].from, cpsat.Sum(st.start), st.spans[0].to, st.here)
		return
	}
	in := make([]cpsat.Lit, len(st.spans))
	for k, sp := range st.spans {
		in[k] = b.m.Bool()
		b.m.Between(sp.from, cpsat.Sum(st.start), sp.to, in[k])
	}
	b.m.AnyOf(in, st.here)
}

// follow: along an arc there is time for the drive and for the breaks that lie there.
func (b *builder) follow(s *shift, a arc) {
	m := b.m
	drive, _, _ := b.drive(s, a)
	gap := cpsat.Const(-drive)
	switch a.from {
	case depot:
		gap = gap.Plus(-1, s.depart)
	default:
		gap = gap.Plus(-1, s.stops[a.from].start).PlusConst(-s.stops[a.from].dur)
	}
	switch a.to {
	case depot:
		gap = gap.Plus(1, s.finish)
	default:
		gap = gap.Plus(1, s.stops[a.to].start)
	}
	if a.to == depot && s.End == model.NoLoc { // finishes with the last stop
		m.AtMost(gap, 0, a.taken)
	}
	for k := range s.pauses {
		x := &s.pauses[k]
		behind := x.taken // at the start all breaks are
		if a.from != depot {
			behind = s.stops[a.from].after[k]
		}
		gap = gap.PlusLit(-x.Duration, behind)
		if a.to != depot {
			gap = gap.PlusLit(x.Duration, s.stops[a.to].after[k])
		}
	}
	m.AtLeast(gap, 0, a.taken)
}
