package route

import "callout/solver/model"

// parcel is a shipment of the route at hand: what goes by a haul to a stop.
type parcel struct{ pos, haul int32 }

// shipped supplies part i of stop u at a position where there are lots and lanes: from the van first, then from what is cheapest for all
// that is lacking, at the calls before or by couriers that the stop waits for.
//
// Which source is taken depends on which pools have anything left, not on how much. So the same takes give the same allocation again.
func (s *supplier) shipped(tech int32, stops []int32, pos int, u int32, i int, used []int64) bool {
	in, ps := s.in, &s.in.pools
	j := in.Job(u)
	part := in.P.Jobs[j].Parts[i]
	need := part.Qty
	if pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]; pool >= 0 {
		got := s.draw(pool, need, 0, used)
		need -= got
		if s.record != nil && got > 0 {
			s.record(pos, part.SKU, -1, got, fromVan())
		}
	}
	b := choice{s: s, j: j, tier: in.P.Jobs[j].Tier, used: used}
	for need > 0 {
		b.need, b.cost, b.call = need, NoPlace, -1
		for k, at := range s.calls {
			if int(at) > pos {
				break
			}
			c := (int(stops[at])-in.NJobs)*ps.nSKU + int(part.SKU)
			if pool := ps.node[c]; pool >= 0 {
				b.look(&offer{pool: pool, haul: -1}, k, at)
			}
			for o := range in.more[c] {
				b.look(&in.more[c][o], k, at)
			}
		}
		if int(u) >= in.NJobs {
			by := in.brings[int(u)-in.NJobs-len(in.calls)][i]
			for o := range by {
				b.look(&by[o], -1, int32(pos))
			}
		}
		if b.cost == NoPlace {
			return false
		}
		got := s.draw(b.best.pool, need, b.unit, used)
		need -= got
		s.send(&b)
		if s.record != nil {
			from := b.at
			if b.call < 0 {
				from = model.CourierSource
			}
			s.record(pos, part.SKU, -1, got, source{from, in.lots[b.best.pool].lot, b.best.haul})
		}
	}
	return true
}

// choice is the cheapest of some offers for what is lacking.
type choice struct {
	s    *supplier
	j    int32
	tier model.TierIdx
	used []int64
	need int64

	best *offer
	cost int64 // if it covered all
	unit int64
	call int // index in calls; -1: a courier
	at   int32
}

// look at an offer at a call, or of a courier, for the stop at a position.
func (b *choice) look(o *offer, call int, at int32) {
	s := b.s
	in := s.in
	s.open(o.pool, b.used, 0)
	if s.left[o.pool] <= 0 && (b.used == nil || in.pools.cap[o.pool] < model.Unlimited) || !in.mayTake(o.pool, b.j) {
		return
	}
	unit := in.pools.price[o.pool] + o.unit
	if lot := &in.lots[o.pool]; lot.tier != model.NoTier && lot.tier != b.tier {
		unit += lot.breach
	}
	cost := unit * b.need
	if o.fixed > 0 && !s.isSent(at, o.haul) {
		cost += o.fixed
	}
	if cost < b.cost {
		b.best, b.cost, b.unit, b.call, b.at = o, cost, unit, call, at
	}
}

func (s *supplier) isSent(pos, haul int32) bool {
	for _, p := range s.sent {
		if p.pos == pos && p.haul == haul {
			return true
		}
	}
	return false
}

// send pays for the shipment of a choice, unless it goes already, and notes that a call gives something.
func (s *supplier) send(b *choice) {
	if b.call >= 0 {
		s.gives[b.call] = true
	}
	if b.best.haul < 0 || s.isSent(b.at, b.best.haul) {
		return
	}
	s.sent = append(s.sent, parcel{b.at, b.best.haul})
	s.takes[s.slot[b.best.pool]].cost += b.best.fixed
	s.cost += b.best.fixed
}

// alone supplies just stop u, a visit that waits, by what is left beside all that is taken now. It returns what that costs.
func (s *supplier) alone(tech, u int32, used []int64) (cost int64, ok bool) {
	s.now++
	s.takes, s.calls, s.gives, s.cost = s.takes[:0], s.calls[:0], s.gives[:0], 0
	s.await, s.sent = s.await[:0], s.sent[:0]
	ok = s.visit(tech, nil, 0, u, used)
	return s.cost, ok
}

// restocks tells whether the van of a route's technician is shared with other routes where there are lots or lanes: then what is in
// it may have become more since the route was supplied, and its sources others.
func (in *Instance) restocks(r *Route) bool {
	return in.ships && r.pickups > 0 && in.several[in.shifts[r.Shift].tech]
}

// waitingBy is the stop by which an insertion visits its job, where that waits for a courier; else -1.
func (s *Solution) waitingBy(ins Insertion) int32 {
	if k, _ := ins.First.at(); int(k) >= len(s.in.calls) {
		return int32(s.in.NJobs) + k
	}
	return -1
}

// bestWaiting finds the cheapest insertion of job u that waits for a courier, below limit.
func (c *Context) bestWaiting(f *shiftFacts, r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	in := c.in
	best := nowhere
	for _, v := range in.visits[u] {
		var at Insertion
		if r.pickups > 0 {
			at = c.bestRich(f, r, r, v, limit, skip, 0, used)
		} else {
			cost, ok := c.sup.alone(f.tech, v, used)
			if cost *= in.weight[model.Parts]; !ok || cost >= limit {
				continue
			}
			at = c.bestVan(f, r, v, limit-cost, skip)
			at.Cost += cost
		}
		if at.Pos >= 0 && at.Cost < limit {
			limit = at.Cost
			at.First = newCall(v-int32(in.NJobs), 0)
			best = at
		}
	}
	return best
}

// boundWaiting is what an insertion of job u that waits costs at least, or limit.
func (c *Context) boundWaiting(f *shiftFacts, r *Route, u int32, limit int64, used []int64) int64 {
	in := c.in
	for _, v := range in.visits[u] {
		var cost int64
		if r.pickups == 0 {
			unweighted, ok := c.sup.alone(f.tech, v, used)
			if cost = unweighted * in.weight[model.Parts]; !ok || cost >= limit {
				continue
			}
		}
		if p := c.places(f, r, r, v, limit-cost, noSkip, 0); len(p) > 0 {
			limit = min(limit, p[0].bound+cost)
		}
	}
	return limit
}
