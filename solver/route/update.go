package route

import (
	"slices"

	"callout/solver/model"
	"callout/solver/parallel"
)

// Change says where a problem is not what it was when its instance was compiled, or last updated. Numbers of jobs, shifts,
// locations, nodes and SKUs stay.
type Change struct {
	Jobs      []int32        // anything of them
	Kept      []int32        // no more than the start that they are kept at, or the visit that they are kept behind
	Shifts    []int32        // their facts, but for what says which jobs they may do
	Staff     []int32        // shifts whose jobs may be others
	Freer     []int32        // of Shifts, those that may do more than before
	Locations []model.LocIdx // whose travel is new: rows and columns of the matrices, written in place
	Travel    bool           // all of the matrices, written in place
	Places    int            // of Travel: only the first so many locations; 0: all
	Stock     bool           // quantities in vans and at nodes
}

// Update brings the tables up to date in place, which takes some microseconds for each job and shift that changed. It reports false where that
// cannot be: then there has to be another instance (Recompiled). Nobody else may use the instance meanwhile; solutions of it have to follow (Solution.Follow).
func (in *Instance) Update(c *Change) bool {
	if in.ships || in.swapped() || !in.lasting(c) {
		return false // what couriers bring and substitutes make stops of their own
	}
	var gains []gain
	if c.Stock {
		var ok bool
		if gains, ok = in.restock(); !ok {
			return false
		}
	}
	if in.back || in.P.HasReturns() {
		in.compileVans()
		in.compileReturns()
	}
	in.reshift(c)
	for _, j := range c.Jobs {
		in.compileJob(int(j))
		for t := range in.P.Technicians {
			in.compilePair(t, int(j))
		}
	}
	for _, j := range c.Kept {
		in.compileJob(int(j))
	}
	in.deepen(c.Jobs)
	in.releast(c)
	for _, j := range c.Jobs {
		in.reopen(int(j))
		in.compileNeeds(int(j))
		in.permitJob(int(j))
	}
	for _, j := range c.Kept {
		in.reopen(int(j))
	}
	in.permitAll(c)
	in.supplied(gains)
	in.unlike()
	return true
}

// swapped tells whether there are substitutes, or were.
func (in *Instance) swapped() bool {
	for j := range in.P.Jobs {
		if len(in.P.Jobs[j].Substitutes) > 0 {
			return true
		}
	}
	return len(in.chosen) > 0
}

// lasting tells whether the tables can be kept that stand on when shifts are: prices of times are known from the begin of the first shift to the end of
// the last.
func (in *Instance) lasting(c *Change) bool {
	return !slices.ContainsFunc(c.Shifts, func(k int32) bool {
		return in.P.Shifts[k].LatestEnd > in.end || in.P.Shifts[k].Earliest < in.begin
	})
}

// reshift makes the facts of shifts, and travel, what they are.
func (in *Instance) reshift(c *Change) {
	for _, k := range c.Shifts {
		was := in.shifts[k]
		travel := was
		if was.hours == nil {
			travel.m = in.P.Profiles[in.P.Shifts[k].Profile].Matrix.Distances
		}
		in.compileShift(int(k), travel)
		now := &in.shifts[k]
		now.reach = was.reach.from(&was, now)
		now.roundabout = was.roundabout || was.reach != nil && now.reach == nil
	}
	for k := range in.shifts {
		if f := &in.shifts[k]; f.reach != nil && (c.Travel || len(c.Locations) > 0) {
			f.reach, f.roundabout = nil, true
		}
	}
	in.remeasure(c)
}

// unlike makes no two shifts interchangeable: which unused ones are takes long to find out, and in the middle of a day hardly any.
func (in *Instance) unlike() {
	for k := range in.class {
		in.class[k], in.crosses[k] = int32(k), false
	}
}

// deepen lets pools tell of what is left as far as it matters to some jobs, too.
func (in *Instance) deepen(jobs []int32) {
	ps := &in.pools
	for _, j := range jobs {
		in.P.Jobs[j].Options(func(sku model.SKUIdx, qty int64) {
			if qty <= ps.need[sku] {
				return
			}
			ps.need[sku] = qty
			for pool, of := range ps.sku {
				if of == int32(sku) && in.lots[pool].node >= 0 {
					ps.depth[pool] = depthOf(qty)
				}
			}
		})
	}
}

// permitJob notes who may do job j.
func (in *Instance) permitJob(j int) {
	need := in.fromVan(model.JobIdx(j))
	for k := range int32(len(in.shifts)) {
		in.permit(k, int32(j), &need)
	}
}

// permitAll notes what shifts may do that have changed.
func (in *Instance) permitAll(c *Change) {
	for j := 0; j < in.NJobs && len(c.Staff)+len(c.Freer) > 0; j++ {
		need := in.fromVan(model.JobIdx(j))
		for _, k := range c.Staff {
			in.permit(k, int32(j), &need)
		}
		for _, k := range c.Freer {
			if !in.Compatible(model.ShiftIdx(k), int32(j)) {
				in.permit(k, int32(j), &need)
			}
		}
	}
}

// reopen makes the openings of job j anew.
func (in *Instance) reopen(j int) {
	in.openings.free = append(in.openings.free, in.openingsOf(j)...)
	in.open(j, map[int64]int32{})
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

// permit notes whether shift k may do job j, for which the van must have what it needs.
func (in *Instance) permit(k, j int32, need *vanNeed) {
	o := in.obstacle(model.ShiftIdx(k), model.JobIdx(j), need)
	may := o == NoObstacle || in.mayGoRound(k, j, o)
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

// mayGoRound tells whether ways round, which are not worked out anew in the middle of a day, may lead past an obstacle: where there is no direct way, or
// where they have done so before.
func (in *Instance) mayGoRound(k, j int32, o Obstacle) bool {
	f := &in.shifts[k]
	before := f.roundabout && in.Compatible(model.ShiftIdx(k), j)
	if o < NoWay || f.reach != nil || o != NoWay && !before {
		return false
	}
	dur := in.dur[int(f.tech)*in.NStops+int(j)]
	return in.barred(k, 0, 0, dur, in.nextStart(j, dur, f.earliest), 0) == NoObstacle
}

// gain is a part or a tool of which there is more than before: in a technician's van, or at a node.
type gain struct {
	tech int32         // -1: at a node
	sku  model.SKUIdx  // -1: a tool
	tool model.ToolIdx // -1: a part
}

// restock takes over quantities, as long as the same SKUs and tools are at the same places, and tells of what there is more.
func (in *Instance) restock() (gains []gain, ok bool) {
	p, ps := in.P, &in.pools
	set := func(pool int32, qty int64, g gain) bool {
		if pool < 0 || (ps.cap[pool] >= model.Unlimited) != (qty >= model.Unlimited) {
			return false
		}
		if qty > ps.cap[pool] {
			gains = append(gains, g)
		}
		ps.cap[pool] = qty
		return true
	}
	carried := slices.Clone(ps.carried)
	clear(ps.carried)
	for t := range p.Technicians {
		for _, q := range p.Technicians[t].Stock {
			if !set(ps.vanSlot[t*ps.nSKU+int(q.SKU)], q.Qty, gain{int32(t), q.SKU, -1}) {
				return nil, false
			}
		}
		for _, tool := range p.Technicians[t].Tools {
			k := t*ps.nTool + int(tool)
			if ps.carried[k] = true; !carried[k] {
				gains = append(gains, gain{int32(t), -1, tool})
			}
		}
	}
	for n := range p.Nodes {
		for _, q := range p.Nodes[n].Stock {
			if !set(ps.node[n*ps.nSKU+int(q.SKU)], q.Qty, gain{-1, q.SKU, -1}) {
				return nil, false
			}
		}
		for _, q := range p.Nodes[n].Tools {
			if !set(ps.tool[n*ps.nTool+int(q.Tool)], q.Qty, gain{-1, -1, q.Tool}) {
				return nil, false
			}
		}
	}
	in.compileVans()
	for j := range p.Jobs {
		if in.needs[j] {
			in.compileNeeds(j)
		}
	}
	return gains, true
}

// supplied permits what shifts may do now that there is more of something.
func (in *Instance) supplied(gains []gain) {
	for j := range in.P.Jobs {
		var need *vanNeed
		for _, g := range gains {
			if !in.needs[j] || !g.helps(&in.P.Jobs[j]) {
				continue
			}
			if need == nil {
				now := in.fromVan(model.JobIdx(j))
				need = &now
			}
			for k := range in.shifts {
				if (g.tech < 0 || in.shifts[k].tech == g.tech) && !in.Compatible(model.ShiftIdx(k), int32(j)) {
					in.permit(int32(k), int32(j), need)
				}
			}
		}
	}
}

// helps tells whether a job may make use of it.
func (g *gain) helps(job *model.Job) (does bool) {
	if g.sku < 0 {
		return slices.Contains(job.Tools, g.tool)
	}
	job.Options(func(sku model.SKUIdx, _ int64) { does = does || sku == g.sku })
	return does
}

// Separate gives travel by column a table of its own where it shares that by row, which is symmetric then: in the end an update would have to.
func (in *Instance) Separate() {
	own := make(map[*int32][]int32)
	for k := range in.shifts {
		f := &in.shifts[k]
		if &f.dt[0] != &f.d[0] {
			continue
		}
		dt, made := own[&f.d[0]]
		if !made {
			dt = make([]int32, len(f.d))
			turn(dt, f.d, f.n, f.n)
			own[&f.d[0]] = dt
		}
		f.dt = dt
	}
}

// remeasure brings the tables by column up to date with rows and columns of the matrices. Those of all travel are large: they are written side by side.
func (in *Instance) remeasure(c *Change) {
	if len(c.Locations) == 0 && !c.Travel {
		return
	}
	in.Separate()
	seen := make(map[*int32]bool)
	var turning parallel.Group
	for k := range in.shifts {
		f := &in.shifts[k]
		if f.hours != nil || seen[&f.d[0]] {
			continue // of hours: releast
		}
		seen[&f.d[0]] = true
		if !c.Travel {
			for _, l := range c.Locations {
				for o := range f.n {
					f.dt[o*f.n+int(l)], f.dt[int(l)*f.n+o] = f.d[int(l)*f.n+o], f.d[o*f.n+int(l)]
				}
			}
			continue
		}
		places := f.n
		if c.Places > 0 {
			places = c.Places
		}
		turning.Go(func() { turn(f.dt, f.d, f.n, places) })
	}
	turning.Wait()
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
	s.bound()
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

// bound takes in that bounds on travel are others.
func (s *Solution) bound() {
	for k := range s.Routes {
		r := &s.Routes[k]
		here := func(l model.LocIdx) bool { return slices.Contains(s.in.rebound, l) }
		if len(s.in.rebound) > 0 && len(r.Stops) > 0 && slices.ContainsFunc(r.locs, here) {
			s.touch(r)
			s.ctx.refresh(r)
			s.renumber(r)
		}
	}
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
