package stock

// Explanation says why an allocation is as it is.
type Explanation struct {
	Supplies  []Alternative // by supply; Lot is -1 where there is none, or nobody looked
	Shortages []Shortage    // of demands that are short, in their order
}

// Alternative is a lot that could have served a demand, over departures that are used anyway or at their full fixed cost.
type Alternative struct {
	Lot     LotIdx
	Arrives Time
	Cost    Cost // of the same units
	Taken   bool // it has nothing left
}

// Reason says why a demand is short.
type Reason uint8

// The reasons.
const (
	NoStock     Reason = iota // no lot of the SKU has units
	Unreachable               // there is no way from any
	Taken                     // all that there is a way from have nothing left
	NotWorthIt                // some has units left, but they would cost more than the loss, as far as the search found
)

// Shortage of a demand.
type Shortage struct {
	Demand  DemandIdx
	Qty     int64
	Reason  Reason
	Nearest Alternative // of one unit; for NotWorthIt, of those that are left
}
