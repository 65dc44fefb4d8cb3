// Package highs binds HiGHS: linear programmes with duals and reduced costs that stay hot while columns and rows are added (LP),
// and mixed-integer programmes with a start solution and incumbents on the way (Model.SolveMIP).
//
// A Model says
//
//	minimise or maximise  offset + Σ cost·x
//	subject to            lower ≤ a·x ≤ upper     for every row
//	                      lower ≤ x ≤ upper       for every column, whole numbers where Integer is set
//
// with infinite bounds where there are none. It is checked as it grows; what is wrong is remembered and returned as an error before
// anything reaches the library.
//
// # Why HiGHS's own interface
//
// MathOpt, which OR-Tools puts above its linear solvers, takes no parameters in C, and its interrupter does not reach a MIP. HiGHS lies in
// the same bundle with its whole C interface: limits, callbacks, start solutions, changes to a solved LP.
//
// # Many at once
//
// HiGHS runs its tasks on a scheduler that threads share, and resets it when an instance is destroyed (HiGHS issue 3141 has the
// crashes). So every instance runs on the calling thread alone (threads 1, parallel off), and none is ever destroyed: they are cleared
// and kept for the next caller. There are never more than have been in use at once.
//
// # Stopping
//
// The end of a context is seen by callbacks in C, between iterations of the simplex method and between the steps of a MIP search, and
// takes the solver's time away. Only the smaller MIPs that HiGHS solves to find solutions see neither: they end by their own limits, of
// which the time limit is one. A caller is not kept waiting for that (ortools.Lingering); give every MIP a time limit.
package highs
