package bench

import (
	"math"

	calloutv1 "callout/api/callout/v1"
)

// earthDiameter is in metres.
const earthDiameter = 12742000.0

// profiles is the day's travel as a matrix.
func (d *fsDay) profiles() []*calloutv1.TravelProfile {
	if d.Travel.Kind == "matrix" {
		return travel(d.size(), func(i, j int) int32 { return int32(d.Travel.Seconds[i][j]) })
	}
	k := d.Travel.Detour / d.Travel.Speed
	points := make([]spherical, len(d.Locations))
	for i, at := range d.Locations {
		points[i] = newSpherical(at[0], at[1])
	}
	return travel(len(points), func(i, j int) int32 { return points[i].seconds(&points[j], k) })
}

// spherical is a point in radians, with what every distance from it needs.
type spherical struct{ lat, lon, cos float64 }

func newSpherical(lat, lon float64) spherical {
	pi := math.Pi // a variable: constants would be divided exactly, and the format's own reader rounds
	degree := pi / 180
	return spherical{lat: lat * degree, lon: lon * degree, cos: math.Cos(lat * degree)}
}

// seconds is the great-circle distance times k, rounded up. Operations and their order are those that the format defines;
// each is rounded by itself, so that no result depends on fused instructions.
func (a *spherical) seconds(b *spherical, k float64) int32 {
	s := math.Sin((b.lat - a.lat) / 2)
	t := math.Sin((b.lon - a.lon) / 2)
	h := float64(s*s) + float64(a.cos*b.cos*float64(t*t))
	return int32(math.Ceil(k * earthDiameter * math.Asin(min(1, math.Sqrt(h)))))
}
