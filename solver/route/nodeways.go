package route

// nodeWay is what it takes a route at least to come by a node, over all positions: bounds for calls there.
type nodeWay struct {
	there way // the leg to it
	off   way // that in place of the leg there was
	round way // and the leg back
}

// nodeWays are those of r, by node.
func (c *Context) nodeWays(f *shiftFacts, r *Route) []nodeWay {
	if r.near {
		return r.nodeWays
	}
	in := c.in
	r.nodeWays = resize(r.nodeWays, len(in.P.Nodes))
	for n := range r.nodeWays {
		l := in.P.Nodes[n].Location
		best := nodeWay{farAway, farAway, farAway}
		for i := range len(r.Stops) + 1 {
			there := f.way(r.locs[i], l)
			off := there
			if len(r.Stops) > 0 {
				off = off.less(f.way(r.locs[i], r.locs[i+1]))
			}
			best.there = best.there.least(there)
			best.off = best.off.least(off)
			best.round = best.round.least(off.plus(f.way(l, r.locs[i+1])))
		}
		r.nodeWays[n] = best
	}
	r.near = true
	return r.nodeWays
}

// farAway is more than any way.
var farAway = way{NoPlace, NoPlace}

// bound is what a call v costs at least wherever it stands, with the job behind it, as cost does.
func (q *caller) bound(v int32) int64 {
	in, f := q.c.in, q.f
	w := &q.ways[in.calls[int(v)-in.NJobs].node]
	detour := w.off
	if q.last {
		detour = w.there.plus(f.way(in.loc[v], in.loc[q.u])).plus(q.c.onward)
		detour = detour.least(w.round.plus(q.c.apart[0].later))
	}
	if in.ships && w.round.time <= 0 { // it may take the place of one that does not wait as long
		return q.least + detour.cost
	}
	cost := q.least + in.pair[int(f.tech)*in.NStops+int(v)] + detour.cost
	if f.work > 0 {
		cost += max(0, q.work(v, detour.time)-q.was.work) * f.work
	}
	return cost
}

// work is the least working time with a detour for a call v and the job.
func (q *caller) work(v int32, detour int64) int64 {
	in, f, r := q.c.in, q.f, q.r
	base := int(f.tech) * in.NStops
	work := detour + r.service + in.dur[base+int(v)] + in.dur[base+int(q.u)] - f.unpaid[len(f.breaks)]
	if len(r.Stops) > 0 {
		work += r.drive
	}
	return work
}
