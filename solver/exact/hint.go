package exact

import (
	"slices"

	"callout/solver/model"
)

// hint proposes a plan as far as the model has variables for it: calls beyond one per node and route have none, and the route
// then is left to the solver.
func (b *builder) hint(plan *model.Plan) {
	for _, j := range plan.Unassigned {
		b.m.HintLit(b.jobs[j].out, true)
	}
	for k, r := range b.inOrder(plan) {
		b.hintRoute(b.shifts[k], r)
	}
}

func (b *builder) hintRoute(s *shift, r *model.Route) {
	m := b.m
	m.HintLit(s.used, len(r.Stops) > 0)
	made := make(map[int]*model.Stop)
	next := map[int]int{} // by index of the stop before
	at := depot
	for k := range r.Stops {
		st := &r.Stops[k]
		n := -1
		for i, x := range s.stops {
			visited := st.Kind == model.Visit && x.job == st.Job
			called := st.Kind == model.Pickup && x.node == st.Node && x.from <= st.Start && made[i] == nil
			if x.kind == st.Kind && (visited || called && (n < 0 || x.from > s.stops[n].from)) {
				n = i
			}
		}
		if n < 0 || made[n] != nil {
			return
		}
		made[n] = st
		next[at], at = n, n
	}
	if len(r.Stops) > 0 {
		next[at] = depot
		m.Hint(s.depart, r.Depart)
		m.Hint(s.finish, r.Finish)
	}
	for _, a := range s.arcs {
		to, ok := next[a.from]
		m.HintLit(a.taken, ok && to == a.to)
	}
	for n, st := range s.stops {
		m.HintLit(st.here, made[n] != nil)
		if made[n] != nil {
			m.Hint(st.start, made[n].Start)
		}
	}
	for k := range s.pauses {
		x := &s.pauses[k]
		i := slices.IndexFunc(r.Breaks, func(t model.BreakTaken) bool { return int(t.Break) == k })
		m.HintLit(x.taken, i >= 0)
		if i >= 0 {
			m.Hint(x.start, r.Breaks[i].Start)
		}
		for n, st := range s.stops {
			m.HintLit(st.after[k], i >= 0 && made[n] != nil && r.Breaks[i].Start >= made[n].End)
		}
	}
}
