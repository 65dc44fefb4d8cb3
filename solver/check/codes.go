package check

// Code names a kind of violation. Codes are stable: they may be stored and compared.
type Code string

// Unit is what the size of a violation is counted in.
type Unit string

// The units of sizes.
const (
	Seconds Unit = "seconds"
	Metres  Unit = "metres"
	Levels  Unit = "levels"
	Pieces  Unit = "pieces" // parts or tools
	Weight  Unit = "weight" // millionths of a kilogram
	Volume  Unit = "volume" // millionths of a litre
	Count   Unit = "count"  // of whatever the code is about
)

// The codes, in the order of the table below.
const (
	RouteCount        Code = "route_count"
	RouteShift        Code = "route_shift"
	UnusedShift       Code = "unused_shift"
	UnknownStop       Code = "unknown_stop"
	UnknownBreak      Code = "unknown_break"
	TimeRange         Code = "time_range"
	JobRepeated       Code = "job_repeated"
	UnassignedOrder   Code = "unassigned_order"
	UnassignedVisited Code = "unassigned_visited"
	UnassignedMissing Code = "unassigned_missing"

	SkillLevel         Code = "skill_level"
	AnySkill           Code = "any_skill"
	CertificateMissing Code = "certificate"
	RequiredTechnician Code = "required_technician"
	ExcludedTechnician Code = "excluded_technician"
	ServiceArea        Code = "service_area"

	Release          Code = "release"
	HardWindow       Code = "hard_window"
	ServiceDuration  Code = "service_duration"
	NodeClosed       Code = "node_closed"
	HandlingDuration Code = "handling_duration"

	DepartEarly  Code = "depart_early"
	FinishLate   Code = "finish_late"
	OpenStart    Code = "open_start"
	OpenEnd      Code = "open_end"
	NoWay        Code = "unreachable"
	TravelTime   Code = "travel_time"
	StartEarly   Code = "start_before_arrival"
	MaxWork      Code = "max_work"
	MaxDrive     Code = "max_drive"
	MaxSpell     Code = "max_spell"
	BreakWindow  Code = "break_window"
	BreakLength  Code = "break_duration"
	BreakOrder   Code = "break_order"
	BreakOverlap Code = "break_overlap"
	BreakOutside Code = "break_outside"
	BreakInWork  Code = "break_interrupts"
	BreakArrival Code = "break_at_arrival"
	BreakOwed    Code = "break_owed"
	BreakSkipped Code = "break_skipped"

	SupplySource   Code = "supply_source"
	SupplyQuantity Code = "supply_quantity"
	PartsShort     Code = "parts_short"
	PartsSurplus   Code = "parts_surplus"
	PartsMixed     Code = "parts_mixed"
	VanStock       Code = "van_stock"
	VanWeight      Code = "van_weight"
	VanVolume      Code = "van_volume"
	NodeStock      Code = "node_stock"
	ToolMissing    Code = "tool_missing"
	ToolSurplus    Code = "tool_surplus"
	ToolNotCarried Code = "tool_not_carried"
	NodeTools      Code = "node_tools"
	ShipmentWay    Code = "shipment_way"
	ShipmentTimes  Code = "shipment_times"
	CutOff         Code = "cut_off"
	PartNotThere   Code = "part_not_there"
	Reserved       Code = "reserved"
	ReturnPlace    Code = "return_place"
	ReturnsMissing Code = "returns_missing"
	ReturnsSurplus Code = "returns_surplus"
)

// Entry explains a code; Meaning says what is wrong and what Size measures.
type Entry struct {
	Code    Code
	Unit    Unit
	Meaning string
}

// Table lists every code.
var Table = []Entry{
	{RouteCount, Count, "the plan does not have one route per shift: routes missing or too many"},
	{RouteShift, Count, "a route names another shift than that of its place in the plan"},
	{UnusedShift, Count, "a route without stops has breaks: how many"},
	{UnknownStop, Count, "a stop is of no known kind, or its job or node does not exist"},
	{UnknownBreak, Count, "a break that the shift does not have"},
	{TimeRange, Seconds, "a stated time lies outside the range of times: how far"},
	{JobRepeated, Count, "a job is visited again"},
	{UnassignedOrder, Count, "the list of unassigned jobs is not increasing, or names no job"},
	{UnassignedVisited, Count, "a job is listed as unassigned and yet visited"},
	{UnassignedMissing, Count, "a job is neither visited nor listed as unassigned"},

	{SkillLevel, Levels, "the technician lacks a required skill or its level: levels missing"},
	{AnySkill, Levels, "the technician has none of a choice of skills at its level: levels missing for the nearest"},
	{CertificateMissing, Seconds, "a certificate is not held throughout the shift: seconds without it"},
	{RequiredTechnician, Count, "the technician is not among those that the job requires"},
	{ExcludedTechnician, Count, "the job excludes the technician"},
	{ServiceArea, Metres, "the job lies outside the technician's service area: how far"},

	{Release, Seconds, "service starts before the job's release: how early"},
	{HardWindow, Seconds, "the bound instant lies in no hard window: distance to the nearest"},
	{ServiceDuration, Seconds, "service does not last the job's service time: by how much"},
	{NodeClosed, Seconds, "handling does not start within opening hours: distance to the nearest"},
	{HandlingDuration, Seconds, "handling does not last the node's handling time: by how much"},

	{DepartEarly, Seconds, "departure before the shift's earliest: how early"},
	{FinishLate, Seconds, "the route finishes after the shift's latest end: how late"},
	{OpenStart, Seconds, "the route has an open start and does not begin at its first stop: the difference"},
	{OpenEnd, Seconds, "the route has an open end and does not finish with its last stop: the difference"},
	{NoWay, Count, "there is no way from the stop before, or to the end"},
	{TravelTime, Seconds, "less time than the drive and the breaks on it take: seconds missing"},
	{StartEarly, Seconds, "service or handling starts before arrival: how early"},
	{MaxWork, Seconds, "working time beyond the cap"},
	{MaxDrive, Seconds, "driving time beyond the cap"},
	{MaxSpell, Seconds, "time without a break beyond the cap"},
	{BreakWindow, Seconds, "a break starts outside its window: how far"},
	{BreakLength, Seconds, "a break does not last its duration: by how much"},
	{BreakOrder, Count, "a break is listed after one that follows it in the shift, or again"},
	{BreakOverlap, Seconds, "a break starts before the one listed before it has ended: how early"},
	{BreakOutside, Seconds, "a break begins before departure or ends after the finish: by how much"},
	{BreakInWork, Seconds, "a break interrupts a service or a handling: for how long"},
	{BreakArrival, Seconds, "an arrival falls into a break: how long before the break's end"},
	{BreakOwed, Seconds, "a break is left out whose latest start lies within the route: how long before the finish"},
	{BreakSkipped, Count, "a break that is not owed is left out but a later one is taken"},

	{SupplySource, Count, "a part or tool comes from neither the van nor an earlier pick-up of the route nor a courier, or from no lot"},
	{SupplyQuantity, Pieces, "a supply or a landing of no, fewer than no, or unthinkably many parts"},
	{PartsShort, Pieces, "fewer parts than the job needs: how many are missing"},
	{PartsSurplus, Pieces, "more parts than the job needs: how many too many"},
	{PartsMixed, Pieces, "a part is served by several of the SKUs that will do: how many units by others than the most used one"},
	{VanStock, Pieces, "the technician's routes take more from his van than its stock: how many too many"},
	{VanWeight, Weight, "a pick-up or a return brings more into the van than it can carry: how much too much"},
	{VanVolume, Volume, "a pick-up or a return brings more into the van than it has room for: how much too much"},
	{NodeStock, Pieces, "the routes take more from a node than its stock: how many too many"},
	{ToolMissing, Pieces, "a tool that the job needs has no supply"},
	{ToolSurplus, Pieces, "a tool is supplied twice or without need"},
	{ToolNotCarried, Pieces, "a tool is said to be carried and is not"},
	{NodeTools, Pieces, "more routes borrow a tool from a node than it has: how many too many"},
	{ShipmentWay, Count, "the legs of a shipment are too many, or do not lead over lanes from node to node to where the parts are needed"},
	{ShipmentTimes, Seconds, "a shipment goes with a departure that its lane does not have, or that is past: distance to the nearest"},
	{CutOff, Seconds, "parts are handed over for shipping before they are there: how much before"},
	{PartNotThere, Seconds, "work starts before a part has arrived, or handling before it is at the node: how much before"},
	{Reserved, Pieces, "parts that are reserved for other jobs: how many"},
	{ReturnPlace, Count, "returns land at no later call at one of their nodes, or at the end of the shift though they have nodes"},
	{ReturnsMissing, Pieces, "fewer returns land than there are: how many are missing"},
	{ReturnsSurplus, Pieces, "more returns land than there are: how many too many"},
}

// unit of the code's size.
func (c Code) unit() Unit {
	for _, e := range Table {
		if e.Code == c {
			return e.Unit
		}
	}
	return Count
}
