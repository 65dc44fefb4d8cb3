package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callout/api/wire"
	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
)

// Limits that let in every file that the readers accept.
func Limits() wire.Limits {
	lim := wire.DefaultLimits()
	lim.Horizon = maxTRSPTime * trspScale * time.Second
	lim.Past = lim.Horizon
	lim.Leg = lim.Horizon
	lim.ListItems = maxNames
	return lim
}

// minInterval between two plans: short, so that the time of the first complete one is known well.
const minInterval = 10 * time.Millisecond

// Settings of one run; at least one of the budgets is positive.
type Settings struct {
	Budget     time.Duration // from the call of Solve; 0: no limit
	Iterations int64         // of each worker; 0: no limit
	Seed       uint64
	Workers    int // less than 1: one
}

// Result of a run.
type Result struct {
	Problem    *model.Problem
	Plan       *model.Plan
	Cost       model.Cost
	Complete   bool          // nothing is left out that has to be done
	First      time.Duration // until the first complete plan
	Wall       time.Duration // of the whole call
	CPU        time.Duration // of the process during the call; 0 where the system does not tell
	Iterations int64         // of all workers
	Curve      Curve         // what the best complete plan cost on the way
	// Judgement is what solver/check has against the plan or its cost; nil: nothing.
	Judgement error

	last   model.Cost // of the last complete plan seen
	before int        // marks that had passed when the first complete plan was found
}

// Solve turns the instance into a problem and has the engine solve it, as for a request. Time counts from the call, so that the
// search gets what conversion leaves of the budget. A plan that the engine itself holds back as wrong is an error.
func Solve(ctx context.Context, in *Instance, s Settings) (*Result, error) {
	begin, cpu := time.Now(), cpuTime()
	p, _, faults := wire.Problem(in.Problem, Limits())
	if len(faults) > 0 {
		return nil, fmt.Errorf("%s: %w", in.Name, faults)
	}
	res := &Result{Problem: p}
	ahead := time.Since(begin)
	set := engine.Settings{Iterations: s.Iterations, MinInterval: minInterval, Workers: s.Workers, Seed: s.Seed}
	if s.Budget > 0 {
		set.TimeBudget = max(s.Budget-ahead, time.Millisecond)
	}
	found, err := engine.Solve(ctx, p, set, func(inc *engine.Incumbent) error {
		res.see(inc, in.Optional, ahead)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.Name, err)
	}
	best := &found.Final
	res.see(best, in.Optional, ahead)
	res.Wall, res.CPU = time.Since(begin), cpuTime()-cpu
	res.Plan, res.Cost, res.Iterations = best.Plan, best.Terms.Total(), best.Iterations
	res.Judgement = judge(p, best)
	return res, nil
}

// see notes when the first plan was found that leaves nothing out, or nothing that has to be done, and what the best one so far
// had cost at each mark that has passed since the plan before.
func (r *Result) see(inc *engine.Incumbent, optional bool, ahead time.Duration) {
	now := ahead + inc.Elapsed
	if r.Complete {
		for _, at := range marks[len(r.Curve)+r.before:] {
			if at >= now.Seconds() {
				break
			}
			r.Curve = append(r.Curve, Mark{at, units(r.last).String()})
		}
	}
	if !optional && len(inc.Plan.Unassigned) > 0 {
		return
	}
	if !r.Complete {
		r.Complete, r.First = true, now
		for _, at := range marks {
			if at < now.Seconds() {
				r.before++
			}
		}
	}
	r.last = inc.Terms.Total()
}

// judge has the checker look at a plan and at what it is said to cost.
func judge(p *model.Problem, best *engine.Incumbent) error {
	report := check.Plan(p, best.Plan)
	if err := report.Err(); err != nil {
		return err
	}
	if report.Terms != best.Terms {
		return errors.New("the plan costs something else than the search says")
	}
	return nil
}
