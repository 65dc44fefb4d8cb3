package route

// trace goes back from a finish with b breaks behind it to the departure, along the earliest times that cost as little.
func (s *Scheduler) trace(b int, finish int64, t *timing) {
	w := len(s.f.breaks) + 1
	n := len(s.stops)
	t.at[n+1], t.finish = int8(b), finish
	want := s.curves[(n+1)*w+b].at(finish)
	for i, by := n+1, finish; ; i-- { // ready at position i by then, at a cost
		var end int64
		if s.f.hours != nil {
			b, end, want = s.leaving(i, b, by, want)
		} else {
			b, end = s.before(i, b, by, want)
		}
		t.at[i-1] = int8(b)
		if i == 1 {
			t.b0, t.depart = b, end
			break
		}
		by = end - s.durs[i-1]
		t.start[i-1] = by
		want -= s.priceAt(i-1, by)
	}
	if s.f.hours != nil {
		s.driven(t)
	}
}

// before is how position i is reached by a time at a cost: the breaks behind the position before, and the earliest end there. Who sets
// out, does so just in time: he works no longer, and leaves all else as it is.
func (s *Scheduler) before(i, b int, by, cost int64) (a int, end int64) {
	f, w := s.f, len(s.f.breaks)+1
	for a = f.leastBreaks(i == len(s.stops)+1, b); a <= b; a++ {
		tr := &s.trans[a*w+b]
		c := s.curves[(i-1)*w+a]
		if !tr.ok || by < tr.floor || len(c) == 0 {
			continue
		}
		deadline := min(by-s.legs[i-1]-tr.sum, tr.last)
		if deadline < c[0].from || c.at(deadline) != cost {
			continue
		}
		if end = c.first(cost); i == 1 && s.departAt == anytime {
			end = max(end, min(deadline, f.latestEnd))
		}
		return a, end
	}
	panic("route: a curve that nothing leads to")
}

// leaving is before where travel depends on the hour, and returns what is left of the cost.
func (s *Scheduler) leaving(i, b int, by, cost int64) (a int, end, left int64) {
	f, w := s.f, len(s.f.breaks)+1
	end = -1
	for a = f.leastBreaks(i == len(s.stops)+1, b); a <= b; a++ {
		tr := &s.trans[a*w+b]
		if !tr.ok || by < tr.floor {
			continue
		}
		ends := s.ends[(i-1)*w+a]
		for k := range ends {
			e := &ends[k]
			for t := f.trip(s.pairs[i-1], e.from, min(e.to, tr.last)); t.more() && t.arrival+tr.sum <= by; {
				to := t.to
				if !t.waits {
					to = min(to, by-tr.sum-t.arrival+t.from)
				}
				u, ok := whence(e.cost+e.slope*(t.from-e.from)+t.cost, e.slope+t.slope, to-t.from, cost, i == 1)
				if !ok {
					continue
				}
				end, left = t.from+u, cost-t.cost-t.slope*u
				if i > 1 {
					return a, end, left
				}
			}
		}
		if end >= 0 {
			return a, end, left
		}
	}
	panic("route: a curve that nothing leads to")
}

// whence is the first, or the last, of the seconds 0..n at which cost + slope * t is want, if there is one.
func whence(cost, slope, n, want int64, last bool) (t int64, ok bool) {
	if slope == 0 {
		if last {
			t = n
		}
		return t, cost == want
	}
	t = (want - cost) / slope
	return t, t >= 0 && t <= n && cost+slope*t == want
}

// priceAt is the search cost of beginning at position i at a time.
func (s *Scheduler) priceAt(i int, t int64) int64 {
	for k := range s.open[i] {
		if o := &s.open[i][k]; t <= o.to {
			return o.cost + o.slope*(t-o.from)
		}
	}
	panic("route: a begin outside all openings")
}
