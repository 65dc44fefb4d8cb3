package main

import (
	"slices"

	"callout/solver/model"
)

// need is a part that a job needs, with its quantity.
type need struct {
	job model.JobIdx
	sku model.SKUIdx
	qty int64
}

// promise is what an allocation decided: a need is served from a lot of a node, as Supply.Lot counts them, and from nothing else.
type promise struct {
	need

	node model.NodeIdx
	lot  int32
}

// bound is a problem in which promises are kept: the units of each are a part of their own, which only its job asks for and only its
// lot has. What is not promised is as free as it was, among the stock that is left.
type bound struct {
	*model.Problem

	parts int // of the problem that it was made of; those of promises follow
	sku   []model.SKUIdx
	lot   []int32
}

// bind returns a problem of its own, which shares what does not change.
func bind(p *model.Problem, promises []promise) *bound {
	q := *p
	q.Profiles = slices.Clone(p.Profiles)
	q.SKUs = slices.Clone(p.SKUs)
	q.Jobs = slices.Clone(p.Jobs)
	q.Nodes = slices.Clone(p.Nodes)
	b := &bound{Problem: &q, parts: len(p.SKUs)}
	for k := range q.Nodes {
		n := &q.Nodes[k]
		n.Stock, n.Lots = slices.Clone(n.Stock), slices.Clone(n.Lots)
	}
	for _, x := range promises {
		own := model.SKUIdx(len(q.SKUs))
		q.SKUs = append(q.SKUs, p.SKUs[x.sku]+" for "+p.Jobs[x.job].ID)
		b.sku, b.lot = append(b.sku, x.sku), append(b.lot, x.lot)
		job := &q.Jobs[x.job]
		job.Parts = slices.DeleteFunc(slices.Clone(job.Parts), func(y model.Quantity) bool { return y.SKU == x.sku })
		job.Parts = append(job.Parts, model.Quantity{SKU: own, Qty: x.qty})
		b.set(&q.Nodes[x.node], x, own)
	}
	return b
}

// set moves the units of a promise from their lot to one of their own.
func (b *bound) set(n *model.Node, x promise, own model.SKUIdx) {
	if x.lot > 0 {
		lot := &n.Lots[x.lot-1]
		if lot.Qty < model.Unlimited {
			lot.Qty -= x.qty
		}
		kept := *lot
		kept.SKU, kept.Qty = own, x.qty
		n.Lots = append(n.Lots, kept)
		return
	}
	for k := range n.Stock {
		if s := &n.Stock[k]; s.SKU == x.sku {
			if s.Qty < model.Unlimited {
				s.Qty -= x.qty
			}
			n.Stock = append(n.Stock, model.NodeStock{SKU: own, Qty: x.qty, Price: s.Price})
			return
		}
	}
}

// back is a plan of the bound problem as one of the problem that it was made of.
func (b *bound) back(plan *model.Plan) *model.Plan {
	out := *plan
	out.Routes = slices.Clone(plan.Routes)
	for k := range out.Routes {
		r := &out.Routes[k]
		r.Stops = slices.Clone(r.Stops)
		for i := range r.Stops {
			s := &r.Stops[i]
			s.Parts = slices.Clone(s.Parts)
			for j := range s.Parts {
				if x := &s.Parts[j]; int(x.SKU) >= b.parts {
					x.Lot = b.lot[int(x.SKU)-b.parts]
					x.SKU = b.sku[int(x.SKU)-b.parts]
				}
			}
		}
	}
	return &out
}
