package day

import (
	"slices"

	"callout/solver/model"
)

// load fills the van with what is ahead for the next stop, a call.
func (d *Day) load(s *shift, tech model.TechIdx) []load {
	var out []load
	d.supply(s)
	node := &d.known.Nodes[s.ahead[0].Node]
	for i := range s.ahead {
		for _, q := range s.ahead[i].Parts {
			if q.From == 0 {
				out = append(out, load{sku: q.SKU, tool: -1, qty: q.Qty})
			}
		}
		for _, t := range s.ahead[i].Tools {
			if t.From == 0 && !slices.Contains(d.known.Technicians[tech].Tools, t.Tool) {
				out = append(out, load{tool: t.Tool, qty: 1})
				tools := append(d.known.Technicians[tech].Tools, t.Tool)
				slices.Sort(tools)
				d.known.Technicians[tech].Tools = tools
			}
		}
	}
	for _, l := range out {
		d.take(node, l, -1)
		if l.tool < 0 {
			d.fill(tech, l.sku, l.qty)
		}
	}
	if len(out) > 0 {
		d.pending.Stock = true
	}
	return out
}

// take changes what a node has.
func (d *Day) take(node *model.Node, l load, sign int64) {
	if l.tool >= 0 {
		for k := range node.Tools {
			if node.Tools[k].Tool == l.tool && node.Tools[k].Qty < model.Unlimited {
				node.Tools[k].Qty = max(0, node.Tools[k].Qty+sign*l.qty)
			}
		}
		return
	}
	for k := range node.Stock {
		if node.Stock[k].SKU == l.sku && node.Stock[k].Qty < model.Unlimited {
			node.Stock[k].Qty = max(0, node.Stock[k].Qty+sign*l.qty)
		}
	}
}

// fill changes what a van has.
func (d *Day) fill(tech model.TechIdx, sku model.SKUIdx, qty int64) {
	van := d.van[tech]
	k, found := slices.BinarySearchFunc(van, sku, func(q model.Quantity, s model.SKUIdx) int { return int(q.SKU) - int(s) })
	if !found {
		van = slices.Insert(van, k, model.Quantity{SKU: sku})
		d.pending.All = true
	}
	if van[k].Qty < model.Unlimited {
		van[k].Qty = max(0, van[k].Qty+qty)
	}
	d.van[tech] = van
	d.pending.Stock = true
}

// use takes a visit's parts out of the van, or puts them back.
func (d *Day) use(tech model.TechIdx, st *model.Stop, sign int64) {
	for _, q := range d.known.Jobs[st.Job].Parts {
		d.fill(tech, q.SKU, sign*q.Qty)
	}
}
