package wire

import (
	"context"
	"slices"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// Tour finds its way between the places of a profile on a road network. It is immutable and may be used by any number of goroutines at once.
type Tour interface {
	// Way is the encoded polyline from one location to another of who leaves at a time, empty where there is none.
	Way(from, to model.LocIdx, leaves time.Time) string
	// Approach is the travel between one more place and those there are, in seconds and metres. It returns why ctx ended, if it does first.
	Approach(ctx context.Context, lat, lon float64) (*Approach, error)
}

// Approach is the travel between one more place and those of a tour.
type Approach struct {
	Rows    []day.Row // one for each different matrix of the tour's spans, in the order of time
	Missing string    // why the place has no road, by all of them; empty: it has one
	Onward  Tour      // with that place
}

// RoadView is what a session knows of the road networks that its profiles travel on, and of its places, at some time. It is immutable and may be
// used by any number of goroutines at once.
type RoadView struct {
	lim         Limits
	first, last int64 // as in lookups
	names       []string
	profiles    map[string]model.ProfileIdx
	roads       []*liveRoad // by profile; nil: not on roads
	layers      []int       // different matrices, by profile
	ids         []string
	lat, lon    []float64
}

// liveRoad is a profile on a road network.
type liveRoad struct {
	query *RoadQuery // as the problem has it, without places
	ways  bool
	tour  Tour
	rules *calloutv1.Traffic // nil: those that the session began with
}

// RoadAnswer is what the roads say to an event.
type RoadAnswer struct {
	view   *RoadView
	travel []*RoadTravel // under new rules, by profile; nil: as before
	near   []*Approach   // of a new place, by profile; nil: not on roads
	faults Faults
}

// Of tells whether an answer is still true, of a view that may be newer.
func (a *RoadAnswer) Of(v *RoadView) bool { return a != nil && a.view == v }

// viewed is the view of a session's roads, or nil where no profile is on any.
func (l *Live) viewed() *RoadView {
	if !slices.ContainsFunc(l.Context.roads, func(r *liveRoad) bool { return r != nil }) {
		return nil
	}
	v := &RoadView{
		lim: l.Context.lim, first: l.read.first, last: l.read.last, profiles: l.read.profiles, roads: l.Context.roads,
	}
	for k := range l.Problem.Profiles {
		v.names, v.layers = append(v.names, l.Problem.Profiles[k].ID), append(v.layers, different(&l.Problem.Profiles[k]))
	}
	for k := range l.Problem.Locations {
		p := &l.Problem.Locations[k]
		v.ids, v.lat, v.lon = append(v.ids, p.ID), append(v.lat, p.Lat), append(v.lon, p.Lon)
	}
	return v
}

// View of the session's roads as of now, or nil where no profile is on any.
func (l *Live) View() *RoadView { return l.view }

// renews tells whether an event has rules of traffic.
func renews(in *calloutv1.TravelChanged) bool {
	return in.GetTraffic() != nil || in.GetTrafficDigest() != ""
}

// Asks tells whether an event asks something of the roads.
func (v *RoadView) Asks(in *calloutv1.DayEvent) bool {
	return v != nil && (renews(in.GetTravelChanged()) || in.GetJobAdded().GetLocation() != nil)
}

// Answer works out what an event asks: travel under new rules, by Intake.Road, or between a new place and the others. That takes from milliseconds to
// seconds; where ctx ends first, that is a fault.
func (v *RoadView) Answer(ctx context.Context, in *calloutv1.DayEvent, c *Intake) *RoadAnswer {
	return v.answer(ctx, in, c, false)
}

// answer likewise. What is restored may have been on a road once that is closed now.
func (v *RoadView) answer(ctx context.Context, in *calloutv1.DayEvent, c *Intake, restored bool) *RoadAnswer {
	a := &RoadAnswer{view: v, travel: make([]*RoadTravel, len(v.roads)), near: make([]*Approach, len(v.roads))}
	r := newReader(v.lim, "event")
	if r.structure(in.ProtoReflect()); !r.ok() {
		return a // whoever reads the event says so
	}
	if w := in.GetTravelChanged(); renews(w) {
		r.enter("travel_changed")
		v.renew(r, a, w, c)
		r.leave()
	}
	if place := in.GetJobAdded().GetLocation().GetLocation(); place != nil {
		r.enter("job_added.location.location")
		v.approach(ctx, r, a, place, restored)
		r.leave()
	}
	a.faults = r.done()
	return a
}

// maxRules bounds rules of traffic that a state has, in bytes.
const maxRules = 1 << 20

// renew works out travel under new rules.
func (v *RoadView) renew(r *reader, a *RoadAnswer, in *calloutv1.TravelChanged, c *Intake) {
	if in.GetTraffic() != nil && in.GetTrafficDigest() != "" {
		r.fault("traffic_digest", Conflict, "there are rules too")
	}
	r.effects("traffic", in.GetTraffic())
	var chosen []int
	cells := v.lim.MatrixCells
	n := len(v.ids)
	for k, road := range v.roads {
		switch {
		case in.GetProfileId() != "" && in.GetProfileId() != v.names[k]:
			cells -= n * n * v.layers[k]
		case road == nil:
			r.fault("profile_id", Conflict, "profile %s does not travel on a road network: rules of traffic say nothing to it", quote(v.names[k]))
		default:
			chosen = append(chosen, k)
		}
	}
	if !r.ok() {
		return
	}
	for _, k := range chosen {
		q := *v.roads[k].query
		q.IDs, q.Lat, q.Lon = v.ids, v.lat, v.lon
		q.Traffic, q.TrafficDigest, q.Whole = in.GetTraffic(), in.GetTrafficDigest(), true
		q.TrafficPath, q.DigestPath = r.where("traffic"), r.where("traffic_digest")
		q.NetworkPath, q.VehiclePath = r.where("profile_id"), r.where("profile_id")
		travel, faults := c.Road(&q, unix(v.first), unix(v.last), cells)
		for i := range faults {
			r.faultAs(faults[i])
		}
		if len(faults) > 0 {
			return
		}
		if k > chosen[0] { // the same: a state has them once
			travel.Traffic = a.travel[chosen[0]].Traffic
		} else if proto.Size(travel.Traffic) > maxRules {
			r.fault("traffic_digest", TooLarge, "the rules take more than a mebibyte")
			return
		}
		a.travel[k] = travel
		cells -= n * n * travel.different()
	}
}

// approach works out the travel between a new place and the others.
func (v *RoadView) approach(ctx context.Context, r *reader, a *RoadAnswer, in *calloutv1.Location, restored bool) {
	p := in.GetPosition()
	if p == nil {
		r.fault("position", Required, "must be set: a place on a road needs it")
		return
	}
	lat, lon := r.number("position.latitude", p.GetLatitude(), -90, 90), r.number("position.longitude", p.GetLongitude(), -180, 180)
	if !r.ok() {
		return
	}
	missing := ""
	for k, road := range v.roads {
		if road == nil {
			continue
		}
		near, err := road.tour.Approach(ctx, lat, lon)
		if err != nil {
			r.fault("", TooLarge, "travel could not be computed in time: %v", err)
			return
		}
		a.near[k], missing = near, near.Missing
	}
	without := func(k int, road *liveRoad) bool { return road != nil && a.near[k].Missing != "" }
	for k, road := range v.roads {
		if !without(k, road) {
			return
		}
	}
	if !restored {
		r.fault("position", day.CodeNotPossible, "location %s has no road: %s", quote(in.GetId()), missing)
	}
}

// with is the view after an event that was applied.
func (v *RoadView) with(a *RoadAnswer, in *calloutv1.DayEvent) *RoadView {
	out := *v
	out.roads, out.layers = slices.Clone(v.roads), slices.Clone(v.layers)
	for k := range out.roads {
		if out.roads[k] == nil {
			continue
		}
		road := *out.roads[k]
		switch {
		case a.travel[k] != nil:
			road.tour, road.rules = a.travel[k].Tour, a.travel[k].Traffic
			out.layers[k] = a.travel[k].different()
		case a.near[k] != nil:
			road.tour = a.near[k].Onward
		}
		out.roads[k] = &road
	}
	if place := in.GetJobAdded().GetLocation().GetLocation(); place != nil {
		out.ids = append(slices.Clip(v.ids), place.GetId())
		out.lat = append(slices.Clip(v.lat), place.GetPosition().GetLatitude())
		out.lon = append(slices.Clip(v.lon), place.GetPosition().GetLongitude())
	}
	return &out
}

// renewed are the rules that a profile came by after the session began, or nil.
func (v *RoadView) renewed(k int) *calloutv1.Traffic {
	if v == nil || v.roads[k] == nil {
		return nil
	}
	return v.roads[k].rules
}

// different counts the different matrices of a profile that has its travel, or is a straight line that does not have it yet.
func different(p *model.Profile) int {
	seen := make(map[*model.Matrix]bool)
	for _, b := range p.Series {
		seen[b.Matrix] = true
	}
	speeds := make(map[float64]bool)
	for _, s := range p.Speeds {
		speeds[s.Factor] = true
	}
	return max(1, len(seen), len(speeds))
}

// different counts the different matrices of travel on roads.
func (t *RoadTravel) different() int {
	seen := make(map[*model.Matrix]bool)
	for _, s := range t.Spans {
		seen[s.Matrix] = true
	}
	return len(seen)
}
