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
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	ctx, done, err := s.check(ctx, "Evaluate", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	r, faults := s.intake(ctx, call.tenant).Evaluate(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	if err := s.travel.Space(call.tenant).Resolve(ctx, r.Problem); err != nil {
		return nil, s.failure(ctx, err)
	}
	e, err := engine.Evaluate(ctx, r.Problem, r.Plan)
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	w := writer{p: r.Problem, ctx: r.Context}
	out := &calloutv1.EvaluateResponse{
		RequestId: requestID, Feasible: e.Feasible(), EngineVersion: s.version,
		Plan:       wire.PlanOut(r.Problem, r.Context, e.Plan, wire.Cost{Terms: e.Terms, Routes: e.RouteTerms, Ways: true}),
		Violations: w.violations(e.Violations), LocationFaults: r.Context.LocationFaults(),
	}
	for k := range e.Soft {
		out.Violations = append(out.Violations, w.soft(&e.Soft[k]))
	}
	if r.Running != nil {
		running, err := engine.Evaluate(ctx, r.Problem, r.Running)
		if err != nil {
			return nil, s.failure(ctx, err)
		}
		out.AgainstRunningPlan = against(r, running, e)
	}
	call.note(slog.Int("jobs", len(r.Problem.Jobs)), slog.Int("violations", len(out.GetViolations())))
	return out, nil
}

// against is the price of a plan against the one that is followed.
func against(r *wire.Request, running, wanted *engine.Evaluation) *calloutv1.WishPrice {
	extra := wanted.Terms
	extra.Sub(&running.Terms)
	return &calloutv1.WishPrice{
		Extra:   wire.Breakdown(r.Problem, extra),
		Changes: changesOut(r.Problem, r.Context, engine.Differences(r.Problem, running.Plan, wanted.Plan)),
		Broken:  writer{p: r.Problem, ctx: r.Context}.broken(wanted.Beyond(running)),
	}
}

// Validate answers the RPC.
func (s *Service) Validate(ctx context.Context, req *calloutv1.ValidateRequest) (*calloutv1.ValidateResponse, error) {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	_, done, err := s.check(ctx, "Validate", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	out := &calloutv1.ValidateResponse{RequestId: requestID}
	faults := s.intake(ctx, call.tenant).Validate(req)
	out.Faults, out.FaultsOmitted = faults.ToProto()
	call.note(slog.Int("faults", faults.Count()))
	return out, nil
}

// check waits for the turn of an Evaluate or Validate, from the reading of the request on: that is most of their work.
func (s *Service) check(ctx context.Context, method, tenant string) (_ context.Context, done func(), err error) {
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return nil, nil, err
	}
	ctx, ticket, err := s.admit.check(ctx, tenant)
	if err != nil {
		leave()
		return nil, nil, err
	}
	running := s.metrics.checks.WithLabelValues(method)
	running.Inc()
	return ctx, func() {
		running.Dec()
		ticket.Release()
		leave()
	}, nil
}
