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
	// Targets on the same segment as a source are looked for by segment.
	bySegment := make([]int32, len(targets))
	for j := range bySegment {
		bySegment[j] = int32(j)
	}
	slices.SortStableFunc(bySegment, func(a, b int32) int { return int(targets[a].Segment) - int(targets[b].Segment) })

	buffers := sync.Pool{New: func() any { return &rowBuffer{make([]int32, len(targets)), make([]int32, len(targets))} }}
	to := w.targets(targets)
	return w.metric.Select(to).Rows(ctx, w.sources(sources), workers, func(i int, row []hierarchy.Weight) {
		from := sources[i]
		at, _ := slices.BinarySearchFunc(bySegment, from.Segment, func(j, s int32) int { return int(targets[j].Segment) - int(s) })
		for ; at < len(bySegment) && targets[bySegment[at]].Segment == from.Segment; at++ {
			j := bySegment[at]
			direct, _ := w.direct(from, targets[j])
			row[j] = min(row[j], direct)
		}
		b := buffers.Get().(*rowBuffer) //nolint:errcheck // nothing else is in there
		for j, v := range row {
			if v == hierarchy.Inf {
				b.durations[j], b.distances[j] = Never, Never
				continue
			}
			b.durations[j], b.distances[j] = v.Duration(), v.Distance()
		}
		visit(i, b.durations, b.distances)
		buffers.Put(b)
	})
}

type rowBuffer struct{ durations, distances []int32 }
