package route

import (
	"slices"

	"callout/solver/model"
)

// Dropped is a stop of a plan that Load could not keep.
type Dropped struct {
	Shift model.ShiftIdx
	Stop  model.Stop
	Why   DropReason
}

// DropReason says why.
type DropReason uint8

// Reasons for dropping a stop.
const (
	DropIncompatible DropReason = iota // the shift may not do the job
	DropDuplicate                      // visited before in the plan
	DropInfeasible                     // no feasible route with it behind the stops before it
	DropIdle                           // a call at a node that gives nothing
	DropUnknown                        // no such job, node or shift
)

// Load makes s the sequences of a plan (times and supplies are worked out anew), stop by stop as far as they are feasible,
// and returns what it had to drop. s must be empty.
func (s *Solution) Load(p *model.Plan) []Dropped {
	var out []Dropped
	seen := make([]bool, s.in.NJobs)
	for k := range p.Routes {
		r := &p.Routes[k]
		drop := func(st model.Stop, why DropReason) {
			out = append(out, Dropped{Shift: r.Shift, Stop: st, Why: why})
		}
		if r.Shift < 0 || int(r.Shift) >= len(s.Routes) || len(s.Routes[r.Shift].Stops) > 0 {
			for _, st := range r.Stops {
				drop(st, DropUnknown)
			}
			continue
		}
		var stops []int32
		var from []model.Stop
		wanted := s.wanted(r)
		for i, st := range r.Stops {
			u, why, ok := s.stopOf(r.Shift, &st, wanted[i], seen)
			if !ok {
				drop(st, why)
				continue
			}
			stops, from = append(stops, u), append(from, st)
		}
		if len(from) == len(r.Stops) && s.setStated(int32(r.Shift), stops, s.stated(r)) {
			continue
		}
		s.loadRoute(int32(r.Shift), stops, from, drop)
	}
	s.Commit()
	return out
}

// stopOf turns a stop of a plan into one of the instance, at which there is all that comes by wanted.
func (s *Solution) stopOf(k model.ShiftIdx, st *model.Stop, wanted int64, seen []bool) (u int32, why DropReason, ok bool) {
	if st.Kind == model.Pickup {
		if st.Node < 0 || int(st.Node) >= len(s.in.P.Nodes) {
			return 0, DropUnknown, false
		}
		return s.callFor(st.Node, wanted), 0, true
	}
	switch {
	case st.Job < 0 || int(st.Job) >= s.in.NJobs:
		return 0, DropUnknown, false
	case seen[st.Job]:
		return 0, DropDuplicate, false
	case !s.in.Compatible(k, int32(st.Job)):
		return 0, DropIncompatible, false
	}
	seen[st.Job] = true
	return s.in.choosing(st, wanted), 0, true
}

// wanted is, per stop of a route, when the last of what is taken there, or brought there by courier, has come.
func (s *Solution) wanted(r *model.Route) []int64 {
	out := make([]int64, len(r.Stops))
	for i := range r.Stops {
		for _, q := range r.Stops[i].Parts {
			at := int(q.From)
			if q.From == model.CourierSource {
				at = i
			}
			if at < 0 || at >= len(out) {
				continue
			}
			if n := len(q.Legs); n > 0 {
				out[at] = max(out[at], q.Legs[n-1].Arrives)
			} else if pool := s.poolOf(r, q); pool >= 0 {
				if lot := &s.in.lots[pool]; lot.node >= 0 && lot.lot > 0 {
					out[at] = max(out[at], s.in.P.Nodes[lot.node].Lots[lot.lot-1].From)
				}
			}
		}
	}
	return out
}

// callFor is the first call at a node at which there is what comes by a time, or the last one.
func (s *Solution) callFor(n model.NodeIdx, wanted int64) int32 {
	best := int(n)
	for k := len(s.in.P.Nodes); k < len(s.in.calls) && s.in.calls[best].from < wanted; k++ {
		if c := s.in.calls[k]; c.node == int32(n) && c.from > s.in.calls[best].from {
			best = k
		}
	}
	return int32(s.in.NJobs + best)
}

// loadRoute sets the longest feasible selection of stops, greedily from the front; calls at nodes wait for the first stop
// that needs them.
func (s *Solution) loadRoute(k int32, stops []int32, from []model.Stop, drop func(model.Stop, DropReason)) {
	if len(stops) > 0 && !s.SetRoute(k, stops) {
		var kept, good []int32 // good ends with a job
		for i, u := range stops {
			kept = append(kept, u)
			if s.in.Job(u) < 0 {
				continue
			}
			if s.tried(k, kept) {
				good = append(good[:0], kept...)
				continue
			}
			kept = append(kept[:0], kept[:len(kept)-1]...)
			drop(from[i], DropInfeasible)
		}
		if len(good) > 0 {
			s.SetRoute(k, good)
		}
	}
	// Calls at nodes that the supply had no use for are gone from the route.
	have := map[int32]int{}
	for _, u := range s.Routes[k].Stops {
		have[u]++
	}
	for i, u := range stops {
		if s.in.Job(u) < 0 {
			if have[u]--; have[u] < 0 {
				drop(from[i], DropIdle)
			}
		}
	}
}

// tried tells whether stops would be a route of an empty shift, maybe with a substitute at the last one: then that is in its place.
func (s *Solution) tried(k int32, stops []int32) bool {
	last := &stops[len(stops)-1]
	u := *last
	ok := s.SetRoute(k, stops)
	for _, v := range s.in.visits[s.in.Job(u)] {
		if ok {
			break
		}
		if s.in.waits(v) == 0 {
			*last = v
			ok = s.SetRoute(k, stops)
		}
	}
	if !ok {
		*last = u
		return false
	}
	s.Empty(k)
	return true
}

// stated adds up what a route of a plan says it takes from each pool; nil where it says something impossible.
func (s *Solution) stated(r *model.Route) []take {
	var out []take
	for i := range r.Stops {
		for _, q := range r.Stops[i].Parts {
			pool := s.poolOf(r, q)
			if pool < 0 {
				return nil
			}
			k := slices.IndexFunc(out, func(t take) bool { return t.pool == pool })
			if k < 0 {
				k = len(out)
				out = append(out, take{pool: pool})
			}
			out[k].qty += q.Qty
		}
		for _, t := range r.Stops[i].Tools {
			pool := s.toolPoolOf(r, t)
			if pool >= 0 && !slices.ContainsFunc(out, func(t take) bool { return t.pool == pool }) {
				out = append(out, take{pool: pool, qty: 1})
			}
		}
	}
	if !s.has(out) {
		return nil
	}
	return out
}

// poolOf is the pool that a supply draws on, or -1.
func (s *Solution) poolOf(r *model.Route, q model.Supply) int32 {
	ps := &s.in.pools
	if q.Qty <= 0 || q.SKU < 0 || int(q.SKU) >= ps.nSKU {
		return -1
	}
	if len(q.Legs) > 0 {
		if k := q.Legs[0].Lane; k >= 0 && int(k) < len(s.in.P.Lanes) {
			return s.lotAt(int(s.in.P.Lanes[k].From), q)
		}
		return -1
	}
	if q.From == model.VanSource {
		return ps.vanSlot[int(s.in.shifts[r.Shift].tech)*ps.nSKU+int(q.SKU)]
	}
	if n := s.calledAt(r, q.From); n >= 0 {
		return s.lotAt(n, q)
	}
	return -1
}

// lotAt is the pool of a supply that is taken at a node, or -1.
func (s *Solution) lotAt(n int, q model.Supply) int32 {
	ps := &s.in.pools
	switch {
	case q.Lot == 0:
		return ps.node[n*ps.nSKU+int(q.SKU)]
	case q.Lot < 0 || int(q.Lot) > len(ps.lot[n]) || ps.sku[ps.lot[n][q.Lot-1]] != int32(q.SKU):
		return -1
	}
	return ps.lot[n][q.Lot-1]
}

// toolPoolOf is the pool that a tool is lent from, or -1.
func (s *Solution) toolPoolOf(r *model.Route, t model.ToolSupply) int32 {
	ps := &s.in.pools
	if n := s.calledAt(r, t.From); n >= 0 && t.Tool >= 0 && int(t.Tool) < ps.nTool {
		return ps.tool[n*ps.nTool+int(t.Tool)]
	}
	return -1
}

// calledAt is the node of the call at an index of a route, or -1.
func (s *Solution) calledAt(r *model.Route, index int32) int {
	if index < 0 || int(index) >= len(r.Stops) || r.Stops[index].Kind != model.Pickup {
		return -1
	}
	if n := int(r.Stops[index].Node); n >= 0 && n < len(s.in.P.Nodes) {
		return n
	}
	return -1
}
