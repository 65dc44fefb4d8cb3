package check

import (
	"cmp"

	"callout/solver/model"
)

const none = -1

func nowhere() Where {
	return Where{Tech: none, Shift: none, Stop: none, Break: none, Job: none, Node: none}
}

// route is a stated route as far as it makes sense: unknown stops and breaks are gone, times are within range.
type route struct {
	*model.Shift
	shift  model.ShiftIdx
	tech   *model.Technician
	stated []model.Stop // all of them, as Supply.From counts them
	stops  []stop
	breaks []model.BreakTaken

	landings []model.Landing // of what was in the van at the start

	depart, finish model.Time
	drive          model.Duration // by timing
	metres         model.Meters   // by timing
}

// stop with its place among the stated ones.
type stop struct {
	model.Stop
	index    int
	location model.LocIdx
}

// whole, at, pause: where in the route a rule is broken.
func (r *route) whole() Where {
	w := nowhere()
	w.Shift = r.shift
	return w
}

func (r *route) at(s *stop) Where {
	w := r.whole()
	w.Stop = s.index
	if s.Kind == model.Visit {
		w.Job = s.Job
	} else {
		w.Node = s.Node
	}
	return w
}

func (r *route) end() Where {
	w := r.whole()
	w.Stop = len(r.stated)
	return w
}

func (r *route) pause(index int32) Where {
	w := r.whole()
	w.Break = int(index)
	return w
}

// of is where, with what of: the skill, certificate, tool or SKU. One that does not exist has no id.
func of[T ~int32](where Where, ids []string, k T) Where {
	if k >= 0 && int(k) < len(ids) {
		where.Subject = ids[k]
	}
	return where
}

// what names the subject, even one that does not exist.
func (w Where) what() string { return cmp.Or(w.Subject, "an unknown item") }

func (c *checker) routeCount(plan *model.Plan) {
	if got, want := len(plan.Routes), len(c.p.Shifts); got != want {
		c.flagf(RouteCount, nowhere(), distance(int64(got), int64(want)), "%d routes for %d shifts", got, want)
	}
}

// read takes over what makes sense of a stated route and flags the rest.
func (c *checker) read(shift model.ShiftIdx, stated *model.Route) *route {
	s := &c.p.Shifts[shift]
	r := &route{Shift: s, shift: shift, tech: &c.p.Technicians[s.Tech], stated: stated.Stops, landings: stated.Returns}
	if stated.Shift != shift {
		c.flagf(RouteShift, r.whole(), 1, "%s: the route is that of shift %d, not %d", s.ID, shift, stated.Shift)
	}
	if len(stated.Stops) == 0 {
		if n := len(stated.Breaks); n > 0 {
			c.flagf(UnusedShift, r.whole(), int64(n), "%s has breaks but no stops", s.ID)
		}
		c.landings(r, r.whole(), -1, r.landings, nil)
		return r
	}
	r.depart = c.inRange(r.whole(), "departure", stated.Depart)
	r.finish = c.inRange(r.whole(), "finish", stated.Finish)
	for k := range stated.Stops {
		st := stop{Stop: stated.Stops[k], index: k}
		if !c.known(&st.Stop) {
			w := r.whole()
			w.Stop = k
			c.flagf(UnknownStop, w, 1, "%s: stop %d has kind %d, job %d, node %d", s.ID, k, st.Kind, st.Job, st.Node)
			continue
		}
		st.location = c.p.Location(&st.Stop)
		st.Arrival = c.inRange(r.at(&st), "arrival", st.Arrival)
		st.Start = c.inRange(r.at(&st), "start", st.Start)
		st.End = c.inRange(r.at(&st), "end", st.End)
		r.stops = append(r.stops, st)
	}
	for _, b := range stated.Breaks {
		if b.Break < 0 || int(b.Break) >= len(s.Breaks) {
			c.flagf(UnknownBreak, r.pause(b.Break), 1, "%s has no break %d", s.ID, b.Break)
			continue
		}
		b.Start = c.inRange(r.pause(b.Break), "start of a break", b.Start)
		b.End = c.inRange(r.pause(b.Break), "end of a break", b.End)
		r.breaks = append(r.breaks, b)
	}
	return r
}

// known tells whether the stop's job or node exists.
func (c *checker) known(s *model.Stop) bool {
	switch s.Kind {
	case model.Visit:
		return s.Job >= 0 && int(s.Job) < len(c.p.Jobs)
	case model.Pickup:
		return s.Node >= 0 && int(s.Node) < len(c.p.Nodes)
	}
	return false
}

// inRange moves a time into the range of times, where sums cannot overflow.
func (c *checker) inRange(where Where, what string, t model.Time) model.Time {
	in := near(t)
	if in != t {
		c.flagf(TimeRange, where, distance(t, in), "%s at %d", what, t)
	}
	return in
}

// near is the time in the range of times that is nearest to t.
func near(t model.Time) model.Time { return min(max(t, -model.MaxTime), model.MaxTime) }

// unassigned checks the list of jobs left out and prices those that truly are.
func (c *checker) unassigned(list []model.JobIdx) {
	listed := make([]bool, len(c.p.Jobs))
	for k, j := range list {
		w := nowhere()
		if j < 0 || int(j) >= len(c.p.Jobs) {
			c.flagf(UnassignedOrder, w, 1, "there is no job %d", j)
			continue
		}
		w.Job = j
		if k > 0 && list[k-1] >= j {
			c.flagf(UnassignedOrder, w, 1, "%s is listed after job %d", c.p.Jobs[j].ID, list[k-1])
		}
		listed[j] = true
	}
	for j := range c.p.Jobs {
		w := nowhere()
		w.Job = model.JobIdx(j)
		id := c.p.Jobs[j].ID
		switch visited := c.visits[j] > 0; {
		case visited && listed[j]:
			c.flagf(UnassignedVisited, w, 1, "%s is visited", id)
		case !visited && !listed[j]:
			c.flagf(UnassignedMissing, w, 1, "%s is neither visited nor listed", id)
		}
		if c.visits[j] == 0 {
			c.report.Terms[model.Unassigned] += c.p.Jobs[j].Unassigned
		}
	}
}

// distance between two numbers.
func distance(a, b int64) int64 { return max(a-b, b-a) }

// beyond is how far t lies outside [from, to]; 0 inside.
func beyond(t, from, to model.Time) model.Duration { return max(0, from-t, t-to) }
