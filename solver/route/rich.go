package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// place is a position for a job that passed the O(1) test.
type place struct {
	pos   int32
	delta int64 // what the insertion costs but for the terms that depend on time, with which travel goes where hours matter
	bound int64 // what it costs at least
}

// exact tells whether the cost or the feasibility of u in r needs a schedule.
func (in *Instance) exact(f *shiftFacts, r *Route, u int32) bool {
	return r.soft > 0 || in.soft[u] || f.spell || (f.timed && (!f.direct || r.multi > 0 || in.multi[u]))
}

// bestCurved finds the cheapest insertion below limit where the curves of r tell the whole cost.
func (c *Context) bestCurved(f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int) Insertion {
	in := c.in
	n := len(r.Stops)
	k := int(f.tech)*in.NStops + int(u)
	dur, l := in.dur[k], in.loc[u]
	fix := in.added(f, r, was, u) - was.timed
	c.sched.curve(r, 0)
	best := nowhere
	for i := first; i <= n; i++ {
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		d1, d2 := f.leg(r.locs[i], l), f.leg(l, r.locs[i+1])
		if r.soonest[i]+d1+dur+d2 > r.latest[i+1] {
			continue
		}
		drive, meters := d1+d2, f.legMeters(r.locs[i], l)+f.legMeters(l, r.locs[i+1])
		if n > 0 {
			drive -= r.legs[i]
			meters -= f.legMeters(r.locs[i], r.locs[i+1])
			if r.drive+drive > f.maxDrive {
				continue
			}
		} else if drive > f.maxDrive {
			continue
		}
		delta := drive*f.travel + meters*f.dist + fix
		if timed := in.met(f, r, i, u, d1, d2, limit-delta); timed < limit-delta {
			limit = delta + timed
			best = Insertion{Cost: limit, Pos: int32(i)}
		}
	}
	return best
}

// added is what the stops of r and u cost more than those of was, wherever they stand: all but the legs of u.
func (in *Instance) added(f *shiftFacts, r, was *Route, u int32) int64 {
	cost := in.pair[int(f.tech)*in.NStops+int(u)]
	if len(was.Stops) == 0 {
		cost += f.fixed
	}
	if r != was {
		cost += in.fees(r, was) + r.detour(f, was)
	}
	return cost
}

// places lists the positions behind first and later at which u fits below limit, the least bound first. r is the route was,
// maybe with further calls at nodes.
func (c *Context) places(f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int) []place {
	in := c.in
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	dur, l := in.dur[base+int(u)], in.loc[u]
	// What the stops of the candidate cost more than those of was, wherever they stand: all but the legs of u.
	fix := in.pair[base+int(u)]
	if len(was.Stops) == 0 {
		fix += f.fixed
	}
	if r != was {
		fix += in.fees(r, was)
	}
	still, over := fix, was.overLeast(in, f)
	if r != was {
		fix += r.detour(f, was)
	}
	curved := f.hours == nil && in.exact(f, r, u)
	var lacking int64
	if curved {
		lacking = c.sched.curve(r, was.work)
	}
	soft, gain := in.soft[u] && !in.eager[u], int64(0)
	if was.eager > 0 || in.eager[u] {
		// A job before one that is early makes good use of the wait: all of that price may go.
		gain = was.terms[model.Lateness] * in.weight[model.Lateness]
	}
	out := c.list[:0]
	for i := first; i <= n; i++ {
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		d1, d2 := f.leg(r.locs[i], l), f.leg(l, r.locs[i+1])
		drive, rest := d1+d2, int64(0)
		meters := f.legMeters(r.locs[i], l) + f.legMeters(l, r.locs[i+1])
		if n > 0 {
			rest = r.drive
			drive -= r.legs[i]
			meters -= f.legMeters(r.locs[i], r.locs[i+1])
		}
		if rest+drive > f.maxDrive {
			continue
		}
		delta := drive*f.travel + meters*f.dist + fix
		least := rest + drive + r.service + dur - f.unpaid[len(f.breaks)]
		if curved {
			if delta -= was.timed; r.soonest[i]+d1+dur+d2 > r.latest[i+1] {
				continue
			}
			if timed := lacking + in.met(f, r, i, u, d1, d2, limit-delta-lacking); timed < limit-delta {
				out = append(out, place{pos: int32(i), delta: delta, bound: delta + timed})
			}
			continue
		}
		bound := delta - gain - over
		if f.work > 0 && least > was.work {
			bound += (least - was.work) * f.work
		}
		if bound >= limit {
			continue
		}
		start, ok := in.fits(f, r, i, u, dur, d1, d2)
		if !ok {
			continue
		}
		if soft {
			bound += in.softScalar(u, dur, start)
		}
		if f.hours != nil {
			delta = still
		}
		if bound < limit {
			out = append(out, place{pos: int32(i), delta: delta, bound: bound})
		}
	}
	slices.SortFunc(out, func(a, b place) int { return cmp.Or(cmp.Compare(a.bound, b.bound), cmp.Compare(a.pos, b.pos)) })
	c.list = out
	return out
}

// bestRich evaluates places in the order of their bounds. used, where given, asks for the supply of each candidate.
func (c *Context) bestRich(
	f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int, used []int64,
) Insertion {
	in := c.in
	exact := in.exact(f, r, u)
	if exact && f.sure && used == nil {
		return c.bestCurved(f, r, was, u, limit, skip, first)
	}
	best := nowhere
	curved := exact && f.hours == nil
	told := curved && f.sure // the bound is the cost
	for _, p := range c.places(f, r, was, u, limit, skip, first) {
		if p.bound >= limit {
			break
		}
		delta, ok := p.delta, true
		if exact && !told || used != nil {
			c.seq = insertAt(c.seq, r.Stops, int(p.pos), u)
		}
		if used != nil {
			// A call that the insertion would make idle could be dropped, but that is for the removal of jobs to bring about.
			if !c.sup.run(f.tech, c.seq, used, was.takes) || slices.Contains(c.sup.gives, false) {
				continue
			}
			delta += (c.sup.cost - in.partsCost(was.takes)) * in.weight[model.Parts]
		}
		switch {
		case told:
			delta += p.bound - p.delta
		case curved:
			ok = c.sched.run(r.Shift, c.seq, Bounds{}, limit-delta)
			delta += c.sched.cost
		case exact:
			ok = c.sched.run(r.Shift, c.seq, Bounds{}, limit-delta+was.timed)
			delta += c.sched.cost - was.timed
		case f.timed:
			var more int64
			more, ok = in.joined(f, r, int(p.pos), u)
			delta += more - was.timed
		}
		if !ok || delta >= limit {
			continue
		}
		limit = delta
		best = Insertion{Cost: delta, Pos: p.pos}
	}
	return best
}

// joined is the search cost of working time, overtime and balance of r with u behind position i, from the segments, and
// whether the cap on working time holds.
func (in *Instance) joined(f *shiftFacts, r *Route, i int, u int32) (int64, bool) {
	l := in.loc[u]
	seg := in.stop(u, in.dur[int(f.tech)*in.NStops+int(u)])
	seg = join(&r.pre[i], &seg, f.leg(r.locs[i], l))
	seg = join(&seg, &r.suf[i+1], f.leg(l, r.locs[i+1]))
	return in.timedScalar(f, seg.dur, seg.early+seg.dur), seg.dur <= f.maxWork
}

// bound is what inserting u into r costs at least, or NoPlace where that is not below limit. It is cheap and orders the
// routes to look at.
func (c *Context) bound(r *Route, u int32, limit int64, used []int64) int64 {
	in := c.in
	f := &in.shifts[r.Shift]
	first, lacks := 0, in.needs[u] && !in.vanSuffices(f.tech, u, used)
	if lacks {
		first = in.behindCalls(r, f.tech, u)
	}
	if first >= 0 {
		if p := c.places(f, r, r, u, limit, noSkip, first); len(p) > 0 {
			return p[0].bound
		}
	}
	if lacks {
		if k, _ := c.calls(f, r, r, u, limit, used, 0); len(k) > 0 {
			return k[0].cost
		}
	}
	return NoPlace
}

// travelCost is the search cost of travel and distance.
func (r *Route) travelCost(in *Instance) int64 {
	return r.terms[model.Travel]*in.weight[model.Travel] + r.terms[model.Distance]*in.weight[model.Distance]
}

// overLeast is what r travels more than at the best of hours, as a search cost: no change saves more of that.
func (r *Route) overLeast(in *Instance, f *shiftFacts) int64 {
	if f.hours == nil || len(r.Stops) == 0 {
		return 0
	}
	return r.travelCost(in) - r.drive*f.travel - r.meters*f.dist
}

// fits is the O(1) test: may u, lasting dur, go behind position i? It also returns the earliest start.
func (in *Instance) fits(f *shiftFacts, r *Route, i int, u int32, dur, d1, d2 int64) (start int64, ok bool) {
	if f.hours != nil {
		return in.fitsHours(f, r, i, u, dur, d1, d2)
	}
	w := len(f.breaks) + 1
	if w == 1 {
		start = in.nextStart(u, dur, r.dep[i]+d1)
		return start, start < never && start+dur+d2 <= r.lat[i+1]
	}
	dep, lat := r.dep[i*w:(i+1)*w], r.lat[(i+1)*w:(i+2)*w]
	start = never
	for b := range w {
		t := never
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

// met is what the terms of r that depend on time cost at least with u behind position i, from its curves, or limit where that is
// not below it. It is exact where f is sure.
func (in *Instance) met(f *shiftFacts, r *Route, i int, u int32, d1, d2, limit int64) int64 {
	w := len(f.breaks) + 1
	k := int(f.tech)*in.NStops + int(u)
	dur, open := in.dur[k], in.openings.list[in.openings.of[k]]
	before, behind := r.before[i*w:(i+1)*w], r.behind[(i+1)*w:(i+2)*w]
	if w == 1 {
		return meet(before[0], gap{d1, never, -never}, open, behind[0], gap{dur + d2, never, -never}, limit)
	}
	for b := range w {
		for e := b; e < f.mostBreaks(i == len(r.Stops), b); e++ {
			out := &f.trans[b*w+e]
			if !out.ok || len(behind[e]) == 0 {
				continue
			}
			for a := 0; a <= b; a++ {
				if in := &f.trans[a*w+b]; in.ok && len(before[a]) > 0 {
					limit = meet(before[a], gap{d1 + in.sum, in.last, in.floor},
						open, behind[e], gap{dur + d2 + out.sum, out.last - dur, out.floor}, limit)
				}
			}
		}
	}
	return limit
}
