package matrix

import (
	"context"
	"fmt"
	"math"
	"sync"

	"callout/engine/road"
	"callout/solver/model"
)

// Far is travel on roads between more places than a matrix may have. A drive is found when it is asked for, and kept as long as there
// is room: the legs of one plan are mostly those of the one before. Any number of goroutines may use it at once.
type Far struct {
	w       *road.Weights
	places  []road.Place
	longest model.Duration
	far     model.Meters
	closed  bool

	mu    sync.Mutex
	known map[[2]model.LocIdx][2]int32 // seconds and metres
}

// NewFar returns the travel between places by weights of their network; Nowhere has no way to it. It takes some milliseconds, and 24
// bytes per place besides the drives that it keeps. It returns why ctx ended, if it does first.
func NewFar(ctx context.Context, w *road.Weights, places []road.Place) (*Far, error) {
	f := &Far{w: w, places: places, known: make(map[[2]model.LocIdx][2]int32)}
	var all part
	for i, p := range places {
		if p.Segment >= 0 {
			all.add(i, p)
		} else {
			f.closed = true
		}
	}
	if len(all.places) == 0 {
		return f, nil
	}
	// No way is longer than that over the first place, and none farther than one gets in that time at the greatest speed.
	var from, to int32
	first := all.places[:1]
	most := func(longest *int32) func(int, []int32, []int32) {
		return func(_ int, ms, _ []int32) {
			for _, d := range ms {
				f.closed = f.closed || d == road.Never
				*longest = max(*longest, d)
			}
		}
	}
	err := w.Rows(ctx, first, all.places, 1, most(&from))
	if err == nil {
		err = w.Columns(ctx, all.places, first, 1, most(&to))
	}
	if err != nil {
		return nil, fmt.Errorf("matrix: %w", context.Cause(ctx))
	}
	const parts = 4 // ms: the parts of the first and the last segment are rounded
	ms := int64(from) + int64(to) + parts
	f.longest = (ms + 999) / 1000
	f.far = int64(math.Ceil(float64(ms)*w.Fastest()/10)) + 1
	return f, nil
}

// perPlace is how many drives are kept per place.
const perPlace = 8

// Drive is the seconds and metres between two places, as a matrix would have them.
func (f *Far) Drive(from, to model.LocIdx) (model.Duration, model.Meters) {
	if from == to {
		return 0, 0
	}
	a, b := f.places[from], f.places[to]
	if a.Segment < 0 || b.Segment < 0 {
		return model.Unreachable, 0
	}
	pair := [2]model.LocIdx{from, to}
	f.mu.Lock()
	d, ok := f.known[pair]
	f.mu.Unlock()
	if !ok {
		d[0], d[1] = whole(f.w.Drive(a, b))
		f.mu.Lock()
		if len(f.known) >= perPlace*len(f.places) {
			clear(f.known)
		}
		f.known[pair] = d
		f.mu.Unlock()
	}
	return model.Duration(d[0]), model.Meters(d[1])
}

// Matrix between some of the places, in their order.
func (f *Far) Matrix(ctx context.Context, list []model.LocIdx) (*model.Matrix, error) {
	some := make([]road.Place, len(list))
	for k, l := range list {
		some[k] = f.places[l]
	}
	return ride(ctx, f.w, some, nil)
}

// Longest is at least the longest drive and the farthest, and tells whether some way is closed.
func (f *Far) Longest() (longest model.Duration, farthest model.Meters, closed bool) {
	return f.longest, f.far, f.closed
}

// Bytes that it takes at most, without the weights.
func (f *Far) Bytes() int64 { return int64(len(f.places)) * (24 + perPlace*40) }
