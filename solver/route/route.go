package route

import (
	"slices"

	"callout/solver/model"
)

// Route is the mutable route of one shift with what the O(1) tests need. Solution owns it and keeps it current.
type Route struct {
	Shift int32
	Stops []int32 // see the package comment
	// Version names the content: equal versions mean equal content, and no number is used again for other content.
	Version uint64

	locs []model.LocIdx // per position 0..n+1
	legs []int64        // per position i: travel from i to i+1, at the best of hours
	// dep[i*(nb+1)+b]: earliest departure from position i with b breaks behind it; lat: latest arrival at position i with b
	// breaks behind it, from which the rest is feasible. never and -never where there is none.
	dep, lat []int64
	// soonest and latest are, per position, the least of dep and the greatest of lat; without breaks, dep and lat themselves.
	soonest, latest []int64
	spare           [2][]int64 // memory of soonest and latest
	pre, suf        []segment  // where the shift is timed and the route simple
	// Where curved: per position and number of breaks behind it, what the route costs up to there, and in turned time from there on.
	before, behind []curve
	ends           [][]opening // where hours matter, in place of before: what it costs to end just at a time
	sunk           []int64     // and per position the least of them
	begun, curved  bool        // before is up to date, both are
	base           int64       // what both together lack
	nodeWays       []nodeWay   // where near is set
	near           bool

	soft     int32 // stops whose cost depends on their time
	multi    int32 // stops with several windows
	pickups  int32 // calls at nodes, and further visits of jobs
	drive    int64 // at the best of hours
	meters   int64 // where the shift prices distance; at the best of hours
	service  int64
	work     int64 // working time, where the shift is timed; where unsplit, not less than that
	cost     int64 // search cost
	timed    int64 // search cost of the terms that depend on time
	terms    model.Terms
	unsplit  bool        // terms lacks those that depend on time
	static   model.Terms // what the stops cost wherever they stand, unit prices of parts left out
	takes    []take
	feasible bool
}

// Cost is the route's search cost.
func (r *Route) Cost() int64 { return r.cost }

// copyFrom makes r equal to o, reusing r's memory.
func (r *Route) copyFrom(o *Route) {
	stops, locs, legs, dep, lat, pre, suf, takes := r.Stops, r.locs, r.legs, r.dep, r.lat, r.pre, r.suf, r.takes
	spare, before, behind, ends, sunk, ways := r.spare, r.before, r.behind, r.ends, r.sunk, r.nodeWays
	*r = *o
	r.spare, r.before, r.behind, r.ends, r.sunk, r.begun, r.curved = spare, before, behind, ends, sunk, false, false
	r.nodeWays, r.near = ways, false
	r.Stops = append(stops[:0], o.Stops...)
	r.locs = append(locs[:0], o.locs...)
	r.legs = append(legs[:0], o.legs...)
	r.dep = append(dep[:0], o.dep...)
	r.lat = append(lat[:0], o.lat...)
	r.pre = append(pre[:0], o.pre...)
	r.suf = append(suf[:0], o.suf...)
	r.takes = append(takes[:0], o.takes...)
	r.summarise()
}

// summarise brings soonest and latest up to date.
func (r *Route) summarise() {
	n := len(r.Stops) + 2
	w := len(r.dep) / n
	if w == 1 {
		r.soonest, r.latest = r.dep, r.lat
		return
	}
	r.spare[0], r.spare[1] = resize(r.spare[0], n), resize(r.spare[1], n)
	r.soonest, r.latest = r.spare[0], r.spare[1]
	for i := range n {
		r.soonest[i] = slices.Min(r.dep[i*w : (i+1)*w])
		r.latest[i] = slices.Max(r.lat[i*w : (i+1)*w])
	}
}

func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// refresh recomputes all of r from its stops and takes. It reports whether the route is feasible; when it is not, r must not
// be used before its stops change and refresh has run again.
func (c *Context) refresh(r *Route) bool {
	r.feasible = c.thresholds(r) && c.price(&c.in.shifts[r.Shift], r)
	return r.feasible
}

// thresholds is the part of refresh that the O(1) tests need: all but the costs.
func (c *Context) thresholds(r *Route) bool {
	in := c.in
	f := &in.shifts[r.Shift]
	n, w := len(r.Stops), len(f.breaks)+1
	r.locs = resize(r.locs, n+2)
	r.legs = resize(r.legs, n+1)
	r.dep = resize(r.dep, (n+2)*w)
	r.lat = resize(r.lat, (n+2)*w)
	r.locs[0], r.locs[n+1] = f.start, f.end
	r.soft, r.pickups, r.multi, r.begun, r.curved, r.near = 0, 0, 0, false, false, false
	r.service, r.drive, r.meters = 0, 0, 0
	r.static = model.Terms{}
	base := int(f.tech) * in.NStops
	for i, u := range r.Stops {
		r.locs[i+1] = in.loc[u]
		r.count(in, u, in.dur[base+int(u)], 1)
	}
	for i := range r.legs {
		r.legs[i] = f.leg(r.locs[i], r.locs[i+1])
		r.drive += r.legs[i]
		r.meters += f.legMeters(r.locs[i], r.locs[i+1])
	}
	inTime := in.forward(f, r, 1, n+1)
	if n > 0 && (!inTime || r.drive > f.maxDrive) {
		return false
	}
	in.backward(f, r, 1, n+1)
	r.summarise()
	if f.timed && r.multi == 0 && f.direct {
		in.segments(f, r)
	}
	return true
}

// forward brings dep up to date and reports whether the end is reached in time. The stops at positions from..to are new;
// what lies behind them is recomputed for as long as it changes.
func (in *Instance) forward(f *shiftFacts, r *Route, from, to int) bool {
	n := len(r.Stops)
	w := len(f.breaks) + 1
	base := int(f.tech) * in.NStops
	for b := range w {
		r.dep[b] = f.firstDeparture(b)
	}
	if !f.direct {
		if f.hours != nil {
			return in.forwardHours(f, r, from, to)
		}
		return in.forwardBreaks(f, r, from, to)
	}
	t := r.dep[from-1]
	for i := from; i <= n; i++ {
		u := r.Stops[i-1]
		dur := in.dur[base+int(u)]
		t = in.nextStart(u, dur, t+r.legs[i-1])
		if t >= never {
			return false
		}
		t += dur
		if i > to && r.dep[i] == t {
			return true // as before from here on, and that was feasible
		}
		r.dep[i] = t
	}
	t += r.legs[n]
	r.dep[n+1] = t
	return t <= f.latestEnd
}

// forwardBreaks is forward with a departure per number of breaks taken.
func (in *Instance) forwardBreaks(f *shiftFacts, r *Route, from, to int) bool {
	n := len(r.Stops)
	w := len(f.breaks) + 1
	base := int(f.tech) * in.NStops
	for i := from; i <= n+1; i++ {
		prev, cur := r.dep[(i-1)*w:i*w], r.dep[i*w:(i+1)*w]
		alive, same := false, true
		for b := range cur {
			t := never
			for a := f.leastBreaks(i == n+1, b); a <= b; a++ {
				if prev[a] < never {
					t = min(t, f.trans[a*w+b].ready(prev[a], r.legs[i-1]))
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

// backward brings lat up to date; the route is known to be feasible in time. The stops at positions from..to are new.
func (in *Instance) backward(f *shiftFacts, r *Route, from, to int) {
	n := len(r.Stops)
	w := len(f.breaks) + 1
	base := int(f.tech) * in.NStops
	for b := range w {
		r.lat[(n+1)*w+b] = f.lastFinish(b)
	}
	to = min(to, n)
	if f.direct {
		t := r.lat[to+1]
		for i := to; i >= 1; i-- {
			u := r.Stops[i-1]
			dur := in.dur[base+int(u)]
			t = in.prevStart(u, dur, t-r.legs[i]-dur)
			if i < from && r.lat[i] == t {
				return
			}
			r.lat[i] = t
		}
		r.lat[0] = t - r.legs[0]
		return
	}
	if f.hours != nil {
		in.backwardHours(f, r, from, to)
		return
	}
	for i := to; i >= 0; i-- {
		next, cur := r.lat[(i+1)*w:(i+2)*w], r.lat[i*w:(i+1)*w]
		same := true
		for b := range cur {
			t := -never
			for a := b; a < f.mostBreaks(i == n, b); a++ {
				if next[a] > -never {
					t = max(t, f.trans[b*w+a].latest(next[a], r.legs[i]))
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

// price fills work, terms and cost, and checks the caps that are not thresholds.
func (c *Context) price(f *shiftFacts, r *Route) bool {
	in := c.in
	r.cost, r.work, r.timed, r.unsplit = 0, 0, 0, false
	if len(r.Stops) == 0 {
		r.terms = model.Terms{}
		return true
	}
	r.terms = r.static
	drive, meters := r.drive, r.meters
	if f.hours != nil { // the schedule has them
		drive, meters = 0, 0
	}
	switch exact := in.exact(f, r, r.Stops[0]); {
	case exact && f.sure:
		cost, ok := c.sched.advance(r)
		if !ok {
			return false
		}
		r.timed, r.unsplit = cost, true
		if f.work > 0 {
			r.work = cost / f.work
		}
	case exact:
		if !c.sched.run(r.Shift, r.Stops, Bounds{}, NoPlace) {
			return false
		}
		r.terms.Add(&c.sched.terms)
		r.work, r.timed = c.sched.work, c.sched.cost
	case f.timed:
		all := &r.suf[0]
		if r.work = all.dur; r.work > f.maxWork {
			return false
		}
		in.timedTerms(f, r.work, all.early+all.dur, &r.terms)
		r.timed = in.timedScalar(f, r.work, all.early+all.dur)
	}
	sh := &in.P.Shifts[r.Shift]
	r.terms[model.Travel] += drive * sh.TravelRate
	r.terms[model.Distance] += meters * sh.DistRate
	r.terms[model.Fixed] += sh.Fixed
	r.terms[model.Parts] += in.partsCost(r.takes)
	if in.order != nil {
		r.terms[model.PlanChange] += in.orderCost(f.tech, r.Stops)
	}
	r.cost = in.Scalar(&r.terms)
	if r.unsplit {
		r.cost += r.timed
	}
	return true
}

// split completes the terms.
func (c *Context) split(r *Route) {
	if r.unsplit {
		c.sched.run(r.Shift, r.Stops, Bounds{}, NoPlace)
		r.terms.Add(&c.sched.terms)
		r.work, r.unsplit = c.sched.work, false
	}
}

// timedTerms adds the terms of working time and finish.
func (in *Instance) timedTerms(f *shiftFacts, work, finish int64, t *model.Terms) {
	t[model.WorkingTime] += work * in.P.Shifts[f.index].WorkRate
	t[model.Overtime] += f.overtimeCost(finish)
	t[model.Balance] += f.balanceCost(work)
}

func (in *Instance) partsCost(takes []take) int64 {
	var c int64
	for _, t := range takes {
		c += t.cost
	}
	return c
}

// Draws calls f with what the route takes from each stock that routes share.
func (r *Route) Draws(in *Instance, f func(stock int32, qty int64)) {
	for _, t := range r.takes {
		if in.pools.shared[t.pool] {
			f(t.pool, t.qty)
		}
	}
}
