package route

import (
	"slices"

	"callout/solver/model"
)

// Solution is a mutable plan: a route per shift, the jobs left out, and what is taken from the pools. All changes since the
// last Commit can be rolled back. One goroutine at a time.
type Solution struct {
	Routes  []Route
	RouteOf []int32 // per job: its shift, or -1
	Absent  []int32 // jobs left out, in no order

	in      *Instance
	ctx     *Context
	used    []int64
	cost    int64
	cache   []entry
	serial  uint64       // last version number given
	changed []changes    // per pool that routes share
	log     []poolChange // what changed held since the last Commit
	drawn   uint64       // number of the last change of any of them

	pair      []int32   // scratch of Insert
	tail      []int32   // scratch of Cross
	later     []bounded // scratch of BestInsertion
	saved     []Route   // the first nSaved hold routes as they were at the last Commit
	nSaved    int
	savedFlag []bool
	versions  []uint64 // per shift: its route's, side by side as the cache is asked for all of them
	open      openShifts
	seen      []int32 // per shift: looked at in quest stampNow
	absentWas []int32
	costWas   int64
	dirty     bool
	stampNow  int32
}

// changes are the numbers of the last changes of a pool: of any, of that by which what is left of it, up to its depth, became another, and of
// that by which what is left became another to a single job.
type changes [numGrains]uint64

// grain is how much of what is left of pools makes a difference to a route.
type grain int

const (
	anyUnit grain = iota
	upToFew       // what is left up to the needs of a few jobs
	upToOne       // up to what one job needs
	numGrains
)

// poolChange is what changed held before.
type poolChange struct {
	pool int32
	was  changes
}

// NewSolution returns the empty plan: all jobs left out.
func NewSolution(in *Instance, ctx *Context) *Solution {
	s := newSolution(in, ctx)
	if n := in.NJobs * len(in.shifts); n <= maxCache {
		s.cache = make([]entry, n)
	}
	return s
}

func newSolution(in *Instance, ctx *Context) *Solution {
	s := &Solution{
		in: in, ctx: ctx,
		Routes:    make([]Route, len(in.shifts)),
		RouteOf:   make([]int32, in.NJobs),
		used:      make([]int64, len(in.pools.cap)),
		savedFlag: make([]bool, len(in.shifts)),
		versions:  make([]uint64, len(in.shifts)),
		open:      newOpenShifts(in),
		seen:      make([]int32, len(in.shifts)),
		changed:   make([]changes, len(in.pools.cap)),
	}
	for k := range s.Routes {
		s.Routes[k].Shift = int32(k)
		ctx.refresh(&s.Routes[k])
		s.renumber(&s.Routes[k])
	}
	for j := range s.RouteOf {
		s.RouteOf[j] = -1
		s.Absent = append(s.Absent, int32(j))
		s.cost += in.lost[j]
	}
	s.pair = make([]int32, 1)
	s.Commit()
	return s
}

// Cost is the search cost of the plan.
func (s *Solution) Cost() int64 { return s.cost }

// Terms sums the cost per term.
func (s *Solution) Terms() model.Terms {
	var t model.Terms
	for k := range s.Routes {
		if r := &s.Routes[k]; len(r.Stops) > 0 {
			s.ctx.split(r)
			t.Add(&r.terms)
		}
	}
	for _, j := range s.Absent {
		t[model.Unassigned] += s.in.P.Jobs[j].Unassigned
	}
	return t
}

// RouteTerms are the costs of each shift's route.
func (s *Solution) RouteTerms() []model.Terms {
	out := make([]model.Terms, len(s.Routes))
	for k := range s.Routes {
		if r := &s.Routes[k]; len(r.Stops) > 0 {
			s.ctx.split(r)
			out[k] = r.terms
		}
	}
	return out
}

// Commit makes all changes final.
func (s *Solution) Commit() {
	for k := range s.nSaved {
		s.savedFlag[s.saved[k].Shift] = false
	}
	s.nSaved = 0
	s.absentWas = append(s.absentWas[:0], s.Absent...)
	s.costWas = s.cost
	s.log = s.log[:0]
	s.dirty = false
}

// Rollback takes all changes since the last Commit back.
func (s *Solution) Rollback() {
	if !s.dirty {
		return
	}
	for k := range s.nSaved {
		r := &s.Routes[s.saved[k].Shift]
		for _, u := range r.Stops {
			if j := s.in.Job(u); j >= 0 {
				s.RouteOf[j] = -1
			}
		}
		for _, t := range r.takes {
			s.used[t.pool] -= t.qty
		}
	}
	if len(s.log) > 0 {
		s.serial++
		s.drawn = s.serial
	}
	for _, c := range slices.Backward(s.log) {
		s.changed[c.pool] = c.was
	}
	s.log = s.log[:0]
	for k := range s.nSaved {
		old := &s.saved[k]
		r := &s.Routes[old.Shift]
		*r, *old = *old, *r
		s.versions[r.Shift] = r.Version
		s.mark(r)
		for _, u := range r.Stops {
			if j := s.in.Job(u); j >= 0 {
				s.RouteOf[j] = r.Shift
			}
		}
		for _, t := range r.takes {
			s.used[t.pool] += t.qty
		}
		s.savedFlag[r.Shift] = false
	}
	s.nSaved = 0
	s.Absent = append(s.Absent[:0], s.absentWas...)
	for _, j := range s.Absent {
		s.RouteOf[j] = -1
	}
	s.cost = s.costWas
	s.dirty = false
}

// renumber gives the new content of r a number.
func (s *Solution) renumber(r *Route) {
	s.serial++
	r.Version = s.serial
	s.versions[r.Shift] = s.serial
}

// mark notes whether r has stops.
func (s *Solution) mark(r *Route) { s.open.set(r.Shift, len(r.Stops) > 0) }

// give returns takes to the pools.
func (s *Solution) give(takes []take) {
	for _, t := range takes {
		s.draw(t.pool, -t.qty)
	}
}

// touch keeps a route as it was at the last Commit.
func (s *Solution) touch(r *Route) {
	s.dirty = true
	if s.savedFlag[r.Shift] {
		return
	}
	s.savedFlag[r.Shift] = true
	if s.nSaved == len(s.saved) {
		s.saved = append(s.saved, Route{})
	}
	old := &s.saved[s.nSaved]
	*r, *old = *old, *r // old keeps the curves
	r.copyFrom(old)
	s.nSaved++
}

// CopyFrom makes s equal to o; the caches stay as they are. Both must be of the same instance.
func (s *Solution) CopyFrom(o *Solution) {
	for k := range s.Routes {
		a, b := &s.Routes[k], &o.Routes[k]
		if slices.Equal(a.Stops, b.Stops) && slices.Equal(a.takes, b.takes) {
			continue
		}
		a.copyFrom(b)
		s.mark(a)
		s.renumber(a)
	}
	copy(s.RouteOf, o.RouteOf)
	s.Absent = append(s.Absent[:0], o.Absent...)
	copy(s.used, o.used)
	s.cost = o.cost
	s.serial++
	s.drawn = s.serial
	for pool := range s.changed {
		s.changed[pool] = changes{s.serial, s.serial, s.serial}
	}
	s.Commit()
}

// NewBest returns an empty plan that only stores what CopyFrom gives it: it has no cache.
func NewBest(in *Instance) *Solution { return newSolution(in, NewContext(in, nil)) }
