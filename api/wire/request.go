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
	// Running is the plan that one to evaluate is compared with, or nil.
	Running *model.Plan
	// Repairs of the plan to start from, so far.
	Repairs []*calloutv1.Repair
}

// Solve converts a SolveRequest that needs nothing sent before. With faults the request is nil.
func Solve(in *calloutv1.SolveRequest, lim Limits) (*Request, Faults) {
	return (&Intake{Limits: lim}).Solve(in)
}

// Evaluate converts an EvaluateRequest that needs nothing sent before. With faults the request is nil.
func Evaluate(in *calloutv1.EvaluateRequest, lim Limits) (*Request, Faults) {
	return (&Intake{Limits: lim}).Evaluate(in)
}

// Validate lists the faults of a ValidateRequest that needs nothing sent before.
func Validate(in *calloutv1.ValidateRequest, lim Limits) Faults {
	return (&Intake{Limits: lim}).Validate(in)
}
