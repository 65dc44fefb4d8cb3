package route

import (
	"slices"

	"callout/solver/model"
)

// advance fills before of r and returns what its terms that depend on time cost, where that can be.
func (s *Scheduler) advance(r *Route) (cost int64, ok bool) {
	s.load(r.Shift, r.Stops, Bounds{})
	s.free()
	own := s.curves
	s.curves = r.before
	s.extend()
	b, _, cost := s.arrive()
	r.before, s.curves = s.curves, own
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
	own := s.curves
	if !r.begun {
		r.base = s.tangent(work)
		s.curves = r.before
		s.extend()
		r.before = s.curves
	}
	s.curves = r.behind
	s.retreat()
	r.behind, s.curves = s.curves, own
	r.begun, r.curved = true, true
	return r.base
}

// retreat carries the curves of what lies behind, in turned time, from the end on to the departure.
func (s *Scheduler) retreat() {
	f := s.f
	n, w := len(s.stops), len(f.breaks)+1
	s.curves = longer(s.curves, (n+2)*w)
	for b := range w {
		s.curves[(n+1)*w+b] = s.home(s.curves[(n+1)*w+b], b, s.lastFinish(b))
	}
	of := s.in.openings.of[int(f.tech)*s.in.NStops:]
	for i := n; i >= 0; i-- {
		if w == 1 {
			if i > 0 {
				open := s.in.openings.turned[of[s.stops[i-1]]]
				s.curves[i] = s.curves[i+1].serve(s.curves[i], s.legs[i]+s.durs[i], open, 0)
			} else {
				s.curves[0] = s.curves[1].over(s.curves[0], s.legs[0], -never, never)
			}
			continue
		}
		for b := range w {
			out := s.back(i, b, s.curves[(i+1)*w:(i+2)*w])
			if i == 0 {
				s.curves[b] = append(s.curves[b][:0], out...)
				continue
			}
			open := s.in.openings.turned[of[s.stops[i-1]]]
			s.curves[i*w+b] = out.serve(s.curves[i*w+b], s.durs[i], open, 0)
		}
	}
}

// back is, in turned time, the curve of leaving position i with b breaks behind it, from those of the position behind.
func (s *Scheduler) back(i, b int, from []curve) curve {
	f, w := s.f, len(s.f.breaks)+1
	out := s.ready[0][:0]
	for e := b; e < f.mostBreaks(i == len(s.stops), b); e++ {
		tr := &s.trans[b*w+e]
		if !tr.ok || len(from[e]) == 0 || s.chained && (int8(b) != s.only[i] || int8(e) != s.only[i+1]) {
			continue
		}
		s.ready[1] = from[e].over(s.ready[1], s.legs[i]+tr.sum, -tr.last, -tr.floor)
		if len(out) == 0 {
			out = append(out, s.ready[1]...)
			continue
		}
		s.ready[2] = lower(s.ready[2], out, s.ready[1])
		out, s.ready[2] = s.ready[2], out
	}
	s.ready[0] = out
	return out
}

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
