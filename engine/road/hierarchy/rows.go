package hierarchy

import (
	"context"
	"runtime"
	"sync/atomic"

	"callout/solver/parallel"
)

// Ends are places at which paths begin or end: place i is at the vertices Vertex[First[i]:First[i+1]], each a weight away. A place
// without vertices cannot be reached.
type Ends struct {
	First  []int32
	Vertex []int32
	Away   []Weight
}

// Len is the number of places.
func (e *Ends) Len() int { return len(e.First) - 1 }

// Add a vertex to the place that is next to be closed.
func (e *Ends) Add(vertex int32, away Weight) {
	e.Vertex = append(e.Vertex, vertex)
	e.Away = append(e.Away, away)
}

// Close the place at hand.
func (e *Ends) Close() {
	if len(e.First) == 0 {
		e.First = append(e.First, 0)
	}
	e.First = append(e.First, int32(len(e.Vertex)))
}

// Clear makes it empty, for other places.
func (e *Ends) Clear() { e.First, e.Vertex, e.Away = e.First[:0], e.Vertex[:0], e.Away[:0] }

// lanes is the number of sources that are swept at a time.
const lanes = 8

type lane = [lanes]Weight

// Targets are the part of a metric that leads to some places. They are immutable and may be used by any number of goroutines at once.
type Targets struct {
	m      *Metric
	ends   *Ends
	local  []int32 // index of a vertex in the arrays below, -1 if it is not among them
	vertex []int32 // descending
	first  []int32 // links to vertices further ahead in the arrays
	head   []int32
	weight []Weight
	at     []int32 // of the places' vertices
}

// Select cuts out what leads to the places, which must not be changed afterwards.
func (m *Metric) Select(places *Ends) *Targets {
	n := m.h.Vertices()
	t := &Targets{m: m, ends: places, local: make([]int32, n), at: make([]int32, len(places.Vertex))}
	for v := range t.local {
		t.local[v] = -1
	}
	const wanted = 0
	for _, v := range places.Vertex {
		t.local[v] = wanted
	}
	links := 0
	for x := range n {
		if t.local[x] == wanted {
			from, to := m.backward.first[x], m.backward.first[x+1]
			links += int(to - from)
			for _, y := range m.backward.head[from:to] {
				t.local[y] = wanted
			}
		}
	}
	t.first, t.head, t.weight = append(t.first, 0), make([]int32, 0, links), make([]Weight, 0, links)
	for x := int32(n) - 1; x >= 0; x-- {
		if t.local[x] != wanted {
			continue
		}
		t.local[x] = int32(len(t.vertex))
		t.vertex = append(t.vertex, x)
		for l := m.backward.first[x]; l < m.backward.first[x+1]; l++ {
			t.head = append(t.head, t.local[m.backward.head[l]])
			t.weight = append(t.weight, m.backward.weight[l])
		}
		t.first = append(t.first, int32(len(t.head)))
	}
	for i, v := range places.Vertex {
		t.at[i] = t.local[v]
	}
	return t
}

// Rows computes the weights of the shortest paths from all sources to all targets, Inf where there is none, and hands them out row by
// row: visit is called once for each source, from several goroutines at once and in no order, with a row that is valid until it
// returns. At most so many workers are used, or as many as there are processors if that is not positive. It returns the context's error if that
// ends first, when some rows are missing.
func (t *Targets) Rows(ctx context.Context, sources *Ends, workers int, visit func(source int, row []Weight)) error {
	batches := (sources.Len() + lanes - 1) / lanes
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var next atomic.Int64
	work := func() {
		s := newSweep(t)
		for ctx.Err() == nil {
			b := int(next.Add(1)) - 1
			if b >= batches {
				return
			}
			from := b * lanes
			s.run(sources, from, min(from+lanes, sources.Len()), visit)
		}
	}
	if workers = min(workers, batches); workers == 1 {
		work()
		return ctx.Err()
	}
	var all parallel.Group
	for range workers {
		all.Go(work)
	}
	all.Wait()
	return ctx.Err()
}

// sweep is what a worker needs.
type sweep struct {
	t    *Targets
	up   []Weight // distance of vertices from the source at hand; Inf but on its branches
	dist []lane   // of the targets' vertices
	seen []int32  // of the targets' vertices: the batch that last put something there from above
	now  int32    // the batch at hand
	rows [lanes][]Weight
}

func newSweep(t *Targets) *sweep {
	s := &sweep{t: t, up: make([]Weight, t.m.h.Vertices()), dist: make([]lane, len(t.vertex)), seen: make([]int32, len(t.vertex))}
	for v := range s.up {
		s.up[v] = Inf
	}
	for k := range s.rows {
		s.rows[k] = make([]Weight, t.ends.Len())
	}
	return s
}

// nothing is known yet about a vertex.
var nothing = lane{Inf, Inf, Inf, Inf, Inf, Inf, Inf, Inf}

// run a batch of sources.
func (s *sweep) run(sources *Ends, from, to int, visit func(source int, row []Weight)) {
	s.now++
	for source := from; source < to; source++ {
		s.seed(sources, source, source-from)
	}
	s.down()
	s.gather()
	for source := from; source < to; source++ {
		visit(source, s.rows[source-from])
	}
}

// seed a lane: the ways up from a source, to all vertices on the branches of its vertices in the elimination tree.
func (s *sweep) seed(sources *Ends, source, k int) {
	h, g := s.t.m.h, &s.t.m.forward
	from, to := sources.First[source], sources.First[source+1]
	for e := from; e < to; e++ {
		start := sources.Vertex[e]
		s.up[start] = min(s.up[start], sources.Away[e])
		for x := start; x >= 0; x = h.parent(x) {
			d := s.up[x]
			if d == Inf {
				continue
			}
			for l := g.first[x]; l < g.first[x+1]; l++ {
				y := g.head[l]
				s.up[y] = min(s.up[y], d+g.weight[l])
			}
		}
	}
	for e := from; e < to; e++ {
		for x := sources.Vertex[e]; x >= 0; x = h.parent(x) {
			if at := s.t.local[x]; at >= 0 {
				if s.seen[at] != s.now {
					s.seen[at], s.dist[at] = s.now, nothing
				}
				s.dist[at][k] = min(s.dist[at][k], s.up[x])
			}
			s.up[x] = Inf
		}
	}
}

// down to the targets: each vertex takes over the best of what is above it, which is final.
func (s *sweep) down() {
	first, head, weight := s.t.first, s.t.head, s.t.weight
	for v := range s.dist {
		d := nothing
		if s.seen[v] == s.now {
			d = s.dist[v]
		}
		d0, d1, d2, d3, d4, d5, d6, d7 := d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7]
		weights := weight[first[v]:first[v+1]]
		heads := head[first[v]:][:len(weights)]
		for l, w := range weights {
			from := &s.dist[heads[l]]
			d0, d1, d2, d3 = min(d0, from[0]+w), min(d1, from[1]+w), min(d2, from[2]+w), min(d3, from[3]+w)
			d4, d5, d6, d7 = min(d4, from[4]+w), min(d5, from[5]+w), min(d6, from[6]+w), min(d7, from[7]+w)
		}
		s.dist[v] = lane{d0, d1, d2, d3, d4, d5, d6, d7}
	}
}

// gather the rows: of each target the best of its vertices.
func (s *sweep) gather() {
	ends := s.t.ends
	for i := range ends.Len() {
		best := nothing
		for e := ends.First[i]; e < ends.First[i+1]; e++ {
			d, away := &s.dist[s.t.at[e]], ends.Away[e]
			for k := range best {
				best[k] = min(best[k], d[k]+away)
			}
		}
		for k := range best {
			s.rows[k][i] = best[k]
		}
	}
}
