package road

import (
	"errors"
	"fmt"
	"math"
)

// Place is a place on a road.
type Place struct {
	Segment int32
	At      int32 // dm from the segment's begin
	Point   Point // on the road
	Away    int32 // dm from the point asked for
}

// Why there is no place for a point.
var (
	ErrTooFar = errors.New("road: no road of the profile is near")
	ErrCutOff = errors.New("road: only roads are near that are cut off from all others")
)

// NoPlaceError says that there is no road within a limit of a point, or none that leads anywhere. It is of kind ErrTooFar or ErrCutOff.
type NoPlaceError struct {
	Point Point
	Limit float64 // metres
	Kind  error
}

func (e *NoPlaceError) Error() string {
	return fmt.Sprintf("%v (within %.0f m of %.5f, %.5f)", e.Kind, e.Limit, float64(e.Point.Lat)/1e7, float64(e.Point.Lon)/1e7)
}

func (e *NoPlaceError) Unwrap() error { return e.Kind }

// Way of OpenStreetMap that a place is on.
func (n *Network) Way(p Place) int64 { return n.wayID[n.way[p.Segment]] }

// At returns the point of a latitude and a longitude in degrees, or an error if it is outside the world.
func At(lat, lon float64) (Point, error) {
	if !(math.Abs(lat) <= 90 && math.Abs(lon) <= 180) {
		return Point{}, fmt.Errorf("road: latitude %v, longitude %v are outside the world", lat, lon)
	}
	return Point{Lat: int32(math.Round(lat * 1e7)), Lon: int32(math.Round(lon * 1e7))}, nil
}

// Locate finds the nearest place within so many metres on a road of the biggest part that hangs together; of equally near roads, the one
// of the lowest number. Distances are those in the plane that touches the earth at the point. It returns a *NoPlaceError if there is none.
func (w *Weights) Locate(at Point, limit float64) (Place, error) {
	pl := newPlane(at)
	best, found, others := Place{Segment: -1}, false, false
	w.n.tree.nearest(pl, limit*limit, func(s int32, within float64) float64 {
		if w.duration[2*s] == shut && w.duration[2*s+1] == shut {
			return within
		}
		usable := w.main[2*s]|w.main[2*s+1] != 0
		if !usable && (others || found) {
			return within
		}
		k, share, away := w.n.project(pl, s)
		if away > within || found && away == within && s > best.Segment {
			return within
		}
		if !usable {
			others = true
			return within
		}
		found = true
		best = w.n.place(s, k, share)
		best.Away = int32(min(math.Round(10*math.Sqrt(away)), math.MaxInt32))
		return away
	})
	if found {
		return best, nil
	}
	kind := ErrTooFar
	if others {
		kind = ErrCutOff
	}
	return Place{}, &NoPlaceError{Point: at, Limit: limit, Kind: kind}
}

// project the middle of a plane onto a segment: the nearest point is a share of the way along piece k of its line, and away is the square of
// the distance.
func (n *Network) project(pl plane, s int32) (k int, share, away float64) {
	away = math.Inf(1)
	line := n.line(s)
	x0, y0 := pl.xy(line[0])
	for i, q := range line[1:] {
		x1, y1 := pl.xy(q)
		dx, dy := x1-x0, y1-y0
		t := 0.0
		if l := dx*dx + dy*dy; l > 0 {
			t = max(0, min(1, -(x0*dx+y0*dy)/l))
		}
		x, y := x0+t*dx, y0+t*dy
		if d := x*x + y*y; d < away {
			k, share, away = i, t, d
		}
		x0, y0 = x1, y1
	}
	return k, share, away
}

// place a share of the way along piece k of a segment.
func (n *Network) place(s int32, k int, share float64) Place {
	line := n.line(s)
	before, total := 0.0, 0.0
	for i := range line[1:] {
		l := Metres(line[i], line[i+1])
		switch {
		case i < k:
			before += l
		case i == k:
			before += share * l
		}
		total += l
	}
	p := Place{Segment: s}
	if total > 0 {
		p.At = int32(math.Round(float64(n.length[s]) * min(1, before/total)))
	}
	p.Point = between(line[k], line[k+1], share)
	return p
}
