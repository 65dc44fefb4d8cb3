// Package hierarchy finds shortest paths in big sparse graphs, many to many, by a customisable contraction hierarchy: what depends on
// the graph's shape is computed once (Order, New), what depends on the weights in some tens of milliseconds (Customise), and then
// distances between many vertices take a sweep over arrays (Select, Rows) and a path a walk up two branches of a tree (Path).
//
//   - Dibbelt, Strasser, Wagner: Customizable Contraction Hierarchies, 2016, doi:10.1145/2886843. From there are the completed graph,
//     the elimination tree, basic and perfect customisation, and the unpacking of paths.
//   - Delling, Goldberg, Werneck: Faster Batched Shortest Paths in Road Networks, 2011, doi:10.4230/OASIcs.ATMOS.2011.52 (RPHAST):
//     the part of the downward graph that leads to the targets is cut out once, and swept for several sources at a time.
//   - Schild, Sommer: On Balanced Separators in Road Networks, 2015, doi:10.1007/978-3-319-20086-6_22 (inertial flow).
//
// A vertex is named by its rank, from 0, the least important, so that arrays are walked in the order in which they lie in memory.
// Everything is exact and the same on every machine: weights are integers, ties in duration are broken by distance.
package hierarchy

// Weight is what an arc or a path takes: a duration in the upper half and a distance in the lower, whatever their units. So the sum of
// weights is that of both, and the lesser weight is the shorter one in time, and among those the shorter one in space. Sums are exact
// while each half stays below 2^31; Inf is out of reach.
type Weight int64

// Inf stands for no way at all. Twice of it is no overflow.
const Inf Weight = 1<<62 - 1

// Of returns the weight of a duration and a distance, neither negative.
func Of(duration, distance int32) Weight { return Weight(duration)<<32 | Weight(distance) }

// Duration is the upper half.
func (w Weight) Duration() int32 { return int32(w >> 32) }

// Distance is the lower half.
func (w Weight) Distance() int32 { return int32(w & (1<<32 - 1)) }
