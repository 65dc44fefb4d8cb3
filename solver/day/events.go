package day

import (
	"fmt"
	"slices"

	"callout/solver/model"
)

// Kind of an event.
type Kind uint8

// The kinds of events.
const (
	TimePassed Kind = iota
	JobAdded
	JobChanged
	JobCancelled
	VisitStarted
	VisitFinished
	VisitRunsOver
	TechnicianLate
	TechnicianPosition
	TechnicianSick
	TechnicianBack
	TravelChanged
	StockChanged
	PartDelayed
	VisitPinned
	VisitUnpinned
	VisitMoved
	SupplyDelayed
	NumKinds
)

// Event is something that happened. Which fields count depends on the kind; names are those of the API.
type Event struct {
	ID         string
	Now        model.Time
	Kind       Kind
	JobID      string
	TechID     string
	ShiftID    string
	NodeID     string
	LocationID string
	AfterID    string
	At         model.Time     // of started, finished, runs over, delayed parts, and a pinned start; model.NoTime: absent
	Delay      model.Duration // of late
	Scope      Scope
	Origin     int32 // of a pin, as By
	By         string
	Job        *model.Job // added, changed; an added one at a new place has no location yet
	Multiplier int64      // of change prices, in thousandths
	Place      *model.Location
	Rows       [][]Row          // of Place, by profile and by its different matrices, as Layers counts them; none for straight lines
	Profile    model.ProfileIdx // -1: all
	Factor     int64            // in millionths
	Cells      []Cell
	Travel     []model.Series // by profile: what replaces its travel, before factor and cells, or nil; one bucket: at all hours alike
	SKU        model.SKUIdx   // of delayed supply -1: all
	Quantity   int64
	SupplyID   string // of what is to come to a node
	Lost       bool   // it does not come
}

// Verdict on an event.
type Verdict uint8

// Verdicts.
const (
	Applied Verdict = iota
	Seen
	Refused
)

// Refusal says why an event cannot be. Codes are those of EventAnswer in the API.
type Refusal struct{ Field, Code, Message string }

// Codes of refusals.
const (
	CodeLate         = "LATE"
	CodeUnknown      = "UNKNOWN_ID"
	CodeDuplicate    = "DUPLICATE"
	CodeContradicts  = "CONTRADICTION"
	CodeNotPossible  = "NOT_POSSIBLE"
	CodeNotSupported = "UNSUPPORTED"
)

func refuse(field, code, format string, args ...any) *Refusal {
	return &Refusal{Field: field, Code: code, Message: fmt.Sprintf(format, args...)}
}

// Apply takes an event in, or refuses it, without any effect then.
func (d *Day) Apply(e *Event) (Verdict, *Refusal) {
	if d.Seen(e.ID) {
		return Seen, nil
	}
	if e.Now < d.now {
		return Refused, refuse("now", CodeLate, "the day is %d s further", d.now-e.Now)
	}
	act, why := d.plan(e)
	if why != nil {
		return Refused, why
	}
	d.keep()
	held := d.whereHeld()
	d.thaw()
	d.strays = slices.DeleteFunc(d.strays, func(x stray) bool { return x.until < e.Now })
	d.advance(e.Now)
	d.now = e.Now
	act()
	d.advance(e.Now) // what the event has changed may have been left for meanwhile
	d.settle()
	d.hold(held)
	d.update()
	d.freeze()
	d.update()
	d.seen.add(e.ID)
	return Applied, nil
}

// place of a job at a time, as far as the plan and the facts tell.
type whereabouts struct {
	id    model.JobIdx
	state State
	s     *shift // of a visit in the plan
	next  bool   // it is the first that was not left for
}

// find tells how a job stands at a time.
func (d *Day) find(field, id string, at model.Time) (whereabouts, *Refusal) {
	j, known := d.byJob[id]
	w := whereabouts{id: j}
	switch {
	case !known:
		return w, refuse(field, CodeUnknown, "there is no job %q", id)
	case j == gone:
		return w, refuse(field, CodeContradicts, "job %q was cancelled", id)
	}
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.facts {
			if f := &s.facts[i]; f.Kind == model.Visit && f.Job == j {
				w.s, w.state = s, f.State
				switch {
				case f.Frozen:
					w.state = d.stateOf(s, &f.Stop, f.leaves, at)
				case f.End <= at:
					w.state = Done
				case f.Start <= at:
					w.state = max(w.state, Started)
				}
				w.next = i == 0 || !s.facts[i-1].Frozen
				return w, nil
			}
		}
		for i := range s.ahead {
			st := &s.ahead[i]
			if st.Kind != model.Visit || st.Job != j {
				continue
			}
			w.s = s
			_, ready := d.free(s)
			if s.begun() {
				ready = max(ready, s.ready)
			}
			w.state = d.stateOf(s, st, s.departs(i, ready), at)
			w.next = i == 0 && (len(s.facts) == 0 || !s.last().Frozen) || i > 0 && s.departs(i-1, ready) < at
			return w, nil
		}
	}
	return w, nil
}

// stateOf is how far a stop that is left for at a time has come.
func (d *Day) stateOf(s *shift, st *model.Stop, leaves, at model.Time) State {
	switch {
	case d.sick[d.known.Shifts[s.id].Tech] || leaves >= at:
		return ToCome
	case st.End <= at:
		return Done
	case st.Start <= at:
		return Started
	}
	return LeftFor
}

func (d *Day) technician(id string) (model.TechIdx, *Refusal) {
	t, known := d.byTech[id]
	if !known {
		return t, refuse("technician_id", CodeUnknown, "there is no technician %q", id)
	}
	return t, nil
}

// plan looks at an event and returns what is to be done, once the day has come to its time.
func (d *Day) plan(e *Event) (func(), *Refusal) {
	switch e.Kind {
	case JobAdded, JobChanged, JobCancelled, PartDelayed:
		return d.planJob(e)
	case VisitStarted, VisitFinished, VisitRunsOver:
		return d.planVisit(e)
	case TechnicianLate, TechnicianPosition, TechnicianSick, TechnicianBack:
		return d.planTechnician(e)
	case TravelChanged, StockChanged:
		return d.planSurroundings(e)
	case VisitPinned, VisitUnpinned, VisitMoved:
		return d.planPin(e)
	case SupplyDelayed:
		return d.planDelay(e)
	case TimePassed:
		return func() {}, nil
	case NumKinds:
	}
	return nil, refuse("what", CodeNotSupported, "there is no such event")
}

// drop takes a job out of what is ahead.
func (d *Day) drop(j model.JobIdx) {
	for k := range d.shifts {
		s := &d.shifts[k]
		for i := range s.ahead {
			if s.ahead[i].Kind != model.Visit || s.ahead[i].Job != j {
				continue
			}
			d.around(s, i)
			s.ahead = slices.Delete(s.ahead, i, i+1)
			if s.stale = true; !d.ships {
				s.unsourced()
			}
			for n := range s.ahead {
				shiftCalls(&s.ahead[n], int32(i)+1, -1)
			}
			d.pending.Shifts = append(d.pending.Shifts, int32(k))
			if at, ready := d.free(s); len(s.ahead) == 0 && s.begun() && !s.homed() && ready < d.now {
				d.keepAt(s, at, d.now) // he has waited for it
			}
			return
		}
	}
}

// unsupplied forgets where parts come from, and the times: stops have changed.
func (s *shift) unsupplied() {
	s.unsourced()
	s.stale = true
}

// unsourced forgets where parts come from.
func (s *shift) unsourced() {
	for i := range s.ahead {
		s.ahead[i].Parts, s.ahead[i].Tools = nil, nil
	}
}

// around notes that something happens near a stop ahead of a shift.
func (d *Day) around(s *shift, i int) {
	for n := max(0, i-1); n <= i+1 && n < len(s.ahead); n++ {
		if s.ahead[n].Kind == model.Visit {
			d.pending.Around = append(d.pending.Around, int32(s.ahead[n].Job))
		}
	}
}
