package route

import (
	"context"
	"slices"

	"callout/solver/model"
)

// leastTravel are the tables of a profile by the hour that hold for all hours: what a drive takes at least. The less they leave out, the more positions
// their bounds can refuse: so only those hours count in which somebody may be ready to leave the place, by the windows there and the shifts.
type leastTravel struct {
	hours    *hours
	n        int
	d, dt, m []int32 // as in shiftFacts
	open     []bool  // per bucket: some shift may drive in it
	leave    []span  // per location: when it may be left
	seen     map[*int32]bool
}

// span of time.
type span struct{ from, to int64 }

// compileLeast makes these tables, and gives them to the shifts.
func (in *Instance) compileLeast(ctx context.Context) error {
	in.least = make([]*leastTravel, len(in.P.Profiles))
	for s := range in.shifts {
		f := &in.shifts[s]
		if f.hours == nil {
			continue
		}
		k := in.P.Shifts[s].Profile
		if in.least[k] == nil {
			l, err := in.leastOf(ctx, k, f.hours)
			if err != nil {
				return err
			}
			in.least[k] = l
		}
		f.d, f.dt = in.least[k].d, in.least[k].dt
		if f.dist != 0 {
			f.m = in.least[k].m
		}
	}
	return nil
}

// leastOf a profile.
func (in *Instance) leastOf(ctx context.Context, profile model.ProfileIdx, h *hours) (*leastTravel, error) {
	n := len(in.P.Locations)
	l := &leastTravel{
		hours: h, n: n, d: make([]int32, n*n), dt: make([]int32, n*n), open: in.opened(profile, h), leave: in.departures(profile),
		seen: make(map[*int32]bool),
	}
	if !slices.ContainsFunc(h.m, func(m []int32) bool { return m == nil }) {
		l.m = make([]int32, n*n)
	}
	for a := range n {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		l.row(a)
	}
	turn(l.dt, l.d, n, n)
	return l, nil
}

func (l *leastTravel) row(a int) {
	l.hours.leastRow(l.d[a*l.n:(a+1)*l.n], l.m, a*l.n, l.open, l.leave[a], l.seen)
}

// releast lets the tables hold for all that may happen after a change, too. It notes the places from which bounds are others now.
func (in *Instance) releast(c *Change) {
	in.rebound = in.rebound[:0]
	for k, l := range in.least {
		if l == nil {
			continue
		}
		wider := false
		for b, open := range in.opened(model.ProfileIdx(k), l.hours) {
			wider = wider || open && !l.open[b]
			l.open[b] = l.open[b] || open
		}
		for a, leave := range in.departures(model.ProfileIdx(k)) {
			was := &l.leave[a]
			anew := wider || c.Travel || leave.from < was.from || was.to < leave.to || slices.Contains(c.Locations, model.LocIdx(a))
			if *was = (span{min(was.from, leave.from), max(was.to, leave.to)}); anew {
				l.row(a)
			}
			if l.turn(a, anew, c.Locations) && !slices.Contains(in.rebound, model.LocIdx(a)) {
				in.rebound = append(in.rebound, model.LocIdx(a))
			}
		}
	}
}

// turn writes a row that was made anew to the table by column, or else makes its entries for some places anew. It tells whether any is another.
func (l *leastTravel) turn(a int, whole bool, places []model.LocIdx) (other bool) {
	if whole {
		for b := range l.n {
			other = other || l.dt[b*l.n+a] != l.d[a*l.n+b]
			l.dt[b*l.n+a] = l.d[a*l.n+b]
		}
		return other
	}
	for _, b := range places {
		at := a*l.n + int(b)
		l.hours.leastRow(l.d[at:at+1], l.m, at, l.open, l.leave[a], l.seen)
		other = other || l.dt[int(b)*l.n+a] != l.d[at]
		l.dt[int(b)*l.n+a] = l.d[at]
	}
	return other
}

// opened are the buckets in which some shift with a profile may drive.
func (in *Instance) opened(profile model.ProfileIdx, h *hours) []bool {
	open := make([]bool, len(h.d))
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
	return open
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
	for a := range out {
		if out[a].from > out[a].to { // nobody leaves
			out[a] = span{0, model.MaxTime}
		}
	}
	return out
}
