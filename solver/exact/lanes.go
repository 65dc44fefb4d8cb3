package exact

import (
	"cmp"
	"fmt"
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// consignment is a way for units of a lot to be had: at a node, or, where the last leg is a courier, at sites.
type consignment struct {
	node  model.NodeIdx // whose lot it is
	lot   int32         // as in model.Supply
	sku   model.SKUIdx
	qty   int64
	legs  []model.Leg
	at    model.NodeIdx // model.NoNode: at sites
	there model.Time
	unit  model.Cost // of the lanes
	fixed model.Cost
}

// parcel is a shipment: what goes by the same legs to a stop of a shift.
type parcel struct {
	to   *stop
	legs string
}

// consign lists all consignments: those that go nowhere of lots that are not for anybody from the beginning, and all ways over up to
// MaxLegs lanes of every stock. Of a lane's departures it takes the one that arrives first: to wait there is free, and the way costs the same.
func (b *builder) consign() {
	b.sent = make(map[parcel]cpsat.Lit)
	for n := range b.p.Nodes {
		node := &b.p.Nodes[n]
		for _, s := range node.Stock {
			b.forward(consignment{node: model.NodeIdx(n), sku: s.SKU, qty: s.Qty, at: model.NodeIdx(n)})
		}
		for k, l := range node.Lots {
			c := consignment{node: model.NodeIdx(n), lot: int32(k + 1), sku: l.SKU, qty: l.Qty, at: model.NodeIdx(n), there: l.From}
			b.brought = append(b.brought, &c)
			b.forward(c)
		}
	}
	all := b.brought
	b.brought = slices.DeleteFunc(slices.Clone(all), func(c *consignment) bool {
		return slices.ContainsFunc(all, func(o *consignment) bool { return o.spares(c) })
	})
	b.brought = slices.DeleteFunc(b.brought, func(c *consignment) bool { return len(c.legs) > 0 && c.at == c.node })
}

// spares tells whether another consignment need not be looked at for this one: the same units are at the same place no later and no
// dearer, and of two alike the first is this one.
func (c *consignment) spares(o *consignment) bool {
	if c == o || c.node != o.node || c.lot != o.lot || c.sku != o.sku || c.at != o.at || c.courier() != o.courier() {
		return false
	}
	if c.there > o.there || c.unit > o.unit || c.fixed > o.fixed {
		return false
	}
	if c.there < o.there || c.unit < o.unit || c.fixed < o.fixed {
		return true
	}
	return slices.CompareFunc(c.legs, o.legs, func(x, y model.Leg) int { return cmp.Compare(x.Lane, y.Lane) }) < 0
}

// courier is the lane by which it comes to sites, or -1.
func (c *consignment) courier() model.LaneIdx {
	if c.at != model.NoNode {
		return -1
	}
	return c.legs[len(c.legs)-1].Lane
}

// forward adds the ways on from where a consignment is.
func (b *builder) forward(c consignment) {
	if len(c.legs) == model.MaxLegs || c.at == model.NoNode || c.qty <= 0 {
		return
	}
	for k := range b.p.Lanes {
		l := &b.p.Lanes[k]
		if l.From != c.at {
			continue
		}
		leg, ok := b.soonest(model.LaneIdx(k), max(c.there, b.p.Now))
		if !ok {
			continue
		}
		next := c
		next.legs = append(slices.Clone(c.legs), leg)
		next.at, next.there = l.To, leg.Arrives
		next.unit, next.fixed = c.unit+l.Unit, c.fixed+l.Fixed
		b.brought = append(b.brought, &next)
		b.forward(next)
	}
}

// soonest is the departure of a lane, from a time on, that arrives first.
func (b *builder) soonest(k model.LaneIdx, from model.Time) (leg model.Leg, ok bool) {
	l := &b.p.Lanes[k]
	if l.Lead > 0 {
		leg, ok = model.Leg{Lane: k, Leaves: from, Arrives: from + l.Lead}, true
	}
	for _, d := range l.Departures {
		if d.Leaves >= from && (!ok || d.Arrives < leg.Arrives) {
			leg, ok = model.Leg{Lane: k, Leaves: d.Leaves, Arrives: d.Arrives}, true
		}
	}
	return leg, ok
}

// comings are the times from which more of what visits need can be had at a node; 0 is the beginning.
func (b *builder) comings(n model.NodeIdx, visits []*stop) []model.Time {
	var out []model.Time
	if b.serves(&b.p.Nodes[n], visits) {
		out = append(out, 0)
	}
	for _, c := range b.brought {
		if c.at != n || c.qty <= 0 {
			continue
		}
		if slices.ContainsFunc(visits, func(v *stop) bool { return b.wants(v, c) }) {
			out = append(out, max(0, c.there))
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// wants tells whether a visit may use a consignment.
func (b *builder) wants(v *stop, c *consignment) bool {
	job := &b.p.Jobs[v.job]
	if part, _ := job.Serves(c.sku); part < 0 {
		return false
	}
	if c.lot == 0 {
		return true
	}
	only := b.p.Nodes[c.node].Lots[c.lot-1].Jobs
	return len(only) == 0 || slices.Contains(only, v.job)
}

// unitPrice of a consignment for a job.
func (b *builder) unitPrice(c *consignment, job *model.Job) model.Cost {
	return unitPrice(b.p, c.node, c.lot, c.sku, job) + c.unit
}

// unitPrice of a lot for a job.
func unitPrice(p *model.Problem, node model.NodeIdx, lot int32, sku model.SKUIdx, job *model.Job) model.Cost {
	if lot == 0 {
		_, price := p.Nodes[node].StockOf(sku)
		return price
	}
	l := &p.Nodes[node].Lots[lot-1]
	if l.Tier != model.NoTier && l.Tier != job.Tier {
		return l.Price + l.Break
	}
	return l.Price
}

// bring offers a visit all consignments that it can have at a call before it, or by courier.
func (b *builder) bring(s *shift, v *stop, need model.Quantity, behind map[[2]*stop]cpsat.Lit) []supply {
	var out []supply
	for _, c := range b.brought {
		if c.sku != need.SKU || c.qty <= 0 || !b.wants(v, c) {
			continue
		}
		if c.at == model.NoNode {
			if lane := &b.p.Lanes[c.legs[len(c.legs)-1].Lane]; len(lane.Sites) > 0 && !slices.Contains(lane.Sites, v.loc) {
				continue
			}
			if last := v.spans[len(v.spans)-1].to; c.there <= last {
				waits := b.m.Bool()
				b.m.Implies(waits, v.here)
				b.m.AtLeast(cpsat.Sum(v.start), c.there, waits)
				out = append(out, b.send(v, nil, need, c, waits))
			}
			continue
		}
		for _, call := range s.calls() {
			if call.node == c.at && max(0, c.there) <= call.from {
				out = append(out, b.send(v, call, need, c, b.behind(s, behind, call, v)))
			}
		}
	}
	b.supplies = append(b.supplies, out...)
	return out
}

// send makes the supply of a visit by a consignment where a literal allows it, at its price.
func (b *builder) send(v, call *stop, need model.Quantity, c *consignment, allowed cpsat.Lit) supply {
	m := b.m
	most := min(c.qty, need.Qty)
	qty := m.Int(0, most)
	m.AtMost(cpsat.Sum(qty).PlusLit(-most, allowed), 0)
	b.pay(model.Parts, b.unitPrice(c, &b.p.Jobs[v.job]), qty, most)
	if len(c.legs) > 0 && c.fixed != 0 {
		to := parcel{v, fmt.Sprint(c.legs)}
		if call != nil {
			to.to = call
		}
		sent, known := b.sent[to]
		if !known {
			sent = m.Bool()
			b.sent[to] = sent
			b.payIf(model.Parts, c.fixed, sent)
		}
		m.AtMost(cpsat.Sum(qty).PlusLit(-most, sent), 0)
	}
	return supply{visit: v, call: call, sku: need.SKU, qty: qty, by: c}
}
