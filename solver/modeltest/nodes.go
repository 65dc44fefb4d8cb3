package modeltest

import "callout/solver/model"

// node adds a stocking node with its tools and opening hours; stock fills its shelves once the demand is known.
func (g *generator) node() {
	p := g.p
	n := model.Node{
		ID: name("node-", len(p.Nodes)), Location: g.place(), Handling: g.between(0, 4) * 5 * minute, Fixed: g.between(0, 10) * euro,
	}
	if g.chance(0.2) { // a depot where somebody starts
		if s := p.Shifts[g.IntN(len(p.Shifts))]; s.Start != model.NoLoc {
			n.Location = s.Start
		}
	}
	if g.chance(0.7) {
		for d := range int64(g.o.Days) {
			if d > 0 && g.chance(0.1) { // closed
				continue
			}
			opens, closes := d*day+g.between(12, 18)*30*minute, d*day+g.between(28, 38)*30*minute
			if noon := g.chance(0.3); noon && !g.o.OneWindow { // closed at noon
				n.Open = append(n.Open, model.Interval{From: opens, To: d*day + 12*hour})
				opens = d*day + 13*hour
			}
			n.Open = append(n.Open, model.Interval{From: opens, To: closes})
		}
	}
	for k := range p.Tools {
		if g.chance(0.5) {
			n.Tools = append(n.Tools, model.NodeTool{Tool: model.ToolIdx(k), Qty: g.between(1, 2)})
		}
	}
	p.Nodes = append(p.Nodes, n)
}

// room gives parts weights and volumes, and vans hardly more room than for their stock.
func (g *generator) room(chance float64) {
	p := g.p
	for range p.SKUs {
		p.Sizes = append(p.Sizes, model.Size{g.between(0, 10), g.between(0, 5)})
	}
	for t := range p.Technicians {
		if !g.chance(chance) {
			continue
		}
		limit := p.VanLoad(model.TechIdx(t))
		for _, x := range p.Technicians[t].Returns {
			limit = limit.Plus(x.Qty, p.SizeOf(x.SKU))
		}
		limit[model.Weight] += g.between(0, 40)
		limit[model.Volume] += g.between(5, 40)
		if g.chance(0.2) {
			limit[g.IntN(model.NumSizes)] = model.NoLimit
		}
		p.Technicians[t].Capacity = &limit
	}
}

// stock gives each node a share of the demand, from too little to plenty.
func (g *generator) stock() {
	demand := make([]int64, len(g.p.SKUs))
	for k := range g.p.Jobs {
		for _, part := range g.p.Jobs[k].Parts {
			demand[part.SKU] += part.Qty
		}
	}
	for k := range g.p.Nodes {
		n := &g.p.Nodes[k]
		for sku := range g.p.SKUs {
			if !g.chance(0.7) {
				continue
			}
			s := model.NodeStock{SKU: model.SKUIdx(sku), Qty: g.between(0, 1+demand[sku]*2/3), Price: g.between(0, 8) * euro / 2}
			if g.chance(0.1) {
				s.Qty = model.Unlimited
			}
			n.Stock = append(n.Stock, s)
		}
	}
}
