package server_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/happen"
	"callout/bench/rig"
)

// witness follows a session and knows what must not change.
type witness struct {
	t       *testing.T
	start   *calloutv1.DayStart
	note    string
	pins    map[string]*calloutv1.VisitPinned
	seen    int64 // the last revision looked at
	refused map[string]int
	applied map[string]int
}

// look at a revision: no visit twice, times in order, nothing to come in the past, pins kept or reported, and what is ahead before the checker.
func (w *witness) look(r *calloutv1.Revision) {
	w.t.Helper()
	if r.GetNumber() == w.seen {
		return
	}
	w.seen = r.GetNumber()
	twice := map[string]bool{}
	for _, route := range r.GetPlan().GetRoutes() {
		var last time.Time
		for _, s := range route.GetStops() {
			arrival, start, end := s.GetArrival().AsTime(), s.GetStart().AsTime(), s.GetEnd().AsTime()
			if arrival.Before(last) || start.Before(arrival) || end.Before(start) {
				w.t.Fatalf("%s: %s: %v after %v", w.note, route.GetTechnicianId(), s, last)
			}
			last = end
			id := s.GetVisit().GetJobId()
			if id == "" {
				continue
			}
			if twice[id] {
				w.t.Fatalf("%s: %s is visited twice", w.note, id)
			}
			twice[id] = true
			if s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
				if start.Before(r.GetNow().AsTime()) {
					w.t.Fatalf("%s: %s is to begin at %v, and it is %v", w.note, id, start, r.GetNow().AsTime())
				}
				w.pinned(r, route.GetTechnicianId(), s)
			}
		}
	}
	d, err := rig.Resume(w.t.Context(), w.start, r, wire.DefaultLimits())
	if err != nil {
		w.t.Fatalf("%s: %v", w.note, err)
	}
	if _, _, err := rig.JudgeDay(d); err != nil {
		w.t.Fatalf("%s: %v", w.note, err)
	}
}

// pinned checks that a visit to come is where it is held.
func (w *witness) pinned(r *calloutv1.Revision, technician string, s *calloutv1.Stop) {
	w.t.Helper()
	pin := w.pins[s.GetVisit().GetJobId()]
	if pin == nil {
		return
	}
	if pin.GetScope() != calloutv1.PinScope_PIN_SCOPE_START && pin.GetTechnicianId() != technician {
		w.t.Fatalf("%s: %v goes to %s in revision %d", w.note, pin, technician, r.GetNumber())
	}
	if pin.GetScope() >= calloutv1.PinScope_PIN_SCOPE_START && !pin.GetStart().AsTime().Equal(s.GetStart().AsTime()) {
		w.t.Fatalf("%s: %v begins at %v in revision %d", w.note, pin, s.GetStart().AsTime(), r.GetNumber())
	}
}

// keep takes over the pins that a revision knows.
func (w *witness) keep(r *calloutv1.Revision) {
	w.pins = map[string]*calloutv1.VisitPinned{}
	for _, e := range r.GetState().GetEvents() {
		if p := e.GetVisitPinned(); p != nil {
			w.pins[p.GetJobId()] = p
		}
	}
}

// Whatever comes, each event has one answer, what cannot be is refused with a reason and changes nothing, and every revision stands before the checker
// with facts and pins kept, also as a second server sees it.
func TestReoptimizeWithWhateverComes(t *testing.T) {
	seeds, events := uint64(8), 60
	if testing.Short() {
		seeds, events = 2, 40
	}
	refused, applied := map[string]int{}, map[string]int{}
	r := start(t, server.Options{})
	for seed := range seeds {
		rng := rand.New(rand.NewPCG(seed, 1))
		first := &calloutv1.DayStart{Problem: day(40, 8), Settings: &calloutv1.DaySettings{
			Seed: seed, Iterations: 30, WaysOut: 2, Diversion: seed%2 == 0, Frozen: durationpb.New(time.Duration(seed%3) * 20 * time.Minute),
			LeaveInTime: seed%3 == 2,
		}}
		if seed%4 == 2 {
			first.Problem = outing(40, 8, seed)
		}
		if seed%2 == 1 {
			bringBack(first.GetProblem())
		}
		if seed%4 != 0 {
			first.Settings.ChangePrices = &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: minutes(10)}
		}
		if seed%4 == 3 {
			first.Settings.ChangePrices.PerResequencing = 2
		}
		w := &witness{t: t, start: first, refused: refused, applied: applied}
		w.note = fmt.Sprintf("seed %d", seed)
		d := openDay(t, r, first)
		d.settle()
		w.look(d.last)
		teller := happen.NewTeller(first.GetProblem(), seed, "e")
		teller.Pass(time.Hour)
		for n := range events {
			w.step(d, rng, teller, n)
		}
		d.close()
	}
	for _, kind := range happen.Kinds {
		if applied[kind] == 0 && !testing.Short() {
			t.Errorf("no event %q was applied", kind)
		}
	}
	for _, s := range spoilt {
		if refused[s.name] == 0 && !testing.Short() {
			t.Errorf("no event %s came", s.name)
		}
	}
}

// step sends an event, one in three spoilt.
func (w *witness) step(d *running1, rng *rand.Rand, teller *happen.Teller, n int) {
	w.t.Helper()
	teller.Pass(time.Duration(rng.IntN(900)) * time.Second)
	if w.start.GetSettings().GetSeed()%4 == 2 && rng.IntN(12) == 0 { // of two days
		teller.Pass(time.Duration(rng.IntN(10)) * time.Hour)
	}
	kind := happen.Kinds[rng.IntN(len(happen.Kinds))]
	e := teller.Event(kind, d.last.GetPlan())
	if e == nil {
		return
	}
	was := proto.CloneOf(d.last)
	w.keep(d.last)
	if rng.IntN(3) == 0 {
		bad, how := spoil(rng, e)
		w.note = fmt.Sprintf("seed %d, event %d, %s", w.start.GetSettings().GetSeed(), n, how)
		a := d.event(bad)
		if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_REFUSED || len(a.GetFaults()) == 0 || a.GetFaults()[0].GetCode() == "" ||
			a.GetFaults()[0].GetMessage() == "" {
			w.t.Fatalf("%s: %v", w.note, a)
		}
		if !proto.Equal(was, d.last) {
			w.t.Fatalf("%s: there is another revision", w.note)
		}
		w.refused[how]++
		return
	}
	w.note = fmt.Sprintf("seed %d, event %d, %s %v", w.start.GetSettings().GetSeed(), n, kind, e)
	a := d.event(e)
	switch a.GetVerdict() {
	case calloutv1.EventVerdict_EVENT_VERDICT_APPLIED:
		w.applied[kind]++
		if d.last.GetLastEventId() != e.GetId() {
			w.t.Fatalf("%s: the last event is %q", w.note, d.last.GetLastEventId())
		}
		w.keep(d.last)
		w.look(d.last)
	case calloutv1.EventVerdict_EVENT_VERDICT_REFUSED:
		if len(a.GetFaults()) == 0 || !proto.Equal(was, d.last) {
			w.t.Fatalf("%s: %v", w.note, a)
		}
	default:
		w.t.Fatalf("%s: %v", w.note, a)
	}
	again := d.event(e)
	if a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED && again.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_SEEN {
		w.t.Fatalf("%s: again: %v", w.note, again)
	}
}

// bringBack makes every third job return a part to the depot or, one of them in four, at the end of the shift, in vans with little room, and parts that
// are not used go back.
func bringBack(p *calloutv1.Problem) {
	depot := []string{p.GetNodes()[0].GetId()}
	p.Parts = []*calloutv1.Part{{Sku: "pump", Weight: 5, ReturnNodeIds: depot}}
	for k, j := range p.GetJobs() {
		if k%3 != 0 {
			continue
		}
		j.Returns = []*calloutv1.PartReturn{{Sku: "pump", Quantity: 1, NodeIds: depot}}
		if k%4 == 0 {
			j.Returns[0].NodeIds = nil
		}
	}
	for k, t := range p.GetTechnicians() {
		t.VanCapacity = &calloutv1.VanCapacity{Weight: new(40.0)}
		if k%3 == 0 {
			t.Returns = []*calloutv1.PartReturn{{Sku: "pump", Quantity: 1, NodeIds: depot}}
		}
	}
}
