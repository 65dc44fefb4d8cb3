package road

import (
	"context"
	"slices"
	"sync"

	"callout/engine/road/hierarchy"
)

// Rows computes the journeys from all sources to all targets and hands them out row by row, in no order and from several goroutines
// at once. A row is valid until visit returns. Otherwise it is as Matrix.
func (w *Weights) Rows(
	ctx context.Context, sources, targets []Place, workers int, visit func(source int, durations, distances []int32),
) error {
	l := lines{of: sources, across: targets, visit: visit, direct: func(from, to Place) hierarchy.Weight {
		direct, _ := w.direct(from, to)
		return direct
	}}
	return l.run(ctx, w.metric.Select(w.targets(targets)), w.sources(sources), workers)
}

// Columns is as Rows, but hands out column by column: all journeys to one target, by source. It is the quicker way to few targets.
func (w *Weights) Columns(
	ctx context.Context, sources, targets []Place, workers int, visit func(target int, durations, distances []int32),
) error {
	l := lines{of: targets, across: sources, visit: visit, direct: func(to, from Place) hierarchy.Weight {
		direct, _ := w.direct(from, to)
		return direct
	}}
	return l.run(ctx, w.metric.Reversed().Select(w.sources(sources)), w.targets(targets), workers)
}

// lines are rows or columns of a matrix.
type lines struct {
	of, across []Place
	direct     func(of, across Place) hierarchy.Weight
	visit      func(line int, durations, distances []int32)
}

func (l *lines) run(ctx context.Context, across *hierarchy.Targets, of *hierarchy.Ends, workers int) error {
	// Two places on the same segment may have a way without any vertex: they are looked for by segment.
	bySegment := make([]int64, len(l.across)) // segment and index
	for j := range bySegment {
		bySegment[j] = int64(l.across[j].Segment)<<32 | int64(j)
	}
	slices.Sort(bySegment)

	buffers := sync.Pool{New: func() any { return &lineBuffer{make([]int32, len(l.across)), make([]int32, len(l.across))} }}
	return across.Rows(ctx, of, workers, func(i int, row []hierarchy.Weight) {
		place := l.of[i]
		at, _ := slices.BinarySearch(bySegment, int64(place.Segment)<<32)
		for ; at < len(bySegment) && bySegment[at]>>32 == int64(place.Segment); at++ {
			j := int32(bySegment[at])
			row[j] = min(row[j], l.direct(place, l.across[j]))
		}
		b := buffers.Get().(*lineBuffer) //nolint:errcheck // nothing else is in there
		for j, v := range row {
			if v == hierarchy.Inf {
				b.durations[j], b.distances[j] = Never, Never
				continue
			}
			b.durations[j], b.distances[j] = v.Duration(), v.Distance()
		}
		l.visit(i, b.durations, b.distances)
		buffers.Put(b)
	})
}

type lineBuffer struct{ durations, distances []int32 }
