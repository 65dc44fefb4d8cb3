package route

import "callout/solver/model"

// parcel is a shipment of the route at hand: what goes by a haul to a stop.
type parcel struct{ pos, haul int32 }

// shipped supplies part i of stop u at a position where there are lots and lanes: from the van first, then at the calls before or by couriers
// that the stop waits for. What covers all that is lacking at the least cost is taken, unless something that does not is cheaper by the unit,
// its shipment included: then that comes first.
//
// The same takes give the same allocation again: a source that was taken has as much left for it as it gave, and the others have less
// than they had, which makes none of them better.
func (s *supplier) shipped(tech int32, stops []int32, pos int, u int32, i int, used []int64) bool {
	in, ps := s.in, &s.in.pools
	j := in.Job(u)
	part := in.parts(u)[i]
	need := s.beyondVan(tech, pos, part, used)
	b := choice{s: s, j: j, tier: in.P.Jobs[j].Tier, used: used, pos: int32(pos), sku: part.SKU}
	for need > 0 {
		b.need, b.whole, b.part = need, lookedAt{cost: NoPlace}, lookedAt{cost: NoPlace}
		for k, at := range s.calls {
			if int(at) > pos {
				break
			}
			c := (int(stops[at])-in.NJobs)*ps.nSKU + int(part.SKU)
			if pool := ps.node[c]; pool >= 0 {
				b.look(&in.onHand[pool], k, at)
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
		x := b.better()
		if x.offer == nil {
			return false
		}
		most := need
		if x.call >= 0 {
			most = min(most, s.room(x.at, int32(pos), part.SKU))
		}
		got := s.draw(x.pool, most, x.unit, used)
		need -= got
		if x.call >= 0 {
			s.carry(x.at, int32(pos), part.SKU, got)
		}
		s.send(x)
		if s.record != nil {
			from := x.at
			if x.call < 0 {
				from = model.CourierSource
			}
			s.record(pos, part.SKU, -1, got, source{from, in.lots[x.pool].lot, x.haul})
		}
	}
	return true
}

// choice is what is best of some offers for what is lacking.
type choice struct {
	s    *supplier
	j    int32
	tier model.TierIdx
	used []int64
	need int64
	pos  int32 // of the stop
	sku  model.SKUIdx

	whole, part lookedAt // the best that has enough, and the best that has not
}

// lookedAt is an offer with what it costs a job.
type lookedAt struct {
	*offer

	cost int64 // of all that is lacking; of a part, per unit and rounded up
	unit int64
	few  int64 // see narrow
	call int   // index in calls; -1: a courier
	at   int32
}

// look at an offer at a call, or of a courier, for the stop at a position.
func (b *choice) look(o *offer, call int, at int32) {
	s := b.s
	in := s.in
	s.open(o.pool, b.used, 0)
	left := s.left[o.pool]
	if b.used != nil && in.pools.cap[o.pool] >= model.Unlimited {
		left = b.need
	}
	if call >= 0 && s.limit != nil {
		left = min(left, s.room(at, b.pos, b.sku))
	}
	if left <= 0 || !in.mayTake(o.pool, b.j) {
		return
	}
	x := lookedAt{offer: o, unit: in.unitPrice(o, b.tier), few: b.narrow(o.pool), call: call, at: at}
	var fixed int64
	if o.fixed > 0 && !s.isSent(at, o.haul) {
		fixed = o.fixed
	}
	best := &b.whole
	if left >= b.need {
		x.cost = x.unit*b.need + fixed
	} else {
		x.cost = x.unit + (fixed+left-1)/left
		best = &b.part
	}
	if x.cost < best.cost || x.cost == best.cost && x.few > best.few {
		*best = x
	}
}

// better is the offer to take.
func (b *choice) better() *lookedAt {
	if b.whole.offer == nil || b.part.offer != nil && b.part.cost < b.whole.unit {
		return &b.part
	}
	return &b.whole
}

// narrow is the more the fewer others can make use of a pool: what is kept for the job, then for its tier, then what comes late.
func (b *choice) narrow(pool int32) int64 {
	lot := &b.s.in.lots[pool]
	narrow := lot.from
	if lot.kept {
		narrow += 2 * model.MaxTime
	} else if lot.tier != model.NoTier && lot.tier == b.tier {
		narrow += model.MaxTime
	}
	return narrow
}

func (s *supplier) isSent(pos, haul int32) bool {
	for _, p := range s.sent {
		if p.pos == pos && p.haul == haul {
			return true
		}
	}
	return false
}

// send pays for the shipment of what was taken, unless it goes already, and notes that a call gives something.
func (s *supplier) send(x *lookedAt) {
	if x.call >= 0 {
		s.gives[x.call] = true
	}
	if x.haul < 0 || s.isSent(x.at, x.haul) {
		return
	}
	s.sent = append(s.sent, parcel{x.at, x.haul})
	s.takes[s.slot[x.pool]].cost += x.fixed
	s.cost += x.fixed
}

// alone supplies just stop u, a visit that waits, by what is left beside all that is taken now. It returns what that costs.
func (s *supplier) alone(tech, u int32, used []int64) (cost int64, ok bool) {
	s.now++
	s.takes, s.calls, s.gives, s.cost = s.takes[:0], s.calls[:0], s.gives[:0], 0
	s.await, s.sent = s.await[:0], s.sent[:0]
	s.limit = nil
	ok = s.visit(tech, nil, 0, u, used)
	return s.cost, ok
}

// restocks tells whether more may be supplied otherwise than the stops that an edit changes. The van of a route's technician is shared with
// other routes where there are lots or lanes: then what is in it may have become more since the route was supplied, and its sources
// others. Or it is limited: then what is taken out of it makes room.
func (in *Instance) restocks(r *Route) bool {
	if r.pickups == 0 {
		return false
	}
	tech := in.shifts[r.Shift].tech
	return in.ships && in.several[tech] || in.watched(tech)
}

// replaces tells whether a new call v in front of the stop at an index takes the place of that: a call at the same node that does not wait
// as long. All that it gave, v gives too.
func (in *Instance) replaces(stops []int32, at int, v int32) bool {
	if at >= len(stops) {
		return false
	}
	k := in.call(stops[at])
	if k < 0 {
		return false
	}
	a, b := in.calls[k], in.calls[in.call(v)]
	return a.node == b.node && a.from < b.from
}

// visitBy is the further visit by which an insertion visits its job, where a new call stands for that; else -1.
func (in *Instance) visitBy(c NewCall) int32 {
	if k, _ := c.at(); int(k) >= len(in.calls) {
		return int32(in.NJobs) + k
	}
	return -1
}

// bestOther finds the cheapest insertion of job u that uses a substitute or waits for a courier, below limit.
func (c *Context) bestOther(f *shiftFacts, r *Route, u int32, limit int64, used []int64, skip int32) Insertion {
	in := c.in
	best := nowhere
	t := c.tariffs(r, r, u, f.tech, used)
	single := t.single() && !in.swaps(u)
	visits, _ := c.awaited(u, &t)
	mended := in.mended(f, r, u)
	for _, v := range visits {
		at := nowhere
		if in.back && in.binds(r, v) {
			if cost, enough := c.sup.alone(f.tech, v, used); r.pickups > 0 || enough && cost*in.weight[model.Parts] < limit+mended {
				at = c.landing(f, r, r, v, limit, used, skip, 0, 0, true)
			}
		} else if r.pickups > 0 {
			at = c.bestRich(f, r, r, v, limit, skip, r.from(0), used)
		} else if cost, enough := c.sup.alone(f.tech, v, used); enough && cost*in.weight[model.Parts] < limit+mended {
			cost *= in.weight[model.Parts]
			at = c.bestVan(f, r, v, limit-cost, skip, r.from(0))
			at.Cost += cost
		}
		// What couriers do not bring, or only at a price, may lie at a node; a single part that does need not be waited for.
		if len(in.sourcesOf(v)) > 0 && !single && !t.sent(v) && (at.Pos >= 0 || c.fitsAlone(f, r, v, limit)) {
			if with := c.bestWithCalls(f, r, r, v, min(limit, at.Cost), used, skip, 0, 0); with.Pos >= 0 {
				at = with
			}
		}
		if at.Pos >= 0 && at.Cost < limit {
			limit = at.Cost
			as := newCall(v-int32(in.NJobs), 0)
			if at.First == 0 {
				at.First = as
			} else {
				at.Second = as
			}
			best = at
		}
	}
	return best
}

// boundOther is what an insertion of job u that uses a substitute or waits costs at least, or limit.
func (c *Context) boundOther(f *shiftFacts, r *Route, u int32, limit int64, used []int64) int64 {
	in := c.in
	t := c.tariffs(r, r, u, f.tech, used)
	visits, fees := c.awaited(u, &t)
	mended := in.mended(f, r, u)
	for i, v := range visits {
		var cost int64
		switch {
		case r.pickups > 0 && fees == nil:
		case r.pickups > 0:
			cost = t.more(fees[i])
		case fees != nil && t.single():
			cost = fees[i].whole
		default:
			unweighted, ok := c.sup.alone(f.tech, v, used)
			switch cost = unweighted * in.weight[model.Parts]; {
			case ok:
			case in.swaps(u) && len(in.sourcesOf(v)) > 0: // a call may have it
				cost = 0
			default:
				continue
			}
		}
		if cost >= limit+mended {
			continue
		}
		if !in.exact(f, r, v) {
			if at := c.bestVan(f, r, v, limit-cost, noSkip, r.from(0)); at.Pos >= 0 {
				limit = at.Cost + cost
			}
		} else if p := c.places(f, r, r, v, limit-cost, noSkip, r.from(0)); len(p) > 0 {
			limit = min(limit, p[0].bound+cost)
		}
	}
	return limit
}
