package rig

import (
	"context"
	"errors"
	"fmt"
	"math"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/engine/matrix"
	"callout/solver/check"
	"callout/solver/model"
)

// Judge has plans for one problem checked by solver/check. Any number of goroutines may use it at once.
type Judge struct {
	problem *model.Problem
	context *wire.Context
}

// NewJudge returns the judge of a problem as it is sent.
func NewJudge(ctx context.Context, problem *calloutv1.Problem) (*Judge, error) {
	return NewJudgeWithin(ctx, problem, wire.DefaultLimits())
}

// NewJudgeWithin is NewJudge with other limits than a server has.
func NewJudgeWithin(ctx context.Context, problem *calloutv1.Problem, lim wire.Limits) (*Judge, error) {
	p, wctx, faults := wire.Problem(problem, lim)
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("judge: problem: %w", err)
	}
	if err := matrix.Resolve(ctx, p); err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	return &Judge{problem: p, context: wctx}, nil
}

var errNoPlan = errors.New("judge: there is no plan")

// Driven is what the checker says that the plan of a day that is over costs, or what is wrong with it. Of parts in vans such a plan does not tell
// where they were loaded: they are taken to come from the van the day began with, and then from the calls before the visit.
func (j *Judge) Driven(ctx context.Context, plan *calloutv1.Plan) (model.Terms, error) {
	if plan == nil {
		return model.Terms{}, errNoPlan
	}
	given, faults := wire.PlanIn(j.context, plan)
	if err := faults.Err(); err != nil {
		return model.Terms{}, fmt.Errorf("judge: plan: %w", err)
	}
	for k := range given.Routes {
		for i := range given.Routes[k].Stops {
			given.Routes[k].Stops[i].Parts, given.Routes[k].Stops[i].Tools = nil, nil
		}
	}
	verdict, err := engine.Evaluate(ctx, j.problem, given)
	if err != nil {
		return model.Terms{}, fmt.Errorf("judge: %w", err)
	}
	if len(verdict.Violations) > 0 {
		return verdict.Terms, fmt.Errorf("judge: %v", verdict.Violations[0])
	}
	return verdict.Terms, nil
}

// Plan returns what is wrong with a plan as it came: a rule that it breaks, or a cost that is not the checker's.
func (j *Judge) Plan(plan *calloutv1.Plan) error {
	if plan == nil {
		return errNoPlan
	}
	given, faults := wire.PlanIn(j.context, plan)
	if err := faults.Err(); err != nil {
		return fmt.Errorf("judge: plan: %w", err)
	}
	verdict := check.Plan(j.problem, given)
	if err := verdict.Err(); err != nil {
		return fmt.Errorf("judge: %w", err)
	}
	const unit = 1e6 // of model.Cost per currency unit
	if got, want := plan.GetCost().GetTotal(), float64(verdict.Terms.Total())/unit; math.Abs(got-want) > 1/unit {
		return fmt.Errorf("judge: the plan says that it costs %f, the checker says %f", got, want)
	}
	return nil
}
