package stock

import "callout/solver/model"

// Units as in the rest of the solver.
type (
	Time = model.Time
	Cost = model.Cost
)

// Dense indices into the slices of a Network.
type (
	SKUIdx       int32
	TierIdx      int32
	NodeIdx      int32
	LotIdx       int32
	LaneIdx      int32
	DepartureIdx int32
	DemandIdx    int32
)

// NoTier is the tier of a lot that is not reserved, or of a demand without one.
const NoTier TierIdx = -1

// Bounds that a well-formed network keeps, so that sums of costs are exact.
const (
	MaxQty  = 1_000_000_000
	MaxCost = Cost(1) << 60 // of an allocation that leaves everything short, and of all departures together
)

// Network is one problem of allocation. It is not changed once it is made. Lots and departures have times from 0 to model.MaxTime; demands
// may have been due before.
type Network struct {
	SKUs       []string
	Tiers      []string
	Nodes      []Node
	Lots       []Lot
	Lanes      []Lane
	Departures []Departure
	Demands    []Demand
}

// Node is a place that has stock, needs parts, or passes them on.
type Node struct {
	ID    string
	Level int32 // 0 is the top; a report tells transfers within a level from those between levels
}

// Lot is units of a SKU at a node from a time on.
type Lot struct {
	SKU      SKUIdx
	Node     NodeIdx
	From     Time
	Qty      int64
	Inbound  int32   // index of the inbound supply; -1: stock
	Reserved TierIdx // NoTier: not reserved
	Break    Cost    // per unit, of other tiers than Reserved
}

// Lane is a way to ship.
type Lane struct {
	ID       string
	From, To NodeIdx
	Fixed    Cost // per departure that is used
	Unit     Cost // per unit
}

// Departure of a lane.
type Departure struct {
	Lane            LaneIdx
	Leaves, Arrives Time // Leaves < Arrives
}

// Demand for units of a SKU at a node.
type Demand struct {
	ID   string
	SKU  SKUIdx
	Node NodeIdx
	Qty  int64
	Due  Time
	Tier TierIdx
	Late Cost // per unit and second after Due
	Loss Cost // per unit that it does not get
}

// Supply is units on their way from a lot to a demand.
type Supply struct {
	Demand DemandIdx
	Lot    LotIdx
	Qty    int64
	Path   []DepartureIdx // in the order of travel
}

// Allocation is an answer: supplies by demand, and within a demand in the order in which they arrive.
type Allocation struct {
	Supplies []Supply
}

// Terms of what an allocation costs.
type Terms struct {
	Fixed, Unit, Breaks, Late, Short Cost
}

// Total of the terms.
func (t *Terms) Total() Cost { return t.Fixed + t.Unit + t.Breaks + t.Late + t.Short }

// BreakPrice is what a unit of a lot costs a demand of a tier beyond its way.
func (l *Lot) BreakPrice(tier TierIdx) Cost {
	if l.Reserved == NoTier || l.Reserved == tier {
		return 0
	}
	return l.Break
}
