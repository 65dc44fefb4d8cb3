package route

import (
	"slices"

	"callout/solver/model"
)

// tariff is the search cost of the parts that a stop lacks, at a call or by couriers, in a route: at least, whichever stop of the route gets
// them; for this one, from sources each of which has enough of its part; and at least with the calls that the route has, too, of which
// what the route pays now is taken off. NoPlace is nowhere.
type tariff struct{ least, whole, more int64 }

// tariffs prices sources by what is left now.
type tariffs struct {
	in    *Instance
	j     int32
	tier  model.TierIdx
	parts []lacking
	tools bool // it lacks tools, too
	used  []int64
	now   int64 // what the route pays for parts
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
	in := t.in
	var all tariff
	for i := range t.parts {
		l := &t.parts[i]
		p := tariff{least: NoPlace, whole: NoPlace}
		c := int(k)*in.pools.nSKU + int(l.sku)
		if pool := in.pools.node[c]; pool >= 0 {
			t.look(&p, l, &in.onHand[pool])
		}
		for o := range in.more[c] {
			t.look(&p, l, &in.more[c][o])
		}
		all.add(&p, l)
	}
	return t.weighted(all)
}

// ofVisit is the tariff of what couriers bring for a visit that waits.
func (t *tariffs) ofVisit(v int32) tariff {
	by := t.in.brings[int(v)-t.in.NJobs-len(t.in.calls)]
	var all tariff
	for i := range t.parts {
		l := &t.parts[i]
		p := tariff{least: NoPlace, whole: NoPlace}
		for o := range by[l.part] {
			t.look(&p, l, &by[l.part][o])
		}
		all.add(&p, l)
	}
	return t.weighted(all)
}

// add a part.
func (t *tariff) add(p *tariff, l *lacking) {
	t.least = min(NoPlace, t.least+p.least)
	t.whole = min(NoPlace, t.whole+p.whole)
	t.more = min(NoPlace, t.more+min(p.least, l.here))
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
	if p.more < NoPlace {
		p.more = max(0, p.more-t.now) * w
	}
	return p
}

// thinned leaves out of the calls at which a stop may get all that it lacks those that another one at the same node makes
// useless: it does not wait as long and is not dearer. c.rates are then the tariffs of the calls left.
func (c *Context) thinned(list []int32, t *tariffs) []int32 {
	in := c.in
	out, rates := list[:0], c.rates[:0]
	for _, k := range list {
		p := t.ofCall(k)
		useless := false
		for i := range out {
			a := &in.calls[out[i]]
			useless = useless || a.node == in.calls[k].node && a.from <= in.calls[k].from && rates[i].whole <= p.least
		}
		if !useless {
			out, rates = append(out, k), append(rates, p)
		}
	}
	c.rates = rates
	return out
}

// awaited are the visits of job u that wait, without those that a shorter wait makes useless, as what comes later is not cheaper. c.fees are
// what couriers ask for them.
func (c *Context) awaited(u int32, t *tariffs) []int32 {
	out, fees := c.waits[:0], c.fees[:0]
	for _, v := range c.in.visits[u] {
		p := t.ofVisit(v)
		if !slices.ContainsFunc(fees, func(was tariff) bool { return was.whole <= p.least }) {
			out, fees = append(out, v), append(fees, p)
		}
	}
	c.waits, c.fees = out, fees
	return out
}
