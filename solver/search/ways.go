package search

import (
	"cmp"
	"slices"

	"callout/solver/model"
	"callout/solver/route"
)

// Way is a change of the plan that was tried for a job: the job goes to a shift, and another one, where there is one, to another shift or
// out of the plan (-1).
type Way struct {
	Shift      int32
	Other      int32 // -1: none
	OtherShift int32
	Extra      model.Terms // against the plan
	// Routes that are not what they were.
	Routes []model.Route
}

// dearWays is how many shifts are tried for a job beside its own, the cheapest first.
const dearWays = 6

// Ways are changes of the best plan for a job: another shift, another place in its own, or the same with a lesser job of the route, or predicted work, elsewhere or left
// out. good says which of them are of use. They come with the cheapest first, at most so many.
func (l *Live) Ways(j int32, most int, good func(*Way) bool) []Way {
	s := l.s
	s.cur.CopyFrom(s.best)
	before := s.cur.Terms()
	from := s.cur.RouteOf[j]
	var out []Way
	try := func(w Way, routes ...int32) {
		for _, k := range routes {
			if k >= 0 && !slices.ContainsFunc(w.Routes, func(r model.Route) bool { return int32(r.Shift) == k }) {
				w.Routes = append(w.Routes, s.cur.Route(k))
			}
		}
		w.Extra = s.cur.Terms()
		w.Extra.Sub(&before)
		if good(&w) {
			out = append(out, w)
		}
	}
	l.elsewhere(j, from, func(k int32) { try(Way{Shift: k, Other: -1, OtherShift: -1}, from, k) })
	if from >= 0 {
		for _, u := range slices.Clone(s.cur.Routes[from].Stops) {
			if int(u) >= s.in.NJobs || u == j || s.keeps(u) || s.in.Lost(u) >= s.in.Lost(j) && len(s.in.P.Jobs[u].Risk) == 0 {
				continue
			}
			l.without(u, from)
			try(Way{Shift: from, Other: u, OtherShift: -1}, from)
			if k, ins := l.away(u, from); k >= 0 && k != from && s.cur.Insert(k, u, ins) {
				try(Way{Shift: from, Other: u, OtherShift: k}, from, k)
			}
			s.cur.Rollback()
		}
	}
	slices.SortStableFunc(out, func(a, b Way) int { return cmp.Compare(a.Extra.Total(), b.Extra.Total()) })
	return out[:min(len(out), most)]
}

// without takes a job out of its route.
func (l *Live) without(u, k int32) {
	l.s.mark[u] = true
	l.s.cur.Remove(k, l.s.mark)
	l.s.mark[u] = false
}

// away is the best place for a job that was taken out of a route, for predicted work the best one elsewhere.
func (l *Live) away(u, from int32) (int32, route.Insertion) {
	s := l.s
	k, ins := s.cur.BestInsertion(u, nil)
	if k != from || len(s.in.P.Jobs[u].Risk) == 0 {
		return k, ins
	}
	ins.Cost = route.NoPlace
	for _, o := range s.in.Shifts(u) {
		if o != from {
			if x := s.cur.BestBelow(o, u, ins.Cost); x.Pos >= 0 {
				k, ins = o, x
			}
		}
	}
	return k, ins
}

// elsewhere calls f with job j in each of the shifts where it costs least, its own included, and takes it back each time.
func (l *Live) elsewhere(j, from int32, f func(shift int32)) {
	s := l.s
	type place struct {
		k   int32
		ins route.Insertion
	}
	if from >= 0 {
		l.without(j, from)
	}
	var places []place
	for _, k := range s.in.Shifts(j) {
		if ins := s.cur.BestBelow(k, j, route.NoPlace); ins.Pos >= 0 {
			places = append(places, place{k, ins})
		}
	}
	s.cur.Rollback()
	slices.SortStableFunc(places, func(a, b place) int { return cmp.Compare(a.ins.Cost, b.ins.Cost) })
	for _, x := range places[:min(len(places), dearWays)] {
		if from >= 0 {
			l.without(j, from)
		}
		if s.cur.Insert(x.k, j, x.ins) {
			f(x.k)
		}
		s.cur.Rollback()
	}
}
