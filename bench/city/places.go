package city

import (
	"math"

	calloutv1 "callout/api/callout/v1"
)

// district is where people live and work: a centre, how far it spreads, and how much of the city's work arises there.
type district struct {
	name     string
	lat, lon float64
	km       float64 // standard deviation of the distance from the centre, north to south and east to west
	weight   float64
}

var districts = []district{
	{"Innere Stadt", 48.2085, 16.3721, 0.5, 5},
	{"Leopoldstadt", 48.2167, 16.3990, 0.9, 10},
	{"Landstraße", 48.1986, 16.3948, 0.7, 9},
	{"Wieden", 48.1927, 16.3711, 0.4, 4},
	{"Margareten", 48.1877, 16.3555, 0.4, 5},
	{"Mariahilf", 48.1957, 16.3505, 0.4, 4},
	{"Neubau", 48.2024, 16.3480, 0.4, 4},
	{"Josefstadt", 48.2108, 16.3472, 0.3, 3},
	{"Alsergrund", 48.2245, 16.3550, 0.5, 5},
	{"Favoriten", 48.1670, 16.3810, 1.2, 18},
	{"Simmering", 48.1680, 16.4350, 1.2, 10},
	{"Meidling", 48.1760, 16.3300, 0.7, 9},
	{"Hietzing", 48.1790, 16.2780, 1.0, 5},
	{"Penzing", 48.1980, 16.2850, 0.9, 8},
	{"Fünfhaus", 48.1965, 16.3290, 0.5, 7},
	{"Ottakring", 48.2150, 16.3080, 0.7, 9},
	{"Hernals", 48.2280, 16.3100, 0.6, 5},
	{"Währing", 48.2340, 16.3270, 0.6, 5},
	{"Döbling", 48.2530, 16.3430, 1.0, 7},
	{"Brigittenau", 48.2390, 16.3720, 0.6, 8},
	{"Floridsdorf", 48.2680, 16.4090, 1.4, 15},
	{"Donaustadt", 48.2330, 16.4620, 1.8, 17},
	{"Liesing", 48.1400, 16.2960, 1.2, 10},
	{"Klosterneuburg", 48.3050, 16.3260, 0.8, 3},
	{"Schwechat", 48.1390, 16.4720, 0.8, 3},
	{"Perchtoldsdorf", 48.1190, 16.2650, 0.7, 2},
	{"Mödling", 48.0860, 16.2850, 0.8, 2},
}

// faraway is beyond what any service area covers.
var faraway = district{"Eisenstadt", 47.8456, 16.5233, 0.5, 0}

// central tells whether an e-bike is the vehicle of choice.
func (d district) central() bool {
	return kmFromCentre(d.lat, d.lon) < 3
}

// kmFromCentre is the distance in kilometres from St. Stephen's, flat enough for a city.
func kmFromCentre(lat, lon float64) float64 {
	return math.Hypot((lat-48.2085)*kmPerDegree, (lon-16.3731)*kmPerDegree*math.Cos(48.2*math.Pi/180))
}

const kmPerDegree = 111.2

func (g *generator) anywhere() district {
	return weighted(g, districts, func(d district) float64 { return d.weight })
}

// place adds a location somewhere in a district.
func (g *generator) place(id string, d district) *calloutv1.Location {
	// Two standard deviations bound it, so that no district runs into the fields.
	spread := func() float64 { return max(-2, min(2, g.NormFloat64())) * d.km / kmPerDegree }
	lat := d.lat + spread()
	return g.placeAt(id, lat, d.lon+spread()/math.Cos(lat*math.Pi/180))
}

// placeAt adds a location; a hundred-thousandth of a degree is about a metre.
func (g *generator) placeAt(id string, lat, lon float64) *calloutv1.Location {
	l := &calloutv1.Location{
		Id:       id,
		Position: &calloutv1.LatLng{Latitude: round5(lat), Longitude: round5(lon)},
		TimeZone: Zone,
	}
	g.p.Locations = append(g.p.Locations, l)
	return l
}

func round5(x float64) float64 { return math.Round(x*1e5) / 1e5 }

const (
	van  = "van"
	car  = "car"
	bike = "e-bike"
)

// profiles are straight lines with the detours and speeds that cities impose, parking included.
func (g *generator) profiles() {
	straight := func(id string, detour, kmh float64) *calloutv1.TravelProfile {
		return &calloutv1.TravelProfile{Id: id, Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{
			DetourFactor: new(detour), Speed: new(math.Round(kmh/3.6*100) / 100),
		}}}
	}
	g.p.Profiles = []*calloutv1.TravelProfile{straight(van, 1.36, 31), straight(car, 1.34, 34), straight(bike, 1.22, 17)}
	if g.o.Rush {
		for _, p := range g.p.GetProfiles()[:2] { // bicycles get through
			p.GetStraightLine().SpeedFactors = g.rush()
		}
	}
}

// rush is how fast the traffic is through the days. Over the hours from 7 to 18 a way takes as long on average as without.
func (g *generator) rush() []*calloutv1.SpeedFactor {
	var out []*calloutv1.SpeedFactor
	for day := range g.o.Days {
		for _, s := range []struct {
			hour, minute int
			factor       float64
		}{
			{0, 0, 1.6},
			{6, 0, 1.4},
			{7, 0, 0.9},
			{7, 30, 0.72},
			{9, 0, 1},
			{10, 0, 1.35},
			{14, 0, 1.25},
			{15, 30, 0.9},
			{16, 30, 0.7},
			{18, 30, 1},
			{19, 30, 1.35},
		} {
			out = append(out, &calloutv1.SpeedFactor{Start: g.clock(day, s.hour, s.minute), Factor: s.factor})
		}
	}
	return out
}
