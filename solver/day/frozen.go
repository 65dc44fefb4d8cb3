package day

import (
	"slices"

	"callout/solver/model"
)

// freeze keeps what is frozen, and routes up to pinned places.
func (d *Day) freeze() {
	for k := range d.shifts {
		s := &d.shifts[k]
		if d.over(s) {
			continue
		}
		first, most := len(s.facts), len(s.ahead)
		pinned := d.pinnedUpTo(s)
		for {
			pinned = d.freezeUpTo(s, pinned, most)
			at := d.servesElsewhere(s, first+pinned)
			if at < 0 {
				break
			}
			d.thawShift(s)
			most = at - first
		}
	}
}

// pinnedUpTo is how many stops ahead of a shift are pinned, or stand before one whose sequence is.
func (d *Day) pinnedUpTo(s *shift) int {
	n := 0
	for i := range s.ahead {
		if st := &s.ahead[i]; st.Kind == model.Visit && d.jobs[st.Job].pin.sequence() && d.jobs[st.Job].pin.Tech == d.known.Shifts[s.id].Tech {
			n = i + 1
		}
	}
	return n
}

// freezeUpTo keeps of a shift what is frozen, so many stops at most, the first of which are pinned, and returns how many of those stay
// so: what cannot be where it is goes behind them.
func (d *Day) freezeUpTo(s *shift, pinned, most int) int {
	for i := 0; i < most && len(s.ahead) > 0; {
		at, ready := d.free(s)
		if s.begun() {
			ready = max(ready, d.now)
		}
		if s.stale && s.waits() { // when it was time is not when it is
			st := s.ahead[0]
			d.simulate(s, &st, at, ready)
			s.leaves = d.delay(s, &st, at, ready)
		}
		leaves := max(s.departs(0, ready), ready)
		if leaves > model.MaxTime { // the plan has no times
			break
		}
		if i >= pinned && (d.cfg.Frozen <= 0 || leaves > d.now+d.cfg.Frozen) {
			break
		}
		holds, never := d.holds(s, at, leaves, ready)
		if !holds && (!never || i+1 >= pinned) {
			break
		}
		if !holds {
			pinned--
			d.putOff(s, pinned-i)
			continue
		}
		d.commit(s, at, leaves)
		s.last().Frozen = true
		i++
	}
	return pinned
}

// putOff puts the next stop behind so many others.
func (d *Day) putOff(s *shift, behind int) {
	st := s.ahead[0]
	s.ahead = slices.Insert(s.ahead[1:], behind, st)
	if s.stale = true; !d.ships || st.Kind == model.Pickup {
		s.unsourced()
	}
	for i := range s.ahead { // calls that it went behind are one place nearer
		shiftCalls(&s.ahead[i], 1, -1)
		shiftCalls(&s.ahead[i], int32(behind), 1)
	}
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
	d.around(s, behind)
}

// servesElsewhere is the number of the first frozen call from one on that loads for a visit that is not, of a technician who has another shift to work in:
// the plan might use it there, and none can tell that it is to be picked up here. So it is with tools, whoever needs them. -1: there is none.
func (d *Day) servesElsewhere(s *shift, from int) int {
	another := func(k int) bool {
		o := &d.shifts[k]
		return o != s && !d.over(o) && !d.ended(o) && d.known.Shifts[k].LatestEnd >= d.now
	}
	if !slices.ContainsFunc(d.shiftsOf[d.known.Shifts[s.id].Tech], another) {
		return -1
	}
	forOther := func(l load) bool {
		return l.tool >= 0 || l.job < 0 || d.jobs[l.job].phase != behind || d.jobs[l.job].shift != int32(s.id)
	}
	for i := from; i < len(s.facts); i++ {
		if s.facts[i].Frozen && slices.ContainsFunc(s.facts[i].loaded, forOther) {
			return i
		}
	}
	return -1
}

// holds tells whether the next stop can be kept where it is, left for at a time: its technician may do it and has what it takes, and it may begin then; and,
// if not, whether it never can there by somebody who is ready, whatever call or break the plan puts before it.
func (d *Day) holds(s *shift, from model.LocIdx, leaves, ready model.Time) (holds, never bool) {
	st := s.ahead[0]
	if !d.reaches(s, from, leaves) {
		return false, true
	}
	if st.Kind == model.Pickup {
		return true, false
	}
	if !d.may(s, st.Job) {
		return false, true
	}
	carries := d.carries(d.known.Shifts[s.id].Tech, st)
	if s.stale || st.Arrival == model.NoTime {
		d.simulate(s, &st, from, leaves)
	}
	if d.inTime(s, &st) {
		return carries && !d.skips(s, leaves, st.End), false
	}
	st.Start = model.NoTime
	d.simulate(s, &st, from, ready)
	return false, !d.inTime(s, &st)
}

// inTime tells whether a visit that is ahead of a shift keeps its pinned start, hard windows, and the end of the shift.
func (d *Day) inTime(s *shift, st *model.Stop) bool {
	job, length, pin := &d.asOf.Jobs[st.Job], st.End-st.Start, d.jobs[st.Job].pin
	return (!pin.start() || st.Start == pin.Start) && startsAt(job, st.Start, length) == st.Start && inWindow(job, st.Start, length) &&
		st.End+d.leg(s, job.Location, d.known.Shifts[s.id].End, st.End) <= d.known.Shifts[s.id].LatestEnd
}

// inWindow tells whether a start keeps the hard windows.
func inWindow(j *model.Job, start model.Time, length model.Duration) bool {
	hard := false
	for _, w := range j.Windows {
		if w.Kind != model.Availability {
			continue
		}
		hard = true
		t := start
		if w.Binds == model.BindEnd {
			t += length
		}
		if w.From <= t && t <= w.To {
			return true
		}
	}
	return !hard
}

// thaw takes what is frozen back to what is ahead: the other way round, as shifts of one technician share his van.
func (d *Day) thaw() {
	for k := len(d.shifts) - 1; k >= 0; k-- {
		d.thawShift(&d.shifts[k])
	}
}

func (d *Day) thawShift(s *shift) {
	if f := s.last(); f == nil || !f.Frozen {
		return
	}
	s.ahead = d.coming(s)
	for n := len(s.facts); n > 0 && s.facts[n-1].Frozen; n-- {
		s.ready, s.leaves = s.facts[n-1].leaves, s.facts[n-1].leaves
		d.undo(s, &s.facts[n-1])
		s.facts = s.facts[:n-1]
	}
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
	if !s.begun() {
		s.rests, s.breaks = slices.Concat(s.breaks, s.rests), nil
		return
	}
	s.rests = slices.Concat(d.unrest(s), s.rests)
}
