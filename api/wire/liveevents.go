package wire

import (
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// mostPast is how far behind the last shift an event may be, in seconds.
const mostPast = 24 * 3600

// EventID is the id by which an event is answered: cut where it is longer than one may be.
func (l *Live) EventID(in *calloutv1.DayEvent) string {
	return clip(in.GetId(), l.Context.lim.StringBytes)
}

// Event converts an event, with what the roads say of it, by View as it is now, where it asks them. Where there are refusals, the event is not to be used.
func (l *Live) Event(d *day.Day, in *calloutv1.DayEvent, said *RoadAnswer) (*day.Event, []day.Refusal) {
	r := newReader(l.Context.lim, "event")
	r.structure(in.ProtoReflect())
	if r.broken {
		return nil, refusals(r.done())
	}
	r.required("id", in.GetId())
	if in.GetNow() == nil {
		r.fault("now", Required, "must be set")
	}
	e := l.event(r, d, in, said)
	var last model.Time
	for k := range l.Problem.Shifts {
		last = max(last, l.Problem.Shifts[k].LatestEnd)
	}
	if e.Now > last+mostPast {
		r.fault("now", OutOfRange, "the last shift is over since a day")
	}
	return e, refusals(r.done())
}

func refusals(f Faults) []day.Refusal {
	out := make([]day.Refusal, 0, len(f))
	for k := range f {
		out = append(out, day.Refusal{Field: f[k].Path, Code: f[k].Code, Message: f[k].Message})
	}
	return out
}

// event converts what there is of an event.
func (l *Live) event(r *reader, d *day.Day, in *calloutv1.DayEvent, said *RoadAnswer) *day.Event {
	if said != nil {
		for k := range said.faults {
			r.faultAs(said.faults[k])
		}
	}
	l.said, l.far = said, l.Context.reach.distance
	b := &l.read
	b.reader = r
	e := &day.Event{ID: in.GetId(), Now: b.time(in.GetNow(), up, d.Now()), At: model.NoTime, Profile: -1, Factor: 1_000_000, Multiplier: 1000}
	b.now = max(e.Now, d.Now())
	visit := func(kind day.Kind, id string, at *timestamppb.Timestamp) {
		e.Kind, e.JobID, e.At = kind, id, b.time(at, up, model.NoTime)
	}
	switch w := in.GetWhat().(type) {
	case *calloutv1.DayEvent_JobAdded:
		e.Kind = day.JobAdded
		r.enter("job_added")
		l.place(r, d, e, w.JobAdded.GetLocation())
		l.job(r, d, e, w.JobAdded.GetJob())
		r.leave()
	case *calloutv1.DayEvent_JobChanged:
		e.Kind, e.JobID = day.JobChanged, w.JobChanged.GetJob().GetId()
		r.enter("job_changed")
		l.job(r, d, e, w.JobChanged.GetJob())
		r.leave()
	case *calloutv1.DayEvent_JobCancelled:
		e.Kind, e.JobID = day.JobCancelled, w.JobCancelled.GetJobId()
	case *calloutv1.DayEvent_VisitStarted:
		visit(day.VisitStarted, w.VisitStarted.GetJobId(), w.VisitStarted.GetAt())
	case *calloutv1.DayEvent_VisitFinished:
		visit(day.VisitFinished, w.VisitFinished.GetJobId(), w.VisitFinished.GetAt())
	case *calloutv1.DayEvent_VisitRunsOver:
		visit(day.VisitRunsOver, w.VisitRunsOver.GetJobId(), w.VisitRunsOver.GetUntil())
		if w.VisitRunsOver.GetUntil() == nil {
			r.fault("visit_runs_over.until", Required, "must be set")
		}
		if e.At != model.NoTime && e.At > e.Now+seconds(l.Context.lim.Horizon) {
			r.fault("visit_runs_over.until", Horizon, "that is too late")
		}
	case *calloutv1.DayEvent_TechnicianLate:
		e.Kind, e.TechID = day.TechnicianLate, w.TechnicianLate.GetTechnicianId()
		e.Delay = r.duration("technician_late.delay", w.TechnicianLate.GetDelay(), up, seconds(l.Context.lim.Horizon))
		if e.Delay <= 0 {
			r.fault("technician_late.delay", OutOfRange, "must be above 0")
		}
	case *calloutv1.DayEvent_TechnicianPosition:
		e.Kind, e.TechID, e.LocationID = day.TechnicianPosition, w.TechnicianPosition.GetTechnicianId(), w.TechnicianPosition.GetLocationId()
	case *calloutv1.DayEvent_TechnicianSick:
		e.Kind, e.TechID = day.TechnicianSick, w.TechnicianSick.GetTechnicianId()
	case *calloutv1.DayEvent_TechnicianBack:
		e.Kind, e.TechID = day.TechnicianBack, w.TechnicianBack.GetTechnicianId()
	case *calloutv1.DayEvent_TravelChanged:
		e.Kind = day.TravelChanged
		r.enter("travel_changed")
		l.travel(r, d, e, w.TravelChanged)
		r.leave()
	case *calloutv1.DayEvent_StockChanged:
		e.Kind = day.StockChanged
		r.enter("stock_changed")
		l.stock(r, e, w.StockChanged)
		r.leave()
	case *calloutv1.DayEvent_PartDelayed:
		visit(day.PartDelayed, w.PartDelayed.GetJobId(), w.PartDelayed.GetUntil())
		if w.PartDelayed.GetUntil() == nil {
			r.fault("part_delayed.until", Required, "must be set")
		}
	case *calloutv1.DayEvent_VisitPinned:
		visit(day.VisitPinned, w.VisitPinned.GetJobId(), w.VisitPinned.GetStart())
		e.Scope, e.Origin, e.By = day.Scope(w.VisitPinned.GetScope()), int32(w.VisitPinned.GetOrigin()), w.VisitPinned.GetPinnedBy()
		if e.Scope == 0 {
			r.fault("visit_pinned.scope", Required, "must be set")
		}
	case *calloutv1.DayEvent_VisitUnpinned:
		e.Kind, e.JobID = day.VisitUnpinned, w.VisitUnpinned.GetJobId()
	case *calloutv1.DayEvent_VisitMoved:
		e.Kind, e.JobID, e.TechID = day.VisitMoved, w.VisitMoved.GetJobId(), w.VisitMoved.GetTechnicianId()
		e.ShiftID, e.AfterID = w.VisitMoved.GetShiftId(), w.VisitMoved.GetAfterJobId()
	case *calloutv1.DayEvent_SupplyDelayed:
		r.enter("supply_delayed")
		l.delayed(r, e, w.SupplyDelayed)
		r.leave()
	case *calloutv1.DayEvent_TimePassed:
		e.Kind = day.TimePassed
	default:
		r.fault("what", Required, "must be set")
	}
	return e
}

// cells are travel times, of which -1 is no way.
func (l *Live) cells(r *reader, field string, in []int32) []int32 {
	out := make([]int32, len(in))
	most := int32(seconds(l.Context.lim.Leg))
	for k, x := range in {
		switch out[k] = x; {
		case x == -1:
			out[k] = model.Unreachable
		case x < 0 || x > most:
			r.fault(element(field, k), OutOfRange, "%d is not within -1 to %d", x, most)
		}
	}
	return out
}

// farthest is how many metres a way may have.
func (l *Live) farthest() model.Meters { return max(1_000_000, l.Context.reach.distance) }

// metres are the distances of ways that take so long, of which -1 is none where there is no way.
func (l *Live) metres(r *reader, field string, in, durations []int32) []int32 {
	out := make([]int32, len(in))
	most := l.farthest()
	for k, x := range in {
		switch out[k] = max(0, x); {
		case x == -1 && k < len(durations) && durations[k] == -1:
		case x < 0 || int64(x) > most:
			r.fault(element(field, k), OutOfRange, "%d is not within 0 to %d", x, most)
		}
	}
	return out
}

// mostNames is how many skills, certificates and tiers a session may know before it takes no new ones.
const mostNames = 20_000

// job reads a job: all that it names must be there.
func (l *Live) job(r *reader, d *day.Day, e *day.Event, in *calloutv1.Job) {
	if in == nil {
		r.fault("job", Required, "must be set")
		return
	}
	r.enter("job")
	defer r.leave()
	b := &l.read
	r.required("id", in.GetId())
	id := in.GetLocationId()
	at, known := d.Location(id)
	if known {
		if b.locations[id] = at; e.Place != nil && e.Place.ID != id {
			r.fault("location_id", Conflict, "the job is at %s, and the new location is %s", quote(id), quote(e.Place.ID))
		}
	} else if e.Place != nil && e.Place.ID == id {
		b.locations[id] = 0
		defer delete(b.locations, id)
	}
	skus, tools := len(l.Problem.SKUs), len(l.Problem.Tools)
	skills, certificates, tiers := len(l.Problem.Skills), len(l.Problem.Certificates), len(l.Problem.Tiers)
	e.Job = new(model.Job)
	b.recent(in)
	b.job(e.Job, in)
	b.weighed(in.GetReturns())
	if len(l.Problem.SKUs) > skus || len(l.Problem.Tools) > tools {
		for _, s := range l.Problem.SKUs[skus:] {
			delete(b.skus.index, s)
			r.fault("parts", UnknownID, "the problem has no part %s", quote(s))
		}
		for _, s := range l.Problem.Tools[tools:] {
			delete(b.tools.index, s)
			r.fault("tools", UnknownID, "the problem has no tool %s", quote(s))
		}
		l.Problem.SKUs, l.Problem.Tools = l.Problem.SKUs[:skus], l.Problem.Tools[:tools]
	}
	if n := len(l.Problem.Skills) + len(l.Problem.Certificates) + len(l.Problem.Tiers); n > mostNames && n > skills+certificates+tiers {
		r.fault("", TooMany, "the session knows as many skills, certificates and tiers as it may")
	}
	if !r.ok() {
		b.skills.cut(skills)
		b.certificates.cut(certificates)
		b.tiers.cut(tiers)
	}
	d.Names(l.Problem.Skills, l.Problem.Certificates)
	e.Multiplier = multiplier(r, in)
	if e.Kind == day.JobAdded && d.Jobs()-len(l.Problem.Shifts) >= l.Context.lim.Jobs {
		r.fault("", TooMany, "there are as many jobs as there may be")
	}
	if r.ok() {
		was, id := l.due[e.Job.ID], e.Job.ID
		l.asked = l.price(e.Job)
		l.asked[model.PlanChange] += l.changes(e.Multiplier)
		l.charge(id, l.asked)
		l.bounded(r, "")
		l.charge(id, was) // until it is applied
	}
}

func (l *Live) stock(r *reader, e *day.Event, in *calloutv1.StockChanged) {
	e.TechID, e.NodeID = in.GetTechnicianId(), in.GetNodeId()
	if (e.TechID == "") == (e.NodeID == "") {
		r.fault("node_id", Conflict, "a van or a node must be named, and not both")
	}
	sku, known := l.Context.skus[in.GetSku()]
	if !known {
		r.fault("sku", UnknownID, "the problem has no part %s", quote(in.GetSku()))
	}
	e.SKU, e.Quantity = sku, r.integer("quantity", in.GetQuantity(), 0, maxQuantity)
}

// Note takes in an event that was read last, and applied: for State, and for what the dearest plan costs.
func (l *Live) Note(in *calloutv1.DayEvent) {
	l.log.note(in)
	l.stretch(l.far)
	if l.said != nil {
		l.view = l.view.with(l.said, in)
		l.Context.roads = l.view.roads
	}
	switch w := in.GetWhat().(type) {
	case *calloutv1.DayEvent_JobAdded:
		l.charge(w.JobAdded.GetJob().GetId(), l.asked)
	case *calloutv1.DayEvent_JobChanged:
		l.charge(w.JobChanged.GetJob().GetId(), l.asked)
	case *calloutv1.DayEvent_JobCancelled:
		id := w.JobCancelled.GetJobId()
		l.charge(id, due{})
		delete(l.due, id)
	}
}
