package route

import (
	"slices"

	"callout/solver/model"
)

// Route is the mutable route of one shift with what the O(1) tests need. Solution owns it and keeps it current.
type Route struct {
	Shift int32
	Stops []int32 // jobs, and NJobs+node for a call at a node
	// Version names the content: equal versions mean equal content, and no number is used again for other content.
	Version uint64

	locs []model.LocIdx // per position 0..n+1
	legs []int64        // per position i: travel from i to i+1
	// dep[i*(nb+1)+b]: earliest departure from position i with b breaks behind it; lat: latest arrival at position i with b
	// breaks behind it, from which the rest is feasible. never and -never where there is none.
	dep, lat []int64
	pre, suf []segment // where the shift is timed and the route simple

	simple   bool  // no breaks in the shift, no stop with several windows
	soft     int32 // stops whose cost depends on their time
	pickups  int32
	drive    int64
	service  int64
	work     int64 // working time and finish, where the shift is timed
	finish   int64
	cost     int64 // search cost
	terms    model.Terms
	takes    []take
	feasible bool
}

// Cost is the route's search cost.
func (r *Route) Cost() int64 { return r.cost }

// Terms is the route's cost per term.
func (r *Route) Terms() *model.Terms { return &r.terms }

// copyFrom makes r equal to o, reusing r's memory.
func (r *Route) copyFrom(o *Route) {
	stops, locs, legs, dep, lat, pre, suf, takes := r.Stops, r.locs, r.legs, r.dep, r.lat, r.pre, r.suf, r.takes
	*r = *o
	r.Stops = append(stops[:0], o.Stops...)
	r.locs = append(locs[:0], o.locs...)
	r.legs = append(legs[:0], o.legs...)
	r.dep = append(dep[:0], o.dep...)
	r.lat = append(lat[:0], o.lat...)
	r.pre = append(pre[:0], o.pre...)
	r.suf = append(suf[:0], o.suf...)
	r.takes = append(takes[:0], o.takes...)
}

func resize[T any](s []T, n int) []T {
	return slices.Grow(s[:0], n)[:n]
}

// refresh recomputes all of r from its stops, given the takes that supply found. It reports whether the route is feasible;
// when it is not, r must not be used before its stops change.
func (c *Context) refresh(r *Route) bool {
	in := c.in
	f := &in.shifts[r.Shift]
	n := len(r.Stops)
	r.locs = resize(r.locs, n+2)
	r.legs = resize(r.legs, n+1)
	r.locs[0], r.locs[n+1] = f.start, f.end
	r.soft, r.pickups, r.service, r.drive = 0, 0, 0, 0
	r.simple = len(f.breaks) == 0
	base := int(f.tech) * in.NStops
	for i, u := range r.Stops {
		r.locs[i+1] = in.loc[u]
		r.service += in.dur[base+int(u)]
		if in.soft[u] {
			r.soft++
		}
		if int(u) >= in.NJobs {
			r.pickups++
		}
		r.simple = r.simple && !in.multi[u]
	}
	for i := range r.legs {
		r.legs[i] = f.leg(r.locs[i], r.locs[i+1])
		r.drive += r.legs[i]
	}
	if n == 0 {
		r.drive = 0
	}
	inTime := in.forward(f, r)
	if n > 0 && (!inTime || r.drive > f.maxDrive) {
		r.feasible = false
		return false
	}
	in.backward(f, r)
	r.feasible = c.price(f, r)
	return r.feasible
}

// forward fills dep and reports whether the end is reached in time.
func (in *Instance) forward(f *shiftFacts, r *Route) bool {
	n := len(r.Stops)
	nb := len(f.breaks)
	w := nb + 1
	r.dep = resize(r.dep, (n+2)*w)
	base := int(f.tech) * in.NStops
	for b := range w {
		r.dep[b] = f.firstDeparture(b)
	}
	if nb == 0 {
		t := r.dep[0]
		for i, u := range r.Stops {
			dur := in.dur[base+int(u)]
			t = in.nextStart(u, dur, t+r.legs[i])
			if t >= never {
				return false
			}
			t += dur
			r.dep[i+1] = t
		}
		t += r.legs[n]
		r.dep[n+1] = t
		return t <= f.latestEnd
	}
	for i := 1; i <= n+1; i++ {
		prev, cur := r.dep[(i-1)*w:i*w], r.dep[i*w:(i+1)*w]
		alive := false
		for b := range cur {
			t := int64(never)
			for a := 0; a <= b; a++ {
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
			cur[b] = t
			alive = alive || t < never
		}
		if !alive {
			return false
		}
	}
	return true
}

// backward fills lat; the route is known to be feasible in time.
func (in *Instance) backward(f *shiftFacts, r *Route) {
	n := len(r.Stops)
	nb := len(f.breaks)
	w := nb + 1
	r.lat = resize(r.lat, (n+2)*w)
	base := int(f.tech) * in.NStops
	for b := range w {
		r.lat[(n+1)*w+b] = f.lastFinish(b)
	}
	if nb == 0 {
		t := r.lat[n+1]
		for i := n; i >= 1; i-- {
			u := r.Stops[i-1]
			dur := in.dur[base+int(u)]
			t = in.prevStart(u, dur, t-r.legs[i]-dur)
			r.lat[i] = t
		}
		r.lat[0] = t - r.legs[0]
		return
	}
	for i := n; i >= 0; i-- {
		next, cur := r.lat[(i+1)*w:(i+2)*w], r.lat[i*w:(i+1)*w]
		for b := range cur {
			t := int64(-never)
			for a := b; a < w; a++ {
				if next[a] > -never {
					t = max(t, f.trans[b*w+a].latest(next[a], r.legs[i]))
				}
			}
			if i >= 1 && t > -never {
				u := r.Stops[i-1]
				dur := in.dur[base+int(u)]
				t = in.prevStart(u, dur, t-dur)
			}
			cur[b] = t
		}
	}
}

// price fills work, finish, segments, terms and cost, and checks the caps that are not thresholds.
func (c *Context) price(f *shiftFacts, r *Route) bool {
	in := c.in
	r.terms = model.Terms{}
	r.cost, r.work, r.finish = 0, 0, 0
	n := len(r.Stops)
	if f.timed && r.simple {
		in.segments(f, r)
	}
	if n == 0 {
		return true
	}
	if r.soft > 0 || (f.timed && (!r.simple || f.spell)) {
		if !c.sched.run(r.Shift, r.Stops, Bounds{}) {
			return false
		}
		r.terms = c.sched.terms
		r.work, r.finish = c.sched.work, c.sched.finish
	} else {
		if f.timed {
			all := &r.suf[0]
			r.work, r.finish = all.dur, all.early+all.dur
			if r.work > f.maxWork {
				return false
			}
		}
		in.staticTerms(f, r.Stops, r.legs, r.locs, &r.terms)
		in.timedTerms(f, r.work, r.finish, &r.terms)
	}
	r.terms[model.Parts] += in.partsCost(r.takes)
	r.cost = in.Scalar(&r.terms)
	return true
}

// staticTerms adds the terms that depend on the sequence alone, unit prices of parts left out.
func (in *Instance) staticTerms(f *shiftFacts, stops []int32, legs []int64, locs []model.LocIdx, t *model.Terms) {
	sh := &in.P.Shifts[f.index]
	var drive, meters int64
	for i, d := range legs {
		drive += d
		meters += f.legMeters(locs[i], locs[i+1])
	}
	t[model.Travel] += drive * sh.TravelRate
	t[model.Distance] += meters * sh.DistRate
	t[model.Fixed] += sh.Fixed
	for _, u := range stops {
		if int(u) >= in.NJobs {
			t[model.Parts] += in.P.Nodes[int(u)-in.NJobs].Fixed
			continue
		}
		if v := in.visit[int(f.tech)*in.NJobs+int(u)]; v >= 0 {
			t.Add(&in.visitCosts[v])
		}
	}
}

// timedTerms adds the terms of working time and finish.
func (in *Instance) timedTerms(f *shiftFacts, work, finish int64, t *model.Terms) {
	if !f.timed {
		return
	}
	t[model.WorkingTime] += work * in.P.Shifts[f.index].WorkRate
	t[model.Overtime] += f.overtimeCost(finish)
	t[model.Balance] += f.balanceCost(work)
}

func (in *Instance) partsCost(takes []take) int64 {
	var c int64
	for _, t := range takes {
		c += t.qty * in.pools.price[t.pool]
	}
	return c
}
