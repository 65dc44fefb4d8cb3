package day

import (
	"slices"

	"callout/solver/model"
)

// coming are the stops of a shift that nobody has left for, those that are frozen included, with where parts and tools come from: in what is frozen
// the van has been filled at calls already. A visit has what was taken for it, and else the van serves the first ones, and then each call those behind.
func (d *Day) coming(s *shift) []model.Stop {
	first := len(s.facts)
	for first > 0 && s.facts[first-1].Frozen {
		first--
	}
	var out []model.Stop
	left := map[model.SKUIdx]int64{} // in the van, without what was loaded
	tech := d.known.Shifts[s.id].Tech
	for i := range s.facts[first:] {
		f := &s.facts[first+i]
		out = append(out, f.Stop)
		if f.Kind == model.Visit {
			for _, u := range f.used {
				left[u.SKU] += u.Qty
				if !slices.ContainsFunc(out[i].Parts, func(q model.Supply) bool { return q.SKU == u.SKU }) {
					out[i].Parts = append(slices.Clip(out[i].Parts), model.Supply{SKU: u.SKU, Qty: u.Qty, From: model.VanSource})
				}
			}
			out[i].Parts = append(slices.Clip(out[i].Parts), d.booked(f.Job)...)
		}
		for _, l := range f.loaded {
			if l.tool < 0 {
				left[l.sku] -= l.qty
			}
		}
	}
	frozen := int32(len(out))
	for i := range s.ahead {
		st := s.ahead[i]
		shiftCalls(&st, 0, frozen)
		out = append(out, st)
	}
	calls := map[int32][]load{}
	for i := range frozen {
		if loaded := s.facts[first+int(i)].loaded; len(loaded) > 0 {
			calls[i] = slices.Clone(loaded)
		}
	}
	if len(calls) == 0 {
		return out
	}
	for _, q := range d.van[tech] {
		left[q.SKU] += q.Qty
	}
	for i := range out {
		out[i].Parts, out[i].Tools = d.loadedParts(out, int32(i), frozen, left, calls), loadedTools(&out[i], int32(i), calls)
	}
	return out
}

// loadedParts are the parts of a stop, those from the van as far as that had them without the calls before it.
func (d *Day) loadedParts(stops []model.Stop, at, frozen int32, left map[model.SKUIdx]int64, calls map[int32][]load) []model.Supply {
	var out []model.Supply
	st := &stops[at]
	for _, q := range st.Parts {
		if q.From != model.VanSource {
			out = append(out, q)
			continue
		}
		van := q
		for _, own := range [...]bool{true, false} { // what was taken for it, and then what the van has not
			for c := range min(at, frozen) {
				for k := range calls[c] {
					l := &calls[c][k]
					qty := min(l.qty, van.Qty)
					if !own {
						qty = min(l.qty, van.Qty-max(0, left[q.SKU]))
					}
					if l.tool >= 0 || l.sku != q.SKU || qty <= 0 || own != (l.job == st.Job) {
						continue
					}
					l.qty, van.Qty = l.qty-qty, van.Qty-qty
					out = append(out, d.fetched(l, stops[c].Node, c, qty))
				}
			}
		}
		if left[q.SKU] -= van.Qty; van.Qty > 0 {
			out = append(out, van)
		}
	}
	return out
}

// fetched is the supply by which units of a load got to a call: they were at the node, or are to be shipped there.
func (d *Day) fetched(l *load, n model.NodeIdx, call int32, qty int64) model.Supply {
	out := model.Supply{SKU: l.sku, Qty: qty, From: call}
	for k := range d.sent {
		if x := &d.sent[k]; x.id != "" && x.id == l.key.id && !x.gone {
			out.Legs, out.Lot = x.legs, max(0, d.lotOf(x.from, x.sku, x.key))
			return out
		}
	}
	out.Lot = max(0, d.lotOf(n, l.sku, l.key))
	return out
}

// loadedTools are the tools of a stop, those that a call before it has lent from there.
func loadedTools(st *model.Stop, at int32, calls map[int32][]load) []model.ToolSupply {
	out := slices.Clone(st.Tools)
	for i := range out {
		for c := int32(0); c < at && out[i].From == model.VanSource; c++ {
			if slices.ContainsFunc(calls[c], func(l load) bool { return l.tool == out[i].Tool }) {
				out[i].From = c
			}
		}
	}
	return out
}
