package route

import (
	"context"
	"slices"

	"callout/solver/model"
)

// compileLeast fills, where travel depends on the hour, the tables that hold for all hours with what a drive takes at least. The
// less they leave out, the more positions their bounds can refuse: so only those hours count in which somebody may be ready to
// leave the place, by the windows there and the shifts.
func (in *Instance) compileLeast(ctx context.Context) error {
	type tables struct{ d, dt, m []int32 }
	done := make([]*tables, len(in.P.Profiles))
	for s := range in.shifts {
		f := &in.shifts[s]
		if f.hours == nil {
			continue
		}
		k := in.P.Shifts[s].Profile
		if done[k] == nil {
			d, m, err := in.least(ctx, k, f.hours)
			if err != nil {
				return err
			}
			done[k] = &tables{d: d, dt: transposed(d, f.n), m: m}
		}
		f.d, f.dt = done[k].d, done[k].dt
		if f.dist != 0 {
			f.m = done[k].m
		}
	}
	return nil
}

// span of time.
type span struct{ from, to int64 }

// least is what drives take at least, and how far they go, by row.
func (in *Instance) least(ctx context.Context, profile model.ProfileIdx, h *hours) (durations, metres []int32, err error) {
	n := len(in.P.Locations)
	open := make([]bool, len(h.d)) // per bucket: some shift may drive in it
	for s := range in.P.Shifts {
		if sh := &in.P.Shifts[s]; sh.Profile == profile {
			for k := h.bucket(sh.Earliest); h.from[k] <= sh.LatestEnd; k++ {
				open[k] = true
			}
		}
	}
	if !slices.Contains(open, true) { // no shift lasts
		open[0] = true
	}
	durations = make([]int32, n*n)
	if !slices.ContainsFunc(h.m, func(m []int32) bool { return m == nil }) {
		metres = make([]int32, n*n)
	}
	seen := make(map[*int32]bool)
	for a, leave := range in.departures(profile) {
		if err := ctx.Err(); err != nil {
			return nil, nil, err
		}
		if leave.from > leave.to { // nobody leaves
			leave = span{0, model.MaxTime}
		}
		h.leastRow(durations[a*n:(a+1)*n], metres, a*n, open, leave, seen)
	}
	return durations, metres, nil
}

// leastRow fills the row from a place, whose entries begin at an index, and its metres where they are wanted. The place is left within
// a span of time, or with a wait after it.
func (h *hours) leastRow(row, metres []int32, at int, open []bool, leave span, seen map[*int32]bool) {
	for i := range row {
		row[i] = model.Unreachable
	}
	clear(seen)
	for k := h.bucket(leave.from); k < len(h.d); k++ {
		wait := max(0, h.from[k]-leave.to)
		if wait > 0 && wait >= int64(slices.Max(row)) {
			break
		}
		if !open[k] || seen[&h.d[k][0]] {
			continue
		}
		seen[&h.d[k][0]] = true
		for i, d := range h.d[k][at : at+len(row)] {
			row[i] = int32(min(int64(row[i]), wait+int64(d)))
		}
	}
	if metres == nil {
		return
	}
	copy(metres[at:], h.m[0][at:at+len(row)])
	for _, all := range h.m {
		if !seen[&all[0]] {
			seen[&all[0]] = true
			for i, m := range all[at : at+len(row)] {
				metres[at+i] = min(metres[at+i], m)
			}
		}
	}
}

// departures is, per location, a span in which all lie that may be ready to leave it in shifts with a profile.
func (in *Instance) departures(profile model.ProfileIdx) []span {
	out := make([]span, len(in.P.Locations))
	for a := range out {
		out[a] = span{never, -never}
	}
	add := func(l model.LocIdx, from, to int64) {
		if l >= 0 {
			out[l].from, out[l].to = min(out[l].from, from), max(out[l].to, to)
		}
	}
	techs := make([]bool, len(in.P.Technicians))
	for s := range in.P.Shifts {
		if sh := &in.P.Shifts[s]; sh.Profile == profile {
			techs[sh.Tech] = true
			add(sh.Start, sh.Earliest, sh.LatestEnd)
		}
	}
	for u := range in.NStops {
		fast, slow := never, int64(0)
		for t := range techs {
			if techs[t] {
				d := in.dur[t*in.NStops+u]
				fast, slow = min(fast, d), max(slow, d)
			}
		}
		if !in.multi[u] {
			add(in.loc[u], in.early[u]+fast, in.late[u]+slow)
			continue
		}
		for _, w := range in.windows[u] {
			if w.end {
				add(in.loc[u], max(w.from, w.release+fast), w.to)
			} else {
				add(in.loc[u], max(w.from, w.release)+fast, w.to+slow)
			}
		}
	}
	return out
}
