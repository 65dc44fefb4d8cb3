package model

import "math"

// Time is an instant in seconds since the start of the horizon.
type Time = int64

// Duration is a length of time in seconds.
type Duration = int64

// Meters is a distance in whole metres.
type Meters = int64

// Cost is an amount in millionths of the currency unit; rates are Cost per second or per metre.
type Cost = int64

const (
	// MaxTime bounds every time of a problem (about 8.5 years), so that sums stay far from overflow.
	MaxTime Time = 1 << 28
	// Unreachable marks a pair of locations without a way between them. No sum that contains it fits under MaxTime.
	Unreachable = 1 << 30
	// Unlimited is a stock that never runs out, or a cap that does not bind.
	Unlimited = math.MaxInt32
	// NoCap is the cap of a duration that is not limited.
	NoCap Duration = math.MaxInt32
	// NoTime stands for "never": later than every time of a problem.
	NoTime Time = math.MaxInt64 / 4
)

// Dense indices into the slices of a Problem.
type (
	JobIdx     int32
	TechIdx    int32
	ShiftIdx   int32
	NodeIdx    int32
	LocIdx     int32
	ProfileIdx int32
	SkillIdx   int32
	CertIdx    int32
	ToolIdx    int32
	SKUIdx     int32
	LaneIdx    int32
	TierIdx    int32
)

// NoNode is the end of a lane that goes to sites.
const NoNode NodeIdx = -1

// NoJob is the job before a visit that is its route's first.
const NoJob JobIdx = -1

// NoTier is the tier of jobs and lots that have none; its name in Problem.Tiers is empty.
const NoTier TierIdx = 0

// NoLoc is the start or end of a shift that has none (open start, open end).
const NoLoc LocIdx = -1
