package modeltest

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// network adds lanes between nodes and to sites, supply to come and stock that is reserved, each with a chance. What is at the nodes
// becomes scarcer in turn.
func (g *generator) network(chance float64) {
	p := g.p
	p.Tiers = []string{"", "gold", "silver"}
	var end model.Time
	for k := range p.Shifts {
		end = max(end, p.Shifts[k].LatestEnd)
	}
	for k := range p.Jobs {
		if g.chance(0.4) {
			p.Jobs[k].Tier = model.TierIdx(g.between(1, 2))
		}
	}
	for n := range p.Nodes {
		for to := range p.Nodes {
			if to != n && g.chance(chance) {
				g.lane(model.NodeIdx(n), model.NodeIdx(to), end)
			}
		}
		if g.chance(chance) {
			g.lane(model.NodeIdx(n), model.NoNode, end)
		}
		g.lots(model.NodeIdx(n), chance, end)
	}
}

// lane leaves at any time, or a few times a day.
func (g *generator) lane(from, to model.NodeIdx, end model.Time) {
	l := model.Lane{
		ID: name("lane-", len(g.p.Lanes)), From: from, To: to,
		Fixed: g.between(0, 12) * euro, Unit: g.between(0, 6) * euro / 2,
	}
	lead := g.between(2, 12) * 15 * minute
	if g.chance(0.3) {
		l.Lead = lead
	} else {
		for t := g.between(0, 8) * hour; t < end; t += g.between(2, 10) * hour {
			l.Departures = append(l.Departures, model.Departure{Leaves: t, Arrives: t + lead + g.between(0, 2)*hour})
		}
	}
	if to == model.NoNode && g.chance(0.3) {
		for _, j := range g.p.Jobs {
			if g.chance(0.6) {
				l.Sites = append(l.Sites, j.Location)
			}
		}
		slices.Sort(l.Sites)
		l.Sites = slices.Compact(l.Sites)
		if len(l.Sites) == 0 {
			return // it would go everywhere
		}
	}
	g.p.Lanes = append(g.p.Lanes, l)
}

// lots puts some of a node's stock aside, for a tier or a job, and has more come later.
func (g *generator) lots(node model.NodeIdx, chance float64, end model.Time) {
	n := &g.p.Nodes[node]
	for k := range n.Stock {
		s := &n.Stock[k]
		if s.Qty == 0 || s.Qty == model.Unlimited {
			continue
		}
		s.Qty = (s.Qty + 1) / 2
		if !g.chance(chance) {
			continue
		}
		l := model.Lot{SKU: s.SKU, Qty: g.between(1, s.Qty), Price: s.Price}
		switch g.IntN(4) {
		case 0:
			l.Tier, l.Break = model.TierIdx(g.between(1, 2)), g.between(0, 20)*euro
			s.Qty -= l.Qty
		case 1:
			l.Jobs = []model.JobIdx{model.JobIdx(g.IntN(len(g.p.Jobs)))}
			s.Qty -= l.Qty
		default:
			l.ID, l.From = name("inbound-", int(node)*1000+k), g.between(1, max(1, end/hour/2))*hour
		}
		n.Lots = append(n.Lots, l)
	}
	slices.SortStableFunc(n.Lots, func(a, b model.Lot) int { return cmp.Compare(a.SKU, b.SKU) })
}

// shipping is scarceNodes with couriers, lanes from each node to the next, and half of a node's stock still to come.
func (g *generator) shipping() {
	first := model.NodeIdx(len(g.p.Nodes))
	g.fetch("store-", func(demand int64) int64 { return demand/4 + 1 })
	end := g.p.Shifts[0].LatestEnd
	g.p.Tiers = []string{""}
	for k := range model.NodeIdx(3) {
		n := &g.p.Nodes[first+k]
		n.Lots = append(n.Lots, model.Lot{
			ID: name("inbound-", int(k)), SKU: n.Stock[len(n.Stock)-1].SKU, Qty: n.Stock[len(n.Stock)-1].Qty, From: end / 5,
		})
		g.p.Lanes = append(g.p.Lanes, model.Lane{
			ID: name("courier-", int(k)), From: first + k, To: model.NoNode, Fixed: g.between(100, 300), Unit: 10, Lead: end / 8,
		}, model.Lane{
			ID: name("run-", int(k)), From: first + k, To: first + (k+1)%3, Fixed: 30, Unit: 5,
			Departures: []model.Departure{{Leaves: end / 10, Arrives: end / 4}, {Leaves: end / 3, Arrives: end / 2}},
		})
	}
}
