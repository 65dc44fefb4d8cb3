package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// maxCalls is how many places for a new call at a node are looked at for one job and route, the cheapest detours first; with many jobs, where
// more steps are worth more, it is fewCalls.
const (
	maxCalls, fewCalls = 6, 3
	manyJobs           = 50
)

// mostCalls is how many places are looked at.
func (in *Instance) mostCalls() int {
	if in.NJobs > manyJobs {
		return fewCalls
	}
	return maxCalls
}

// call is a place for a new call at a node.
type call struct {
	node, pos int32
	cost      int64 // what the call and the job cost at least
}

// bestWithCalls inserts u together with a new call at a node that has what it needs, or, where no single one has, with a
// chain of them, of which each goes to its cheapest places. r is the route was with made new calls, the last one at position first.
func (c *Context) bestWithCalls(
	f *shiftFacts, r, was *Route, u int32, limit int64, used []int64, skip int32, made, first int,
) Insertion {
	in := c.in
	best := nowhere
	calls, last := c.calls(f, r, was, u, limit, used, made, in.mostCalls())
	for _, k := range calls {
		if k.cost >= limit {
			break
		}
		tmp := &c.tmp[made]
		v := int32(in.NJobs) + k.node
		later := in.ships && in.replaces(r.Stops, int(k.pos), v)
		if later {
			tmp = &c.later // it borrows no curves
		}
		tmp.Shift = r.Shift
		if later {
			tmp.Stops = append(tmp.Stops[:0], r.Stops...)
			tmp.Stops[k.pos] = v
		} else {
			tmp.Stops = insertAt(tmp.Stops, r.Stops, int(k.pos), v)
		}
		if !c.thresholds(tmp) {
			continue
		}
		if skip >= 0 && c.blink.next() {
			continue
		}
		if in.exact(f, tmp, u) && !later {
			c.sched.curve(r, was.work)
			c.sched.borrow(tmp, r, int(k.pos), made, was.work)
		}
		// Behind all new calls; the ones before may move on by one.
		behind := max(int(k.pos), first) + 1
		var at Insertion
		if last {
			if in.back && in.binds(was, u) {
				at = c.landing(f, tmp, was, u, limit, used, skip, made+1, behind, true)
			} else {
				at = c.bestRich(f, tmp, was, u, limit, skip, tmp.from(behind), used)
			}
		} else {
			at = c.bestWithCalls(f, tmp, was, u, limit, used, skip, made+1, behind)
		}
		if at.Pos >= 0 {
			limit = at.Cost
			best = at.with(made, newCall(k.node, k.pos))
		}
	}
	return best
}

// calls lists the cheapest places for a call that serves u, so many at most, in order, and tells whether none but that is needed. r is the
// route was with made new calls.
func (c *Context) calls(f *shiftFacts, r, was *Route, u int32, limit int64, used []int64, made, most int) (list []call, last bool) {
	in := c.in
	out := c.spots[made][:0]
	var nodes []int32
	var rates []tariff
	t := c.tariffs(r, was, u, f.tech, used)
	q := c.caller(f, r, was, u, limit, made)
	if u == in.Job(u) && t.single() {
		nodes, rates = c.sellers(&t)
		q.last = true
	} else {
		nodes = c.nodes(&q, used, made)
		switch {
		case !in.ships || !q.last:
		case u == in.Job(u):
			nodes, c.rates = c.thinned(nodes[:0], c.rates[:0], nodes, &t)
			rates = c.rates
		case !in.swaps(u):
			c.rates = t.mixed(c.rates[:0], nodes, u)
			rates = c.rates
		}
	}
	least := q.least
	for _, o := range c.promising(&q, nodes, rates, &t) {
		if o.bound >= q.limit {
			break
		}
		v := int32(in.NJobs) + nodes[o.at]
		node := nodes[o.at]
		if rates != nil {
			q.least = least + t.more(rates[o.at])
		}
		end := in.early[v] + in.dur[int(f.tech)*in.NStops+int(v)]
		for p := range len(r.Stops) + 1 {
			if r.soonest[p] > in.late[v] && !in.multi[v] {
				break
			}
			cost := NoPlace
			switch {
			case in.ships && r.pickups > 0 && in.replaces(r.Stops, p, v):
				if q.last && made == 0 {
					cost = least + c.apart[p+1].later.cost
				}
			case r.latest[p+1] >= end || in.multi[v]:
				cost = q.cost(v, p)
			}
			if cost < q.limit {
				if out = ranked(out, call{node: node, pos: int32(p), cost: cost}, most); len(out) == most {
					q.limit = min(limit, out[most-1].cost)
				}
			}
		}
	}
	c.spots[made] = out
	return out, q.last
}

// candidate is a node by its index in a list, with what a call there costs at least.
type candidate struct {
	bound int64
	at    int
}

// promising are the nodes where a call may cost less than the limit, the least bounds first.
func (c *Context) promising(q *caller, nodes []int32, rates []tariff, t *tariffs) []candidate {
	out := c.promise[:0]
	for i, node := range nodes {
		b := q.bound(int32(c.in.NJobs) + node)
		if rates != nil {
			b += t.more(rates[i])
		}
		if b < q.limit {
			out = append(out, candidate{b, i})
		}
	}
	slices.SortFunc(out, func(a, b candidate) int { return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(a.at, b.at)) })
	c.promise = out
	return out
}

// caller is the question where r should call for job u.
type caller struct {
	c       *Context
	f       *shiftFacts
	r, was  *Route
	u       int32
	limit   int64
	least   int64 // what the job costs wherever it and the call stand
	last    bool  // no further call is needed
	exact   bool  // curves tell what a call alone does to the times
	lacking int64 // with that
	ways    []nodeWay
	front   []front // the call goes behind the job; nil: ahead of it
	toward  way     // with that, the least of what the legs to the job add
}

func (c *Context) caller(f *shiftFacts, r, was *Route, u int32, limit int64, made int) caller {
	in := c.in
	q := caller{c: c, f: f, r: r, was: was, u: u, limit: limit, least: in.pair[int(f.tech)*in.NStops+int(u)] - in.mended(f, r, u)}
	if len(was.Stops) == 0 {
		q.least += f.fixed
	}
	if r != was {
		q.least += in.fees(r, was) + r.longer(f, was)
	}
	if f.hours != nil && len(was.Stops) > 0 { // what it drives longer than at the best of hours may be saved
		c.split(was)
		t, w := &was.terms, &in.weight
		q.least -= t[model.Travel]*w[model.Travel] + t[model.Distance]*w[model.Distance] - was.drive*f.travel - was.meters*f.dist
	}
	c.alone(f, r, u)
	q.ways = c.nodeWays(f, r)
	if q.exact = made == 0 && len(r.Stops) > 0 && f.hours == nil && in.exact(f, r, u); q.exact {
		q.lacking = c.sched.curve(r, was.work) - was.timed
	}
	return q
}

// cost is what a call v behind position p costs at least, with the job behind it, or NoPlace where that is not below the limit. The job is
// taken not to save any time.
func (q *caller) cost(v int32, p int) int64 {
	in, f, r := q.c.in, q.f, q.r
	n, base := len(r.Stops), int(f.tech)*in.NStops
	l, job := in.loc[v], in.loc[q.u]
	there, back := f.way(r.locs[p], l), f.way(l, r.locs[p+1])
	a := &q.c.apart[p]
	detour := there.less(a.direct)
	switch {
	case q.front != nil:
		detour = q.detour(l, p, there, back)
	case q.last: // else the next call may take over the way on
		detour = detour.plus(f.way(l, job)).plus(a.on) // the job follows at once
		if p < n {                                     // or later
			detour = detour.least(there.plus(back).less(a.direct).plus(q.c.apart[p+1].later))
		}
	}
	fixed := q.least + in.pair[base+int(v)] + detour.cost
	cost := fixed
	if work := q.work(v, detour.time); f.work > 0 && work > q.was.work {
		cost += (work - q.was.work) * f.work
	}
	if cost >= q.limit || n > 0 && !in.fits(f, r, p, v, in.dur[base+int(v)], there.time, back.time) {
		return NoPlace
	}
	if q.exact {
		d := f.detour(r, p, l)
		fixed += q.lacking
		cost = max(cost, fixed+q.c.met(f, r, p, v, &d, q.limit-fixed))
	}
	return cost
}

// ranked adds k to a list in the order of costs, of which only the first so many are kept.
func ranked(out []call, k call, most int) []call {
	if len(out) == most {
		out = out[:most-1]
	}
	at := len(out)
	for at > 0 && out[at-1].cost > k.cost {
		at--
	}
	return slices.Insert(out, at, k)
}

// way is a leg, or a sum of legs: its travel time, and the search cost of travel and distance.
type way struct{ time, cost int64 }

func (f *shiftFacts) way(a, b model.LocIdx) way {
	d := f.leg(a, b)
	return way{time: d, cost: d*f.travel + f.legMeters(a, b)*f.dist}
}

func (w way) plus(o way) way { return way{w.time + o.time, w.cost + o.cost} }

func (w way) less(o way) way { return way{w.time - o.time, w.cost - o.cost} }

// least is not more than either, in time and in cost.
func (w way) least(o way) way { return way{min(w.time, o.time), min(w.cost, o.cost)} }

// apart is what a job behind a position adds to a route.
type apart struct {
	later  way // the least detour to it from there or from a later position
	direct way // the leg without it
	on     way // the leg from it
}

// alone fills apart, by position of r, for u.
func (c *Context) alone(f *shiftFacts, r *Route, u int32) {
	n := len(r.Stops)
	c.apart = resize(c.apart, n+1)
	c.onward = farAway
	l := c.in.loc[u]
	for i := n; i >= 0; i-- {
		a := apart{direct: f.way(r.locs[i], r.locs[i+1]), on: f.way(l, r.locs[i+1])}
		a.later = f.way(r.locs[i], l).plus(a.on).less(a.direct)
		if i < n {
			a.later = a.later.least(c.apart[i+1].later)
		}
		if n == 0 {
			a.direct = way{}
		}
		c.onward = c.onward.least(a.on.less(a.direct))
		c.apart[i] = a
	}
}

// fees is what the calls at nodes that r has and was has not cost, wherever they stand.
func (in *Instance) fees(r, was *Route) int64 {
	return (r.static[model.Parts] - was.static[model.Parts]) * in.weight[model.Parts]
}

// longer is what the legs of r cost more than those of was.
func (r *Route) longer(f *shiftFacts, was *Route) int64 {
	cost := r.drive*f.travel + r.meters*f.dist
	if len(was.Stops) > 0 {
		cost -= was.drive*f.travel + was.meters*f.dist
	}
	return cost
}
