package stock

// Need is units of one SKU that are needed at a node, all from one lot.
type Need struct {
	SKU  SKUIdx
	Node NodeIdx
	Qty  int64
	Tier TierIdx
}

// Way is how a need can be met.
type Way struct {
	Lot     LotIdx
	Path    []DepartureIdx
	Arrives Time
	Cost    Cost // of all units: departures, and the reservation that is broken
}
