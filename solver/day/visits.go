package day

import (
	"slices"

	"callout/solver/model"
)

func (d *Day) planVisit(e *Event) (func(), *Refusal) {
	w, why := d.find("job_id", e.JobID, e.Now)
	if why != nil {
		return nil, why
	}
	at := e.At
	if at == model.NoTime {
		at = e.Now
	}
	switch {
	case w.s == nil:
		return nil, refuse("job_id", CodeContradicts, "job %q is in nobody's plan", e.JobID)
	case d.sick[d.known.Shifts[w.s.id].Tech] && w.state == ToCome:
		return nil, refuse("job_id", CodeContradicts, "the technician of job %q does no visits", e.JobID)
	case e.Kind != VisitRunsOver && at > e.Now:
		return nil, refuse("at", CodeContradicts, "that is still to come")
	case e.Kind == VisitRunsOver && at < e.Now:
		return nil, refuse("until", CodeContradicts, "that is over")
	case w.state == ToCome && (e.Kind != VisitStarted || !w.next):
		return nil, refuse("job_id", CodeContradicts, "nobody has left for job %q", e.JobID)
	}
	if f := d.factOf(w); f != nil {
		switch {
		case f.Ended && (e.Kind == VisitFinished && f.End != at || e.Kind == VisitStarted && at > f.End || e.Kind == VisitRunsOver):
			return nil, refuse("job_id", CodeContradicts, "job %q was finished before", e.JobID)
		case e.Kind == VisitStarted && f.Began && f.Start != at:
			return nil, refuse("job_id", CodeContradicts, "the work at job %q began before", e.JobID)
		case e.Kind == VisitFinished && f.Began && at < f.Start:
			return nil, refuse("job_id", CodeContradicts, "the work at job %q began later", e.JobID)
		}
	}
	if elsewhere(w, at) || e.Kind != VisitRunsOver && elsewhereThen(w, at) {
		return nil, refuse("job_id", CodeContradicts, "the technician was at work somewhere else then")
	}
	return func() { d.visited(e.Kind, w, at) }, nil
}

// factOf is the fact of a visit, or nil.
func (d *Day) factOf(w whereabouts) *Fact {
	for i := range w.s.facts {
		if f := &w.s.facts[i]; f.Kind == model.Visit && f.Job == w.id && !f.Frozen {
			return f
		}
	}
	return nil
}

// elsewhere tells whether the technician of a visit was at work before it at a time: at the stop before, or as was told.
func elsewhere(w whereabouts, at model.Time) bool {
	var last *Fact
	for i := range w.s.facts {
		f := &w.s.facts[i]
		if f.Frozen || f.Kind == model.Visit && f.Job == w.id {
			break
		}
		if f.Ended && at < f.End || f.Began && at <= f.Start {
			return true
		}
		last = f
	}
	return last != nil && last.State >= Started && at <= last.Start
}

// elsewhereThen tells whether he was at work after it then, as was told.
func elsewhereThen(w whereabouts, at model.Time) bool {
	i := slices.IndexFunc(w.s.facts, func(f Fact) bool { return f.Kind == model.Visit && f.Job == w.id })
	then := func(f Fact) bool { return f.Began && at > f.Start || f.Ended && at > f.End }
	return i >= 0 && slices.ContainsFunc(w.s.facts[i+1:], then)
}

// visited corrects the times of a visit.
func (d *Day) visited(kind Kind, w whereabouts, at model.Time) {
	s := w.s
	if d.factOf(w) == nil { // it begins sooner than he was thought to leave
		from, ready := d.free(s)
		d.commit(s, from, min(ready, at))
	}
	s.leaveHome()
	i := slices.IndexFunc(s.facts, func(f Fact) bool { return f.Kind == model.Visit && f.Job == w.id })
	f := &s.facts[i]
	length := f.End - f.Start
	f.Sure = true
	switch kind {
	case VisitStarted:
		f.Start, f.State, f.Began = at, Started, true
		if !f.Ended {
			f.End = at + length
		}
		if f.End <= d.now { // he is said to have begun, not to have ended
			f.State = Done
		}
	case VisitFinished:
		f.Start, f.End, f.State = min(f.Start, at), at, Done
		f.Ended = true
	default:
		f.Start, f.End, f.State = min(f.Start, d.now), at, Started
	}
	f.Arrival = min(f.Arrival, f.Start)
	d.squeeze(s, i)
	d.back(s, i+1)
	s.within(i)
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
	d.nearby(s)
}

// within makes fact i end before the next one, of which it is sure that there is one, or one behind it: where its end was told, that one comes later.
func (s *shift) within(i int) {
	if i+1 >= len(s.facts) {
		return
	}
	f, next := &s.facts[i], &s.facts[i+1]
	if later := f.End - next.Start; f.Ended && !next.Began && later > 0 {
		if next.Start += later; !next.Ended {
			next.End += later
		}
		s.within(i + 1)
	}
	if f.Ended {
		next.Arrival = max(next.Arrival, min(f.End, next.Start))
	}
	f.End = min(f.End, next.Arrival)
	f.Start = min(f.Start, f.End)
	f.Arrival = min(f.Arrival, f.Start)
}

// squeeze makes the facts before one end before it begins.
func (d *Day) squeeze(s *shift, i int) {
	for ; i > 0; i-- {
		f, next := &s.facts[i-1], &s.facts[i]
		if f.End <= next.Arrival {
			return
		}
		f.End = min(f.End, next.Start)
		next.Arrival = max(next.Arrival, f.End)
		f.Start = min(f.Start, f.End)
		f.Arrival = min(f.Arrival, f.Start)
	}
	s.depart = min(s.depart, s.facts[0].Arrival)
}

// nearby notes that something happens at the next stops of a shift.
func (d *Day) nearby(s *shift) {
	d.around(s, 0)
	d.around(s, 1)
}
