// Package allocate decides which lot serves which demand, over which departures, so that fixed and unit costs, broken reservations,
// lateness and shortage cost little together (solver/stock says what an allocation is and what it costs). It proves how far it is from the
// best at most.
//
// Without the departures' fixed costs every SKU would be a problem of transport by itself: lots to demands, each pair over its cheapest way
// through places and time. Fixed costs tie them together.
//
//   - The bound (dual.go) divides each departure's fixed cost among those who may use it, as prices per unit that a subgradient moves;
//     what the problems of transport cost at these prices, solved exactly in whole numbers, is less than any allocation costs.
//   - The search (primal.go) takes some demands that have to do with each other out and puts them back SKU by SKU, as a problem of transport
//     over departures that are used anyway or at their full cost. It keeps what is no worse.
//   - Both look at a part of the network for each demand (subnet.go): all ways that cost less than a unit is worth there. What lies outside
//     costs at least that much, which the bound counts. Prices say what units are worth, so that the parts shrink (core.go) and grow
//     where they were too small.
//
// Small networks are solved whole, as one integer programme (whole.go), where there are native libraries.
//
// Search and bound take turns in rounds, whose work is counted, not timed; with two workers they go on side by side, and see of each other
// what there was before the round.
//
// Dividing fixed costs by prices is the dual of the strong linear relaxation of fixed-charge network design (Balakrishnan, Magnanti and
// Wong 1989, doi 10.1287/opre.37.5.716); holding the prices onto what a departure costs is a projected subgradient method with
// Polyak's steps (Held, Wolfe and Crowder 1974, doi 10.1007/BF01580223).
package allocate
