package day

import "callout/solver/model"

func (d *Day) planTechnician(e *Event) (func(), *Refusal) {
	t, why := d.technician(e.TechID)
	if why != nil {
		return nil, why
	}
	if e.Kind == TechnicianSick || e.Kind == TechnicianBack {
		if d.sick[t] == (e.Kind == TechnicianSick) {
			return nil, refuse("technician_id", CodeContradicts, "technician %q is already", e.TechID)
		}
		if e.Kind == TechnicianBack {
			return func() { d.returned(t) }, nil
		}
		return func() { d.fellSick(t) }, nil
	}
	if d.sick[t] {
		return nil, refuse("technician_id", CodeContradicts, "technician %q does no visits", e.TechID)
	}
	s := d.current(t, e.Now)
	if s == nil {
		return nil, refuse("technician_id", CodeContradicts, "technician %q has no shift that is not over", e.TechID)
	}
	if e.Kind == TechnicianLate {
		return func() { d.late(s, e.Delay) }, nil
	}
	at, known := d.byLoc[e.LocationID]
	if !known {
		return nil, refuse("location_id", CodeUnknown, "there is no location %q", e.LocationID)
	}
	return func() { d.seenAt(s, at) }, nil
}

// current is the technician's first shift that is not over: one in which he is at work is not.
func (d *Day) current(t model.TechIdx, now model.Time) *shift {
	for _, k := range d.shiftsOf[t] {
		s := &d.shifts[k]
		working := s.begun() && !d.over(s) && (len(s.ahead) > 0 || len(s.facts) > 0 && s.last().End > now)
		if d.known.Shifts[k].LatestEnd > now || working {
			return s
		}
	}
	return nil
}

// doing is the first fact that is not over, or -1.
func (d *Day) doing(s *shift) int {
	for i := range s.facts {
		if s.facts[i].End > d.now {
			return i
		}
	}
	return -1
}

func (d *Day) late(s *shift, delay model.Duration) {
	d.nearby(s)
	i := d.doing(s)
	switch {
	case i >= 0:
		f := &s.facts[i]
		if f.Start > d.now {
			length := f.End - f.Start
			f.Arrival = max(f.Arrival, d.now) + delay
			f.Start = d.beginsAt(f, length)
			f.End = f.Start + length
		} else {
			f.End += delay
		}
		f.Sure = true
		d.back(s, i+1)
		s.within(i)
	case s.homed():
		h := *s.hold
		if h.since > d.now {
			h.since += delay
		}
		h.ready = max(h.ready, d.now) + delay
		s.hold = &h
		d.back(s, len(s.facts))
	case s.begun():
		at, ready := d.free(s)
		d.keepAt(s, at, max(ready, d.now)+delay)
		d.back(s, len(s.facts))
	default:
		from := d.now
		if len(s.ahead) > 0 && s.leaves < model.NoTime {
			from = max(from, s.leaves)
		}
		s.delayed = max(s.delayed, from) + delay
		d.back(s, 0)
	}
}

// beginsAt is when a stop that is left for may begin, not before it was to.
func (d *Day) beginsAt(f *Fact, length model.Duration) model.Time {
	t := max(f.Arrival, f.Start)
	if f.Kind == model.Pickup {
		return opensAt(d.known.Nodes[f.Node].Open, t)
	}
	return startsAt(&d.known.Jobs[f.Job], t, length)
}

func (d *Day) seenAt(s *shift, at model.LocIdx) {
	d.nearby(s)
	i := d.doing(s)
	if i >= 0 && s.facts[i].Start <= d.now {
		return // he is at work: it is not for his position to say that he is not
	}
	if i >= 0 && d.cfg.Diversion {
		s.facts[i].Sure = false // what was told is when he gets there
		d.back(s, i)
		d.sighted(s, at)
		return
	}
	if i >= 0 {
		f := &s.facts[i]
		length, drive := f.End-f.Start, d.leg(s, at, d.known.Location(&f.Stop), d.now)
		if drive >= model.Unreachable {
			return // he goes there all the same: the place is not where he is, or the way not what it is
		}
		f.Arrival = d.now + drive
		f.Start = d.beginsAt(f, length)
		f.End = f.Start + length
		f.Sure = true
		d.back(s, i+1)
		s.within(i)
		return
	}
	if s.homed() && at == s.hold.at {
		if s.hold.ready > d.now { // sooner than was thought
			h := *s.hold
			h.since, h.ready = min(h.since, d.now), d.now
			s.hold = &h
		}
		d.back(s, len(s.facts))
		return
	}
	if sh := &d.known.Shifts[s.id]; !s.begun() && (d.now < sh.Earliest || at == sh.Start) {
		return // where he is before his shift is his own affair, and where it starts he is as the plan says
	}
	d.sighted(s, at)
	d.back(s, len(s.facts))
}

// sighted makes a fact of it where a technician is now.
func (d *Day) sighted(s *shift, at model.LocIdx) {
	if s.homed() && s.hold.since > d.now { // he was on his way
		s.leaveHome()
	}
	begun := s.begun()
	d.keepAt(s, at, d.now)
	if !begun {
		s.depart = d.now
	}
}

func (d *Day) fellSick(t model.TechIdx) {
	for k := range d.shifts {
		s := &d.shifts[k]
		if d.known.Shifts[k].Tech != t {
			continue
		}
		if i := d.doing(s); i >= 0 {
			if s.facts[i].Start <= d.now {
				i++
			}
			for n := i; n < len(s.facts); n++ {
				s.facts[n].Sure = false
			}
			d.back(s, i)
		}
		for i := range s.ahead {
			if s.ahead[i].Kind == model.Visit {
				d.pending.Around = append(d.pending.Around, int32(s.ahead[i].Job))
			}
		}
		s.ahead, s.rests = nil, nil
		d.pending.Shifts = append(d.pending.Shifts, int32(k))
		d.pending.Staff = append(d.pending.Staff, int32(k))
	}
	d.sick[t] = true
}

func (d *Day) returned(t model.TechIdx) {
	d.sick[t] = false
	for k := range d.shifts {
		if s := &d.shifts[k]; d.known.Shifts[k].Tech == t {
			s.stale = true
			d.pending.Shifts = append(d.pending.Shifts, int32(k))
			d.pending.Staff = append(d.pending.Staff, int32(k))
		}
	}
}
