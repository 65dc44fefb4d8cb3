package route

import (
	"slices"

	"callout/solver/model"
)

// setOwed is SetRoute with the calls at which something would have to land; false where none are missing.
func (s *Solution) setOwed(k int32, stops []int32) bool {
	with := s.in.withOwed(k, stops, nil)
	return len(with) > len(stops) && s.SetRoute(k, with)
}

// withOwed is kept with those of the stops behind it at which what comes back on kept lands, as far as it does not on kept itself; where there is no
// such stop, with a call at the nearest node in its place, last.
func (in *Instance) withOwed(shift int32, kept, behind []int32) []int32 {
	if !in.back {
		return kept
	}
	var owed []int
	var last []int32
	land := func(list []model.Return, from int) {
		for k := range list {
			x := &list[k]
			if !tied(*x) || in.firstLanding(kept, from, x) >= 0 {
				continue
			}
			if at := in.firstLanding(behind, 0, x); at >= 0 {
				owed = append(owed, at)
			} else if in.firstLanding(last, 0, x) < 0 {
				last = append(last, in.nearestLanding(shift, kept[len(kept)-1], x))
			}
		}
	}
	land(in.held[shift], 0)
	for i, u := range kept {
		land(in.ownReturns(u), i+1)
	}
	slices.Sort(owed)
	out := slices.Clone(kept)
	for _, at := range slices.Compact(owed) {
		out = append(out, behind[at])
	}
	return append(out, last...)
}

// nearestLanding is the call at the node nearest to a stop on its way to the end of a shift at which units land.
func (in *Instance) nearestLanding(shift, from int32, x *model.Return) int32 {
	f := &in.shifts[shift]
	best, least := x.Nodes[0], never
	for _, n := range x.Nodes {
		l := in.P.Nodes[n].Location
		if d := f.leg(in.loc[from], l) + f.leg(l, f.end); d < least {
			best, least = n, d
		}
	}
	return int32(in.NJobs) + int32(best)
}
