package exact

import (
	"cmp"
	"math"
	"reflect"
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// twins has shifts that differ in nothing but names used in the order of the first jobs of their routes: a twin takes a job only
// if the one before it takes one of those before.
func (b *builder) twins() {
	for _, group := range b.groups() {
		for k := 1; k < len(group); k++ {
			before, own := b.shifts[group[k-1]], b.shifts[group[k]]
			var earlier []cpsat.Lit
			for n, st := range own.stops {
				if st.kind != model.Visit {
					break
				}
				b.m.AnyOf(slices.Clone(earlier), st.here)
				earlier = append(earlier, before.stops[n].here)
			}
		}
	}
}

// groups lists the twins, those with none left out.
func (b *builder) groups() [][]int {
	p := b.p
	count := make([]int, len(p.Technicians))
	for k := range p.Shifts {
		count[p.Shifts[k].Tech]++
	}
	var groups [][]int
	for k := range p.Shifts {
		n := slices.IndexFunc(groups, func(g []int) bool { return b.alike(&p.Shifts[g[0]], &p.Shifts[k], count) })
		if n < 0 {
			groups = append(groups, []int{k})
		} else {
			groups[n] = append(groups[n], k)
		}
	}
	return slices.DeleteFunc(groups, func(g []int) bool { return len(g) < 2 })
}

// alike tells whether two shifts may be exchanged: they are of one technician, or of technicians who have no other shift.
func (b *builder) alike(s, t *model.Shift, count []int) bool {
	if !reflect.DeepEqual(nameless(*s), nameless(*t)) {
		return false
	}
	if s.Tech == t.Tech {
		return len(b.p.Technicians[s.Tech].Returns) == 0
	}
	if count[s.Tech] > 1 || count[t.Tech] > 1 {
		return false
	}
	x, y := b.p.Technicians[s.Tech], b.p.Technicians[t.Tech]
	x.ID, y.ID = "", ""
	if !reflect.DeepEqual(x, y) {
		return false
	}
	for k := range b.p.Jobs {
		job := &b.p.Jobs[k]
		for _, list := range [][]model.TechIdx{job.Required, job.Excluded, job.Preferred} {
			if slices.Contains(list, s.Tech) != slices.Contains(list, t.Tech) {
				return false
			}
		}
	}
	return true
}

func nameless(s model.Shift) model.Shift {
	s.ID, s.Tech = "", 0
	s.Breaks = slices.Clone(s.Breaks)
	for k := range s.Breaks {
		s.Breaks[k].ID = ""
	}
	return s
}

// inOrder returns the routes of a plan as twins allow them: by shift, which one it makes.
func (b *builder) inOrder(plan *model.Plan) []*model.Route {
	out := make([]*model.Route, len(plan.Routes))
	for k := range out {
		out[k] = &plan.Routes[k]
	}
	for _, group := range b.groups() {
		routes := make([]*model.Route, len(group))
		for k, s := range group {
			routes[k] = out[s]
		}
		slices.SortStableFunc(routes, func(a, b *model.Route) int { return cmp.Compare(firstJob(a), firstJob(b)) })
		for k, s := range group {
			out[s] = routes[k]
		}
	}
	return out
}

func firstJob(r *model.Route) model.JobIdx {
	first := model.JobIdx(math.MaxInt32)
	for k := range r.Stops {
		if s := &r.Stops[k]; s.Kind == model.Visit {
			first = min(first, s.Job)
		}
	}
	return first
}
