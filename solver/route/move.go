package route

import "slices"

// Insert puts absent job j where ins says. It reports false, and leaves j out, where that is not feasible.
func (s *Solution) Insert(k, j int32, ins Insertion) bool {
	r, in := &s.Routes[k], s.in
	s.touch(r)
	at := int(ins.Pos)
	lo, with := at, s.pair[:1]
	u := j
	if as := in.visitBy(ins.First); as >= 0 {
		u, ins.First = as, 0
	} else if as := in.visitBy(ins.Second); as >= 0 {
		u, ins.Second = as, 0
	}
	with[0] = u
	switch {
	case ins.First == 0 && ins.Second == 0:
	case in.back:
		lo, at, with = s.spliced(r, u, ins)
	default:
		// From the first call on: the calls, the stops between them and the job, the job.
		node, pos := ins.First.at()
		also, then := ins.Second.at()
		lo = int(pos)
		if in.ships && in.replaces(r.Stops, lo, int32(in.NJobs)+node) {
			with = append(s.pair[:0], r.Stops[lo:at]...)
			with[0] = int32(in.NJobs) + node
		} else {
			if at--; also >= 0 {
				lo = min(lo, int(then))
				at--
			}
			with = append(s.pair[:0], r.Stops[lo:at]...)
			with = slices.Insert(with, int(pos)-lo, int32(s.in.NJobs)+node)
			if also >= 0 {
				with = slices.Insert(with, int(then)-lo, int32(s.in.NJobs)+also)
			}
		}
		with = append(with, u)
		s.pair = with
	}
	if !s.edit(r, lo, at, with) {
		s.rebuild(r, func(u int32) bool { return in.Job(u) == j })
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

// spliced is what an insertion with new calls, ahead of the job or behind it, puts in place of which stops of r.
func (s *Solution) spliced(r *Route, u int32, ins Insertion) (lo, hi int, with []int32) {
	in := s.in
	seq := append(s.pair[:0], r.Stops...)
	for _, c := range [maxNew]NewCall{ins.First, ins.Second} {
		node, pos := c.at()
		switch v := int32(in.NJobs) + node; {
		case node < 0:
		case in.ships && in.replaces(seq, int(pos), v):
			seq[pos] = v
		default:
			seq = slices.Insert(seq, int(pos), v)
		}
	}
	seq = slices.Insert(seq, int(ins.Pos), u)
	s.pair = seq
	n, m := len(r.Stops), len(seq)
	for lo < n && r.Stops[lo] == seq[lo] {
		lo++
	}
	same := 0
	for same < n-lo && r.Stops[n-1-same] == seq[m-1-same] {
		same++
	}
	return lo, n - same, seq[lo : m-same]
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
		if j := s.in.Job(u); j >= 0 && marked[j] {
			s.leave(j)
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
		if j := s.in.Job(u); j < 0 || !marked[j] {
			keep = append(keep, u)
		}
	}
	s.ctx.keep = keep
	s.ctx.sup.lean = true
	done := s.edit(r, lo, hi, keep)
	if s.ctx.sup.lean = false; !done {
		s.clear(r)
	} else if s.in.back && r.pickups > 0 {
		s.reland(r)
	}
}

// Empty takes all jobs out of shift k.
func (s *Solution) Empty(k int32) {
	r := &s.Routes[k]
	s.touch(r)
	s.clear(r)
}

// EmptyAll takes all jobs out.
func (s *Solution) EmptyAll() {
	for k := range s.Routes {
		if len(s.Routes[k].Stops) > 0 {
			s.Empty(int32(k))
		}
	}
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
		if j := s.in.Job(u); j >= 0 && s.RouteOf[j] == r.Shift {
			s.leave(j)
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
		if j := s.in.Job(u); j >= 0 {
			s.RouteOf[j] = r.Shift
			s.cost -= s.in.lost[j]
		}
	}
	s.Absent = slices.DeleteFunc(s.Absent, func(j int32) bool { return s.RouteOf[j] >= 0 })
}

// setStated is SetRoute with an allocation of the caller's; it reports false, and changes nothing, unless that covers just
// what the stops need and none of the calls is idle.
func (s *Solution) setStated(k int32, stops []int32, takes []take) bool {
	r := &s.Routes[k]
	sup := s.ctx.sup
	if len(stops) == 0 || !sup.run(k, stops, nil, takes) || slices.Contains(sup.gives, false) {
		return false
	}
	s.touch(r)
	s.cost -= r.cost
	s.renumber(r)
	r.Stops = append(r.Stops[:0], stops...)
	s.mark(r)
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
