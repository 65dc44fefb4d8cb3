// Package stock holds the stock network and an allocation of what it has to who needs it: plain data with dense indices, and the rules
// that give every field its meaning. It imports the standard library only. solver/allocate allocates, solver/stockcheck judges, each
// from this package alone.
//
// # Units
//
// Times are whole seconds from the start of the horizon, costs whole millionths of the currency unit, quantities whole units. Prices of
// lateness are per unit and second.
//
// # The network
//
// A lot is a number of units of one SKU at one node from a time on: stock (from the start), or inbound supply (from its arrival). A lot
// may be reserved for a tier: whoever is of another tier pays Break for each unit that he takes of it.
//
// A departure is one shipment over a lane. Units that are at Lane.From at Leaves at the latest (the cut-off) are at Lane.To at Arrives,
// which is later. Lane.Fixed is paid once for each departure that anything goes with, whatever its SKUs and for whomever; Lane.Unit
// for each unit. There may be any number of units.
//
// # An allocation
//
// A supply is a number of units that go from one lot to one demand along a path: departures, each of which leaves where the one before
// arrives, and not before that; the first leaves the lot's node, not before the lot is there; the last arrives at the demand's node. The
// path is empty where the lot is at the demand's node. Units may wait anywhere for nothing. The supply arrives when its last departure
// does, or when the lot is there.
//
// No lot gives more than it has, and no demand gets more than it asks for. What a demand does not get is short.
//
// # What it costs
//
//   - Fixed: per departure that is used, its lane's.
//   - Unit: per unit and departure of its path, the lane's.
//   - Breaks: per unit from a lot that is reserved for another tier.
//   - Late: per unit and second that it arrives after the demand is due.
//   - Short: per unit that the demand does not get, its Loss.
//
// Units that arrive at any time count as served: if it pays to be late rather than short, a demand is late.
package stock
