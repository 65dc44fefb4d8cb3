package model

import "slices"

// Lot is units of a SKU at a node that are not just there for anybody: inbound, or reserved.
type Lot struct {
	ID    string // of inbound supply; else empty
	SKU   SKUIdx
	Qty   int64
	From  Time     // when it is there; 0 or less: ever
	Price Cost     // per unit taken
	Tier  TierIdx  // reserved for; NoTier: it is not
	Break Cost     // per unit that a job of another tier takes, where there is a tier
	Jobs  []JobIdx // sorted; these alone may take of it. Empty: all
}

// For tells whether a job may take of the lot.
func (l *Lot) For(j JobIdx) bool {
	_, found := slices.BinarySearch(l.Jobs, j)
	return len(l.Jobs) == 0 || found
}

// PriceFor is the price of a unit for jobs of a tier.
func (l *Lot) PriceFor(tier TierIdx) Cost {
	if l.Tier != NoTier && l.Tier != tier {
		return l.Price + l.Break
	}
	return l.Price
}

// MaxLegs is how many departures the way of a shipment may have.
const MaxLegs = 3

// Lane is a way to ship parts from a node to another, or by courier to the sites of jobs.
type Lane struct {
	ID         string
	From, To   NodeIdx     // To is NoNode where it goes to sites
	Sites      []LocIdx    // sorted; of a courier: the locations that it goes to. Empty: all
	Fixed      Cost        // Parts term, per shipment
	Unit       Cost        // Parts term, per unit
	Lead       Duration    // where positive, a shipment may leave at any time and takes so long
	Departures []Departure // sorted, each once
}

// Departure of a lane: what is handed over at Leaves at the latest is there at Arrives. Leaves < Arrives.
type Departure struct{ Leaves, Arrives Time }

// Leg is a departure of a lane.
type Leg struct {
	Lane            LaneIdx
	Leaves, Arrives Time
}

// Serves tells whether a courier goes to a location.
func (l *Lane) Serves(at LocIdx) bool {
	_, found := slices.BinarySearch(l.Sites, at)
	return l.To == NoNode && (len(l.Sites) == 0 || found)
}
