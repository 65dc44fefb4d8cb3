package road

import "callout/engine/road/hierarchy"

// drive is what finding a single journey's length takes.
type drive struct {
	sources, targets hierarchy.Ends
	distances        *hierarchy.Distances
}

// Drive is the duration (ms) and distance (dm) of a journey, as a matrix has them; Never if there is no way. It takes some
// microseconds, and by goroutine 16 bytes per vertex of the profile's graph, which are kept.
func (w *Weights) Drive(from, to Place) (duration, distance int32) {
	d, ok := w.single.Get().(*drive)
	if !ok {
		d = &drive{distances: w.metric.Distances()}
	}
	defer w.single.Put(d)
	d.sources.Clear()
	w.leave(from, func(_, vertex int32, away hierarchy.Weight) { d.sources.Add(vertex, away) })
	d.sources.Close()
	d.targets.Clear()
	w.arrive(to, func(_, vertex int32, away hierarchy.Weight) { d.targets.Add(vertex, away) })
	d.targets.Close()
	direct, _ := w.direct(from, to)
	best := min(direct, d.distances.Between(&d.sources, 0, &d.targets, 0))
	if best == hierarchy.Inf {
		return Never, Never
	}
	return best.Duration(), best.Distance()
}

// Fastest is the greatest speed on any road, in dm per ms.
func (w *Weights) Fastest() float64 {
	best := 0.0
	for d, ms := range w.duration {
		if ms != shut {
			best = max(best, float64(w.n.length[d/2])/float64(ms))
		}
	}
	return best
}
