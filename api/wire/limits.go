package wire

import "time"

// Limits bound what a request may ask for. Whatever exceeds one is refused with TOO_MANY, TOO_LONG, TOO_LARGE or HORIZON.
type Limits struct {
	Jobs         int
	Technicians  int
	Shifts       int // of all technicians together
	Nodes        int
	Locations    int
	Profiles     int
	MatrixCells  int // pairs of locations, summed over the profiles
	Windows      int // per job
	Stock        int // entries per van or node
	ListItems    int // of every list that has no limit of its own: skills, tools, breaks, corners, …
	StringBytes  int
	TimeZones    int // different ones
	Horizon      time.Duration
	Past         time.Duration // how long before the horizon a release or the end of a window may lie
	Leg          time.Duration // longest drive in a matrix
	TimeBudget   time.Duration
	Iterations   int64
	Workers      int
	PlanStops    int // of a given plan, and shipments of a state
	PlanSupplies int // entries per visit of a given plan
	StockNodes   int // of a stock network
	Lanes        int
	Departures   int // of all lanes together
	Demands      int
	Inbound      int
	StockOfSKU   int // stocks and inbound supplies of one SKU
	StockPairs   int // of one SKU, these times its demands
	StockWork    int // demands times departures
}

// DefaultLimits suit a server with some gigabytes of memory.
func DefaultLimits() Limits {
	const day = 24 * time.Hour
	return Limits{
		Jobs:         20_000,
		Technicians:  5_000,
		Shifts:       10_000,
		Nodes:        1_000,
		Locations:    20_000,
		Profiles:     16,
		MatrixCells:  36_000_000,
		Windows:      50,
		Stock:        20_000,
		ListItems:    500,
		StringBytes:  256,
		TimeZones:    100,
		Horizon:      92 * day,
		Past:         366 * day,
		Leg:          7 * day,
		TimeBudget:   time.Hour,
		Iterations:   1_000_000_000,
		Workers:      64,
		PlanStops:    60_000,
		PlanSupplies: 2_000,
		StockNodes:   5_000,
		Lanes:        50_000,
		Departures:   200_000,
		Demands:      10_000,
		Inbound:      50_000,
		StockOfSKU:   4_000,
		StockPairs:   2_000_000,
		StockWork:    400_000_000,
	}
}

// seconds of a duration.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }
