package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// liveView tells of a session as it goes, line by line.
type liveView struct {
	out  io.Writer
	zone *time.Location
	sent map[string]time.Time // shipments that were told, and when they come
}

// event tells what happened.
func (v *liveView) event(e *calloutv1.DayEvent) {
	what := strings.TrimPrefix(fmt.Sprintf("%T", e.GetWhat()), "*calloutv1.DayEvent_")
	about := []string{}
	for _, id := range []string{subject(e), target(e)} {
		if id != "" {
			about = append(about, id)
		}
	}
	fmt.Fprintf(v.out, "%s  %s %s\n", v.clock(e.GetNow().AsTime()), what, strings.Join(about, " to "))
}

// subject is what an event is about: its first id.
func subject(e *calloutv1.DayEvent) string {
	type aboutJob interface{ GetJobId() string }
	type aboutTechnician interface{ GetTechnicianId() string }
	m := inner(e)
	if id := e.GetSupplyDelayed().GetInboundId(); id != "" {
		return id
	}
	if c := e.GetTravelChanged(); c != nil {
		return travelTold(c)
	}
	if j := e.GetJobAdded().GetJob().GetId() + e.GetJobChanged().GetJob().GetId(); j != "" {
		return j
	}
	if x, ok := m.(aboutJob); ok {
		return x.GetJobId()
	}
	if x, ok := m.(aboutTechnician); ok {
		return x.GetTechnicianId()
	}
	return ""
}

// travelTold is what an event says of travel.
func travelTold(c *calloutv1.TravelChanged) string {
	var out []string
	if c.GetProfileId() != "" {
		out = append(out, c.GetProfileId()+":")
	}
	switch n := len(c.GetTraffic().GetRules()); {
	case c.GetTrafficDigest() != "":
		out = append(out, "rules of traffic "+c.GetTrafficDigest())
	case n > 0:
		out = append(out, fmt.Sprintf("%d rules of traffic", n))
	case c.GetTraffic() != nil:
		out = append(out, "free flow")
	}
	if c.Factor != nil {
		out = append(out, fmt.Sprintf("times %.2f", c.GetFactor()))
	}
	if n := len(c.GetCells()); n > 0 {
		out = append(out, fmt.Sprintf("%d ways", n))
	}
	return strings.Join(out, " ")
}

func target(e *calloutv1.DayEvent) string { return e.GetVisitMoved().GetTechnicianId() }

// inner is the message of an event.
func inner(e *calloutv1.DayEvent) any {
	switch w := e.GetWhat().(type) {
	case *calloutv1.DayEvent_JobCancelled:
		return w.JobCancelled
	case *calloutv1.DayEvent_VisitStarted:
		return w.VisitStarted
	case *calloutv1.DayEvent_VisitFinished:
		return w.VisitFinished
	case *calloutv1.DayEvent_VisitRunsOver:
		return w.VisitRunsOver
	case *calloutv1.DayEvent_TechnicianLate:
		return w.TechnicianLate
	case *calloutv1.DayEvent_TechnicianPosition:
		return w.TechnicianPosition
	case *calloutv1.DayEvent_TechnicianSick:
		return w.TechnicianSick
	case *calloutv1.DayEvent_TechnicianBack:
		return w.TechnicianBack
	case *calloutv1.DayEvent_PartDelayed:
		return w.PartDelayed
	case *calloutv1.DayEvent_SupplyDelayed:
		return w.SupplyDelayed
	case *calloutv1.DayEvent_VisitPinned:
		return w.VisitPinned
	case *calloutv1.DayEvent_VisitUnpinned:
		return w.VisitUnpinned
	case *calloutv1.DayEvent_VisitMoved:
		return w.VisitMoved
	}
	return nil
}

// message tells what came of events, and how the plan has changed.
func (v *liveView) message(m *calloutv1.ReoptimizeResponse) {
	for _, a := range m.GetEvents() {
		for _, f := range a.GetFaults() {
			fmt.Fprintf(v.out, "       refused: %s\n", f.GetMessage())
		}
	}
	r := m.GetRevision()
	if r == nil {
		return
	}
	kind := strings.ToLower(strings.TrimPrefix(r.GetKind().String(), "REVISION_KIND_"))
	if r.GetPlan() != nil {
		fmt.Fprintf(v.out, "       %s after %v: %d visits, %d left out, %d changes, cost to come %.2f\n", kind,
			r.GetElapsed().AsDuration().Round(100*time.Microsecond), r.GetPlan().GetMetrics().GetJobsAssigned(),
			r.GetPlan().GetMetrics().GetJobsUnassigned(), len(r.GetChanges()), r.GetPlan().GetCost().GetTotal())
	}
	const shown = 4
	for k, c := range r.GetChanges() {
		if k == shown {
			fmt.Fprintf(v.out, "         and %d more\n", len(r.GetChanges())-shown)
			break
		}
		fmt.Fprintf(v.out, "         %s\n", v.change(c))
	}
	if r.GetState() != nil {
		v.shipments(r.GetState())
	}
	if r.GetKind() != calloutv1.RevisionKind_REVISION_KIND_QUIET {
		return
	}
	for k, a := range r.GetAlerts() {
		if k == shown {
			fmt.Fprintf(v.out, "       ! and %d more\n", len(r.GetAlerts())-shown)
			break
		}
		fmt.Fprintf(v.out, "       ! %s\n", a.GetMessage())
		for _, w := range a.GetWays() {
			fmt.Fprintf(v.out, "           %s\n", v.way(w))
		}
	}
}

func (v *liveView) change(c *calloutv1.PlanChange) string {
	from, to := v.place(c.GetFromTechnicianId(), c.GetFromStart().AsTime()), v.place(c.GetToTechnicianId(), c.GetToStart().AsTime())
	return fmt.Sprintf("%s %s: %s, now %s", c.GetJobId(), strings.ToLower(strings.TrimPrefix(c.GetKind().String(), "CHANGE_KIND_")), from, to)
}

func (v *liveView) way(w *calloutv1.WayOut) string {
	what := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(w.GetKind().String(), "WAY_KIND_"), "_", " "))
	if w.GetOtherJobId() != "" {
		what += " " + w.GetOtherJobId()
	}
	return fmt.Sprintf("%s: %s, %+.2f", what, v.place(w.GetTechnicianId(), w.GetStart().AsTime()), w.GetExtra().GetTotal())
}

// place tells who, and when.
func (v *liveView) place(technician string, start time.Time) string {
	if technician == "" {
		return "nobody"
	}
	return technician + " " + v.clock(start)
}

func (v *liveView) clock(t time.Time) string { return t.In(v.zone).Format("15:04") }
