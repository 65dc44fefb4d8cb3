package route

// segment is a sequence of positions with single time windows, under its schedule of least duration: it lasts dur, waiting
// included, and keeps that duration for every start in [early, late] (Vidal et al. 2013). Only feasible sequences are joined,
// so there is no time warp.
type segment struct {
	dur, early, late int64
}

// join appends b after a with travel d between them.
func join(a, b *segment, d int64) segment {
	delta := a.dur + d
	wait := max(0, b.early-delta-a.late)
	return segment{
		dur:   delta + b.dur + wait,
		early: max(b.early-delta, a.early) - wait,
		late:  min(b.late-delta, a.late),
	}
}

// stop is the segment of a single stop.
func (in *Instance) stop(u int32, dur int64) segment {
	return segment{dur: dur, early: in.early[u], late: in.late[u]}
}

// segments fills pre (positions 0..i) and suf (positions i..n+1).
func (in *Instance) segments(f *shiftFacts, r *Route) {
	n := len(r.Stops)
	r.pre = resize(r.pre, n+2)
	r.suf = resize(r.suf, n+2)
	base := int(f.tech) * in.NStops
	ends := segment{early: f.earliest, late: f.latestEnd}
	r.pre[0] = ends
	r.suf[n+1] = ends
	for i, u := range r.Stops {
		s := in.stop(u, in.dur[base+int(u)])
		r.pre[i+1] = join(&r.pre[i], &s, r.legs[i])
	}
	r.pre[n+1] = join(&r.pre[n], &ends, r.legs[n])
	for i := n; i >= 1; i-- {
		s := in.stop(r.Stops[i-1], in.dur[base+int(r.Stops[i-1])])
		r.suf[i] = join(&s, &r.suf[i+1], r.legs[i])
	}
	r.suf[0] = join(&ends, &r.suf[1], r.legs[0])
}
