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

// promise is what an allocation decided: a need is served from a lot of a node, as Supply.Lot counts them, by a way, and from nothing else.
type promise struct {
	need

	node model.NodeIdx
	lot  int32
	to   model.NodeIdx // where it is picked up; NoNode: it comes to the site
	way  way
}

// bound is a problem in which promises are kept: the units of each are a part of their own, which only its job asks for and only its
// lot has. Where ways are kept too, what comes by courier is there from its arrival on, and what is shipped ahead of a pick-up is a lot to come
// at that node. What is not promised is as free as it was, among the stock that is left.
type bound struct {
	*model.Problem

	parts    int       // of the problem that it was made of; those of promises follow
	promises []promise // by part
	ways     bool
}

// bind returns a problem of its own, which shares what does not change.
func bind(p *model.Problem, promises []promise, ways bool) *bound {
	q := *p
	q.Profiles = slices.Clone(p.Profiles)
	q.SKUs = slices.Clone(p.SKUs)
	q.Jobs = slices.Clone(p.Jobs)
	q.Nodes = slices.Clone(p.Nodes)
	b := &bound{Problem: &q, parts: len(p.SKUs), promises: promises, ways: ways}
	for k := range q.Nodes {
		n := &q.Nodes[k]
		n.Stock, n.Lots = slices.Clone(n.Stock), slices.Clone(n.Lots)
	}
	for _, x := range promises {
		own := model.SKUIdx(len(q.SKUs))
		q.SKUs = append(q.SKUs, p.SKUs[x.sku]+" for "+p.Jobs[x.job].ID)
		job := &q.Jobs[x.job]
		job.Parts = slices.DeleteFunc(slices.Clone(job.Parts), func(y model.Quantity) bool { return y.SKU == x.sku })
		kept := b.take(&q.Nodes[x.node], x, own)
		switch {
		case !ways:
			q.Nodes[x.node].Lots = append(q.Nodes[x.node].Lots, kept)
		case x.to == model.NoNode:
			job.Release = max(job.Release, x.way.there)
			job.Unassigned = max(0, job.Unassigned-x.way.cost-x.qty*kept.Price)
			continue
		default:
			kept.Price += x.way.cost / x.qty
			if len(x.way.legs) > 0 {
				kept.From = max(kept.From, x.way.there)
			}
			q.Nodes[x.to].Lots = append(q.Nodes[x.to].Lots, kept)
		}
		job.Parts = append(job.Parts, model.Quantity{SKU: own, Qty: x.qty})
	}
	return b
}

// take takes the units of a promise from their lot and returns them as one of their own.
func (b *bound) take(n *model.Node, x promise, own model.SKUIdx) model.Lot {
	less := func(qty *int64) {
		if *qty < model.Unlimited {
			*qty -= x.qty
		}
	}
	if x.lot > 0 {
		lot := &n.Lots[x.lot-1]
		less(&lot.Qty)
		kept := *lot
		kept.SKU, kept.Qty = own, x.qty
		return kept
	}
	_, price := n.StockOf(x.sku)
	for k := range n.Stock {
		if n.Stock[k].SKU == x.sku {
			less(&n.Stock[k].Qty)
		}
	}
	return model.Lot{SKU: own, Qty: x.qty, Price: price}
}

// back is a plan of the bound problem as one of the problem that it was made of.
func (b *bound) back(plan *model.Plan) *model.Plan {
	sent := make(map[model.JobIdx][]promise)
	if b.ways {
		for _, x := range b.promises {
			if x.to == model.NoNode {
				sent[x.job] = append(sent[x.job], x)
			}
		}
	}
	out := *plan
	out.Routes = slices.Clone(plan.Routes)
	for k := range out.Routes {
		r := &out.Routes[k]
		r.Stops = slices.Clone(r.Stops)
		for i := range r.Stops {
			s := &r.Stops[i]
			s.Parts = slices.Clone(s.Parts)
			for j := range s.Parts {
				b.restore(&s.Parts[j])
			}
			if s.Kind == model.Visit {
				for _, x := range sent[s.Job] {
					s.Parts = append(s.Parts, model.Supply{SKU: x.sku, Qty: x.qty, From: model.CourierSource, Legs: x.way.legs, Lot: x.lot})
				}
			}
		}
	}
	return &out
}

// restore makes a supply one of the part that was promised.
func (b *bound) restore(s *model.Supply) {
	if int(s.SKU) < b.parts {
		return
	}
	x := &b.promises[int(s.SKU)-b.parts]
	s.SKU, s.Lot = x.sku, x.lot
	if b.ways {
		s.Legs = append(slices.Clone(x.way.legs), s.Legs...)
	}
}
