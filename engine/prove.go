package engine

import (
	"context"
	"errors"
	"time"

	"callout/solver/check"
	"callout/solver/exact"
	"callout/solver/model"
	"callout/solver/ortools"
	"callout/solver/search"
)

// What is tiny: as far as it was measured that nine in ten problems with every feature are proven within provingWork
// (go test -bench Proof ./solver/exact).
const (
	tinyJobs   = 8
	tinyShifts = 9
	tinyNodes  = 2
)

const (
	// probeIterations are what the search has before a proof is tried.
	probeIterations = 1000
	// provingWork bounds a proof, in CP-SAT's own unit; it takes one to three seconds.
	provingWork = 1.0
)

// Proof is what became of the attempt to prove that no plan is better.
type Proof struct {
	Tried bool // the problem is tiny, and there are native libraries
	Took  time.Duration
	// Err is a defect that the proof failed of; the plan is the search's then.
	Err error
}

// tiny tells whether a proof is worth trying; this depends on the problem alone.
func tiny(p *model.Problem) bool {
	return len(p.Jobs) <= tinyJobs && len(p.Shifts) <= tinyShifts && len(p.Nodes) <= tinyNodes && !p.TimeDependent() && !p.Wide()
}

// native tells whether there are libraries for a proof. They are loaded when the first plan is out: that takes some 50 ms, once.
func native() bool {
	_, err := ortools.Find(ortools.CPSAT)
	return err == nil
}

// find searches. Where the problem is tiny it searches for a moment, then tries to prove that the plan is the best, or to find the
// best one; where that fails the search is done as ever, and the best plan of all counts.
func (r *run) find(ctx context.Context, solve solver, opt search.Options) error {
	begin := time.Now()
	if !tiny(r.p) || !native() {
		return r.trySearch(ctx, solve, opt)
	}
	probe := opt
	probe.Iterations = probeIterations
	if opt.Iterations > 0 {
		probe.Iterations = min(opt.Iterations, probeIterations)
	}
	if err := r.trySearch(ctx, solve, probe); err != nil {
		return err
	}
	stop := r.found.Stop
	if stop != search.StopIterations && stop != search.StopStagnation {
		return nil
	}
	limits := exact.Options{Work: provingWork}
	if opt.Budget > 0 {
		limits.Time = (opt.Budget - time.Since(begin)) / 2
		if opt.Stagnation > 0 {
			limits.Time = min(limits.Time, opt.Stagnation)
		}
		if limits.Time <= 0 {
			limits.Time = time.Nanosecond
		}
	}
	proven := r.prove(ctx, limits)
	if proven || r.found.Stop == search.StopCancelled || stop == search.StopStagnation || probe.Iterations == opt.Iterations {
		return nil
	}
	if opt.Budget > 0 {
		opt.Budget = max(opt.Budget-time.Since(begin), time.Millisecond)
	}
	return r.trySearch(ctx, solve, opt)
}

// trySearch searches, and keeps what was found before where that is better.
func (r *run) trySearch(ctx context.Context, solve solver, opt search.Options) error {
	before, ahead := r.found, time.Since(r.begin)
	opt.OnIncumbent = func(inc *search.Incumbent) {
		if before != nil && !inc.Vec.Less(before.Best.Vec) {
			return
		}
		inc.Elapsed += ahead
		r.box.put(inc)
	}
	found, err := solve(ctx, opt)
	if err != nil {
		return err
	}
	found.Best.Elapsed += ahead
	r.found = found
	r.keepStart()
	if before != nil {
		iterations := found.Best.Iterations + before.Best.Iterations
		if !r.found.Best.Vec.Less(before.Best.Vec) {
			r.found.Best, r.found.Repairs = before.Best, before.Repairs
		}
		r.found.Best.Iterations = iterations
	}
	return nil
}

// prove tries to prove that nothing is better than the plan found, or replaces it by the best one, and reports whether it did.
func (r *run) prove(ctx context.Context, limits exact.Options) bool {
	best := &r.found.Best
	begin := time.Now()
	if !check.Plan(r.p, best.Plan).Feasible() {
		return false // whoever sends it will say so
	}
	limits.Hint = best.Plan
	res, err := exact.Solve(ctx, r.p, limits)
	r.proof = Proof{Tried: true, Took: time.Since(begin)}
	switch {
	case err == nil:
	case ctx.Err() != nil:
		r.found.Stop = search.StopCancelled
		return false
	case errors.Is(err, exact.ErrSize), errors.Is(err, exact.ErrInput):
		return false
	default:
		r.proof.Err = err
		return false
	}
	if res.Vec.Less(best.Vec) {
		if _, err := judge(r.p, res.Plan, &res.Terms, "proving a plan"); err != nil {
			r.proof.Err = err
			return false
		}
		best.Plan, best.Terms, best.Vec, best.Elapsed = res.Plan, res.Terms, res.Vec, time.Since(r.begin)
		inc := *best
		r.box.put(&inc)
	}
	if res.Proven {
		r.found.Stop = search.StopProven
	}
	return res.Proven
}
