package search

import (
	"slices"
	"sync/atomic"
	"time"

	"callout/solver/model"
	"callout/solver/route"
)

// Live is a search that follows a problem: it keeps its plan while jobs and shifts change under it. One goroutine at a time.
//
// With the same calls, of steps and without deadlines, it finds the same plans.
type Live struct {
	s    *searcher
	held func(j int32) bool
	stop *atomic.Bool
	seed uint64
	warm bool // the temperatures are known
	// Of the steps before that: how many, and what they lost.
	tried  int
	losses []float64
	was    []bool // per job: in the plan after the last repair
}

// Change is a route.Change with the sequences that come with it.
type Change struct {
	route.Change

	// Sequence of a shift that changed, by stops of the new problem.
	Sequence func(shift int32) []model.Stop
}

// The search after a change is warmer than the end of a long one, but does not begin anew.
const (
	liveHot    = 0.1 // share of the hot end
	liveAbsent = 200 // jobs put back one by one when a change has been made
)

// NewLive returns a search of in, which it may change from then on. held says which jobs are never taken out of their routes. Once
// stop is set, calls return soon.
func NewLive(in *route.Instance, seed uint64, held func(j int32) bool, stop *atomic.Bool) *Live {
	l := &Live{held: held, stop: stop, seed: seed}
	l.reset(in)
	return l
}

func (l *Live) reset(in *route.Instance) {
	in.Separate()
	s := newSearcher(in, l.seed, 0)
	s.held = make([]bool, in.NJobs)
	l.was = append(l.was, make([]bool, max(0, in.NJobs-len(l.was)))...)
	if was := l.s; was != nil {
		s.heat, s.rng, s.iter = was.heat, was.rng, was.iter
		if was.in.NJobs == in.NJobs {
			s.orders = was.orders // until Renew
		}
	}
	l.s = s
	l.refresh()
	if s.orders == nil {
		l.seek()
	}
}

// refresh brings up to date what depends on the jobs there are.
func (l *Live) refresh() {
	s := l.s
	s.near.Forget()
	for j := range s.held {
		s.held[j] = l.held(int32(j))
	}
	s.seeds = s.seeds[:0]
	for j := range int32(s.in.NJobs) {
		if !s.held[j] && len(s.in.Shifts(j)) > 0 {
			s.seeds = append(s.seeds, j)
		}
	}
}

// seek works out the orders of insertion.
func (l *Live) seek() { l.s.orders = newOrders(l.s.in) }

// Recall takes over from another search which jobs were in its plan: those are the first to be put back.
func (l *Live) Recall(from *Live) { copy(l.was, from.was) }

// Load makes the plan that is followed the current one, as far as it is feasible, and returns what was dropped.
func (l *Live) Load(plan *model.Plan) []Repair {
	for k := range plan.Routes {
		for i := range plan.Routes[k].Stops {
			if st := &plan.Routes[k].Stops[i]; st.Kind == model.Visit {
				l.was[st.Job] = true
			}
		}
	}
	dropped := l.s.cur.Load(plan)
	l.s.kept = false
	return repairs(dropped)
}

// Follow takes a change in: the problem of the instance has changed already. It reports what the new problem does not allow of the plan,
// and false where there has to be another instance (Recompiled).
func (l *Live) Follow(c *Change) ([]Repair, bool) {
	s := l.s
	s.cur.CopyFrom(s.best)
	dropped, ok := s.cur.Follow(&c.Change, func() bool { return s.in.Update(&c.Change) }, c.Sequence)
	if !ok {
		return nil, false
	}
	assertPermits(s.in)
	assertAgrees(s.cur)
	s.best = route.NewBest(s.in)
	s.kept = false
	l.refresh()
	return repairs(dropped), true
}

// Recompiled goes on with another instance, from a plan of it.
func (l *Live) Recompiled(in *route.Instance, plan *model.Plan) []Repair {
	assertPermits(in)
	l.reset(in)
	return l.Load(plan)
}

// Complete makes a first plan: all jobs that are left out are put in one by one, the dearest first.
func (l *Live) Complete() {
	l.s.construct(l.stop)
	l.note()
}

// Repair makes the plan complete again: the jobs that are left out are put back one by one, the dearest first, and then up to so many steps
// are taken around the change, before a deadline, where that is not zero.
func (l *Live) Repair(around []int32, steps int, deadline time.Time) {
	s := l.s
	s.removed = append(s.removed[:0], s.cur.Absent...)
	s.sortForStart(s.removed)
	// Those first that were in the plan, or that the change is about: others have been tried before.
	slices.SortStableFunc(s.removed, func(a, b int32) int { return int(l.news(b, around)) - int(l.news(a, around)) })
	for n, j := range s.removed[:min(len(s.removed), liveAbsent)] {
		if l.stop.Load() || n > 0 && l.news(j, around) == 0 && !deadline.IsZero() && !time.Now().Before(deadline) {
			break
		}
		if k, ins := s.cur.BestInsertion(j, nil); k >= 0 {
			s.cur.Insert(k, j, ins)
		}
	}
	l.note()
	assertAgrees(s.cur)
	s.cur.Commit()
	s.keep(s.cur)
	seeds := s.seeds
	if near := l.open(around); len(near) > 0 {
		s.seeds = near
	}
	l.steps(steps, 0, deadline)
	s.seeds = seeds
}

// note keeps in mind which jobs are in the plan.
func (l *Live) note() {
	for j := range l.was {
		l.was[j] = l.s.cur.RouteOf[j] >= 0
	}
}

// news is 1 for a job that was in the plan before the change, or that it is about.
func (l *Live) news(j int32, around []int32) uint8 {
	if l.was[j] || slices.Contains(around, j) {
		return 1
	}
	return 0
}

// open are those jobs that a ruin may begin at.
func (l *Live) open(jobs []int32) []int32 {
	var out []int32
	for _, j := range jobs {
		if !l.s.held[j] && len(l.s.in.Shifts(j)) > 0 {
			out = append(out, j)
		}
	}
	return out
}

// steps are taken at a temperature, until there is no more time.
func (l *Live) steps(n int, temperature float64, deadline time.Time) {
	s := l.s
	if len(s.seeds) == 0 {
		return
	}
	for range n {
		if l.stop.Load() || !deadline.IsZero() && !time.Now().Before(deadline) {
			return
		}
		loss, fewer := s.step(temperature)
		if !l.warm {
			l.sample(loss, fewer)
		}
	}
}

// sample learns the temperatures from the first steps, as calibrate does.
func (l *Live) sample(loss int64, fewer bool) {
	l.tried++
	if loss > 0 && !fewer && l.tried > sampleSteps/3 {
		l.losses = append(l.losses, float64(loss))
	}
	if l.tried >= sampleSteps {
		l.warm = true
		l.s.temper(l.losses)
	}
}

// Improve takes so many steps of a search that has spent a share of its budget, 0 to 1, before a deadline where there is
// one, and tells whether it found a better plan.
func (l *Live) Improve(n int, spent float64, deadline time.Time) bool {
	s := l.s
	s.improved = false
	var temperature float64
	if l.warm {
		temperature = liveHot * fall(s.heat.hot, s.heat.cold, spent)
	}
	l.steps(n, temperature, deadline)
	return s.improved
}

// Renew is to be called before the first Improve after a change.
func (l *Live) Renew() { l.seek() }

// Idle tells whether there is nothing to search for: no job that could be somewhere else.
func (l *Live) Idle() bool { return len(l.s.seeds) == 0 }

// Plan is the best plan with its cost by term.
func (l *Live) Plan() (*model.Plan, model.Terms) { return l.s.best.Plan(), l.s.best.Terms() }

// Iterations so far.
func (l *Live) Iterations() int64 { return l.s.iter }
