package route

import "slices"

// longer gives s n elements, and keeps the memory of those that it has or has had.
func longer[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return slices.Grow(s[:cap(s)], n-cap(s))[:n]
}

// setOut is the curve of departures with the first b breaks left out.
func (s *Scheduler) setOut(out curve, b int) curve {
	f := s.f
	p := newPen(out)
	if t := f.firstDeparture(b); t <= f.latestEnd {
		p.draw(t, f.latestEnd+1, s.rate*(f.unpaid[b]+f.earliest-t), -s.rate)
	}
	return p.done()
}

// setOutAt is setOut for one departure.
func (s *Scheduler) setOutAt(out curve, b int, t int64) curve {
	f := s.f
	out = out[:0]
	if b == f.leftOut(t) {
		out = append(out, piece{from: t, cost: s.rate * (f.unpaid[b] + f.earliest - t)})
	}
	return out
}

// leftOut is how many breaks whoever departs at t leaves out.
func (f *shiftFacts) leftOut(t int64) int {
	b := len(f.breaks)
	for f.firstDeparture(b) > t {
		b--
	}
	return b
}

// extend carries the curves from the departure on to the end. Who leaves later has worked less.
func (s *Scheduler) extend() {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.curves = longer(s.curves, (n+2)*w)
	if f.hours != nil {
		s.ends = longer(s.ends, (n+1)*w)
	}
	for b := range w {
		if s.departAt == anytime {
			s.curves[b] = s.setOut(s.curves[b], b)
		} else {
			s.curves[b] = s.setOutAt(s.curves[b], b, s.departAt)
		}
		if f.hours != nil {
			s.ends[b] = s.justAt(s.ends[b], s.curves[b])
		}
	}
	s.extendFrom(1)
}

// extendFrom is extend where the curves before a position are there.
func (s *Scheduler) extendFrom(first int) {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.rode = longer(s.rode, w)
	for a := range s.rode {
		s.rode[a].at = -1
	}
	for i := first; i <= n+1; i++ {
		if w == 1 && f.hours == nil {
			if i <= n {
				s.curves[i] = s.curves[i-1].serve(s.curves[i], s.legs[i-1], s.open[i], s.durs[i])
			} else {
				s.curves[i] = s.curves[i-1].over(s.curves[i], s.legs[i-1], -never, never)
			}
			continue
		}
		for b := range w {
			c := s.through(i, b)
			switch {
			case i > n:
				s.curves[i*w+b] = append(s.curves[i*w+b][:0], c...)
			case f.hours != nil:
				s.ends[i*w+b] = c.begun(s.ends[i*w+b], s.open[i], s.durs[i])
			default:
				s.curves[i*w+b] = c.serve(s.curves[i*w+b], 0, s.open[i], s.durs[i])
			}
		}
	}
}

// justAt writes to out the costs of departing just at a time, from their curve: it slants for as long as one may depart.
func (s *Scheduler) justAt(out []opening, c curve) []opening {
	out = out[:0]
	switch {
	case len(c) == 0:
	case s.departAt == anytime:
		out = append(out, opening{from: c[0].from, to: s.f.latestEnd, cost: c[0].cost, slope: c[0].slope})
	default:
		out = append(out, opening{from: c[0].from, to: c[0].from, cost: c[0].cost})
	}
	return out
}

// through is the curve of being ready at position i with b breaks behind it.
func (s *Scheduler) through(i, b int) curve {
	f, w := s.f, len(s.f.breaks)+1
	out := s.ready[0][:0]
	for a := f.leastBreaks(i == len(s.locs)-1, b); a <= b; a++ {
		tr := &s.trans[a*w+b]
		if !tr.ok || s.chained && (int8(a) != s.only[i-1] || int8(b) != s.only[i]) {
			continue
		}
		if f.hours != nil {
			s.ready[1] = s.ridden(s.ready[1], i, a, tr)
		} else {
			s.ready[1] = s.curves[(i-1)*w+a].over(s.ready[1], s.legs[i-1]+tr.sum, tr.floor, tr.last)
		}
		out = s.lowered(out)
	}
	s.ready[0] = out
	return out
}

// ridden is the curve of being ready at position i, with the breaks of a transition, from the costs of leaving the position before with a
// breaks behind it. Those without a break are worked out once.
func (s *Scheduler) ridden(out curve, i, a int, tr *transition) curve {
	f, w := s.f, len(s.f.breaks)+1
	pair, last := s.pairs[i-1], s.useful(i)
	if w == 1 {
		return f.ride(out, s.ends[i-1], pair, tr, last)
	}
	if s.rode[a].at != i {
		s.rode[a].at = i
		s.rode[a].ready = f.ride(s.rode[a].ready, s.ends[(i-1)*w+a], pair, &s.trans[a*w+a], last)
	}
	by := never // of arrivals
	switch {
	case tr.last >= last:
	case pair < 0:
		by = tr.last
	default:
		by, _ = f.hours.arrive(pair, tr.last)
		if next, _ := f.hours.arrive(pair, tr.last+1); next == by { // some wait too long for the break
			return f.ride(out, s.ends[(i-1)*w+a], pair, tr, last)
		}
	}
	return s.rode[a].ready.over(out, tr.sum, tr.floor, by)
}

// rode are the arrivals at a position.
type rode struct {
	at    int
	ready curve
}

// useful is the last departure for position i from which it may be in time: what is later need not be carried on.
func (s *Scheduler) useful(i int) int64 {
	if i > len(s.stops) {
		return s.f.latestEnd - s.legs[i-1]
	}
	open := s.open[i]
	if len(open) == 0 {
		return -never
	}
	last := open[len(open)-1].to
	if s.latest != nil {
		last = min(last, s.latest[i+1]-s.durs[i])
	}
	return last - s.legs[i-1]
}

// lowered is what is lower of out and ready[1].
func (s *Scheduler) lowered(out curve) curve {
	switch {
	case len(s.ready[1]) == 0:
		return out
	case len(out) == 0:
		return append(out, s.ready[1]...)
	}
	s.ready[2] = lower(s.ready[2], out, s.ready[1])
	out, s.ready[2] = s.ready[2], out
	return out
}
