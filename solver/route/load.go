package route

import "callout/solver/model"

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
		for _, st := range r.Stops {
			u, why, ok := s.stopOf(r.Shift, &st, seen)
			if !ok {
				drop(st, why)
				continue
			}
			stops, from = append(stops, u), append(from, st)
		}
		s.loadRoute(int32(r.Shift), stops, from, drop)
	}
	s.Commit()
	return out
}

// stopOf turns a stop of a plan into one of the instance.
func (s *Solution) stopOf(k model.ShiftIdx, st *model.Stop, seen []bool) (u int32, why DropReason, ok bool) {
	if st.Kind == model.Pickup {
		if st.Node < 0 || int(st.Node) >= len(s.in.P.Nodes) {
			return 0, DropUnknown, false
		}
		return int32(s.in.NJobs) + int32(st.Node), 0, true
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
	return int32(st.Job), 0, true
}

// loadRoute sets the longest feasible selection of stops, greedily from the front; calls at nodes wait for the first stop
// that needs them.
func (s *Solution) loadRoute(k int32, stops []int32, from []model.Stop, drop func(model.Stop, DropReason)) {
	kept := stops
	if len(stops) > 0 && !s.SetRoute(k, stops) {
		kept = nil
		for i, u := range stops {
			try := append(kept[:len(kept):len(kept)], u)
			if int(u) >= s.in.NJobs {
				kept = try
				continue
			}
			if s.SetRoute(k, try) {
				kept = try
				s.reset(k)
				continue
			}
			drop(from[i], DropInfeasible)
		}
		s.SetRoute(k, kept)
	}
	// Calls at nodes that the supply had no use for are gone from the route.
	have := s.Routes[k].Stops
	at := 0
	for i, u := range stops {
		if int(u) < s.in.NJobs {
			continue
		}
		found := false
		for ; at < len(have) && !found; at++ {
			found = have[at] == u
		}
		if !found {
			drop(from[i], DropIdle)
			at = 0
		}
	}
}

// reset empties a route again.
func (s *Solution) reset(k int32) {
	r := &s.Routes[k]
	s.touch(r)
	s.clear(r)
}
