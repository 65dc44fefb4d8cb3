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
	d.uses(tech, st, func(sku model.SKUIdx, qty int64) { d.fill(tech, sku, sign*qty) })
}

// uses calls f with what a visit has from the van. What serves a part that has substitutes is kept with the stop.
func (d *Day) uses(tech model.TechIdx, st *model.Stop, f func(sku model.SKUIdx, qty int64)) {
	for i, q := range d.known.Jobs[st.Job].Parts {
		f(d.serving(tech, st, i), q.Qty)
	}
}

// carries tells whether a van has what a visit takes now.
func (d *Day) carries(tech model.TechIdx, st model.Stop) bool {
	for _, tool := range d.known.Jobs[st.Job].Tools {
		if !slices.Contains(d.known.Technicians[tech].Tools, tool) {
			return false
		}
	}
	enough := true
	d.uses(tech, &st, func(sku model.SKUIdx, qty int64) {
		enough = enough && slices.ContainsFunc(d.van[tech], func(q model.Quantity) bool { return q.SKU == sku && q.Qty >= qty })
	})
	return enough
}

// serving is the SKU that serves part i of a visit: by the plan, or where that does not say, the first of which the van has enough.
func (d *Day) serving(tech model.TechIdx, st *model.Stop, i int) model.SKUIdx {
	job := &d.known.Jobs[st.Job]
	own := job.Parts[i]
	if len(job.Substitutes) == 0 {
		return own.SKU
	}
	for _, q := range st.Parts {
		if part, _ := job.Serves(q.SKU); part == i {
			return q.SKU
		}
	}
	enough := func(sku model.SKUIdx) bool {
		return slices.ContainsFunc(d.van[tech], func(q model.Quantity) bool { return q.SKU == sku && q.Qty >= own.Qty })
	}
	sku := own.SKU
	for _, s := range job.Substitutes {
		if int(s.Part) == i && !enough(sku) && enough(s.SKU) {
			sku = s.SKU
		}
	}
	st.Parts = append(slices.Clip(st.Parts), model.Supply{SKU: sku, Qty: own.Qty, From: model.VanSource})
	return sku
}
