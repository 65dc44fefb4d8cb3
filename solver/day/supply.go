package day

import (
	"slices"

	"callout/solver/model"
)

// supply works out where visits ahead have their parts and tools from, of which the plan does not tell: the van, and then the last call before. A route
// that has enough has enough then, too: whoever does without the van leaves it to those behind, and their parts lie at the same call.
func (d *Day) supply(s *shift) {
	tech := d.known.Shifts[s.id].Tech
	left := make(map[model.SKUIdx]int64)
	for _, q := range d.van[tech] {
		left[q.SKU] = q.Qty
	}
	var calls []int32
	for i := range s.ahead {
		st := &s.ahead[i]
		if st.Kind != model.Visit {
			calls = append(calls, int32(i))
			continue
		}
		job := &d.known.Jobs[st.Job]
		if len(st.Parts) == 0 {
			st.Parts = nil
			for i := range job.Parts {
				st.Parts = append(st.Parts, d.supplyPart(s, st.Job, i, left, calls)...)
			}
		}
		for _, q := range st.Parts {
			if q.From == model.VanSource {
				left[q.SKU] -= q.Qty
			}
		}
		if len(st.Tools) == 0 {
			st.Tools = nil
			for _, tool := range job.Tools {
				d.supplyTool(s, st, tool, tech, calls)
			}
		}
	}
}

// supplyPart is where part i of a job comes from, or the first of its substitutes of which there is enough. Where there is enough of nothing, the van
// is to have it.
func (d *Day) supplyPart(s *shift, j model.JobIdx, i int, left map[model.SKUIdx]int64, calls []int32) []model.Supply {
	job := &d.known.Jobs[j]
	sku, qty := d.lacks(j, nil, i)
	if qty == 0 {
		return nil
	}
	q := model.Quantity{SKU: job.Parts[i].SKU, Qty: qty}
	if sku >= 0 {
		q.SKU = sku
	}
	if out := d.supplies(s, j, q, left[q.SKU], calls); out != nil {
		return out
	}
	for _, o := range job.Substitutes {
		if int(o.Part) == i && sku < 0 {
			if out := d.supplies(s, j, model.Quantity{SKU: o.SKU, Qty: q.Qty}, left[o.SKU], calls); out != nil {
				return out
			}
		}
	}
	return []model.Supply{{SKU: q.SKU, Qty: q.Qty, From: model.VanSource}}
}

// supplies are the van, and the last call whose node has the rest; nil where none has.
func (d *Day) supplies(s *shift, j model.JobIdx, q model.Quantity, van int64, calls []int32) (out []model.Supply) {
	if van >= q.Qty {
		return []model.Supply{{SKU: q.SKU, Qty: q.Qty, From: model.VanSource}}
	}
	rest := q.Qty - max(0, van)
	for _, at := range slices.Backward(calls) {
		if lot, ok := d.lotWith(s.ahead[at].Node, j, q.SKU, rest); ok {
			if van > 0 {
				out = append(out, model.Supply{SKU: q.SKU, Qty: van, From: model.VanSource})
			}
			return append(out, model.Supply{SKU: q.SKU, Qty: rest, From: at, Lot: lot})
		}
	}
	return nil
}

// lotWith is what a node has enough of for a job now: what is for anybody, or else kept for it.
func (d *Day) lotWith(n model.NodeIdx, j model.JobIdx, sku model.SKUIdx, qty int64) (int32, bool) {
	node := &d.known.Nodes[n]
	if have, _ := node.StockOf(sku); have >= qty {
		return 0, true
	}
	at := slices.IndexFunc(node.Lots, func(l model.Lot) bool {
		return l.SKU == sku && l.Qty >= qty && l.From <= d.now && l.For(j) && (l.Tier == model.NoTier || l.Tier == d.known.Jobs[j].Tier)
	})
	return int32(at) + 1, at >= 0
}

func (d *Day) supplyTool(s *shift, st *model.Stop, tool model.ToolIdx, tech model.TechIdx, calls []int32) {
	from := model.ToolSupply{Tool: tool, From: model.VanSource}
	if !slices.Contains(d.known.Technicians[tech].Tools, tool) {
		for _, at := range slices.Backward(calls) {
			if d.known.Nodes[s.ahead[at].Node].ToolsOf(tool) > 0 {
				from.From = at
				break
			}
		}
	}
	st.Tools = append(st.Tools, from)
}
