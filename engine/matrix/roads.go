package matrix

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"callout/engine/road"
	"callout/solver/model"
	"callout/solver/parallel"
)

// Nowhere is a place without a road: there is no way to it and none from it.
var Nowhere = road.Place{Segment: -1}

// spot is what a place's travel depends on.
type spot struct{ segment, at int32 }

func spotOf(p road.Place) spot { return spot{p.Segment, p.At} }

// Road returns the travel between places by weights of their network, in whole seconds and metres, both rounded up so that a way over a
// third place is never shorter. What the cache has of other places by the same weights is taken over: then only the rows of new
// sources and the columns of new targets are computed. The matrix is shared and must not be changed. It returns why ctx ended, if it
// does first.
func (s *Space) Road(ctx context.Context, w *road.Weights, places []road.Place) (*model.Matrix, error) {
	if s == nil || s.cache == nil {
		return ride(ctx, w, places, nil)
	}
	n := s.roadName(w, places)
	return s.cache.get(ctx, n, func(ctx context.Context) (*model.Matrix, error) {
		c := s.cache
		near := c.bases.nearest(c, s.tenant, w.Digest(), places)
		if near != nil {
			c.grown.Add(1)
		}
		m, err := ride(ctx, w, places, near)
		if err == nil && sizeOf(m) <= c.largest {
			c.bases.add(s.tenant, w.Digest(), n, places)
		}
		return m, err
	})
}

// overlap is a matrix that has some of the places wanted.
type overlap struct {
	matrix *model.Matrix
	at     []int32 // row and column there of each place wanted, -1 if it has none
}

// ride fills a matrix from another one, as far as that goes, and computes the rest. It writes row by row: columns that are computed
// wait in a table of their own, as writing a column into a big matrix is slow.
func ride(ctx context.Context, w *road.Weights, places []road.Place, known *overlap) (*model.Matrix, error) {
	n := len(places)
	r := trip{m: &model.Matrix{N: n, Durations: make([]int32, n*n), Distances: make([]int32, n*n)}, known: known}
	for i, p := range places {
		switch {
		case p.Segment < 0:
			r.gone = append(r.gone, i)
			continue
		case known != nil && known.at[i] >= 0:
			r.old.add(i, p)
		default:
			r.fresh.add(i, p)
		}
		r.all.add(i, p)
	}
	err := w.Rows(ctx, r.fresh.places, r.all.places, 0, r.row)
	if err == nil && len(r.old.index) > 0 {
		r.columns = make([][2][]int32, len(r.fresh.index))
		err = w.Columns(ctx, r.old.places, r.fresh.places, 0, func(k int, seconds, metres []int32) {
			r.columns[k] = [2][]int32{slices.Clone(seconds), slices.Clone(metres)}
		})
	}
	if err != nil {
		return nil, fmt.Errorf("matrix: %w", context.Cause(ctx))
	}
	const block = 64 // rows
	var taking parallel.Group
	for from := 0; from < len(r.old.index); from += block {
		taking.Go(func() { r.take(from, min(from+block, len(r.old.index))) })
	}
	taking.Wait()
	for _, i := range r.gone {
		r.close(i)
	}
	return r.m, nil
}

// Lines are the ways between one place and others, in their order.
type Lines struct{ DurationsTo, DistancesTo, DurationsFrom, DistancesFrom []int32 }

// Between is the travel between a place and others by weights of their network, as Road has it. It takes some milliseconds, and returns why ctx ended, if
// it does first.
func Between(ctx context.Context, w *road.Weights, place road.Place, others []road.Place) (*Lines, error) {
	n := len(others)
	l := &Lines{make([]int32, n), make([]int32, n), make([]int32, n), make([]int32, n)}
	var there part
	for i, p := range others {
		l.DurationsTo[i], l.DurationsFrom[i] = model.Unreachable, model.Unreachable
		if p.Segment >= 0 {
			there.add(i, p)
		}
	}
	if place.Segment < 0 {
		return l, nil
	}
	here := []road.Place{place}
	put := func(durations, distances []int32) func(int, []int32, []int32) {
		return func(_ int, ms, dm []int32) {
			for k, i := range there.index {
				durations[i], distances[i] = whole(ms[k], dm[k])
			}
		}
	}
	err := w.Rows(ctx, here, there.places, 1, put(l.DurationsTo, l.DistancesTo))
	if err == nil {
		err = w.Columns(ctx, there.places, here, 1, put(l.DurationsFrom, l.DistancesFrom))
	}
	if err != nil {
		return nil, fmt.Errorf("matrix: %w", context.Cause(ctx))
	}
	return l, nil
}

// trip is a matrix under way.
type trip struct {
	m               *model.Matrix
	known           *overlap
	all, old, fresh part
	gone            []int // places that are nowhere
	columns         [][2][]int32
}

// line is row i of the matrix.
func (r *trip) line(i int) (durations, distances []int32) {
	n := r.m.N
	return r.m.Durations[i*n : (i+1)*n], r.m.Distances[i*n : (i+1)*n]
}

// row takes row k of those that are computed.
func (r *trip) row(k int, ms, dm []int32) {
	durations, distances := r.line(r.fresh.index[k])
	for l, j := range r.all.index {
		durations[j], distances[j] = whole(ms[l], dm[l])
	}
	for _, j := range r.gone {
		durations[j] = model.Unreachable
	}
}

// take over some rows of places that another matrix has, with the columns that are computed.
func (r *trip) take(from, to int) {
	for k := from; k < to; k++ {
		i := r.old.index[k]
		durations, distances := r.line(i)
		at := int(r.known.at[i]) * r.known.matrix.N
		d, l := r.known.matrix.Durations[at:at+r.known.matrix.N], r.known.matrix.Distances[at:at+r.known.matrix.N]
		for _, j := range r.old.index {
			c := r.known.at[j]
			durations[j], distances[j] = d[c], l[c]
		}
		for f, j := range r.fresh.index {
			durations[j], distances[j] = whole(r.columns[f][0][k], r.columns[f][1][k])
		}
		for _, j := range r.gone {
			durations[j] = model.Unreachable
		}
	}
}

// close all ways from a place but that to itself.
func (r *trip) close(i int) {
	durations, _ := r.line(i)
	for j := range durations {
		if i != j {
			durations[j] = model.Unreachable
		}
	}
}

// part of the places, with their rows.
type part struct {
	index  []int
	places []road.Place
}

func (p *part) add(i int, at road.Place) {
	p.index = append(p.index, i)
	p.places = append(p.places, at)
}

// whole seconds and metres, rounded up.
func whole(ms, dm int32) (seconds, metres int32) {
	if ms == road.Never {
		return model.Unreachable, 0
	}
	return int32((int64(ms) + 999) / 1000), int32((int64(dm) + 9) / 10)
}

// bases remember which places the matrices have that were computed last, by the names under which the cache may still have them.
type bases struct {
	mu     sync.Mutex
	recent []*base // the newest last
}

type base struct {
	tenant  string
	weights [32]byte
	name    name
	at      map[spot]int32
}

// maxBases bounds what is remembered: some 30 bytes per place of a matrix that is worth keeping, which is little beside the matrix.
const maxBases = 32

func (b *bases) add(tenant string, weights [32]byte, n name, places []road.Place) {
	x := &base{tenant: tenant, weights: weights, name: n, at: make(map[spot]int32, len(places))}
	for i, p := range places {
		if p.Segment >= 0 {
			x.at[spotOf(p)] = int32(i)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, old := range b.recent {
		if old.name == n {
			b.recent = append(b.recent[:i], b.recent[i+1:]...)
			break
		}
	}
	if len(b.recent) == maxBases {
		b.recent = append(b.recent[:0], b.recent[1:]...)
	}
	b.recent = append(b.recent, x)
}

// nearest returns the matrix of the same tenant and weights that the cache still has and that has most of the places, if that is
// more than half of them: else computing all is as quick.
func (b *bases) nearest(c *Cache, tenant string, weights [32]byte, places []road.Place) *overlap {
	b.mu.Lock()
	candidates := make([]*base, 0, len(b.recent))
	for _, x := range b.recent {
		if x.tenant == tenant && x.weights == weights {
			candidates = append(candidates, x)
		}
	}
	b.mu.Unlock()
	var best *overlap
	most := len(places) / 2
	for _, x := range slices.Backward(candidates) { // the newest first
		at, count := make([]int32, len(places)), 0
		for i, p := range places {
			row, ok := x.at[spotOf(p)]
			if !ok {
				row = -1
			} else {
				count++
			}
			at[i] = row
		}
		if count <= most {
			continue
		}
		if m := c.find(x.name); m != nil {
			best, most = &overlap{m, at}, count
		}
		if 20*count >= 19*len(places) { // good enough
			break
		}
	}
	return best
}

// Stream hands the travel between places out in parts, in the order of rows: as Road has it, or, where that would be too much to be
// kept, a few rows at a time, so that memory stays bounded however many places there are. What is handed out must not be changed, and
// is valid until visit returns. It returns the error of visit, or why ctx ended.
func (s *Space) Stream(ctx context.Context, w *road.Weights, places []road.Place, visit func(durations, distances []int32) error) error {
	return s.stream(ctx, w, places, wholeCells, visit)
}

// wholeCells is the most entries of a matrix that is not streamed piece by piece.
const wholeCells = 16 << 20

// stream is Stream, for matrices of more than so many entries piece by piece.
func (s *Space) stream(
	ctx context.Context, w *road.Weights, places []road.Place, most int, visit func(durations, distances []int32) error,
) error {
	const rows = 128
	n := len(places)
	if n*n <= most {
		m, err := s.Road(ctx, w, places)
		if err != nil {
			return err
		}
		for i := 0; i < n; i += rows {
			to := min(i+rows, n) * n
			if err := visit(m.Durations[i*n:to], m.Distances[i*n:to]); err != nil {
				return err
			}
		}
		return nil
	}
	var all part
	for i, p := range places {
		if p.Segment >= 0 {
			all.add(i, p)
		}
	}
	durations, distances := make([]int32, rows*n), make([]int32, rows*n)
	for i := 0; i < n; i += rows {
		var block part
		count := min(rows, n-i)
		for k := range count * n {
			durations[k], distances[k] = model.Unreachable, 0
		}
		for k := range count {
			durations[k*n+i+k] = 0
			if p := places[i+k]; p.Segment >= 0 {
				block.add(k, p)
			}
		}
		err := w.Rows(ctx, block.places, all.places, 0, func(b int, ms, dm []int32) {
			row := block.index[b] * n
			for l, j := range all.index {
				durations[row+j], distances[row+j] = whole(ms[l], dm[l])
			}
		})
		if err != nil {
			return fmt.Errorf("matrix: %w", context.Cause(ctx))
		}
		if err := visit(durations[:count*n], distances[:count*n]); err != nil {
			return err
		}
	}
	return nil
}
