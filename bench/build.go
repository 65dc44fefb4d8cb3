package bench

import (
	"strconv"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// Bounds on what a file may ask for.
const (
	maxLocations = 5000
	maxCrew      = 5000
	maxNames     = 5000 // of skills, of tools, of spare parts
)

// maxPrice bounds the price of a job left out: with all jobs that a file may have, and all that a plan of it can cost beside
// them, the sum stays within what a request may cost.
const maxPrice = 1e8

const (
	profileID = "vehicle"
	shiftID   = "day"
)

func at(second int64) *timestamppb.Timestamp { return &timestamppb.Timestamp{Seconds: second} }

func lasting(seconds int64) *durationpb.Duration { return &durationpb.Duration{Seconds: seconds} }

// within is a hard window of the start of service.
func within(from, to int64) []*calloutv1.TimeWindow {
	return []*calloutv1.TimeWindow{{
		Kind:  calloutv1.WindowKind_WINDOW_KIND_AVAILABILITY,
		Binds: calloutv1.WindowBinds_WINDOW_BINDS_SERVICE_START,
		Start: at(from), End: at(to),
	}}
}

// day is a technician's only shift, from home to home.
func day(home string, from, to int64) []*calloutv1.Shift {
	return []*calloutv1.Shift{{
		Id: shiftID, StartLocationId: home, EndLocationId: home, EarliestStart: at(from), LatestEnd: at(to),
	}}
}

// places numbers n locations from 0.
func places(n int) []*calloutv1.Location {
	out := make([]*calloutv1.Location, n)
	for k := range out {
		out[k] = &calloutv1.Location{Id: strconv.Itoa(k)}
	}
	return out
}

// travel is a profile with a matrix; seconds is asked for each pair.
func travel(n int, seconds func(from, to int) int32) []*calloutv1.TravelProfile {
	m := &calloutv1.Matrix{Durations: make([]int32, 0, n*n)}
	for i := range n {
		for j := range n {
			m.Durations = append(m.Durations, seconds(i, j))
		}
	}
	return []*calloutv1.TravelProfile{{Id: profileID, Travel: &calloutv1.TravelProfile_Matrix{Matrix: m}}}
}

// plainObjective is a preset that adds nothing to what shifts and jobs cost by themselves.
func plainObjective() *calloutv1.Objective {
	return &calloutv1.Objective{Preset: calloutv1.Preset_PRESET_COST_FIRST}
}

// perSecondDriven costs one currency unit per second of driving, and nothing else.
func perSecondDriven() *calloutv1.ShiftCosts {
	return &calloutv1.ShiftCosts{CostPerHourTravelled: 3600}
}
