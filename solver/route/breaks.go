package route

import "callout/solver/model"

// transition describes one leg on which breaks from..to-1 of a shift are taken. With t the departure and d the drive, the
// first break may fall into the drive, so that
//
//	ready(t) = max(t + d + sum, floor)   if t <= last
//
// where sum is the length of the breaks, floor the earliest end of the chain by its windows alone, and last the departure
// after which some break would start too late. The inverse is the latest departure for a given ready time.
type transition struct {
	sum, floor, last int64
	ok               bool
}

// compileBreaks fills the transitions and the unpaid sums.
func (f *shiftFacts) compileBreaks() {
	nb := len(f.breaks)
	f.trans = f.transitions(nil, func(b int) int64 { return f.breaks[b].Latest })
	f.unpaid = make([]int64, nb+1)
	for b := range f.breaks {
		f.unpaid[b+1] = f.unpaid[b]
		if !f.breaks[b].Paid {
			f.unpaid[b+1] += f.breaks[b].Duration
		}
	}
}

// transitions writes to out, for each pair of numbers of breaks, those on one leg that takes the number from one to the other,
// where break b begins by latest(b).
func (f *shiftFacts) transitions(out []transition, latest func(b int) int64) []transition {
	nb := len(f.breaks)
	out = resize(out, (nb+1)*(nb+1))
	for from := 0; from <= nb; from++ {
		t := transition{floor: -never, last: never, ok: true}
		out[from*(nb+1)+from] = t
		for b := from; b < nb; b++ {
			br, by := &f.breaks[b], latest(b)
			// The break starts at max(Earliest, end of those before): by the windows alone, not after the latest time.
			start := max(br.Earliest, t.floor)
			t.ok = t.ok && start <= by
			t.last = min(t.last, by-t.sum)
			t.sum += br.Duration
			t.floor = start + br.Duration
			out[from*(nb+1)+b+1] = t
		}
	}
	return out
}

// ready is when the stop at the end of a leg can be served, or never.
func (t *transition) ready(depart, drive int64) int64 {
	if !t.ok || depart > t.last {
		return never
	}
	return max(depart+drive+t.sum, t.floor)
}

// latest is the latest departure from which ready does not pass r, or -never.
func (t *transition) latest(r, drive int64) int64 {
	if !t.ok || t.floor > r {
		return -never
	}
	return min(r-drive-t.sum, t.last)
}

// firstDeparture is the earliest departure of a shift whose first b breaks are left out because it starts after them.
func (f *shiftFacts) firstDeparture(b int) int64 {
	if b == 0 {
		return f.earliest
	}
	return max(f.earliest, f.breaks[b-1].Latest+1)
}

// lastFinish is the latest finish with b breaks behind it: the next one is owed by whoever works past its latest start.
func (f *shiftFacts) lastFinish(b int) int64 {
	if b < len(f.breaks) {
		return min(f.latestEnd, f.breaks[b].Latest)
	}
	return f.latestEnd
}

// leastBreaks is the least number of breaks behind the position before, when b are behind this one: 0, but on the last leg
// of a shift with an open end, which finishes with the last stop, so that no break can follow it.
func (f *shiftFacts) leastBreaks(last bool, b int) int {
	if last && f.end == model.NoLoc {
		return b
	}
	return 0
}

// mostBreaks is one more than the greatest number of breaks behind the next position, when b are behind this one.
func (f *shiftFacts) mostBreaks(last bool, b int) int {
	if last && f.end == model.NoLoc {
		return b + 1
	}
	return len(f.breaks) + 1
}
