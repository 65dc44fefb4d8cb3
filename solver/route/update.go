package route

import (
	"slices"

	"callout/solver/model"
)

// Change says where a problem is not what it was when its instance was compiled, or last updated. Numbers of jobs, shifts,
// locations, nodes and SKUs stay.
type Change struct {
	Jobs      []int32        // anything of them
	Kept      []int32        // no more than the start that they are kept at, or the visit that they are kept behind
	Shifts    []int32        // their facts, but for what says which jobs they may do
	Staff     []int32        // shifts whose jobs may be others
	Locations []model.LocIdx // whose travel is new: rows and columns of the matrices, written in place
	Travel    bool           // all of the matrices, written in place
	Places    int            // of Travel: only the first so many locations; 0: all
	Stock     bool           // quantities in vans and at nodes
}

// Update brings the tables up to date in place, which takes some microseconds for each job and shift that changed. It reports false where that
// cannot be: then the instance must be compiled anew. Nobody else may use the instance meanwhile; solutions of it have to follow (Solution.Follow).
func (in *Instance) Update(c *Change) bool {
	if in.ships || len(in.chosen) > 0 {
		return false // what couriers bring and substitutes make stops of their own
	}
	if slices.ContainsFunc(in.shifts, func(f shiftFacts) bool { return f.hours != nil }) {
		return false // bounds on travel depend on who may leave a place when
	}
	if c.Stock && !in.restock() {
		return false
	}
	if in.back || in.P.HasReturns() {
		in.compileVans()
		in.compileReturns()
	}
	for _, k := range c.Shifts {
		sh := &in.P.Shifts[k]
		if sh.LatestEnd > in.end || sh.Earliest < in.begin {
			return false
		}
		was := in.shifts[k]
		in.compileShift(int(k), shiftFacts{d: was.d, dt: was.dt, m: in.metres(sh.Profile)})
	}
	in.remeasure(c)
	for _, j := range c.Jobs {
		in.recompileJob(int(j))
	}
	for _, j := range c.Kept {
		in.compileJob(int(j))
		in.reopen(int(j))
	}
	for _, k := range c.Staff {
		for j := range int32(in.NJobs) {
			in.permit(k, j)
		}
	}
	// Which unused shifts are interchangeable takes long to find out, and in the middle of a day hardly any are.
	for k := range in.class {
		in.class[k], in.crosses[k] = int32(k), false
	}
	return true
}

// metres are a profile's distances, or nil.
func (in *Instance) metres(k model.ProfileIdx) []int32 { return in.P.Profiles[k].Matrix.Distances }

func (in *Instance) recompileJob(j int) {
	in.compileJob(j)
	for t := range in.P.Technicians {
		in.compilePair(t, j)
	}
	in.reopen(j)
	in.compileNeeds(j)
	for k := range int32(len(in.shifts)) {
		in.permit(k, int32(j))
	}
}

// reopen makes the openings of job j anew.
func (in *Instance) reopen(j int) {
	s := &in.openings
	s.free = append(s.free, in.openingsOf(j)...)
	in.compileOpening(j, map[int64]int32{}, func(u int, dur int64) int32 {
		list := in.openingsFor(int32(u), dur)
		if n := len(s.free); n > 0 {
			at := s.free[n-1]
			s.free = s.free[:n-1]
			s.list[at], s.turned[at] = list, turned(list)
			return at
		}
		s.list, s.turned = append(s.list, list), append(s.turned, turned(list))
		return int32(len(s.list) - 1)
	})
}

// openingsOf are the lists that stop u has now; no other stop has them.
func (in *Instance) openingsOf(u int) []int32 {
	var out []int32
	for t := range in.P.Technicians {
		if at := in.openings.of[t*in.NStops+u]; !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	return out
}

// permit notes whether shift k may do job j.
func (in *Instance) permit(k, j int32) {
	may := in.Obstacle(model.ShiftIdx(k), model.JobIdx(j)) == NoObstacle
	if may == in.Compatible(model.ShiftIdx(k), j) {
		return
	}
	at, _ := slices.BinarySearch(in.compat[j], k)
	if may {
		in.ok[k][j>>6] |= 1 << (uint(j) & 63)
		in.may(j).add(k)
		in.compat[j] = slices.Insert(in.compat[j], at, k)
		return
	}
	in.ok[k][j>>6] &^= 1 << (uint(j) & 63)
	in.may(j).remove(k)
	in.compat[j] = slices.Delete(in.compat[j], at, at+1)
}

// restock takes over quantities, as long as the same SKUs and tools are at the same places.
func (in *Instance) restock() bool {
	p, ps := in.P, &in.pools
	set := func(pool int32, qty int64) bool {
		if pool < 0 || (ps.cap[pool] >= model.Unlimited) != (qty >= model.Unlimited) {
			return false
		}
		ps.cap[pool] = qty
		return true
	}
	clear(ps.carried)
	for t := range p.Technicians {
		for _, q := range p.Technicians[t].Stock {
			if !set(ps.vanSlot[t*ps.nSKU+int(q.SKU)], q.Qty) {
				return false
			}
		}
		for _, tool := range p.Technicians[t].Tools {
			ps.carried[t*ps.nTool+int(tool)] = true
		}
	}
	for n := range p.Nodes {
		for _, q := range p.Nodes[n].Stock {
			if !set(ps.node[n*ps.nSKU+int(q.SKU)], q.Qty) {
				return false
			}
		}
		for _, q := range p.Nodes[n].Tools {
			if !set(ps.tool[n*ps.nTool+int(q.Tool)], q.Qty) {
				return false
			}
		}
	}
	in.compileVans()
	for j := range p.Jobs {
		if in.needs[j] {
			in.compileNeeds(j)
		}
	}
	return true
}

// remeasure brings the tables by column up to date with rows and columns of the matrices.
func (in *Instance) remeasure(c *Change) {
	if len(c.Locations) == 0 && !c.Travel {
		return
	}
	tables := make(map[*int32][]int32)
	for k := range in.shifts {
		f := &in.shifts[k]
		dt, done := tables[&f.d[0]]
		switch {
		case done:
		case c.Travel, &f.dt[0] == &f.d[0]: // the latter was symmetric
			places := f.n
			if dt = f.dt; &f.dt[0] == &f.d[0] {
				dt = make([]int32, len(f.d))
			} else if c.Travel && c.Places > 0 {
				places = c.Places
			}
			turn(dt, f.d, f.n, places)
		default:
			dt = f.dt
			for _, l := range c.Locations {
				for o := range f.n {
					dt[o*f.n+int(l)], dt[int(l)*f.n+o] = f.d[int(l)*f.n+o], f.d[o*f.n+int(l)]
				}
			}
		}
		tables[&f.d[0]], f.dt = dt, dt
	}
}

// turn writes the transpose of the first rows and columns of the n*n matrix d to dt, by squares that fit into the cache.
func turn(dt, d []int32, n, first int) {
	const side = 16 // a line of the cache
	for i := 0; i < first; i += side {
		for j := 0; j < first; j += side {
			for a := i; a < min(i+side, first); a++ {
				row := d[a*n : a*n+first]
				for b := j; b < min(j+side, first); b++ {
					dt[b*n+a] = row[b]
				}
			}
		}
	}
}

// Follow makes s a plan of its instance after that was updated: update is called when the routes that change are empty, and then they become the
// sequences that of gives, as far as these are feasible. Of the change, jobs must be absent or in a route of a shift that changed. It reports what was
// dropped, and false where update did; then s is of no use any more. All is committed.
func (s *Solution) Follow(c *Change, update func() bool, of func(shift int32) []model.Stop) ([]Dropped, bool) {
	s.Commit()
	changed := slices.Concat(c.Shifts, c.Staff)
	if c.Stock {
		changed = changed[:0]
		for k := range s.Routes {
			changed = append(changed, int32(k))
		}
	}
	for _, list := range [][]int32{c.Jobs, c.Kept} {
		for _, j := range list {
			if k := s.RouteOf[j]; k >= 0 {
				changed = append(changed, k)
			}
		}
	}
	slices.Sort(changed)
	changed = slices.Compact(changed)
	for _, k := range changed {
		r := &s.Routes[k]
		s.touch(r)
		s.give(r.takes) // what the stops needed is not known any more
		r.takes, r.feasible = r.takes[:0], false
		s.clear(r)
	}
	if !update() {
		return nil, false
	}
	s.recount(c)
	for _, k := range changed {
		r := &s.Routes[k]
		s.ctx.refresh(r)
		s.renumber(r)
	}
	var out []Dropped
	seen := make([]bool, s.in.NJobs)
	for j, k := range s.RouteOf {
		seen[j] = k >= 0
	}
	for _, k := range changed {
		out = s.put(k, of(k), seen, out)
	}
	s.Commit()
	return out, true
}

// closed tells whether nobody may do job j, and it costs nothing to leave it out: then it is not among the absent ones of a plan that
// follows changes.
func (in *Instance) closed(j int32) bool { return in.lost[j] == 0 && len(in.compat[j]) == 0 }

// recount brings what depends on jobs, pools and classes up to date.
func (s *Solution) recount(c *Change) {
	s.Absent, s.cost = s.Absent[:0], 0
	for k := range s.Routes {
		if len(s.Routes[k].Stops) > 0 {
			s.cost += s.Routes[k].cost
		}
	}
	for j, k := range s.RouteOf {
		if k < 0 {
			s.cost += s.in.lost[j]
			if !s.in.closed(int32(j)) {
				s.Absent = append(s.Absent, int32(j))
			}
		}
	}
	if s.cache != nil {
		for _, list := range [][]int32{c.Jobs, c.Kept} {
			for _, j := range list {
				clear(s.cache[int(j)*len(s.Routes):][:len(s.Routes)])
			}
		}
		for _, k := range c.Staff {
			for j := range s.in.NJobs {
				s.cache[j*len(s.Routes)+int(k)] = entry{}
			}
		}
	}
	s.serial++
	s.drawn = s.serial
	for pool := range s.changed {
		s.changed[pool] = changes{s.serial, s.serial, s.serial}
	}
	s.open.stale = true
}

// put makes a sequence the route of an empty shift, as far as it is feasible.
func (s *Solution) put(k int32, list []model.Stop, seen []bool, out []Dropped) []Dropped {
	var stops []int32
	var from []model.Stop
	drop := func(st model.Stop, why DropReason) {
		out = append(out, Dropped{Shift: model.ShiftIdx(k), Stop: st, Why: why})
	}
	for _, st := range list {
		if u, why, ok := s.stopOf(model.ShiftIdx(k), &st, 0, seen); ok {
			stops, from = append(stops, u), append(from, st)
		} else {
			drop(st, why)
		}
	}
	s.loadRoute(k, stops, from, drop)
	return out
}
