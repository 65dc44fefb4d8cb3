package road

import (
	"context"

	"callout/engine/road/hierarchy"
)

// Never is the duration and distance of a journey that cannot be made.
const Never = -1

// part of a directed segment up to a place, and the rest of it. The two always add up to the whole.
func (w *Weights) part(d int32, p Place) (before, after hierarchy.Weight) {
	ms, length := w.duration[d], w.n.length[d/2]
	begun := int32(0) // on the way from the segment's begin
	if length > 0 {
		begun = int32(int64(ms) * int64(p.At) / int64(length))
	}
	front, back := hierarchy.Of(begun, p.At), hierarchy.Of(ms-begun, length-p.At)
	if d%2 == 0 {
		return front, back
	}
	return back, front
}

// leave calls visit for the vertices that one gets to first from a place, each along a directed segment.
func (w *Weights) leave(p Place, visit func(d, vertex int32, away hierarchy.Weight)) {
	r := &w.n.roads[w.profile]
	for d := 2 * p.Segment; d < 2*p.Segment+2; d++ {
		if w.duration[d] != shut {
			_, after := w.part(d, p)
			visit(d, r.head[r.first[d]], after)
		}
	}
}

// arrive calls visit for the vertices from which one gets to a place, each along a directed segment.
func (w *Weights) arrive(p Place, visit func(d, vertex int32, away hierarchy.Weight)) {
	r := &w.n.roads[w.profile]
	for d := 2 * p.Segment; d < 2*p.Segment+2; d++ {
		if w.duration[d] == shut {
			continue
		}
		before, _ := w.part(d, p)
		for a := r.first[d]; a < r.first[d+1]; a++ {
			visit(d, r.tail[a], before)
		}
	}
}

func (w *Weights) sources(places []Place) *hierarchy.Ends {
	e := &hierarchy.Ends{}
	for _, p := range places {
		w.leave(p, func(_, vertex int32, away hierarchy.Weight) { e.Add(vertex, away) })
		e.Close()
	}
	return e
}

func (w *Weights) targets(places []Place) *hierarchy.Ends {
	e := &hierarchy.Ends{}
	for _, p := range places {
		w.arrive(p, func(_, vertex int32, away hierarchy.Weight) { e.Add(vertex, away) })
		e.Close()
	}
	return e
}

// direct is the way between two places on the same segment without leaving it, along a directed segment; Inf if there is none.
func (w *Weights) direct(from, to Place) (best hierarchy.Weight, along int32) {
	best, along = hierarchy.Inf, -1
	if from.Segment != to.Segment {
		return best, along
	}
	for d := 2 * from.Segment; d < 2*from.Segment+2; d++ {
		if w.duration[d] == shut || d%2 == 0 && from.At > to.At || d%2 == 1 && from.At < to.At {
			continue
		}
		begun, _ := w.part(d, from)
		whole, _ := w.part(d, to)
		if whole-begun < best {
			best, along = whole-begun, d
		}
	}
	return best, along
}

// Matrix is many-to-many travel, row by row: entry i·len(targets)+j is from source i to target j.
type Matrix struct {
	Durations []int32 // ms, Never if there is no way
	Distances []int32 // dm along the same journeys, Never if there is no way
}

// Matrix computes the journeys from all sources to all targets with so many workers, or as many as there are processors if that is not
// positive. Places must be of this network. It takes 8 bytes per entry besides a few MB per worker, and returns the context's error if that ends first.
func (w *Weights) Matrix(ctx context.Context, sources, targets []Place, workers int) (*Matrix, error) {
	n := len(targets)
	m := &Matrix{Durations: make([]int32, len(sources)*n), Distances: make([]int32, len(sources)*n)}
	err := w.Rows(ctx, sources, targets, workers, func(i int, durations, distances []int32) {
		copy(m.Durations[i*n:], durations)
		copy(m.Distances[i*n:], distances)
	})
	if err != nil {
		return nil, err
	}
	return m, nil
}
