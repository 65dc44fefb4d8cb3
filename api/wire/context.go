package wire

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Context is what a problem's answers need besides the problem: names, and when second 0 was. It is immutable and may be used
// by any number of goroutines at once.
type Context struct {
	Epoch    time.Time // second 0 of the horizon
	Currency string    // ISO 4217 code, or empty
	// Zones holds the time zone of each location, by index.
	Zones []*time.Location

	missing []Missing   // locations without a road
	roads   []*liveRoad // by profile, nil for those that are not on roads; nil: none is
	buckets map[model.ProfileIdx]kept

	problem *model.Problem
	lim     Limits
	jobs    map[string]model.JobIdx
	shifts  map[shiftKey]model.ShiftIdx
	nodes   map[string]model.NodeIdx
	skus    map[string]model.SKUIdx
	tools   map[string]model.ToolIdx
	tiers   map[string]model.TierIdx
	lanes   map[laneKey]model.LaneIdx
	inbound map[string]lotKey
	reach   reach
	read    *lookups

	multipliers []int64 // of change prices, per job, in thousandths
}

// lookups are what jobs are read with, those of a problem and more of them later.
type lookups struct {
	epoch       int64 // of second 0, in seconds since 1970
	first, last int64 // the earliest and latest time that a plan may have, in seconds since 1970
	now         model.Time
	prices      prices
	// Indices of ids and names.
	locations    map[string]model.LocIdx
	profiles     map[string]model.ProfileIdx
	technicians  map[string]model.TechIdx
	skills       names[model.SkillIdx]
	certificates names[model.CertIdx]
	tools        names[model.ToolIdx]
	skus         names[model.SKUIdx]
	tiers        names[model.TierIdx]
}

// shiftKey names a shift: its id is unique for its technician only.
type shiftKey struct{ technician, shift string }

// laneKey names a lane: its id is unique for its node only.
type laneKey struct {
	node model.NodeIdx
	id   string
}

// lotKey is a lot as a supply names it.
type lotKey struct {
	node model.NodeIdx
	lot  int32
}

// road that a profile travels on, or nil.
func (c *Context) road(k model.ProfileIdx) *liveRoad {
	if int(k) < len(c.roads) {
		return c.roads[k]
	}
	return nil
}

// Time of the horizon as an instant.
func (c *Context) Time(t model.Time) *timestamppb.Timestamp {
	return &timestamppb.Timestamp{Seconds: c.Epoch.Unix() + t}
}

// lasting is a number of seconds as a message.
func lasting(d model.Duration) *durationpb.Duration { return &durationpb.Duration{Seconds: d} }

// Problem converts a problem that needs nothing sent before. With faults the other two results are not to be used; straight-line
// profiles have no matrix yet.
func Problem(p *calloutv1.Problem, lim Limits) (*model.Problem, *Context, Faults) {
	return (&Intake{Limits: lim}).convert(p)
}
