package route

import (
	"math/bits"

	"callout/solver/model"
)

// Crossing is an exchange of tails between the routes of two shifts of a class (2-opt*, Potvin and Rousseau 1995, doi
// 10.1057/jors.1995.186): each keeps its first stops, the others change places. One of the routes may be empty, before or after.
type Crossing struct {
	A, B         int32 // shifts
	KeepA, KeepB int32 // stops that stay
}

// Crosses tells whether shift k is one whose routes can be crossed: there is another one of its class, and cost and
// feasibility follow from the thresholds alone.
func (in *Instance) Crosses(k int32) bool { return in.crosses[k] }

// compileCrosses fills crosses.
func (in *Instance) compileCrosses() {
	size := make([]int, len(in.shifts))
	for _, c := range in.class {
		size[c]++
	}
	in.crosses = make([]bool, len(in.shifts))
	for k := range in.shifts {
		f := &in.shifts[k]
		in.crosses[k] = size[in.class[k]] > 1 && in.order == nil && !f.timed && f.direct && f.maxDrive >= model.NoCap
	}
}

// Unused returns an unused shift of the class of shift k, or -1.
func (s *Solution) Unused(k int32) int32 {
	for w, set := range s.open.all(s.in) {
		for set &^= s.open.used[w]; set != 0; set &= set - 1 {
			if o := int32(w<<6 + bits.TrailingZeros64(set)); s.in.class[o] == s.in.class[k] {
				return o
			}
		}
	}
	return -1
}

// CrossCost is what a crossing changes the plan's cost by, in O(1), and in the length of the tails where vans are loaded; false
// where it is not feasible, the shifts are not of one class, or cannot be crossed as they stand. Where there are several SKUs or
// tools, Cross may still find that the vans lack them.
func (s *Solution) CrossCost(x Crossing) (delta int64, ok bool) {
	in := s.in
	if x.A == x.B || in.class[x.A] != in.class[x.B] || !in.crosses[x.A] {
		return 0, false
	}
	a, b := &s.Routes[x.A], &s.Routes[x.B]
	if a.soft+b.soft+a.pickups+b.pickups > 0 {
		return 0, false
	}
	f := &in.shifts[x.A]
	i, j, n, m := int(x.KeepA), int(x.KeepB), len(a.Stops), len(b.Stops)
	delta = -f.legPrice(a, i) - f.legPrice(b, j)
	used := one(i+m-j > 0) + one(j+n-i > 0)
	if i+m-j > 0 {
		p, q := a.locs[i], b.locs[j+1]
		d := f.leg(p, q)
		if a.dep[i]+d > b.lat[j+1] {
			return 0, false
		}
		delta += d*f.travel + f.legMeters(p, q)*f.dist
	}
	if j+n-i > 0 {
		p, q := b.locs[j], a.locs[i+1]
		d := f.leg(p, q)
		if b.dep[j]+d > a.lat[i+1] {
			return 0, false
		}
		delta += d*f.travel + f.legMeters(p, q)*f.dist
	}
	delta += (used - one(n > 0) - one(m > 0)) * f.fixed
	return delta, s.carries(x)
}

// legPrice is the price of the leg behind position i; an empty route has none.
func (f *shiftFacts) legPrice(r *Route, i int) int64 {
	if len(r.Stops) == 0 {
		return 0
	}
	return r.legs[i]*f.travel + f.legMeters(r.locs[i], r.locs[i+1])*f.dist
}

func one(is bool) int64 {
	if is {
		return 1
	}
	return 0
}

// carries tells whether both vans hold what their new stops need, where that is some of a single SKU; else it does not look.
func (s *Solution) carries(x Crossing) bool {
	ps := &s.in.pools
	if ps.nSKU != 1 || ps.nTool != 0 {
		return true
	}
	var more int64 // for the van of a
	for _, u := range s.Routes[x.B].Stops[x.KeepB:] {
		more += ps.only[u].Qty
	}
	for _, u := range s.Routes[x.A].Stops[x.KeepA:] {
		more -= ps.only[u].Qty
	}
	return s.loads(x.A, more) && s.loads(x.B, -more)
}

// loads tells whether the van of shift k holds more of the only SKU, on top of what is taken.
func (s *Solution) loads(k int32, more int64) bool {
	ps := &s.in.pools
	pool := ps.vanSlot[s.in.shifts[k].tech]
	if pool < 0 {
		return more <= 0
	}
	return s.used[pool]+more <= ps.cap[pool] || ps.cap[pool] >= model.Unlimited
}

// Cross makes a crossing. Where it reports false it was not feasible, and the plan must be rolled back.
func (s *Solution) Cross(x Crossing) bool {
	a, b := &s.Routes[x.A], &s.Routes[x.B]
	s.touch(a)
	s.touch(b)
	s.tail = append(s.tail[:0], a.Stops[x.KeepA:]...)
	// Both give up their tails before either takes the other's: two of one class may still draw on a node's stock.
	if !s.edit(a, int(x.KeepA), len(a.Stops), b.Stops[x.KeepB:]) || !s.edit(b, int(x.KeepB), len(b.Stops), s.tail) {
		return false
	}
	for _, r := range [2]*Route{a, b} {
		for _, u := range r.Stops {
			s.RouteOf[u] = r.Shift
		}
	}
	return true
}
