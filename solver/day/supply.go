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
			for _, q := range job.Parts {
				d.supplyPart(s, st, q, left[q.SKU], calls)
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

func (d *Day) supplyPart(s *shift, st *model.Stop, q model.Quantity, van int64, calls []int32) {
	from := model.Supply{SKU: q.SKU, Qty: q.Qty, From: model.VanSource}
	for _, at := range slices.Backward(calls) {
		if van >= q.Qty {
			break
		}
		if have, _ := d.known.Nodes[s.ahead[at].Node].StockOf(q.SKU); have >= q.Qty-max(0, van) {
			if van > 0 {
				st.Parts = append(st.Parts, model.Supply{SKU: q.SKU, Qty: van, From: model.VanSource})
			}
			from.Qty, from.From = q.Qty-max(0, van), at
			break
		}
	}
	st.Parts = append(st.Parts, from)
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
