package server

import (
	"context"
	"log/slog"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
)

// Evaluate answers the RPC.
func (s *Service) Evaluate(ctx context.Context, req *calloutv1.EvaluateRequest) (*calloutv1.EvaluateResponse, error) {
	call := callOf(ctx)
	requestID := call.name(req.GetRequestId(), req.GetTenant())
	r, faults := s.intake(call.tenant).Evaluate(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, err
	}
	defer leave()
	release, err := s.admit(ctx, 1)
	if err != nil {
		return nil, err
	}
	defer release()
	if err := s.travel.Space(tenantOf(call.tenant)).Resolve(ctx, r.Problem); err != nil {
		return nil, s.failure(ctx, err)
	}
	e, err := engine.Evaluate(ctx, r.Problem, r.Plan)
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	w := writer{p: r.Problem, ctx: r.Context}
	out := &calloutv1.EvaluateResponse{
		RequestId: requestID, Feasible: e.Feasible(), EngineVersion: s.version,
		Plan:       wire.PlanOut(r.Problem, r.Context, e.Plan, wire.Cost{Terms: e.Terms, Routes: e.RouteTerms}),
		Violations: w.violations(e.Violations),
	}
	for k := range e.Soft {
		out.Violations = append(out.Violations, w.soft(&e.Soft[k]))
	}
	call.note(slog.Int("jobs", len(r.Problem.Jobs)), slog.Int("violations", len(out.GetViolations())))
	return out, nil
}

// Validate answers the RPC. It needs no processor of its own: a request is read in a time linear in its size.
func (s *Service) Validate(ctx context.Context, req *calloutv1.ValidateRequest) (*calloutv1.ValidateResponse, error) {
	call := callOf(ctx)
	out := &calloutv1.ValidateResponse{RequestId: call.name(req.GetRequestId(), req.GetTenant())}
	faults := s.intake(call.tenant).Validate(req)
	out.Faults, out.FaultsOmitted = faults.ToProto()
	call.note(slog.Int("faults", faults.Count()))
	return out, nil
}
