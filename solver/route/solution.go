package route

import (
	"slices"

	"callout/solver/model"
)

const (
	partsTerm    = model.Parts
	overtimeTerm = model.Overtime
	balanceTerm  = model.Balance
)

// maxCache bounds the insertion cache (entries of 40 bytes).
const maxCache = 4 << 20

// Solution is a mutable plan: a route per shift, the jobs left out, and what is taken from the pools. All changes since the
// last Commit can be rolled back. One goroutine at a time.
type Solution struct {
	Routes  []Route
	RouteOf []int32 // per job: its shift, or -1
	Absent  []int32 // jobs left out, in no order

	in     *Instance
	ctx    *Context
	used   []int64
	cost   int64
	cache  []entry
	serial uint64 // last version number given
	shared uint64 // version of the pools that routes share

	saved      []Route // the first nSaved hold routes as they were at the last Commit
	nSaved     int
	savedFlag  []bool
	absentWas  []int32
	costWas    int64
	sharedWas  uint64
	dirty      bool
	classStamp []int32
	stampNow   int32
}

// entry caches the best insertion of a job into a route; it holds while both versions do.
type entry struct {
	version, shared uint64
	ins             Insertion
}

// NewSolution returns the empty plan: all jobs left out.
func NewSolution(in *Instance, ctx *Context) *Solution {
	s := &Solution{
		in: in, ctx: ctx,
		Routes:    make([]Route, len(in.shifts)),
		RouteOf:   make([]int32, in.NJobs),
		used:      make([]int64, len(in.pools.cap)),
		savedFlag: make([]bool, len(in.shifts)),
	}
	if n := in.NJobs * len(in.shifts); n <= maxCache {
		s.cache = make([]entry, n)
	}
	for k := range s.Routes {
		s.Routes[k].Shift = int32(k)
		ctx.refresh(&s.Routes[k])
		s.serial++
		s.Routes[k].Version = s.serial
	}
	for j := range s.RouteOf {
		s.RouteOf[j] = -1
		s.Absent = append(s.Absent, int32(j))
		s.cost += in.lost[j]
	}
	s.shared = 1
	s.classStamp = make([]int32, len(in.shifts))
	s.Commit()
	return s
}

// Cost is the search cost of the plan.
func (s *Solution) Cost() int64 { return s.cost }

// Terms sums the cost per term.
func (s *Solution) Terms() model.Terms {
	var t model.Terms
	for k := range s.Routes {
		if len(s.Routes[k].Stops) > 0 {
			t.Add(&s.Routes[k].terms)
		}
	}
	for _, j := range s.Absent {
		t[model.Unassigned] += s.in.P.Jobs[j].Unassigned
	}
	return t
}

// Commit makes all changes final.
func (s *Solution) Commit() {
	for k := range s.nSaved {
		s.savedFlag[s.saved[k].Shift] = false
	}
	s.nSaved = 0
	s.absentWas = append(s.absentWas[:0], s.Absent...)
	s.costWas, s.sharedWas = s.cost, s.shared
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
			if int(u) < s.in.NJobs {
				s.RouteOf[u] = -1
			}
		}
		s.give(r.takes)
	}
	for k := range s.nSaved {
		old := &s.saved[k]
		r := &s.Routes[old.Shift]
		*r, *old = *old, *r
		for _, u := range r.Stops {
			if int(u) < s.in.NJobs {
				s.RouteOf[u] = r.Shift
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
	s.cost, s.shared = s.costWas, s.sharedWas
	s.dirty = false
}

// give returns takes to the pools.
func (s *Solution) give(takes []take) {
	for _, t := range takes {
		s.used[t.pool] -= t.qty
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
	s.saved[s.nSaved].copyFrom(r)
	s.nSaved++
}

// update recomputes r after its stops changed: supply first, calls at nodes that give nothing dropped, then all the rest. It
// reports whether the route is feasible.
func (s *Solution) update(r *Route) bool {
	in := s.in
	s.cost -= r.cost
	changed := false
	for _, t := range r.takes {
		changed = changed || in.pools.shared[t.pool]
	}
	s.give(r.takes)
	r.takes = r.takes[:0]
	sup := s.ctx.sup
	for {
		if !sup.run(in.shifts[r.Shift].tech, r.Stops, s.used, nil) {
			s.serial++
			r.Version, r.cost = s.serial, 0
			if changed {
				s.shared = s.serial
			}
			return false
		}
		idle := slices.Index(sup.gives, false)
		if idle < 0 {
			break
		}
		at := sup.calls[idle]
		r.Stops = append(r.Stops[:at], r.Stops[at+1:]...)
	}
	r.takes = append(r.takes[:0], sup.takes...)
	for _, t := range r.takes {
		s.used[t.pool] += t.qty
		changed = changed || in.pools.shared[t.pool]
	}
	s.serial++
	r.Version = s.serial
	if changed {
		s.serial++
		s.shared = s.serial
	}
	if !s.ctx.refresh(r) {
		r.cost = 0
		return false
	}
	s.cost += r.cost
	return true
}

// Best is the cheapest insertion of absent job j into shift k, below the price of leaving it out. Where no position blinks it
// comes from the cache.
func (s *Solution) Best(k, j int32) Insertion {
	r := &s.Routes[k]
	limit := s.in.lost[j]
	positions := len(r.Stops) + 1
	if !s.ctx.blink.clear(positions) {
		return s.ctx.best(r, j, limit, s.used, true)
	}
	if s.cache == nil {
		return s.ctx.best(r, j, limit, s.used, false)
	}
	e := &s.cache[int(j)*len(s.Routes)+int(k)]
	var shared uint64
	if s.in.needs[j] {
		shared = s.shared
	}
	if e.version != r.Version || e.shared != shared {
		e.ins = s.ctx.best(r, j, limit, s.used, false)
		e.version, e.shared = r.Version, shared
	}
	return e.ins
}

// BestBelow is Best without cache, blinks, and with a limit of the caller's.
func (s *Solution) BestBelow(k, j int32, limit int64) Insertion {
	return s.ctx.best(&s.Routes[k], j, limit, s.used, false)
}

// Insert puts absent job j where ins says. It reports false, and leaves the plan as it was, where that is not feasible.
func (s *Solution) Insert(k, j int32, ins Insertion) bool {
	r := &s.Routes[k]
	s.touch(r)
	if ins.Node >= 0 {
		r.Stops = slices.Insert(r.Stops, int(ins.NodePos), int32(s.in.NJobs)+ins.Node)
	}
	r.Stops = slices.Insert(r.Stops, int(ins.Pos), j)
	if !s.update(r) {
		r.Stops = slices.DeleteFunc(r.Stops, func(u int32) bool { return u == j })
		if !s.update(r) {
			s.clear(r)
		}
		return false
	}
	s.RouteOf[j] = k
	s.cost -= s.in.lost[j]
	at := slices.Index(s.Absent, j)
	last := len(s.Absent) - 1
	s.Absent[at] = s.Absent[last]
	s.Absent = s.Absent[:last]
	return true
}

// Remove takes the jobs for which drop says so out of shift k. Where the rest is not feasible without them (a matrix need
// not obey the triangle inequality), all of the route's jobs are taken out.
func (s *Solution) Remove(k int32, drop func(j int32) bool) {
	r := &s.Routes[k]
	s.touch(r)
	keep := r.Stops[:0]
	for _, u := range r.Stops {
		if int(u) < s.in.NJobs && drop(u) {
			s.leave(u)
			continue
		}
		keep = append(keep, u)
	}
	r.Stops = keep
	if !s.update(r) {
		s.clear(r)
	}
}

// leave marks job j absent.
func (s *Solution) leave(j int32) {
	s.RouteOf[j] = -1
	s.Absent = append(s.Absent, j)
	s.cost += s.in.lost[j]
}

// clear empties a route.
func (s *Solution) clear(r *Route) {
	for _, u := range r.Stops {
		if int(u) < s.in.NJobs {
			s.leave(u)
		}
	}
	r.Stops = r.Stops[:0]
	s.update(r)
}

// SetRoute replaces the stops of an empty route (jobs absent until then, calls at nodes as wished) and reports whether that
// is feasible; where it is not, the route stays empty.
func (s *Solution) SetRoute(k int32, stops []int32) bool {
	r := &s.Routes[k]
	s.touch(r)
	r.Stops = append(r.Stops[:0], stops...)
	if !s.update(r) {
		r.Stops = r.Stops[:0]
		s.update(r)
		return false
	}
	for _, u := range r.Stops {
		if int(u) < s.in.NJobs {
			s.RouteOf[u] = k
			s.cost -= s.in.lost[u]
		}
	}
	s.Absent = slices.DeleteFunc(s.Absent, func(j int32) bool { return s.RouteOf[j] >= 0 })
	return true
}

// CopyFrom makes s equal to o; the caches stay as they are. Both must be of the same instance.
func (s *Solution) CopyFrom(o *Solution) {
	for k := range s.Routes {
		a, b := &s.Routes[k], &o.Routes[k]
		if slices.Equal(a.Stops, b.Stops) && slices.Equal(a.takes, b.takes) {
			continue
		}
		a.copyFrom(b)
		s.serial++
		a.Version = s.serial
	}
	copy(s.RouteOf, o.RouteOf)
	s.Absent = append(s.Absent[:0], o.Absent...)
	copy(s.used, o.used)
	s.cost = o.cost
	s.serial++
	s.shared = s.serial
	s.Commit()
}

// BestInsertion is the cheapest insertion of absent job j over all shifts that may do it, of unused ones of a class only
// the first, below the price of leaving it out; shift -1 where there is none.
func (s *Solution) BestInsertion(j int32) (shift int32, best Insertion) {
	s.stampNow++
	shift, best = -1, nowhere
	for _, k := range s.in.compat[j] {
		if len(s.Routes[k].Stops) == 0 {
			class := s.in.shifts[k].class
			if s.classStamp[class] == s.stampNow {
				continue
			}
			s.classStamp[class] = s.stampNow
		}
		if ins := s.Best(k, j); ins.Cost < best.Cost {
			shift, best = k, ins
		}
	}
	return shift, best
}

// NewBest returns an empty plan that only stores what CopyFrom gives it: it has no cache.
func NewBest(in *Instance) *Solution {
	s := NewSolution(in, NewContext(in, nil))
	s.cache = nil
	return s
}
