package route

import (
	"context"
	"slices"

	"callout/solver/model"
)

// Recompiled is an instance of a problem that is not what it was when in was compiled, or last updated, by a change, and by what is in stock, reserved or
// to come. The stops are others then, as what is had somewhere from a time on makes stops of its own; what in knows of jobs, shifts and travel is taken
// over, so in is of no use any more. Where that cannot be, all is compiled anew. Errors are those of CompileContext.
func (in *Instance) Recompiled(ctx context.Context, c *Change) (*Instance, error) {
	p := in.P
	if !in.lasting(c) {
		return CompileContext(ctx, p)
	}
	out := &Instance{P: p, NJobs: in.NJobs, weight: in.weight, shifts: in.shifts, begin: in.begin, end: in.end}
	out.reshift(c)
	out.compilePools()
	out.compileVans()
	out.compileReturns()
	if err := out.compileShipping(ctx); err != nil {
		return nil, err
	}
	out.compileStops()
	out.compileSources()
	out.visit, out.known, out.visitCosts = in.visit, in.known, in.visitCosts
	out.dur, out.pair = byStop(in, in.dur, out.NStops), byStop(in, in.pair, out.NStops)
	for t := range p.Technicians {
		for _, j := range c.Jobs {
			out.compilePair(t, int(j))
		}
		out.furtherPairs(t)
	}
	out.least = in.least
	out.releast(c)
	out.takeOpenings(in, c)
	out.ok, out.compat, out.mayDo = in.ok, in.compat, in.mayDo
	for _, j := range c.Jobs {
		out.permitJob(int(j))
	}
	out.permitAll(c)
	for j := range p.Jobs {
		if out.needs[j] {
			out.permitMore(j)
		}
	}
	out.class, out.crosses = in.class, in.crosses
	out.unlike()
	return out, nil
}

// byStop is a table of in by technician and stop with room for another number of stops, in which those of jobs are what they were.
func byStop[T any](in *Instance, table []T, stops int) []T {
	out := make([]T, len(in.P.Technicians)*stops)
	for t := range in.P.Technicians {
		copy(out[t*stops:], table[t*in.NStops:][:in.NJobs])
	}
	return out
}

// takeOpenings takes over the openings of jobs that have not changed.
func (in *Instance) takeOpenings(was *Instance, c *Change) {
	in.openings = was.openings
	s := &in.openings
	for u := was.NJobs; u < was.NStops; u++ {
		s.free = append(s.free, was.openingsOf(u)...)
	}
	s.of = byStop(was, s.of, in.NStops)
	changed := slices.Concat(c.Jobs, c.Kept)
	slices.Sort(changed)
	for _, j := range slices.Compact(changed) {
		in.reopen(int(j))
	}
	known := map[int64]int32{}
	for u := in.NJobs; u < in.NStops; u++ {
		if j := in.Job(int32(u)); j >= 0 {
			in.openAfter(u, int(j), known)
		} else {
			in.open(u, known)
		}
	}
}

// openAfter makes the openings of a further visit of a job: those of the job from when on it may begin. known is scratch.
func (in *Instance) openAfter(u, j int, known map[int64]int32) {
	s := &in.openings
	from := in.waits(int32(u))
	clear(known)
	for t := range in.P.Technicians {
		of := s.of[t*in.NStops+j]
		at, seen := known[int64(of)]
		if !seen {
			list := s.list[of]
			for len(list) > 0 && list[0].to < from {
				list = list[1:]
			}
			if len(list) > 0 && list[0].from < from {
				list = slices.Clone(list)
				list[0] = list[0].cut(from, list[0].to)
			}
			at = s.keep(list)
			known[int64(of)] = at
		}
		s.of[t*in.NStops+u] = at
	}
}

// permitMore permits what there is supply for now.
func (in *Instance) permitMore(j int) {
	if len(in.compat[j]) == len(in.shifts) {
		return
	}
	need := in.fromVan(model.JobIdx(j))
	for k := range int32(len(in.shifts)) {
		if !in.may(int32(j)).has(k) {
			in.permit(k, int32(j), &need)
		}
	}
}
