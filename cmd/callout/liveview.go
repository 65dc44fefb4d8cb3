package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/table"
)

// liveView tells of a session as it goes, line by line.
type liveView struct {
	out    io.Writer
	clock  clock
	sent   map[string]time.Time // shipments that were told, and when they come
	alerts map[string]bool      // what the last revision says; true: the ways out were told, too
	next   *calloutv1.DayEvent  // it is told with its answer: what comes before that is not of it
}

func newView(out io.Writer, zone *time.Location, p *calloutv1.Problem) *liveView {
	var begins []*timestamppb.Timestamp
	for _, t := range p.GetTechnicians() {
		for _, s := range t.GetShifts() {
			begins = append(begins, s.GetEarliestStart())
		}
	}
	return &liveView{out: out, clock: clockFor(zone, begins)}
}

// line writes a line; ids are somebody else's.
func (v *liveView) line(format string, args ...any) {
	fmt.Fprintln(v.out, table.Printable(fmt.Sprintf(format, args...)))
}

// event is about to be sent.
func (v *liveView) event(e *calloutv1.DayEvent) { v.next = e }

// happened tells of an event, or asks for what is only a wish.
func (v *liveView) happened(e *calloutv1.DayEvent) {
	what := strings.TrimPrefix(fmt.Sprintf("%T", e.GetWhat()), "*calloutv1.DayEvent_")
	if id := subject(e); id != "" {
		what += " " + id
	}
	if id := target(e); id != "" {
		what += " to " + id
	}
	if e.GetWish() {
		what = "what if " + what + "?"
	}
	v.line("%s  %s", v.clock.at(e.GetNow().AsTime()), what)
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

// most of a kind that is told of one message.
const most = 4

// message tells what came of events, and how the plan has changed.
func (v *liveView) message(m *calloutv1.ReoptimizeResponse) {
	applied := slices.ContainsFunc(m.GetEvents(), func(a *calloutv1.EventAnswer) bool {
		return a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED
	})
	if !applied { // then the revision is of an event before
		v.revision(m.GetRevision())
	}
	for _, a := range m.GetEvents() {
		v.answer(a)
	}
	if applied {
		v.revision(m.GetRevision())
	}
}

// answer tells an event, and what became of it.
func (v *liveView) answer(a *calloutv1.EventAnswer) {
	v.happened(v.next)
	for _, f := range a.GetFaults() {
		v.line("       refused: %s", f.GetMessage())
	}
	p := a.GetPrice()
	if p == nil {
		return
	}
	v.line("       would cost %+.2f: %d changes, %d rules broken", p.GetExtra().GetTotal(), len(p.GetChanges()), len(p.GetBroken()))
	for k, f := range p.GetBroken() {
		if v.enough(k, len(p.GetBroken())) {
			break
		}
		v.line("         breaks %s: %s", f.GetCode(), f.GetMessage())
	}
	v.changes(p.GetChanges())
}

// enough tells, of a list of n, that there is more, once the first were told.
func (v *liveView) enough(k, n int) bool {
	if k == most {
		v.line("         and %d more", n-most)
	}
	return k == most
}

func (v *liveView) revision(r *calloutv1.Revision) {
	if r == nil {
		return
	}
	kind := strings.ToLower(strings.TrimPrefix(r.GetKind().String(), "REVISION_KIND_"))
	if r.GetPlan() != nil {
		v.line("       %s after %v: %d visits, %d left out, %d changes, %d alerts, cost to come %.2f", kind,
			r.GetElapsed().AsDuration().Round(100*time.Microsecond), r.GetPlan().GetMetrics().GetJobsAssigned(),
			r.GetPlan().GetMetrics().GetJobsUnassigned(), len(r.GetChanges()), len(r.GetAlerts()), r.GetPlan().GetCost().GetTotal())
	}
	v.changes(r.GetChanges())
	if r.GetState() != nil {
		v.shipments(r.GetState())
	}
	v.alert(r.GetAlerts())
}

func (v *liveView) changes(list []*calloutv1.PlanChange) {
	for k, c := range list {
		if v.enough(k, len(list)) {
			break
		}
		v.line("         %s", v.clock.change(c))
	}
}

// alert tells alerts that the revision before does not have, and ways out once they are there.
func (v *liveView) alert(list []*calloutv1.Alert) {
	var news []*calloutv1.Alert
	is := make(map[string]bool, len(list))
	for _, a := range list {
		ways, known := v.alerts[a.GetMessage()]
		if !known || !ways && len(a.GetWays()) > 0 {
			news = append(news, a)
		}
		is[a.GetMessage()] = ways || len(a.GetWays()) > 0
	}
	for k, a := range news {
		if v.enough(k, len(news)) {
			break
		}
		mark := "!"
		if _, known := v.alerts[a.GetMessage()]; known {
			mark = "ways out:"
		}
		v.line("       %s %s", mark, a.GetMessage())
		for _, w := range a.GetWays() {
			v.line("           %s", v.clock.way(w))
		}
	}
	v.alerts = is
}

// clock tells times of day, with the date where they are of several days.
type clock struct {
	zone   *time.Location
	layout string
}

func clockFor(zone *time.Location, times []*timestamppb.Timestamp) clock {
	const date = "Mon 2 Jan "
	c := clock{zone: zone, layout: "15:04"}
	for _, t := range times {
		if t.AsTime().In(zone).Format(date) != times[0].AsTime().In(zone).Format(date) {
			c.layout = date + "15:04"
			break
		}
	}
	return c
}

func (c clock) at(t time.Time) string { return t.In(c.zone).Format(c.layout) }

func (c clock) change(x *calloutv1.PlanChange) string {
	from, to := c.place(x.GetFromTechnicianId(), x.GetFromStart()), c.place(x.GetToTechnicianId(), x.GetToStart())
	return fmt.Sprintf("%s %s: %s, now %s", x.GetJobId(), strings.ToLower(strings.TrimPrefix(x.GetKind().String(), "CHANGE_KIND_")), from, to)
}

func (c clock) way(w *calloutv1.WayOut) string {
	what := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(w.GetKind().String(), "WAY_KIND_"), "_", " "))
	if w.GetOtherJobId() != "" {
		what += " " + w.GetOtherJobId()
	}
	return fmt.Sprintf("%s: %s, %+.2f", what, c.place(w.GetTechnicianId(), w.GetStart()), w.GetExtra().GetTotal())
}

// place tells who, and when.
func (c clock) place(technician string, start *timestamppb.Timestamp) string {
	if technician == "" {
		return "nobody"
	}
	return technician + " " + c.at(start.AsTime())
}
