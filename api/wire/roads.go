package wire

import (
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Bounds of travel on roads.
const (
	defaultRoadDistance = 1000.0 // metres
	maxRoadDistance     = 100_000.0
	maxDepartures       = 200
)

// RoadQuery is a converted ComputeMatrixRequest, LocateRequest or CustomiseTrafficRequest: what is asked on which network in which
// traffic. What a field has not is empty.
type RoadQuery struct {
	Network       string // digest; empty: the server's first
	Vehicles      []string
	TrafficDigest string
	Traffic       *calloutv1.Traffic // nil: none
	Departures    []time.Time
	// Paths of these fields.
	NetworkPath, VehiclePath, DigestPath, TrafficPath string

	IDs   []string
	Lat   []float64
	Lon   []float64
	Limit float64 // metres
	Whole bool    // with matrices, however many locations there are, or not at all

	Hold, OmitRows bool
	Time           time.Duration // that a handle is to be held; 0: as long as may be
}

// ComputeMatrix converts a ComputeMatrixRequest. With faults the query is nil.
func (c *Intake) ComputeMatrix(in *calloutv1.ComputeMatrixRequest) (*RoadQuery, Faults) {
	r, ok := c.roads(in)
	if !ok {
		return nil, r.done()
	}
	q := r.roadDeparture(in.GetRoadNetwork(), in.GetDeparture())
	r.roadPlaces(q, in.GetLocations(), in.MaxRoadDistance)
	q.Hold, q.OmitRows, q.Time = in.GetHold(), in.GetOmitRows(), r.timeToLive(in.GetTimeToLive())
	if n := len(q.IDs); q.Hold && n*n > c.Limits.MatrixCells {
		r.fault("locations", TooLarge, "%d locations make %d pairs, more than %d", n, n*n, c.Limits.MatrixCells)
	}
	if q.OmitRows && !q.Hold {
		r.fault("omit_rows", Conflict, "without a handle nothing is left of the matrix")
	}
	return q.ifGood(r)
}

// Locate converts a LocateRequest. With faults the query is nil.
func (c *Intake) Locate(in *calloutv1.LocateRequest) (*RoadQuery, Faults) {
	r, ok := c.roads(in)
	if !ok {
		return nil, r.done()
	}
	q := r.roadDeparture(in.GetRoadNetwork(), in.GetDeparture())
	r.roadPlaces(q, in.GetLocations(), in.MaxRoadDistance)
	return q.ifGood(r)
}

// CustomiseTraffic converts a CustomiseTrafficRequest. With faults the query is nil.
func (c *Intake) CustomiseTraffic(in *calloutv1.CustomiseTrafficRequest) (*RoadQuery, Faults) {
	r, ok := c.roads(in)
	if !ok {
		return nil, r.done()
	}
	q := &RoadQuery{
		Network: in.GetNetworkDigest(), Vehicles: in.GetVehicles(), Traffic: in.GetTraffic(), Time: r.timeToLive(in.GetTimeToLive()),
		NetworkPath: "network_digest", VehiclePath: "vehicles", TrafficPath: "traffic",
	}
	if q.Traffic == nil {
		r.fault("traffic", Required, "must be set")
	}
	if n := len(in.GetDepartures()); n > maxDepartures {
		r.fault("departures", TooMany, "%d are more than %d", n, maxDepartures)
	}
	for _, t := range in.GetDepartures() {
		q.Departures = append(q.Departures, t.AsTime())
	}
	r.effects("traffic", q.Traffic)
	return q.ifGood(r)
}

// roads begins to read a request; it says whether there is any use in going on.
func (c *Intake) roads(in proto.Message) (*reader, bool) {
	r := newReader(c.Limits, "")
	r.structure(in.ProtoReflect())
	return r, !r.broken
}

func (q *RoadQuery) ifGood(r *reader) (*RoadQuery, Faults) {
	if !r.ok() {
		return nil, r.done()
	}
	return q, nil
}

// roadDeparture reads what is asked on the roads at a moment.
func (r *reader) roadDeparture(in *calloutv1.RoadNetwork, departure *timestamppb.Timestamp) *RoadQuery {
	r.enter("road_network")
	q := r.roadQuery(in)
	r.leave()
	if departure != nil {
		q.Departures = []time.Time{departure.AsTime()}
	} else if q.TrafficDigest != "" || q.Traffic != nil {
		r.fault("departure", Required, "must be set: there are rules of traffic")
	}
	return q
}

// roadQuery reads the message at hand.
func (r *reader) roadQuery(in *calloutv1.RoadNetwork) *RoadQuery {
	q := &RoadQuery{
		Network: in.GetNetworkDigest(), Vehicles: []string{in.GetVehicle()}, TrafficDigest: in.GetTrafficDigest(), Traffic: in.GetTraffic(),
		NetworkPath: r.where("network_digest"), VehiclePath: r.where("vehicle"), DigestPath: r.where("traffic_digest"),
		TrafficPath: r.where("traffic"),
	}
	if q.TrafficDigest != "" && q.Traffic != nil {
		r.fault("traffic_digest", Conflict, "there are rules too")
	}
	r.effects("traffic", q.Traffic)
	return q
}

// effects reports rules without one. The rest of a rule is for the network to judge.
func (r *reader) effects(field string, in *calloutv1.Traffic) {
	r.enter(field)
	for i, rule := range in.GetRules() {
		r.enterAt("rules", i)
		switch rule.GetEffect().(type) {
		case nil:
			r.fault("effect", Required, "must be set")
		case *calloutv1.TrafficRule_Closed:
			if !rule.GetClosed() {
				r.fault("closed", OutOfRange, "must be true where it is set")
			}
		}
		if rule.GetCircle() != nil && rule.GetCircle().GetCenter() == nil {
			r.fault("circle.center", Required, "must be set")
		}
		r.leave()
	}
	r.leave()
}

// roadPlaces reads locations with an id and a position.
func (r *reader) roadPlaces(q *RoadQuery, list []*calloutv1.Location, limit *float64) {
	q.Limit = defaultRoadDistance
	if limit != nil {
		q.Limit = r.number("max_road_distance", *limit, 0, maxRoadDistance)
	}
	if len(list) == 0 {
		r.fault("locations", Required, "must be set")
	}
	seen := make(map[string]int, len(list))
	for i, l := range list {
		r.enterAt("locations", i)
		id, p := l.GetId(), l.GetPosition()
		if first, twice := seen[id]; twice && id != "" {
			r.fault("id", Duplicate, "%s is the id of locations[%d] too", quote(id), first)
		}
		seen[id] = i
		r.required("id", id)
		if p == nil {
			r.fault("position", Required, "must be set: a place on a road needs it")
		}
		q.IDs = append(q.IDs, id)
		q.Lat = append(q.Lat, r.number("position.latitude", p.GetLatitude(), -90, 90))
		q.Lon = append(q.Lon, r.number("position.longitude", p.GetLongitude(), -180, 180))
		r.leave()
	}
}

// TableBytes is what a table of so many places takes.
func TableBytes(ids []string) int64 {
	n, text := int64(len(ids)), int64(0)
	for _, id := range ids {
		text += int64(len(id))
	}
	const place = 2 * (16 + 4) // of a map
	return 8*n*n + place*n + text
}

// NewTable is a matrix between places that have ids, to be named by a handle. Ways longer than the limits allow are none. The matrix
// is not changed, and must not be from then on.
func NewTable(ids []string, m *model.Matrix, lim Limits) *Table {
	places := make(map[string]int32, len(ids))
	for i, id := range ids {
		places[id] = int32(i)
	}
	m = capped(m, lim)
	return &Table{
		Handle: tableHandle(ids, m), Bytes: TableBytes(ids), matrix: m, places: places,
	}
}

// capped is a matrix without the ways that are longer than the limits allow.
func capped(m *model.Matrix, lim Limits) *model.Matrix {
	copied := false
	for k, d := range m.Durations {
		if d == model.Unreachable || int64(d) <= seconds(lim.Leg) && m.Distances[k] <= maxDistance {
			continue
		}
		if !copied {
			m = &model.Matrix{N: m.N, Durations: append([]int32(nil), m.Durations...), Distances: append([]int32(nil), m.Distances...)}
			copied = true
		}
		m.Durations[k], m.Distances[k] = model.Unreachable, 0
	}
	return m
}

// RowsOut is a part of a matrix as it is sent.
func RowsOut(durations, distances []int32) *calloutv1.MatrixRows {
	out := &calloutv1.MatrixRows{Durations: append([]int32(nil), durations...), Distances: append([]int32(nil), distances...)}
	for k, d := range durations {
		if d == model.Unreachable {
			out.Durations[k], out.Distances[k] = noWay, noWay
		}
	}
	return out
}
