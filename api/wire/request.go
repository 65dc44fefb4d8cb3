package wire

import (
	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Request is a converted SolveRequest or EvaluateRequest.
type Request struct {
	ID       string // as given: may be empty
	Tenant   string // as given: may be empty
	Problem  *model.Problem
	Context  *Context
	Settings Settings // of a SolveRequest
	// Plan to start from (nil: from scratch), or to evaluate.
	Plan *model.Plan
	// Repairs of the plan to start from, so far.
	Repairs []*calloutv1.Repair
}

// Solve converts a SolveRequest. With faults the request is nil.
func Solve(in *calloutv1.SolveRequest, lim Limits) (*Request, Faults) {
	out := &Request{ID: in.GetRequestId(), Tenant: in.GetTenant()}
	r := newReader(lim, "")
	r.envelope(in.ProtoReflect())
	var problem, settings, plan Faults
	out.Problem, out.Context, problem = Problem(in.GetProblem(), lim)
	out.Settings, settings = SolveSettings(in.GetSettings(), lim)
	if in.GetInitialPlan() != nil && len(problem) == 0 {
		out.Plan, out.Repairs, plan = WarmStart(out.Context, in.GetInitialPlan())
	}
	if faults := Join(r.done(), problem, settings, plan); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// Evaluate converts an EvaluateRequest. With faults the request is nil.
func Evaluate(in *calloutv1.EvaluateRequest, lim Limits) (*Request, Faults) {
	out := &Request{ID: in.GetRequestId(), Tenant: in.GetTenant()}
	r := newReader(lim, "")
	r.envelope(in.ProtoReflect())
	var problem, plan Faults
	out.Problem, out.Context, problem = Problem(in.GetProblem(), lim)
	if len(problem) == 0 {
		out.Plan, plan = PlanIn(out.Context, in.GetPlan())
	}
	if faults := Join(r.done(), problem, plan); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// Validate lists the faults of what a ValidateRequest holds. A plan is looked at only where the problem has no faults.
func Validate(in *calloutv1.ValidateRequest, lim Limits) Faults {
	r := newReader(lim, "")
	r.envelope(in.ProtoReflect())
	_, ctx, problem := Problem(in.GetProblem(), lim)
	_, settings := SolveSettings(in.GetSettings(), lim)
	var plan Faults
	if in.GetPlan() != nil && len(problem) == 0 {
		_, plan = PlanIn(ctx, in.GetPlan())
	}
	return Join(r.done(), problem, settings, plan)
}
