package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callout/engine/matrix"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/search"
)

// ErrNoBudget is returned by Solve for settings with neither a time budget nor iterations.
var ErrNoBudget = errors.New("engine: neither a time budget nor iterations")

// Settings say how long and how hard to search, and who wants to know.
type Settings struct {
	TimeBudget  time.Duration // from the call of Solve on, or from the request's turn; 0: no limit
	Iterations  int64         // of each worker; 0: no limit
	Stagnation  time.Duration // stop when nothing better was found for so long; 0: do not
	MinInterval time.Duration // least time between two plans that are sent on the way
	Workers     int           // searchers at work together; less than 1 means 1
	Seed        uint64
	Start       *model.Plan // a plan to start from, or nil
	Turn        *Turn       // what to wait for, or nil
	// Travel keeps matrices between requests, for one tenant; nil: nothing is kept.
	Travel *matrix.Space
	// Explain bounds the work on reasons for the jobs left out of the last plan. Zero: none.
	Explain ExplainLimits
	// Searched, where not nil, is called once, when no searcher is at work any more: what they ran on may serve others, however
	// long the consumer takes for the last plans. Where ctx ended during a proof that may be some milliseconds after Solve has
	// returned, from a goroutine of its own.
	Searched func()
}

// Result of Solve.
type Result struct {
	// Final is the best plan found; it is not given to emit.
	Final     Incumbent
	Stop      Stop
	FirstPlan time.Duration // from the call of Solve until emit had taken the first plan; 0 where it never did
	Repairs   []Repair      // what of the start plan was changed
	// Unassigned explains the jobs left out of the final plan.
	Unassigned Explanation
	Proof      Proof
}

// Solve searches for plans of a well-formed problem, whose profiles are its own from then on: travel is filled in, and then it only
// reads. emit receives the first complete plan as soon as there is one, then better ones, never two within the minimum interval;
// the last and best one is in the Result. Each is no worse than the one before, and none is ever changed.
//
// emit is called from the goroutine that called Solve. While it blocks the search goes on and replaces the plan that is waiting,
// so that a slow consumer costs no memory and no time; Solve returns once it has let go. An error of emit ends the search and is
// returned.
//
// Cancelling ctx ends the search within some milliseconds: with ErrShutdown as its cause, or close before its deadline, as an
// exhausted budget would; else without further calls of emit. All goroutines have ended when Solve returns.
//
// With iterations and no time limits the plans depend on problem and settings alone; which of them are sent depends on time.
//
// Errors: ErrNoBudget, those of matrix.Resolve, *InternalError, what emit returned, and ErrLeft where ctx ended before the turn.
func Solve(ctx context.Context, p *model.Problem, set Settings, emit func(*Incumbent) error) (*Result, error) {
	begin := time.Now()
	searched := func() {}
	if set.Searched != nil {
		searched = set.Searched
	}
	if set.TimeBudget <= 0 && set.Iterations <= 0 {
		searched()
		return nil, ErrNoBudget
	}
	working, cancel := context.WithCancel(ctx)
	defer cancel()

	r := run{p: p, set: set, begin: begin, box: newMailbox()}
	finished := make(chan struct{})
	go func() {
		defer close(finished)
		defer searched()
		r.search(working)
	}()
	out := &stream{p: p, box: r.box, emit: emit, pause: set.MinInterval, begin: begin}
	if err := out.run(working, finished); err != nil {
		cancel()
		<-finished
		return nil, err
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.result(ctx, out)
}

// hastyExplain is how long explanations may take where the server shuts down.
const hastyExplain = 200 * time.Millisecond

// run is one search and its outcome; result and err are the searching goroutine's until it has finished.
type run struct {
	p     *model.Problem
	set   Settings
	begin time.Time // of the search
	box   *mailbox
	early *search.Incumbent // the plan made ahead of the search, or nil

	found    *search.Result
	searched bool // not so where the context ended before there was travel to search, or explain, with
	stop     Stop
	proof    Proof
	err      error
}

// search waits for its turn, resolves the travel, compiles and searches. A defect that panics becomes an error: it must not take down the requests
// of others.
func (r *run) search(ctx context.Context) {
	defer func() {
		if v := recover(); v != nil {
			r.err = panicked("searching", v)
		}
	}()
	if r.set.Turn != nil {
		if r.err = r.wait(ctx); r.err != nil {
			return
		}
	}
	ctx, cancel := beforeDeadline(ctx)
	defer cancel()
	if err := r.set.Travel.Resolve(ctx, r.p); err != nil {
		if ctx.Err() != nil {
			r.giveUp(ctx)
			return
		}
		r.err = fmt.Errorf("engine: %w", err)
		return
	}
	solve, err := newSolver(ctx, r.p)
	if err != nil && ctx.Err() != nil {
		r.giveUp(ctx)
		return
	}
	if err != nil {
		r.err = fmt.Errorf("engine: %w", err)
		return
	}
	opt := search.Options{
		Seed: r.set.Seed, Workers: r.set.Workers, Iterations: r.set.Iterations, Stagnation: r.set.Stagnation, Start: r.set.Start,
	}
	if r.set.TimeBudget > 0 {
		opt.Budget = max(r.set.TimeBudget-time.Since(r.begin), time.Millisecond)
	}
	if err := r.find(ctx, solve, opt); err != nil {
		r.err = fmt.Errorf("engine: %w", err)
		return
	}
	r.keepEarly()
	r.searched = true
	r.stop = stopOf(ctx, r.found.Stop)
}

// keepStart makes the start plan the result where it stands as it is, with times of its own that make it cheaper than the best
// plan found: the search works times out anew, and need not hit on those.
func (r *run) keepStart() {
	if r.set.Start == nil {
		return
	}
	start := completed(r.p, r.set.Start)
	report := check.Plan(r.p, start)
	if !report.Feasible() || !report.Vec.Less(r.found.Best.Vec) {
		return
	}
	r.found.Best.Plan, r.found.Best.Terms, r.found.Best.Vec = start, report.Terms, report.Vec
	r.found.Repairs = nil
}

// giveUp is what is left when the context ends before there is any plan: nothing is done, which is feasible. Where a plan went out
// ahead of the search there is no travel to judge it by again.
func (r *run) giveUp(ctx context.Context) {
	if r.early != nil {
		r.err = left(ctx)
		return
	}
	plan := &model.Plan{Routes: make([]model.Route, len(r.p.Shifts)), Unassigned: make([]model.JobIdx, len(r.p.Jobs))}
	for k := range plan.Routes {
		plan.Routes[k].Shift = model.ShiftIdx(k)
	}
	for j := range plan.Unassigned {
		plan.Unassigned[j] = model.JobIdx(j)
	}
	inc := priced(r.p, plan)
	inc.Elapsed = time.Since(r.begin)
	r.box.put(inc)
	r.found, r.stop = &search.Result{Best: *inc}, ended(ctx)
}

// result judges and explains the final plan.
func (r *run) result(ctx context.Context, out *stream) (*Result, error) {
	if out.sent > 0 && out.last.Less(r.found.Best.Vec) {
		return nil, &InternalError{Doing: "sending the final plan: it is worse than one sent before"}
	}
	final, err := out.prepare(&draft{Incumbent: &r.found.Best}, Final)
	if err != nil {
		return nil, err
	}
	res := &Result{Final: *final, Stop: r.stop, FirstPlan: out.first, Proof: r.proof}
	if r.set.Start != nil {
		res.Repairs = repairsOf(r.p, r.set.Start, r.found.Repairs)
	}
	if res.Stop != StopCancelled && r.set.Explain.Jobs > 0 && r.searched {
		limits := r.set.Explain
		switch deadline, ok := ctx.Deadline(); {
		case res.Stop == StopShutdown:
			ctx, limits.Time = context.WithoutCancel(ctx), min(limits.Time, hastyExplain)
		case ok:
			limits.Time = min(limits.Time, time.Until(deadline)/3)
		}
		res.Unassigned = Explain(ctx, r.p, final.Plan, limits)
	}
	return res, nil
}
