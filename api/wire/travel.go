package wire

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Bounds and defaults of travel.
const (
	defaultDetour = 1.3
	maxDetour     = 10
	defaultSpeed  = 12.5 // metres per second
	minSpeed      = 0.1
	maxSpeed      = 300
	maxDistance   = 100_000_000 // metres between two locations
	noWay         = -1          // in the matrices of a request
)

func (b *builder) readProfiles() {
	n := len(b.in.GetLocations())
	list := b.in.GetProfiles()
	// A straight-line profile becomes a matrix too, before the search.
	count := 0
	for _, in := range list {
		count += matrices(in)
	}
	if cells := n * n * count; cells > b.lim.MatrixCells {
		b.fault("profiles", TooLarge, "%d locations and %d matrices make %d pairs, more than %d", n, count, cells, b.lim.MatrixCells)
		b.out.Profiles = make([]model.Profile, len(list))
		return
	}
	b.out.Profiles = make([]model.Profile, len(list))
	b.cells = n * n * count
	for i, in := range list {
		b.enterAt("profiles", i)
		p := &b.out.Profiles[i]
		p.ID = in.GetId()
		switch {
		case in.GetMatrix() != nil:
			b.enter("matrix")
			p.Matrix = b.matrix(in.GetMatrix())
			b.leave()
		case in.GetSeries() != nil:
			b.enter("series")
			p.Series, p.Matrix = b.series(i, in.GetSeries())
			b.leave()
		case in.GetRoadNetwork() != nil:
			b.enter("road_network")
			b.readRoad(i, in.GetRoadNetwork())
			b.leave()
			b.straight = true
		case in.GetStraightLine() != nil:
			b.enter("straight_line")
			p.StraightLine = b.straightLine(in.GetStraightLine())
			p.Speeds = b.speeds(in.GetStraightLine(), p.StraightLine)
			b.leave()
			b.straight = true
		case hasHandle(in):
			p.Matrix = b.byHandle(in.GetMatrixHandle())
		case in.GetTravel() == nil:
			b.fault("travel", Required, "must be set")
		}
		b.leave()
	}
	if b.straight {
		b.needPositions("a profile by straight lines or on roads needs it")
	}
}

func hasHandle(in *calloutv1.TravelProfile) bool {
	_, has := in.GetTravel().(*calloutv1.TravelProfile_MatrixHandle)
	return has
}

// share replaces matrices that came with the request by equal ones that are held already.
func (b *builder) share() {
	if b.known.Share == nil {
		return
	}
	shared := make(map[*model.Matrix]*model.Matrix, len(b.own))
	for _, m := range b.own {
		shared[m] = b.known.Share(m)
	}
	share := func(m **model.Matrix) {
		if s := shared[*m]; s != nil {
			*m = s
		}
	}
	for i := range b.out.Profiles {
		p := &b.out.Profiles[i]
		share(&p.Matrix)
		for k := range p.Series {
			share(&p.Series[k].Matrix)
		}
	}
}

func (b *builder) straightLine(in *calloutv1.StraightLine) *model.StraightLine {
	s := &model.StraightLine{Detour: defaultDetour, Speed: defaultSpeed}
	if in.DetourFactor != nil {
		s.Detour = b.number("detour_factor", in.GetDetourFactor(), 1, maxDetour)
	}
	if in.Speed != nil {
		s.Speed = b.number("speed", in.GetSpeed(), minSpeed, maxSpeed)
	}
	return s
}

// matrix converts a matrix to the problem's order of locations. It is nil where its shape is wrong.
func (b *builder) matrix(in *calloutv1.Matrix) *model.Matrix {
	n := len(b.in.GetLocations())
	durations, distances := in.GetDurations(), in.GetDistances()
	shaped := true
	if len(durations) != n*n {
		b.fault("durations", MatrixShape, "%d entries for %d locations, not %d", len(durations), n, n*n)
		shaped = false
	}
	if len(distances) != n*n && len(distances) != 0 {
		b.fault("distances", MatrixShape, "%d entries for %d locations, not %d", len(distances), n, n*n)
		shaped = false
	}
	order := b.order(in.GetLocationIds())
	if !shaped || order == nil {
		return nil
	}
	m := &model.Matrix{N: n, Durations: make([]int32, n*n)}
	if len(distances) != 0 {
		m.Distances = make([]int32, n*n)
	}
	for i, from := range order {
		for j, to := range order {
			at, src := int(from)*n+int(to), i*n+j
			m.Durations[at] = b.legDuration(src, durations[src], i == j)
			if m.Distances != nil {
				m.Distances[at] = b.legDistance(src, distances[src], durations[src] == noWay)
			}
		}
	}
	b.own = append(b.own, m)
	return m
}

// order maps the rows of a matrix to locations. It is nil unless the ids name each location once.
func (b *builder) order(ids []string) []model.LocIdx {
	n := len(b.in.GetLocations())
	order := make([]model.LocIdx, n)
	if len(ids) == 0 {
		for i := range order {
			order[i] = model.LocIdx(i)
		}
		return order
	}
	if len(ids) != n {
		b.fault("location_ids", MatrixShape, "%d ids for %d locations", len(ids), n)
		return nil
	}
	good := true
	seen := make([]bool, n)
	for i, id := range ids {
		at, known := b.locations[id]
		switch {
		case !known:
			b.fault(element("location_ids", i), UnknownID, "there is no location %s", quote(id))
			good = false
		case seen[at]:
			b.fault(element("location_ids", i), Duplicate, "%s is listed before", quote(id))
			good = false
		default:
			seen[at] = true
			order[i] = at
		}
	}
	if !good {
		return nil
	}
	return order
}

// legDuration converts entry k of the durations.
func (r *reader) legDuration(k int, d int32, diagonal bool) int32 {
	switch {
	case d == noWay && diagonal:
		r.fault(element("durations", k), OutOfRange, "there must be a way from a location to itself")
		return 0
	case d == noWay:
		return model.Unreachable
	case d < 0 || int64(d) > seconds(r.lim.Leg):
		r.fault(element("durations", k), OutOfRange, "%d is neither -1 nor within 0 to %d", d, seconds(r.lim.Leg))
		return 0
	}
	return d
}

// legDistance converts entry k of the distances.
func (r *reader) legDistance(k int, d int32, unreachable bool) int32 {
	switch {
	case unreachable:
		return 0
	case d < 0 || d > maxDistance:
		r.fault(element("distances", k), OutOfRange, "%d is not within 0 to %d", d, maxDistance)
		return 0
	}
	return d
}

// profile of a shift: the one named, or the only one.
func (b *builder) profile(id string) model.ProfileIdx {
	if id != "" {
		return refer(b, "profile_id", id, "profile", b.profiles)
	}
	switch n := len(b.in.GetProfiles()); n {
	case 1:
	case 0:
		b.fault("profile_id", Required, "the problem has no profile")
	default:
		b.fault("profile_id", Required, "must name one of %d profiles", n)
	}
	return 0
}

// longest is the longest leg of a matrix, and whether some way is closed.
func longest(m *model.Matrix) (longest model.Duration, farthest model.Meters, closed bool) {
	var d, l int32
	for _, x := range m.Durations {
		if x < model.Unreachable {
			d = max(d, x)
		} else {
			closed = true
		}
	}
	if len(m.Distances) > 0 {
		l = slices.Max(m.Distances)
	}
	return model.Duration(d), model.Meters(l), closed
}
