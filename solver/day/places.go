package day

import (
	"math"
	"slices"

	"callout/solver/model"
)

// place adds a location. Rows are those of its event.
func (d *Day) place(l *model.Location, rows [][]Row) model.LocIdx {
	at := model.LocIdx(d.places)
	if d.places == len(d.known.Locations) {
		d.grow()
	}
	d.own()
	d.known.Locations[at] = *l
	d.asOf.Locations = d.known.Locations
	d.byLoc[l.ID] = at
	d.places++
	for k := range d.travel {
		t := &d.travel[k]
		for b := range t.layers {
			if t.layers[b].line != nil {
				t.layers[b].row(at, d.lineRow(t.layers[b].line, at), t.factor)
			} else {
				t.layers[b].row(at, &rows[k][b], t.factor)
			}
		}
	}
	d.pending.Locations = append(d.pending.Locations, at)
	return at
}

// lineRow is the travel of a straight line between a place and those before it.
func (d *Day) lineRow(line *model.StraightLine, at model.LocIdx) *Row {
	r := &Row{}
	for o := range at {
		to, far := straight(line, &d.known.Locations[at], &d.known.Locations[o])
		r.DurationsTo, r.DistancesTo = append(r.DurationsTo, to), append(r.DistancesTo, far)
	}
	r.DurationsFrom, r.DistancesFrom = r.DurationsTo, r.DistancesTo
	return r
}

// row writes the travel between a place and those before it, and none to itself.
func (l *layer) row(at model.LocIdx, r *Row, factor int64) {
	n := l.first.N
	for o := range int(at) {
		there, back := int(at)*n+o, o*n+int(at)
		l.first.Durations[there], l.first.Durations[back] = r.DurationsTo[o], r.DurationsFrom[o]
		l.now.Durations[there], l.now.Durations[back] = scaled(r.DurationsTo[o], factor), scaled(r.DurationsFrom[o], factor)
		if l.first.Distances == nil {
			continue
		}
		far, near := int32(0), int32(0)
		if len(r.DistancesTo) > 0 {
			far, near = r.DistancesTo[o], r.DistancesFrom[o]
		}
		l.first.Distances[there], l.first.Distances[back] = far, near
		l.now.Distances[there], l.now.Distances[back] = far, near
	}
	self := int(at)*n + int(at)
	l.first.Durations[self], l.now.Durations[self] = 0, 0
}

// own makes copies of layers that another day has too.
func (d *Day) own() {
	if !d.shared {
		return
	}
	d.shared = false
	for k := range d.travel {
		t := &d.travel[k]
		t.layers = slices.Clone(t.layers)
		for b := range t.layers {
			f := t.layers[b].first
			t.layers[b].first = &model.Matrix{N: f.N, Durations: slices.Clone(f.Durations), Distances: slices.Clone(f.Distances)}
		}
		if t.hourly() { // it may be shown as it is
			d.lay(k)
		}
	}
}

// straight is the travel of a straight line between two positions, as matrices have it.
func straight(s *model.StraightLine, a, b *model.Location) (seconds, metres int32) {
	way := model.GreatCircle(a.Lat, a.Lon, b.Lat, b.Lon) * s.Detour
	return int32(min(math.Ceil(way/s.Speed), model.Unreachable-1)), int32(min(math.Ceil(way), math.MaxInt32))
}
