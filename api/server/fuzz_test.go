package server_test

import (
	"context"
	"errors"
	"io"
	"testing"

	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/happen"
	"callout/engine/matrix"
)

// tape is a session without a transport: messages to come, and what was answered.
type tape struct {
	calloutv1.PlanningService_ReoptimizeServer

	ctx      context.Context //nolint:containedctx // a stream has one
	in       []*calloutv1.ReoptimizeRequest
	answers  []*calloutv1.EventAnswer
	revision int64
	fell     bool // numbers of revisions
}

func (s *tape) Context() context.Context   { return s.ctx }
func (*tape) SendHeader(metadata.MD) error { return nil }
func (*tape) SetHeader(metadata.MD) error  { return nil }
func (*tape) SetTrailer(metadata.MD)       {}
func (s *tape) Recv() (*calloutv1.ReoptimizeRequest, error) {
	if len(s.in) == 0 {
		return nil, io.EOF
	}
	m := s.in[0]
	s.in = s.in[1:]
	return m, nil
}

func (s *tape) Send(m *calloutv1.ReoptimizeResponse) error {
	s.answers = append(s.answers, m.GetEvents()...)
	if r := m.GetRevision(); r != nil {
		s.fell = s.fell || r.GetNumber() <= s.revision
		s.revision = r.GetNumber()
	}
	return nil
}

// packed are events one behind the other, each with its length before it.
func packed(events ...*calloutv1.DayEvent) []byte {
	var out []byte
	for _, e := range events {
		b, err := proto.Marshal(e)
		if err != nil {
			panic(err) // those of a test can be written
		}
		out = protowire.AppendBytes(out, b)
	}
	return out
}

// unpacked are the events in some bytes, as far as they can be read.
func unpacked(b []byte) []*calloutv1.DayEvent {
	var out []*calloutv1.DayEvent
	for len(b) > 0 && len(out) < 30 {
		m, n := protowire.ConsumeBytes(b)
		if n < 0 {
			return out
		}
		e := new(calloutv1.DayEvent)
		if proto.Unmarshal(m, e) != nil {
			return out
		}
		out, b = append(out, e), b[n:]
	}
	return out
}

// Whatever events come, each has its answer, in order, refused ones have a reason, and the session ends as it should: what is wrong with a plan would be an
// internal error, as the engine has each judged before it is sent.
func FuzzEvents(f *testing.F) {
	problem := day(12, 3)
	plan := func() *calloutv1.Plan { return nil }
	teller := happen.NewTeller(problem, 1, "f")
	for _, kind := range happen.Kinds {
		if e := teller.Event(kind, plan()); e != nil {
			f.Add(packed(e, e))
		}
	}
	pin := &calloutv1.VisitPinned{JobId: "job-003", Scope: calloutv1.PinScope_PIN_SCOPE_ALL, TechnicianId: "tech-01"}
	f.Add(packed(
		added("a", "n", "depot", at(8, 30)),
		&calloutv1.DayEvent{Id: "b", Now: at(9, 0), What: &calloutv1.DayEvent_VisitPinned{VisitPinned: pin}},
		&calloutv1.DayEvent{Id: "c", Now: at(9, 5), Wish: true, What: &calloutv1.DayEvent_VisitMoved{VisitMoved: &calloutv1.VisitMoved{
			JobId: "job-004", TechnicianId: "tech-02", AfterJobId: "job-003",
		}}},
		&calloutv1.DayEvent{Id: "d", Now: at(12, 0), What: &calloutv1.DayEvent_VisitRunsOver{VisitRunsOver: &calloutv1.VisitRunsOver{
			JobId: "job-001", Until: at(13, 0),
		}}},
		&calloutv1.DayEvent{Id: "e", Now: at(16, 0), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}},
	))
	fuzzDay(f, server.New(server.Options{Workers: 1}), problem)
}

// The same on roads, by the hour, with rules of traffic and new places.
func FuzzEventsOnRoads(f *testing.F) {
	n := roadCity(f)
	problem := roadDay(n)
	teller := happen.NewTeller(problem, 1, "f")
	var all []*calloutv1.DayEvent
	for range 3 {
		for _, kind := range happen.RoadKinds {
			e := teller.Event(kind, nil)
			f.Add(packed(e, e))
			all = append(all, e)
		}
	}
	f.Add(packed(all...))
	cells := &calloutv1.TravelChanged{
		Factor: new(2.0), TrafficDigest: "traffic-0",
		Cells: []*calloutv1.TravelCell{{FromLocationId: "depot", ToLocationId: "job-003", Duration: 77}},
	}
	odd := &calloutv1.DayEvent{Id: "odd", Now: at(9, 0), What: &calloutv1.DayEvent_TravelChanged{TravelChanged: cells}}
	plain := proto.CloneOf(odd)
	plain.GetTravelChanged().TrafficDigest = ""
	f.Add(packed(plain, odd, all[0], all[2], plain))
	fuzzDay(f, server.New(server.Options{Workers: 1, Networks: matrix.NewNetworks(1<<26, n)}), problem)
}

func fuzzDay(f *testing.F, service *server.Service, problem *calloutv1.Problem) {
	f.Helper()
	f.Fuzz(func(t *testing.T, raw []byte) {
		events := unpacked(raw)
		s := &tape{ctx: t.Context(), in: []*calloutv1.ReoptimizeRequest{{Kind: &calloutv1.ReoptimizeRequest_Start{Start: &calloutv1.DayStart{
			Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 5, WaysOut: 1},
		}}}}}
		for _, e := range events {
			s.in = append(s.in, &calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: e}})
		}
		if err := service.Reoptimize(s); err != nil && !errors.Is(err, io.EOF) {
			t.Fatalf("%v: %v", status.Code(err), err)
		}
		if len(s.answers) != len(events) || s.fell {
			t.Fatalf("%d answers to %d events; numbers of revisions fell: %v", len(s.answers), len(events), s.fell)
		}
		for k, a := range s.answers {
			refused := a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_REFUSED
			if a.GetEventId() != events[k].GetId() || refused != (len(a.GetFaults()) > 0) || a.GetVerdict() == 0 {
				t.Fatalf("event %d, %v: %v", k, events[k], a)
			}
		}
	})
}
