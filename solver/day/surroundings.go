package day

import "callout/solver/parallel"

func (d *Day) planSurroundings(e *Event) (func(), *Refusal) {
	if e.Kind == TravelChanged {
		return d.planTravel(e)
	}
	if e.TechID != "" {
		t, why := d.technician(e.TechID)
		if why != nil {
			return nil, why
		}
		return func() { d.countedIn(t, e.SKU, e.Quantity) }, nil
	}
	n, known := d.byNode[e.NodeID]
	if !known {
		return nil, refuse("node_id", CodeUnknown, "there is no node %q", e.NodeID)
	}
	return func() { d.counted(n, e.SKU, d.unbooked(n, e.SKU, e.Quantity)) }, nil
}

func (d *Day) planTravel(e *Event) (func(), *Refusal) {
	for k, s := range e.Travel {
		for _, b := range s {
			if b.Matrix.N != d.places {
				return nil, refuse("travel_changed.traffic", CodeContradicts, "travel of profile %q is that of other places", d.known.Profiles[k].ID)
			}
		}
	}
	return func() {
		var filling parallel.Group // the tables are large
		for k := range d.travel {
			if e.Profile < 0 || int(e.Profile) == k {
				d.alter(k, e, &filling)
			}
		}
		filling.Wait()
		for k := range d.shifts {
			d.shifts[k].stale = true
			d.pending.Shifts = append(d.pending.Shifts, int32(k))
			d.nearby(&d.shifts[k]) // drives under way take what they were to: nobody knows how far they have come
		}
	}, nil
}
