package server

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	gocmp "github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/day"
)

// dayOfOne is a day of one technician and one job, with travel by the hour.
func dayOfOne() *calloutv1.DayStart {
	now := timestamppb.New(time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC))
	return &calloutv1.DayStart{Settings: &calloutv1.DaySettings{Iterations: 1}, Problem: &calloutv1.Problem{
		Now:       now,
		Locations: []*calloutv1.Location{{Id: "a", Position: &calloutv1.LatLng{Latitude: 48, Longitude: 16}}},
		Profiles: []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{
			SpeedFactors: []*calloutv1.SpeedFactor{{Factor: 1}, {Start: timestamppb.New(now.AsTime().Add(time.Hour)), Factor: 0.5}},
		}}}},
		Technicians: []*calloutv1.Technician{{Id: "ann", Shifts: []*calloutv1.Shift{{
			Id: "day", StartLocationId: "a", EndLocationId: "a", EarliestStart: now, LatestEnd: timestamppb.New(now.AsTime().Add(8 * time.Hour)),
		}}}},
		Jobs: []*calloutv1.Job{{Id: "j", LocationId: "a"}},
	}}
}

// opened is a session, and what gives back what it takes.
func opened(t *testing.T, s *Service, start *calloutv1.DayStart) (l *liveCall, vacate func()) {
	t.Helper()
	l = &liveCall{s: s, out: newOutbox("")}
	vacate, err := l.open(t.Context(), start)
	if err != nil {
		t.Fatal(err)
	}
	return l, vacate
}

// A session takes room for the matrices and places that it comes by, is refused more than there is, and gives back all that it took.
func TestSessionsTakeRoomAsTheyGrow(t *testing.T) {
	s := New(Options{})
	l, vacate := opened(t, s, dayOfOne())
	begun := s.sessions.bytes.Load()
	if two := sessionSize(l.wire.Problem, 2, 1); begun != two {
		t.Errorf("%d bytes with two matrices, want %d", begun, two)
	}
	if !l.grow(24, 1000) || !l.grow(2, 1000) || s.sessions.bytes.Load() != sessionSize(l.wire.Problem, 24, 1000) {
		t.Errorf("%d bytes with 24 matrices of 1,000 places, and %d before", s.sessions.bytes.Load(), begun)
	}
	if was := s.sessions.bytes.Load(); l.grow(200, 5000) || s.sessions.bytes.Load() != was {
		t.Error("there is room for 200 matrices of 5,000 places")
	}
	vacate()
	if left := s.sessions.bytes.Load(); left != 0 || s.sessions.number.Load() != 0 {
		t.Errorf("%d bytes are left", left)
	}
}

// While nobody comes to them, events are taken off a stream by what they take, not only by number; of one that is too large only the id waits, cut.
func TestEventsThatWaitAreBounded(t *testing.T) {
	l, vacate := opened(t, New(Options{}), dayOfOne())
	defer vacate()
	for name, x := range map[string]struct {
		id, text int // bytes
		most     int // that wait
	}{
		"small":        {10, 10, waitingEvents},
		"large":        {10, 900 << 10, 3},
		"too large":    {10, 4 << 20, waitingEvents},
		"a long name":  {4 << 20, 0, waitingEvents},
		"a large name": {900 << 10, 0, 3},
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancelCause(t.Context())
			var came atomic.Int64
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			events := l.events(ctx, cancel, func() (*calloutv1.ReoptimizeRequest, error) {
				came.Add(1)
				return &calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Event{Event: &calloutv1.DayEvent{
					Id: strings.Repeat("é", x.id/2), What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{
						JobId: strings.Repeat("x", x.text),
					}},
				}}}, nil
			})
			var last int64 = -1
			for came.Load() != last {
				last = came.Load()
				time.Sleep(50 * time.Millisecond)
			}
			if n := len(events); n > x.most || last > int64(n)+1 {
				t.Errorf("%d events wait, and %d were taken off the stream; want %d", n, last, x.most)
			}
			runtime.GC()
			runtime.ReadMemStats(&after)
			if took := int64(after.HeapAlloc) - int64(before.HeapAlloc); took > 16<<20 {
				t.Errorf("they take %d MiB", took>>20)
			}
			for range 2 * waitingEvents { // the room comes back
				e := <-events
				a := engine.LiveAnswer{ID: e.ID, Verdict: day.Refused}
				if _, a.Refusals = e.Read(l.day); len(a.Refusals) == 0 {
					t.Fatal("such an event is taken in")
				}
				e.Told(&a)
				if id := l.answer(&a).GetEventId(); len(id) > wire.DefaultLimits().StringBytes || !utf8.ValidString(id) {
					t.Fatalf("the answer is to an event of %d bytes", len(id))
				}
			}
			cancel(nil)
			for range events {
			}
		})
	}
}

// Whoever does not take answers is let go by what they take, too.
func TestAnswersThatWaitAreBounded(t *testing.T) {
	o := newOutbox("")
	m := &calloutv1.ReoptimizeResponse{Events: []*calloutv1.EventAnswer{{EventId: strings.Repeat("x", 1<<20)}}}
	fill := func() (n int) {
		for n < 100 && o.put(m) == nil {
			n++
		}
		return n
	}
	if n := fill(); n != answerBytes>>20 {
		t.Errorf("%d answers of a mebibyte wait", n)
	}
	if o.take(); fill() != answerBytes>>20 {
		t.Error("answers that were taken wait")
	}
}

// What of the running plan could not stay is told once, whatever the plan has become before the client takes it.
func TestWhatCouldNotStayIsTold(t *testing.T) {
	start := dayOfOne()
	start.RunningPlan = &calloutv1.Plan{Routes: []*calloutv1.Route{{TechnicianId: "ann", ShiftId: "day", Stops: []*calloutv1.Stop{
		{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: "unknown"}}},
	}}}}
	l, vacate := opened(t, New(Options{}), start)
	defer vacate()
	over := make(chan engine.LiveEvent)
	close(over)
	if err := engine.RunLive(t.Context(), l.day, l.settings(), over, l.emit); err != nil {
		t.Fatal(err)
	}
	r := l.out.take().GetRevision()
	if r.GetKind() != calloutv1.RevisionKind_REVISION_KIND_QUIET || r.GetPlan() == nil || len(r.GetChanges()) != 1 {
		t.Fatalf("%v", r)
	}
	if a := r.GetAlerts(); len(a) != 1 || a[0].GetJobId() != "unknown" {
		t.Errorf("%v", a)
	}
}

// Revisions that nobody took are one, whose changes are those from what the client took last.
func TestRevisionsThatWaitAreOne(t *testing.T) {
	const behind = calloutv1.StopState_STOP_STATE_LEFT_FOR
	hour := func(h int) *timestamppb.Timestamp {
		return timestamppb.New(time.Date(2026, 3, 2, h, 0, 0, 0, time.UTC))
	}
	// plan of routes: jobs with an hour each, in capitals where they are left for, and jobs left out.
	plan := func(ann, bob, out string) *calloutv1.Plan {
		p := new(calloutv1.Plan)
		for technician, route := range map[string]string{"ann": ann, "bob": bob} {
			r := &calloutv1.Route{TechnicianId: technician}
			for k, id := range strings.Fields(route) {
				st := &calloutv1.Stop{Start: hour(9 + k), Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: strings.ToLower(id)}}}
				if id != strings.ToLower(id) {
					st.State = behind
				}
				r.Stops = append(r.Stops, st)
			}
			p.Routes = append(p.Routes, r)
		}
		for id := range strings.FieldsSeq(out) {
			p.Unassigned = append(p.Unassigned, &calloutv1.UnassignedJob{JobId: id})
		}
		return p
	}
	change := func(kind calloutv1.ChangeKind, id, from, to string, was, is int) *calloutv1.PlanChange {
		c := &calloutv1.PlanChange{JobId: id, Kind: kind, FromTechnicianId: from, ToTechnicianId: to}
		if was > 0 {
			c.FromStart = hour(was)
		}
		if is > 0 {
			c.ToStart = hour(is)
		}
		return c
	}
	const (
		added      = calloutv1.ChangeKind_CHANGE_KIND_ADDED
		dropped    = calloutv1.ChangeKind_CHANGE_KIND_DROPPED
		reassigned = calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED
		moved      = calloutv1.ChangeKind_CHANGE_KIND_MOVED
		retimed    = calloutv1.ChangeKind_CHANGE_KIND_RETIMED
	)
	for name, x := range map[string]struct {
		was, by, is *calloutv1.Plan
		changes     []*calloutv1.PlanChange // of the one between, as the engine tells them; the last one has some that would not do
		want        []*calloutv1.PlanChange
	}{
		"added, and cancelled": {
			plan("x", "", ""), plan("x y", "", ""), plan("x", "", ""), []*calloutv1.PlanChange{change(added, "y", "", "ann", 0, 10)}, nil,
		},
		"moved, and cancelled": {
			plan("x y", "", ""), plan("x", "y", ""), plan("x", "", ""),
			[]*calloutv1.PlanChange{change(reassigned, "y", "ann", "bob", 10, 9)},
			nil,
		},
		"left out, and cancelled": {
			plan("x y", "", ""), plan("x", "", "y"), plan("x", "", ""), []*calloutv1.PlanChange{change(dropped, "y", "ann", "", 10, 0)}, nil,
		},
		"another one, and left for": {
			plan("x y", "", ""), plan("x", "y", ""), plan("x", "Y", ""),
			[]*calloutv1.PlanChange{change(reassigned, "y", "ann", "bob", 10, 9)},
			[]*calloutv1.PlanChange{change(reassigned, "y", "ann", "bob", 10, 9)},
		},
		"there and back": {
			plan("x y", "", ""), plan("y x", "", ""), plan("x y", "", ""),
			[]*calloutv1.PlanChange{change(moved, "x", "ann", "ann", 9, 10), change(moved, "y", "ann", "ann", 10, 9)},
			nil,
		},
		"another order": {
			plan("x y z", "", ""), plan("x y z", "", ""), plan("x z y", "", ""), nil,
			[]*calloutv1.PlanChange{change(moved, "y", "ann", "ann", 10, 11), change(moved, "z", "ann", "ann", 11, 10)},
		},
		"left for": {plan("x y", "", ""), plan("x y", "", ""), plan("X y", "", ""), nil, nil},
		"sooner, as the one before is cancelled": {
			plan("X y z", "", ""), plan("X y z", "", ""), plan("X z", "", ""), nil,
			[]*calloutv1.PlanChange{change(retimed, "z", "ann", "ann", 11, 10)},
		},
		"sooner, as the one before is left out": {
			plan("X y z", "", ""), plan("X y z", "", ""), plan("X z", "", "y"), nil,
			[]*calloutv1.PlanChange{change(dropped, "y", "ann", "", 10, 0), change(retimed, "z", "ann", "ann", 11, 10)},
		},
		"the first": {
			nil, plan("X y", "", ""), plan("X y", "", "z"),
			[]*calloutv1.PlanChange{change(added, "y", "", "ann", 0, 10)},
			[]*calloutv1.PlanChange{change(added, "y", "", "ann", 0, 10)},
		},
	} {
		t.Run(name, func(t *testing.T) {
			o := newOutbox("")
			put := func(p *calloutv1.Plan, changes ...*calloutv1.PlanChange) {
				if err := o.put(&calloutv1.ReoptimizeResponse{Revision: &calloutv1.Revision{Plan: p, Changes: changes}}); err != nil {
					t.Fatal(err)
				}
			}
			if x.was != nil {
				put(x.was)
				o.take()
			}
			put(x.by, x.changes...)
			put(x.is, change(retimed, "x", "ann", "ann", 10, 9))
			if diff := gocmp.Diff(x.want, o.take().GetRevision().GetChanges(), protocmp.Transform()); diff != "" {
				t.Error(diff)
			}
			put(x.by, x.changes...)
			if diff := gocmp.Diff(x.changes, o.take().GetRevision().GetChanges(), protocmp.Transform()); diff != "" {
				t.Errorf("alone: %s", diff)
			}
		})
	}
}
