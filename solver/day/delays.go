package day

import (
	"maps"
	"slices"

	"callout/solver/model"
)

// planDelay looks at supply that comes at another time: what is to come to a node, by its id, or what couriers have under way to a job.
func (d *Day) planDelay(e *Event) (func(), *Refusal) {
	if !e.Lost && e.At < e.Now {
		return nil, refuse("until", CodeContradicts, "that is over")
	}
	if e.JobID != "" {
		return d.planCourierDelay(e)
	}
	n, at := d.toCome(e.SupplyID)
	switch {
	case n == model.NoNode:
		return nil, refuse("inbound_id", CodeUnknown, "no supply %q is to come", e.SupplyID)
	case d.known.Nodes[n].Lots[at].From <= e.Now:
		return nil, refuse("inbound_id", CodeContradicts, "supply %q has come", e.SupplyID)
	}
	if e.Lost {
		return func() { d.vanish(e.SupplyID) }, nil
	}
	return func() { d.postpone(e.SupplyID, e.At) }, nil
}

// toCome finds what is to come to a node.
func (d *Day) toCome(id string) (model.NodeIdx, int) {
	for n := range d.known.Nodes {
		if at := slices.IndexFunc(d.known.Nodes[n].Lots, func(l model.Lot) bool { return l.ID == id && id != "" }); at >= 0 {
			return model.NodeIdx(n), at
		}
	}
	return model.NoNode, -1
}

func (d *Day) planCourierDelay(e *Event) (func(), *Refusal) {
	w, why := d.find("job_id", e.JobID, e.Now)
	switch {
	case why != nil:
		return nil, why
	case w.state >= Started:
		return nil, refuse("job_id", CodeContradicts, "the work at job %q has begun", e.JobID)
	case e.SKU >= 0 && !slices.Contains(d.underWay(w, e.Now), e.SKU), len(d.underWay(w, e.Now)) == 0:
		return nil, refuse("job_id", CodeContradicts, "no courier has that under way to job %q", e.JobID)
	}
	if e.Lost {
		return func() { d.give(w, e.SKU) }, nil
	}
	return func() {
		d.forSite(w.id, func(x *shipment) {
			if x.gone && x.arrives > d.now && (e.SKU < 0 || e.SKU == x.sku) {
				x.arrives = e.At
			}
		})
		d.rebegin(w.id)
	}, nil
}

// underWay are the SKUs that couriers will have under way to a job at a time.
func (d *Day) underWay(w whereabouts, at model.Time) (out []model.SKUIdx) {
	d.forSite(w.id, func(x *shipment) {
		if x.legs[0].Leaves < at && x.arrives > at {
			out = append(out, x.sku)
		}
	})
	if w.s == nil {
		return out
	}
	for i := range w.s.ahead {
		if st := &w.s.ahead[i]; st.Kind == model.Visit && st.Job == w.id {
			for _, q := range st.Parts {
				if courier(&q) && q.Legs[0].Leaves < at && q.Legs[len(q.Legs)-1].Arrives > at {
					out = append(out, q.SKU)
				}
			}
		}
	}
	return out
}

// rebegin puts a visit off until what couriers bring is there; one that is ahead is for the search to see to.
func (d *Day) rebegin(j model.JobIdx) {
	d.touch(j)
	d.pending.Around = append(d.pending.Around, int32(j))
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.facts {
			if f := &s.facts[i]; f.Kind == model.Visit && f.Job == j {
				at := model.Time(0)
				d.forSite(j, func(x *shipment) { at = max(at, x.arrives) })
				d.holdUp(s, i, at)
				return
			}
		}
		for i := range s.ahead {
			if st := &s.ahead[i]; st.Kind == model.Visit && st.Job == j {
				s.stale = true
				d.pending.Shifts = append(d.pending.Shifts, int32(k))
				return
			}
		}
	}
}

// holdUp puts off a fact that has not begun.
func (d *Day) holdUp(s *shift, i int, until model.Time) {
	f := &s.facts[i]
	if f.Start <= d.now || f.Start >= until {
		return
	}
	length := f.End - f.Start
	if f.Start = until; f.Kind == model.Pickup {
		f.Start = opensAt(d.known.Nodes[f.Node].Open, until)
	}
	f.End = f.Start + length
	d.back(s, i+1)
	s.within(i)
	d.nearby(s)
}

// postpone moves when something comes to a node, and what depends on it.
func (d *Day) postpone(id string, until model.Time) {
	n, at := d.toCome(id)
	if n == model.NoNode {
		return
	}
	d.known.Nodes[n].Lots[at].From = until
	for k := range d.sent {
		if x := &d.sent[k]; x.id == id {
			x.arrives = until
		}
	}
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.facts {
			f := &s.facts[i]
			if f.Kind == model.Pickup && f.Node == n && slices.ContainsFunc(f.loaded, func(l load) bool { return l.key.id == id }) {
				d.holdUp(s, i, until)
			}
		}
		for i := range s.ahead {
			for p := range s.ahead[i].Parts {
				if q := &s.ahead[i].Parts[p]; int(q.Lot) == at+1 && d.takenAt(s, q) == n {
					s.stale = true
					d.pending.Shifts = append(d.pending.Shifts, int32(k))
					d.around(s, i)
				}
			}
		}
	}
	// What was booked from there leaves when it has come, and arrives by so much later.
	for _, x := range d.bookedFrom(n, id) {
		late := until - x.legs[0].Leaves
		switch {
		case late <= 0:
		case x.to == model.NoNode:
			d.forSite(x.job, func(o *shipment) {
				if o.key.id == id && !o.gone {
					o.arrives += until - o.legs[0].Leaves
				}
			})
			d.rebegin(x.job)
		default:
			d.postpone(x.id, x.arrives+late)
		}
	}
}

// bookedFrom is what was booked out of what is to come to a node, one of those to each site.
func (d *Day) bookedFrom(n model.NodeIdx, id string) (out []shipment) {
	for k := range d.sent {
		if x := &d.sent[k]; !x.gone && x.from == n && x.key.id == id {
			out = append(out, *x)
		}
	}
	for _, j := range slices.Sorted(maps.Keys(d.brought)) {
		if k := slices.IndexFunc(d.brought[j], func(x shipment) bool { return !x.gone && x.from == n && x.key.id == id }); k >= 0 {
			out = append(out, d.brought[j][k])
		}
	}
	return out
}
