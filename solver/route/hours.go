package route

import "callout/solver/model"

// hours is travel that depends on the departure, as the inner loops want it. Nothing is worked out ahead per pair: the
// least of u + f(u) over all departures u from t on, which the package comment of solver/model asks for, is found by a look
// at the bucket of t and at those that begin before the arrival, mostly none or one. The way back is shorter still: the latest
// departure that arrives by r is the latest u with u + f(u) <= r.
//
//	arrival      / /        f(u) falls where the second bucket begins: until then it pays to wait,
//	            /_/         which is the level piece. Where f(u) rises, arrivals leave a gap.
//	           /
//	          /             Both functions never decrease, so that thresholds stay thresholds.
//	         t ──▶
type hours struct {
	from []int64   // per bucket its begin, before all times for the first; then never
	d    [][]int32 // per bucket: durations by row
	m    [][]int32 // per bucket: metres by row, nil where all are 0; nil where the shift does not price them
	cell []int32   // per 2^bits seconds from second 0 on: the bucket that this time begins in
	bits uint8
}

// Cells are no longer than the shortest bucket, so that a bucket is found at the first or second look; but there are not more
// than maxCells.
const (
	minBits  = 6
	maxBits  = 12
	maxCells = 1 << 16
)

// compileHours prepares a series for times up to last; later ones take a longer look.
func compileHours(s model.Series, last int64) *hours {
	h := &hours{from: make([]int64, len(s)+1), d: make([][]int32, len(s)), m: make([][]int32, len(s))}
	for k := range s {
		h.from[k], h.d[k], h.m[k] = s[k].From, s[k].Matrix.Durations, s[k].Matrix.Distances
	}
	h.from[0], h.from[len(s)] = -2*never, never // no time is earlier
	last = max(0, min(last, model.MaxTime))
	for h.bits = minBits; h.bits < maxBits && h.shortest() >= 2<<h.bits || last>>h.bits >= maxCells; {
		h.bits++
	}
	h.cell = make([]int32, last>>h.bits+1)
	k := 0
	for c := range h.cell {
		for h.from[k+1] <= int64(c)<<h.bits {
			k++
		}
		h.cell[c] = int32(k)
	}
	return h
}

// shortest is the length of the shortest bucket.
func (h *hours) shortest() int64 {
	least := never
	for k := 2; k < len(h.from); k++ {
		least = min(least, h.from[k]-h.from[k-1])
	}
	return least
}

// bucket that t lies in.
func (h *hours) bucket(t int64) int {
	c := min(max(0, t>>h.bits), int64(len(h.cell)-1))
	k := int(h.cell[c])
	for h.from[k+1] <= t {
		k++
	}
	for h.from[k] > t { // before second 0
		k--
	}
	return k
}

// arrive is the earliest arrival over a pair of locations for whoever is ready to leave at t, and the bucket of the
// departure that brings it about.
func (h *hours) arrive(pair int, t int64) (arrival int64, bucket int) {
	k := h.bucket(t)
	best := t + int64(h.d[k][pair])
	used := k
	for k++; h.from[k] < best; k++ {
		if a := h.from[k] + int64(h.d[k][pair]); a < best {
			best, used = a, k
		}
	}
	return best, used
}

// leave is the latest departure that arrives by r.
func (h *hours) leave(pair int, r int64) int64 {
	for k := h.bucket(r); ; k-- {
		if u := min(r-int64(h.d[k][pair]), h.from[k+1]-1); u >= h.from[k] || k == 0 {
			return u
		}
	}
}

// pairOf two locations is the index of their entries, or -1 at an open start or end.
func (f *shiftFacts) pairOf(a, b model.LocIdx) int {
	if a|b < 0 {
		return -1
	}
	return int(a)*f.n + int(b)
}

// driveAt is the drive between two locations for whoever is ready to leave at t.
func (f *shiftFacts) driveAt(a, b model.LocIdx, t int64) int64 {
	if f.hours == nil {
		return f.leg(a, b)
	}
	return f.hours.drive(f.pairOf(a, b), t)
}

// drive is how long a drive takes for whoever is ready to leave at t; none takes no time.
func (h *hours) drive(pair int, t int64) int64 {
	if pair < 0 {
		return 0
	}
	a, _ := h.arrive(pair, t)
	return a - t
}

// few are the drives of the first departures of a list.
type few [4]int64

// drives over a pair from the first departures that there are.
func (h *hours) drives(pair int, departures []int64) (d few) {
	for a, t := range departures[:min(len(departures), len(d))] {
		if t < never {
			d[a] = h.drive(pair, t)
		}
	}
	return d
}

// of departure a.
func (d *few) of(h *hours, pair int, departures []int64, a int) int64 {
	if a < len(d) {
		return d[a]
	}
	return h.drive(pair, departures[a])
}

// latest is transition.latest.
func (h *hours) latest(t *transition, pair int, r int64) int64 {
	switch {
	case !t.ok || t.floor > r:
		return -never
	case pair < 0:
		return min(r-t.sum, t.last)
	}
	return min(h.leave(pair, r-t.sum), t.last)
}

// forwardHours is forward, with and without breaks. The departures of position 0 are set.
func (in *Instance) forwardHours(f *shiftFacts, r *Route, from, to int) bool {
	n := len(r.Stops)
	w := len(f.breaks) + 1
	base := int(f.tech) * in.NStops
	for i := from; i <= n+1; i++ {
		prev, cur := r.dep[(i-1)*w:i*w], r.dep[i*w:(i+1)*w]
		pair := f.pairOf(r.locs[i-1], r.locs[i])
		drives := f.hours.drives(pair, prev)
		alive, same := false, true
		for b := range cur {
			t := never
			for a := f.leastBreaks(i == n+1, b); a <= b; a++ {
				if prev[a] < never {
					t = min(t, f.trans[a*w+b].ready(prev[a], drives.of(f.hours, pair, prev, a)))
				}
			}
			if i <= n && t < never {
				u := r.Stops[i-1]
				dur := in.dur[base+int(u)]
				if t = in.nextStart(u, dur, t); t < never {
					t += dur
				}
			}
			if i == n+1 && t > f.lastFinish(b) {
				t = never
			}
			same = same && cur[b] == t
			cur[b] = t
			alive = alive || t < never
		}
		if !alive {
			return false
		}
		if i > to && same {
			return true
		}
	}
	return true
}

// backwardHours is backward, with and without breaks. The arrivals of the end are set.
func (in *Instance) backwardHours(f *shiftFacts, r *Route, from, to int) {
	n := len(r.Stops)
	w := len(f.breaks) + 1
	base := int(f.tech) * in.NStops
	for i := to; i >= 0; i-- {
		next, cur := r.lat[(i+1)*w:(i+2)*w], r.lat[i*w:(i+1)*w]
		pair := f.pairOf(r.locs[i], r.locs[i+1])
		same := true
		for b := range cur {
			t := -never
			for a := b; a < f.mostBreaks(i == n, b); a++ {
				if next[a] > -never {
					t = max(t, f.hours.latest(&f.trans[b*w+a], pair, next[a]))
				}
			}
			if i >= 1 && t > -never {
				u := r.Stops[i-1]
				dur := in.dur[base+int(u)]
				t = in.prevStart(u, dur, t-dur)
			}
			same = same && cur[b] == t
			cur[b] = t
		}
		if i < from && same {
			return
		}
	}
}

// fitsHours is fits. What does not fit at the best of hours does not fit at all: most look-ups are spared.
func (in *Instance) fitsHours(f *shiftFacts, r *Route, i int, u int32, dur, d1, d2 int64) bool {
	if start := in.nextStart(u, dur, r.soonest[i]+d1); start >= never || start+dur+d2 > r.latest[i+1] {
		return false
	}
	w := len(f.breaks) + 1
	there, on := f.pairOf(r.locs[i], in.loc[u]), f.pairOf(in.loc[u], r.locs[i+1])
	dep, lat := r.dep[i*w:(i+1)*w], r.lat[(i+1)*w:(i+2)*w]
	drives := f.hours.drives(there, dep)
	for b := range w {
		t := never
		for a := 0; a <= b; a++ {
			if dep[a] < never {
				t = min(t, f.trans[a*w+b].ready(dep[a], drives.of(f.hours, there, dep, a)))
			}
		}
		if t >= never {
			continue
		}
		if t = in.nextStart(u, dur, t); t >= never {
			continue
		}
		drive := f.hours.drive(on, t+dur)
		for e := b; e < f.mostBreaks(i == len(r.Stops), b); e++ {
			if lat[e] > -never && f.trans[b*w+e].ready(t+dur, drive) <= lat[e] {
				return true
			}
		}
	}
	return false
}
