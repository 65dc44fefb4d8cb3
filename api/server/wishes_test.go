package server_test

import (
	"strings"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// A job that is late because its part is has a way out by which the part comes sooner, with the time by which it is needed, what that is worth, and
// what it does to others.
func TestThePartMayComeSooner(t *testing.T) {
	d := openDay(t, start(t, server.Options{}), &calloutv1.DayStart{Problem: day(12, 3), Settings: &calloutv1.DaySettings{Iterations: 200}})
	d.settle()
	e := added("1", "boiler", "job-003", at(8, 0))
	job := e.GetJobAdded().GetJob()
	job.Windows = []*calloutv1.TimeWindow{{
		Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, Start: at(8, 0), End: at(10, 0), CostPerHourLate: new(60.0),
	}}
	late := &calloutv1.DayEvent{Id: "2", Now: at(8, 0), What: &calloutv1.DayEvent_PartDelayed{
		PartDelayed: &calloutv1.PartDelayed{JobId: "boiler", Until: at(14, 0)},
	}}
	for _, e := range []*calloutv1.DayEvent{e, late} {
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v", a)
		}
	}
	sooner := func() *calloutv1.WayOut {
		for _, a := range d.alerts {
			for _, w := range a.GetWays() {
				if a.GetJobId() == "boiler" && w.GetKind() == calloutv1.WayKind_WAY_KIND_EXPEDITE_PART {
					return w
				}
			}
		}
		return nil
	}
	w := sooner()
	if w == nil {
		t.Fatalf("%v", d.alerts)
	}
	if start := w.GetStart().AsTime(); start.Before(at(8, 0).AsTime()) || start.After(at(10, 0).AsTime()) || w.GetTechnicianId() == "" ||
		w.GetSlack().AsDuration() < 0 || w.GetExtra().GetTotal() > -4*60 {
		t.Errorf("%v", w)
	}
	// It is there: nothing is late, and nothing to be expedited.
	late.Id, late.GetPartDelayed().Until = "3", at(8, 0)
	d.event(late)
	if w := sooner(); w != nil {
		t.Errorf("%v", w)
	}
	d.close()
}

// A wish says which rules stand against it, and which are broken whatever the plan, before it is accepted; and nothing of it stays.
func TestAWishNamesWhatItBreaks(t *testing.T) {
	d := openDay(t, start(t, server.Options{}), &calloutv1.DayStart{Problem: day(12, 3), Settings: &calloutv1.DaySettings{Iterations: 50}})
	d.settle()
	number := d.last.GetNumber()
	codes := func(e *calloutv1.DayEvent) map[string]bool {
		t.Helper()
		e.Wish = true
		a := d.event(e)
		if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_PRICED || d.last.GetNumber() != number {
			t.Fatalf("%v, revision %d", a, d.last.GetNumber())
		}
		out := map[string]bool{}
		for _, b := range a.GetPrice().GetBroken() {
			if b.GetField() == "plan" && !strings.HasPrefix(b.GetMessage(), "technician tech-") || b.GetMessage() == "" {
				t.Errorf("%v does not say whose", b)
			}
			out[b.GetField()+" "+b.GetCode()] = true
		}
		return out
	}
	var first, second *calloutv1.Stop
	for _, r := range d.last.GetPlan().GetRoutes() {
		if len(r.GetStops()) > 1 && r.GetStops()[0].GetVisit() != nil && r.GetStops()[1].GetVisit() != nil {
			first, second = r.GetStops()[0], r.GetStops()[1]
		}
	}
	pin := func(id string, s *calloutv1.Stop, scope calloutv1.PinScope) *calloutv1.DayEvent {
		return &calloutv1.DayEvent{Id: id, Now: at(7, 0), What: &calloutv1.DayEvent_VisitPinned{VisitPinned: &calloutv1.VisitPinned{
			JobId: s.GetVisit().GetJobId(), Scope: scope,
		}}}
	}
	if got := codes(pin("free", second, calloutv1.PinScope_PIN_SCOPE_ALL)); len(got) > 0 {
		t.Errorf("a pin of what is planned breaks %v", got)
	}
	over := pin("over", second, calloutv1.PinScope_PIN_SCOPE_START)
	over.GetVisitPinned().Start = at(23, 0)
	got := codes(over)
	if len(got) == 0 {
		t.Error("a start after all shifts breaks nothing")
	}
	for code := range got {
		if code[:5] != "plan " {
			t.Errorf("%s", code)
		}
	}
	begun := first.GetStart()
	if a := d.event(&calloutv1.DayEvent{Id: "begun", Now: begun, What: &calloutv1.DayEvent_VisitStarted{
		VisitStarted: &calloutv1.VisitStarted{JobId: first.GetVisit().GetJobId()},
	}}); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
		t.Fatalf("%v", a)
	}
	number = d.last.GetNumber()
	long := &calloutv1.VisitRunsOver{JobId: first.GetVisit().GetJobId(), Until: at(19, 0)}
	got = codes(&calloutv1.DayEvent{Id: "long", Now: begun, What: &calloutv1.DayEvent_VisitRunsOver{VisitRunsOver: long}})
	if !got["day latest_end"] {
		t.Errorf("work beyond the shift breaks %v", got)
	}
	d.close()
}
