package day

import (
	"slices"

	"callout/solver/model"
)

func (d *Day) planPin(e *Event) (func(), *Refusal) {
	w, why := d.find("job_id", e.JobID, e.Now)
	if why != nil {
		return nil, why
	}
	if w.state != ToCome {
		return nil, refuse("job_id", CodeContradicts, "job %q is a fact: a technician has left for it", e.JobID)
	}
	x := &d.jobs[w.id]
	switch e.Kind { //nolint:exhaustive // those of planPin
	case VisitUnpinned:
		if x.pin == nil {
			return nil, refuse("job_id", CodeContradicts, "job %q is not pinned", e.JobID)
		}
		return func() {
			x.pin = nil
			d.touch(w.id)
			d.pending.Around = append(d.pending.Around, int32(w.id))
		}, nil
	case VisitMoved:
		return d.planMove(e, w)
	}
	if w.s == nil {
		return nil, refuse("job_id", CodeContradicts, "job %q is in nobody's plan", e.JobID)
	}
	pin := &Pin{Scope: e.Scope, Tech: d.known.Shifts[w.s.id].Tech, Start: e.At, Origin: e.Origin, By: e.By}
	if pin.start() && e.At == model.NoTime {
		pin.Start = d.startOf(w)
	}
	if pin.start() && pin.Start < e.Now {
		return nil, refuse("start", CodeContradicts, "that is over")
	}
	if why := d.pinHolds(pin, &d.known.Jobs[w.id]); why != nil {
		return nil, why
	}
	return func() {
		x.pin, x.place = pin, nil
		d.touch(w.id)
		d.pending.Around = append(d.pending.Around, int32(w.id))
	}, nil
}

// startOf is when the plan has a visit.
func (d *Day) startOf(w whereabouts) model.Time {
	for i := range w.s.ahead {
		if st := &w.s.ahead[i]; st.Kind == model.Visit && st.Job == w.id {
			return st.Start
		}
	}
	for i := range w.s.facts {
		if f := &w.s.facts[i]; f.Kind == model.Visit && f.Job == w.id {
			return f.Start
		}
	}
	return model.NoTime
}

// pinHolds tells why a job cannot be held so: staffing, skills and hard windows do not depend on the rest of the plan.
func (d *Day) pinHolds(pin *Pin, job *model.Job) *Refusal {
	if pin == nil {
		return nil
	}
	if pin.technician() {
		if why := d.unfit(pin.Tech, job); why != nil {
			return why
		}
	}
	if !pin.start() {
		return nil
	}
	if pin.Start < job.Release {
		return refuse("start", CodeNotPossible, "job %q is released later", job.ID)
	}
	able, keeps := false, false
	for k := range d.known.Technicians {
		if t := model.TechIdx(k); (!pin.technician() || t == pin.Tech) && d.unfit(t, job) == nil {
			able, keeps = true, keeps || d.keeps(t, job, pin.Start)
		}
	}
	if able && !keeps {
		return refuse("start", CodeNotPossible, "job %q has no hard window then", job.ID)
	}
	return nil
}

// unfit tells why a technician can never do a job, or nil.
func (d *Day) unfit(t model.TechIdx, job *model.Job) *Refusal {
	tech := &d.known.Technicians[t]
	switch {
	case slices.Contains(job.Excluded, t), len(job.Required) > 0 && !slices.Contains(job.Required, t):
		return refuse("technician_id", CodeNotPossible, "technician %q may not do job %q", tech.ID, job.ID)
	case !skilled(tech, job):
		return refuse("technician_id", CodeNotPossible, "technician %q lacks a skill for job %q", tech.ID, job.ID)
	}
	return nil
}

// keeps tells whether a technician who starts a job then keeps its hard windows.
func (d *Day) keeps(t model.TechIdx, job *model.Job, start model.Time) bool {
	return inWindow(job, start, job.ServiceBy(&d.known.Technicians[t]))
}

// onlyInTime makes a job require those who keep its hard windows if they start then, where others do not.
func (d *Day) onlyInTime(job *model.Job, start model.Time) {
	most := len(job.Required)
	if most == 0 {
		most = len(d.known.Technicians)
	}
	var keep []model.TechIdx
	for k := range d.known.Technicians {
		t := model.TechIdx(k)
		if (len(job.Required) == 0 || slices.Contains(job.Required, t)) && d.keeps(t, job, start) {
			keep = append(keep, t)
		}
	}
	if len(keep) > 0 && len(keep) < most {
		job.Required = keep
	}
}

// may tells whether a shift may have a job as far as neither the rest of the plan nor parts matter.
func (d *Day) may(s *shift, j model.JobIdx) bool {
	job, sh := &d.asOf.Jobs[j], &d.known.Shifts[s.id]
	tech, at := &d.known.Technicians[sh.Tech], &d.known.Locations[job.Location]
	for _, c := range job.Certificates {
		if !slices.ContainsFunc(tech.Certificates, func(h model.Certificate) bool {
			return h.Cert == c && h.From <= d.now && d.now <= h.Until
		}) {
			return false
		}
	}
	return !slices.Contains(job.Excluded, sh.Tech) && (len(job.Required) == 0 || slices.Contains(job.Required, sh.Tech)) &&
		skilled(tech, job) && (tech.Area == nil || at.HasCoord && tech.Area.Contains(at.Lat, at.Lon))
}

func skilled(t *model.Technician, job *model.Job) bool {
	for _, need := range job.AllOf {
		if has := t.Skill(need.Skill); has == nil || has.Level < need.Level {
			return false
		}
	}
	return len(job.AnyOf) == 0 || slices.ContainsFunc(job.AnyOf, func(need model.SkillLevel) bool {
		has := t.Skill(need.Skill)
		return has != nil && has.Level >= need.Level
	})
}

// waited notes that nobody has left before now for what comes first: that was not known before.
func (d *Day) waited(s *shift) {
	switch at, ready := d.free(s); {
	case !s.begun() && s.leaves < d.now:
		s.leaves = d.now
	case s.waits():
		s.leaves = max(s.leaves, d.now)
	case s.begun() && ready < d.now:
		d.keepAt(s, at, d.now)
	}
}

// planMove is a person's own change.
func (d *Day) planMove(e *Event, w whereabouts) (func(), *Refusal) {
	t, why := d.technician(e.TechID)
	if why != nil {
		return nil, why
	}
	if d.sick[t] {
		return nil, refuse("technician_id", CodeContradicts, "technician %q does no visits", e.TechID)
	}
	s := d.current(t, e.Now)
	if e.ShiftID != "" {
		s = nil
		for k := range d.shifts {
			if sh := &d.known.Shifts[k]; sh.Tech == t && sh.ID == e.ShiftID {
				s = &d.shifts[k]
			}
		}
		if s == nil {
			return nil, refuse("shift_id", CodeUnknown, "technician %q has no shift %q", e.TechID, e.ShiftID)
		}
	}
	if s == nil || d.known.Shifts[s.id].LatestEnd <= e.Now {
		return nil, refuse("technician_id", CodeContradicts, "technician %q has no shift that is not over", e.TechID)
	}
	pin := &Pin{Scope: ByTechnician, Tech: t}
	if was := d.jobs[w.id].pin; was.start() && was.Start >= e.Now {
		pin = &Pin{Scope: ByTechnicianStart, Tech: t, Start: was.Start, Origin: was.Origin, By: was.By}
	}
	if why := d.pinHolds(pin, &d.known.Jobs[w.id]); why != nil {
		return nil, why
	}
	after := model.JobIdx(-1)
	if e.AfterID != "" {
		a, why := d.find("after_job_id", e.AfterID, e.Now)
		switch {
		case why != nil:
			return nil, why
		case a.s != s || a.id == w.id:
			return nil, refuse("after_job_id", CodeContradicts, "job %q is not in the route of technician %q", e.AfterID, e.TechID)
		}
		after = a.id
	}
	return func() {
		d.drop(w.id)
		at := 0
		for i := range s.ahead {
			if s.ahead[i].Kind == model.Visit && s.ahead[i].Job == after {
				at = i + 1
			}
		}
		s.ahead = slices.Insert(s.ahead, at, model.Stop{Job: w.id, Arrival: model.NoTime, Start: model.NoTime, End: model.NoTime})
		s.unsupplied()
		if at == 0 {
			d.waited(s)
		}
		d.jobs[w.id].pin = pin
		d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
		d.touch(w.id)
		d.around(s, at)
	}, nil
}

// place is a shift and the visits of it before another one.
type place struct {
	shift  model.ShiftIdx
	before []model.JobIdx
}

// sequences calls f with each visit to come whose sequence is pinned, and with its place: whoever keeps that has to make a copy.
func (d *Day) sequences(f func(j model.JobIdx, at place)) {
	for k := range d.shifts {
		s := &d.shifts[k]
		at := place{shift: s.id}
		pass := func(st *model.Stop, toCome bool) {
			if st.Kind != model.Visit {
				return
			}
			if toCome && d.jobs[st.Job].pin.sequence() {
				f(st.Job, at)
			}
			at.before = append(at.before, st.Job)
		}
		for i := range s.facts {
			pass(&s.facts[i].Stop, s.facts[i].Frozen)
		}
		for i := range s.ahead {
			pass(&s.ahead[i], true)
		}
	}
}

// isAt tells whether a visit whose sequence is pinned is where it is held.
func (d *Day) isAt(j model.JobIdx, at place) bool {
	held := d.jobs[j].place
	return held == nil || held.shift == at.shift && slices.Equal(held.before, at.before)
}

// whereHeld are the visits that are where they are held.
func (d *Day) whereHeld() map[model.JobIdx]bool {
	out := map[model.JobIdx]bool{}
	d.sequences(func(j model.JobIdx, at place) { out[j] = d.isAt(j, at) })
	return out
}

// hold notes the places of those that were there before an event, and of new ones: a person may move what comes before them, and cancel it.
func (d *Day) hold(were map[model.JobIdx]bool) {
	d.sequences(func(j model.JobIdx, at place) {
		if d.jobs[j].place == nil || were[j] {
			d.jobs[j].place = &place{at.shift, slices.Clone(at.before)}
		}
	})
}

// without a job that was cancelled.
func (p *place) without(j model.JobIdx) *place {
	if p == nil || !slices.Contains(p.before, j) {
		return p
	}
	return &place{p.shift, slices.DeleteFunc(slices.Clone(p.before), func(b model.JobIdx) bool { return b == j })}
}

// Astray calls f with each visit whose sequence is pinned and that comes in another shift than it was to, or after other visits: the shift in which it comes,
// and that in which it was to, after which visits.
func (d *Day) Astray(f func(j model.JobIdx, is, was model.ShiftIdx, before []model.JobIdx)) {
	d.sequences(func(j model.JobIdx, at place) {
		if !d.isAt(j, at) {
			held := d.jobs[j].place
			f(j, at.shift, held.shift, held.before)
		}
	})
}
