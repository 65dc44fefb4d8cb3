package model

// Plan is a solution: one route per shift of the problem, in the order of Problem.Shifts (unused shifts have no stops), and
// the jobs left out, in increasing order.
type Plan struct {
	Routes     []Route
	Unassigned []JobIdx
}

// StopKind tells a visit from a pick-up.
type StopKind uint8

const (
	Visit  StopKind = iota // a job
	Pickup                 // a stocking node
)

// VanSource in Supply.From means the technician's van, CourierSource that the parts come to the site by themselves.
const (
	VanSource     = -1
	CourierSource = -2
)

// Supply says where parts of a visit come from: the van, the earlier pick-up stop at index From of the same route, or a courier.
type Supply struct {
	SKU  SKUIdx
	Qty  int64
	From int32
	// Legs is the way of the parts to the node of the pick-up or to the site. Empty: they are at the node, or in the van.
	Legs []Leg
	// Lot of the node that they are taken from, where the way begins or else the pick-up is: 0 is its Stock, k is Lots[k-1].
	Lot int32
}

// ToolSupply says where a tool of a visit comes from: carried (VanSource), or lent at the earlier stop at index From.
type ToolSupply struct {
	Tool ToolIdx
	From int32
}

// EndOfShift in Landing.At means that units are handed in when the route is over.
const EndOfShift = -1

// Landing says where units of a return are handed in: at the later pick-up stop at index At of the same route, or at its end.
type Landing struct {
	SKU SKUIdx
	Qty int64
	At  int32
}

// Stop of a route. Arrival is when the technician gets there, Start and End bound the service or handling.
type Stop struct {
	Kind                StopKind
	Job                 JobIdx  // of a visit
	Node                NodeIdx // of a pick-up
	Arrival, Start, End Time
	Parts               []Supply     // of a visit
	Tools               []ToolSupply // of a visit
	Returns             []Landing    // of a visit: what its job returns
}

// BreakTaken is the break with index Break of the shift.
type BreakTaken struct {
	Break      int32
	Start, End Time
}

// Route of a shift.
type Route struct {
	Shift          ShiftIdx
	Stops          []Stop
	Breaks         []BreakTaken
	Depart, Finish Time
	Returns        []Landing // what the technician has to hand in from the start, in the shift in which that lands
}

// Location of the stop.
func (p *Problem) Location(s *Stop) LocIdx {
	if s.Kind == Pickup {
		return p.Nodes[s.Node].Location
	}
	return p.Jobs[s.Job].Location
}
