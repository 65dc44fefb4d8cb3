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
	bySegment := make([]int32, len(l.across))
	for j := range bySegment {
		bySegment[j] = int32(j)
	}
	slices.SortStableFunc(bySegment, func(a, b int32) int { return int(l.across[a].Segment) - int(l.across[b].Segment) })

	buffers := sync.Pool{New: func() any { return &lineBuffer{make([]int32, len(l.across)), make([]int32, len(l.across))} }}
	return across.Rows(ctx, of, workers, func(i int, row []hierarchy.Weight) {
		place := l.of[i]
		at, _ := slices.BinarySearchFunc(bySegment, place.Segment, func(j, s int32) int { return int(l.across[j].Segment) - int(s) })
		for ; at < len(bySegment) && l.across[bySegment[at]].Segment == place.Segment; at++ {
			j := bySegment[at]
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
