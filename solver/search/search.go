// Package search improves plans by ruin and recreate: Slack Induction by String Removals (Christiaens and Vanden Berghe
// 2020, doi 10.1287/trsc.2019.0914) over route.Solution, accepted by simulated annealing on the time or iterations left,
// with one searcher per worker and exchange at barriers.
package search

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"callout/solver/model"
	"callout/solver/route"
)

// ErrNoBudget is returned by Solve when neither time nor iterations are limited.
var ErrNoBudget = errors.New("search: no time budget and no iteration budget")

// Options of one search. At least one of Iterations and Budget must be positive, but for the first plan alone.
type Options struct {
	Seed       uint64
	Workers    int           // searchers; less than 1 means 1
	Iterations int64         // per worker; 0: no limit. With Budget 0 the result depends on nothing but the request.
	Budget     time.Duration // 0: no limit
	Stagnation time.Duration // stop when nothing better was found for this long; 0: never
	// FirstOnly ends the search with the first plan.
	FirstOnly bool
	// Start is a plan to start from, or nil; it is repaired where it breaks a rule, and the result is never worse than it.
	Start *model.Plan
	// OnIncumbent, where not nil, receives the first complete plan and each better one, in order, from one goroutine at a
	// time. The search waits for it to return.
	OnIncumbent func(*Incumbent)
}

// Incumbent is the best plan so far.
type Incumbent struct {
	Plan       *model.Plan
	Terms      model.Terms
	Vec        model.Vec
	RouteTerms []model.Terms // per shift; of a Result alone
	Elapsed    time.Duration
	Iterations int64 // of all workers
}

// Stop says why a search ended.
type Stop uint8

// Reasons for stopping.
const (
	StopBudget Stop = iota
	StopIterations
	StopStagnation // nothing better was found for long enough, or there was nothing to search
	StopProven     // nothing can be better
	StopCancelled  // the context was cancelled
	StopDeadline   // the context's deadline passed
)

// Repair is one change that made the start plan feasible.
type Repair struct {
	Shift model.ShiftIdx
	Job   model.JobIdx // -1: a call at a node
	Node  model.NodeIdx
	// Reason is what stood in the way.
	Reason RepairReason
}

// RepairReason says why a stop of the start plan was taken out; the search may put the job back elsewhere.
type RepairReason uint8

// Reasons for repairs.
const (
	RepairIncompatible RepairReason = iota // the technician may not do the job
	RepairDuplicate                        // visited before
	RepairInfeasible                       // the route broke a rule with it
	RepairIdleCall                         // nothing is taken there
	RepairUnknown                          // no such job, node or shift
)

// Result of a search.
type Result struct {
	Best      Incumbent
	Stop      Stop
	FirstPlan time.Duration // until the first complete plan
	Repairs   []Repair
}

// Solve searches until a budget is spent, the plan cannot be better, or ctx ends; it then returns the best plan found. All
// goroutines have ended when it returns. Same instance, seed, iterations and workers, and no time limit: same plan.
//
// Errors: ErrNoBudget where o has neither budget and wants more than the first plan.
func Solve(ctx context.Context, in *route.Instance, o Options) (*Result, error) {
	if o.Iterations <= 0 && o.Budget <= 0 && !o.FirstOnly {
		return nil, ErrNoBudget
	}
	begin := time.Now()
	var stop atomic.Bool
	release := context.AfterFunc(ctx, func() { stop.Store(true) })
	defer release()
	t := &team{in: in, emit: o.OnIncumbent}
	l := &t.limits
	l.begin, l.budget, l.iterations, l.stagnation, l.stop = begin, o.Budget, o.Iterations, o.Stagnation, &stop
	res := &Result{}

	workers := max(1, o.Workers)
	all := make([]*searcher, workers)
	ords := newOrders(in)
	all[0] = newSearcher(in, o.Seed, 0)
	all[0].orders = ords
	if o.Start != nil {
		res.Repairs = repairs(all[0].cur.Load(o.Start))
	}
	all[0].construct(&stop)
	t.offer(all[0])
	res.FirstPlan = time.Since(begin)
	if !o.FirstOnly && !t.idle() {
		if o.Start == nil {
			all[0].reconstruct(l, t.offer)
		}
		stepsPerJob := all[0].calibrate(l, t.consider)
		all[0].people = newPopulation(all[0], stepsPerJob)
		t.offer(all[0])
		for w := 1; w < workers; w++ {
			all[w] = newSearcher(in, o.Seed, w)
			all[w].orders, all[w].heat = ords, all[0].heat
			all[w].takeOver(all[0])
			all[w].people = newPopulation(all[w], stepsPerJob)
		}
		t.run(ctx, all)
	}
	res.Stop = t.why(ctx)
	t.settle(all[t.leader(all)])
	var iterations int64
	for _, s := range all {
		if s != nil {
			iterations += s.iter
		}
	}
	res.Best = t.incumbent
	res.Best.Elapsed = time.Since(begin)
	res.Best.Iterations = iterations
	return res, nil
}
