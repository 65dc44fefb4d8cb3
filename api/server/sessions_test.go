package server

import (
	"context"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

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
			ctx, cancel := context.WithCancel(t.Context())
			var came atomic.Int64
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			events := l.events(ctx, func() (*calloutv1.ReoptimizeRequest, error) {
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
			cancel()
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
		for ; n < 100 && o.put(m) == nil; n++ {
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
