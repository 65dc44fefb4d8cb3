package day

import (
	"slices"

	"callout/solver/model"
)

// departs is when the technician leaves for stop i of what is ahead, as the plan has it; the stops before must have been left for.
func (s *shift) departs(i int, ready model.Time) model.Time {
	switch {
	case i > 0:
		return s.ahead[i-1].End
	case s.waits():
		return max(s.leaves, ready)
	case s.begun():
		return ready
	}
	return max(s.leaves, s.delayed)
}

// waits tells whether a technician who is out leaves when it is time for his next stop, and not when he can.
func (s *shift) waits() bool { return s.homed() || s.inTime && s.begun() }

// leaveInTime works out when whoever is at a place, and free, leaves for what comes first in the plan.
func (d *Day) leaveInTime(s *shift, from model.LocIdx, ready model.Time) {
	if !s.waits() || s.stale || len(s.ahead) == 0 {
		return
	}
	s.leaves = d.delay(s, &s.ahead[0], from, ready)
}

// delay puts off the arrival at a stop so that nobody has to wait there, and returns when it is left for. A break on the way is had as planned.
func (d *Day) delay(s *shift, st *model.Stop, from model.LocIdx, ready model.Time) model.Time {
	rests := func(b model.BreakTaken) bool { return ready <= b.Start && b.Start < st.Start }
	if st.Start >= model.NoTime || !s.stale && slices.ContainsFunc(s.rests, rests) {
		return ready
	}
	to := d.known.Location(st)
	leaves := max(ready, st.Start-d.leg(s, from, to, ready))
	if arrives := leaves + d.leg(s, from, to, leaves); arrives <= st.Start {
		st.Arrival = arrives
		return leaves
	}
	return ready
}

// simulate works out the times of a stop that is left for: as soon as it may begin, and not before the plan had it.
func (d *Day) simulate(s *shift, st *model.Stop, from model.LocIdx, leaves model.Time) {
	place := d.known.Location(st)
	st.Arrival = leaves + min(d.leg(s, from, place, leaves), model.MaxTime)
	var length model.Duration
	start := st.Arrival
	if st.Start < model.NoTime {
		start = max(start, st.Start)
	}
	start = max(start, d.expects(s, st))
	if st.Kind == model.Pickup {
		length = d.known.Nodes[st.Node].Handling
		start = opensAt(d.known.Nodes[st.Node].Open, start)
	} else {
		length = d.known.ServiceTime(st.Job, d.known.Shifts[s.id].Tech)
		if d.asOf != nil { // with pins
			start = startsAt(&d.asOf.Jobs[st.Job], start, length)
		}
	}
	st.Start, st.End = start, start+length
}

// opensAt is the first time from t on at which an interval is open, or t where there is none.
func opensAt(open []model.Interval, t model.Time) model.Time {
	best := model.NoTime
	for _, o := range open {
		if x := max(t, o.From); x <= o.To {
			best = min(best, x)
		}
	}
	if best == model.NoTime {
		return t
	}
	return best
}

// startsAt is the first start from t on that hard windows allow, or t where there is none.
func startsAt(j *model.Job, t model.Time, length model.Duration) model.Time {
	best, hard := model.NoTime, false
	t = max(t, j.Release)
	for _, w := range j.Windows {
		if w.Kind != model.Availability {
			continue
		}
		hard = true
		from, to := w.From, w.To
		if w.Binds == model.BindEnd {
			from, to = from-length, to-length
		}
		if x := max(t, from); x <= to {
			best = min(best, x)
		}
	}
	if !hard || best == model.NoTime {
		return t
	}
	return best
}
