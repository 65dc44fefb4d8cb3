package day

import (
	"maps"
	"slices"

	"callout/solver/model"
	"callout/solver/parallel"
)

// travel of a profile: what factor and cells are applied to, and these. A profile whose travel is the same at all hours has one layer and one span.
type travel struct {
	layers []layer // the different ones, in the order of their first spans
	spans  []span
	// factor in millionths, and single cells.
	factor int64
	cells  map[[2]model.LocIdx]Cell
	told   []Cell // in order; nil where they have changed since
}

// layer is travel of the places there are, n*n.
type layer struct {
	first *model.Matrix       // without factor and cells
	now   *model.Matrix       // with them; by the hour, where there are none, it is first
	line  *model.StraightLine // that first was made from, or nil
}

// span is a time from which a layer holds.
type span struct {
	from  model.Time
	layer int
}

// Cell is the travel from one location to another.
type Cell struct {
	From, To model.LocIdx
	Duration int32 // model.Unreachable: no way
	Distance int32 // -1: as it was
}

// Row is the travel between a new location and those that are there, in their order.
type Row struct {
	DurationsTo, DurationsFrom, DistancesTo, DistancesFrom []int32
}

const unity = 1_000_000

// measure notes what travel the day begins with.
func (d *Day) measure() {
	d.travel = make([]travel, len(d.known.Profiles))
	d.known.Profiles = slices.Clone(d.known.Profiles)
	for k := range d.travel {
		t, p := &d.travel[k], &d.known.Profiles[k]
		t.factor, t.cells = unity, map[[2]model.LocIdx]Cell{}
		t.layers, t.spans = layered(seriesOf(p))
		if k >= len(d.cfg.Lines) || d.cfg.Lines[k] == nil {
			continue
		}
		for b := range t.spans {
			line := *d.cfg.Lines[k]
			if len(p.Speeds) > 0 && p.Series != nil {
				line.Speed *= p.Speeds[b].Factor
			}
			t.layers[t.spans[b].layer].line = &line
		}
	}
}

// seriesOf a profile: one of a single bucket where travel is the same at all hours.
func seriesOf(p *model.Profile) model.Series {
	if p.Series != nil {
		return p.Series
	}
	return model.Series{{From: -1, Matrix: p.Matrix}}
}

// layered is a series by its different matrices.
func layered(s model.Series) (layers []layer, spans []span) {
	at := make(map[*model.Matrix]int)
	for _, b := range s {
		k, known := at[b.Matrix]
		if !known {
			k = len(layers)
			at[b.Matrix], layers = k, append(layers, layer{first: b.Matrix})
		}
		spans = append(spans, span{b.From, k})
	}
	return layers, spans
}

// hourly tells whether travel depends on when one leaves.
func (t *travel) hourly() bool { return len(t.spans) > 1 }

// spread gives every profile matrices with room for so many places. Ways from and to the room there is are none.
func (d *Day) spread(places int) {
	for k := range d.travel {
		t := &d.travel[k]
		laid := true
		for b := range t.layers {
			l := &t.layers[b]
			laid = laid && l.now != nil && l.now.N == places
			l.first = widened(l.first, places)
		}
		if !laid {
			d.lay(k)
		}
	}
}

// lay makes a profile's travel anew from its layers, factor and cells.
func (d *Day) lay(k int) {
	t, p := &d.travel[k], &d.known.Profiles[k]
	for b := range t.layers {
		l := &t.layers[b]
		if t.hourly() && t.factor == unity && len(t.cells) == 0 {
			l.now = l.first
			continue
		}
		l.now = &model.Matrix{N: l.first.N, Durations: make([]int32, len(l.first.Durations))}
		if l.first.Distances != nil {
			l.now.Distances = make([]int32, len(l.first.Distances))
		}
		copy(l.now.Distances, l.first.Distances)
		t.fill(l, l.now.N)
	}
	p.Matrix, p.Series = nil, nil
	if !t.hourly() {
		p.Matrix = t.layers[0].now
		return
	}
	for _, s := range t.spans {
		p.Series = append(p.Series, model.Bucket{From: s.from, Matrix: t.layers[s.layer].now})
	}
}

// widened is a copy of a matrix with room for n places.
func widened(m *model.Matrix, n int) *model.Matrix {
	if m.N == n {
		return m
	}
	out := &model.Matrix{N: n, Durations: make([]int32, n*n)}
	if m.Distances != nil {
		out.Distances = make([]int32, n*n)
	}
	for a := range n {
		row := out.Durations[a*n : (a+1)*n]
		for b := range row {
			if a != b {
				row[b] = model.Unreachable
			}
		}
		if a < m.N {
			copy(row, m.Durations[a*m.N:(a+1)*m.N])
			if m.Distances != nil {
				copy(out.Distances[a*n:], m.Distances[a*m.N:(a+1)*m.N])
			}
		}
	}
	return out
}

// fill makes the travel times of a layer between the first places from what there was first: factors are not for distances.
func (t *travel) fill(l *layer, places int) {
	const most = 1 << 13 // seconds: most ways are shorter, and what they become is looked up
	var becomes [most]int32
	for x := range becomes {
		becomes[x] = scaled(int32(x), t.factor)
	}
	n := l.first.N
	for a := range places {
		from, to := l.first.Durations[a*n:][:places], l.now.Durations[a*n:][:places]
		for b, x := range from {
			if uint32(x) < most {
				to[b] = becomes[x]
			} else {
				to[b] = scaled(x, t.factor)
			}
		}
	}
	for _, c := range t.cells {
		patch(l.now, c)
	}
}

func patch(m *model.Matrix, c Cell) {
	at := int(c.From)*m.N + int(c.To)
	m.Durations[at] = c.Duration
	if c.Distance >= 0 && m.Distances != nil {
		m.Distances[at] = c.Distance
	}
}

// replace the travel of a profile by another series, of as many places as there are: without cells. Where both are the same at all hours the matrix
// is written in place; else all is to be made anew.
func (d *Day) replace(k int, s model.Series) {
	t, room := &d.travel[k], d.known.Profiles[k].Matrix
	was := *t
	t.layers, t.spans = layered(s)
	for b := range t.layers {
		t.layers[b].first = widened(t.layers[b].first, len(d.known.Locations))
	}
	t.cells = map[[2]model.LocIdx]Cell{}
	if was.hourly() || t.hourly() || (room.Distances == nil) != (t.layers[0].first.Distances == nil) {
		d.pending.All = true
		d.lay(k)
		return
	}
	copy(room.Distances, t.layers[0].first.Distances)
	t.layers[0].now = room
}

// alter takes in an event about the travel of a profile. Tables that are made anew are so when filling is done.
func (d *Day) alter(k int, e *Event, filling *parallel.Group) {
	t := &d.travel[k]
	whole := t.factor != e.Factor
	if e.Factor < t.factor {
		d.nearer()
	}
	t.factor, t.told = e.Factor, nil
	if k < len(e.Travel) && e.Travel[k] != nil {
		whole = true
		d.nearer()
		d.replace(k, e.Travel[k])
	}
	for _, c := range e.Cells {
		way := [2]model.LocIdx{c.From, c.To}
		if was, known := t.cells[way]; known && c.Distance < 0 {
			c.Distance = was.Distance
		}
		t.cells[way] = c
		sooner := func(l layer) bool { return c.Duration < l.now.Durations[int(c.From)*l.now.N+int(c.To)] }
		if slices.ContainsFunc(t.layers, sooner) {
			d.reached(c.From, c.To)
		}
	}
	switch {
	case t.hourly() && t.layers[0].now == t.layers[0].first:
		d.pending.All = true
		d.lay(k)
	case whole:
		for b := range t.layers {
			filling.Go(func() { t.fill(&t.layers[b], d.places) })
		}
		d.pending.Travel = true
	default:
		for _, c := range e.Cells {
			for b := range t.layers {
				patch(t.layers[b].now, c)
			}
			d.pending.Locations = append(d.pending.Locations, c.From)
		}
	}
}

// reached notes that jobs at some places may be near enough for somebody who could not do them.
func (d *Day) reached(places ...model.LocIdx) {
	for j := range d.jobs[:d.used] {
		if d.jobs[j].phase == open && !d.Anchor(model.JobIdx(j)) && slices.Contains(places, d.known.Jobs[j].Location) {
			d.touch(model.JobIdx(j))
		}
	}
}

// nearer notes that what was too far may be near enough.
func (d *Day) nearer() {
	for s := range d.shifts {
		d.pending.Freer = append(d.pending.Freer, int32(s))
	}
}

// scaled is a duration times a factor in millionths, rounded up.
func scaled(x int32, factor int64) int32 {
	if x >= model.Unreachable || factor == unity {
		return x
	}
	return int32(min((int64(x)*factor+unity-1)/unity, model.Unreachable))
}

// cloned is the travel of a clone. What there was first is shared until somebody writes to it.
func cloned(list []travel) []travel {
	out := slices.Clone(list)
	for k := range out {
		out[k].cells, out[k].layers = maps.Clone(out[k].cells), slices.Clone(out[k].layers)
		for b := range out[k].layers {
			out[k].layers[b].now = nil // grow lays it
		}
	}
	return out
}

// Layers is how many different matrices a profile's travel has: one, unless it depends on when one leaves.
func (d *Day) Layers(k model.ProfileIdx) int { return len(d.travel[k].layers) }
