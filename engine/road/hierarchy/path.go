package hierarchy

import "slices"

// Path is a shortest path between two places.
type Path struct {
	Weight Weight // Inf if there is none
	Arcs   []int32
	// From and To are indices into the places' vertices: at which of them the path begins and ends.
	From, To int32
}

// Path from place s of sources to place t of targets. Of paths of equal weight it is always the same one. It takes two walks up the
// elimination tree, and memory for two numbers per vertex of these.
func (m *Metric) Path(sources *Ends, s int, targets *Ends, t int) Path {
	up, down := m.climb(&m.forward, sources, s), m.climb(&m.backward, targets, t)
	best, meet := Inf, int32(-1)
	for _, x := range up.visited {
		if d, ok := down.steps[x]; ok && up.steps[x].dist+d.dist < best {
			best, meet = up.steps[x].dist+d.dist, x
		}
	}
	p := Path{Weight: best, From: -1, To: -1}
	if meet < 0 {
		return p
	}
	var ups []int32
	x := meet
	for ; up.steps[x].below >= 0; x = up.steps[x].below {
		ups = append(ups, x)
	}
	p.From = up.steps[x].end
	for _, y := range slices.Backward(ups) {
		p.Arcs = m.unpack(p.Arcs, up.steps[y].below, y, false)
	}
	x = meet
	for ; down.steps[x].below >= 0; x = down.steps[x].below {
		p.Arcs = m.unpack(p.Arcs, down.steps[x].below, x, true)
	}
	p.To = down.steps[x].end
	return p
}

// climb is a search up the elimination tree.
type climb struct {
	steps   map[int32]step
	visited []int32
}

// step is how a vertex was reached: from a lower one, or as one of the place's vertices.
type step struct {
	dist       Weight
	below, end int32
}

func (m *Metric) climb(g *search, ends *Ends, place int) climb {
	c := climb{steps: make(map[int32]step)}
	relax := func(x int32, s step) {
		old, seen := c.steps[x]
		if !seen {
			c.visited = append(c.visited, x)
		}
		if !seen || s.dist < old.dist {
			c.steps[x] = s
		}
	}
	for e := ends.First[place]; e < ends.First[place+1]; e++ {
		relax(ends.Vertex[e], step{ends.Away[e], -1, e})
		for x := ends.Vertex[e]; x >= 0; x = m.h.parent(x) {
			at, seen := c.steps[x]
			if !seen {
				continue
			}
			for l := g.first[x]; l < g.first[x+1]; l++ {
				relax(g.head[l], step{at.dist + g.weight[l], x, -1})
			}
		}
	}
	return c
}

// unpack appends the arcs of the link between x and a higher y, up or down.
func (m *Metric) unpack(arcs []int32, x, y int32, down bool) []int32 {
	h := m.h
	l := h.First[x]
	for h.Head[l] != y {
		l++
	}
	if a := m.arcOf(l, down); a >= 0 {
		return append(arcs, a)
	}
	// The way leads over a vertex below both: there is a triangle of exactly this weight.
	lower := func(v int32) []int32 { return h.downOne[h.downFirst[v]:h.downFirst[v+1]] }
	xs, ys := lower(x), lower(y)
	for i, j := 0, 0; i < len(xs) && j < len(ys); {
		u, v := h.tail[xs[i]], h.tail[ys[j]]
		switch {
		case u < v:
			i++
		case v < u:
			j++
		default:
			lx, ly := m.link[xs[i]], m.link[ys[j]]
			if !down && lx.down+ly.up == m.link[l].up {
				return m.unpack(m.unpack(arcs, u, x, true), u, y, false)
			}
			if down && ly.down+lx.up == m.link[l].down {
				return m.unpack(m.unpack(arcs, u, y, true), u, x, false)
			}
			i++
			j++
		}
	}
	panic("hierarchy: a link without a reason")
}

// arcOf returns the arc that a link stands for, -1 if it stands for a way over lower vertices.
func (m *Metric) arcOf(link int32, down bool) int32 {
	w := m.link[link].up
	if down {
		w = m.link[link].down
	}
	h := m.h
	want := 2 * link
	if down {
		want++
	}
	for _, a := range h.arcs[h.arcFirst[link]:h.arcFirst[link+1]] {
		if h.Link[a] == want && m.arcs[a] == w {
			return a
		}
	}
	return -1
}
