package server

import (
	"testing"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// A session takes room for the matrices and places that it comes by, is refused more than there is, and gives back all that it took.
func TestSessionsTakeRoomAsTheyGrow(t *testing.T) {
	s := New(Options{})
	now := timestamppb.New(time.Date(2026, 3, 2, 7, 0, 0, 0, time.UTC))
	l := &liveCall{s: s}
	vacate, err := l.open(t.Context(), &calloutv1.DayStart{Problem: &calloutv1.Problem{
		Now:       now,
		Locations: []*calloutv1.Location{{Id: "a", Position: &calloutv1.LatLng{Latitude: 48, Longitude: 16}}},
		Profiles: []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{
			SpeedFactors: []*calloutv1.SpeedFactor{{Factor: 1}, {Start: timestamppb.New(now.AsTime().Add(time.Hour)), Factor: 0.5}},
		}}}},
		Technicians: []*calloutv1.Technician{{Id: "ann", Shifts: []*calloutv1.Shift{{
			Id: "day", StartLocationId: "a", EndLocationId: "a", EarliestStart: now, LatestEnd: timestamppb.New(now.AsTime().Add(8 * time.Hour)),
		}}}},
		Jobs: []*calloutv1.Job{{Id: "j", LocationId: "a"}},
	}})
	if err != nil {
		t.Fatal(err)
	}
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
