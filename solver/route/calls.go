package route

import "slices"

// maxCalls is how many places for a new call at a node are looked at for one job and route, the cheapest detours first.
const maxCalls = 6

// call is a place for a new call at a node.
type call struct {
	node, pos int32
	cost      int64 // what the call and the job cost at least
}

// bestWithCall inserts u together with a new call at a node that has what it needs.
func (c *Context) bestWithCall(f *shiftFacts, r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	best := nowhere
	for _, k := range c.calls(f, r, u, limit, used) {
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
func (c *Context) calls(f *shiftFacts, r *Route, u int32, limit int64, used []int64) []call {
	in := c.in
	n := len(r.Stops)
	base := int(f.tech) * in.NStops
	least := in.pair[base+int(u)]
	if n == 0 {
		least += f.fixed
	}
	least -= r.overLeast(in, f)
	out := c.spots[:0]
	for _, node := range in.pools.sources[u] {
		v := int32(in.NJobs) + node
		dur, l := in.dur[base+int(v)], in.loc[v]
		if r.pickups == 0 && !in.stocked(f.tech, u, int(node), used) {
			continue
		}
		for p := 0; p <= n; p++ {
			if r.soonest[p] > in.late[v] && !in.multi[v] {
				break
			}
			d1, d2 := f.leg(r.locs[p], l), f.leg(l, r.locs[p+1])
			// The job behind the call may take over the way on, so that where the call comes last only the way there is sure.
			detour, drive := d1, int64(0)
			if n > 0 {
				drive = r.drive
				if p < n {
					detour += d2
				}
				detour -= r.legs[p]
			}
			k := call{node: node, pos: int32(p), cost: least + in.pair[base+int(v)] + detour*f.travel}
			work := drive + detour + r.service + dur + in.dur[base+int(u)] - f.unpaid[len(f.breaks)]
			if f.work > 0 && work > r.work {
				k.cost += (work - r.work) * f.work
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
	c.spots = out
	return out
}
