package day

import (
	"slices"

	"callout/solver/model"
)

// load fills the van with what is ahead for the next stop, a call.
func (d *Day) load(s *shift, tech model.TechIdx) []load {
	var out []load
	d.supply(s)
	n := s.ahead[0].Node
	for i := range s.ahead {
		for p := range s.ahead[i].Parts {
			if q := &s.ahead[i].Parts[p]; q.From == 0 {
				if l := d.fetch(n, s.ahead[i].Job, q); l.qty > 0 {
					d.fill(tech, l.sku, l.qty)
					out = append(out, l)
				}
			}
		}
		for _, t := range s.ahead[i].Tools {
			if t.From == 0 && !slices.Contains(d.known.Technicians[tech].Tools, t.Tool) {
				out = append(out, load{tool: t.Tool, qty: 1, job: s.ahead[i].Job})
				tools := append(d.known.Technicians[tech].Tools, t.Tool)
				slices.Sort(tools)
				d.known.Technicians[tech].Tools = tools
			}
		}
	}
	for _, l := range out {
		if l.tool >= 0 {
			d.lend(n, l.tool, -l.qty)
		}
	}
	if len(out) > 0 {
		d.pending.Stock = true
	}
	return out
}

// fetch takes what a job has from a call out of the node's stock, as far as it is there, or sends for it.
func (d *Day) fetch(n model.NodeIdx, j model.JobIdx, q *model.Supply) load {
	out := load{sku: q.SKU, tool: -1, job: j}
	var ok bool
	if len(q.Legs) > 0 {
		if x := d.send(j, q, n); x != nil {
			out.key, out.breach = d.lotKeyOf(x), x.breach
			ok = true
		}
	} else if out.key, ok = d.keyAt(n, q.SKU, q.Lot); ok && q.Lot > 0 {
		out.breach = d.known.Nodes[n].Lots[q.Lot-1].Break
	}
	if ok {
		out.qty = d.take(n, q.SKU, out.key, q.Qty)
	}
	return out
}

// lend changes how many of a tool a node has.
func (d *Day) lend(n model.NodeIdx, tool model.ToolIdx, by int64) {
	tools := d.known.Nodes[n].Tools
	for k := range tools {
		if tools[k].Tool == tool && tools[k].Qty < model.Unlimited {
			tools[k].Qty = max(0, tools[k].Qty+by)
		}
	}
}

// fill changes what a van has, and returns by how much.
func (d *Day) fill(tech model.TechIdx, sku model.SKUIdx, qty int64) int64 {
	van := d.van[tech]
	k, found := slices.BinarySearchFunc(van, sku, func(q model.Quantity, s model.SKUIdx) int { return int(q.SKU) - int(s) })
	if !found {
		van = slices.Insert(van, k, model.Quantity{SKU: sku})
		d.pending.All = true
	}
	if van[k].Qty < model.Unlimited {
		qty = max(qty, -van[k].Qty)
		van[k].Qty += qty
	}
	d.van[tech] = van
	d.pending.Stock = true
	return qty
}

// setVan is what a van has from now on.
func (d *Day) setVan(tech model.TechIdx, sku model.SKUIdx, qty int64) {
	if k := slices.IndexFunc(d.van[tech], func(q model.Quantity) bool { return q.SKU == sku }); k >= 0 {
		qty -= d.van[tech][k].Qty
	}
	d.fill(tech, sku, qty)
}

// countedIn is what lies in a van of a SKU. In it is what a visit takes that its technician is on the way to, as far as it goes round,
// and what is on its way back; what he is on the way to fetch comes on top.
func (d *Day) countedIn(tech model.TechIdx, sku model.SKUIdx, qty int64) {
	var fetched int64
	for k := range d.leftovers[tech] {
		if l := &d.leftovers[tech][k]; l.sku == sku && !d.landed(*l) {
			qty -= l.qty
		}
	}
	for _, k := range d.shiftsOf[tech] {
		facts := d.shifts[k].facts
		for i := range facts {
			f := &facts[i]
			if f.State != LeftFor {
				continue
			}
			f.used = slices.Clone(f.used)
			for n := range f.used {
				if q := &f.used[n]; q.SKU == sku {
					q.Qty = min(q.Qty, max(0, qty))
					qty -= q.Qty
				}
			}
			for _, l := range f.loaded {
				if l.tool < 0 && l.sku == sku {
					fetched += l.qty
				}
			}
		}
	}
	d.setVan(tech, sku, max(0, qty)+fetched)
}

// use takes a visit's parts out of the van, as far as they are there.
func (d *Day) use(tech model.TechIdx, st *model.Stop) (used []model.Quantity) {
	d.uses(tech, st, func(sku model.SKUIdx, qty int64) {
		if had := -d.fill(tech, sku, -qty); !d.resuming { // else the van held what was loaded elsewhere
			qty = had
		}
		used = append(used, model.Quantity{SKU: sku, Qty: qty})
	})
	return used
}

// uses calls f with what a visit has from the van. What serves a part that has substitutes is kept with the stop.
func (d *Day) uses(tech model.TechIdx, st *model.Stop, f func(sku model.SKUIdx, qty int64)) {
	for i := range d.known.Jobs[st.Job].Parts {
		sku, qty := d.lacks(st.Job, st, i)
		if qty == 0 {
			continue
		}
		if sku < 0 {
			sku = d.serving(tech, st, i)
		}
		f(sku, qty)
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
	return enough && !slices.ContainsFunc(st.Parts, func(q model.Supply) bool { return courier(&q) && !d.sends(&q) })
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
