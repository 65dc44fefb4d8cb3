package route

import (
	"context"

	"callout/solver/model"
)

// reach is what it takes at least from the start of a shift to each location, and from there to its end, by way of any stops: where the
// direct way is closed or longer than another, a job can be part of a route that it cannot be alone in.
type reach struct{ there, back []int64 }

// maxReach bounds the work of finding ways round, in entries of matrices looked at.
const maxReach = 1 << 25

// compileReach fills the reach of shifts for which ways round may tell something else than direct ones, as far as maxReach allows; the
// others are taken to have none.
func (in *Instance) compileReach(ctx context.Context) error {
	type key struct {
		profile    model.ProfileIdx
		start, end model.LocIdx
	}
	stops := make([]bool, len(in.P.Locations))
	for _, l := range in.loc {
		stops[l] = true
	}
	known := map[key]*reach{}
	left := maxReach
	for s := range in.shifts {
		f := &in.shifts[s]
		if !in.distant(int32(s)) {
			continue
		}
		k := key{in.P.Shifts[s].Profile, f.start, f.end}
		if r, ok := known[k]; ok {
			f.reach = r
			continue
		}
		if left -= 2 * f.n * f.n; left < 0 {
			return nil
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		f.reach = &reach{there: shortest(f.d, f.n, f.start, stops), back: shortest(f.dt, f.n, f.end, stops)}
		known[k] = f.reach
	}
	return nil
}

// distant tells whether travel is in the way of some job of a shift: without any, there would be no obstacle, or another one.
func (in *Instance) distant(s int32) bool {
	f := &in.shifts[s]
	for j := range int32(in.NJobs) {
		o := in.aloneObstacle(s, j)
		if o == NoObstacle {
			continue
		}
		dur := in.dur[int(f.tech)*in.NStops+int(j)]
		if in.barred(s, 0, 0, dur, in.nextStart(j, dur, f.earliest), 0) != o {
			return true
		}
	}
	return false
}

// shortest is, per location, the least way from one by way of stops (Dijkstra's algorithm for dense graphs); nothing from an open end.
func shortest(d []int32, n int, from model.LocIdx, stops []bool) []int64 {
	out := make([]int64, n)
	if from < 0 {
		return out
	}
	for l := range out {
		out[l] = int64(d[int(from)*n+l])
	}
	done := make([]bool, n)
	for {
		at := -1
		for l := range out {
			if stops[l] && !done[l] && out[l] < model.Unreachable && (at < 0 || out[l] < out[at]) {
				at = l
			}
		}
		if at < 0 {
			return out
		}
		done[at] = true
		for l, leg := range d[at*n : (at+1)*n] {
			out[l] = min(out[l], out[at]+int64(leg))
		}
	}
}

// from is the reach of a shift that begins and ends where it did, or in the middle of a day, nowhere in particular; else nil, as it is not known.
func (r *reach) from(was, now *shiftFacts) *reach {
	if r == nil || now.start != was.start && now.start >= 0 || now.end != was.end && now.end >= 0 {
		return nil
	}
	out := *r
	if now.start != was.start {
		out.there = make([]int64, now.n)
	}
	if now.end != was.end {
		out.back = make([]int64, now.n)
	}
	return &out
}
