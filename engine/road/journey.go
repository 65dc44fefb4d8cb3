package road

import (
	"slices"
	"sort"

	"callout/engine/road/hierarchy"
)

// Journey is a way from one place to another.
type Journey struct {
	Duration int32 // ms, Never if there is no way
	Distance int32 // dm, Never if there is no way
	Line     []Point
	Segments []int32 // directed segments in order; the first and the last are driven in part
}

// Journey finds the way that a matrix speaks of. Of ways that are equal in duration and distance it is always the same one.
func (w *Weights) Journey(from, to Place) Journey {
	direct, along := w.direct(from, to)
	var out, in []int32 // directed segments of the vertices below
	var sources, targets hierarchy.Ends
	w.leave(from, func(d, vertex int32, away hierarchy.Weight) { sources.Add(vertex, away); out = append(out, d) })
	w.arrive(to, func(d, vertex int32, away hierarchy.Weight) { targets.Add(vertex, away); in = append(in, d) })
	sources.Close()
	targets.Close()
	path := w.metric.Path(&sources, 0, &targets, 0)
	switch {
	case direct <= path.Weight && direct < hierarchy.Inf:
		return Journey{
			Duration: direct.Duration(), Distance: direct.Distance(), Segments: []int32{along},
			Line: w.n.along(along, from, to),
		}
	case path.Weight == hierarchy.Inf:
		return Journey{Duration: Never, Distance: Never}
	}
	r := &w.n.roads[w.profile]
	j := Journey{Duration: path.Weight.Duration(), Distance: path.Weight.Distance(), Segments: []int32{out[path.From]}}
	for _, a := range path.Arcs {
		j.Segments = append(j.Segments, r.segment(a))
	}
	j.Segments = append(j.Segments, in[path.To])
	last := len(j.Segments) - 1
	for i, d := range j.Segments {
		begin, end := w.n.whole(d)
		if i == 0 {
			begin = from
		}
		if i == last {
			end = to
		}
		for _, p := range w.n.along(d, begin, end) {
			if k := len(j.Line); k == 0 || j.Line[k-1] != p {
				j.Line = append(j.Line, p)
			}
		}
	}
	return j
}

// segment of an arc.
func (r *roads) segment(arc int32) int32 {
	return int32(sort.Search(len(r.first), func(d int) bool { return r.first[d] > arc })) - 1
}

// whole returns the two ends of a directed segment as places.
func (n *Network) whole(d int32) (begin, end Place) {
	s := d / 2
	begin, end = Place{Segment: s, Point: n.end(d, false)}, Place{Segment: s, Point: n.end(d, true)}
	if d%2 == 0 {
		end.At = n.length[s]
	} else {
		begin.At = n.length[s]
	}
	return begin, end
}

// along is the line from one place to another on a directed segment.
func (n *Network) along(d int32, from, to Place) []Point {
	line := n.line(d / 2)
	lo, hi := from, to
	if d%2 == 1 {
		lo, hi = to, from
	}
	out := []Point{lo.Point}
	total := 0.0
	for i := range line[1:] {
		total += Metres(line[i], line[i+1])
	}
	at := 0.0
	for i := range line[1 : len(line)-1] { // the points between the ends
		at += Metres(line[i], line[i+1])
		if dm := at / max(total, 1e-9) * float64(n.length[d/2]); dm > float64(lo.At) && dm < float64(hi.At) {
			out = append(out, line[i+1])
		}
	}
	out = append(out, hi.Point)
	if d%2 == 1 {
		slices.Reverse(out)
	}
	return out
}
