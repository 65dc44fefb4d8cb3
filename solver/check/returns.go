package check

import (
	"maps"
	"slices"

	"callout/solver/model"
)

// returns judges where everything lands that comes back on the route.
func (c *checker) returns(r *route) {
	var held []model.Return
	if c.landing[r.Tech] == r.shift {
		held = r.tech.Returns
	}
	c.landings(r, r.whole(), -1, r.landings, held)
	for k := range r.stops {
		s := &r.stops[k]
		var want []model.Return
		if s.Kind == model.Visit {
			want = c.p.Jobs[s.Job].Returns
		}
		c.landings(r, r.at(s), s.index, s.Returns, want)
	}
}

// landings compares where units are said to land, behind the stop at an index or, where that is -1, behind the start, with what is to land.
func (c *checker) landings(r *route, where Where, index int, list []model.Landing, want []model.Return) {
	balance := make(map[model.SKUIdx]int64, len(want)) // landed less returned
	for _, w := range want {
		balance[w.SKU] -= w.Qty
	}
	for _, l := range list {
		w := of(where, c.p.SKUs, l.SKU)
		if l.Qty <= 0 || l.Qty >= model.Unlimited {
			c.flagf(SupplyQuantity, w, distance(0, min(max(l.Qty, -model.Unlimited), model.Unlimited)),
				"%s: of what comes back behind stop %d, %d of %s land", r.ID, index, l.Qty, w.what())
			continue
		}
		balance[l.SKU] += l.Qty
		if of := allOf(want, l.SKU); len(of) > 0 && !slices.ContainsFunc(of, func(x model.Return) bool { return c.lands(r, index, l.At, &x) }) {
			c.flagf(ReturnPlace, w, 1, "%s: %s that comes back behind stop %d lands at stop %d", r.ID, w.what(), index, l.At)
		}
	}
	for _, sku := range slices.Sorted(maps.Keys(balance)) {
		w := of(where, c.p.SKUs, sku)
		switch d := balance[sku]; {
		case d < 0:
			c.flagf(ReturnsMissing, w, -d, "%s: not all %s that comes back behind stop %d lands", r.ID, w.what(), index)
		case d > 0:
			c.flagf(ReturnsSurplus, w, d, "%s: more of %s lands than comes back behind stop %d", r.ID, w.what(), index)
		case !c.each(r, index, list, allOf(want, sku)):
			c.flagf(ReturnPlace, w, 1, "%s: not each %s that comes back behind stop %d lands where it may", r.ID, w.what(), index)
		}
	}
}

// allOf are the returns of a SKU.
func allOf(list []model.Return, sku model.SKUIdx) []model.Return {
	return slices.DeleteFunc(slices.Clone(list), func(x model.Return) bool { return x.SKU != sku })
}

// mostOfOne is how many returns of one SKU are told apart: a running day may have some that land at different nodes.
const mostOfOne = 12

// each tells whether units of a SKU can be matched with what is to land, all of which does: any of the returns have as many units at places where some
// of them may land (Hall).
func (c *checker) each(r *route, index int, list []model.Landing, want []model.Return) bool {
	if len(want) < 2 {
		return true
	}
	want = want[:min(len(want), mostOfOne)]
	for set := 1; set < 1<<len(want); set++ {
		var units, room int64
		in := func(k int) bool { return set>>k&1 != 0 }
		for k := range want {
			if in(k) {
				units += want[k].Qty
			}
		}
		for _, l := range list {
			for k := range want {
				if in(k) && l.SKU == want[0].SKU && c.lands(r, index, l.At, &want[k]) {
					room += l.Qty
					break
				}
			}
		}
		if units > room {
			return false
		}
	}
	return true
}

// lands tells whether units may land at a stop, being in the van behind the one at an index.
func (c *checker) lands(r *route, index int, at int32, what *model.Return) bool {
	if at == model.EndOfShift {
		return len(what.Nodes) == 0
	}
	if int(at) <= index || int(at) >= len(r.stated) {
		return false
	}
	s := &r.stated[at]
	return s.Kind == model.Pickup && c.known(s) && what.LandsAt(s.Node)
}
