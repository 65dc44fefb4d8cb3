package wire

import (
	"strconv"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Intake reads requests within limits, and knows what a tenant has sent before. With limits alone it knows nothing.
type Intake struct {
	Limits Limits
	// Matrix and Problem return what a handle names, or nil. Where they are nil, no handle is known.
	Matrix  func(handle string) *Table
	Problem func(handle string) *Stored
	// Road, where not nil, computes travel on a road network of the server, between two times and with matrices of so many entries in
	// all at most.
	Road func(q *RoadQuery, from, until time.Time, cells int) (*RoadTravel, Faults)
	// Share, where not nil, returns a matrix equal to the one given, so that requests alike take its room once. Neither is changed
	// from then on.
	Share func(*model.Matrix) *model.Matrix
}

// Solve converts a SolveRequest. With faults the request is nil.
func (c *Intake) Solve(in *calloutv1.SolveRequest) (*Request, Faults) {
	out := &Request{ID: in.GetRequestId(), Tenant: in.GetTenant()}
	r := newReader(c.Limits, "")
	r.envelope(in.ProtoReflect())
	var problem, settings, plan Faults
	out.Problem, out.Context, problem = c.either(in.GetProblem(), in.GetProblemHandle())
	out.Settings, settings = SolveSettings(in.GetSettings(), c.Limits)
	if in.GetInitialPlan() != nil && len(problem) == 0 {
		out.Plan, out.Repairs, plan = WarmStart(out.Context, in.GetInitialPlan())
	}
	if faults := Join(r.done(), problem, settings, plan); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// Evaluate converts an EvaluateRequest. With faults the request is nil.
func (c *Intake) Evaluate(in *calloutv1.EvaluateRequest) (*Request, Faults) {
	out := &Request{ID: in.GetRequestId(), Tenant: in.GetTenant()}
	r := newReader(c.Limits, "")
	r.envelope(in.ProtoReflect())
	var problem, plan, running Faults
	out.Problem, out.Context, problem = c.either(in.GetProblem(), in.GetProblemHandle())
	if len(problem) == 0 {
		out.Plan, plan = PlanIn(out.Context, in.GetPlan())
		if in.GetRunningPlan() != nil {
			out.Running, running = planIn(out.Context, in.GetRunningPlan(), "running_plan")
		}
	}
	if faults := Join(r.done(), problem, plan, running); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// Convert a problem alone. With faults the other two results are nil.
func (c *Intake) Convert(in *calloutv1.Problem) (*model.Problem, *Context, Faults) {
	return c.convert(in)
}

// Validate lists the faults of what a ValidateRequest holds. A plan is looked at only where the problem has no faults.
func (c *Intake) Validate(in *calloutv1.ValidateRequest) Faults {
	r := newReader(c.Limits, "")
	r.envelope(in.ProtoReflect())
	_, ctx, problem := c.either(in.GetProblem(), in.GetProblemHandle())
	_, settings := SolveSettings(in.GetSettings(), c.Limits)
	var plan Faults
	if in.GetPlan() != nil && len(problem) == 0 {
		_, plan = PlanIn(ctx, in.GetPlan())
	}
	return Join(r.done(), problem, settings, plan)
}

// either converts a problem, or finds the one that a handle names.
func (c *Intake) either(in *calloutv1.Problem, handle string) (*model.Problem, *Context, Faults) {
	if handle == "" {
		return c.convert(in)
	}
	r := newReader(c.Limits, "")
	if in != nil {
		r.fault("problem_handle", Conflict, "there is a problem too")
		return nil, nil, r.done()
	}
	var s *Stored
	if c.Problem != nil {
		s = c.Problem(handle)
	}
	if s == nil {
		r.unknownHandle("problem_handle", handle)
		return nil, nil, r.done()
	}
	p, ctx := s.open()
	return p, ctx, nil
}

// convert a problem. With faults the other two results are nil.
func (c *Intake) convert(in *calloutv1.Problem) (*model.Problem, *Context, Faults) {
	r := newReader(c.Limits, "problem")
	if in == nil {
		r.fault("", Required, "must be set")
		return nil, nil, r.done()
	}
	if r.structure(in.ProtoReflect()); r.broken {
		return nil, nil, r.done()
	}
	b := newBuilder(r, in, c)
	b.build()
	if !r.ok() {
		return nil, nil, r.done()
	}
	return b.out, b.ctx, nil
}

// unknownHandle records that nothing is held under the handle in a field.
func (r *reader) unknownHandle(field, handle string) {
	if len(r.faults) >= maxFaults {
		r.more++
		return
	}
	r.faults = append(r.faults, Fault{
		Path: r.where(field), Code: UnknownHandle, subject: handle,
		Message: "nothing is held under " + strconv.Quote(clip(handle, maxSubject)) + " (any more): send the content",
	})
}
