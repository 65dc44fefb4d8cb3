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
	Tour    Tour
	Traffic *calloutv1.Traffic // the rules; nil: none
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
			travel, faults := b.known.Road(q, unix(b.first), unix(b.last), cells)
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
	if b.ctx.roads == nil {
		b.ctx.roads = make([]*liveRoad, len(b.out.Profiles))
	}
	asked := *r.query
	asked.IDs, asked.Lat, asked.Lon = nil, nil, nil
	b.ctx.roads[r.index] = &liveRoad{query: &asked, ways: r.ways, tour: travel.Tour}
	p := &b.out.Profiles[r.index]
	if travel.Spans[0].Journeys != nil {
		p.Wide = b.wide(travel.Spans)
		return 0
	}
	if series := b.spans(travel.Spans, b.lim); len(series) == 1 {
		p.Matrix = series[0].Matrix
	} else {
		p.Series = series
	}
	n := len(b.out.Locations)
	return n * n * travel.different()
}

// spans of travel on roads as a series, which has one bucket where it is the same at all hours.
func (r *lookups) spans(list []RoadSpan, lim Limits) model.Series {
	var series model.Series
	seen := make(map[*model.Matrix]*model.Matrix)
	for k, s := range list {
		from := r.since(k, s.From)
		if seen[s.Matrix] == nil {
			seen[s.Matrix] = capped(s.Matrix, lim)
		}
		m := seen[s.Matrix]
		if n := len(series); n > 0 && (series[n-1].Matrix == m || from > model.MaxTime) {
			continue
		}
		series = append(series, model.Bucket{From: from, Matrix: m})
	}
	return series
}

func unix(seconds int64) time.Time { return time.Unix(seconds, 0) }

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
