package city

import (
	"encoding/hex"

	calloutv1 "callout/api/callout/v1"
	"callout/engine/road"
	"callout/engine/road/roadtest"
)

// Streets makes up a map for the city: real ones come with licences, and this project with none of them. It has streets of all classes,
// one-way streets, a river with few bridges, gates and banned turns, some 250 m apart over the whole city and its suburbs, and none in
// Eisenstadt.
func Streets(seed uint64) *roadtest.Map { return roadtest.WideCity(seed, 106, 250, 48.197, 16.368) }

// vehicles of the profiles on roads.
var vehicles = map[string]string{van: "van", car: "car", bike: "bicycle"}

// OnRoads has the profiles of a day travel on a road network, by its digest in hexadecimal, with the way of each leg. With rush hours
// vans and cars are slow in them.
func OnRoads(p *calloutv1.Problem, network string, rush bool) {
	for _, profile := range p.GetProfiles() {
		roads := &calloutv1.RoadNetwork{NetworkDigest: network, Vehicle: vehicles[profile.GetId()], Polylines: true}
		if rush && profile.GetId() != bike {
			roads.Traffic = rushHours()
		}
		profile.Travel = &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: roads}
	}
}

// rushHours are about those of straight lines, by whole hours.
func rushHours() *calloutv1.Traffic {
	out := new(calloutv1.Traffic)
	for _, s := range []struct {
		from, until int32
		factor      float64
	}{{0, 7, 0.7}, {7, 9, 1.3}, {10, 15, 0.8}, {16, 19, 1.35}, {19, 24, 0.75}} {
		rule := &calloutv1.TrafficRule{Effect: &calloutv1.TrafficRule_Factor{Factor: s.factor}}
		for day := range int32(7) {
			rule.Hours = append(rule.Hours, &calloutv1.HourRange{From: 24*day + s.from, Until: 24*day + s.until})
		}
		out.Rules = append(out.Rules, rule)
	}
	return out
}

// Move a day into a network, wherever that is: positions keep their place in the rectangle of all, but for those far outside the city.
func Move(p *calloutv1.Problem, n *road.Network) {
	const south, north, west, east = 48.12, 48.29, 16.26, 16.48
	least, greatest := n.Bounds()
	into := func(v, from, to float64, lo, hi int32) float64 {
		share := 0.1 + 0.8*max(0, min(1, (v-from)/(to-from)))
		return (float64(lo) + share*(float64(hi)-float64(lo))) / 1e7
	}
	for _, l := range p.GetLocations() {
		at := l.GetPosition()
		at.Latitude = into(at.GetLatitude(), south, north, least.Lat, greatest.Lat)
		at.Longitude = into(at.GetLongitude(), west, east, least.Lon, greatest.Lon)
	}
	for _, t := range p.GetTechnicians() {
		t.ServiceArea = nil // it was another city's
	}
	digest := n.Digest()
	OnRoads(p, hex.EncodeToString(digest[:]), false)
}
