package route

import "math"

// NoPlace is the cost of an insertion that cannot be made, or not below the limit.
const NoPlace int64 = math.MaxInt64 / 4

// Insertion is a place for a job in a route.
type Insertion struct {
	Cost int64 // search cost of the route with the job less that of the route without it
	Pos  int32 // the job goes behind this position; where Node is not negative, of the route that calls at Node already
	// Node is a stocking node to call at behind position NodePos, or -1.
	Node, NodePos int32
}

var nowhere = Insertion{Cost: NoPlace, Pos: -1, Node: -1}

// best finds the cheapest insertion of job u into r below limit. With blinking, each position is skipped now and then.
// It costs O(1) per position where the cost does not depend on time, or only on the working time of a route with single
// windows and without breaks; else a schedule for each position that a lower bound lets through. used is what all routes
// take from the pools.
func (c *Context) best(r *Route, u int32, limit int64, used []int64, blinking bool) Insertion {
	in := c.in
	f := &in.shifts[r.Shift]
	if !in.needs[u] || (r.pickups == 0 && in.vanSuffices(f.tech, u, used)) {
		if !f.timed && r.soft == 0 && !in.soft[u] && len(f.breaks) == 0 && f.m == nil && f.maxDrive >= capless {
			return c.bestPlain(f, r, u, limit, blinking)
		}
		return c.bestRich(f, r, u, limit, blinking, 0, nil)
	}
	best := nowhere
	if r.pickups > 0 {
		best = c.bestRich(f, r, u, limit, blinking, 0, used)
	}
	if best.Pos < 0 {
		best = c.bestWithCall(f, r, u, limit, used, blinking)
	}
	return best
}

const (
	capless   = math.MaxInt32
	unlimited = math.MaxInt32
)

// bestPlain is the inner loop of plain problems: cost is travel time, feasibility two thresholds.
func (c *Context) bestPlain(f *shiftFacts, r *Route, u int32, limit int64, blinking bool) Insertion {
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
		if blinking && c.blink.next() {
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

// bestRich evaluates the positions behind first and later. used, where given, asks for the supply of each candidate.
func (c *Context) bestRich(f *shiftFacts, r *Route, u int32, limit int64, blinking bool, first int, used []int64) Insertion {
	in := c.in
	best := nowhere
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	dur := in.dur[base+int(u)]
	l := in.loc[u]
	exact := r.soft > 0 || in.soft[u] || f.spell || (f.timed && (!r.simple || in.multi[u]))
	fix := in.pair[base+int(u)]
	if n == 0 {
		fix += f.fixed
	}
	for i := first; i <= n; i++ {
		if blinking && c.blink.next() {
			continue
		}
		d1, d2 := f.leg(r.locs[i], l), f.leg(l, r.locs[i+1])
		drive := d1 + d2
		meters := f.legMeters(r.locs[i], l) + f.legMeters(l, r.locs[i+1])
		if n > 0 {
			drive -= r.legs[i]
			meters -= f.legMeters(r.locs[i], r.locs[i+1])
		}
		delta := drive*f.travel + meters*f.dist + fix
		if f.work > 0 {
			if least := r.drive + drive + r.service + dur - f.unpaid[len(f.breaks)]; least > r.work {
				if delta+(least-r.work)*f.work >= limit {
					continue
				}
			}
		}
		if (delta >= limit && !exact && !f.timed) || r.drive+drive > f.maxDrive {
			continue
		}
		start, ok := in.fits(f, r, i, u, dur, d1, d2)
		if !ok {
			continue
		}
		switch {
		case exact:
			if in.soft[u] && r.soft == 0 && !f.timed && delta+in.softScalar(u, dur, start) >= limit {
				continue
			}
			c.seq = insertAt(c.seq, r.Stops, i, u)
			if !c.sched.run(r.Shift, c.seq, Bounds{}) {
				continue
			}
			delta = c.sched.cost - (r.cost - in.partsCost(r.takes)*in.weight[partsTerm])
		case f.timed:
			seg := in.stop(u, dur)
			seg = join(&r.pre[i], &seg, d1)
			seg = join(&seg, &r.suf[i+1], d2)
			if seg.dur > f.maxWork {
				continue
			}
			delta += in.timedScalar(f, seg.dur, seg.early+seg.dur)
			if n > 0 {
				delta -= in.timedScalar(f, r.work, r.finish)
			}
		}
		if delta >= limit {
			continue
		}
		if used != nil {
			c.seq = insertAt(c.seq, r.Stops, i, u)
			if !c.sup.run(f.tech, c.seq, used, r.takes) {
				continue
			}
			if delta += (c.sup.cost - in.partsCost(r.takes)) * in.weight[partsTerm]; delta >= limit {
				continue
			}
		}
		limit = delta
		best = Insertion{Cost: delta, Pos: int32(i), Node: -1}
	}
	return best
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
		for e := b; e < w && !ok; e++ {
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
		c += f.overtimeCost(finish) * in.weight[overtimeTerm]
	}
	if f.balance != 0 {
		c += f.balanceCost(work) * in.weight[balanceTerm]
	}
	return c
}

// insertAt writes stops with u behind position i into buf.
func insertAt(buf, stops []int32, i int, u int32) []int32 {
	buf = append(buf[:0], stops[:i]...)
	buf = append(buf, u)
	return append(buf, stops[i:]...)
}

// bestWithCall inserts u together with a new call at a node that has what it needs.
func (c *Context) bestWithCall(f *shiftFacts, r *Route, u int32, limit int64, used []int64, blinking bool) Insertion {
	in := c.in
	best := nowhere
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	for _, node := range in.pools.sources[u] {
		v := int32(in.NJobs) + node
		dur := in.dur[base+int(v)]
		l := in.loc[v]
		for p := 0; p <= n; p++ {
			if r.dep[p*(len(f.breaks)+1)] > in.late[v] && !in.multi[v] {
				break
			}
			d1, d2 := f.leg(r.locs[p], l), f.leg(l, r.locs[p+1])
			if n > 0 {
				// Jobs behind the call can only add to its own detour where triangles hold; elsewhere this prunes a little more.
				if (d1+d2-r.legs[p])*f.travel+in.pair[base+int(v)] >= limit {
					continue
				}
			}
			if _, ok := in.fits(f, r, p, v, dur, d1, d2); !ok && n > 0 {
				continue
			}
			c.tmp.Shift = r.Shift
			c.tmp.Stops = insertAt(c.tmp.Stops, r.Stops, p, v)
			c.tmp.takes = append(c.tmp.takes[:0], r.takes...)
			if !c.refresh(&c.tmp) {
				continue
			}
			extra := c.tmp.cost - r.cost
			at := c.bestRich(f, &c.tmp, u, limit-extra, blinking, p+1, used)
			if at.Pos >= 0 && at.Cost+extra < limit {
				limit = at.Cost + extra
				best = Insertion{Cost: limit, Pos: at.Pos, Node: node, NodePos: int32(p)}
			}
		}
	}
	return best
}
