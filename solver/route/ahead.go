package route

import (
	"slices"

	"callout/solver/model"
)

// advance fills before of r and returns what its terms that depend on time cost, where that can be.
func (s *Scheduler) advance(r *Route) (cost int64, ok bool) {
	s.load(r.Shift, r.Stops, Bounds{})
	s.free()
	s.latest = r.latest
	s.swap(r)
	s.extend()
	b, _, cost := s.arrive()
	s.swap(r)
	r.begun, r.base = true, 0
	return cost, b >= 0
}

// curve fills before and behind of r. Near a working time, the price of balance is among the costs but for base.
func (s *Scheduler) curve(r *Route, work int64) (base int64) {
	if r.curved {
		return r.base
	}
	s.load(r.Shift, r.Stops, Bounds{})
	s.free()
	s.latest = r.latest
	if !r.begun {
		r.base = s.tangent(work)
		s.swap(r)
		s.extend()
		s.swap(r)
	}
	own := s.curves
	s.curves = r.behind
	s.retreat()
	r.behind, s.curves = s.curves, own
	if s.f.hours != nil {
		s.sinks(r, 0)
	}
	r.begun, r.curved = true, true
	return r.base
}

// borrow fills before and behind of r, which is o with a new call behind position at, for insertions behind that call: what lies before
// it, or behind, is that of o, which is curved. made is the number of new calls in o.
func (s *Scheduler) borrow(r, o *Route, at, made int, work int64) {
	s.load(r.Shift, r.Stops, Bounds{})
	s.free()
	s.tangent(work)
	s.latest = r.latest
	w := len(s.f.breaks) + 1
	n, shared := len(r.Stops), (at+1)*w
	m := &s.lent[made]
	m.curves, m.ends = longer(m.curves, (n+2)*w), longer(m.ends, (n+1)*w)
	r.before, r.behind = append(r.before[:0], o.before[:shared]...), append(r.behind[:0], o.behind[:shared]...)
	r.before = append(r.before, m.curves[shared:]...)
	r.behind = append(r.behind, o.behind[at*w:]...)
	if s.f.hours != nil {
		r.ends = append(append(r.ends[:0], o.ends[:shared]...), m.ends[shared:]...)
	}
	s.swap(r)
	s.extendFrom(at + 1)
	s.swap(r)
	copy(m.curves[shared:], r.before[shared:])
	if s.f.hours != nil {
		copy(m.ends[shared:], r.ends[shared:])
		s.sinks(r, at+1)
	}
	r.base, r.begun, r.curved = o.base, true, true
}

// loan is memory for what a route does not borrow.
type loan struct {
	curves []curve
	ends   [][]opening
}

// swap exchanges the curves, and the costs of ends, with those of the route.
func (s *Scheduler) swap(r *Route) {
	s.curves, r.before = r.before, s.curves
	s.ends, r.ends = r.ends, s.ends
}

// sinks fills, per position from one on, the least cost up to there.
func (s *Scheduler) sinks(r *Route, from int) {
	w := len(s.f.breaks) + 1
	r.sunk = resize(r.sunk, len(s.stops)+1)
	for i := from; i < len(r.sunk); i++ {
		r.sunk[i] = NoPlace
		for _, ends := range r.ends[i*w : (i+1)*w] {
			for _, e := range ends {
				r.sunk[i] = min(r.sunk[i], e.cost, e.cost+e.slope*(e.to-e.from))
			}
		}
	}
}

// retreat carries the curves of what lies behind, in turned time, from the end on to the departure.
func (s *Scheduler) retreat() {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.curves = longer(s.curves, (n+2)*w)
	for b := range w {
		s.curves[(n+1)*w+b] = s.home(s.curves[(n+1)*w+b], b, s.lastFinish(b))
	}
	for i := n; i >= 0; i-- {
		if w == 1 && f.hours == nil {
			if i > 0 {
				s.curves[i] = s.curves[i+1].serve(s.curves[i], s.legs[i]+s.durs[i], s.turned(i), 0)
			} else {
				s.curves[0] = s.curves[1].over(s.curves[0], s.legs[0], -never, never)
			}
			continue
		}
		for b := range w {
			out := s.back(i, b)
			if i == 0 || f.hours != nil {
				s.curves[i*w+b] = append(s.curves[i*w+b][:0], out...)
			} else {
				s.curves[i*w+b] = out.serve(s.curves[i*w+b], s.durs[i], s.turned(i), 0)
			}
		}
	}
}

// turned are the openings of position i in turned time.
func (s *Scheduler) turned(i int) []opening {
	o := &s.in.openings
	return o.turned[o.of[int(s.f.tech)*s.in.NStops+int(s.stops[i-1])]]
}

// back is, in turned time, the curve of leaving position i with b breaks behind it, or of being there where travel depends on the hour.
func (s *Scheduler) back(i, b int) curve {
	f, w := s.f, len(s.f.breaks)+1
	out := s.ready[0][:0]
	for e := b; e < f.mostBreaks(i == len(s.stops), b); e++ {
		tr := &s.trans[b*w+e]
		if !tr.ok || s.chained && (int8(b) != s.only[i] || int8(e) != s.only[i+1]) {
			continue
		}
		behind := s.curves[(i+1)*w+e]
		switch {
		case f.hours == nil:
			s.ready[1] = behind.over(s.ready[1], s.legs[i]+tr.sum, -tr.last, -tr.floor)
		case i > 0:
			open := s.turned(i)
			if len(open) == 0 {
				return out
			}
			first, last := -open[len(open)-1].to+s.durs[i], -open[0].from+s.durs[i]
			s.left = f.rideBack(s.left, behind, s.pairs[i], tr, first, last)
			s.ready[1] = both(s.ready[1], s.left, s.durs[i], open)
		default:
			s.left = f.rideBack(s.left, behind, s.pairs[i], tr, f.earliest, f.latestEnd)
			s.ready[1] = both(s.ready[1], s.left, 0, always)
		}
		out = s.lowered(out)
	}
	s.ready[0] = out
	return out
}

// always is an opening at all times.
var always = []opening{{from: -never, to: never}}

// home is, in turned time, the curve of finishing by a time with b breaks behind.
func (s *Scheduler) home(out curve, b int, to int64) curve {
	f := s.f
	p := newPen(out)
	draw := func(from, rate int64) {
		if from <= to {
			p.draw(-to, -from+1, s.endCost(b, to), -rate)
			to = from - 1
		}
	}
	for _, tier := range slices.Backward(f.overtime) {
		draw(f.regularEnd+tier.After, s.rate+tier.Rate*s.in.weight[model.Overtime])
	}
	draw(min(to, f.earliest), s.rate)
	return p.done()
}
