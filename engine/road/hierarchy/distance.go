package hierarchy

// Distances finds the weights of single paths. One goroutine at a time.
type Distances struct {
	m        *Metric
	up, down []Weight // Inf but during a search
}

// Distances of a metric. They take 16 bytes per vertex.
func (m *Metric) Distances() *Distances {
	d := &Distances{m: m, up: make([]Weight, m.h.Vertices()), down: make([]Weight, m.h.Vertices())}
	for x := range d.up {
		d.up[x], d.down[x] = Inf, Inf
	}
	return d
}

// Between place s of sources and place t of targets lies a path of this weight, and none is shorter; Inf if there is none. It walks
// up the elimination tree from both and looks at nothing else (Dibbelt, Strasser and Wagner 2016, doi:10.1145/2886843).
func (d *Distances) Between(sources *Ends, s int, targets *Ends, t int) Weight {
	d.climb(d.up, &d.m.forward, sources, s)
	d.climb(d.down, &d.m.backward, targets, t)
	best := Inf
	for e := sources.First[s]; e < sources.First[s+1]; e++ {
		for x := sources.Vertex[e]; x >= 0; x = d.m.h.parent(x) {
			if d.up[x] < Inf && d.down[x] < Inf {
				best = min(best, d.up[x]+d.down[x])
			}
			d.up[x] = Inf
		}
	}
	for e := targets.First[t]; e < targets.First[t+1]; e++ {
		for x := targets.Vertex[e]; x >= 0; x = d.m.h.parent(x) {
			d.down[x] = Inf
		}
	}
	return best
}

// climb from all vertices of a place.
func (d *Distances) climb(dist []Weight, g *search, ends *Ends, place int) {
	for e := ends.First[place]; e < ends.First[place+1]; e++ {
		start := ends.Vertex[e]
		dist[start] = min(dist[start], ends.Away[e])
		for x := start; x >= 0; x = d.m.h.parent(x) {
			at := dist[x]
			if at == Inf {
				continue
			}
			for l := g.first[x]; l < g.first[x+1]; l++ {
				y := g.head[l]
				dist[y] = min(dist[y], at+g.weight[l])
			}
		}
	}
}
