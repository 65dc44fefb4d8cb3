package route

// trip goes through the departures over a pair of locations, from one time to another, part by part: in each, travel takes equally long
// (or, where waiting for a faster hour pays, ends at one time), and its cost is a straight line.
type trip struct {
	f      *shiftFacts
	pair   int // -1: no drive
	bucket int // of next
	next   int64
	last   int64

	// The part: departures, the arrival of the first, whether all arrive then, and the search cost of travel and distance.
	from, to    int64
	arrival     int64
	waits       bool
	cost, slope int64
}

func (f *shiftFacts) trip(pair int, from, last int64) trip {
	t := trip{f: f, pair: pair, next: from, last: last}
	if pair >= 0 && from <= last {
		t.bucket = f.hours.bucket(from)
	}
	return t
}

// more goes on to the next part, and tells whether there is one.
func (t *trip) more() bool {
	if t.next > t.last {
		return false
	}
	t.from, t.arrival, t.waits, t.slope = t.next, t.next, false, 0
	if t.pair < 0 {
		t.to, t.cost = t.last, 0
		t.next = t.last + 1
		return true
	}
	h := t.f.hours
	k := t.bucket
	d := int64(h.d[k][t.pair])
	t.to = min(t.last, h.from[k+1]-1)
	soonest, by := never, k // the earliest arrival of who waits
	for j := k + 1; h.from[j] < soonest && h.from[j] < t.to+d; j++ {
		if a := h.from[j] + int64(h.d[j][t.pair]); a < soonest {
			soonest, by = a, j
		}
	}
	if t.from+d <= soonest {
		t.to = min(t.to, soonest-d)
		t.arrival += d
		t.cost = d * t.f.travel
		by = k
	} else {
		t.arrival, t.waits = soonest, true
		t.cost, t.slope = (soonest-t.from)*t.f.travel, -t.f.travel
	}
	if m := h.m[by]; m != nil && t.f.dist != 0 {
		t.cost += int64(m[t.pair]) * t.f.dist
	}
	if t.next = t.to + 1; t.next == h.from[k+1] {
		t.bucket++
	}
	return true
}

// ride writes to out the curve for the end of a leg, with the breaks of a transition, from the costs of leaving just at a time.
// Departures after last are of no use.
func (f *shiftFacts) ride(out curve, ends []opening, pair int, tr *transition, last int64) curve {
	p := newPen(out)
	last = min(last, tr.last)
	for i := range ends {
		e := &ends[i]
		if e.from > last {
			break
		}
		for t := f.trip(pair, e.from, min(e.to, last)); t.more(); {
			cost, slope := e.cost+e.slope*(t.from-e.from)+t.cost, e.slope+t.slope
			ready, late := t.arrival+tr.sum, t.to-t.from
			if t.waits || ready+late <= tr.floor { // all are ready at once
				ready = max(ready, tr.floor)
				p.draw(ready, ready+1, min(cost, cost+slope*late), 0)
				continue
			}
			if before := tr.floor - ready; before > 0 {
				p.draw(tr.floor, tr.floor+1, min(cost, cost+slope*before), 0)
				ready, cost, late = tr.floor, cost+slope*before, late-before
			}
			p.draw(ready, ready+late+1, cost, slope)
		}
	}
	return p.done()
}

// rideBack writes to out, in turned time, the costs of leaving just at a time from first to last for a leg with the breaks of a
// transition, behind which the rest costs behind.
func (f *shiftFacts) rideBack(out []opening, behind curve, pair int, tr *transition, first, last int64) []opening {
	out = out[:0]
	if len(behind) == 0 || -behind[0].from < tr.floor {
		return out
	}
	by := -behind[0].from
	j := len(behind) - 1
	add := func(from, to, cost, slope int64) {
		out = append(out, opening{from: from, to: to, cost: cost, slope: slope})
	}
	for t := f.trip(pair, max(first, f.earliest), min(last, f.latestEnd, tr.last)); t.more() && t.arrival+tr.sum <= by; {
		if t.waits {
			ready := max(t.arrival+tr.sum, tr.floor)
			add(t.from, t.to, t.cost+behind.at(-ready), t.slope)
			continue
		}
		gap := t.arrival - t.from + tr.sum
		u := t.from
		if u+gap < tr.floor {
			to := min(t.to, tr.floor-gap)
			add(u, to, t.cost+behind.at(-tr.floor), t.slope)
			u = to + 1
		}
		for to := min(t.to, by-gap); u <= to; {
			for behind[j].from > -u-gap {
				j--
			}
			p := &behind[j]
			end := min(to, -p.from-gap)
			add(u, end, t.cost+t.slope*(u-t.from)+p.cost+p.slope*(-u-gap-p.from), t.slope-p.slope)
			u = end + 1
		}
	}
	for a, b := 0, len(out)-1; a <= b; a, b = a+1, b-1 {
		out[a], out[b] = out[b].turn(), out[a].turn()
	}
	return out
}

// begun writes to out the costs of ending a service of dur just at a time, for whoever is ready by c.
func (c curve) begun(out, open []opening, dur int64) []opening {
	out = out[:0]
	if len(c) == 0 {
		return out
	}
	k := 0
	for i := range open {
		o := &open[i]
		for k+1 < len(c) && c[k+1].from <= o.from {
			k++
		}
		for j := k; j < len(c); j++ {
			a, b := max(c[j].from, o.from), o.to
			if j+1 < len(c) {
				b = min(b, c[j+1].from-1)
			}
			if a <= b {
				cost := c[j].cost + c[j].slope*(a-c[j].from) + o.cost + o.slope*(a-o.from)
				out = append(out, opening{from: a + dur, to: b + dur, cost: cost, slope: c[j].slope + o.slope})
			}
		}
	}
	return out
}

// both writes to out the curve of what costs a, later by delta, and b at a time.
func both(out curve, a []opening, delta int64, b []opening) curve {
	p := newPen(out)
	for i, j := 0, 0; i < len(a) && j < len(b); {
		x, y := &a[i], &b[j]
		from, to := max(x.from+delta, y.from), min(x.to+delta, y.to)
		if from <= to {
			p.draw(from, to+1, x.cost+x.slope*(from-delta-x.from)+y.cost+y.slope*(from-y.from), x.slope+y.slope)
		}
		if x.to+delta <= y.to {
			i++
		} else {
			j++
		}
	}
	return p.done()
}
