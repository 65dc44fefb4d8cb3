package route

import (
	"math"
	"slices"

	"callout/solver/model"
)

// NoPlace is the cost of an insertion that cannot be made, or not below the limit.
const NoPlace int64 = math.MaxInt64 / 4

// Insertion is a place for a job in a route.
type Insertion struct {
	Cost int64 // search cost of the route with the job less that of the route without it
	Pos  int32 // the job goes behind this position; where Node is not negative, of the route that calls at Node already
	// Node is a stocking node to call at behind position NodePos, or -1.
	Node, NodePos int32
}

// noSkip stands for no position to skip, and no blinks.
const noSkip = -1

var nowhere = Insertion{Cost: NoPlace, Pos: -1, Node: -1}

// best finds the cheapest insertion of job u into r below limit. With a position to skip, each other one blinks, too.
// It costs O(1) per position where the cost does not depend on time, or only on the working time of a route with single
// windows and without breaks; else a schedule for each position that a lower bound lets through. used is what all routes
// take from the pools.
func (c *Context) best(r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	in := c.in
	f := &in.shifts[r.Shift]
	if !in.needs[u] || (r.pickups == 0 && in.vanSuffices(f.tech, u, used)) {
		if !f.timed && r.soft == 0 && !in.soft[u] && len(f.breaks) == 0 && f.m == nil && f.maxDrive >= capless {
			return c.bestPlain(f, r, u, limit, skip)
		}
		return c.bestRich(f, r, r, u, limit, skip, 0, nil)
	}
	best := nowhere
	if r.pickups > 0 {
		best = c.bestRich(f, r, r, u, limit, skip, 0, used)
	}
	if best.Pos < 0 {
		best = c.bestWithCall(f, r, u, limit, used, skip)
	}
	return best
}

const (
	capless   = math.MaxInt32
	unlimited = math.MaxInt32
)

// bestPlain is the inner loop of plain problems: cost is travel time, feasibility two thresholds.
func (c *Context) bestPlain(f *shiftFacts, r *Route, u int32, limit int64, skip int32) Insertion {
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
	dep, lat, legs := r.dep[:n+2], r.lat[:n+2], r.legs[:n+1]
	var d1 int64
	if a := r.locs[0]; a >= 0 {
		d1 = int64(to[a])
	}
	for i := 0; i <= n; i++ {
		if i > 0 {
			d1 = int64(to[r.locs[i]])
		}
		t := dep[i] + d1
		if dep[i] > late {
			break
		}
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		var d2 int64
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
		limit = delta
		best.Pos = int32(i)
	}
	if best.Pos >= 0 {
		best.Cost = limit + fix
	}
	return best
}

// bestRich evaluates the positions behind first and later of r, which is the route was, maybe with one more call at a node.
// used, where given, asks for the supply of each candidate.
func (c *Context) bestRich(
	f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int, used []int64,
) Insertion {
	in := c.in
	best := nowhere
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	dur := in.dur[base+int(u)]
	l := in.loc[u]
	exact := r.soft > 0 || in.soft[u] || f.spell || (f.timed && (len(f.breaks) > 0 || r.multi > 0 || in.multi[u]))
	// What the stops of the candidate cost more than those of was, wherever they stand: all but the legs of u.
	fix := in.pair[base+int(u)]
	if len(was.Stops) == 0 {
		fix += f.fixed
	}
	if r != was {
		fix += in.pair[base+int(r.Stops[first-1])] + r.drive*f.travel + r.meters*f.dist
		if len(was.Stops) > 0 {
			fix -= was.drive*f.travel + was.meters*f.dist
		}
	}
	timedWas := was.timedCost(in)
	for i := first; i <= n; i++ {
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		d1, d2 := f.leg(r.locs[i], l), f.leg(l, r.locs[i+1])
		drive := d1 + d2
		meters := f.legMeters(r.locs[i], l) + f.legMeters(l, r.locs[i+1])
		rest := int64(0)
		if n > 0 {
			rest = r.drive
			drive -= r.legs[i]
			meters -= f.legMeters(r.locs[i], r.locs[i+1])
		}
		if rest+drive > f.maxDrive {
			continue
		}
		delta := drive*f.travel + meters*f.dist + fix
		bound := delta
		if least := rest + drive + r.service + dur - f.unpaid[len(f.breaks)]; f.work > 0 && least > was.work {
			bound += (least - was.work) * f.work
		}
		if bound >= limit {
			continue
		}
		start, ok := in.fits(f, r, i, u, dur, d1, d2)
		if !ok {
			continue
		}
		switch {
		case exact:
			if in.soft[u] && bound+in.softScalar(u, dur, start) >= limit && in.onTime(u) {
				continue
			}
			c.seq = insertAt(c.seq, r.Stops, i, u)
			if !c.sched.run(r.Shift, c.seq, Bounds{}) {
				continue
			}
			delta += c.sched.cost - timedWas
		case f.timed:
			seg := in.stop(u, dur)
			seg = join(&r.pre[i], &seg, d1)
			seg = join(&seg, &r.suf[i+1], d2)
			if seg.dur > f.maxWork {
				continue
			}
			delta += in.timedScalar(f, seg.dur, seg.early+seg.dur) - timedWas
		}
		if delta >= limit {
			continue
		}
		if used != nil {
			c.seq = insertAt(c.seq, r.Stops, i, u)
			if !c.sup.run(f.tech, c.seq, used, was.takes) {
				continue
			}
			if delta += (c.sup.cost - in.partsCost(was.takes)) * in.weight[model.Parts]; delta >= limit {
				continue
			}
		}
		limit = delta
		best = Insertion{Cost: delta, Pos: int32(i), Node: -1}
	}
	return best
}

// timedCost is the search cost of the terms that depend on time.
func (r *Route) timedCost(in *Instance) int64 {
	w := &in.weight
	return r.terms[model.WorkingTime]*w[model.WorkingTime] + r.terms[model.Overtime]*w[model.Overtime] +
		r.terms[model.Balance]*w[model.Balance] + r.terms[model.Lateness]*w[model.Lateness] +
		r.terms[model.ResponseTime]*w[model.ResponseTime]
}

// fits is the O(1) test: may u, lasting dur, go behind position i? It also returns the earliest start.
func (in *Instance) fits(f *shiftFacts, r *Route, i int, u int32, dur, d1, d2 int64) (start int64, ok bool) {
	w := len(f.breaks) + 1
	if w == 1 {
		start = in.nextStart(u, dur, r.dep[i]+d1)
		return start, start < never && start+dur+d2 <= r.lat[i+1]
	}
	dep, lat := r.dep[i*w:(i+1)*w], r.lat[(i+1)*w:(i+2)*w]
	start = never
	for b := range w {
		t := int64(never)
		for a := 0; a <= b; a++ {
			if dep[a] < never {
				t = min(t, f.trans[a*w+b].ready(dep[a], d1))
			}
		}
		if t >= never {
			continue
		}
		if t = in.nextStart(u, dur, t); t >= never {
			continue
		}
		start = min(start, t)
		for e := b; e < f.mostBreaks(i == len(r.Stops), b) && !ok; e++ {
			ok = lat[e] > -never && f.trans[b*w+e].ready(t+dur, d2) <= lat[e]
		}
		if ok && !in.soft[u] {
			return start, true
		}
	}
	return start, ok
}

// timedScalar is the search cost of working time, overtime and balance.
func (in *Instance) timedScalar(f *shiftFacts, work, finish int64) int64 {
	c := work * f.work
	if len(f.overtime) > 0 && finish > f.regularEnd {
		c += f.overtimeCost(finish) * in.weight[model.Overtime]
	}
	if f.balance != 0 {
		c += f.balanceCost(work) * in.weight[model.Balance]
	}
	return c
}

// insertAt writes stops with u behind position i into buf.
func insertAt(buf, stops []int32, i int, u int32) []int32 {
	buf = append(buf[:0], stops[:i]...)
	buf = append(buf, u)
	return append(buf, stops[i:]...)
}

// maxCalls is how many places for a new call at a node are looked at for one job and route, the cheapest detours first.
const maxCalls = 6

// call is a place for a new call at a node.
type call struct {
	node, pos int32
	cost      int64 // detour and fixed price
}

// bestWithCall inserts u together with a new call at a node that has what it needs.
func (c *Context) bestWithCall(f *shiftFacts, r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	best := nowhere
	for _, k := range c.calls(f, r, u, limit) {
		if k.cost >= limit {
			break
		}
		v := int32(c.in.NJobs) + k.node
		c.tmp.Shift = r.Shift
		c.tmp.Stops = insertAt(c.tmp.Stops, r.Stops, int(k.pos), v)
		if !c.thresholds(&c.tmp) {
			continue
		}
		if skip >= 0 && c.blink.next() {
			continue
		}
		if at := c.bestRich(f, &c.tmp, r, u, limit, skip, int(k.pos)+1, used); at.Pos >= 0 {
			limit = at.Cost
			best = Insertion{Cost: limit, Pos: at.Pos, Node: k.node, NodePos: k.pos}
		}
	}
	return best
}

// calls lists the cheapest places for a call that serves u, in order.
func (c *Context) calls(f *shiftFacts, r *Route, u int32, limit int64) []call {
	in := c.in
	n, w := len(r.Stops), len(f.breaks)+1
	base := int(f.tech) * in.NStops
	out := c.places[:0]
	for _, node := range in.pools.sources[u] {
		v := int32(in.NJobs) + node
		dur, l := in.dur[base+int(v)], in.loc[v]
		for p := 0; p <= n; p++ {
			if r.dep[p*w] > in.late[v] && !in.multi[v] {
				break
			}
			d1, d2 := f.leg(r.locs[p], l), f.leg(l, r.locs[p+1])
			k := call{node: node, pos: int32(p), cost: in.pair[base+int(v)]}
			if n > 0 {
				// The job behind the call may take over the way back, so that only the way there is sure to come on top where
				// the call is the last stop.
				k.cost += (d1 + d2 - r.legs[p]) * f.travel
				if p == n {
					k.cost -= d2 * f.travel
				}
			}
			if k.cost >= limit || (len(out) == maxCalls && k.cost >= out[maxCalls-1].cost) {
				continue
			}
			if _, ok := in.fits(f, r, p, v, dur, d1, d2); !ok && n > 0 {
				continue
			}
			if len(out) == maxCalls {
				out = out[:maxCalls-1]
			}
			at := len(out)
			for at > 0 && out[at-1].cost > k.cost {
				at--
			}
			out = slices.Insert(out, at, k)
		}
	}
	c.places = out
	return out
}

// onTime tells whether being later never costs less for job u: it has no priced early windows.
func (in *Instance) onTime(u int32) bool {
	for k := range in.P.Jobs[u].Windows {
		if w := &in.P.Jobs[u].Windows[k]; w.Kind != model.Availability && w.Early != 0 {
			return false
		}
	}
	return true
}
