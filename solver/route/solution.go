package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// maxCache bounds the insertion cache (entries of 48 bytes).
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
	// changed is the number of the last change of each pool that routes share; log holds the earlier ones since the last Commit.
	changed []uint64
	log     []poolChange

	pair       []int32   // scratch of Insert
	later      []bounded // scratch of BestInsertion
	saved      []Route   // the first nSaved hold routes as they were at the last Commit
	nSaved     int
	savedFlag  []bool
	absentWas  []int32
	costWas    int64
	dirty      bool
	classStamp []int32
	stampNow   int32
}

// entry caches the best insertion of a job into a route; it holds while both versions do.
type entry struct {
	version, shared uint64
	bound           int64 // what the insertion was sought below
	ins             Insertion
}

// poolChange is what changed held before.
type poolChange struct {
	pool int32
	was  uint64
}

// NewSolution returns the empty plan: all jobs left out.
func NewSolution(in *Instance, ctx *Context) *Solution {
	s := &Solution{
		in: in, ctx: ctx,
		Routes:    make([]Route, len(in.shifts)),
		RouteOf:   make([]int32, in.NJobs),
		used:      make([]int64, len(in.pools.cap)),
		savedFlag: make([]bool, len(in.shifts)),
		changed:   make([]uint64, len(in.pools.cap)),
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
	s.pair = make([]int32, 1)
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
			if int(u) < s.in.NJobs {
				s.RouteOf[u] = -1
			}
		}
		for _, t := range r.takes {
			s.used[t.pool] -= t.qty
		}
	}
	for k := len(s.log) - 1; k >= 0; k-- {
		s.changed[s.log[k].pool] = s.log[k].was
	}
	s.log = s.log[:0]
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
	s.cost = s.costWas
	s.dirty = false
}

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
	s.saved[s.nSaved].copyFrom(r)
	s.nSaved++
}

// edit replaces the stops [lo, hi) of r by with: supply first, calls at nodes that give nothing dropped, then all the rest.
// It reports whether the route is feasible.
func (s *Solution) edit(r *Route, lo, hi int, with []int32) bool {
	s.cost -= r.cost
	s.serial++
	r.Version = s.serial
	supplied := s.supply(r, lo, hi, with)
	if !supplied {
		r.Stops = slices.Replace(r.Stops, lo, hi, with...)
		r.feasible = false
	} else if !s.ctx.splice(r, lo, hi, with) {
		supplied = false
	}
	for supplied && r.pickups > 0 {
		at := s.idle(r)
		if at < 0 {
			break
		}
		supplied = s.ctx.splice(r, at, at+1, nil)
	}
	if !supplied {
		r.cost = 0
		return false
	}
	s.cost += r.cost
	return true
}

// supply works out the takes of r after the edit and moves the pools' counters. Where the van serves all, only the
// difference is looked at.
func (s *Solution) supply(r *Route, lo, hi int, with []int32) bool {
	in := s.in
	plain := r.pickups == 0 && r.feasible
	any := false
	for _, u := range r.Stops[lo:hi] {
		any = any || int(u) >= in.NJobs || in.needs[u]
	}
	for _, u := range with {
		any = any || int(u) >= in.NJobs || in.needs[u]
		plain = plain && int(u) < in.NJobs
	}
	if !any && r.feasible {
		return true
	}
	tech := in.shifts[r.Shift].tech
	if plain {
		for _, u := range r.Stops[lo:hi] {
			s.fromVan(r, tech, u, -1)
		}
		ok := true
		for _, u := range with {
			ok = ok && in.vanSuffices(tech, u, s.used)
			s.fromVan(r, tech, u, 1)
		}
		return ok
	}
	s.give(r.takes)
	r.takes = r.takes[:0]
	s.ctx.seq = append(append(append(s.ctx.seq[:0], r.Stops[:lo]...), with...), r.Stops[hi:]...)
	if !s.ctx.sup.run(tech, s.ctx.seq, s.used, nil) {
		return false
	}
	r.takes = append(r.takes, s.ctx.sup.takes...)
	for _, t := range r.takes {
		s.draw(t.pool, t.qty)
	}
	return true
}

// fromVan adds (sign 1) or takes back (sign -1) the needs of stop u in the van's pools.
func (s *Solution) fromVan(r *Route, tech, u int32, sign int64) {
	ps := &s.in.pools
	for _, part := range s.in.P.Jobs[u].Parts {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]
		if pool < 0 {
			continue // the route is about to be found infeasible
		}
		k := slices.IndexFunc(r.takes, func(t take) bool { return t.pool == pool })
		if k < 0 {
			k = len(r.takes)
			r.takes = append(r.takes, take{pool: pool})
		}
		r.takes[k].qty += sign * part.Qty
		if r.takes[k].qty == 0 {
			r.takes = append(r.takes[:k], r.takes[k+1:]...)
		}
		s.draw(pool, sign*part.Qty)
	}
}

// draw moves a pool's counter.
func (s *Solution) draw(pool int32, qty int64) {
	s.used[pool] += qty
	if s.in.pools.shared[pool] {
		s.serial++
		s.log = append(s.log, poolChange{pool, s.changed[pool]})
		s.changed[pool] = s.serial
	}
}

// idle is the index of the first call at a node from which nothing is taken, or -1.
func (s *Solution) idle(r *Route) int {
	sup := s.ctx.sup
	sup.run(s.in.shifts[r.Shift].tech, r.Stops, nil, r.takes)
	if k := slices.Index(sup.gives, false); k >= 0 {
		return int(sup.calls[k])
	}
	return -1
}

// renew brings the cache entry of job j and shift k up to date for insertions below limit; shared is the version of the pools
// that j may draw on.
func (s *Solution) renew(e *entry, k, j int32, limit int64, shared uint64) {
	r := &s.Routes[k]
	e.ins = s.ctx.best(r, j, limit, s.used, noSkip)
	e.version, e.shared, e.bound = r.Version, shared, limit
}

// costly tells whether an insertion may need schedules or calls at nodes, so that a tight limit saves work.
func (s *Solution) costly(r *Route, j int32) bool {
	f := &s.in.shifts[r.Shift]
	if s.in.exact(f, r, j) {
		return true
	}
	return len(s.in.pools.sources[j]) > 0 && (r.pickups > 0 || !s.in.vanSuffices(f.tech, j, s.used))
}

// sharedBy is the latest change of a pool that j may draw on and that routes share: it names their content, as no number
// is used for two changes.
func (s *Solution) sharedBy(j int32) uint64 {
	var v uint64
	for _, pool := range s.in.pools.byJob[j] {
		v = max(v, s.changed[pool])
	}
	return v
}

// BestBelow is Best without cache, blinks, and with a limit of the caller's.
func (s *Solution) BestBelow(k, j int32, limit int64) Insertion {
	return s.ctx.best(&s.Routes[k], j, limit, s.used, noSkip)
}

// Insert puts absent job j where ins says. It reports false, and leaves j out, where that is not feasible.
func (s *Solution) Insert(k, j int32, ins Insertion) bool {
	r := &s.Routes[k]
	s.touch(r)
	at := int(ins.Pos)
	lo, with := at, s.pair[:1]
	with[0] = j
	if ins.Node >= 0 {
		// The call, the stops between it and the job, the job.
		lo = int(ins.NodePos)
		with = append(s.pair[:0], int32(s.in.NJobs)+ins.Node)
		with = append(with, r.Stops[lo:at-1]...)
		with = append(with, j)
		s.pair = with
		at--
	}
	if !s.edit(r, lo, at, with) {
		s.rebuild(r, func(u int32) bool { return u == j })
		return false
	}
	s.RouteOf[j] = k
	s.cost -= s.in.lost[j]
	p := slices.Index(s.Absent, j)
	last := len(s.Absent) - 1
	s.Absent[p] = s.Absent[last]
	s.Absent = s.Absent[:last]
	return true
}

// rebuild sets r anew without the stops that drop names, or empties it where that is not feasible.
func (s *Solution) rebuild(r *Route, drop func(u int32) bool) {
	keep := s.ctx.keep[:0]
	for _, u := range r.Stops {
		if !drop(u) {
			keep = append(keep, u)
		}
	}
	s.ctx.keep = keep
	r.feasible = false
	if !s.edit(r, 0, len(r.Stops), keep) {
		s.clear(r)
	}
}

// Remove takes the marked jobs out of shift k. Where the rest is not feasible without them (a matrix need not obey the
// triangle inequality), all of the route's jobs are taken out.
func (s *Solution) Remove(k int32, marked []bool) {
	r := &s.Routes[k]
	s.touch(r)
	keep := s.ctx.keep[:0]
	lo, hi := -1, 0
	for i, u := range r.Stops {
		if int(u) < s.in.NJobs && marked[u] {
			s.leave(u)
			if lo < 0 {
				lo = i
			}
			hi = i + 1
		}
	}
	if lo < 0 {
		return
	}
	for _, u := range r.Stops[lo:hi] {
		if int(u) >= s.in.NJobs || !marked[u] {
			keep = append(keep, u)
		}
	}
	s.ctx.keep = keep
	if !s.edit(r, lo, hi, keep) {
		s.clear(r)
	}
}

// Empty takes all jobs out of shift k.
func (s *Solution) Empty(k int32) {
	r := &s.Routes[k]
	s.touch(r)
	s.clear(r)
}

// leave marks job j absent.
func (s *Solution) leave(j int32) {
	s.RouteOf[j] = -1
	s.Absent = append(s.Absent, j)
	s.cost += s.in.lost[j]
}

// clear empties a route; its jobs that are not absent yet become so.
func (s *Solution) clear(r *Route) {
	for _, u := range r.Stops {
		if int(u) < s.in.NJobs && s.RouteOf[u] == r.Shift {
			s.leave(u)
		}
	}
	s.edit(r, 0, len(r.Stops), nil)
}

// SetRoute replaces the stops of an empty route (jobs absent until then, calls at nodes as wished) and reports whether that
// is feasible; where it is not, the route stays empty.
func (s *Solution) SetRoute(k int32, stops []int32) bool {
	r := &s.Routes[k]
	s.touch(r)
	if !s.edit(r, 0, 0, stops) {
		s.clear(r)
		return false
	}
	s.enter(r)
	return true
}

// enter marks the jobs of a route that was empty as visited.
func (s *Solution) enter(r *Route) {
	for _, u := range r.Stops {
		if int(u) < s.in.NJobs {
			s.RouteOf[u] = r.Shift
			s.cost -= s.in.lost[u]
		}
	}
	s.Absent = slices.DeleteFunc(s.Absent, func(j int32) bool { return s.RouteOf[j] >= 0 })
}

// setStated is SetRoute with an allocation of the caller's; it reports false, and changes nothing, unless that covers just
// what the stops need and none of the calls is idle.
func (s *Solution) setStated(k int32, stops []int32, takes []take) bool {
	r := &s.Routes[k]
	sup := s.ctx.sup
	if len(stops) == 0 || !sup.run(s.in.shifts[k].tech, stops, nil, takes) || slices.Contains(sup.gives, false) {
		return false
	}
	s.touch(r)
	s.cost -= r.cost
	s.serial++
	r.Version = s.serial
	r.Stops = append(r.Stops[:0], stops...)
	r.takes = append(r.takes[:0], sup.takes...)
	for _, t := range r.takes {
		s.draw(t.pool, t.qty)
	}
	if !s.ctx.refresh(r) {
		s.clear(r)
		return false
	}
	s.cost += r.cost
	s.enter(r)
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
	for pool := range s.changed {
		s.changed[pool] = s.serial
	}
	s.Commit()
}

// BestInsertion is the cheapest insertion of absent job j over all shifts that may do it, of unused ones of a class only
// the first, below the price of leaving it out; shift -1 where there is none. Positions blink. Routes that need schedules or
// calls at nodes come last, those with the least bound first, as long as the bound is below the best found.
func (s *Solution) BestInsertion(j int32) (shift int32, best Insertion) {
	s.stampNow++
	b := quest{s: s, j: j, shift: -1, best: nowhere, limit: s.in.lost[j], shared: s.sharedBy(j)}
	var row []entry
	if s.cache != nil {
		row = s.cache[int(j)*len(s.Routes):][:len(s.Routes)]
	}
	s.later = s.later[:0]
	var once entry
	for _, k := range s.in.compat[j] {
		r := &s.Routes[k]
		if len(r.Stops) == 0 {
			class := s.in.shifts[k].class
			if s.classStamp[class] == s.stampNow {
				continue
			}
			s.classStamp[class] = s.stampNow
		}
		e := &once
		if row != nil {
			e = &row[k]
		}
		if e.version != r.Version || e.shared != b.shared || (e.ins.Pos < 0 && b.limit > e.bound) {
			if s.costly(r, j) {
				if bound := s.ctx.bound(r, j, b.limit, s.used); bound < b.limit {
					s.later = append(s.later, bounded{k, bound})
				}
				continue
			}
			s.renew(e, k, j, s.in.lost[j], b.shared)
		}
		b.take(k, e)
	}
	slices.SortFunc(s.later, func(x, y bounded) int { return cmp.Or(cmp.Compare(x.bound, y.bound), cmp.Compare(x.k, y.k)) })
	for _, l := range s.later {
		if l.bound >= b.limit {
			break
		}
		e := &once
		if row != nil {
			e = &row[l.k]
		}
		s.renew(e, l.k, j, b.limit, b.shared)
		b.take(l.k, e)
	}
	return b.shift, b.best
}

// bounded is a shift with what an insertion costs there at least.
type bounded struct {
	k     int32
	bound int64
}

// quest is one search for the best insertion.
type quest struct {
	s      *Solution
	j      int32
	shift  int32
	best   Insertion
	limit  int64
	shared uint64
}

// take makes the insertion of e the best one if it is, and its position does not blink.
func (b *quest) take(k int32, e *entry) {
	if e.ins.Cost >= b.limit {
		return
	}
	ins := e.ins
	if b.s.ctx.blink.next() {
		if ins = b.s.ctx.best(&b.s.Routes[k], b.j, b.limit, b.s.used, ins.Pos); ins.Cost >= b.limit {
			return
		}
	}
	b.shift, b.best, b.limit = k, ins, ins.Cost
}

// NewBest returns an empty plan that only stores what CopyFrom gives it: it has no cache.
func NewBest(in *Instance) *Solution {
	s := NewSolution(in, NewContext(in, nil))
	s.cache = nil
	return s
}
