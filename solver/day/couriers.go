package day

import (
	"slices"

	"callout/solver/model"
)

// booked are the supplies of a visit that couriers are to bring and that have not left.
func (d *Day) booked(j model.JobIdx) []model.Supply {
	return d.couriers(j, func(x *shipment) bool { return !x.gone })
}

// couriers are shipments to the site of a job, as supplies.
func (d *Day) couriers(j model.JobIdx, which func(*shipment) bool) (out []model.Supply) {
	for k := range d.brought[j] {
		if x := &d.brought[j][k]; which(x) {
			out = append(out, model.Supply{
				SKU: x.sku, Qty: x.qty, From: model.CourierSource, Legs: x.legs, Lot: max(0, d.lotOf(x.from, x.sku, x.key)),
			})
		}
	}
	return out
}

// forSite calls f with what couriers have brought to the site of a job, or are to bring.
func (d *Day) forSite(j model.JobIdx, f func(x *shipment)) {
	list := d.brought[j]
	for k := range list {
		f(&list[k])
	}
}

// delivered is a stop with what couriers bring, or only with what has left.
func (d *Day) delivered(st model.Stop, gone bool) model.Stop {
	if st.Kind == model.Visit {
		st.Parts = append(slices.Clip(st.Parts), d.couriers(st.Job, func(x *shipment) bool { return x.gone || !gone })...)
	}
	return st
}

// Awaits is when all is there that couriers bring to the site of a job, of what has left; 0 where there is nothing.
func (d *Day) Awaits(j model.JobIdx) (at model.Time) {
	d.forSite(j, func(x *shipment) {
		if part, _ := d.known.Jobs[j].Serves(x.sku); part >= 0 && x.gone {
			at = max(at, x.arrives)
		}
	})
	return at
}

// lacks is what of part i of a job is not brought by couriers, among these those of a stop; the SKU is -1 where it is not settled by what they
// bring.
func (d *Day) lacks(j model.JobIdx, st *model.Stop, i int) (sku model.SKUIdx, qty int64) {
	job := &d.known.Jobs[j]
	sku, qty = -1, job.Parts[i].Qty
	if !d.ships {
		return sku, qty
	}
	most, brought := int64(0), make(map[model.SKUIdx]int64)
	add := func(x model.SKUIdx, n int64) {
		if part, _ := job.Serves(x); part != i {
			return
		}
		if brought[x] += n; brought[x] > most {
			most, sku = brought[x], x
		}
	}
	d.forSite(j, func(x *shipment) { add(x.sku, x.qty) })
	if st != nil {
		for n := range st.Parts {
			if q := &st.Parts[n]; courier(q) {
				add(q.SKU, q.Qty)
			}
		}
	}
	return sku, max(0, qty-most)
}

// without takes off a job as of now what couriers bring; it waits for that.
func (d *Day) without(j model.JobIdx, job *model.Job) {
	if len(d.brought[j]) == 0 {
		return
	}
	if at := d.Awaits(j); at > 0 {
		job.Release = max(job.Release, at)
	}
	known := &d.known.Jobs[j]
	job.Parts, job.Substitutes = nil, nil
	for i, q := range known.Parts {
		sku, qty := d.lacks(j, nil, i)
		if qty == 0 {
			continue
		}
		if sku >= 0 {
			q.SKU = sku
		}
		job.Parts = append(job.Parts, model.Quantity{SKU: q.SKU, Qty: qty})
	}
	slices.SortFunc(job.Parts, func(a, b model.Quantity) int { return int(a.SKU) - int(b.SKU) })
	for _, o := range known.Substitutes {
		if sku, qty := d.lacks(j, nil, int(o.Part)); sku >= 0 || qty == 0 {
			continue
		}
		part := known.Parts[o.Part].SKU
		o.Part = int32(slices.IndexFunc(job.Parts, func(q model.Quantity) bool { return q.SKU == part }))
		job.Substitutes = append(job.Substitutes, o)
	}
	slices.SortStableFunc(job.Substitutes, func(a, b model.Substitute) int { return int(a.Part) - int(b.Part) })
}
