package route

import (
	"slices"

	"callout/solver/model"
)

// splice replaces the stops [lo, hi) of r by with and brings everything up to date, from the change outwards for as long as
// figures differ from what they were. takes must already be those of the new sequence. It reports whether the route is
// feasible; when it is not, only refresh makes r usable again.
func (c *Context) splice(r *Route, lo, hi int, with []int32) bool {
	in := c.in
	f := &in.shifts[r.Shift]
	w := len(f.breaks) + 1
	if len(r.Stops) == 0 || len(r.Stops)-(hi-lo)+len(with) == 0 || !r.feasible {
		r.Stops = slices.Replace(r.Stops, lo, hi, with...)
		return c.refresh(r)
	}
	r.begun, r.curved, r.near = false, false, false
	base := int(f.tech) * in.NStops
	for _, u := range r.Stops[lo:hi] {
		r.count(in, u, in.dur[base+int(u)], -1)
	}
	for i := lo; i <= hi; i++ {
		r.drive -= r.legs[i]
		r.meters -= f.legMeters(r.locs[i], r.locs[i+1])
	}
	r.Stops = slices.Replace(r.Stops, lo, hi, with...)
	k := len(with)
	r.locs = stretch(r.locs, lo+1, hi+1, k)
	r.legs = stretch(r.legs, lo, hi+1, k+1)
	r.dep = stretch(r.dep, (lo+1)*w, (hi+1)*w, k*w)
	r.lat = stretch(r.lat, (lo+1)*w, (hi+1)*w, k*w)
	for i, u := range with {
		r.locs[lo+1+i] = in.loc[u]
		r.count(in, u, in.dur[base+int(u)], 1)
	}
	for i := lo; i <= lo+k; i++ {
		r.legs[i] = f.leg(r.locs[i], r.locs[i+1])
		r.drive += r.legs[i]
		r.meters += f.legMeters(r.locs[i], r.locs[i+1])
	}
	if r.drive > f.maxDrive || !in.forward(f, r, lo+1, lo+k) {
		r.feasible = false
		return false
	}
	in.backward(f, r, lo+1, lo+k)
	r.summarise()
	if f.timed && r.multi == 0 && f.direct {
		in.segments(f, r)
	}
	r.feasible = c.price(f, r)
	return r.feasible
}

// count adds (sign 1) or removes (sign -1) stop u's part in the sums.
func (r *Route) count(in *Instance, u int32, dur, sign int64) {
	stop := u
	r.service += sign * dur
	if in.soft[u] {
		r.soft += int32(sign)
	}
	if in.multi[u] {
		r.multi += int32(sign)
	}
	if int(u) >= in.NJobs {
		r.pickups += int32(sign)
		if u = in.Job(u); u < 0 {
			r.static[model.Parts] += sign * in.nodeAt(stop).Fixed
			return
		}
		r.static[model.Parts] += sign * in.wants(stop).fee
	}
	if v := in.visit[int(in.shifts[r.Shift].tech)*in.NJobs+int(u)]; v >= 0 {
		if sign > 0 {
			r.static.Add(&in.visitCosts[v])
		} else {
			r.static.Sub(&in.visitCosts[v])
		}
	}
}

// stretch makes room for k elements in place of [lo, hi); their values are for the caller to set.
func stretch[T any](s []T, lo, hi, k int) []T {
	n := len(s)
	grow := k - (hi - lo)
	if grow > 0 {
		s = slices.Grow(s, grow)[:n+grow]
	}
	copy(s[lo+k:], s[hi:n])
	return s[:n+grow]
}
