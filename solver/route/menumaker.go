package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

const (
	// menuNodes is how many nodes a route may call at anew, those with the least way round.
	menuNodes = 3
	// menuOffers is how many offers there are for a want, those that would cost least with nothing else that goes the same way.
	menuOffers = 6
)

// menuMaker makes a menu.
type menuMaker struct {
	s    *Solution
	in   *Instance
	r    *Route
	m    *Menu
	base int64
	most int64 // what it pays for parts and calls: nothing that costs as much is worth while
	seq  []int32
}

func (b *menuMaker) make() *Menu {
	in, m := b.in, b.m
	tech := in.shifts[b.r.Shift].tech
	lacking := b.lacking(tech)
	last := int32(-1) // stop with a choice
	for i, u := range b.r.Stops {
		j := in.Job(u)
		if j < 0 || len(in.P.Jobs[j].Parts) == 0 {
			continue
		}
		if !b.chooses(u, j, lacking) {
			for _, q := range in.P.Jobs[j].Parts {
				m.fixed = append(m.fixed, take{pool: in.pools.vanSlot[int(tech)*in.pools.nSKU+int(q.SKU)], qty: q.Qty})
			}
			continue
		}
		last = int32(i)
	}
	if last < 0 {
		return nil
	}
	for _, t := range b.r.takes {
		if in.pools.sku[t.pool] < 0 {
			m.fixed = append(m.fixed, t)
		}
	}
	b.calls(last)
	for i, u := range b.r.Stops[:last+1] {
		if j := in.Job(u); j >= 0 && b.chooses(u, j, lacking) {
			b.visits(int32(i), u, j)
		}
	}
	return m
}

// chooses tells whether there is a choice for a visit of job j.
func (b *menuMaker) chooses(u, j int32, lacking map[model.SKUIdx]bool) bool {
	return int(u) >= b.in.NJobs || slices.ContainsFunc(b.in.P.Jobs[j].Parts, func(q model.Quantity) bool { return lacking[q.SKU] })
}

// lacking tells of which SKUs the van has not enough for all stops of the route.
func (b *menuMaker) lacking(tech int32) map[model.SKUIdx]bool {
	in, ps := b.in, &b.in.pools
	need := make(map[model.SKUIdx]int64)
	out := make(map[model.SKUIdx]bool)
	for _, u := range b.r.Stops {
		j := in.Job(u)
		if j < 0 {
			continue
		}
		for _, q := range in.P.Jobs[j].Parts {
			need[q.SKU] += q.Qty
			pool := ps.vanSlot[int(tech)*ps.nSKU+int(q.SKU)]
			out[q.SKU] = pool < 0 || ps.cap[pool] < model.Unlimited && b.own(pool)+ps.cap[pool]-b.s.used[pool] < need[q.SKU]
		}
	}
	return out
}

// own is what the route takes of a pool.
func (b *menuMaker) own(pool int32) int64 {
	for _, t := range b.r.takes {
		if t.pool == pool {
			return t.qty
		}
	}
	return 0
}

// with is what the route costs more with others in place of the stops [lo, hi), and whether it can be; seq is its stops then.
func (b *menuMaker) with(lo, hi int32, others ...int32) (int64, bool) {
	b.seq = append(append(append(b.seq[:0], b.r.Stops[:lo]...), others...), b.r.Stops[hi:]...)
	cost, ok := b.s.ctx.tryOut(b.r.Shift, b.seq)
	return cost - b.base, ok
}

// calls lists the calls there are and, of the nodes that are least out of the way, the best place ahead of the last visit with a choice.
func (b *menuMaker) calls(last int32) {
	in, r, m := b.in, b.r, b.m
	f := &in.shifts[r.Shift]
	here := make(map[int32]bool)
	b.most = in.partsCost(r.takes) * in.weight[model.Parts]
	for i, u := range r.Stops {
		if in.call(u) < 0 {
			continue
		}
		here[in.calls[in.call(u)].node] = true
		at := int32(i)
		less, ok := b.with(at, at+1)
		needs := !ok || b.lends(u) || in.back && !in.landable(r.Shift, b.seq)
		m.Calls = append(m.Calls, MenuCall{Cost: -less, stop: u, at: at, has: true, Needs: needs})
		if ok {
			b.most += max(0, -less)
		}
	}
	ways := b.s.ctx.nodeWays(f, r)
	var near []int32
	for n := range ways {
		near = append(near, int32(n))
	}
	slices.SortStableFunc(near, func(x, y int32) int { return cmp.Compare(ways[x].round.cost, ways[y].round.cost) })
	left := menuNodes
	for _, n := range near {
		if !here[n] {
			if left == 0 {
				continue
			}
			left--
		}
		for c := range in.calls {
			if in.calls[c].node == n && b.wanted(c) {
				b.place(int32(in.NJobs+c), last)
			}
		}
	}
}

// wanted tells whether a call has something that a job of the route may use.
func (b *menuMaker) wanted(call int) bool {
	in := b.in
	for _, u := range b.r.Stops {
		if j := in.Job(u); j >= 0 && slices.Contains(in.pools.sources[j], int32(call)) {
			return true
		}
	}
	return false
}

// place adds a new call at its best place.
func (b *menuMaker) place(u, last int32) {
	best := MenuCall{Cost: b.most}
	for i := range last + 1 {
		if cost, ok := b.with(i, i, u); ok && cost < best.Cost {
			best = MenuCall{Cost: cost, stop: u, at: i}
		}
	}
	if best.Cost < b.most {
		b.m.Calls = append(b.m.Calls, best)
	}
}

// lends tells whether the route has a tool that the node of a call lends.
func (b *menuMaker) lends(u int32) bool {
	ps := &b.in.pools
	n := b.in.call(u)
	return slices.ContainsFunc(b.r.takes, func(t take) bool {
		return ps.sku[t.pool] < 0 && slices.Contains(ps.tool[n*ps.nTool:(n+1)*ps.nTool], t.pool)
	})
}

// visits lists the ways to visit a job.
func (b *menuMaker) visits(at, u, j int32) {
	add := func(v int32, cost int64) {
		b.m.Visits = append(b.m.Visits, MenuVisit{Job: j, Cost: cost, Wants: b.wants(at, v, j), stop: v, at: at})
	}
	add(u, 0)
	if u != j {
		if cost, ok := b.with(at, at+1, j); ok {
			add(j, cost)
		}
	}
	for _, v := range b.in.visits[j] {
		if v != u {
			if cost, ok := b.with(at, at+1, v); ok && cost < b.most {
				add(v, cost)
			}
		}
	}
}

// wants are the parts of a visit with all that there is for them.
func (b *menuMaker) wants(at, v, j int32) []Want {
	in, ps := b.in, &b.in.pools
	tech, w := in.shifts[b.r.Shift].tech, in.weight[model.Parts]
	tier := in.P.Jobs[j].Tier
	var out []Want
	for i, q := range in.parts(v) {
		x := Want{Qty: q.Qty}
		if pool := ps.vanSlot[int(tech)*ps.nSKU+int(q.SKU)]; pool >= 0 {
			x.Offers = append(x.Offers, MenuOffer{Stock: pool, Call: -1, Haul: -1})
		}
		add := func(o *offer, call int) {
			if !in.mayTake(o.pool, j) {
				return
			}
			unit := in.unitPrice(o, tier)
			if all := (unit*q.Qty + o.fixed) * w; all <= b.most || b.own(o.pool) > 0 {
				x.Offers = append(x.Offers, MenuOffer{Stock: o.pool, Call: call, Haul: o.haul, Unit: unit * w, Fixed: o.fixed * w})
			}
		}
		for k := range b.m.Calls {
			call := &b.m.Calls[k]
			if call.at > at {
				continue
			}
			c := in.call(call.stop)*ps.nSKU + int(q.SKU)
			if pool := ps.node[c]; pool >= 0 {
				add(&in.onHand[pool], k)
			}
			if in.ships {
				for o := range in.more[c] {
					add(&in.more[c][o], k)
				}
			}
		}
		if int(v) >= in.NJobs {
			by := in.brings[int(v)-in.NJobs-len(in.calls)][i]
			for o := range by {
				add(&by[o], -1)
			}
		}
		b.thin(&x)
		out = append(out, x)
	}
	return out
}

// thin leaves the cheapest offers of a want, and those of stocks that the route takes now.
func (b *menuMaker) thin(x *Want) {
	price := func(o *MenuOffer) int64 {
		all := o.Unit*x.Qty + o.Fixed
		if o.Call >= 0 && !b.m.Calls[o.Call].has {
			all += b.m.Calls[o.Call].Cost
		}
		return all
	}
	slices.SortStableFunc(x.Offers, func(p, q MenuOffer) int { return cmp.Compare(price(&p), price(&q)) })
	kept := x.Offers[:0]
	for i, o := range x.Offers {
		if i < menuOffers || b.own(o.Stock) > 0 {
			kept = append(kept, o)
		}
	}
	x.Offers = kept
}
