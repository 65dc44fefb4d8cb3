package route

import (
	"fmt"
	"slices"

	"callout/solver/model"
)

// MustAgree recomputes the plan from its sequences and panics where a running figure differs: cost and feasibility of a
// route, what is taken from a pool, where a job is, the total. For tests and the build tag invariants.
func (s *Solution) MustAgree() {
	in := s.in
	ctx := NewContext(in, nil)
	used := make([]int64, len(s.used))
	where := make([]int32, in.NJobs)
	for j := range where {
		where[j] = -1
	}
	var total int64
	for k := range s.Routes {
		r := &s.Routes[k]
		if !ctx.sup.run(int32(k), r.Stops, nil, r.takes) {
			panic(fmt.Sprintf("shift %d: supply of %v is not in its takes", k, r.Stops))
		}
		if ctx.sup.cost != in.partsCost(r.takes) {
			panic(fmt.Sprintf("shift %d: supply of %v costs %d, recomputed %d", k, r.Stops, in.partsCost(r.takes), ctx.sup.cost))
		}
		for _, t := range r.takes {
			used[t.pool] += t.qty
		}
		fresh := Route{Shift: int32(k)}
		fresh.Stops = append(fresh.Stops, r.Stops...)
		fresh.takes = append(fresh.takes, r.takes...)
		if !ctx.refresh(&fresh) {
			panic(fmt.Sprintf("shift %d: %v is not feasible", k, r.Stops))
		}
		s.ctx.split(r)
		ctx.split(&fresh)
		if fresh.cost != r.cost || fresh.terms != r.terms || len(r.Stops) > 0 && in.Scalar(&r.terms) != r.cost {
			panic(fmt.Sprintf("shift %d: cost %d, recomputed %d", k, r.cost, fresh.cost))
		}
		if !slices.Equal(fresh.dep, r.dep) || !slices.Equal(fresh.lat[len(s.in.shifts[k].breaks)+1:], r.lat[len(s.in.shifts[k].breaks)+1:]) ||
			fresh.drive != r.drive || fresh.service != r.service || fresh.static != r.static {
			panic(fmt.Sprintf("shift %d: thresholds or sums differ from the recomputed ones", k))
		}
		s.noted(r)
		total += fresh.cost
		for _, u := range r.Stops {
			if j := in.Job(u); j >= 0 {
				if where[j] >= 0 {
					panic(fmt.Sprintf("job %d is visited twice", j))
				}
				where[j] = int32(k)
			}
		}
	}
	s.open.agrees(in)
	for pool, q := range used {
		if q != s.used[pool] || (q > in.pools.cap[pool] && in.pools.cap[pool] < model.Unlimited) {
			panic(fmt.Sprintf("pool %d: %d taken, recomputed %d of %d", pool, s.used[pool], q, in.pools.cap[pool]))
		}
	}
	absent := make([]bool, in.NJobs)
	for _, j := range s.Absent {
		if absent[j] || where[j] >= 0 {
			panic(fmt.Sprintf("job %d is absent twice, or absent and visited", j))
		}
		absent[j] = true
		total += in.lost[j]
	}
	for j := range where {
		if where[j] != s.RouteOf[j] || (where[j] < 0) != (absent[j] || in.closed(int32(j))) {
			panic(fmt.Sprintf("job %d: in shift %d, recomputed %d", j, s.RouteOf[j], where[j]))
		}
	}
	if total != s.cost {
		panic(fmt.Sprintf("cost %d, recomputed %d", s.cost, total))
	}
}

// noted panics where what is kept beside a route about it is not so.
func (s *Solution) noted(r *Route) {
	if used := s.open.used.has(r.Shift); used != (len(r.Stops) > 0) {
		panic(fmt.Sprintf("shift %d: used is %v with %d stops", r.Shift, used, len(r.Stops)))
	}
	if s.versions[r.Shift] != r.Version {
		panic(fmt.Sprintf("shift %d: version %d, kept as %d", r.Shift, r.Version, s.versions[r.Shift]))
	}
}

// MustPermit panics where a shift may do a job by the problem as it is, and not by the tables: as far as ways round are known, and travel is the same at
// all hours, as bounds on it are others after each change. For tests and the build tag invariants.
func (in *Instance) MustPermit() {
	fresh, err := Compile(in.P)
	if err != nil {
		panic(err)
	}
	for k := range in.shifts {
		if in.shifts[k].hours != nil {
			continue
		}
		fresh.shifts[k].reach = in.shifts[k].reach
		for j := range model.JobIdx(in.NJobs) {
			s := model.ShiftIdx(k)
			if len(in.P.Jobs[j].Certificates) > 0 { // as time passes, a shift needs them for less
				continue
			}
			if now := fresh.Obstacle(s, j); now == NoObstacle && !in.Compatible(s, int32(j)) {
				panic(fmt.Sprintf("shift %d may do job %d, and by the tables %d is in the way", k, j, in.Obstacle(s, j)))
			}
		}
	}
}
