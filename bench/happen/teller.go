// Package happen makes days happen: events for sessions of Reoptimize, such as a dispatcher would see them, and a client that plays them. It feeds the
// demo and the measurements.
package happen

import (
	"fmt"
	"math/rand/v2"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// Kinds of events that a Teller makes up.
var Kinds = []string{
	"job added", "job changed", "job cancelled", "visit started", "visit finished", "visit runs over",
	"technician late", "technician position",
	"technician sick", "technician back", "travel factor", "travel cells", "stock changed", "part delayed", "visit pinned", "visit unpinned",
	"visit moved", "time passed",
}

// RoadKinds are events of days on road networks. Elsewhere there are none, but for new places where all travel is straight lines.
var RoadKinds = []string{"traffic rules", "traffic over", "job at a new place"}

// Teller makes up events. The same problem, seed and revisions give the same events. One goroutine at a time.
type Teller struct {
	*rand.Rand

	Now     time.Time // of the next event
	problem *calloutv1.Problem
	n       int
	prefix  string
	sick    []string
	pinned  []string
	extra   []*calloutv1.Job
	factor  float64
}

// NewTeller begins at the problem's now. The prefix tells its events from those of others.
func NewTeller(p *calloutv1.Problem, seed uint64, prefix string) *Teller {
	return &Teller{Rand: rand.New(rand.NewPCG(seed, 0x6c69_7665)), Now: p.GetNow().AsTime(), problem: p, prefix: prefix}
}

// Pass lets time go by.
func (t *Teller) Pass(d time.Duration) { t.Now = t.Now.Add(d) }

// visit of a plan.
type visit struct {
	job, technician string
	stop            *calloutv1.Stop
}

// visits of a plan in a state.
func visits(p *calloutv1.Plan, states ...calloutv1.StopState) []visit {
	var out []visit
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			for _, want := range states {
				if id := s.GetVisit().GetJobId(); id != "" && s.GetState() == want {
					out = append(out, visit{id, r.GetTechnicianId(), s})
				}
			}
		}
	}
	return out
}

const (
	toCome  = calloutv1.StopState_STOP_STATE_UNSPECIFIED
	left    = calloutv1.StopState_STOP_STATE_LEFT_FOR
	started = calloutv1.StopState_STOP_STATE_STARTED
)

// pick is one of a list, of which there is one at least.
func pick[T any](t *Teller, list []T) T { return list[t.IntN(len(list))] }

func (t *Teller) technician() string { return pick(t, t.problem.GetTechnicians()).GetId() }

func (t *Teller) next() *calloutv1.DayEvent {
	t.n++
	return &calloutv1.DayEvent{Id: fmt.Sprintf("%s-%d", t.prefix, t.n), Now: timestamppb.New(t.Now)}
}

// job is one of the problem's, or of those that came.
func (t *Teller) job(id string) *calloutv1.Job {
	for _, list := range [][]*calloutv1.Job{t.extra, t.problem.GetJobs()} {
		for _, j := range list {
			if j.GetId() == id {
				return j
			}
		}
	}
	return nil
}

// Event of a kind that fits a plan, or nil where there is none.
func (t *Teller) Event(kind string, plan *calloutv1.Plan) *calloutv1.DayEvent {
	e := t.next()
	come := visits(plan, toCome)
	work := visits(plan, started)
	switch kind {
	case "job added":
		e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: t.newJob(e)}}
	case "traffic rules", "traffic over", "job at a new place":
		t.onRoads(e, kind)
	case "time passed":
		e.What = &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}
	case "technician late":
		e.What = &calloutv1.DayEvent_TechnicianLate{TechnicianLate: &calloutv1.TechnicianLate{
			TechnicianId: t.well(), Delay: durationpb.New(time.Duration(5+t.IntN(30)) * time.Minute),
		}}
	case "technician position":
		e.What = &calloutv1.DayEvent_TechnicianPosition{TechnicianPosition: &calloutv1.TechnicianPosition{
			TechnicianId: t.well(), LocationId: pick(t, t.problem.GetLocations()).GetId(),
		}}
	case "technician sick":
		id := t.well()
		t.sick = append(t.sick, id)
		e.What = &calloutv1.DayEvent_TechnicianSick{TechnicianSick: &calloutv1.TechnicianSick{TechnicianId: id}}
	case "technician back":
		if len(t.sick) == 0 {
			return nil
		}
		id := t.sick[0]
		t.sick = t.sick[1:]
		e.What = &calloutv1.DayEvent_TechnicianBack{TechnicianBack: &calloutv1.TechnicianBack{TechnicianId: id}}
	case "travel factor", "travel cells":
		e.What = t.travel(kind)
	case "stock changed":
		e.What = t.stock()
	case "visit unpinned":
		if len(t.pinned) == 0 {
			return nil
		}
		e.What = &calloutv1.DayEvent_VisitUnpinned{VisitUnpinned: &calloutv1.VisitUnpinned{JobId: t.pinned[0]}}
		t.pinned = t.pinned[1:]
	case "visit started":
		if going := visits(plan, left); len(going) > 0 {
			e.What = &calloutv1.DayEvent_VisitStarted{VisitStarted: &calloutv1.VisitStarted{JobId: pick(t, going).job}}
		}
	case "visit finished":
		if len(work) > 0 {
			e.What = &calloutv1.DayEvent_VisitFinished{VisitFinished: &calloutv1.VisitFinished{JobId: pick(t, work).job}}
		}
	case "visit runs over":
		if len(work) > 0 {
			v := pick(t, work)
			e.What = &calloutv1.DayEvent_VisitRunsOver{VisitRunsOver: &calloutv1.VisitRunsOver{
				JobId: v.job, Until: timestamppb.New(v.stop.GetEnd().AsTime().Add(time.Duration(5+t.IntN(40)) * time.Minute)),
			}}
		}
	default:
		if len(come) > 0 {
			t.ofVisit(e, kind, pick(t, come))
		}
	}
	if e.GetWhat() == nil {
		return nil
	}
	return e
}

// newJob is one that comes up, promised within hours.
func (t *Teller) newJob(e *calloutv1.DayEvent) *calloutv1.Job {
	j := proto.CloneOf(pick(t, t.problem.GetJobs()))
	j.Id, j.ReleaseTime = "new-"+e.GetId(), nil
	j.Windows = []*calloutv1.TimeWindow{{
		Kind:  calloutv1.WindowKind_WINDOW_KIND_PROMISE,
		Start: e.GetNow(), End: timestamppb.New(t.Now.Add(time.Duration(2+t.IntN(4)) * time.Hour)),
	}}
	t.extra = append(t.extra, j)
	return j
}

// Late is an event of supply that comes at another time than a revision says, or not at all; nil where none is under way.
func (t *Teller) Late(r *calloutv1.Revision) *calloutv1.DayEvent {
	var list []*calloutv1.SupplyDelayed
	for _, s := range r.GetState().GetShipments() {
		d := &calloutv1.SupplyDelayed{InboundId: s.GetId()}
		if s.GetId() == "" {
			d.JobId, d.Sku = s.GetJobId(), s.GetSku()
		}
		if s.GetArrival().AsTime().After(t.Now) && !s.GetStray() {
			list = append(list, d)
		}
	}
	for _, in := range t.problem.GetInbound() {
		if in.GetArrival().AsTime().After(t.Now) {
			list = append(list, &calloutv1.SupplyDelayed{InboundId: in.GetId()})
		}
	}
	if len(list) == 0 {
		return nil
	}
	e, d := t.next(), pick(t, list)
	if d.Lost = t.IntN(5) == 0; !d.GetLost() {
		d.Until = timestamppb.New(t.Now.Add(time.Duration(10+t.IntN(180)) * time.Minute))
	}
	e.What = &calloutv1.DayEvent_SupplyDelayed{SupplyDelayed: d}
	return e
}

// ofVisit fills an event of a visit that is still to come.
func (t *Teller) ofVisit(e *calloutv1.DayEvent, kind string, v visit) {
	switch kind {
	case "job changed":
		j := proto.CloneOf(t.job(v.job))
		j.ServiceDuration = durationpb.New(j.GetServiceDuration().AsDuration() + time.Duration(t.IntN(20))*time.Minute)
		e.What = &calloutv1.DayEvent_JobChanged{JobChanged: &calloutv1.JobChanged{Job: j}}
	case "job cancelled":
		e.What = &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: v.job}}
	case "part delayed":
		e.What = &calloutv1.DayEvent_PartDelayed{PartDelayed: &calloutv1.PartDelayed{
			JobId: v.job, Until: timestamppb.New(t.Now.Add(time.Duration(30+t.IntN(120)) * time.Minute)),
		}}
	case "visit pinned":
		t.pinned = append(t.pinned, v.job)
		e.What = &calloutv1.DayEvent_VisitPinned{VisitPinned: &calloutv1.VisitPinned{
			JobId: v.job, Scope: calloutv1.PinScope(1 + t.IntN(4)), Origin: calloutv1.PinOrigin_PIN_ORIGIN_CUSTOMER,
			PinnedBy: "desk",
		}}
	case "visit moved":
		e.What = &calloutv1.DayEvent_VisitMoved{VisitMoved: &calloutv1.VisitMoved{JobId: v.job, TechnicianId: t.someoneFor(t.job(v.job))}}
	}
}

// well is a technician who is not sick, or anybody where all are.
func (t *Teller) well() string {
	for {
		id := t.technician()
		ok := true
		for _, s := range t.sick {
			ok = ok && s != id
		}
		if ok || len(t.sick) >= len(t.problem.GetTechnicians()) {
			return id
		}
	}
}

func (t *Teller) travel(kind string) *calloutv1.DayEvent_TravelChanged {
	if kind == "travel factor" {
		t.factor = 0.9 + 0.3*t.Float64()
	}
	c := &calloutv1.TravelChanged{Factor: &t.factor}
	if t.factor == 0 {
		c.Factor = nil
	}
	if kind == "travel cells" {
		for range 10 {
			from, to := pick(t, t.problem.GetLocations()).GetId(), pick(t, t.problem.GetLocations()).GetId()
			if from != to {
				c.Cells = append(c.Cells, &calloutv1.TravelCell{FromLocationId: from, ToLocationId: to, Duration: int32(300 + t.IntN(2400))})
			}
		}
	}
	f := t.factor
	if c.Factor != nil {
		c.Factor = &f
	}
	return &calloutv1.DayEvent_TravelChanged{TravelChanged: c}
}

func (t *Teller) stock() *calloutv1.DayEvent_StockChanged {
	for range 100 {
		n := pick(t, t.problem.GetNodes())
		if len(n.GetStock()) > 0 {
			s := pick(t, n.GetStock())
			return &calloutv1.DayEvent_StockChanged{StockChanged: &calloutv1.StockChanged{
				NodeId: n.GetId(), Sku: s.GetSku(), Quantity: int64(t.IntN(10)),
			}}
		}
	}
	return nil
}
