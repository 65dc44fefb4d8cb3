package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// place is a position for a job that passed the O(1) test.
type place struct {
	pos   int32
	delta int64 // what the insertion costs but for the terms that depend on time; where these need a schedule, less what they cost now
	bound int64 // what it costs at least
}

// exact tells whether the cost or the feasibility of u in r needs a schedule.
func (in *Instance) exact(f *shiftFacts, r *Route, u int32) bool {
	return r.soft > 0 || in.soft[u] || f.spell || (f.timed && (!f.direct || r.multi > 0 || in.multi[u]))
}

// bestCurved finds the cheapest insertion below limit where the curves of r tell the whole cost.
func (c *Context) bestCurved(f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int) Insertion {
	in := c.in
	dur, l := in.dur[int(f.tech)*in.NStops+int(u)], in.loc[u]
	fix := in.added(f, r, was, u) - was.timed
	c.sched.curve(r, 0)
	best := nowhere
	for i := first; i <= len(r.Stops); i++ {
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		d := f.detour(r, i, l)
		if r.soonest[i]+d.there+dur+d.on > r.latest[i+1] || d.whole > f.maxDrive {
			continue
		}
		delta := fix + d.cost
		if in.order != nil {
			delta += in.reorder(f, r, i, u)
		}
		if timed := c.met(f, r, i, u, &d, limit-delta); timed < limit-delta {
			limit = delta + timed
			best = Insertion{Cost: limit, Pos: int32(i)}
		}
	}
	return best
}

// detour is the way by a place behind a position of a route; where hours matter, at the best of them.
type detour struct {
	there, on int64 // the legs
	whole     int64 // the drive of the whole route
	cost      int64 // search cost of the travel and distance that are not told by a schedule
}

func (f *shiftFacts) detour(r *Route, i int, l model.LocIdx) detour {
	d := detour{there: f.leg(r.locs[i], l), on: f.leg(l, r.locs[i+1])}
	more := d.there + d.on
	meters := f.legMeters(r.locs[i], l) + f.legMeters(l, r.locs[i+1])
	if len(r.Stops) > 0 {
		more -= r.legs[i]
		meters -= f.legMeters(r.locs[i], r.locs[i+1])
		d.whole = r.drive
	}
	d.whole += more
	if f.hours == nil {
		d.cost = more*f.travel + meters*f.dist
	}
	return d
}

// added is what the stops of r and u cost more than those of was, wherever they stand: all but the legs of u.
func (in *Instance) added(f *shiftFacts, r, was *Route, u int32) int64 {
	cost := in.pair[int(f.tech)*in.NStops+int(u)]
	if len(was.Stops) == 0 {
		cost += f.fixed
	}
	if r != was {
		if cost += in.fees(r, was); f.hours == nil {
			cost += r.longer(f, was)
		}
	}
	return cost
}

// places lists the positions behind first and later at which u fits below limit, the least bound first. r is the route was,
// maybe with further calls at nodes.
func (c *Context) places(f *shiftFacts, r, was *Route, u int32, limit int64, skip int32, first int) []place {
	in := c.in
	dur, l := in.dur[int(f.tech)*in.NStops+int(u)], in.loc[u]
	exact := in.exact(f, r, u)
	fix, lacking := in.added(f, r, was, u), int64(0)
	if exact {
		fix -= was.timed
		lacking = c.sched.curve(r, was.work)
	}
	out := c.list[:0]
	end, late := in.early[u]+dur, in.late[u]
	for i := first; i <= len(r.Stops); i++ {
		if r.soonest[i] > late {
			break
		}
		if r.latest[i+1] < end {
			continue
		}
		if skip >= 0 && (i == int(skip) || c.blink.next()) {
			continue
		}
		d := f.detour(r, i, l)
		if r.soonest[i]+d.there+dur+d.on > r.latest[i+1] || d.whole > f.maxDrive {
			continue
		}
		p := place{pos: int32(i), delta: fix + d.cost}
		if in.order != nil {
			p.delta += in.reorder(f, r, i, u)
		}
		p.bound = p.delta + lacking
		if exact {
			p.bound += c.met(f, r, i, u, &d, limit-p.bound)
		} else if least := d.whole + r.service + dur; f.work > 0 && least > was.work { // there are no breaks
			p.bound += (least - was.work) * f.work
		}
		if p.bound >= limit || (!exact && !in.fits(f, r, i, u, dur, d.there, d.on)) {
			continue
		}
		out = append(out, p)
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
	told := exact && f.sure // the bound is the cost
	var h hand
	known := false
	if used != nil && r == was {
		h, known = in.atHand(r, f.tech, u, used)
	}
	for _, p := range c.places(f, r, was, u, limit, skip, first) {
		if p.bound >= limit {
			break
		}
		delta, ok := p.delta, true
		asks := used != nil && (!known || int(p.pos) < h.first)
		if exact && !told || asks {
			c.seq = insertAt(c.seq, r.Stops, int(p.pos), u)
		}
		switch {
		case asks:
			// A call that the insertion would make idle could be dropped, but that is for the removal of jobs to bring about.
			if !c.sup.run(f.tech, c.seq, used, was.takes) || slices.Contains(c.sup.gives, false) {
				continue
			}
			delta += (c.sup.cost - in.partsCost(was.takes)) * in.weight[model.Parts]
		case known:
			delta += h.cost * in.weight[model.Parts]
		}
		switch {
		case told:
			delta += p.bound - p.delta
		case exact:
			ok = c.sched.run(r.Shift, c.seq, Bounds{}, limit-delta)
			delta += c.sched.cost
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

// bound is what inserting u into r costs at least, without a position, or NoPlace where that is not below limit. It is cheap and orders the
// routes to look at. Where the best insertion is found as fast, it is that.
func (c *Context) bound(r *Route, u int32, limit int64, used []int64) Insertion {
	in := c.in
	f := &in.shifts[r.Shift]
	first, lacks := 0, in.needs[u] && !in.vanSuffices(f.tech, u, used)
	if lacks {
		if in.vanOnly(f.tech, u, used) {
			return nowhere
		}
		first = in.behindCalls(r, f.tech, u, used)
	}
	if first >= 0 {
		if h, ok := in.atHand(r, f.tech, u, used); ok && lacks && len(in.visits[u]) == 0 && h.first == first && (f.sure || !in.exact(f, r, u)) {
			if at := c.bestAtHand(f, r, u, limit, noSkip, h); at.Pos >= 0 {
				return at
			}
		} else if p := c.places(f, r, r, u, limit, noSkip, first); len(p) > 0 {
			least := p[0].bound
			if lacks && len(in.visits[u]) > 0 {
				least = min(least, c.boundOther(f, r, u, least, used))
			}
			return Insertion{Cost: least, Pos: -1}
		}
	}
	best := nowhere
	if lacks {
		if c.fitsAlone(f, r, u, limit) {
			if k, _ := c.calls(f, r, r, u, limit, used, 0, 1); len(k) > 0 {
				best.Cost = k[0].cost
			}
		}
		if len(in.visits[u]) > 0 {
			if b := c.boundOther(f, r, u, min(limit, best.Cost), used); b < min(limit, best.Cost) {
				best.Cost = b
			}
		}
	}
	return best
}

// fits is the O(1) test: may u, lasting dur, go behind position i?
func (in *Instance) fits(f *shiftFacts, r *Route, i int, u int32, dur, d1, d2 int64) bool {
	if f.hours != nil {
		return in.fitsHours(f, r, i, u, dur, d1, d2)
	}
	w := len(f.breaks) + 1
	if w == 1 {
		start := in.nextStart(u, dur, r.dep[i]+d1)
		return start < never && start+dur+d2 <= r.lat[i+1]
	}
	dep, lat := r.dep[i*w:(i+1)*w], r.lat[(i+1)*w:(i+2)*w]
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
		for e := b; e < f.mostBreaks(i == len(r.Stops), b); e++ {
			if lat[e] > -never && f.trans[b*w+e].ready(t+dur, d2) <= lat[e] {
				return true
			}
		}
	}
	return false
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
func (c *Context) met(f *shiftFacts, r *Route, i int, u int32, d *detour, limit int64) int64 {
	in := c.in
	w := len(f.breaks) + 1
	k := int(f.tech)*in.NStops + int(u)
	dur, open := in.dur[k], in.openings.list[in.openings.of[k]]
	behind := r.behind[(i+1)*w : (i+2)*w]
	if f.hours != nil {
		return c.metByHour(f, r, i, u, d, limit)
	}
	before := r.before[i*w : (i+1)*w]
	if w == 1 {
		return meet(before[0], gap{d.there, never, -never}, open, behind[0], gap{dur + d.on, never, -never}, limit)
	}
	for b := range w {
		for e := b; e < f.mostBreaks(i == len(r.Stops), b); e++ {
			out := &f.trans[b*w+e]
			if !out.ok || len(behind[e]) == 0 {
				continue
			}
			for a := 0; a <= b; a++ {
				if in := &f.trans[a*w+b]; in.ok && len(before[a]) > 0 {
					limit = meet(before[a], gap{d.there + in.sum, in.last, in.floor},
						open, behind[e], gap{dur + d.on + out.sum, out.last - dur, out.floor}, limit)
				}
			}
		}
	}
	return limit
}

// metByHour is met where travel depends on the hour.
func (c *Context) metByHour(f *shiftFacts, r *Route, i int, u int32, d *detour, limit int64) int64 {
	in, s := c.in, c.sched
	w := len(f.breaks) + 1
	k := int(f.tech)*in.NStops + int(u)
	dur, open := in.dur[k], in.openings.list[in.openings.of[k]]
	behind := r.behind[(i+1)*w : (i+2)*w]
	least := NoPlace
	for _, c := range behind {
		if len(c) > 0 {
			least = min(least, c.least())
		}
	}
	meters := f.legMeters(r.locs[i], in.loc[u]) + f.legMeters(in.loc[u], r.locs[i+1])
	if least == NoPlace || r.sunk[i]+least+(d.there+d.on)*f.travel+meters*f.dist >= limit {
		return limit
	}
	there, on := f.pairOf(r.locs[i], in.loc[u]), f.pairOf(in.loc[u], r.locs[i+1])
	last := r.latest[i+1] - d.on - dur // for the begin of u
	for b := range w {
		out := s.ready[0][:0]
		for a := 0; a <= b; a++ {
			if tr := &f.trans[a*w+b]; tr.ok {
				s.ready[1] = f.ride(s.ready[1], r.ends[i*w+a], there, tr, last-d.there)
				out = s.lowered(out)
			}
		}
		s.ready[0] = out
		s.left = out.begun(s.left, open, dur)
		for e := b; e < f.mostBreaks(i == len(r.Stops), b); e++ {
			if tr := &f.trans[b*w+e]; tr.ok && len(behind[e]) > 0 {
				s.ready[1] = f.ride(s.ready[1], s.left, on, tr, last+dur)
				limit = meet(s.ready[1], gap{0, never, -never}, always, behind[e], gap{0, never, -never}, limit)
			}
		}
	}
	return limit
}
