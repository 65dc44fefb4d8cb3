package hierarchy

import (
	"context"
	"encoding/binary"
	"errors"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"callout/engine/road/roadtest"
)

// city is a grid with some streets missing, some one-way, some chains of vertices and some loops and parallels.
func city(rng *rand.Rand, side int) Graph {
	var g Graph
	vertex := func(x, y int) int32 {
		g.X, g.Y = append(g.X, int32(x)), append(g.Y, int32(y))
		g.N++
		return int32(g.N - 1)
	}
	arc := func(a, b int32) { g.Tail, g.Head = append(g.Tail, a), append(g.Head, b) }
	street := func(a, b int32) {
		switch rng.IntN(10) {
		case 0: // missing
		case 1:
			arc(a, b)
		case 2:
			arc(b, a)
		case 3: // a chain
			for range 1 + rng.IntN(5) {
				c := vertex(int(g.X[a]), int(g.Y[a])+1)
				arc(a, c)
				arc(c, a)
				a = c
			}
			arc(a, b)
			arc(b, a)
		case 4:
			arc(a, a)
			arc(a, b)
			fallthrough
		default:
			arc(a, b)
			arc(b, a)
		}
	}
	for y := range side {
		for x := range side {
			vertex(100*x+rng.IntN(50), 100*y+rng.IntN(50))
		}
	}
	for y := range side {
		for x := range side {
			v := int32(y*side + x)
			if x+1 < side {
				street(v, v+1)
			}
			if y+1 < side {
				street(v, v+int32(side))
			}
		}
	}
	return g
}

// anything is a graph without any structure, often in pieces.
func anything(rng *rand.Rand, n, arcs int) Graph {
	g := Graph{N: n}
	for range n {
		g.X, g.Y = append(g.X, rng.Int32N(1000)), append(g.Y, rng.Int32N(1000))
	}
	for range arcs {
		g.Tail, g.Head = append(g.Tail, rng.Int32N(int32(n))), append(g.Head, rng.Int32N(int32(n)))
	}
	return g
}

// ranked orders a graph and names its vertices by rank.
func ranked(tb testing.TB, g Graph) (Graph, *Hierarchy) {
	tb.Helper()
	rank, err := Order(tb.Context(), g)
	if err != nil {
		tb.Fatal(err)
	}
	sorted := slices.Sorted(slices.Values(rank))
	for i, r := range sorted {
		if int(r) != i {
			tb.Fatalf("ranks are not a permutation: %v", rank)
		}
	}
	out := Graph{N: g.N, Tail: slices.Clone(g.Tail), Head: slices.Clone(g.Head), X: make([]int32, g.N), Y: make([]int32, g.N)}
	for i := range out.Tail {
		out.Tail[i], out.Head[i] = rank[out.Tail[i]], rank[out.Head[i]]
	}
	for v, r := range rank {
		out.X[r], out.Y[r] = g.X[v], g.Y[v]
	}
	h, err := New(out.N, out.Tail, out.Head)
	if err != nil {
		tb.Fatal(err)
	}
	return out, h
}

// weights of a few values, so that there are many ties in duration.
func weights(rng *rand.Rand, n int) []Weight {
	w := make([]Weight, n)
	for i := range w {
		w[i] = Of(rng.Int32N(6), rng.Int32N(20))
		if rng.IntN(20) == 0 {
			w[i] = Inf
		}
	}
	return w
}

// dijkstra is the oracle.
func dijkstra(g Graph, w []Weight, ends *Ends, place int) []Weight {
	out := make([][]int32, g.N)
	for a, t := range g.Tail {
		out[t] = append(out[t], int32(a))
	}
	dist := make([]Weight, g.N)
	for v := range dist {
		dist[v] = Inf
	}
	var q roadtest.Queue[int32]
	for e := ends.First[place]; e < ends.First[place+1]; e++ {
		q.Push(int64(ends.Away[e]), ends.Vertex[e])
	}
	for q.Len() > 0 {
		key, v := q.Pop()
		if Weight(key) >= dist[v] {
			continue
		}
		dist[v] = Weight(key)
		for _, a := range out[v] {
			if d := dist[v] + w[a]; w[a] < Inf && d < dist[g.Head[a]] {
				q.Push(int64(d), g.Head[a])
			}
		}
	}
	return dist
}

// places of no, one or two vertices.
func places(rng *rand.Rand, n, count int) *Ends {
	e := &Ends{}
	for i := range count {
		for range min(i, 1+rng.IntN(2)) {
			e.Add(rng.Int32N(int32(n)), Of(rng.Int32N(3), rng.Int32N(9)))
		}
		e.Close()
	}
	return e
}

// judge compares a metric with the oracle, all rows and all paths.
func judge(t *testing.T, g Graph, m *Metric, w []Weight, sources, targets *Ends) {
	t.Helper()
	var mu sync.Mutex
	rows := make([][]Weight, sources.Len())
	err := m.Select(targets).Rows(t.Context(), sources, 2, func(s int, row []Weight) {
		mu.Lock()
		defer mu.Unlock()
		if rows[s] != nil {
			t.Errorf("row %d came twice", s)
		}
		rows[s] = slices.Clone(row)
	})
	if err != nil {
		t.Fatal(err)
	}
	for s := range sources.Len() {
		dist := dijkstra(g, w, sources, s)
		for k := range targets.Len() {
			want := Inf
			for e := targets.First[k]; e < targets.First[k+1]; e++ {
				want = min(want, dist[targets.Vertex[e]]+targets.Away[e])
			}
			if rows[s][k] != want {
				t.Fatalf("from %d to %d: %d, want %d", s, k, rows[s][k], want)
			}
			p := m.Path(sources, s, targets, k)
			if p.Weight != want {
				t.Fatalf("path from %d to %d: %d, want %d", s, k, p.Weight, want)
			}
			if want == Inf {
				continue
			}
			sum, at := sources.Away[p.From]+targets.Away[p.To], sources.Vertex[p.From]
			for _, a := range p.Arcs {
				if g.Tail[a] != at {
					t.Fatalf("path from %d to %d is torn", s, k)
				}
				sum, at = sum+w[a], g.Head[a]
			}
			if sum != want || at != targets.Vertex[p.To] {
				t.Fatalf("path from %d to %d has weight %d and ends at %d, want %d and %d", s, k, sum, at, want, targets.Vertex[p.To])
			}
		}
	}
}

func TestAgainstDijkstra(t *testing.T) {
	for seed := range uint64(60) {
		rng := rand.New(rand.NewPCG(seed, 1))
		g := city(rng, 2+rng.IntN(16))
		if seed%3 == 0 {
			n := 1 + rng.IntN(200)
			g = anything(rng, n, rng.IntN(3*n))
		}
		g, h := ranked(t, g)
		for range 2 { // the same hierarchy, other weights
			w := weights(rng, len(g.Tail))
			judge(t, g, h.Customise(w), w, places(rng, g.N, 12), places(rng, g.N, 15))
		}
	}
}

func FuzzAgainstDijkstra(f *testing.F) {
	f.Add([]byte{9, 0, 1, 3, 1, 2, 4, 2, 0, 5, 3, 4, 0})
	f.Add([]byte{200, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) == 0 {
			return
		}
		n := 1 + int32(data[0])
		g, w := Graph{N: int(n)}, []Weight(nil)
		rng := rand.New(rand.NewPCG(uint64(n), uint64(len(data))))
		for range n {
			g.X, g.Y = append(g.X, rng.Int32N(100)), append(g.Y, rng.Int32N(100))
		}
		for rest := data[1:]; len(rest) >= 3; rest = rest[3:] {
			g.Tail, g.Head = append(g.Tail, int32(rest[0])%n), append(g.Head, int32(rest[1])%n)
			w = append(w, Of(int32(rest[2]&7), int32(rest[2]>>3)))
		}
		g, h := ranked(t, g)
		judge(t, g, h.Customise(w), w, places(rng, g.N, 6), places(rng, g.N, 6))
	})
}

// A grid of n times n is separated by about n vertices, so that the depth of the tree is a small multiple of n.
func TestOrderIsGood(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	const side = 60
	g := Graph{N: side * side}
	for y := range int32(side) {
		for x := range int32(side) {
			g.X, g.Y = append(g.X, 100*x+rng.Int32N(60)), append(g.Y, 100*y+rng.Int32N(60))
			v := y*side + x
			if x+1 < side {
				g.Tail, g.Head = append(g.Tail, v), append(g.Head, v+1)
			}
			if y+1 < side {
				g.Tail, g.Head = append(g.Tail, v), append(g.Head, v+side)
			}
		}
	}
	_, h := ranked(t, g)
	if d := h.Depth(); d > 6*side {
		t.Errorf("depth %d for a grid of %d × %d", d, side, side)
	}
	if l := h.Links(); l > 40*g.N {
		t.Errorf("%d links for %d vertices", l, g.N)
	}
}

// A long road becomes a flat tree.
func TestChain(t *testing.T) {
	const n = 5000
	g := Graph{N: n, X: make([]int32, n), Y: make([]int32, n)}
	for v := range int32(n - 1) {
		g.Tail, g.Head = append(g.Tail, v), append(g.Head, v+1)
	}
	if _, h := ranked(t, g); h.Depth() > 40 {
		t.Errorf("depth %d for a chain of %d", h.Depth(), n)
	}
}

func TestSeparate(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 2))
		d := newDissection(city(rng, 8+rng.IntN(10)))
		part := make([]int32, len(d.adjacent))
		for v := range part {
			part[v] = int32(v)
		}
		part = part[:d.component(part)]
		if len(part) <= leaf {
			continue
		}
		a, b := d.separate(part)
		behind := make(map[int32]bool)
		for _, v := range part[a : a+b] {
			behind[v] = true
		}
		for _, v := range part[:a] {
			for _, u := range d.adjacent[v] {
				if behind[u] {
					t.Fatalf("vertices %d and %d are not separated", v, u)
				}
			}
		}
		if a == 0 || b == 0 || a+b == len(part) {
			t.Errorf("%d vertices were cut into %d and %d", len(part), a, b)
		}
		if seen := slices.Compact(slices.Sorted(slices.Values(part))); len(seen) != len(part) {
			t.Fatal("vertices were lost")
		}
	}
}

func TestTooDense(t *testing.T) {
	const n = 400
	g := anything(rand.New(rand.NewPCG(1, 1)), n, 0)
	for v := range int32(n) {
		for u := range v {
			if (u+v)%3 == 0 {
				g.Tail, g.Head = append(g.Tail, u), append(g.Head, v)
			}
		}
	}
	if _, err := New(g.N, g.Tail, g.Head); err != nil {
		t.Errorf("a dense graph: %v", err) // its own arcs allow for what it takes
	}
	// A star whose centre comes first makes all others neighbours.
	var tail, head []int32
	for v := int32(1); v < 4000; v++ {
		tail, head = append(tail, 0), append(head, v)
	}
	if _, err := New(4000, tail, head); !errors.Is(err, ErrTooDense) {
		t.Errorf("error %v, want ErrTooDense", err)
	}
}

func TestOrderGivesUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Order(ctx, city(rand.New(rand.NewPCG(1, 1)), 20)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	g, h := ranked(t, city(rand.New(rand.NewPCG(1, 1)), 5))
	m := h.Customise(make([]Weight, len(g.Tail)))
	all := places(rand.New(rand.NewPCG(1, 1)), g.N, 9)
	if err := m.Select(all).Rows(ctx, all, 2, func(int, []Weight) {}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
}

// Whatever is changed in the arrays, either they are refused or all goes well.
func TestRestore(t *testing.T) {
	g, h := ranked(t, city(rand.New(rand.NewPCG(3, 1)), 6))
	if _, err := Restore(h.First, h.Head, h.Link, g.Tail, g.Head); err != nil {
		t.Fatal(err)
	}
	refused := 0
	rng := rand.New(rand.NewPCG(4, 1))
	for range 2000 {
		first, head, link := slices.Clone(h.First), slices.Clone(h.Head), slices.Clone(h.Link)
		list := [][]int32{first, head, link}[rng.IntN(3)]
		list[rng.IntN(len(list))] += 1 - 2*rng.Int32N(2) + 7*rng.Int32N(2)
		r, err := Restore(first, head, link, g.Tail, g.Head)
		if err != nil {
			refused++
			continue
		}
		w := weights(rng, len(g.Tail))
		judge(t, g, r.Customise(w), w, places(rng, g.N, 3), places(rng, g.N, 3))
	}
	if refused < 1900 {
		t.Errorf("%d of 2000 were refused", refused)
	}
	if _, err := Restore(nil, nil, nil, nil, nil); err == nil {
		t.Error("nothing was restored")
	}
}

func FuzzRestore(f *testing.F) {
	g, h := ranked(f, city(rand.New(rand.NewPCG(3, 1)), 3))
	f.Add([]byte{0, 0, 0, 0, 0, 0})
	f.Fuzz(func(t *testing.T, data []byte) {
		first, head, link := slices.Clone(h.First), slices.Clone(h.Head), slices.Clone(h.Link)
		for ; len(data) >= 4; data = data[4:] {
			list := [][]int32{first, head, link}[data[0]%3]
			list[int(data[1])%len(list)] = int32(int16(binary.LittleEndian.Uint16(data[2:])))
		}
		r, err := Restore(first, head, link, g.Tail, g.Head)
		if err != nil {
			return
		}
		rng := rand.New(rand.NewPCG(1, 1))
		w := weights(rng, len(g.Tail))
		judge(t, g, r.Customise(w), w, places(rng, g.N, 3), places(rng, g.N, 3))
	})
}
