package modeltest

import "callout/solver/model"

// Returned is Rich, or Shipped for each second seed, with returns, some substitutes, and vans of which some have little room.
func Returned(jobs, technicians int, seed uint64) *model.Problem {
	return withParts(jobs, technicians, seed, 0x5245_5455, func(o *Options) {
		o.Returns, o.Room, o.Substitutes, o.Lanes = 0.5, 0.4, 0.1, odd(seed)
	})
}

// returns makes some jobs return parts, most of them to nodes, and some technicians have some to hand in from the start.
func (g *generator) returns(chance float64) {
	p := g.p
	p.SKUs = append(p.SKUs, "worn-out")
	list := func(most int64) (out []model.Return) {
		first := g.IntN(len(p.SKUs))
		for k := range g.between(1, most) {
			x := model.Return{SKU: model.SKUIdx(first + int(k)), Qty: g.between(1, 3)}
			if int(x.SKU) >= len(p.SKUs) {
				break
			}
			if g.chance(0.8) {
				x.Nodes = some[model.NodeIdx](g, len(p.Nodes), 0.7)
			}
			out = append(out, x)
		}
		return out
	}
	for k := range p.Jobs {
		if g.chance(chance) {
			p.Jobs[k].Returns = list(2)
		}
	}
	for k := range p.Technicians {
		if g.chance(chance / 2) {
			p.Technicians[k].Returns = list(1)
		}
	}
}

// handIn makes a third of the jobs return a part to one of three nodes, or to any of them, and a fifth of the vans have some from the start.
func (g *generator) handIn() {
	sku := g.addSKUs(1)
	first := g.depots("drop-", 3)
	nodes := func() (out []model.NodeIdx) {
		one := g.IntN(4)
		for k := range 3 {
			if one == 3 || one == k {
				out = append(out, model.NodeIdx(first+k))
			}
		}
		return out
	}
	g.eachJob(0.33, func(j *model.Job) { j.Returns = append(j.Returns, model.Return{SKU: sku, Qty: 1, Nodes: nodes()}) })
	for t := range g.p.Technicians {
		if t%5 == 4 {
			g.p.Technicians[t].Returns = []model.Return{{SKU: sku, Qty: 2, Nodes: nodes()}}
		}
	}
}
