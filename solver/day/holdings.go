package day

import (
	"slices"

	"callout/solver/model"
)

// holding is a stock, or a tool, of a van or a node (the other is -1).
type holding struct {
	tech model.TechIdx
	node model.NodeIdx
	sku  model.SKUIdx  // -1: a tool
	tool model.ToolIdx // -1: a part
	lot  lotKey        // of a node
}

func inVan(t model.TechIdx, sku model.SKUIdx) holding {
	return holding{tech: t, node: -1, sku: sku, tool: -1}
}

func atNode(n model.NodeIdx, sku model.SKUIdx, lot lotKey) holding {
	return holding{tech: -1, node: n, sku: sku, tool: -1, lot: lot}
}

// taken is what facts have added to stocks, and taken from them. Of what is only frozen it is what has to be given back, as whoever goes on from here
// freezes it himself; of the rest it is which stocks they were, with 0.
func (d *Day) taken() map[holding]int64 {
	out := make(map[holding]int64)
	add := func(h holding, qty int64, frozen bool) {
		if !frozen {
			qty = 0
		}
		out[h] += qty
	}
	for k := range d.shifts {
		tech := d.known.Shifts[k].Tech
		for i := range d.shifts[k].facts {
			f := &d.shifts[k].facts[i]
			for _, q := range f.used {
				add(inVan(tech, q.SKU), q.Qty, f.Frozen)
			}
			if f.Kind == model.Visit {
				d.forSite(f.Job, func(x *shipment) {
					if !x.gone {
						add(d.source(x), x.qty, f.Frozen)
					}
				})
			}
			for _, l := range f.loaded {
				if l.tool >= 0 {
					add(holding{tech: tech, node: -1, sku: -1, tool: l.tool}, -l.qty, f.Frozen)
					add(holding{tech: -1, node: f.Node, sku: -1, tool: l.tool}, l.qty, f.Frozen)
					continue
				}
				add(inVan(tech, l.sku), -l.qty, f.Frozen)
				add(d.loadedFrom(f.Node, &l), l.qty, f.Frozen)
			}
		}
	}
	return out
}

// source is what a shipment was taken from.
func (d *Day) source(x *shipment) holding {
	return atNode(x.from, x.sku, d.present(x.from, x.sku, x.key))
}

// loadedFrom is what a load is given back to: where it is booked, to what is shipped.
func (d *Day) loadedFrom(n model.NodeIdx, l *load) holding {
	for k := range d.sent {
		if x := &d.sent[k]; x.id != "" && x.id == l.key.id && !x.gone {
			return d.source(x)
		}
	}
	return atNode(n, l.sku, d.present(n, l.sku, l.key))
}

// present is the key of a lot as it is now: what has come is what it was for.
func (d *Day) present(n model.NodeIdx, sku model.SKUIdx, key lotKey) lotKey {
	if at := d.lotOf(n, sku, key); at >= 0 {
		key, _ = d.keyAt(n, sku, at)
	}
	return key
}

// Stocks calls f with each stock of a van or node (the other is -1) that is not what it was in the problem that the day began with, or was and is
// again: whoever begins a day with the facts alone does not know where visits had their parts from. What is frozen has taken nothing.
func (d *Day) Stocks(first *model.Problem, f func(tech model.TechIdx, node model.NodeIdx, sku model.SKUIdx, qty int64)) {
	taken := d.taken()
	tell := func(h holding, qty, was int64) {
		back, moved := taken[h]
		moved = moved || h.node >= 0 && d.ships && slices.ContainsFunc(first.Nodes[h.node].Lots, func(l model.Lot) bool { return l.SKU == h.sku })
		if qty < model.Unlimited {
			qty += back
		}
		if qty != was || moved && qty < model.Unlimited {
			f(h.tech, h.node, h.sku, qty)
		}
	}
	for t := range d.van {
		for _, q := range d.van[t] {
			was := int64(0)
			if k := slices.IndexFunc(first.Technicians[t].Stock, func(w model.Quantity) bool { return w.SKU == q.SKU }); k >= 0 {
				was = first.Technicians[t].Stock[k].Qty
			}
			tell(inVan(model.TechIdx(t), q.SKU), q.Qty, was)
		}
	}
	for n := range d.known.Nodes {
		for _, q := range d.known.Nodes[n].Stock {
			was, _ := first.Nodes[n].StockOf(q.SKU)
			tell(atNode(model.NodeIdx(n), q.SKU, lotKey{}), q.Qty, was)
		}
	}
}

// Tools calls f with each tool that a van or a node (the other is -1) has another number of than in the problem that the day began with.
func (d *Day) Tools(first *model.Problem, f func(tech model.TechIdx, node model.NodeIdx, tool model.ToolIdx, qty int64)) {
	taken := d.taken()
	for t := range d.known.Technicians {
		for _, tool := range d.known.Technicians[t].Tools {
			if !slices.Contains(first.Technicians[t].Tools, tool) && taken[holding{tech: model.TechIdx(t), node: -1, sku: -1, tool: tool}] == 0 {
				f(model.TechIdx(t), -1, tool, 1)
			}
		}
	}
	for n := range d.known.Nodes {
		for _, q := range d.known.Nodes[n].Tools {
			if q.Qty >= model.Unlimited {
				continue
			}
			if qty := q.Qty + taken[holding{tech: -1, node: model.NodeIdx(n), sku: -1, tool: q.Tool}]; qty != first.Nodes[n].ToolsOf(q.Tool) {
				f(-1, model.NodeIdx(n), q.Tool, qty)
			}
		}
	}
}

// RestoreTool is to be called after Begin.
func (d *Day) RestoreTool(tech model.TechIdx, node model.NodeIdx, tool model.ToolIdx, qty int64) {
	d.thaw()
	if tech >= 0 {
		tools := &d.known.Technicians[tech].Tools
		if at, has := slices.BinarySearch(*tools, tool); !has && qty > 0 {
			*tools = slices.Insert(*tools, at, tool)
		}
	} else {
		for k := range d.known.Nodes[node].Tools {
			if q := &d.known.Nodes[node].Tools[k]; q.Tool == tool && q.Qty < model.Unlimited {
				q.Qty = qty
			}
		}
	}
	d.pending.Stock = true
}
