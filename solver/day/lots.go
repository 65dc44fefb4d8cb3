package day

import (
	"slices"

	"callout/solver/model"
)

// lotKey tells apart what there is of a SKU at a node. The zero value is what is there for anybody.
type lotKey struct {
	id   string        // of what is to come: inbound supply, or a shipment; tier and who are what it is for once it is there
	tier model.TierIdx // it is reserved for
	who  model.JobIdx  // 0: no job in particular; 1: nobody; else the job that it is kept for, and 2
}

// keptFor is lotKey.who of what is kept for a job; model.NoJob: for nobody.
func keptFor(j model.JobIdx) model.JobIdx { return j + 2 }

func keyOf(l *model.Lot) lotKey {
	k := lotKey{id: l.ID, tier: l.Tier}
	if len(l.Jobs) > 0 {
		k.who = keptFor(l.Jobs[0])
	}
	return k
}

// there is what becomes of a lot when it has come.
func (k lotKey) there() lotKey {
	k.id = ""
	return k
}

// jobs are those that alone may take of a lot.
func (k lotKey) jobs() []model.JobIdx {
	if k.who == 0 {
		return nil
	}
	return []model.JobIdx{k.who - 2}
}

// lotOf is the number of a lot at a node, as in model.Supply; -1: there is none. What was to come and has come by now is what it was for.
func (d *Day) lotOf(n model.NodeIdx, sku model.SKUIdx, key lotKey) int32 {
	lots := d.known.Nodes[n].Lots
	for _, key := range [...]lotKey{key, key.there()} {
		if key == (lotKey{}) {
			return 0
		}
		if at := slices.IndexFunc(lots, func(l model.Lot) bool { return l.SKU == sku && keyOf(&l) == key }); at >= 0 {
			return int32(at) + 1
		}
	}
	return -1
}

// keyAt is the key of a lot with a number, if it is one of a SKU; the zero key is that of number 0.
func (d *Day) keyAt(n model.NodeIdx, sku model.SKUIdx, lot int32) (lotKey, bool) {
	lots := d.known.Nodes[n].Lots
	if lot == 0 {
		return lotKey{}, true
	}
	if lot < 0 || int(lot) > len(lots) || lots[lot-1].SKU != sku {
		return lotKey{}, false
	}
	return keyOf(&lots[lot-1]), true
}

// quantity is what there is of a SKU by a key, or nil.
func (d *Day) quantity(n model.NodeIdx, sku model.SKUIdx, key lotKey) *int64 {
	node := &d.known.Nodes[n]
	switch at := d.lotOf(n, sku, key); {
	case at > 0:
		return &node.Lots[at-1].Qty
	case at == 0:
		if k := slices.IndexFunc(node.Stock, func(s model.NodeStock) bool { return s.SKU == sku }); k >= 0 {
			return &node.Stock[k].Qty
		}
	}
	return nil
}

// take takes units of a SKU at a node, as far as there are any, and returns how many.
func (d *Day) take(n model.NodeIdx, sku model.SKUIdx, key lotKey, qty int64) int64 {
	have := d.quantity(n, sku, key)
	if have == nil {
		return 0
	}
	d.pending.Stock = true
	if *have < model.Unlimited {
		qty = min(qty, *have)
		*have -= qty
	}
	return qty
}

// put brings units of a SKU to a node. What is reserved costs others so much more.
func (d *Day) put(n model.NodeIdx, sku model.SKUIdx, key lotKey, breach model.Cost, qty int64) {
	d.pending.Stock = true
	if have := d.quantity(n, sku, key); have != nil {
		if *have < model.Unlimited {
			*have += qty
		}
		return
	}
	if key = key.there(); key == (lotKey{}) {
		d.setStock(n, sku, qty)
		return
	}
	node := &d.known.Nodes[n]
	_, price := node.StockOf(sku)
	node.Lots = append(node.Lots, model.Lot{SKU: sku, Qty: qty, Price: price, Tier: key.tier, Break: breach, Jobs: key.jobs()})
}

// setStock is what is at a node for anybody from now on.
func (d *Day) setStock(n model.NodeIdx, sku model.SKUIdx, qty int64) {
	node := &d.known.Nodes[n]
	k, found := slices.BinarySearchFunc(node.Stock, sku, func(q model.NodeStock, s model.SKUIdx) int { return int(q.SKU) - int(s) })
	if !found {
		node.Stock = slices.Insert(node.Stock, k, model.NodeStock{SKU: sku})
		d.pending.All = d.pending.All || !d.ships
	}
	node.Stock[k].Qty = qty
	d.pending.Stock = true
}

// unbooked is what a count at a node leaves when those who are on the way there have taken what they come for, as far as it goes
// round, and what is booked from there has left.
func (d *Day) unbooked(n model.NodeIdx, sku model.SKUIdx, qty int64) int64 {
	there := func(key lotKey) bool { return d.present(n, sku, key).id == "" }
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.facts {
			f := &s.facts[i]
			if f.Kind != model.Pickup || f.Node != n || f.State != LeftFor {
				continue
			}
			f.loaded = slices.Clone(f.loaded)
			for m := range f.loaded {
				l := &f.loaded[m]
				if l.tool >= 0 || l.sku != sku || !there(l.key) {
					continue
				}
				if l.qty > qty {
					d.fill(d.known.Shifts[k].Tech, sku, qty-l.qty)
					l.qty = qty
					s.unsupplied()
					d.pending.Shifts = append(d.pending.Shifts, int32(k))
					d.nearby(s)
				}
				qty -= l.qty
			}
		}
	}
	d.shipments(func(x *shipment) {
		if !x.gone && x.from == n && x.sku == sku && there(x.key) {
			qty = max(0, qty-x.qty)
		}
	})
	return qty
}

// counted is what lies at a node of a SKU and is not booked, reservations included. What is missing is missing from what is for
// anybody first, then from what is kept for nobody here, for tiers, and for jobs.
func (d *Day) counted(n model.NodeIdx, sku model.SKUIdx, qty int64) {
	lots := d.known.Nodes[n].Lots
	kept := int64(0)
	for k := range lots {
		if l := &lots[k]; l.SKU == sku && l.ID == "" {
			kept += l.Qty
		}
	}
	d.setStock(n, sku, max(0, qty-kept))
	missing := kept - qty
	for _, of := range [...]func(lotKey) bool{
		func(k lotKey) bool { return k.who == keptFor(model.NoJob) },
		func(k lotKey) bool { return k.who == 0 },
		func(lotKey) bool { return true },
	} {
		for k := range lots {
			if l := &lots[k]; l.SKU == sku && l.ID == "" && of(keyOf(l)) && missing > 0 {
				less := min(missing, l.Qty)
				l.Qty -= less
				missing -= less
			}
		}
	}
}

// come makes stock of what has come by now.
func (d *Day) come(now model.Time) {
	if !d.ships {
		return
	}
	for n := range d.known.Nodes {
		d.merge(model.NodeIdx(n), func(l *model.Lot) bool { return l.ID != "" && l.From <= now })
	}
	d.sent = slices.DeleteFunc(d.sent, func(x shipment) bool { return x.arrives <= now })
}

// merge makes lots of a node what they are once they are there, where that is said of them.
func (d *Day) merge(n model.NodeIdx, which func(*model.Lot) bool) {
	node := &d.known.Nodes[n]
	for at, l := range slices.Backward(node.Lots) {
		if !which(&l) {
			continue
		}
		d.unlist(n, at)
		key := keyOf(&l).there()
		d.put(n, l.SKU, key, l.Break, l.Qty)
		d.renumber(n, func(q *model.Supply) {
			switch lot := int32(at) + 1; {
			case q.Lot == lot:
				q.Lot = max(0, d.lotOf(n, l.SKU, key))
			case q.Lot > lot:
				q.Lot--
			}
		})
	}
}

// unlist takes a lot out of the list of a node; others have other numbers then.
func (d *Day) unlist(n model.NodeIdx, at int) {
	node := &d.known.Nodes[n]
	node.Lots = slices.Delete(slices.Clone(node.Lots), at, at+1)
}

// renumber calls f with each supply ahead that is taken at a node.
func (d *Day) renumber(n model.NodeIdx, f func(*model.Supply)) {
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.ahead {
			st := &s.ahead[i]
			for p := range st.Parts {
				if q := st.Parts[p]; q.Lot > 0 && d.takenAt(s, &q) == n {
					if f(&q); q.Lot != st.Parts[p].Lot {
						st.Parts = slices.Clone(st.Parts)
						st.Parts[p] = q
					}
				}
			}
		}
	}
}

// takenAt is the node at which a supply of a stop ahead is taken, or model.NoNode.
func (d *Day) takenAt(s *shift, q *model.Supply) model.NodeIdx {
	switch {
	case len(q.Legs) > 0:
		return d.known.Lanes[q.Legs[0].Lane].From
	case q.From >= 0 && int(q.From) < len(s.ahead) && s.ahead[q.From].Kind == model.Pickup:
		return s.ahead[q.From].Node
	}
	return model.NoNode
}

// lapse frees what is reserved for a job that is cancelled, or was loaded for it: its number goes to another one.
func (d *Day) lapse(j model.JobIdx) {
	who := keptFor(j)
	for k := range d.shifts {
		facts := d.shifts[k].facts
		for i := range facts {
			f := &facts[i]
			for n := range f.loaded {
				l := f.loaded[n]
				if l.job == j {
					l.job = model.NoJob
				}
				if l.key.who == who {
					l.key.who = 0
				}
				if l != f.loaded[n] {
					f.loaded = slices.Clone(f.loaded)
					f.loaded[n] = l
				}
			}
		}
	}
	if !d.ships {
		return
	}
	for n := range d.known.Nodes {
		lots := d.known.Nodes[n].Lots
		for k := range lots {
			if l := &lots[k]; keyOf(l).who == who {
				l.Jobs = nil
			}
		}
		d.merge(model.NodeIdx(n), func(l *model.Lot) bool { return keyOf(l) == lotKey{} })
	}
	d.shipments(func(x *shipment) {
		if x.key.who == who {
			x.key.who = 0
		}
	})
}
