package report

import (
	"fmt"
	"math"

	"callout/cmd/callout/report/digest"
)

// hues and dashes together tell 27 routes apart; the style sheet has the colours, one set for light and one for dark, each
// legible on its ground.
const (
	hues   = 9
	dashes = 3
)

// look of a route.
type look struct{ Hue, Dash int }

// Class names the look in the style sheet.
func (l look) Class() string { return fmt.Sprintf("h%d d%d", l.Hue, l.Dash) }

// choose gives each technician a look. Technicians who work close to each other get different hues: each in turn takes, of
// the least used hues, the one whose users so far are farthest away.
func choose(d *digest.Digest) []look {
	type user struct{ lat, lon float64 }
	users := make([][]user, hues)
	looks := make([]look, len(d.Routes))
	byTech := map[string]look{}
	for k, r := range d.Routes {
		if l, seen := byTech[r.Technician]; seen {
			looks[k] = l
			continue
		}
		at := user{}
		at.lat, at.lon = centre(r)
		fewest := math.MaxInt
		for _, u := range users {
			fewest = min(fewest, len(u))
		}
		best, farthest := -1, -1.0
		for hue, u := range users {
			if len(u) > fewest {
				continue
			}
			near := math.Inf(1)
			for _, other := range u {
				near = min(near, math.Hypot(at.lat-other.lat, (at.lon-other.lon)*math.Cos(at.lat*math.Pi/180)))
			}
			if near > farthest {
				best, farthest = hue, near
			}
		}
		looks[k] = look{Hue: best, Dash: len(users[best]) % dashes}
		byTech[r.Technician] = looks[k]
		users[best] = append(users[best], at)
	}
	return looks
}

// centre of a route's stops.
func centre(r *digest.Route) (lat, lon float64) {
	n := 0.0
	for _, s := range r.Stops {
		if s.Place.Known {
			lat, lon, n = lat+s.Place.Lat, lon+s.Place.Lon, n+1
		}
	}
	return lat / max(n, 1), lon / max(n, 1)
}
