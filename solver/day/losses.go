package day

import (
	"slices"

	"callout/solver/model"
)

// give gives up what couriers have under way to a job: that needs another source. Who has left for it is free.
func (d *Day) give(w whereabouts, sku model.SKUIdx) {
	if w.state == LeftFor && w.s != nil {
		d.letGo(w)
	}
	d.keepBrought(w.id, func(x *shipment) bool {
		none := x.gone && x.arrives > d.now && (sku < 0 || x.sku == sku)
		if none {
			d.lost[x.sku] += x.qty
		}
		return !none
	})
	d.rebegin(w.id)
}

// vanish takes away what is to come to a node, and does not.
func (d *Day) vanish(id string) {
	n, at := d.toCome(id)
	if n == model.NoNode {
		return
	}
	lot := d.known.Nodes[n].Lots[at]
	d.lost[lot.SKU] += lot.Qty
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.facts {
			d.unload(s, &s.facts[i], id)
		}
		for i := range s.ahead {
			if slices.ContainsFunc(s.ahead[i].Parts, func(q model.Supply) bool { return int(q.Lot) == at+1 && d.takenAt(s, &q) == n }) {
				d.around(s, i)
				s.unsupplied()
				d.pending.Shifts = append(d.pending.Shifts, int32(k))
			}
		}
	}
	d.unlist(n, at)
	d.renumber(n, func(q *model.Supply) {
		if int(q.Lot) > at+1 {
			q.Lot--
		}
	})
	d.sent = slices.DeleteFunc(d.sent, func(x shipment) bool { return x.id == id })
	d.unsent(n, id)
}

// unload takes out of the books what somebody is on the way to fetch, and does not come.
func (d *Day) unload(s *shift, f *Fact, id string) {
	for k, l := range slices.Backward(f.loaded) {
		if l.tool >= 0 || l.key.id != id {
			continue
		}
		f.loaded = slices.Delete(slices.Clone(f.loaded), k, k+1)
		d.lost[l.sku] -= d.fill(d.known.Shifts[s.id].Tech, l.sku, -l.qty)
		s.unsupplied()
		d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
		d.nearby(s)
	}
}

// unsent gives up what was booked out of supply that does not come.
func (d *Day) unsent(n model.NodeIdx, id string) {
	for _, x := range d.bookedFrom(n, id) {
		if x.to != model.NoNode {
			d.vanish(x.id) // its units are where they are to come
			continue
		}
		d.keepBrought(x.job, func(o *shipment) bool {
			none := !o.gone && o.key.id == id
			if none {
				d.lost[o.sku] += o.qty
			}
			return !none
		})
		if w, why := d.find("", x.jobID, d.now); why == nil && w.state == LeftFor {
			d.letGo(w)
		}
		d.rebegin(x.job)
	}
}
