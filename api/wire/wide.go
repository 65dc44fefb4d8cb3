package wire

import (
	"context"
	"time"

	"callout/solver/model"
)

// wide is travel without matrices, over spans of time.
func (b *builder) wide(spans []RoadSpan) model.Wide {
	var out model.Wide
	seen := make(map[model.Journeys]model.Journeys)
	for k, s := range spans {
		from := b.since(k, s.From)
		if seen[s.Journeys] == nil {
			seen[s.Journeys] = &short{Journeys: s.Journeys, lim: b.lim}
		}
		j := seen[s.Journeys]
		if n := len(out); n == 0 || out[n-1].Journeys != j && from <= model.MaxTime {
			out = append(out, model.Span{From: from, Journeys: j})
		}
	}
	return out
}

// maxWideShifts of a technician where travel is wide: he is planned as a whole, with matrices between all of his places.
const maxWideShifts = 200

// fewShifts refuses technicians with too many shifts for wide travel.
func (b *builder) fewShifts() {
	for i, t := range b.in.GetTechnicians() {
		if n := len(t.GetShifts()); n > maxWideShifts {
			b.fault(element("technicians", i)+".shifts", TooMany,
				"%d are more than %d, which is the most where locations are too many for matrices", n, maxWideShifts)
		}
	}
}

// since the horizon's start, of the begin of span k; the first one holds before its time too.
func (r *lookups) since(k int, t time.Time) model.Time {
	if k == 0 {
		return -1
	}
	return max(-1, t.Unix()-r.epoch)
}

// short is journeys without the ways that are longer than the limits allow.
type short struct {
	model.Journeys

	lim Limits
}

// Drive is as that of the journeys.
func (s *short) Drive(from, to model.LocIdx) (model.Duration, model.Meters) {
	d, m := s.Journeys.Drive(from, to)
	if d > seconds(s.lim.Leg) || m > maxDistance {
		return model.Unreachable, 0
	}
	return d, m
}

// Matrix is as that of the journeys.
func (s *short) Matrix(ctx context.Context, list []model.LocIdx) (*model.Matrix, error) {
	m, err := s.Journeys.Matrix(ctx, list)
	if err != nil {
		return nil, err
	}
	return capped(m, s.lim), nil
}

// Longest is as that of the journeys.
func (s *short) Longest() (longest model.Duration, farthest model.Meters, closed bool) {
	d, m, closed := s.Journeys.Longest()
	leg := seconds(s.lim.Leg)
	return min(d, leg), min(m, maxDistance), closed || d > leg || m > maxDistance
}

// Bytes that the journeys take.
func (s *short) Bytes() int64 {
	if x, ok := s.Journeys.(interface{ Bytes() int64 }); ok {
		return x.Bytes()
	}
	return 0
}
