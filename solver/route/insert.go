package route

import (
	"math"

	"callout/solver/model"
)

// NoPlace is the cost of an insertion that cannot be made, or not below the limit.
const NoPlace int64 = math.MaxInt64 / 4

// Insertion is a place for a job in a route.
type Insertion struct {
	Cost int64 // search cost of the route with the job less that of the route without it
	Pos  int32 // the job goes behind this position, of the route that has the new calls already
	// First and Second are new calls at nodes; Second is made in the route that has First already.
	First, Second NewCall
}

// with is the insertion with a new call made before it, the made-th.
func (i Insertion) with(made int, c NewCall) Insertion {
	if made == 0 {
		i.First = c
	} else {
		i.Second = c
	}
	return i
}

// maxNew is how many calls at nodes one insertion may add. With more than two an Insertion would not be kept in registers, which all
// insertions would pay for.
const maxNew = 2

// NewCall is a call at a node, by its number, and the position behind which that is; zero is none. A number behind those of all calls is
// the further visit by which the job is visited. A call in front of one that it replaces stands in its place.
type NewCall uint64

func newCall(node, pos int32) NewCall { return NewCall(uint64(node+1)<<32 | uint64(pos)) }

// at is the node and the position.
func (c NewCall) at() (node, pos int32) { return int32(c>>32) - 1, int32(c & (1<<32 - 1)) }

// between is a range of positions behind which a job may go, both inclusive.
type between struct{ first, last int }

// from is all positions from one on.
func (r *Route) from(first int) between { return between{first, len(r.Stops)} }

// noSkip stands for no position to skip, and no blinks.
const noSkip = -1

var nowhere = Insertion{Cost: NoPlace, Pos: -1}

// best finds the cheapest insertion of job u into r below limit. With a position to skip, each other one blinks, too.
// It costs O(1) per position where the cost does not depend on time, or only on the working time of a route with single
// windows and without breaks; else a schedule for each position that a lower bound lets through. used is what all routes
// take from the pools.
func (c *Context) best(r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	in := c.in
	if in.back && in.binds(r, u) {
		return c.bestReturning(r, u, limit, used, skip)
	}
	f := &in.shifts[r.Shift]
	if !in.needs[u] || in.vanSuffices(f.tech, u, used) {
		if in.needs[u] && in.restocks(r) {
			return c.bestRich(f, r, r, u, limit, skip, r.from(0), used)
		}
		return c.bestVan(f, r, u, limit, skip, r.from(0))
	}
	best := nowhere
	if (r.pickups > 0 || len(in.pools.sources[u]) > 0) && in.vanOnly(f.tech, u, used) {
		return best
	}
	if first := in.behindCalls(r, f.tech, u, used); first >= 0 {
		if h, ok := in.atHand(r, f.tech, u, used); ok && h.first == first {
			best = c.bestAtHand(f, r, u, limit, skip, h)
		} else {
			best = c.bestRich(f, r, r, u, limit, skip, r.from(first), used)
		}
	}
	if best.Pos < 0 && len(in.pools.sources[u]) > 0 && c.fitsAlone(f, r, u, limit) {
		best = c.bestWithCalls(f, r, r, u, limit, used, skip, 0, 0)
	}
	if len(in.visits[u]) > 0 {
		if at := c.bestOther(f, r, u, min(limit, best.Cost), used, skip); at.Pos >= 0 {
			best = at
		}
	}
	return best
}

// fitsAlone tells whether u goes anywhere into r below limit as if it needed nothing: else a call on top would not help.
func (c *Context) fitsAlone(f *shiftFacts, r *Route, u int32, limit int64) bool {
	switch {
	case len(r.Stops) == 0:
		return true
	case c.in.exact(f, r, u):
		return len(c.places(f, r, r, u, limit, noSkip, r.from(0))) > 0
	}
	return c.bestVan(f, r, u, limit, noSkip, r.from(0)).Pos >= 0
}

// bestVan is best where nothing is lacking behind a position.
func (c *Context) bestVan(f *shiftFacts, r *Route, u int32, limit int64, skip int32, where between) Insertion {
	if !f.timed && r.soft == 0 && !c.in.soft[u] && f.m == nil && f.maxDrive >= model.NoCap && c.in.order == nil {
		return c.bestPlain(f, r, u, limit, skip, where)
	}
	return c.bestRich(f, r, r, u, limit, skip, where, nil)
}

// bestAtHand is best where what u lacks is at hand, behind calls only.
func (c *Context) bestAtHand(f *shiftFacts, r *Route, u int32, limit int64, skip int32, h hand) Insertion {
	cost := h.cost * c.in.weight[model.Parts]
	best := c.bestVan(f, r, u, limit-cost, skip, r.from(h.first))
	if best.Pos >= 0 {
		best.Cost += cost
	}
	return best
}

// bestPlain is the inner loop where cost is travel time and the thresholds decide what is feasible.
func (c *Context) bestPlain(f *shiftFacts, r *Route, u int32, limit int64, skip int32, where between) Insertion {
	in := c.in
	best := nowhere
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	dur := in.dur[base+int(u)]
	fix := in.pair[base+int(u)]
	l := in.loc[u]
	to, from := f.dt[int(l)*f.n:][:f.n], f.d[int(l)*f.n:][:f.n] // travel to u by origin, from u by destination
	multi, early, late := in.multi[u], in.early[u], in.late[u]
	limit -= fix
	if n == 0 {
		limit -= f.fixed
		fix += f.fixed
	}
	dep, lat, legs := r.soonest, r.latest, r.legs[:n+1]
	breaks := len(f.breaks) > 0
	for i := max(where.first, firstAtLeast(lat[1:n+2], early+dur)); i <= where.last && dep[i] <= late; i++ {
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		var d1, d2 int64
		if a := r.locs[i]; a >= 0 {
			d1 = int64(to[a])
		}
		if b := r.locs[i+1]; b >= 0 {
			d2 = int64(from[b])
		}
		delta := (d1 + d2) * f.travel
		if n > 0 {
			delta -= legs[i] * f.travel
		}
		if delta >= limit {
			continue
		}
		t := dep[i] + d1
		if multi {
			t = in.nextStart(u, dur, t)
		} else {
			if t > late {
				continue
			}
			t = max(t, early)
		}
		if t+dur+d2 > lat[i+1] {
			continue
		}
		if breaks {
			if !in.fits(f, r, i, u, dur, d1, d2) {
				continue
			}
		}
		limit = delta
		best.Pos = int32(i)
	}
	if best.Pos >= 0 {
		best.Cost = limit + fix
	}
	return best
}

// firstAtLeast is the index of the first of ascending numbers that is not below x; their number where all are.
func firstAtLeast(s []int64, x int64) int {
	at, n := 0, len(s)
	for n > 0 {
		half := n / 2
		if s[at+half] < x {
			at += half + 1
			n -= half + 1
		} else {
			n = half
		}
	}
	return at
}

// insertAt writes stops with u behind position i into buf.
func insertAt(buf, stops []int32, i int, u int32) []int32 {
	buf = append(buf[:0], stops[:i]...)
	buf = append(buf, u)
	return append(buf, stops[i:]...)
}
