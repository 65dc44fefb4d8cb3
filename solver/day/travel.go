package day

import (
	"math"
	"slices"

	"callout/solver/model"
)

// travel of a profile: what the day began with, from which factors are reckoned.
type travel struct {
	first *model.Matrix // of the places there are, n*n; nil where travel differs by the hour
	line  *model.StraightLine
	// factor in millionths, and single cells.
	factor int64
	cells  map[[2]model.LocIdx]Cell
	told   []Cell // in order; nil where they have changed since
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
		t := &d.travel[k]
		t.first, t.factor, t.cells = d.known.Profiles[k].Matrix, unity, map[[2]model.LocIdx]Cell{}
		if d.cfg.Lines != nil {
			t.line = d.cfg.Lines[k]
		}
	}
}

// spread gives every profile matrices with room for so many places. Ways from and to the room there is are none.
func (d *Day) spread(places int) {
	for k := range d.travel {
		p := &d.known.Profiles[k]
		if p.Series != nil {
			series := slices.Clone(p.Series)
			done := map[*model.Matrix]*model.Matrix{}
			for b := range series {
				m := series[b].Matrix
				if done[m] == nil {
					done[m] = widened(m, places)
				}
				series[b].Matrix = done[m]
			}
			p.Series = series
			continue
		}
		d.travel[k].first = widened(d.travel[k].first, places)
		p.Matrix = &model.Matrix{N: places, Durations: make([]int32, places*places)}
		if d.travel[k].first.Distances != nil {
			p.Matrix.Distances = make([]int32, places*places)
		}
		copy(p.Matrix.Distances, d.travel[k].first.Distances)
		d.fillMatrix(k)
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

// fillMatrix makes the travel times of a profile from what there was first: factors are not for distances, and cells are never taken back.
func (d *Day) fillMatrix(k int) {
	t, m := &d.travel[k], d.known.Profiles[k].Matrix
	for i, x := range t.first.Durations {
		m.Durations[i] = scaled(x, t.factor)
	}
	for _, c := range t.cells {
		d.patch(m, c)
	}
}

func (d *Day) patch(m *model.Matrix, c Cell) {
	at := int(c.From)*m.N + int(c.To)
	m.Durations[at] = c.Duration
	if c.Distance >= 0 && m.Distances != nil {
		m.Distances[at] = c.Distance
	}
}

// scaled is a duration times a factor in millionths, rounded up.
func scaled(x int32, factor int64) int32 {
	if x >= model.Unreachable || factor == unity {
		return x
	}
	return int32(min((int64(x)*factor+unity-1)/unity, model.Unreachable))
}

// place adds a location.
func (d *Day) place(l *model.Location, rows []Row) model.LocIdx {
	at := model.LocIdx(d.places)
	if d.places == len(d.known.Locations) {
		d.grow()
	}
	d.known.Locations[at] = *l
	d.asOf.Locations = d.known.Locations
	d.byLoc[l.ID] = at
	d.places++
	for k := range d.travel {
		t := &d.travel[k]
		if t.first == nil {
			continue
		}
		for o := range d.places {
			to, from, far, near := int32(0), int32(0), int32(0), int32(0)
			switch {
			case model.LocIdx(o) == at:
			case t.line != nil:
				to, far = straight(t.line, l, &d.known.Locations[o])
				from, near = to, far
			default:
				to, from = rows[k].DurationsTo[o], rows[k].DurationsFrom[o]
				if len(rows[k].DistancesTo) > 0 {
					far, near = rows[k].DistancesTo[o], rows[k].DistancesFrom[o]
				}
			}
			n := t.first.N
			there, back := int(at)*n+o, o*n+int(at)
			t.first.Durations[there], t.first.Durations[back] = to, from
			m := d.known.Profiles[k].Matrix
			m.Durations[there], m.Durations[back] = scaled(to, t.factor), scaled(from, t.factor)
			if t.first.Distances != nil {
				t.first.Distances[there], t.first.Distances[back] = far, near
				m.Distances[there], m.Distances[back] = far, near
			}
		}
	}
	d.pending.Locations = append(d.pending.Locations, at)
	return at
}

// straight is the travel of a straight line between two positions, as matrices have it.
func straight(s *model.StraightLine, a, b *model.Location) (seconds, metres int32) {
	way := model.GreatCircle(a.Lat, a.Lon, b.Lat, b.Lon) * s.Detour
	return int32(min(math.Ceil(way/s.Speed), model.Unreachable-1)), int32(min(math.Ceil(way), math.MaxInt32))
}
