package wire

// The codes of faults. They are stable: clients may store and compare them. Codes explains each.
const (
	Required       = "REQUIRED"
	Null           = "NULL"
	UnknownField   = "UNKNOWN_FIELD"
	UnknownEnum    = "UNKNOWN_ENUM"
	Unsupported    = "UNSUPPORTED"
	NotFinite      = "NOT_FINITE"
	OutOfRange     = "OUT_OF_RANGE"
	InvalidTime    = "INVALID_TIME"
	InvalidZone    = "INVALID_TIME_ZONE"
	TooLong        = "TOO_LONG"
	TooMany        = "TOO_MANY"
	TooLarge       = "TOO_LARGE"
	Duplicate      = "DUPLICATE"
	UnknownID      = "UNKNOWN_ID"
	UnknownHandle  = "UNKNOWN_HANDLE"
	Conflict       = "CONFLICT"
	EndBeforeStart = "END_BEFORE_START"
	BreakOrder     = "BREAK_ORDER"
	BucketOrder    = "BUCKET_ORDER"
	RiskOrder      = "RISK_ORDER"
	Horizon        = "HORIZON"
	MatrixShape    = "MATRIX_SHAPE"
	CostOverflow   = "COST_OVERFLOW"
	MixedTimes     = "MIXED_TIMES"
	NoSuchCall     = "NO_SUCH_CALL"
	MoreFaults     = "MORE_FAULTS"
)

// CodeEntry explains a code of a fault.
type CodeEntry struct {
	Code    string
	Meaning string
	Example string
	Fix     string
}

// Codes lists every code. CODES.md is the same as a table.
var Codes = []CodeEntry{
	{Required, "A field that must be set is absent or empty.", "a job without `location_id`", "Set it."},
	{Null, "An element of a list, or a chosen alternative, is null.", "`jobs: [null]`", "Leave it out."},
	{
		UnknownField, "This version does not know the field.", "a field of a later version, named by its number",
		"Leave it out, or use a server that knows it.",
	},
	{UnknownEnum, "This version does not know the enum value.", "`kind: 99`", "Use a value of the enum."},
	{
		Unsupported, "This version knows the field or value, but does not act on it yet.", "`pins`",
		"Leave it out: it would be ignored, and that would be worse.",
	},
	{NotFinite, "A number is infinite or not a number.", "`unit_cost: NaN`", "Send a finite number."},
	{OutOfRange, "A number or duration lies outside its range.", "`priority: -1`", "See the field's documentation for its range."},
	{
		InvalidTime, "A Timestamp or Duration is not a valid one.", "a Timestamp with -1 `nanos`",
		"Keep to the years 1 to 9999, and nanos to 0 to 999,999,999.",
	},
	{InvalidZone, "The time zone is not in the IANA database.", "`Europe/Atlantis`", "Use a name such as `Europe/Vienna`."},
	{TooLong, "A string is longer than the server allows.", "an id of 10,000 bytes", "Shorten it."},
	{TooMany, "A list has more elements than the server allows.", "1,000,000 jobs", "Split the problem, or raise the server's limits."},
	{
		TooLarge, "A size or budget is larger than the server allows.", "a time budget of a week",
		"Ask for less, or raise the server's limits.",
	},
	{Duplicate, "The same id or name occurs twice where it may occur once.", "two jobs `J1`", "Rename or merge them."},
	{UnknownID, "An id refers to nothing in the problem.", "`location_id: \"L9\"` without such a location", "Add it, or correct the id."},
	{
		UnknownHandle, "Nothing is held under the handle for this tenant, or not any more. A request without other faults is then answered " +
			"`FAILED_PRECONDITION`.", "`matrix_handle` of an hour ago", "Send the content in place of the handle.",
	},
	{Conflict, "Two fields exclude each other.", "`unlimited` together with `quantity`", "Keep one of them."},
	{EndBeforeStart, "A span of time ends before it starts.", "a window from 12:00 to 10:00", "Correct one of the two."},
	{
		BreakOrder, "Ordered by earliest start, the breaks' latest starts decrease.",
		"one break within 10:00 to 14:00, another within 11:00 to 12:00", "Give the breaks windows in one order.",
	},
	{
		BucketOrder, "A span of travel by the hour starts less than a minute after the one before.",
		"a bucket from 9:00 on after one from 10:00 on", "Put the spans in order, and join the shortest ones.",
	},
	{
		RiskOrder, "A point of a risk's curve is not behind the one before, or less likely.",
		"0.3 on Monday, then 0.2 on Tuesday", "Put the points in order of time, with probabilities that do not fall.",
	},
	{
		Horizon, "A time lies too far from the others.", "a shift three years after the first", "Send only what is to be planned now.",
	},
	{
		MatrixShape, "A matrix does not have one entry for each pair of locations.", "8 durations for 3 locations",
		"Send n*n entries in the order of the locations.",
	},
	{
		CostOverflow, "Prices times weights are so high that costs could not be added exactly.",
		"prices of 1,000,000,000 in three strict tiers", "Lower prices or weights, or use fewer tiers.",
	},
	{
		MixedTimes, "A route gives some of its times but not all.", "a route with `depart`, whose stops have no times",
		"Give all times of the route, or none.",
	},
	{
		NoSuchCall, "A part or tool comes from a call at a node that the route does not make before the visit.",
		"`node_id: \"N1\"` before the pick-up there", "Put the pick-up before the visit, or name another source.",
	},
	{MoreFaults, "There are more faults than are listed; the message tells how many.", "", "Correct those listed first."},
}
