package wire

import (
	"slices"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// RoadTravel is the travel of a profile on a road network, between the locations of a problem.
type RoadTravel struct {
	Spans   []RoadSpan // in the order of time; the first one holds before its time too
	Missing []Missing  // locations without a road
	// Way is the encoded polyline from one location to another of who leaves at a time, empty where there is none.
	Way func(from, to model.LocIdx, leaves time.Time) string
}

// RoadSpan is travel from a time on: a matrix or, where locations are too many for one, journeys. All spans have the same of the two.
type RoadSpan struct {
	From     time.Time
	Matrix   *model.Matrix
	Journeys model.Journeys
}

// Missing is a location without a road.
type Missing struct {
	Location model.LocIdx
	CutOff   bool // the roads that are near are cut off from all others
	Text     string
}

// roadProfile is a profile whose travel is computed when all else is known to be good.
type roadProfile struct {
	index model.ProfileIdx
	path  []step
	query *RoadQuery
	ways  bool
}

// readRoad reads the message at hand.
func (b *builder) readRoad(i int, in *calloutv1.RoadNetwork) {
	q := b.roadQuery(in)
	q.Limit = defaultRoadDistance
	b.roads = append(b.roads, roadProfile{
		index: model.ProfileIdx(i), path: append([]step(nil), b.path...), query: q, ways: in.GetPolylines(),
	})
}

// ride has the travel on roads computed, within so many pairs of locations.
func (b *builder) ride() {
	cells, base := b.lim.MatrixCells-b.cells, b.path
	for _, r := range b.roads {
		q := r.query
		for k := range b.out.Locations {
			l := &b.out.Locations[k]
			q.IDs, q.Lat, q.Lon = append(q.IDs, l.ID), append(q.Lat, l.Lat), append(q.Lon, l.Lon)
		}
		b.path = r.path
		if b.known.Road == nil {
			b.fault("", UnknownID, "the server has no road networks")
		} else {
			travel, faults := b.known.Road(q, time.Unix(b.first, 0), time.Unix(b.last, 0), cells)
			for k := range faults {
				b.faultAs(faults[k])
			}
			if len(faults) == 0 {
				cells -= b.take(&r, travel)
			}
		}
	}
	b.path = base
	if slices.ContainsFunc(b.out.Profiles, func(p model.Profile) bool { return p.Wide != nil }) {
		b.fewShifts()
	}
}

// take a profile's travel, and return how many pairs of locations it has.
func (b *builder) take(r *roadProfile, travel *RoadTravel) (cells int) {
	for _, miss := range travel.Missing {
		b.ctx.miss(miss)
	}
	if r.ways {
		if b.ctx.ways == nil {
			b.ctx.ways = make(map[model.ProfileIdx]func(from, to model.LocIdx, leaves time.Time) string)
		}
		b.ctx.ways[r.index] = travel.Way
	}
	p := &b.out.Profiles[r.index]
	if travel.Spans[0].Journeys != nil {
		p.Wide = b.wide(travel.Spans)
		return 0
	}
	var series model.Series
	seen := make(map[*model.Matrix]*model.Matrix)
	for k, s := range travel.Spans {
		from := b.since(k, s.From)
		if seen[s.Matrix] == nil {
			seen[s.Matrix] = capped(s.Matrix, b.lim)
			cells += s.Matrix.N * s.Matrix.N
		}
		m := seen[s.Matrix]
		if n := len(series); n > 0 && (series[n-1].Matrix == m || from > model.MaxTime) {
			continue
		}
		series = append(series, model.Bucket{From: from, Matrix: m})
	}
	if len(series) == 1 {
		p.Matrix = series[0].Matrix
	} else {
		p.Series = series
	}
	return cells
}

// miss a location, once.
func (c *Context) miss(m Missing) {
	for _, had := range c.missing {
		if had.Location == m.Location {
			return
		}
	}
	c.missing = append(c.missing, m)
}

// LocationFaults names the locations without a road.
func (c *Context) LocationFaults() (out []*calloutv1.LocationFault) {
	for _, m := range c.missing {
		out = append(out, LocationFault(c.problem.Locations[m.Location].ID, m.CutOff, m.Text))
	}
	return out
}

// LocationFault is a location without a road.
func LocationFault(id string, cutOff bool, text string) *calloutv1.LocationFault {
	code := calloutv1.LocationFaultCode_LOCATION_FAULT_CODE_TOO_FAR
	if cutOff {
		code = calloutv1.LocationFaultCode_LOCATION_FAULT_CODE_CUT_OFF
	}
	return &calloutv1.LocationFault{LocationId: id, Code: code, Message: text}
}
