package route

import (
	"slices"

	"callout/solver/model"
)

// What a job returns has to land behind it: so it goes ahead of the last call of the route that may take that, or gets a new call behind it. The
// first job of a shift in which the technician has something to hand in from the start gets a call for that, too.

// binds tells whether an insertion of u into r has to see to returns.
func (in *Instance) binds(r *Route, u int32) bool {
	return in.comesBack(u) || len(r.Stops) == 0 && len(in.held[r.Shift]) > 0
}

// bestReturning is best for an insertion that has to see to returns.
func (c *Context) bestReturning(r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	in := c.in
	f := &in.shifts[r.Shift]
	best, first, lacks := nowhere, 0, in.needs[u] && !in.vanSuffices(f.tech, u, used)
	if lacks {
		if (r.pickups > 0 || len(in.pools.sources[u]) > 0) && in.vanOnly(f.tech, u, used) {
			return best
		}
		first = in.behindCalls(r, f.tech, u, used)
	}
	if first >= 0 {
		best = c.landing(f, r, r, u, limit, used, skip, 0, first, true)
	}
	if lacks && (best.Pos < 0 || best.First != 0) && len(in.pools.sources[u]) > 0 && c.fitsAlone(f, r, u, min(limit, best.Cost)) {
		if at := c.bestWithCalls(f, r, r, u, min(limit, best.Cost), used, skip, 0, 0); at.Pos >= 0 {
			best = at
		}
	}
	if lacks && len(in.visits[u]) > 0 {
		if at := c.bestOther(f, r, u, min(limit, best.Cost), used, skip); at.Pos >= 0 {
			best = at
		}
	}
	return best
}

// boundReturning is bound for an insertion that has to see to returns.
func (c *Context) boundReturning(f *shiftFacts, r *Route, u int32, limit int64, used []int64) Insertion {
	in := c.in
	best, first, lacks := nowhere, 0, in.needs[u] && !in.vanSuffices(f.tech, u, used)
	lower := func(cost int64) {
		if cost < limit {
			limit, best.Cost = cost, cost
		}
	}
	if lacks {
		if in.vanOnly(f.tech, u, used) {
			return best
		}
		first = in.behindCalls(r, f.tech, u, used)
	}
	if first >= 0 {
		if p := c.places(f, r, r, u, limit, noSkip, between{first, in.landsBehind(r, u)}); len(p) > 0 {
			lower(p[0].bound)
		}
		if c.worthCalling(f, r, r, u, best.Cost, first) {
			if k := c.landings(f, r, r, u, limit, 0, first, 1, true); len(k) > 0 {
				lower(k[0].cost)
			}
		}
	}
	if lacks {
		if c.fitsAlone(f, r, u, limit) {
			if k, _ := c.calls(f, r, r, u, limit, used, 0, 1); len(k) > 0 {
				lower(k[0].cost)
			}
		}
		if len(in.visits[u]) > 0 {
			lower(c.boundOther(f, r, u, limit, used))
		}
	}
	return best
}

// landing finds the cheapest insertion of u into r, behind a position, where all lands: ahead of the calls that there are, or with a new one
// behind it where these will not do, or where that is to be looked at too. r is the route was with made new calls.
func (c *Context) landing(
	f *shiftFacts, r, was *Route, u int32, limit int64, used []int64, skip int32, made, first int, also bool,
) Insertion {
	in := c.in
	best, last := nowhere, in.landsBehind(r, u)
	if last >= first {
		where := between{first, last}
		if ask := c.asks(f, r, was, u, used); r == was && ask == nil {
			best = c.bestVan(f, r, u, limit, skip, where)
		} else {
			best = c.bestRich(f, r, was, u, limit, skip, where, ask)
		}
		if best.Pos >= 0 {
			limit = best.Cost
		}
	}
	most := maxNew
	if u != in.Job(u) {
		most-- // the visit takes a place itself
	}
	if last < first && r == was && !c.fitsAlone(f, r, u, limit) {
		return best
	}
	full := best.Pos < 0 && in.watched(f.tech) // there may be room for some of it, not for all
	if made < most && (last < first || full || also && c.worthCalling(f, r, was, u, best.Cost, first)) {
		if at := c.withLanding(f, r, was, u, limit, used, skip, made, first, made+1 < most); at.Pos >= 0 {
			best = at
		}
	}
	return best
}

// worthCalling tells whether an insertion of u with a new call could cost less than one without does: it costs no less than the best one anywhere, where
// nothing has to land, and the least that a call costs wherever it is.
func (c *Context) worthCalling(f *shiftFacts, r, was *Route, u int32, cost int64, first int) bool {
	in := c.in
	if cost >= NoPlace {
		return r != was || c.fitsAlone(f, r, u, NoPlace)
	}
	fee, own := NoPlace, in.ownReturns(u)
	for k := range own {
		for _, n := range own[k].Nodes {
			fee = min(fee, in.pair[int(f.tech)*in.NStops+in.NJobs+int(n)])
		}
	}
	return fee < NoPlace && len(c.places(f, r, was, u, cost-fee, noSkip, r.from(first))) > 0
}

// asks is used where the insertion of u into r, the route was with or without new calls, may change what other stops are supplied with, or
// depends on loads; else nil.
func (c *Context) asks(f *shiftFacts, r, was *Route, u int32, used []int64) []int64 {
	in := c.in
	switch {
	case in.watched(f.tech), r != was && was.pickups > 0, u != in.Job(u):
		return used
	case in.needs[u] && (in.restocks(was) || !in.vanSuffices(f.tech, u, used)):
		return used
	}
	return nil
}

// withLanding inserts u with a new call behind it, or with two of them where there may be another one.
func (c *Context) withLanding(
	f *shiftFacts, r, was *Route, u int32, limit int64, used []int64, skip int32, made, first int, another bool,
) Insertion {
	best := nowhere
	for _, k := range c.landings(f, r, was, u, limit, made, first, c.in.mostCalls(), another) {
		if k.cost >= limit {
			break
		}
		tmp := &c.ashore[made]
		tmp.Shift = r.Shift
		tmp.Stops = insertAt(tmp.Stops, r.Stops, int(k.pos), int32(c.in.NJobs)+k.node)
		if !c.thresholds(tmp) || skip >= 0 && c.blink.next() {
			continue
		}
		if at := c.landing(f, tmp, was, u, limit, used, skip, made+1, first, false); at.Pos >= 0 {
			limit = at.Cost
			best = at.with(made, newCall(k.node, k.pos))
		}
	}
	return best
}

// landings lists the cheapest places for a call behind u at which returns land, so many at most, in order. They are those at nodes where all
// lands that cannot without; where there is none, and another call may follow, those where some of it does.
func (c *Context) landings(f *shiftFacts, r, was *Route, u int32, limit int64, made, first, most int, another bool) []call {
	in := c.in
	out := c.spots[made][:0]
	nodes, last := c.shores(r, u, first, another)
	if len(nodes) == 0 {
		return out
	}
	q := c.caller(f, r, was, u, limit, made)
	q.last = last && in.comesBack(u)
	q.front, q.toward = c.frontOf(f, r, u, first)
	for _, o := range c.promising(&q, nodes, nil, nil) {
		if o.bound >= q.limit {
			break
		}
		node := nodes[o.at]
		v := int32(in.NJobs) + node
		end := in.early[v] + in.dur[int(f.tech)*in.NStops+int(v)]
		for p := first; p <= len(r.Stops); p++ {
			if r.soonest[p] > in.late[v] && !in.multi[v] {
				break
			}
			if r.latest[p+1] < end && !in.multi[v] {
				continue
			}
			if cost := q.cost(v, p); cost < q.limit {
				if out = ranked(out, call{node: node, pos: int32(p), cost: cost}, most); len(out) == most {
					q.limit = min(limit, out[most-1].cost)
				}
			}
		}
	}
	c.spots[made] = out
	return out
}

// front is what a job ahead of a position adds to a route.
type front struct {
	to      way // the leg to it
	earlier way // the least detour to it from an earlier position
}

// frontOf tells that for u, by position of r, of which the job may go behind those from one on, and the least of what the legs to it add.
func (c *Context) frontOf(f *shiftFacts, r *Route, u int32, first int) (list []front, toward way) {
	n, l := len(r.Stops), c.in.loc[u]
	c.front = resize(c.front, n+1)
	least := farAway
	toward = farAway
	for i := range c.front {
		to := f.way(r.locs[i], l)
		c.front[i] = front{to: to, earlier: least}
		toward = toward.least(to.less(c.apart[i].direct))
		if i >= first {
			least = least.least(to.plus(c.apart[i].on).less(c.apart[i].direct))
		}
	}
	return c.front, toward
}

// detour is what a call behind position p adds to a route with the job ahead of it, there and back being its legs without.
func (q *caller) detour(l model.LocIdx, p int, there, back way) way {
	alone := there.plus(back).less(q.c.apart[p].direct)
	if !q.last { // the job may stand anywhere
		return alone
	}
	at := &q.front[p]
	least := at.to.plus(q.f.way(q.c.in.loc[q.u], l)).plus(back).less(q.c.apart[p].direct)
	if at.earlier.cost < NoPlace {
		least = least.least(alone.plus(at.earlier))
	}
	return least
}

// shores lists the nodes for a new call behind a position of r, in order; last tells that all lands with one of them.
func (c *Context) shores(r *Route, u int32, first int, another bool) (list []int32, last bool) {
	in := c.in
	all := c.onto[:0] // returns that lack a call
	want := func(list []model.Return, from int) {
		for k := range list {
			if x := &list[k]; tied(*x) && in.lastLanding(r.Stops, x) < from {
				all = append(all, x)
			}
		}
	}
	own := in.ownReturns(u)
	want(own, first)
	want(in.held[r.Shift], 0)
	better := len(all) == 0 // nothing lacks one, but there may be a better place
	if better {
		want(own, len(r.Stops))
	}
	c.onto = all
	pick := func(all bool) {
		for n := range model.NodeIdx(len(in.P.Nodes)) {
			lands := func(x *model.Return) bool { return x.LandsAt(n) == !all }
			if slices.ContainsFunc(c.onto, lands) != all {
				list = append(list, int32(n))
			}
		}
	}
	list = c.from[:0]
	pick(!better)
	if last = len(list) > 0; !last && another {
		pick(false)
	}
	c.from = list
	return list, last || better
}

// ownReturns are what the job of stop u returns.
func (in *Instance) ownReturns(u int32) []model.Return {
	if !in.comesBack(u) {
		return nil
	}
	return in.P.Jobs[in.Job(u)].Returns
}
