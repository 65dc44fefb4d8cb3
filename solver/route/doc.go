// Package route turns a model.Problem into dense tables (Instance), schedules single routes exactly (Scheduler), and keeps a
// mutable plan under insertions and removals with exact cost deltas (Solution).
//
// # Stops
//
// Jobs and stocking nodes share one index space: stop s < NJobs is the job with that index, stop NJobs+n is a call at node n.
// Behind these come calls at nodes that do not begin before more is to be had there, and visits of jobs that do not begin before a courier
// has come (shipping); Instance.Job tells what a stop visits. A route is a sequence of stops; position 0 is the start of the shift, positions 1..n the stops, position n+1 the end.
//
// # O(1) tests
//
// For every position and number of breaks taken so far a Route keeps the earliest departure going forward and the latest
// arrival that keeps the rest feasible going backward. Later is never better, so both are thresholds, also with several
// windows per job and with breaks. Inserting a stop is feasible in time if and only if the earliest arrival behind it does
// not pass the latest one. Caps on working time and on the time between breaks are not thresholds: they, and costs that
// depend on time, come from time-window segments (Vidal et al. 2013, doi 10.1016/j.cor.2012.07.018) where all windows are
// single and there are no breaks, else from curves.
//
// # Curves
//
// What a route costs up to a position, by the terms that depend on time, is a piecewise linear function of time per number of
// breaks taken (curve), and what it costs from there on the same of time turned round. They give the best times of a route
// (Scheduler), and where the two meet in a stop the cost of its insertion (Context.met); where a shift has caps that curves do not
// know, that is a lower bound, and the best positions are scheduled.
//
// # Travel by the hour
//
// Where a shift's travel depends on the departure (shiftFacts.hours), nobody arrives earlier by leaving later, so that thresholds
// stay thresholds and tests stay O(1). All that is said of a leg without a time (leg, Route.legs, drive, meters) is then the least that
// it takes at any hour at which it may be driven: good for bounds, never a cost. Costs come from curves, which are carried over a
// leg hour by hour (trip); segments are not used.
//
// # Search cost
//
// Inside, a cost is one number: the sum over the objective's terms, each times model.TierScale per tier below its own. The
// exact vector is kept beside it.
package route
