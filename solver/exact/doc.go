// Package exact solves small problems to proven optimality: the whole of model.Problem as one CP-SAT model. It is a second
// opinion beside solver/route and solver/search and shares no code with them; what is feasible and what it costs is taken from
// solver/model alone.
//
// # The model
//
// Per shift a circuit leads from the depot (the start and the end of the shift in one) through the stops it makes; stops and
// shifts that are left out have arcs to themselves. Stops have starts in whole seconds, routes a departure and a finish.
//
//   - Breaks. A break that is taken lies, for each stop, before or after it. The gap between two stops in sequence is at least
//     the drive and the breaks that lie after the one and before the other. That is all there is to breaks in drives and waits:
//     whatever their order, the drive is interrupted by some of them, the wait takes the others.
//   - Calls at nodes. A plan calls at a node for supplies, and once per route for each time from which more is to be had there: whatever
//     a second call takes that is there no later could have been taken at the first. But a van that may have to hold more than it can may
//     call as often as there are visits; what it holds is followed from stop to stop. Where returns land there may be one call more. Elsewhere a second call, or one that takes nothing, could only be a way
//     round where the direct way is longer than the one by the node; such plans are left out of the comparison.
//   - Parts do not wait for each other to make one shipment: each goes as soon as it can.
//   - Consignments are all ways over lanes of all that is at nodes, each by the first departures; how many units of one a visit gets, at
//     a call or by courier, is a variable.
//   - Overtime, lateness and the balance of work are bounded from below piece by piece, with a choice of the piece where they
//     are not convex; being minimised, they meet their bounds. No price may be negative, therefore.
//   - Shifts that differ in nothing but their names are used in the order of their first jobs.
//
// Tiers are solved one after the other, each with the totals of those before it as bounds. All numbers are whole; a problem in
// which a tier's total might leave the range where CP-SAT compares objectives exactly is refused (ErrSize).
package exact
