package rig

import (
	"context"
	"errors"
	"fmt"
	"math"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
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
	p, wctx, faults := wire.Problem(problem, wire.DefaultLimits())
	if err := faults.Err(); err != nil {
		return nil, fmt.Errorf("judge: problem: %w", err)
	}
	if err := matrix.Resolve(ctx, p); err != nil {
		return nil, fmt.Errorf("judge: %w", err)
	}
	return &Judge{problem: p, context: wctx}, nil
}

var errNoPlan = errors.New("judge: there is no plan")

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
