package day

import "callout/solver/model"

func (d *Day) planJob(e *Event) (func(), *Refusal) {
	if e.Kind == JobAdded {
		return d.planAdded(e)
	}
	w, why := d.find("job_id", e.JobID, e.Now)
	if why != nil {
		return nil, why
	}
	switch {
	case w.state == Done:
		return nil, refuse("job_id", CodeContradicts, "job %q is done", e.JobID)
	case w.state == Started:
		return nil, refuse("job_id", CodeContradicts, "the work at job %q has begun", e.JobID)
	case w.state == LeftFor && e.Kind != JobCancelled:
		return nil, refuse("job_id", CodeContradicts, "a technician is on the way to job %q", e.JobID)
	}
	x := &d.jobs[w.id]
	switch e.Kind { //nolint:exhaustive // those of planJob
	case JobChanged:
		if why := d.pinHolds(x.pin, e.Job); why != nil {
			return nil, why
		}
		return func() {
			d.known.Jobs[w.id] = *e.Job
			d.missed(w.id, false)
			x.multiplier = e.Multiplier
			d.restale(w.id)
			d.pending.Around = append(d.pending.Around, int32(w.id))
			d.touch(w.id)
		}, nil
	case PartDelayed:
		return func() {
			x.delayed = max(e.At, 0)
			d.restale(w.id)
			d.pending.Around = append(d.pending.Around, int32(w.id))
			d.touch(w.id)
		}, nil
	case JobCancelled:
		return func() {
			if w.state == LeftFor {
				d.letGo(w)
			}
			d.drop(w.id)
			d.missed(w.id, true)
			d.lapse(w.id)
			x.phase, x.pin, x.kept = finished, nil, nil
			d.leave(w.id)
			d.touch(w.id)
		}, nil
	}
	return func() {}, nil
}

// restale notes that the times of the route with a job do not hold any more.
func (d *Day) restale(j model.JobIdx) {
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.ahead {
			if s.ahead[i].Kind == model.Visit && s.ahead[i].Job == j {
				s.unsupplied()
				d.pending.Shifts = append(d.pending.Shifts, int32(k))
				return
			}
		}
	}
}

// letGo takes back a visit that was left for: the technician is there when he would have been, and free.
func (d *Day) letGo(w whereabouts) {
	s := w.s
	for i := range s.facts {
		f := &s.facts[i]
		if f.Kind != model.Visit || f.Job != w.id {
			continue
		}
		arrival := f.Arrival
		for n := i; n < len(s.facts); n++ {
			s.facts[n].Sure = false
		}
		d.back(s, i)
		d.keepAt(s, d.known.Jobs[w.id].Location, arrival)
		return
	}
}

func (d *Day) planAdded(e *Event) (func(), *Refusal) {
	if _, twice := d.byJob[e.Job.ID]; twice {
		return nil, refuse("job_added.job.id", CodeDuplicate, "there is a job %q, or the day began with it", e.Job.ID)
	}
	if e.Place == nil {
		return func() { d.added(e) }, nil
	}
	if _, twice := d.byLoc[e.Place.ID]; twice {
		return nil, refuse("job_added.location.location.id", CodeDuplicate, "there is a location %q", e.Place.ID)
	}
	for k := range d.travel {
		if why := d.placeable(k, e); why != nil {
			return nil, why
		}
	}
	return func() {
		e.Job.Location = d.place(e.Place, e.Rows)
		d.added(e)
	}, nil
}

// placeable tells why the travel of a profile to the new place of an event is not known, or nil.
func (d *Day) placeable(k int, e *Event) *Refusal {
	t := &d.travel[k]
	for b := range t.layers {
		switch l := &t.layers[b]; {
		case l.line != nil && !e.Place.HasCoord:
			return refuse("job_added.location.location.position", CodeNotPossible, "a straight line needs a position")
		case l.line == nil && (k >= len(e.Rows) || b >= len(e.Rows[k]) || !e.Rows[k][b].fits(d.places, l.first.Distances != nil)):
			return refuse("job_added.location.rows", CodeNotPossible,
				"profile %q needs %d travel times each way, and distances where it has them, for each of its buckets", d.known.Profiles[k].ID, d.places)
		}
	}
	return nil
}

// fits tells whether a row has numbers for n locations.
func (r *Row) fits(n int, distances bool) bool {
	if len(r.DurationsTo) != n || len(r.DurationsFrom) != n {
		return false
	}
	return !distances && len(r.DistancesTo)+len(r.DistancesFrom) == 0 || len(r.DistancesTo) == n && len(r.DistancesFrom) == n
}

func (d *Day) added(e *Event) {
	j := d.append(*e.Job, e.Multiplier)
	d.touch(j)
	d.pending.Around = append(d.pending.Around, int32(j))
}

// Names are those that a new job may have brought: lists that begin with what was there.
func (d *Day) Names(skills, certificates []string) {
	d.known.Skills, d.known.Certificates = skills, certificates
	d.asOf.Skills, d.asOf.Certificates = skills, certificates
}

// Location is the place of an id.
func (d *Day) Location(id string) (model.LocIdx, bool) {
	l, known := d.byLoc[id]
	return l, known
}

// Job is the number of an id, in both problems. The numbers of jobs that were cancelled go to others after Changes.
func (d *Day) Job(id string) (model.JobIdx, bool) {
	j, known := d.byJob[id]
	return j, known && j != gone
}
