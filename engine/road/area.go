package road

import "math"

// area in which a rule holds: a polygon, a circle, both or neither.
type area struct {
	everywhere bool
	box        box
	corners    []Point
	circle     *plane
	radius2    float64
}

func newArea(r *Rule) *area {
	a := &area{
		everywhere: len(r.Polygon) == 0 && r.Circle == nil, box: box{math.MinInt32, math.MinInt32, math.MaxInt32, math.MaxInt32},
	}
	if len(r.Polygon) > 0 {
		a.box = emptyBox
		for _, c := range r.Polygon {
			p := c.point()
			a.corners = append(a.corners, p)
			a.box = a.box.with(box{p.Lat, p.Lon, p.Lat, p.Lon})
		}
	}
	if r.Circle != nil {
		pl := newPlane(r.Circle.Center.point())
		a.circle, a.radius2 = &pl, r.Circle.Radius*r.Circle.Radius
		if len(r.Polygon) == 0 {
			lat, lon := r.Circle.Radius/pl.lat, math.Inf(1)
			if pl.east > 0 {
				lon = r.Circle.Radius / pl.east
			}
			a.box = box{
				clampInt(float64(pl.at.Lat) - lat - 1), clampInt(float64(pl.at.Lon) - lon - 1),
				clampInt(float64(pl.at.Lat) + lat + 1), clampInt(float64(pl.at.Lon) + lon + 1),
			}
		}
	}
	return a
}

func clampInt(v float64) int32 { return int32(max(math.MinInt32, min(math.MaxInt32, v))) }

func (c Coord) point() Point {
	return Point{Lat: int32(math.Round(c.Lat * 1e7)), Lon: int32(math.Round(c.Lon * 1e7))}
}

func (a *area) contains(p Point) bool {
	if a.circle != nil {
		if x, y := a.circle.xy(p); x*x+y*y > a.radius2 {
			return false
		}
	}
	if len(a.corners) == 0 {
		return true
	}
	// A ray to the east crosses the border an odd number of times.
	inside := false
	for i, c := range a.corners {
		d := a.corners[(i+1)%len(a.corners)]
		if (c.Lat > p.Lat) == (d.Lat > p.Lat) {
			continue
		}
		at := float64(c.Lon) + (float64(p.Lat)-float64(c.Lat))/(float64(d.Lat)-float64(c.Lat))*(float64(d.Lon)-float64(c.Lon))
		if float64(p.Lon) < at {
			inside = !inside
		}
	}
	return inside
}
