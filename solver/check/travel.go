package check

import (
	"math"

	"callout/solver/model"
)

// travel from one location to another with a profile; ok is false where there is no way, or no data to tell.
func travel(p *model.Problem, profile *model.Profile, from, to model.LocIdx) (drive model.Duration, metres model.Meters, ok bool) {
	switch {
	case profile.Matrix != nil:
		return matrixTravel(profile.Matrix, from, to)
	case profile.StraightLine != nil:
		return straightTravel(profile.StraightLine, &p.Locations[from], &p.Locations[to])
	}
	return 0, 0, false
}

func matrixTravel(m *model.Matrix, from, to model.LocIdx) (model.Duration, model.Meters, bool) {
	k := int(from)*m.N + int(to)
	if int(to) >= m.N || k >= len(m.Durations) || m.Distances != nil && k >= len(m.Distances) {
		return 0, 0, false
	}
	if m.Durations[k] >= model.Unreachable {
		return 0, 0, false
	}
	return m.Duration(from, to), m.Distance(from, to), true
}

// straightTravel rounds both seconds and metres up.
func straightTravel(line *model.StraightLine, from, to *model.Location) (model.Duration, model.Meters, bool) {
	if !from.HasCoord || !to.HasCoord {
		return 0, 0, false
	}
	way := model.GreatCircle(from.Lat, from.Lon, to.Lat, to.Lon) * line.Detour
	drive, metres := math.Ceil(way/line.Speed), math.Ceil(way)
	if !(drive >= 0 && drive < model.Unreachable && metres >= 0 && metres < model.Unreachable) { // NaN as well
		return 0, 0, false
	}
	return model.Duration(drive), model.Meters(metres), true
}
