package search

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"callout/solver/ortools/highs"
	"callout/solver/route"
)

const (
	// goodEnough is how far above the best plan, as a share of its cost, a plan may be whose routes are collected. Wider, the
	// pool fills with routes between which the integer programme cannot decide in time.
	goodEnough = 0.005
	// collectEvery is how many iterations pass at least between two looks at the routes.
	collectEvery = 20
	// firstMerge and mergeEvery are the rounds at whose ends routes are recombined, where that helped the last time; else
	// twice as many pass.
	firstMerge, mergeEvery = 12, 4
	// mergeShare is the most that one recombination may take of a time budget.
	mergeShare = 0.04
	// perJob iterations have to fit into the whole budget, as it goes, and the budget has to be leastBudget. With less the search
	// gains more by itself: on days of 1,000 jobs with 500 iterations per job plans were 0.8 % dearer for it.
	perJob      = 700
	leastBudget = 500 * time.Millisecond
	// maxColumns and maxNodes bound the integer programme. Where the linear relaxation is wide of the plan, by this share of its
	// cost, it gets fewer columns, and where it is too wide, none but a few: it would take seconds.
	maxColumns, few, maxNodes = 200, 100, 10
	wide, tooWide             = 0.007, 0.03
)

// recombiner makes a new plan of routes from many: a covering model over the pool, whose linear relaxation says which
// columns matter (master), then an integer programme over those, started from the best plan. It belongs to one searcher.
type recombiner struct {
	in     *route.Instance
	pool   *pool
	master *master
	trial  *route.Solution
	next   int // round
	off    bool
}

// newRecombiner returns nil where recombination cannot be of use: no solver, too small a budget.
func newRecombiner(in *route.Instance, l *limits) *recombiner {
	short := l.iterations > 0 && l.iterations < perJob*int64(in.NJobs)
	if short || (l.budget > 0 && l.budget < leastBudget) || highs.Available() != nil {
		return nil
	}
	return &recombiner{in: in, pool: newPool(in, newNames(in)), next: firstMerge}
}

// close gives the solver back.
func (r *recombiner) close() {
	if r.master != nil {
		r.master.lp.Close()
	}
}

// due tells whether to recombine after a round.
func (r *recombiner) due(round int) bool { return !r.off && round >= r.next && round < rounds }

// run recombines the pool's routes with those of best, and reports whether trial is a better plan. ctx ends it at once.
func (r *recombiner) run(ctx context.Context, round int, best *route.Solution, limit time.Duration) bool {
	r.next = round + 2*mergeEvery
	if best.Cost() <= 0 {
		return false
	}
	chosen, err := r.choose(ctx, best, limit)
	if err != nil {
		r.off = !errors.Is(err, errUnsolved)
		return false
	}
	if chosen == nil {
		return false
	}
	r.assemble(chosen)
	if r.trial.Cost() >= best.Cost() {
		return false
	}
	r.next = round + mergeEvery
	return true
}

// choose returns the columns of a cheaper cover than best, or nil.
func (r *recombiner) choose(ctx context.Context, best *route.Solution, limit time.Duration) ([]*column, error) {
	begin := time.Now()
	var err error
	if r.master == nil {
		r.master, err = newMaster(r.in, best.Cost())
	} else {
		err = r.master.shrink(best.Cost())
	}
	if err != nil {
		return nil, err
	}
	m := r.master
	used := r.routesOf(best)
	if err := m.admit(used.missing); err != nil {
		return nil, err
	}
	cost := float64(best.Cost()) / m.unit
	bound, near, err := m.solve(ctx, r.pool, cost, limit)
	if err != nil || cost-bound < pays {
		return nil, err
	}
	if len(near) > few && cost-bound > tooWide*cost {
		return nil, errUnsolved
	}
	for k := range near {
		if used.name[near[k].name] {
			near[k].reduced = math.Inf(-1) // the start needs them
		}
	}
	slices.SortFunc(near, cheapestFirst)
	most := maxColumns
	if cost-bound > wide*cost {
		most = few
	}
	near = near[:min(len(near), most+len(used.name))]
	model, start := m.integer(near, best, used.name)
	opt := highs.MIPOptions{Prompt: true, Start: start, Nodes: maxNodes, RelativeGap: pays / scale}
	if limit > 0 {
		if opt.TimeLimit = limit - time.Since(begin); opt.TimeLimit <= 0 {
			return nil, errUnsolved
		}
	}
	res, err := model.SolveMIP(ctx, opt)
	if err != nil || res.X == nil || res.Objective > cost-pays {
		return nil, err
	}
	var chosen []*column
	for k := range near {
		if res.X[r.in.NJobs+k] > 0.5 {
			chosen = append(chosen, near[k].column)
		}
	}
	return chosen, nil
}

// usedRoutes are the routes of a plan: their names, and columns for those that the programme lacks.
type usedRoutes struct {
	name    map[uint64]bool
	missing []*column
}

func (r *recombiner) routesOf(best *route.Solution) usedRoutes {
	u := usedRoutes{name: make(map[uint64]bool)}
	for k := range best.Routes {
		if rt := &best.Routes[k]; len(rt.Stops) > 0 {
			c := &column{name: r.pool.names.of(r.in, rt)}
			c.fill(r.in, rt)
			u.name[c.name] = true
			if !r.master.holds(c) {
				u.missing = append(u.missing, c)
			}
		}
	}
	return u
}

// integer is the integer programme over columns, and the plan best as its start.
func (m *master) integer(columns []priced, best *route.Solution, used map[uint64]bool) (*highs.Model, []float64) {
	model := &highs.Model{}
	m.frame(model)
	start := make([]float64, 0, m.in.NJobs+len(columns))
	for _, k := range best.RouteOf {
		start = append(start, one(k < 0))
	}
	for _, c := range columns {
		model.AddColumn(m.column(c.column))
		start = append(start, one(used[c.name]))
	}
	return model, start
}

func one(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// assemble makes trial the plan of the chosen columns: surplus visits taken out, the dearer one first, jobs that no column
// has put where they are cheapest.
func (r *recombiner) assemble(chosen []*column) {
	if r.trial == nil {
		r.trial = route.NewBest(r.in)
	}
	t := r.trial
	t.EmptyAll()
	t.Commit()
	routes := make([][]int32, len(chosen))
	in := make([][]int, r.in.NJobs) // per job: the columns that have it
	for i, c := range chosen {
		routes[i] = slices.Clone(c.stops)
		for _, u := range c.stops {
			if j := r.in.Job(u); j >= 0 {
				in[j] = append(in[j], i)
			}
		}
	}
	for j, of := range in {
		for len(of) > 1 {
			drop := r.dearest(int32(j), of, chosen, routes)
			routes[of[drop]] = r.without(routes[of[drop]], int32(j))
			of = slices.Delete(of, drop, drop+1)
		}
	}
	for i, k := range r.shifts(chosen) {
		if k >= 0 && slices.ContainsFunc(routes[i], func(u int32) bool { return r.in.Job(u) >= 0 }) {
			t.SetRoute(k, routes[i])
		}
	}
	for _, j := range slices.Sorted(slices.Values(t.Absent)) {
		if k, ins := t.BestInsertion(j, nil); k >= 0 {
			t.Insert(k, j, ins)
		}
	}
	t.Commit()
}

func (r *recombiner) without(stops []int32, j int32) []int32 {
	return slices.DeleteFunc(stops, func(u int32) bool { return r.in.Job(u) == j })
}

// dearest tells which of the columns that visit job j saves most without it, as an index of the list.
func (r *recombiner) dearest(j int32, of []int, chosen []*column, routes [][]int32) int {
	drop, most := 0, int64(math.MinInt64)
	for w, i := range of {
		k := chosen[i].shift
		with, fine := r.price(k, routes[i])
		less, feasible := r.price(k, r.without(slices.Clone(routes[i]), j))
		if !fine || !feasible {
			continue // a longer way round may be too long; then the job stays here
		}
		if with-less > most {
			drop, most = w, with-less
		}
	}
	return drop
}

// price is what a route costs alone.
func (r *recombiner) price(k int32, stops []int32) (int64, bool) {
	if len(stops) == 0 {
		return 0, true
	}
	ok := r.trial.SetRoute(k, stops)
	cost := r.trial.Routes[k].Cost()
	r.trial.Rollback()
	return cost, ok
}

// shifts gives each column the shift it was met in, or a free one of its class; -1 where there is none.
func (r *recombiner) shifts(chosen []*column) []int32 {
	taken := make([]bool, r.in.NShifts())
	out := make([]int32, len(chosen))
	for i, c := range chosen {
		if out[i] = -1; !taken[c.shift] {
			out[i] = c.shift
			taken[c.shift] = true
		}
	}
	for i, c := range chosen {
		for k := int32(0); out[i] < 0 && int(k) < len(taken); k++ {
			if !taken[k] && r.in.Class(k) == r.in.Class(c.shift) {
				out[i] = k
				taken[k] = true
			}
		}
	}
	return out
}
