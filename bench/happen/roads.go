package happen

import (
	"slices"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
)

// onRoads fills an event of RoadKinds, where the day has any.
func (t *Teller) onRoads(e *calloutv1.DayEvent, kind string) {
	if kind == "job at a new place" {
		t.elsewhere(e)
		return
	}
	var list []*calloutv1.TravelProfile
	for _, p := range t.problem.GetProfiles() {
		if p.GetRoadNetwork() != nil {
			list = append(list, p)
		}
	}
	if len(list) == 0 {
		return
	}
	profile := pick(t, list)
	rules := proto.CloneOf(profile.GetRoadNetwork().GetTraffic())
	c := &calloutv1.TravelChanged{ProfileId: profile.GetId(), Traffic: rules}
	if rules == nil {
		c.Traffic = new(calloutv1.Traffic)
	}
	if len(list) == len(t.problem.GetProfiles()) && !slices.ContainsFunc(list, func(p *calloutv1.TravelProfile) bool {
		return !proto.Equal(p.GetRoadNetwork().GetTraffic(), rules)
	}) {
		c.ProfileId = "" // a jam is one for all
	}
	if kind == "traffic rules" {
		c.Traffic.Rules = append(c.Traffic.Rules, t.jam())
	}
	e.What = &calloutv1.DayEvent_TravelChanged{TravelChanged: c}
}

// jam is around somewhere, for the rest of the day or the next hours.
func (t *Teller) jam() *calloutv1.TrafficRule {
	const least, most = 500.0, 3000.0 // metres
	rule := &calloutv1.TrafficRule{
		Effect: &calloutv1.TrafficRule_Factor{Factor: 1.5 + 3*t.Float64()},
		Circle: &calloutv1.Circle{Center: t.somewhere(), Radius: least + (most-least)*t.Float64()},
	}
	switch t.IntN(4) {
	case 0: // by whole hours of the week, of which there are always some to come
		hour := int32((int(t.Now.Weekday())+6)%7*24 + t.Now.Hour())
		rule.Hours = []*calloutv1.HourRange{{From: min(hour+1, 167), Until: min(hour+4, 168)}}
	case 1: // a road is closed
		rule.Effect = &calloutv1.TrafficRule_Closed{Closed: true}
		rule.Circle.Radius = least / 2
	}
	return rule
}

// somewhere is the position of one of the problem's locations that have one.
func (t *Teller) somewhere() *calloutv1.LatLng {
	for range 100 {
		if p := pick(t, t.problem.GetLocations()).GetPosition(); p != nil {
			return proto.CloneOf(p)
		}
	}
	return new(calloutv1.LatLng)
}

// elsewhere brings a job near one of the problem's locations, where the server finds out how far that is.
func (t *Teller) elsewhere(e *calloutv1.DayEvent) {
	for _, p := range t.problem.GetProfiles() {
		if p.GetRoadNetwork() == nil && p.GetStraightLine() == nil {
			return
		}
	}
	const near = 0.004 // degrees
	at := t.somewhere()
	at.Latitude += near * (t.Float64() - 0.5)
	at.Longitude += near * (t.Float64() - 0.5)
	j := t.newJob(e)
	j.LocationId = "at-" + e.GetId()
	e.What = &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{
		Job: j, Location: &calloutv1.NewLocation{Location: &calloutv1.Location{Id: j.GetLocationId(), Position: at}},
	}}
}
