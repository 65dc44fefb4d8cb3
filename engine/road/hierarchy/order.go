package hierarchy

import (
	"context"
	"math/bits"
	"slices"
)

// Graph is what an order is computed from: arcs between vertices from 0 to N-1, in any order, with loops and parallels; which way they
// lead plays no part. X and Y are places of the vertices, in any unit that is about the same in both directions.
type Graph struct {
	N          int
	Tail, Head []int32
	X, Y       []int32
}

// Order returns the rank of each vertex in an order of contraction by nested dissection. What separates a part of the graph gets the
// highest ranks of that part. Vertices with at most two neighbours go first. It takes about N·s·log N, where s is the number of vertices
// that separate the graph in two, and gives up with the context's error.
func Order(ctx context.Context, g Graph) ([]int32, error) {
	d := newDissection(g)
	sequence := d.peel()
	core := make([]int32, 0, g.N-len(sequence))
	for v := range int32(g.N) {
		if !d.gone[v] {
			core = append(core, v)
		}
	}
	if err := d.order(ctx, core); err != nil {
		return nil, err
	}
	sequence = append(sequence, core...)
	rank := make([]int32, g.N)
	for r, v := range sequence {
		rank[v] = int32(r)
	}
	return postorder(g, rank), nil
}

// dissection is a graph that is taken apart.
type dissection struct {
	adjacent [][]int32 // ascending, without loops
	x, y     []int32
	gone     []bool
	local    []int32 // number of a vertex in the part at hand, -1 outside
	flow     flow
}

func newDissection(g Graph) *dissection {
	first := make([]int32, g.N+1)
	for i, t := range g.Tail {
		first[t]++
		first[g.Head[i]]++
	}
	total := int32(0)
	for v, n := range first {
		first[v] = total
		total += n
	}
	list := make([]int32, total)
	at := slices.Clone(first[:g.N])
	for i, t := range g.Tail {
		h := g.Head[i]
		list[at[t]], list[at[h]] = h, t
		at[t]++
		at[h]++
	}
	d := &dissection{adjacent: make([][]int32, g.N), x: g.X, y: g.Y, gone: make([]bool, g.N), local: make([]int32, g.N)}
	for v := range d.adjacent {
		around := list[first[v]:first[v+1]:first[v+1]]
		slices.Sort(around)
		around = slices.Compact(around)
		if i, found := slices.BinarySearch(around, int32(v)); found {
			around = slices.Delete(around, i, i+1)
		}
		d.adjacent[v], d.local[v] = around, -1
	}
	return d
}

// peel contracts vertices with at most two neighbours, as long as there are any: each costs one arc at most. Neighbours are never
// contracted in the same round, so that a long road becomes a flat tree and not a long branch.
func (d *dissection) peel() []int32 {
	var sequence []int32
	touched := make([]int32, len(d.adjacent))
	candidates := make([]int32, len(d.adjacent))
	for v := range candidates {
		candidates[v] = int32(v)
	}
	for round := int32(1); len(candidates) > 0; round++ {
		var next []int32
		for _, v := range candidates {
			around := d.adjacent[v]
			if d.gone[v] || len(around) > 2 {
				continue
			}
			if touched[v] == round {
				next = append(next, v)
				continue
			}
			d.gone[v] = true
			sequence = append(sequence, v)
			for _, u := range around {
				d.unlink(u, v)
				touched[u] = round
				next = append(next, u)
			}
			if len(around) == 2 {
				d.link(around[0], around[1])
				d.link(around[1], around[0])
			}
		}
		slices.Sort(next)
		candidates = slices.Compact(next)
	}
	return sequence
}

func (d *dissection) link(u, v int32) {
	if i, found := slices.BinarySearch(d.adjacent[u], v); !found {
		d.adjacent[u] = slices.Insert(d.adjacent[u], i, v)
	}
}

func (d *dissection) unlink(u, v int32) {
	if i, found := slices.BinarySearch(d.adjacent[u], v); found {
		d.adjacent[u] = slices.Delete(d.adjacent[u], i, i+1)
	}
}

// leaf is the size of parts that are ordered by least degree.
const leaf = 48

// order the vertices of a part in place.
func (d *dissection) order(ctx context.Context, part []int32) error {
	for len(part) > leaf {
		if err := ctx.Err(); err != nil {
			return err
		}
		if n := d.component(part); n < len(part) {
			if err := d.order(ctx, part[:n]); err != nil {
				return err
			}
			part = part[n:]
			continue
		}
		a, b := d.separate(part)
		if err := d.order(ctx, part[:a]); err != nil {
			return err
		}
		part = part[a : a+b]
	}
	d.leastDegree(part)
	return nil
}

// component moves the vertices that hang together with the first one to the front, and returns how many they are.
func (d *dissection) component(part []int32) int {
	for i, v := range part {
		d.local[v] = int32(i)
	}
	n := 1
	d.local[part[0]] = -1
	for i := 0; i < n; i++ {
		for _, u := range d.adjacent[part[i]] {
			at := d.local[u]
			if at < 0 {
				continue
			}
			w := part[n]
			part[at], part[n] = w, u
			if w != u {
				d.local[w] = at
			}
			d.local[u] = -1
			n++
		}
	}
	for _, v := range part[n:] {
		d.local[v] = -1
	}
	slices.Sort(part[:n])
	slices.Sort(part[n:])
	return n
}

// leastDegree orders at most 64 vertices by contracting the one with the fewest neighbours, again and again.
func (d *dissection) leastDegree(part []int32) {
	var around [64]uint64
	for i, v := range part {
		d.local[v] = int32(i)
	}
	for i, v := range part {
		for _, u := range d.adjacent[v] {
			if at := d.local[u]; at >= 0 {
				around[i] |= 1 << at
			}
		}
	}
	for _, v := range part {
		d.local[v] = -1
	}
	vertices := slices.Clone(part)
	left := ^uint64(0) >> (64 - len(part))
	if len(part) == 0 {
		return
	}
	for k := range part {
		best, fewest := 0, 65
		for rest := left; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest)
			if n := bits.OnesCount64(around[i]); n < fewest {
				best, fewest = i, n
			}
		}
		part[k] = vertices[best]
		left &^= 1 << best
		clique := around[best]
		for rest := clique; rest != 0; rest &= rest - 1 {
			i := bits.TrailingZeros64(rest)
			around[i] = (around[i] | clique) &^ (1<<best | 1<<i)
		}
	}
}

// postorder renames ranks so that everything below a vertex in the elimination tree stands right before it: the same contraction, but
// what is walked together lies together.
func postorder(g Graph, rank []int32) []int32 {
	parent := eliminationTree(g, rank)
	first, children := lists(parent)
	out := make([]int32, g.N)
	next := int32(0)
	type frame struct{ vertex, child int32 }
	var stack []frame
	for root := range int32(g.N) {
		if parent[root] >= 0 {
			continue
		}
		stack = append(stack[:0], frame{root, first[root]})
		for len(stack) > 0 {
			top := &stack[len(stack)-1]
			if top.child < first[top.vertex+1] {
				c := children[top.child]
				top.child++
				stack = append(stack, frame{c, first[c]})
				continue
			}
			out[top.vertex] = next
			next++
			stack = stack[:len(stack)-1]
		}
	}
	for v, r := range rank {
		rank[v] = out[r]
	}
	return rank
}

// eliminationTree returns the parent of each rank: the least of its higher neighbours after contraction, or -1 (Liu 1990,
// doi:10.1137/0611010).
func eliminationTree(g Graph, rank []int32) []int32 {
	first := make([]int32, g.N+1)
	for i, t := range g.Tail {
		first[max(rank[t], rank[g.Head[i]])]++
	}
	total := int32(0)
	for v, n := range first {
		first[v] = total
		total += n
	}
	lower := make([]int32, total)
	at := slices.Clone(first[:g.N])
	for i, t := range g.Tail {
		lo, hi := rank[t], rank[g.Head[i]]
		lo, hi = min(lo, hi), max(lo, hi)
		lower[at[hi]] = lo
		at[hi]++
	}
	parent, ancestor := make([]int32, g.N), make([]int32, g.N)
	for v := range int32(g.N) {
		parent[v], ancestor[v] = -1, -1
		for _, u := range lower[first[v]:first[v+1]] {
			for u != v {
				next := ancestor[u]
				ancestor[u] = v
				if next < 0 {
					parent[u] = v
					break
				}
				u = next
			}
		}
	}
	return parent
}

// lists inverts parents: the children of v are list[first[v]:first[v+1]], ascending.
func lists(parent []int32) (first, list []int32) {
	first = make([]int32, len(parent)+1)
	total := int32(0)
	for _, p := range parent {
		if p >= 0 {
			first[p]++
		}
	}
	for v, n := range first {
		first[v] = total
		total += n
	}
	list = make([]int32, total)
	at := slices.Clone(first[:len(parent)])
	for v, p := range parent {
		if p >= 0 {
			list[at[p]] = int32(v)
			at[p]++
		}
	}
	return first, list
}
