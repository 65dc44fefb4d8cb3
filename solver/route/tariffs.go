package route

import (
	"slices"

	"callout/solver/model"
)

// tariff is the search cost of the parts that a stop lacks, at a call or by couriers: at least, whichever stop of the route gets them, and
// for this one, from sources each of which has enough of its part. NoPlace is nowhere.
type tariff struct{ least, whole int64 }

// tariffs prices sources by what is left now.
type tariffs struct {
	in    *Instance
	j     int32
	tier  model.TierIdx
	parts []lacking
	tools bool // it lacks tools, too
	used  []int64
	now   int64 // what the route pays for parts
	alone bool  // it has no calls
	loose bool  // taking more may bring about that other stops are supplied at less cost: the van has little room
}

// lacking is what the van has not left of a part of a job, by its number.
type lacking struct {
	part int
	sku  model.SKUIdx
	qty  int64
	here int64 // what it costs at least at the calls that the route has, shipments left out
}

// tariffs of stop u in r, the route was with or without new calls, for as long as c is not asked for others.
func (c *Context) tariffs(r, was *Route, u, tech int32, used []int64) tariffs {
	in := c.in
	j := in.Job(u)
	c.lacking = c.lacking[:0]
	for i, part := range in.P.Jobs[j].Parts {
		if qty := in.lacks(tech, part, used); qty > 0 {
			c.lacking = append(c.lacking, lacking{i, part.SKU, qty, NoPlace})
		}
	}
	t := tariffs{in: in, j: j, tier: in.P.Jobs[j].Tier, parts: c.lacking, used: used, now: in.partsCost(was.takes)}
	t.alone, t.loose = r.pickups == 0, in.watched(tech)
	for _, tool := range in.P.Jobs[j].Tools {
		t.tools = t.tools || !in.pools.carried[int(tech)*in.pools.nTool+int(tool)]
	}
	if r.pickups > 0 {
		t.atCalls(r)
	}
	return t
}

// atCalls finds what the parts cost at least at the calls that r has.
func (t *tariffs) atCalls(r *Route) {
	in, ps := t.in, &t.in.pools
	for _, v := range r.Stops {
		k := in.call(v)
		if k < 0 {
			continue
		}
		for i := range t.parts {
			l := &t.parts[i]
			c := k*ps.nSKU + int(l.sku)
			if pool := ps.node[c]; pool >= 0 {
				if some, _ := t.has(pool, 0); some {
					l.here = min(l.here, ps.price[pool]*l.qty)
				}
			}
			if !in.ships {
				continue
			}
			for o := range in.more[c] {
				o := &in.more[c][o]
				if some, _ := t.has(o.pool, 0); some {
					l.here = min(l.here, (ps.price[o.pool]+o.unit)*l.qty)
				}
			}
		}
	}
}

// single tells whether it is about one unit of one part.
func (t *tariffs) single() bool { return len(t.parts) == 1 && t.parts[0].qty == 1 && !t.tools }

// has tells whether there is anything left of a pool, and whether enough.
func (t *tariffs) has(pool int32, qty int64) (some, enough bool) {
	ps := &t.in.pools
	if ps.cap[pool] >= model.Unlimited {
		return true, true
	}
	left := ps.cap[pool] - t.used[pool]
	return left > 0, left >= qty
}

// look takes note of an offer of a part.
func (t *tariffs) look(p *tariff, l *lacking, o *offer) {
	in, ps := t.in, &t.in.pools
	some, enough := t.has(o.pool, l.qty)
	if !some {
		return
	}
	cost := (ps.price[o.pool] + o.unit) * l.qty
	least := cost
	if cost += o.fixed; enough && len(t.parts) == 1 { // else a shipment may be for several
		least = cost
	}
	p.least = min(p.least, least)
	if enough && in.mayTake(o.pool, t.j) {
		if lot := &in.lots[o.pool]; lot.tier != model.NoTier && lot.tier != t.tier {
			cost += lot.breach * l.qty
		}
		p.whole = min(p.whole, cost)
	}
}

// ofCall is the tariff of a call.
func (t *tariffs) ofCall(k int32) tariff {
	var all tariff
	for i := range t.parts {
		l := &t.parts[i]
		p := tariff{least: NoPlace, whole: NoPlace}
		t.atCall(&p, l, k)
		all.add(&p)
	}
	return t.weighted(all)
}

// atCall looks at what a call has of a part.
func (t *tariffs) atCall(p *tariff, l *lacking, k int32) {
	in := t.in
	c := int(k)*in.pools.nSKU + int(l.sku)
	if pool := in.pools.node[c]; pool >= 0 {
		t.look(p, l, &in.onHand[pool])
	}
	if in.ships {
		for o := range in.more[c] {
			t.look(p, l, &in.more[c][o])
		}
	}
}

// brought looks at what couriers bring of a part.
func (t *tariffs) brought(p *tariff, l *lacking, by [][]offer) {
	for o := range by[l.part] {
		t.look(p, l, &by[l.part][o])
	}
}

// mixed are the tariffs of calls together with what couriers bring for visit v, from where each part costs least.
func (t *tariffs) mixed(out []tariff, calls []int32, v int32) []tariff {
	in := t.in
	by := in.brings[int(v)-in.NJobs-len(in.calls)]
	for _, k := range calls {
		all := tariff{whole: NoPlace}
		for i := range t.parts {
			l := &t.parts[i]
			p := tariff{least: NoPlace, whole: NoPlace}
			t.atCall(&p, l, k)
			t.brought(&p, l, by)
			all.add(&p)
		}
		out = append(out, t.weighted(all))
	}
	return out
}

// ofVisit is the tariff of what couriers bring for a visit that waits.
func (t *tariffs) ofVisit(v int32) tariff {
	by := t.in.brings[int(v)-t.in.NJobs-len(t.in.calls)]
	var all tariff
	for i := range t.parts {
		l := &t.parts[i]
		p := tariff{least: NoPlace, whole: NoPlace}
		t.brought(&p, l, by)
		all.add(&p)
	}
	return t.weighted(all)
}

// sent tells whether just one part is lacking, and a single lot has all units that couriers are to bring for visit v.
func (t *tariffs) sent(v int32) bool {
	return len(t.parts) == 1 && !t.tools && !t.in.swaps(v) && t.ofVisit(v).whole < NoPlace
}

// add a part.
func (t *tariff) add(p *tariff) {
	t.least = min(NoPlace, t.least+p.least)
	t.whole = min(NoPlace, t.whole+p.whole)
}

// weighted is a search cost.
func (t *tariffs) weighted(p tariff) tariff {
	w := t.in.weight[model.Parts]
	if p.least < NoPlace {
		p.least *= w
	}
	if p.whole < NoPlace {
		p.whole *= w
	}
	return p
}

// more is what the parts of the route cost more at least with a source of tariff p: a unit that the van lacks comes from there, or from a
// call that the route has, whichever stop gets it.
func (t *tariffs) more(p tariff) int64 {
	w := t.in.weight[model.Parts]
	switch {
	case t.loose:
		return 0
	case t.alone:
	case len(t.parts) == 1 && t.parts[0].here < NoPlace:
		p.least = min(p.least, t.parts[0].here*w)
	case len(t.parts) > 1:
		return 0
	}
	return max(0, p.least-t.now*w)
}

// market is where a job may get the one unit that a van lacks. It holds for one search for an insertion, in which nobody takes anything.
type market struct {
	j      int32 // -1: nothing is known
	part   int
	calls  []int32 // thinned, where known
	rates  []tariff
	visits []int32 // that wait, thinned, where known
	fees   []tariff

	callsKnown, visitsKnown bool
}

// swaps tells whether a job may use substitutes.
func (in *Instance) swaps(u int32) bool { return len(in.P.Jobs[in.Job(u)].Substitutes) > 0 }

// forget what was left.
func (c *Context) forget() { c.market.j = -1 }

// marketOf is the market for the single unit that t asks for.
func (c *Context) marketOf(t *tariffs) *market {
	m := &c.market
	if part := t.parts[0].part; m.j != t.j || m.part != part {
		m.j, m.part, m.callsKnown, m.visitsKnown = t.j, part, false, false
	}
	return m
}

// sellers are the calls at which a stop may get the single unit that it lacks, thinned, with their tariffs.
func (c *Context) sellers(t *tariffs) ([]int32, []tariff) {
	m := c.marketOf(t)
	if !m.callsKnown {
		m.callsKnown = true
		m.calls, m.rates = c.thinned(m.calls[:0], m.rates[:0], c.in.pools.sources[t.j], t)
	}
	return m.calls, m.rates
}

// thinned appends to out the calls of a list that have all that a stop lacks, with their tariffs, but for those that another one at the same
// node makes useless: it does not wait as long and is not dearer.
func (c *Context) thinned(out []int32, rates []tariff, list []int32, t *tariffs) ([]int32, []tariff) {
	in := c.in
	for _, k := range list {
		p := t.ofCall(k)
		useless := t.single() && p.whole == NoPlace
		for i := 0; i < len(out) && !useless; i++ {
			a := &in.calls[out[i]]
			useless = a.node == in.calls[k].node && a.from <= in.calls[k].from && rates[i].whole <= p.least
		}
		if !useless {
			out, rates = append(out, k), append(rates, p)
		}
	}
	return out, rates
}

// awaited are the visits of job u that wait, without those that a shorter wait makes useless, as what comes later is not cheaper, and what
// couriers ask for them. Of a job with substitutes they are all its visits, and what they cost is not said.
func (c *Context) awaited(u int32, t *tariffs) ([]int32, []tariff) {
	if c.in.swaps(u) {
		return c.in.visits[u], nil
	}
	m := &c.market
	if t.single() {
		if m = c.marketOf(t); m.visitsKnown {
			return m.visits, m.fees
		}
		m.visitsKnown = true
	} else {
		c.forget()
	}
	out, fees := m.visits[:0], m.fees[:0]
	for _, v := range c.in.visits[u] {
		p := t.ofVisit(v)
		if t.single() && p.whole == NoPlace {
			continue
		}
		if !slices.ContainsFunc(fees, func(was tariff) bool { return was.whole <= p.least }) {
			out, fees = append(out, v), append(fees, p)
		}
	}
	m.visits, m.fees = out, fees
	return out, fees
}
