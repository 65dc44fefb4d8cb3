package modeltest

import (
	"math"
	"strconv"

	"callout/solver/model"
)

// The region is about 30 km by 30 km.
const (
	south, north = 47.25, 47.52
	west, east   = 8.35, 8.75
)

func name(prefix string, k int) string { return prefix + strconv.Itoa(k) }

// place adds a location.
func (g *generator) place() model.LocIdx {
	return g.placeAt(south+(north-south)*g.Float64(), west+(east-west)*g.Float64())
}

func (g *generator) placeAt(lat, lon float64) model.LocIdx {
	k := len(g.p.Locations)
	g.p.Locations = append(g.p.Locations, model.Location{ID: name("place-", k), Lat: lat, Lon: lon, HasCoord: true})
	return model.LocIdx(k)
}

// profiles names the profiles; travel gives them their matrices once all places are known.
func (g *generator) profiles() {
	n := 1
	if g.chance(g.o.Profiles) {
		n = 2 + g.IntN(2)
	}
	for k := range n {
		g.p.Profiles = append(g.p.Profiles, model.Profile{ID: name("profile-", k)})
	}
}

// travel draws a matrix per profile: the great circle, longer by a factor drawn per ordered pair. So it is asymmetric and
// breaks the triangle inequality, as real matrices do. One profile in five has no distances.
func (g *generator) travel() {
	locs := g.p.Locations
	n := len(locs)
	for k := range g.p.Profiles {
		m := &model.Matrix{N: n, Durations: make([]int32, n*n)}
		if g.chance(0.8) {
			m.Distances = make([]int32, n*n)
		}
		speed := 6 + 8*g.Float64() // metres per second
		for a := range n {
			for b := range n {
				if a == b {
					continue
				}
				metres := model.GreatCircle(locs[a].Lat, locs[a].Lon, locs[b].Lat, locs[b].Lon) * (1.1 + 0.5*g.Float64())
				seconds := int32(math.Ceil(metres / speed))
				if g.chance(g.o.Unreachable) {
					seconds = model.Unreachable
				}
				m.Durations[a*n+b] = seconds
				if m.Distances != nil {
					m.Distances[a*n+b] = int32(math.Ceil(metres))
				}
			}
		}
		if g.o.Metric {
			shorten(m)
		}
		g.p.Profiles[k].Matrix = m
		if g.o.Hours > 0 && g.chance(g.o.Hours) {
			g.p.Profiles[k].Matrix, g.p.Profiles[k].Series = nil, g.series(m)
		}
	}
}

// shorten makes every way the quickest one by other places, so that none is quicker by a place than without, and then likewise the
// distances, which are those of ways of their own.
func shorten(m *model.Matrix) {
	for _, d := range [][]int32{m.Durations, m.Distances} {
		for via := range m.N {
			for a := range len(d) / m.N {
				for b := range m.N {
					if by := int64(d[a*m.N+via]) + int64(d[via*m.N+b]); by < int64(d[a*m.N+b]) {
						d[a*m.N+b] = int32(by)
					}
				}
			}
		}
	}
}

// area is a disc or a polygon, or both, large enough to hold a good part of the region.
func (g *generator) area() *model.Area {
	a := &model.Area{Lat: (south + north) / 2, Lon: (west + east) / 2}
	if g.chance(0.6) {
		a.Lat += (g.Float64() - 0.5) * (north - south) / 2
		a.Lon += (g.Float64() - 0.5) * (east - west) / 2
		a.RadiusM = float64(g.between(9_000, 18_000))
	}
	if a.RadiusM == 0 || g.chance(0.2) {
		for k := range 5 + g.IntN(3) {
			angle := (float64(k) + g.Float64()/2) * 2 * math.Pi / 7
			a.Polygon = append(a.Polygon, [2]float64{
				a.Lat + (north-south)*0.6*math.Sin(angle),
				a.Lon + (east-west)*0.6*math.Cos(angle),
			})
		}
	}
	return a
}

// placeWithin adds a location that the area contains, or anywhere if none turns up soon.
func (g *generator) placeWithin(a *model.Area) model.LocIdx {
	for range 20 {
		lat, lon := south+(north-south)*g.Float64(), west+(east-west)*g.Float64()
		if a.Contains(lat, lon) {
			return g.placeAt(lat, lon)
		}
	}
	return g.place()
}
