package model

import "context"

// Journeys are travel between locations that are too many for a matrix. Any number of goroutines may use them at once.
type Journeys interface {
	// Drive is the seconds and metres between two locations; Unreachable or more means that there is no way. It may take some
	// microseconds.
	Drive(from, to LocIdx) (Duration, Meters)
	// Matrix is the same travel between some of the locations, in their order. It returns why ctx ended, if it does first.
	Matrix(ctx context.Context, list []LocIdx) (*Matrix, error)
	// Longest is at least the longest drive and the farthest that there are, and tells whether some way is closed.
	Longest() (longest Duration, farthest Meters, closed bool)
}

// Wide is what Series is, where there is travel instead of matrices. One span is travel that is the same at all hours.
type Wide []Span

// Span is a span of time with its travel.
type Span struct {
	From     Time
	Journeys Journeys
}

// Leg is as Series.Leg; it takes a drive per bucket that is looked at.
func (w Wide) Leg(from, to LocIdx, t Time) (Duration, Meters) {
	k := 0
	for k+1 < len(w) && w[k+1].From <= t {
		k++
	}
	drive, metres := w[k].Journeys.Drive(from, to)
	best := t + drive
	for k++; k < len(w) && w[k].From < best; k++ {
		if later, far := w[k].Journeys.Drive(from, to); w[k].From+later < best {
			best, drive, metres = w[k].From+later, later, far
		}
	}
	if drive >= Unreachable {
		return Unreachable, 0
	}
	return best - t, metres
}

// Among is the same travel between some of the locations, in their order: a matrix, or else a series. It returns why ctx ended, if it
// does first.
func (w Wide) Among(ctx context.Context, list []LocIdx) (*Matrix, Series, error) {
	known := make(map[Journeys]*Matrix, len(w))
	var out Series
	for _, s := range w {
		if known[s.Journeys] == nil {
			m, err := s.Journeys.Matrix(ctx, list)
			if err != nil {
				return nil, nil, err
			}
			known[s.Journeys] = m
		}
		out = append(out, Bucket{From: s.From, Matrix: known[s.Journeys]})
	}
	if len(out) == 1 {
		return out[0].Matrix, nil, nil
	}
	return nil, out, nil
}
