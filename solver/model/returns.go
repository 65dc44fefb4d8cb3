package model

import "slices"

// Return is a number of units that come back with a technician, and where they land: at a call at one of Nodes or, where there are none, at the
// end of the shift.
type Return struct {
	SKU   SKUIdx
	Qty   int64     // above 0
	Nodes []NodeIdx // sorted, each once
}

// LandsAt tells whether a call at a node is where the units may land.
func (r *Return) LandsAt(n NodeIdx) bool {
	_, found := slices.BinarySearch(r.Nodes, n)
	return found
}

// LandingShift is, per technician, the shift in which what he has to hand in from the start lands: of those that are not empty spans of time the one with
// the earliest start, of several the first; -1 for who has none.
func (p *Problem) LandingShift() []ShiftIdx {
	out := make([]ShiftIdx, len(p.Technicians))
	for t := range out {
		out[t] = -1
	}
	for s := range p.Shifts {
		t := p.Shifts[s].Tech
		if p.Shifts[s].Earliest > p.Shifts[s].LatestEnd {
			continue
		}
		if out[t] < 0 || p.Shifts[s].Earliest < p.Shifts[out[t]].Earliest {
			out[t] = ShiftIdx(s)
		}
	}
	return out
}

// HasReturns tells whether anything comes back.
func (p *Problem) HasReturns() bool {
	return slices.ContainsFunc(p.Jobs, func(j Job) bool { return len(j.Returns) > 0 }) ||
		slices.ContainsFunc(p.Technicians, func(t Technician) bool { return len(t.Returns) > 0 })
}

// LeftoverNodes are the nodes at which units of a SKU land that were picked up and are not used.
func (p *Problem) LeftoverNodes(sku SKUIdx) []NodeIdx {
	if sku >= 0 && int(sku) < len(p.Leftovers) {
		return p.Leftovers[sku]
	}
	return nil
}

// Land states on a route where everything lands: at the first call behind that may take it, or at the end of the shift. held is what the
// technician hands in from the start on this route. What has no such call lands nowhere.
func (p *Problem) Land(r *Route, held []Return) {
	r.Returns = landings(r, held, -1)
	for i := range r.Stops {
		if s := &r.Stops[i]; s.Kind == Visit {
			s.Returns = landings(r, p.Jobs[s.Job].Returns, i)
		}
	}
}

// landings of what is in the van behind the stop at an index.
func landings(r *Route, list []Return, index int) (out []Landing) {
	for k := range list {
		x := &list[k]
		if len(x.Nodes) == 0 {
			out = append(out, Landing{SKU: x.SKU, Qty: x.Qty, At: EndOfShift})
			continue
		}
		for i := index + 1; i < len(r.Stops); i++ {
			if s := &r.Stops[i]; s.Kind == Pickup && x.LandsAt(s.Node) {
				out = append(out, Landing{SKU: x.SKU, Qty: x.Qty, At: int32(i)})
				break
			}
		}
	}
	return out
}

// Held is what the technician of a shift has to hand in from the start that lands in it.
func (p *Problem) Held(s ShiftIdx) []Return {
	t := p.Shifts[s].Tech
	if list := p.Technicians[t].Returns; len(list) > 0 && p.LandingShift()[t] == s {
		return list
	}
	return nil
}

// RenamedReturns is a list of returns with other numbers of nodes; those of which there is none left out.
func RenamedReturns(list []Return, node func(NodeIdx) (NodeIdx, bool)) []Return {
	out := slices.Clone(list)
	for k := range out {
		var nodes []NodeIdx
		for _, n := range out[k].Nodes {
			if to, ok := node(n); ok {
				nodes = append(nodes, to)
			}
		}
		slices.Sort(nodes)
		out[k].Nodes = nodes
	}
	return out
}
