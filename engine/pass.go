package engine

import "callout/solver/model"

// pass times a route that no schedule can keep the rules of: every stop as early as the ones before it and the openings of its
// own windows allow, whatever ends are missed, and every break as soon as its window opens. What is missed then shows in the
// judgement, with its size.
type pass struct {
	p     *model.Problem
	sh    *model.Shift
	kind  *model.Profile
	route *model.Route
	now   model.Time
	next  int // break to be taken next
}

// forwardPass fills the times and breaks of a route with stops.
func forwardPass(p *model.Problem, r *model.Route) {
	sh := &p.Shifts[r.Shift]
	w := &pass{p: p, sh: sh, kind: &p.Profiles[sh.Profile], route: r}
	r.Breaks = nil
	first := &r.Stops[0]
	lead := w.drive(sh.Start, p.Location(first), sh.Earliest)
	// Leave just in time for the first stop, as the traffic is at first.
	r.Depart = w.opening(first, sh.Earliest+lead) - lead
	for w.next < len(sh.Breaks) && sh.Breaks[w.next].Latest < r.Depart {
		w.next++
	}
	w.now = r.Depart
	at := sh.Start
	for k := range r.Stops {
		s := &r.Stops[k]
		place := p.Location(s)
		if k == 0 && at == model.NoLoc {
			s.Arrival = w.now
		} else {
			w.leg(w.drive(at, place, w.now), func(b *model.Break) model.Time { return b.Earliest })
			s.Arrival = w.now
			w.wait(s)
		}
		s.Start = w.opening(s, w.now)
		s.End = s.Start + w.lasts(s)
		w.now, at = s.End, place
	}
	if sh.End != model.NoLoc {
		// Whoever is home by the latest start of a break does not owe it.
		w.leg(w.drive(at, sh.End, w.now), func(b *model.Break) model.Time { return b.Latest })
	}
	r.Finish = w.now
}

// drive is the travel time of whoever is ready to leave at a time; 0 from or to an open end, and where there is no way.
func (w *pass) drive(from, to model.LocIdx, ready model.Time) model.Duration {
	if from == model.NoLoc || to == model.NoLoc {
		return 0
	}
	if d, _ := w.kind.Leg(from, to, ready); d < model.Unreachable {
		return d
	}
	return 0
}

// leg drives for d, with the breaks whose due time comes before the arrival.
func (w *pass) leg(d model.Duration, due func(*model.Break) model.Time) {
	for w.next < len(w.sh.Breaks) && due(&w.sh.Breaks[w.next]) < w.now+d {
		b := &w.sh.Breaks[w.next]
		start := max(w.now, b.Earliest)
		d -= start - w.now
		w.pause(start, b.Duration)
	}
	w.now += d
}

// wait takes the breaks that open before the stop does.
func (w *pass) wait(s *model.Stop) {
	for w.next < len(w.sh.Breaks) && w.sh.Breaks[w.next].Earliest < w.opening(s, w.now) {
		b := &w.sh.Breaks[w.next]
		w.pause(max(w.now, b.Earliest), b.Duration)
	}
}

func (w *pass) pause(start model.Time, d model.Duration) {
	w.route.Breaks = append(w.route.Breaks, model.BreakTaken{Break: int32(w.next), Start: start, End: start + d})
	w.now = start + d
	w.next++
}

func (w *pass) lasts(s *model.Stop) model.Duration {
	if s.Kind == model.Pickup {
		return w.p.Nodes[s.Node].Handling
	}
	return w.p.ServiceTime(s.Job, w.sh.Tech)
}

// opening is the earliest start from t on that keeps the release and a hard window or opening interval; where it is too late
// for all of them, the release alone counts.
func (w *pass) opening(s *model.Stop, t model.Time) model.Time {
	best := model.NoTime
	bound := false
	keep := func(from, to model.Time) {
		bound = true
		if start := max(t, from); start <= to {
			best = min(best, start)
		}
	}
	if s.Kind == model.Pickup {
		for _, open := range w.p.Nodes[s.Node].Open {
			keep(open.From, open.To)
		}
	} else {
		job := &w.p.Jobs[s.Job]
		t = max(t, job.Release)
		for _, win := range job.Windows {
			switch {
			case win.Kind != model.Availability:
			case win.Binds == model.BindEnd:
				keep(win.From-w.lasts(s), win.To-w.lasts(s))
			default:
				keep(win.From, win.To)
			}
		}
	}
	if !bound || best == model.NoTime {
		return t
	}
	return best
}
