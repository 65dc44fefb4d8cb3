package main

import (
	"context"
	"fmt"
	"math"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/cmd/callout/report"
	"callout/engine/matrix"
	"callout/solver/check"
)

// judge has a plan, as it came over the wire, checked by solver/check against the problem, as it was sent.
func judge(ctx context.Context, in *wire.Intake, problem *calloutv1.Problem, plan *calloutv1.Plan) (report.Judgement, error) {
	p, wctx, faults := in.Convert(problem)
	if err := faults.Err(); err != nil {
		return report.Judgement{}, fmt.Errorf("judge: problem: %w", err)
	}
	if err := matrix.Resolve(ctx, p); err != nil {
		return report.Judgement{}, fmt.Errorf("judge: %w", err)
	}
	given, faults := wire.PlanIn(wctx, plan)
	if err := faults.Err(); err != nil {
		return report.Judgement{}, fmt.Errorf("judge: plan: %w", err)
	}
	verdict := check.Plan(p, given)
	out := report.Judgement{Made: true}
	for _, v := range verdict.Violations {
		out.Faults = append(out.Faults, v.String())
	}
	const unit = 1e6 // of model.Cost per currency unit
	if got, want := plan.GetCost().GetTotal(), float64(verdict.Terms.Total())/unit; math.Abs(got-want) > 1/unit {
		out.Faults = append(out.Faults, fmt.Sprintf("the plan says that it costs %f, the checker says %f", got, want))
	}
	return out, nil
}
