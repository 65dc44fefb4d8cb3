package hierarchy

import "slices"

// Metric is a hierarchy with weights. It is immutable and may be used by any number of goroutines at once.
type Metric struct {
	h    *Hierarchy
	arcs []Weight // of the graph's arcs, as given
	link []pair   // after basic customisation: the least over all ways that stay below the link's ends
	// The links that a shortest path may need.
	forward, backward search
}

// pair of weights of a link.
type pair struct{ up, down Weight }

// search is a graph that leads up: those of x are first[x]:first[x+1].
type search struct {
	first, head []int32
	weight      []Weight
}

// Customise gives each arc of the graph a weight, not negative; Inf closes it. Weights of arcs are not copied. It takes time
// proportional to the triangles of the completed graph.
func (h *Hierarchy) Customise(arcs []Weight) *Metric {
	h.derived.Do(h.derive)
	m := &Metric{h: h, arcs: arcs, link: make([]pair, len(h.Head))}
	for l := range m.link {
		m.link[l] = pair{Inf, Inf}
	}
	for i, link := range h.Link {
		switch {
		case link < 0:
		case link%2 == 0:
			m.link[link/2].up = min(m.link[link/2].up, arcs[i])
		default:
			m.link[link/2].down = min(m.link[link/2].down, arcs[i])
		}
	}
	m.basic()
	m.prune(m.perfect())
	return m
}

// Reversed is the metric with all arcs turned round, for Select and what follows from it: then it is the rows that are ways to a
// place. It shares what it is made of, and takes no time.
func (m *Metric) Reversed() *Metric {
	return &Metric{h: m.h, forward: m.backward, backward: m.forward}
}

// basic customisation: each link becomes the shortest way between its ends over lower vertices. For each triangle x < y < z the link
// between y and z is relaxed, y ascending, so that links from x are final when they are used.
func (m *Metric) basic() {
	h, link := m.h, m.link
	linkTo := make([]int32, h.Vertices()) // of y, for the z at hand
	for y := range int32(h.Vertices()) {
		for l := h.First[y]; l < h.First[y+1]; l++ {
			linkTo[h.Head[l]] = l
		}
		for _, xy := range h.downOne[h.downFirst[y]:h.downFirst[y+1]] {
			low := link[xy]
			end := h.First[h.tail[xy]+1]
			heads, links := h.Head[xy+1:end], link[xy+1:end]
			for k, z := range heads {
				yz := &link[linkTo[z]]
				yz.up = min(yz.up, low.down+links[k].up)
				yz.down = min(yz.down, links[k].down+low.up)
			}
		}
	}
}

// perfect customisation returns the lengths of the shortest paths between the ends of all links: for x descending, each link from x is
// relaxed over all its upper neighbours, between which the lengths are known.
func (m *Metric) perfect() []pair {
	h, link := m.h, slices.Clone(m.link)
	for x := int32(h.Vertices()) - 1; x >= 0; x-- {
		from, to := h.First[x], h.First[x+1]
		for xy := from; xy < to; xy++ {
			yz := h.First[h.Head[xy]]
			low := &link[xy]
			for xz := xy + 1; xz < to; xz++ {
				for z := h.Head[xz]; h.Head[yz] != z; {
					yz++
				}
				side, high := link[yz], &link[xz]
				high.up = min(high.up, low.up+side.up)
				high.down = min(high.down, side.down+low.down)
				low.up = min(low.up, high.up+side.down)
				low.down = min(low.down, side.up+high.down)
			}
		}
	}
	return link
}

// prune what is longer than the shortest way: a shortest path never needs it.
func (m *Metric) prune(perfect []pair) {
	n := m.h.Vertices()
	m.forward.first, m.backward.first = make([]int32, 1, n+1), make([]int32, 1, n+1)
	for x := range n {
		for l := m.h.First[x]; l < m.h.First[x+1]; l++ {
			if w := m.link[l].up; w < Inf && w == perfect[l].up {
				m.forward.add(m.h.Head[l], w)
			}
			if w := m.link[l].down; w < Inf && w == perfect[l].down {
				m.backward.add(m.h.Head[l], w)
			}
		}
		m.forward.first = append(m.forward.first, int32(len(m.forward.head)))
		m.backward.first = append(m.backward.first, int32(len(m.backward.head)))
	}
}

func (s *search) add(head int32, w Weight) {
	s.head = append(s.head, head)
	s.weight = append(s.weight, w)
}
