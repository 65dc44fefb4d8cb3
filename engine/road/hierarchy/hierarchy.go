package hierarchy

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// ErrTooDense says that a graph has no order that is good enough: it is not like roads at all.
var ErrTooDense = errors.New("hierarchy: the graph is too dense")

// Hierarchy is a graph completed for an order: whenever a vertex has arcs to two higher ones, there is an arc between these. Vertices
// are ranks. It is immutable and may be used by any number of goroutines at once.
type Hierarchy struct {
	// First and Head: the higher neighbours of x are Head[First[x]:First[x+1]], ascending; the first of them is its parent in the
	// elimination tree. An index of Head is a link: one arc up and one down.
	First, Head []int32
	// Link of each arc of the graph: twice the index, plus one if the arc leads down; -1 for a loop.
	Link []int32

	derived            sync.Once // what follows: when it is first needed, so that a network of many profiles is opened quickly
	tail               []int32   // of links
	downFirst, downOne []int32   // links from below, by their upper end, ascending
	arcFirst, arcs     []int32   // arcs of the graph, by link
}

// New completes a graph of n vertices, named by rank, with arcs from tail to head. It takes memory for the completed graph: a few links
// per vertex for roads. A graph that needs more than 64 per vertex and arc is ErrTooDense.
func New(n int, tail, head []int32) (*Hierarchy, error) {
	most := 64 * (n + len(tail))
	above := make([][]int32, n)
	for i, t := range tail {
		lo, hi := min(t, head[i]), max(t, head[i])
		if lo != hi {
			above[lo] = append(above[lo], hi)
		}
	}
	h := &Hierarchy{First: make([]int32, n+1), Link: make([]int32, len(tail))}
	for x := range above {
		slices.Sort(above[x])
		up := slices.Compact(above[x])
		if len(h.Head)+len(up) > most {
			return nil, fmt.Errorf("%w: %d vertices and %d arcs need more than %d links", ErrTooDense, n, len(tail), most)
		}
		h.Head = append(h.Head, up...)
		h.First[x+1] = int32(len(h.Head))
		if len(up) > 1 {
			above[up[0]] = append(above[up[0]], up[1:]...)
		}
		above[x] = nil
	}
	for i, t := range tail {
		lo, hi := min(t, head[i]), max(t, head[i])
		if lo == hi {
			h.Link[i] = -1
			continue
		}
		at, _ := slices.BinarySearch(h.Head[h.First[lo]:h.First[lo+1]], hi)
		h.Link[i] = 2 * (h.First[lo] + int32(at))
		if t > head[i] {
			h.Link[i]++
		}
	}
	return h, nil
}

// Restore a hierarchy from arrays that were kept elsewhere. They are checked against each other and against the arcs, in time linear in
// their length, so that nothing that is computed with them can go wrong. They are not copied.
func Restore(first, head, link, arcTail, arcHead []int32) (*Hierarchy, error) {
	h := &Hierarchy{First: first, Head: head, Link: link}
	if err := h.check(arcTail, arcHead); err != nil {
		return nil, err
	}
	return h, nil
}

func (h *Hierarchy) check(arcTail, arcHead []int32) error {
	n := len(h.First) - 1
	if n < 0 || h.First[0] != 0 || int(h.First[n]) != len(h.Head) || len(h.Link) != len(arcTail) || len(arcHead) != len(arcTail) {
		return errors.New("hierarchy: arrays of different length")
	}
	for x := range n {
		if h.First[x] > h.First[x+1] || int(h.First[x+1]) > len(h.Head) {
			return fmt.Errorf("hierarchy: links of vertex %d", x)
		}
	}
	for x := n - 1; x >= 0; x-- {
		up := h.up(int32(x))
		for i, y := range up {
			if int(y) >= n || i == 0 && int(y) <= x || i > 0 && y <= up[i-1] {
				return fmt.Errorf("hierarchy: links of vertex %d", x)
			}
		}
		if len(up) < 2 {
			continue
		}
		// What is above x and its parent is above the parent: so all pairs above x are linked, the parent's being so.
		parents := h.up(up[0])
		k := 0
		for _, y := range up[1:] {
			for k < len(parents) && parents[k] < y {
				k++
			}
			if k == len(parents) || parents[k] != y {
				return fmt.Errorf("hierarchy: vertices %d and %d are not linked", up[0], y)
			}
		}
	}
	return h.checkArcs(arcTail, arcHead)
}

func (h *Hierarchy) checkArcs(arcTail, arcHead []int32) error {
	n := h.Vertices()
	for i, link := range h.Link {
		t, u := arcTail[i], arcHead[i]
		if t < 0 || int(t) >= n || u < 0 || int(u) >= n {
			return fmt.Errorf("hierarchy: ends of arc %d", i)
		}
		lo, hi, down := t, u, int32(0)
		if t > u {
			lo, hi, down = u, t, 1
		}
		if lo == hi {
			if link != -1 {
				return fmt.Errorf("hierarchy: link of arc %d", i)
			}
			continue
		}
		if at := link / 2; link < 0 || link%2 != down || at < h.First[lo] || at >= h.First[lo+1] || h.Head[at] != hi {
			return fmt.Errorf("hierarchy: link of arc %d", i)
		}
	}
	return nil
}

// derive what is not kept.
func (h *Hierarchy) derive() {
	n := h.Vertices()
	h.tail = make([]int32, len(h.Head))
	h.downFirst = make([]int32, n+1)
	for x := range n {
		for l := h.First[x]; l < h.First[x+1]; l++ {
			h.tail[l] = int32(x)
			h.downFirst[h.Head[l]+1]++
		}
	}
	for x := range n {
		h.downFirst[x+1] += h.downFirst[x]
	}
	h.downOne = make([]int32, len(h.Head))
	at := slices.Clone(h.downFirst[:n])
	for l, y := range h.Head {
		h.downOne[at[y]] = int32(l)
		at[y]++
	}
	h.deriveArcs()
}

// deriveArcs lists the arcs of each link.
func (h *Hierarchy) deriveArcs() {
	h.arcFirst = make([]int32, len(h.Head)+1)
	total := 0
	for _, link := range h.Link {
		if link >= 0 {
			h.arcFirst[link/2+1]++
			total++
		}
	}
	for l := range h.Head {
		h.arcFirst[l+1] += h.arcFirst[l]
	}
	h.arcs = make([]int32, total)
	at := slices.Clone(h.arcFirst[:len(h.Head)])
	for a, link := range h.Link {
		if link >= 0 {
			h.arcs[at[link/2]] = int32(a)
			at[link/2]++
		}
	}
}

// Vertices of the graph.
func (h *Hierarchy) Vertices() int { return len(h.First) - 1 }

// Links of the completed graph.
func (h *Hierarchy) Links() int { return len(h.Head) }

// Depth of the elimination tree: the most vertices that a search from one vertex looks at.
func (h *Hierarchy) Depth() int {
	depth, most := make([]int32, h.Vertices()), int32(0)
	for x := len(depth) - 1; x >= 0; x-- {
		depth[x] = 1
		if p := h.parent(int32(x)); p >= 0 {
			depth[x] += depth[p]
		}
		most = max(most, depth[x])
	}
	return int(most)
}

func (h *Hierarchy) up(x int32) []int32 { return h.Head[h.First[x]:h.First[x+1]] }

// parent of a vertex in the elimination tree, or -1.
func (h *Hierarchy) parent(x int32) int32 {
	if at := h.First[x]; at < h.First[x+1] {
		return h.Head[at]
	}
	return -1
}
