package day

import (
	"cmp"
	"maps"
	"slices"

	"callout/solver/model"
)

// leftover is units that were picked up and are not used by whatever is ahead: they are not van stock any more, but on their way back.
type leftover struct {
	sku   model.SKUIdx
	qty   int64
	shift int // in which that was found
	after int // so many facts
}

// land states where everything lands on a route of the whole day: what is left over too.
func (d *Day) land(r *model.Route) {
	if !d.returning {
		return
	}
	d.known.Land(r, d.known.Held(r.Shift))
	for _, l := range d.leftovers[d.known.Shifts[r.Shift].Tech] {
		if l.shift != int(r.Shift) {
			continue
		}
		from := min(l.after, len(r.Stops))
		at := slices.IndexFunc(r.Stops[from:], func(st model.Stop) bool {
			return st.Kind == model.Pickup && slices.Contains(d.known.LeftoverNodes(l.sku), st.Node)
		})
		if at >= 0 {
			r.Returns = append(r.Returns, model.Landing{SKU: l.sku, Qty: l.qty, At: int32(from + at)})
		}
	}
}

// inVan lists what is in a technician's van to be handed in, behind all facts: from the start, out of machines, and left over. What a call that is a
// fact may take has landed there, and without nodes at the end of a shift.
func (d *Day) inVan(t model.TechIdx) []model.Return {
	out := slices.Clone(d.known.Technicians[t].Returns)
	for _, k := range d.shiftsOf[t] {
		s := &d.shifts[k]
		for i := range len(s.facts) + 1 {
			for _, l := range d.leftovers[t] {
				if l.shift == k && min(l.after, len(s.facts)) == i {
					out = append(out, model.Return{SKU: l.sku, Qty: l.qty, Nodes: d.known.LeftoverNodes(l.sku)})
				}
			}
			if i == len(s.facts) {
				break
			}
			if f := &s.facts[i]; f.Kind == model.Visit {
				out = append(out, d.known.Jobs[f.Job].Returns...)
			} else {
				out = slices.DeleteFunc(out, func(x model.Return) bool { return x.LandsAt(f.Node) })
			}
		}
		if len(s.facts) > 0 && d.over(s) {
			out = slices.DeleteFunc(out, func(x model.Return) bool { return len(x.Nodes) == 0 })
		}
	}
	return merged(out)
}

// merged is a list by SKU, with one entry for all that may land at the same nodes.
func merged(list []model.Return) []model.Return {
	var out []model.Return
	for _, x := range list {
		k := slices.IndexFunc(out, func(o model.Return) bool { return o.SKU == x.SKU && slices.Equal(o.Nodes, x.Nodes) })
		if k >= 0 {
			out[k].Qty += x.Qty
		} else {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b model.Return) int { return cmp.Compare(a.SKU, b.SKU) })
	return out
}

// handIn brings what technicians have to hand in up to date.
func (d *Day) handIn() {
	if !d.returning {
		if d.returning = d.known.HasReturns() || len(d.known.Leftovers) > 0; !d.returning {
			return
		}
	}
	first := d.asOf.LandingShift()
	for t := range d.asOf.Technicians {
		list := d.inVan(model.TechIdx(t))
		if k := first[t]; k >= 0 && d.shifts[k].begun() {
			d.within(&d.shifts[k], list)
		}
		was := &d.asOf.Technicians[t].Returns
		same := func(a, b model.Return) bool {
			return a.SKU == b.SKU && a.Qty == b.Qty && slices.Equal(a.Nodes, b.Nodes)
		}
		if slices.EqualFunc(*was, list, same) {
			continue
		}
		*was = list
		for _, k := range d.shiftsOf[t] {
			d.pending.Shifts = append(d.pending.Shifts, int32(k))
		}
	}
}

// within lets go what cannot be handed in any more on the rest of a shift, if its technician did nothing else from now on: it stays in the van until the
// end, and that is said. A shift that has begun has to go on, whatever is in the van.
func (d *Day) within(s *shift, list []model.Return) {
	now := &d.asOf.Shifts[s.id]
	rests := model.Duration(0)
	for i, b := range now.Breaks {
		if i > 0 || !s.paused {
			rests += b.Duration
		}
	}
	type spot struct {
		at     model.LocIdx
		time   model.Time
		driven model.Duration
	}
	here := spot{at: s.at, time: s.ready}
	var called []model.NodeIdx
	for k := range list {
		x := &list[k]
		if len(x.Nodes) == 0 || slices.ContainsFunc(called, x.LandsAt) {
			continue
		}
		best, to := spot{time: model.NoTime}, model.NodeIdx(-1)
		late := model.NoTime
		for _, n := range x.Nodes {
			node := &d.known.Nodes[n]
			drive := d.leg(s, here.at, node.Location, here.time)
			if drive >= model.Unreachable {
				continue
			}
			start, ok := openFrom(node.Open, here.time+drive)
			end := spot{node.Location, start + node.Handling, here.driven + drive}
			home := d.leg(s, end.at, now.End, end.time)
			over := max(end.time+home+rests-now.LatestEnd, end.driven+home-now.MaxDrive, end.time+home-now.Earliest-now.MaxWork)
			if late = min(late, max(1, over)); ok && over <= 0 && end.time < best.time {
				best, to = end, n
			}
		}
		if to < 0 {
			d.report(s, "returns_missing", min(late, model.MaxTime))
			x.Nodes = nil
			continue
		}
		here, called = best, append(called, to)
	}
}

// openFrom is the first time from t on at which an interval is open; false where there is none.
func openFrom(open []model.Interval, t model.Time) (model.Time, bool) {
	at := opensAt(open, t)
	return at, len(open) == 0 || slices.ContainsFunc(open, func(o model.Interval) bool { return o.From <= at && at <= o.To })
}

// settle finds what vans have of parts that were picked up and that nothing ahead needs, where it is said where such parts land.
func (d *Day) settle() {
	if len(d.known.Leftovers) == 0 {
		return
	}
	for t := range d.van {
		loaded, needed := d.loaded(model.TechIdx(t)), make(map[model.SKUIdx]int64)
		last := -1
		for _, k := range d.shiftsOf[t] {
			s := &d.shifts[k]
			if s.begun() {
				last = k
			}
			for i := range s.ahead {
				if st := &s.ahead[i]; st.Kind == model.Visit {
					d.known.Jobs[st.Job].Options(func(sku model.SKUIdx, qty int64) { needed[sku] += qty })
				}
			}
		}
		for _, l := range d.leftovers[t] {
			loaded[l.sku] -= l.qty
		}
		for _, q := range slices.Clone(d.van[t]) {
			spare := min(loaded[q.SKU], q.Qty-needed[q.SKU])
			if last < 0 || spare <= 0 || q.Qty >= model.Unlimited || len(d.known.LeftoverNodes(q.SKU)) == 0 {
				continue
			}
			d.fill(model.TechIdx(t), q.SKU, -spare)
			d.leftovers[t] = append(d.leftovers[t], leftover{q.SKU, spare, last, len(d.shifts[last].facts)})
		}
	}
}

// loaded is what a technician has picked up so far, what is only frozen left out.
func (d *Day) loaded(t model.TechIdx) map[model.SKUIdx]int64 {
	out := make(map[model.SKUIdx]int64)
	for _, q := range d.elsewhere[t] {
		out[q.SKU] += q.Qty
	}
	for _, k := range d.shiftsOf[t] {
		for i := range d.shifts[k].facts {
			f := &d.shifts[k].facts[i]
			for _, l := range f.loaded {
				if l.tool < 0 && !f.Frozen {
					out[l.sku] += l.qty
				}
			}
		}
	}
	return out
}

// PickedUp calls f with what technicians have picked up so far of parts that are handed in where they are not used, less what was handed in: the plan
// tells of it only what visits use.
func (d *Day) PickedUp(f func(t model.TechIdx, sku model.SKUIdx, qty int64)) {
	if len(d.known.Leftovers) == 0 {
		return
	}
	for t := range d.van {
		loaded := d.loaded(model.TechIdx(t))
		for _, l := range d.leftovers[t] {
			if d.landed(l) {
				loaded[l.sku] -= l.qty
			}
		}
		for _, sku := range slices.Sorted(maps.Keys(loaded)) {
			if loaded[sku] > 0 && len(d.known.LeftoverNodes(sku)) > 0 {
				f(model.TechIdx(t), sku, loaded[sku])
			}
		}
	}
}

// RestorePickedUp is to be called after Begin.
func (d *Day) RestorePickedUp(t model.TechIdx, sku model.SKUIdx, qty int64) {
	d.thaw()
	d.elsewhere[t] = append(d.elsewhere[t], model.Quantity{SKU: sku, Qty: qty - d.loaded(t)[sku]})
}

// unsettle takes units of what is left over away, as the call at which they were picked up did not happen. It returns how many.
func (d *Day) unsettle(t model.TechIdx, sku model.SKUIdx, qty int64) int64 {
	gone := int64(0)
	for k := range d.leftovers[t] {
		if l := &d.leftovers[t][k]; l.sku == sku {
			n := min(l.qty, qty-gone)
			l.qty -= n
			gone += n
		}
	}
	d.leftovers[t] = slices.DeleteFunc(d.leftovers[t], func(l leftover) bool { return l.qty == 0 })
	return gone
}

// Leftovers calls f with units in vans that were picked up, are not used, and have not landed.
func (d *Day) Leftovers(f func(t model.TechIdx, sku model.SKUIdx, qty int64)) {
	for t := range d.leftovers {
		for _, l := range d.leftovers[t] {
			if !d.landed(l) {
				f(model.TechIdx(t), l.sku, l.qty)
			}
		}
	}
}

// landed tells whether units that were left over have been handed in.
func (d *Day) landed(l leftover) bool {
	facts := d.shifts[l.shift].facts
	return slices.ContainsFunc(facts[min(l.after, len(facts)):], func(x Fact) bool {
		return x.Kind == model.Pickup && !x.Frozen && slices.Contains(d.known.LeftoverNodes(l.sku), x.Node)
	})
}

// RestoreLeftover is to be called after Begin.
func (d *Day) RestoreLeftover(t model.TechIdx, sku model.SKUIdx, qty int64) {
	d.thaw()
	for _, k := range slices.Backward(d.shiftsOf[t]) {
		if d.shifts[k].begun() {
			d.leftovers[t] = append(d.leftovers[t], leftover{sku, qty, k, len(d.shifts[k].facts)})
			return
		}
	}
}
