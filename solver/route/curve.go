package route

// curve is a cost as a function of time that never increases, by pieces in the order of time: what a part of a route costs at
// least for whoever has until then. Before the first piece it cannot be; the last piece is level and has no end. Times are whole
// seconds, so that pieces may leave jumps between them, and all is exact.
//
// What lies behind a position is told by the same kind of function of the time turned round: for whoever is there at t, the
// argument is -t. Ibaraki et al. (2005), doi 10.1287/trsc.1030.0085, use both for routes with windows that have prices.
type curve []piece

// piece of a curve: from second from on, cost + slope * (t - from).
type piece struct{ from, cost, slope int64 }

// at is the cost for a time not before the first piece.
func (c curve) at(t int64) int64 {
	k := len(c) - 1
	for c[k].from > t {
		k--
	}
	return c[k].cost + c[k].slope*(t-c[k].from)
}

// first is the earliest time from which the curve is at most a cost that it comes down to.
func (c curve) first(cost int64) int64 {
	for k := range c {
		p := &c[k]
		if p.cost <= cost {
			return p.from
		}
		if p.slope == 0 {
			continue
		}
		t := p.from + (p.cost-cost-p.slope-1)/-p.slope
		if k+1 == len(c) || t < c[k+1].from {
			return t
		}
	}
	return never
}

// least is what the curve comes down to.
func (c curve) least() int64 { return c[len(c)-1].cost }

// pen writes a curve piece by piece; what it is given as slanting it follows to the end of the piece and levels off.
type pen struct {
	out curve
	low int64 // where the curve has come down to
	end int64 // until here, not included, the last piece holds, if it slants
}

func newPen(out curve) pen { return pen{out: out[:0], low: NoPlace} }

// draw takes note of cost + slope * (t - from) for from <= t < to, where that is below all before. It is called in the order of from.
func (p *pen) draw(from, to, cost, slope int64) {
	last := cost
	if slope < 0 {
		last += slope * (to - 1 - from)
		if last < p.low && cost >= p.low { // it gets below on the way
			skip := (cost-p.low)/-slope + 1
			from += skip
			cost += slope * skip
		}
	} else {
		slope = 0
	}
	if last >= p.low {
		return
	}
	p.low = last
	if n := len(p.out); n > 0 && p.out[n-1].from == from { // of two for one second, the lower one
		p.out = p.out[:n-1]
	}
	if n := len(p.out); n > 0 && p.out[n-1].slope < 0 {
		was := &p.out[n-1]
		if p.end < from {
			p.out = append(p.out, piece{from: p.end, cost: was.cost + was.slope*(p.end-1-was.from)})
		} else if was.slope == slope && was.cost+slope*(from-was.from) == cost {
			p.end = to
			return
		}
	}
	p.out = append(p.out, piece{from, cost, slope})
	p.end = to
}

// done is the curve, level at its end.
func (p *pen) done() curve {
	if n := len(p.out); n > 0 && p.out[n-1].slope < 0 {
		p.out = append(p.out, piece{from: p.end, cost: p.low})
	}
	return p.out
}

// stretch draws c between two times, both included, later by delta.
func (p *pen) stretch(c curve, from, to, delta int64) {
	for k := range c {
		a, b := max(c[k].from, from), to+1
		if k+1 < len(c) {
			b = min(b, c[k+1].from)
		}
		if a < b {
			p.draw(a+delta, b+delta, c[k].cost+c[k].slope*(a-c[k].from), c[k].slope)
		}
	}
}

// over writes to out the curve for the end of a leg that takes delta with its breaks, is begun by last and ends at floor or later.
func (c curve) over(out curve, delta, floor, last int64) curve {
	p := newPen(out)
	if len(c) > 0 && c[0].from <= last {
		if t := floor - delta; t > last {
			p.draw(floor, floor+1, c.at(last), 0)
		} else {
			p.stretch(c, max(t, c[0].from), last, delta)
		}
	}
	return p.done()
}

// serve writes to out the curve for the end of a service of dur that may begin in open, for whoever is ready pre later than c.
func (c curve) serve(out curve, pre int64, open []opening, dur int64) curve {
	p := newPen(out)
	if len(c) == 0 {
		return p.out
	}
	k := 0
	for i := range open {
		s := &open[i]
		for k+1 < len(c) && c[k+1].from+pre <= s.from {
			k++
		}
		for j := k; j < len(c); j++ {
			a, b := max(c[j].from+pre, s.from), s.to+1
			if j+1 < len(c) {
				b = min(b, c[j+1].from+pre)
			}
			if a >= b {
				if a > s.to {
					break
				}
				continue
			}
			p.draw(a+dur, b+dur, c[j].cost+c[j].slope*(a-pre-c[j].from)+s.cost+s.slope*(a-s.from), c[j].slope+s.slope)
		}
	}
	return p.done()
}

// lower writes to out what is lower of two curves.
func lower(out, a, b curve) curve {
	switch {
	case len(a) == 0:
		return append(out[:0], b...)
	case len(b) == 0:
		return append(out[:0], a...)
	}
	p := newPen(out)
	i, j := -1, -1
	t := min(a[0].from, b[0].from)
	for t < never {
		for i+1 < len(a) && a[i+1].from <= t {
			i++
		}
		for j+1 < len(b) && b[j+1].from <= t {
			j++
		}
		next := never
		if i+1 < len(a) {
			next = a[i+1].from
		}
		if j+1 < len(b) {
			next = min(next, b[j+1].from)
		}
		// The one that is lower where the stretch begins comes first: the other one is drawn where it gets below.
		x, y := NoPlace, NoPlace
		if i >= 0 {
			x = a[i].cost + a[i].slope*(t-a[i].from)
		}
		if j >= 0 {
			y = b[j].cost + b[j].slope*(t-b[j].from)
		}
		switch {
		case j < 0 || (i >= 0 && x <= y):
			p.cross(t, next, x, a[i].slope, y, slopeOf(b, j))
		default:
			p.cross(t, next, y, b[j].slope, x, slopeOf(a, i))
		}
		t = next
	}
	return p.done()
}

func slopeOf(c curve, k int) int64 {
	if k < 0 {
		return 0
	}
	return c[k].slope
}

// cross draws the lower of two lines between two times; the first one is not above the second where they begin.
func (p *pen) cross(from, to, x, dx, y, dy int64) {
	if dy >= dx || y >= NoPlace {
		p.draw(from, to, x, dx)
		return
	}
	at := min(to, from+(y-x)/(dx-dy)+1) // the first second at which the other one is below
	if at > from {
		p.draw(from, at, x, dx)
	}
	if at < to {
		p.draw(at, to, y+dy*(at-from), dy)
	}
}

// gap is the time between the end of a part of a route and what lies behind it: ready when the time before plus delta allows,
// begun by last, ended not before floor.
type gap struct{ delta, last, floor int64 }

// meet is the least cost of a stop between two parts of a route, or limit where it is not below that: before reaches the stop over the
// gap in, its service begins within open, and what lies behind is reached over the gap out, by behind in turned time. out counts from
// the begin of service.
func meet(before curve, in gap, open []opening, behind curve, out gap, limit int64) int64 {
	if len(before) == 0 || len(behind) == 0 || before[0].from > in.last || -behind[0].from < out.floor {
		return limit
	}
	lo := max(before[0].from+in.delta, in.floor)
	hi := min(out.last, -behind[0].from-out.delta)
	if lo > hi {
		return limit
	}
	for i := range open {
		s := &open[i]
		if s.from > hi {
			break
		}
		if s.to >= lo {
			limit = meetSpan(before, in, s, behind, out, max(lo, s.from), min(hi, s.to), limit)
		}
	}
	return limit
}

// meetSpan is meet for services that begin within s, from lo to hi.
func meetSpan(before curve, in gap, s *opening, behind curve, out gap, lo, hi, limit int64) int64 {
	// Time costs the part before nothing and the part behind something.
	tail := before.at(min(hi-in.delta, in.last)) + s.cost + min(s.slope*(lo-s.from), s.slope*(hi-s.from))
	i, j := 0, len(behind)-1
	for t := lo; ; {
		x, y := min(t-in.delta, in.last), -max(t+out.delta, out.floor)
		for i+1 < len(before) && before[i+1].from <= x {
			i++
		}
		for behind[j].from > y {
			j--
		}
		rest := behind[j].cost + behind[j].slope*(y-behind[j].from)
		if tail+rest >= limit {
			return limit
		}
		cost := before[i].cost + before[i].slope*(x-before[i].from) + s.cost + s.slope*(t-s.from) + rest
		end, slope := hi, s.slope // until when all is one line
		if t-in.delta < in.last {
			slope += before[i].slope
			end = min(end, in.last+in.delta)
			if i+1 < len(before) {
				end = min(end, before[i+1].from+in.delta-1)
			}
		}
		if t+out.delta >= out.floor {
			slope -= behind[j].slope
			end = min(end, -behind[j].from-out.delta)
		} else {
			end = min(end, out.floor-out.delta)
		}
		if slope < 0 {
			cost += slope * (end - t)
		}
		limit = min(limit, cost)
		if end >= hi {
			return limit
		}
		t = end + 1
	}
}
