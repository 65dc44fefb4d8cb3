package day

import (
	"iter"
	"slices"

	"callout/solver/model"
)

// State of a stop.
type State uint8

// States: still to come, and those of facts.
const (
	ToCome State = iota
	LeftFor
	Started
	Done
)

// Fact is a stop that was left for, or that is frozen.
type Fact struct {
	model.Stop

	State  State
	Sure   bool // an event told so
	Began  bool // an event told when
	Ended  bool // the same of the end
	Frozen bool // not left for yet
	leaves model.Time
	loaded []load           // at a node
	used   []model.Quantity // out of the van
	held   *hold            // where he left from, where that was not the stop before
}

// load is what a call at a node put into the van.
type load struct {
	sku    model.SKUIdx
	tool   model.ToolIdx // -1: a part
	qty    int64
	key    lotKey // of what it was taken from
	breach model.Cost
	job    model.JobIdx // it was taken for
}

// shift is a shift of the day.
type shift struct {
	id      model.ShiftIdx
	inTime  bool // see Config.InTime
	facts   []Fact
	breaks  []model.BreakTaken // begun before the technician is free
	depart  model.Time
	delayed model.Time // he does not set out before
	hold    *hold      // where he is, where that is not the place of the last fact

	ahead  []model.Stop // what the plan has for him next
	rests  []model.BreakTaken
	leaves model.Time // of the plan, where there is no fact, or from home
	finish model.Time // of the plan
	stale  bool       // the times of ahead do not hold

	// What the shift as of now is made from.
	at     model.LocIdx
	ready  model.Time
	owed   []int32 // the known shift's breaks that it has
	paused bool    // before those it has a break at home until now

	// So much was driven until the end of the first facts, so many, of a day that goes on.
	drove      model.Duration
	drovesUpTo int
}

// hold is a place and a time.
type hold struct {
	at     model.LocIdx
	ready  model.Time
	driven model.Duration // in the shift, until there
	// Of whoever went home because the plan had nothing more for him: since when he is there, and where he was held before.
	home   bool
	since  model.Time
	before *hold
}

func (s *shift) begun() bool { return len(s.facts) > 0 || s.hold != nil }

// out tells whether a technician has set out: stops that are frozen are none that he has left for.
func (s *shift) out() bool {
	if len(s.facts) == 0 {
		return s.hold != nil
	}
	return !s.facts[0].Frozen || s.facts[0].held != nil
}

// last fact, or nil.
func (s *shift) last() *Fact {
	if len(s.facts) == 0 {
		return nil
	}
	return &s.facts[len(s.facts)-1]
}

// free is where the technician will be free, and when, whatever the time is.
func (d *Day) free(s *shift) (model.LocIdx, model.Time) {
	switch f := s.last(); {
	case s.hold != nil:
		return s.hold.at, s.hold.ready
	case f != nil:
		ready := f.End
		if n := len(s.breaks); n > 0 && s.breaks[n-1].Start >= ready {
			ready = s.breaks[n-1].End
		}
		return d.known.Location(&f.Stop), ready
	}
	return d.known.Shifts[s.id].Start, s.delayed
}

// keepAt makes a fact of it that a technician is somewhere else than at his last stop, or for longer.
func (d *Day) keepAt(s *shift, at model.LocIdx, ready model.Time) {
	h := &hold{at: at, ready: ready}
	if s.begun() {
		from, left := d.free(s)
		h.driven = d.driven(s) + max(0, min(d.leg(s, from, at, left), ready-left))
	}
	s.hold = h
}

// leg is the drive of a shift from one place to another for whoever leaves at a time; 0 from and to open ends.
func (d *Day) leg(s *shift, from, to model.LocIdx, at model.Time) model.Duration {
	if from < 0 || to < 0 {
		return 0
	}
	drive, _ := d.known.Profiles[d.known.Shifts[s.id].Profile].Leg(from, to, at)
	return drive
}

// advance makes facts of all that has been left for before now.
func (d *Day) advance(now model.Time) {
	d.depart(now)
	for k := range d.inOrder() {
		s := &d.shifts[k]
		for len(s.ahead) > 0 && !d.over(s) {
			at, ready := d.free(s)
			if !s.stale && s.begun() {
				ready = max(ready, s.ready)
			}
			if s.departs(0, ready) >= now || s.stale && !d.reaches(s, at, ready) {
				break
			}
			d.commit(s, at, max(s.departs(0, ready), ready))
		}
		d.goHome(s, now) // with the breaks on his way
		d.rest(s, now)
		for i := range s.facts {
			f := &s.facts[i]
			switch {
			case f.Frozen:
			case f.End <= now:
				f.State = Done
			case f.Start <= now:
				f.State = max(f.State, Started)
			default:
				f.State = max(f.State, LeftFor)
			}
		}
	}
	d.come(now)
}

// inOrder are the shifts, those of a technician by their begin: what he did in one is known before the next one begins.
func (d *Day) inOrder() iter.Seq[int] {
	return func(yield func(int) bool) {
		for _, list := range d.shiftsOf {
			for _, k := range list {
				if !yield(k) {
					return
				}
			}
		}
	}
}

// reaches tells whether there is a way from a place to the next stop.
func (d *Day) reaches(s *shift, from model.LocIdx, leaves model.Time) bool {
	return d.leg(s, from, d.known.Location(&s.ahead[0]), leaves) < model.Unreachable
}

// commit makes a fact of the next stop, left for from a place at a time.
func (d *Day) commit(s *shift, from model.LocIdx, leaves model.Time) {
	f := Fact{Stop: s.ahead[0], State: LeftFor, leaves: leaves, held: s.hold}
	if s.stale || f.Arrival == model.NoTime {
		d.simulate(s, &f.Stop, from, leaves)
	}
	if !s.begun() {
		s.depart = leaves
	}
	for len(s.rests) > 0 && s.rests[0].Start < f.Start && !s.stale { // else it is not as the plan had it
		s.breaks = append(s.breaks, s.rests[0])
		s.rests = s.rests[1:]
	}
	tech := d.known.Shifts[s.id].Tech
	if f.Kind == model.Pickup {
		f.loaded = d.load(s, tech)
	} else {
		d.book(&f.Stop)
		f.used = d.use(tech, &f.Stop)
		d.jobs[f.Job].phase, d.jobs[f.Job].shift = behind, int32(s.id)
		d.touch(f.Job)
	}
	s.ahead, s.hold = s.ahead[1:], nil
	for i := range s.ahead { // numbers of calls are those of stops
		shiftCalls(&s.ahead[i], 0, -1)
	}
	s.facts = append(s.facts, f)
	d.leaveInTime(s, d.known.Location(&f.Stop), f.End)
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
}

// shiftCalls renumbers where the supplies of a stop come from, if that is a call at a position or behind it; a call that is not ahead any more has
// filled the van.
func shiftCalls(st *model.Stop, from, by int32) {
	if len(st.Parts) > 0 {
		st.Parts = slices.Clone(st.Parts)
	}
	if len(st.Tools) > 0 {
		st.Tools = slices.Clone(st.Tools)
	}
	for i := range st.Parts {
		if q := &st.Parts[i]; q.From >= from {
			if q.From = max(model.VanSource, q.From+by); q.From == model.VanSource {
				q.Lot, q.Legs = 0, nil
			}
		}
	}
	for i := range st.Tools {
		if st.Tools[i].From >= from {
			st.Tools[i].From = max(model.VanSource, st.Tools[i].From+by)
		}
	}
}

// back takes the facts from number i on back to the plan, in front of what is ahead, as far as nothing is known of them. Those that are sure
// stay, and all before them.
func (d *Day) back(s *shift, i int) {
	if i < len(s.facts) {
		s.leaveHome()
	}
	for n := len(s.facts); n > i && !s.facts[n-1].Sure; n-- {
		st := s.facts[n-1].Stop
		d.undo(s, &s.facts[n-1])
		if s.leaves = 0; s.waits() { // else he had left for it
			s.leaves = s.facts[n-1].leaves
		}
		s.facts = s.facts[:n-1]
		st.Parts, st.Tools = nil, nil
		for k := range s.ahead {
			s.ahead[k].Parts, s.ahead[k].Tools = nil, nil
		}
		s.ahead = slices.Insert(s.ahead, 0, st)
	}
	for f := s.last(); f != nil && s.hold != nil && s.hold.ready < f.End; {
		s.hold = s.hold.before // he was not there
	}
	s.stale = true
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
	d.unrest(s)
}

// undo gives back what a fact has taken.
func (d *Day) undo(s *shift, f *Fact) {
	tech := d.known.Shifts[s.id].Tech
	s.hold = f.held
	if f.Kind == model.Visit {
		for _, q := range f.used {
			d.fill(tech, q.SKU, q.Qty)
		}
		d.uncall(f.Job)
		d.jobs[f.Job].phase = open
		d.touch(f.Job)
		return
	}
	for _, l := range f.loaded {
		if l.tool < 0 {
			d.put(f.Node, l.sku, l.key, l.breach, l.qty)
			d.fill(tech, l.sku, d.unsettle(tech, l.sku, l.qty)-l.qty)
			d.unbook(l.key.id)
		} else {
			d.lend(f.Node, l.tool, l.qty)
			tools := d.known.Technicians[tech].Tools
			if k := slices.Index(tools, l.tool); k >= 0 {
				d.known.Technicians[tech].Tools = slices.Delete(tools, k, k+1)
				d.pending.Stock = true
			}
		}
	}
}

// touch notes that a job is not what it was.
func (d *Day) touch(j model.JobIdx) { d.pending.Jobs = append(d.pending.Jobs, int32(j)) }
