package server_test

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
)

// running day of a client.
type running1 struct {
	t      *testing.T
	stream calloutv1.PlanningService_ReoptimizeClient
	last   *calloutv1.Revision // with a plan
	quiet  bool
	moved  []*calloutv1.PlanChange // by all revisions
	alerts []*calloutv1.Alert      // of the last one
	events map[string]*calloutv1.EventAnswer
}

func openDay(t *testing.T, r *running, start *calloutv1.DayStart) *running1 {
	t.Helper()
	stream, err := r.client.Reoptimize(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	d := &running1{t: t, stream: stream, events: map[string]*calloutv1.EventAnswer{}}
	d.send(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Start{Start: start}})
	return d
}

func (d *running1) send(m *calloutv1.ReoptimizeRequest) {
	d.t.Helper()
	if err := d.stream.Send(m); err != nil {
		d.t.Fatal(err)
	}
}

// receive a message.
func (d *running1) receive() {
	d.t.Helper()
	m, err := d.stream.Recv()
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range m.GetEvents() {
		d.events[e.GetEventId()] = e
	}
	if r := m.GetRevision(); r != nil {
		d.quiet = r.GetKind() == calloutv1.RevisionKind_REVISION_KIND_QUIET
		d.moved, d.alerts = append(d.moved, r.GetChanges()...), r.GetAlerts()
		if r.GetPlan() != nil {
			d.last = r
		}
	}
}

// settle receives until the plan is quiet.
func (d *running1) settle() {
	d.t.Helper()
	d.receive()
	for !d.quiet {
		d.receive()
	}
}

// event sends one, and waits for its answer, and for the plan to be quiet where it was applied.
func (d *running1) event(e *calloutv1.DayEvent) *calloutv1.EventAnswer {
	d.t.Helper()
	id := e.GetId()
	if most := wire.DefaultLimits().StringBytes; len(id) > most { // the answer has it cut
		id = id[:most-len("…")] + "…"
	}
	delete(d.events, id)
	d.send(&calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: e}})
	d.quiet = false
	for d.events[id] == nil {
		d.receive()
	}
	a := d.events[id]
	if a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED && !d.quiet {
		d.settle()
	}
	return a
}

// close ends the session, as a client does that has had enough.
func (d *running1) close() {
	d.t.Helper()
	if err := d.stream.CloseSend(); err != nil {
		d.t.Fatal(err)
	}
	for {
		if _, err := d.stream.Recv(); err != nil {
			if !errors.Is(err, io.EOF) {
				d.t.Fatal(err)
			}
			return
		}
	}
}

// visits are where jobs are done in a plan, by technician.
func visits(p *calloutv1.Plan) map[string]string {
	out := map[string]string{}
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if id := s.GetVisit().GetJobId(); id != "" {
				out[id] = r.GetTechnicianId()
			}
		}
	}
	return out
}

func added(id, job, location string, now *timestamppb.Timestamp) *calloutv1.DayEvent {
	return &calloutv1.DayEvent{Id: id, Now: now, What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{
		Job: &calloutv1.Job{Id: job, LocationId: location, ServiceDuration: minutes(20), Priority: 90},
	}}}
}

func TestReoptimize(t *testing.T) {
	r := start(t, server.Options{})
	d := openDay(t, r, &calloutv1.DayStart{RequestId: "d1", Problem: day(40, 8), Settings: &calloutv1.DaySettings{Iterations: 200}})
	d.settle()
	if len(visits(d.last.GetPlan())) < 30 {
		t.Fatalf("the first plan has %d visits", len(visits(d.last.GetPlan())))
	}
	verdict := func(e *calloutv1.DayEvent, want calloutv1.EventVerdict, code string) {
		t.Helper()
		a := d.event(e)
		if a.GetVerdict() != want {
			t.Fatalf("%s: %v, want %v", e.GetId(), a, want)
		}
		if code != "" && (len(a.GetFaults()) == 0 || a.GetFaults()[0].GetCode() != code) {
			t.Fatalf("%s: %v, want %s", e.GetId(), a, code)
		}
	}
	const (
		applied = calloutv1.EventVerdict_EVENT_VERDICT_APPLIED
		refused = calloutv1.EventVerdict_EVENT_VERDICT_REFUSED
		seen    = calloutv1.EventVerdict_EVENT_VERDICT_SEEN
	)
	wish, number := added("e1", "urgent", "job-003", at(9, 0)), d.last.GetNumber()
	wish.Wish = true
	price := d.event(wish)
	if price.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_PRICED || len(price.GetPrice().GetExtra().GetTerms()) == 0 {
		t.Fatalf("%v", price)
	}
	if got := price.GetPrice().GetChanges(); len(got) == 0 || d.last.GetNumber() != number {
		t.Errorf("a wish changes %v, and has made revision %d of %d", got, d.last.GetNumber(), number)
	}
	verdict(added("e1", "urgent", "job-003", at(9, 0)), applied, "")
	if visits(d.last.GetPlan())["urgent"] == "" {
		t.Error("the new job is in nobody's route")
	}
	verdict(added("e1", "urgent", "job-003", at(9, 0)), seen, "")
	verdict(added("e2", "late", "job-003", at(8, 0)), refused, "LATE")
	verdict(added("e3", "urgent", "job-003", at(9, 5)), refused, "DUPLICATE")
	verdict(added("e4", "nowhere", "moon", at(9, 5)), refused, "UNKNOWN_ID")
	verdict(added("", "nameless", "job-003", at(9, 5)), refused, "REQUIRED")
	verdict(&calloutv1.DayEvent{Id: "e5", Now: at(9, 5)}, refused, "REQUIRED")
	verdict(&calloutv1.DayEvent{Id: "e6", Now: at(9, 5), What: &calloutv1.DayEvent_VisitFinished{
		VisitFinished: &calloutv1.VisitFinished{JobId: "urgent"},
	}}, refused, "CONTRADICTION")
	verdict(&calloutv1.DayEvent{Id: "e7", Now: at(9, 5), What: &calloutv1.DayEvent_TechnicianSick{
		TechnicianSick: &calloutv1.TechnicianSick{TechnicianId: "tech-00"},
	}}, applied, "")
	for _, s := range route(d.last.GetPlan(), "tech-00") {
		if s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED || s.GetState() == calloutv1.StopState_STOP_STATE_LEFT_FOR {
			t.Errorf("the sick technician is still to do %v", s)
		}
	}
	verdict(&calloutv1.DayEvent{Id: "e8", Now: at(9, 6), What: &calloutv1.DayEvent_TechnicianSick{
		TechnicianSick: &calloutv1.TechnicianSick{TechnicianId: "tech-00"},
	}}, refused, "CONTRADICTION")
	if d.last.GetLastEventId() != "e7" {
		t.Errorf("the last event is %q", d.last.GetLastEventId())
	}
	d.close()
}

func route(p *calloutv1.Plan, technician string) []*calloutv1.Stop {
	for _, r := range p.GetRoutes() {
		if r.GetTechnicianId() == technician {
			return r.GetStops()
		}
	}
	return nil
}

// A session that goes on at a second server knows what has happened: no job is lost, facts stay, no event is applied twice.
func TestReoptimizeGoesOnElsewhere(t *testing.T) {
	a, b := start(t, server.Options{}), start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: day(60, 8), Settings: &calloutv1.DaySettings{
		Iterations: 100, ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1},
	}}
	d := openDay(t, a, first)
	d.settle()
	events := []*calloutv1.DayEvent{
		added("e1", "n1", "job-001", at(8, 30)),
		{Id: "e2", Now: at(9, 0), What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{
			Job: &calloutv1.Job{Id: "n2", LocationId: "new", ServiceDuration: minutes(15), Priority: 80},
			Location: &calloutv1.NewLocation{Location: &calloutv1.Location{
				Id: "new", Position: &calloutv1.LatLng{Latitude: 48.21, Longitude: 16.4},
			}},
		}}},
		{Id: "e3", Now: at(9, 30), What: &calloutv1.DayEvent_TechnicianSick{TechnicianSick: &calloutv1.TechnicianSick{TechnicianId: "tech-03"}}},
		{Id: "e4", Now: at(10, 0), What: &calloutv1.DayEvent_TravelChanged{TravelChanged: &calloutv1.TravelChanged{Factor: new(1.2)}}},
		{Id: "e5", Now: at(10, 30), What: &calloutv1.DayEvent_StockChanged{StockChanged: &calloutv1.StockChanged{
			TechnicianId: "tech-01", Sku: "pump", Quantity: 5,
		}}},
		{Id: "e6", Now: at(11, 0), What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{}}},
		{Id: "e7", Now: at(12, 0), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}},
		{Id: "e8", Now: at(13, 0), What: &calloutv1.DayEvent_TechnicianBack{TechnicianBack: &calloutv1.TechnicianBack{TechnicianId: "tech-03"}}},
	}
	at := 0
	for cut, server := range []*running{b, a, b} {
		for range 2 {
			before := done(d.last.GetPlan())
			if c := events[at].GetJobCancelled(); c != nil {
				c.JobId = latest(d.last.GetPlan())
			}
			if got := d.event(events[at]); got.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_SEEN {
				t.Fatalf("%v", got)
			}
			at++
			for job, what := range before {
				if now := done(d.last.GetPlan())[job]; now != what {
					t.Fatalf("cut %d: %s was done %s, and is %s", cut, job, what, now)
				}
			}
		}
		was := d.last
		d.close()
		next := proto.CloneOf(first)
		next.RunningPlan, next.State = was.GetPlan(), was.GetState()
		d = openDay(t, server, next)
		d.settle()
		for job, what := range done(was.GetPlan()) {
			if now := done(d.last.GetPlan())[job]; now != what {
				t.Fatalf("cut %d: %s was done %s, and is %s", cut, job, what, now)
			}
		}
		if x, y := known(was.GetPlan()), known(d.last.GetPlan()); len(x) != len(y) {
			t.Fatalf("cut %d: %d jobs, and then %d", cut, len(x), len(y))
		}
		if d.last.GetNumber() <= was.GetNumber() || d.last.GetLastEventId() != was.GetLastEventId() {
			t.Errorf("revision %d %q behind %d %q", d.last.GetNumber(), d.last.GetLastEventId(), was.GetNumber(), was.GetLastEventId())
		}
		if got := d.event(events[at-1]); got.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_SEEN {
			t.Fatalf("again: %v", got)
		}
	}
	d.close()
}

// Stops of a running plan that are behind keep their times, whatever else of it the problem knows; where they have none, these are made from
// the begin of the shift on.
func TestFactsKeepTheirTimes(t *testing.T) {
	r := start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: day(24, 4), Settings: &calloutv1.DaySettings{Iterations: 20, WaysOut: -1}}
	d := openDay(t, r, first)
	d.settle()
	d.event(&calloutv1.DayEvent{Id: "1", Now: at(11, 0), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	d.close()
	for name, c := range map[string]struct {
		forget func(*calloutv1.Plan) (jobs []string) // that the problem does not know
		keep   bool
	}{
		"all is known": {func(*calloutv1.Plan) []string { return nil }, true},
		"the first is not known": {func(p *calloutv1.Plan) (jobs []string) {
			for _, r := range p.GetRoutes() {
				jobs = append(jobs, r.GetStops()[0].GetVisit().GetJobId())
			}
			return jobs
		}, true},
		"the last is not known": {func(p *calloutv1.Plan) (jobs []string) {
			for _, r := range p.GetRoutes() {
				jobs = append(jobs, r.GetStops()[len(r.GetStops())-1].GetVisit().GetJobId())
			}
			return jobs
		}, true},
		"what is to come has no times": {func(p *calloutv1.Plan) []string {
			for _, r := range p.GetRoutes() {
				r.Finish = nil
				for _, s := range r.GetStops() {
					if s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
						s.Arrival, s.Start, s.End = nil, nil, nil
					}
				}
			}
			return nil
		}, true},
		"nothing has times": {func(p *calloutv1.Plan) []string {
			for _, r := range p.GetRoutes() {
				r.Depart, r.Finish = nil, nil
				for _, s := range r.GetStops() {
					s.Arrival, s.Start, s.End = nil, nil, nil
				}
			}
			return nil
		}, false},
	} {
		t.Run(name, func(t *testing.T) {
			next := &calloutv1.DayStart{
				Problem: proto.CloneOf(first.GetProblem()), Settings: first.GetSettings(), RunningPlan: proto.CloneOf(d.last.GetPlan()),
			}
			next.Problem.Now = at(11, 0)
			gone := c.forget(next.GetRunningPlan())
			next.Problem.Jobs = slices.DeleteFunc(next.GetProblem().GetJobs(), func(j *calloutv1.Job) bool {
				return slices.Contains(gone, j.GetId())
			})
			again := openDay(t, r, next)
			again.receive()
			facts := 0
			for _, was := range d.last.GetPlan().GetRoutes() {
				stops := route(again.last.GetPlan(), was.GetTechnicianId())
				for _, s := range was.GetStops() {
					id := s.GetVisit().GetJobId()
					if s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED || id == "" || slices.Contains(gone, id) {
						continue
					}
					facts++
					at := slices.IndexFunc(stops, func(s *calloutv1.Stop) bool { return s.GetVisit().GetJobId() == id })
					if at < 0 || stops[at].GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
						t.Fatalf("%s is a fact no more", id)
					}
					is := stops[at]
					kept := proto.Equal(is.GetArrival(), s.GetArrival()) && proto.Equal(is.GetStart(), s.GetStart()) &&
						proto.Equal(is.GetEnd(), s.GetEnd())
					if c.keep && !kept {
						t.Errorf("%s was from %v to %v, and is from %v to %v", id, s.GetStart().AsTime(), s.GetEnd().AsTime(),
							is.GetStart().AsTime(), is.GetEnd().AsTime())
					}
				}
			}
			for _, route := range again.last.GetPlan().GetRoutes() {
				if route.GetDepart().AsTime().Before(monday.Add(8*time.Hour)) || route.GetFinish().AsTime().After(monday.Add(17*time.Hour)) {
					t.Errorf("%s is out from %v to %v", route.GetTechnicianId(), route.GetDepart().AsTime(), route.GetFinish().AsTime())
				}
			}
			if facts < 5 {
				t.Errorf("%d facts", facts)
			}
			again.close()
		})
	}
}

// latest is the job that is visited last of all.
func latest(p *calloutv1.Plan) (id string) {
	var last time.Time
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if t := s.GetStart().AsTime(); s.GetVisit() != nil && t.After(last) {
				id, last = s.GetVisit().GetJobId(), t
			}
		}
	}
	return id
}

// done tells by whom and when visits were done.
func done(p *calloutv1.Plan) map[string]string {
	out := map[string]string{}
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if id := s.GetVisit().GetJobId(); id != "" && s.GetState() == calloutv1.StopState_STOP_STATE_DONE {
				out[id] = fmt.Sprint(r.GetTechnicianId(), s.GetStart().AsTime(), s.GetEnd().AsTime())
			}
		}
	}
	return out
}

// known are all jobs of a plan.
func known(p *calloutv1.Plan) map[string]bool {
	out := map[string]bool{}
	for id := range visits(p) {
		out[id] = true
	}
	for _, u := range p.GetUnassigned() {
		out[u.GetJobId()] = true
	}
	return out
}

func TestReoptimizeRefusesBadStarts(t *testing.T) {
	r := start(t, server.Options{})
	dear := day(5, 2)
	for _, j := range dear.GetJobs() {
		j.ChangeMultiplier = new(1000.0)
	}
	for name, m := range map[string]*calloutv1.ReoptimizeRequest{
		"nothing":    {},
		"an event":   {Kind: &calloutv1.ReoptimizeRequest_Event{Event: added("e", "j", "depot", at(8, 0))}},
		"no problem": {Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{}}},
		"a state of something else": {Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{
			Problem: day(5, 2), State: &calloutv1.DayState{Events: []*calloutv1.DayEvent{{
				What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: "who"}},
			}}},
		}}},
		"bad settings": {Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{
			Problem: day(5, 2), Settings: &calloutv1.DaySettings{WaysOut: 99, Iterations: -1},
		}}},
		"a negative price": {Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{
			Problem: day(5, 2), Settings: &calloutv1.DaySettings{ChangePrices: &calloutv1.ChangePrices{PerResequencing: -1}},
		}}},
		"changes too dear to be added": {Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{
			Problem: dear, Settings: &calloutv1.DaySettings{ChangePrices: &calloutv1.ChangePrices{PerResequencing: 1e9}},
		}}},
	} {
		t.Run(name, func(t *testing.T) {
			stream, err := r.client.Reoptimize(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := stream.Send(m); err != nil {
				t.Fatal(err)
			}
			if _, err := stream.Recv(); status.Code(err) != codes.InvalidArgument {
				t.Errorf("%v, want INVALID_ARGUMENT", err)
			}
		})
	}
}

// A job that waits for a part which nobody has is planned once the part is there: at a node, or in a van, where the problem named it or did not.
func TestAMissingPartArrives(t *testing.T) {
	r := start(t, server.Options{})
	for name, c := range map[string]struct {
		named bool
		come  *calloutv1.StockChanged
	}{
		"at a node":              {true, &calloutv1.StockChanged{NodeId: "depot", Sku: "board", Quantity: 1}},
		"in a van":               {true, &calloutv1.StockChanged{TechnicianId: "tech-02", Sku: "board", Quantity: 1}},
		"at a node, out of blue": {false, &calloutv1.StockChanged{NodeId: "depot", Sku: "board", Quantity: 1}},
	} {
		p := day(12, 4)
		p.Jobs[0] = &calloutv1.Job{
			Id: "job-000", LocationId: "job-000", ServiceDuration: minutes(20), Priority: 100,
			Parts: []*calloutv1.PartRequirement{{Sku: "board", Quantity: 1}},
		}
		if c.named {
			p.Nodes[0].Stock = append(p.Nodes[0].Stock, &calloutv1.NodeStock{Sku: "board"})
		}
		d := openDay(t, r, &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 20}})
		d.settle()
		if who := visits(d.last.GetPlan())["job-000"]; who != "" {
			t.Fatalf("%s: %s does it without the part", name, who)
		}
		d.event(&calloutv1.DayEvent{Id: "e", Now: at(8, 30), What: &calloutv1.DayEvent_StockChanged{StockChanged: c.come}})
		if who := visits(d.last.GetPlan())["job-000"]; who == "" {
			t.Errorf("%s: nobody does it with the part", name)
		}
		d.close()
	}
}

// A job that comes with a part nobody has, and a substitute that there is, is planned with that.
func TestAJobIsAddedWithASubstitute(t *testing.T) {
	r := start(t, server.Options{})
	p := day(12, 4)
	p.Nodes[0].Stock = append(p.Nodes[0].Stock, &calloutv1.NodeStock{Sku: "board"})
	d := openDay(t, r, &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 20}})
	d.settle()
	e := added("e", "urgent", "job-003", at(8, 30))
	e.GetJobAdded().GetJob().Parts = []*calloutv1.PartRequirement{{Sku: "board", Quantity: 1, SubstituteSkus: []string{"pump"}}}
	d.event(e)
	if who := visits(d.last.GetPlan())["urgent"]; who == "" {
		t.Error("nobody does it")
	}
	d.close()
}

// Who runs late cannot keep a pinned visit; once he is done sooner than was thought, he can, and does.
func TestAPinnedVisitIsKeptOnceItCanBe(t *testing.T) {
	r := start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: day(12, 4), Settings: &calloutv1.DaySettings{Iterations: 20}}
	for _, j := range first.GetProblem().GetJobs() {
		j.Windows = nil
	}
	d := openDay(t, r, first)
	d.settle()
	var who, at, next string
	var begins time.Time
	for _, route := range d.last.GetPlan().GetRoutes() {
		if s := route.GetStops(); len(s) > 1 && s[0].GetVisit() != nil && s[1].GetVisit() != nil {
			who, at, next = route.GetTechnicianId(), s[0].GetVisit().GetJobId(), s[1].GetVisit().GetJobId()
			begins = s[0].GetStart().AsTime()
		}
	}
	if who == "" {
		t.Fatal("nobody has two visits")
	}
	minute := func(n int) *timestamppb.Timestamp { return timestamppb.New(begins.Add(time.Duration(n) * time.Minute)) }
	d.event(&calloutv1.DayEvent{Id: "1", Now: minute(1), What: &calloutv1.DayEvent_VisitPinned{VisitPinned: &calloutv1.VisitPinned{
		JobId: next, Scope: calloutv1.PinScope_PIN_SCOPE_TECHNICIAN,
	}}})
	d.event(&calloutv1.DayEvent{Id: "2", Now: minute(2), What: &calloutv1.DayEvent_VisitRunsOver{
		VisitRunsOver: &calloutv1.VisitRunsOver{JobId: at, Until: minute(12 * 60)},
	}})
	for n := range 2 { // the running plan has it, and then has not
		if got := visits(d.last.GetPlan())[next]; got != "" {
			t.Fatalf("%s does %s, which cannot be", got, next)
		}
		d.event(&calloutv1.DayEvent{Id: fmt.Sprint("passed", n), Now: minute(3), What: &calloutv1.DayEvent_TimePassed{
			TimePassed: &calloutv1.TimePassed{},
		}})
	}
	d.event(&calloutv1.DayEvent{Id: "3", Now: minute(5), What: &calloutv1.DayEvent_VisitFinished{
		VisitFinished: &calloutv1.VisitFinished{JobId: at},
	}})
	if got := visits(d.last.GetPlan())[next]; got != who {
		t.Errorf("%q does %s, want %s", got, next, who)
	}
	d.close()
}
