package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/model"
)

// Solve answers the RPC.
func (s *Service) Solve(req *calloutv1.SolveRequest, stream grpc.ServerStreamingServer[calloutv1.SolveResponse]) error {
	return s.SolveTo(stream.Context(), req, stream.Send)
}

// SolveTo answers the RPC without a transport: send receives the messages of the answer, from the calling goroutine. Errors are
// gRPC statuses, or what send returned.
func (s *Service) SolveTo(ctx context.Context, req *calloutv1.SolveRequest, send func(*calloutv1.SolveResponse) error) error {
	arrived := time.Now()
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return err
	}
	r, faults := s.intake(ctx, call.tenant).Solve(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return faults.ToStatus()
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	ctx, ticket, err := s.admit.search(ctx, call.tenant, r)
	if err != nil {
		return err
	}
	defer ticket.Release()
	a := answer{request: r, requestID: requestID}
	begun := false
	defer func() {
		if begun {
			s.metrics.running.Dec()
		}
	}()
	res, err := engine.Solve(ctx, r.Problem, engine.Settings{
		TimeBudget: r.Settings.TimeBudget, Iterations: r.Settings.Iterations, Stagnation: r.Settings.Stagnation,
		MinInterval: r.Settings.MinInterval, Workers: r.Settings.Workers, Seed: r.Settings.Seed,
		Start: r.Plan, Travel: s.travel.Space(call.tenant), Explain: s.explain, Searched: ticket.Release,
		Turn: &engine.Turn{Ticket: ticket, First: s.admit.first, Begun: func() {
			begun, a.queued = true, ticket.Waited()
			s.metrics.running.Inc()
			s.metrics.waited("search", a.queued)
		}},
	}, func(inc *engine.Incumbent) error {
		kind := inc.Kind
		if err := send(a.message(inc)); err != nil { // inc is let go of before: a client may be slow, and a problem large
			return err
		}
		s.metrics.sent(kind)
		if kind == engine.First {
			s.metrics.firstPlan.Observe(time.Since(arrived).Seconds())
		}
		return nil
	})
	if err != nil {
		if !begun && errors.Is(err, engine.ErrLeft) && !errors.Is(err, engine.ErrShutdown) {
			s.metrics.refused(refusedLeft)
		}
		return s.failure(ctx, err)
	}
	s.metrics.stopped(res.Stop)
	call.note(
		slog.String("stop", res.Stop.String()), slog.Int("jobs", len(r.Problem.Jobs)), slog.Int("shifts", len(r.Problem.Shifts)),
		slog.Int("unassigned", len(res.Final.Plan.Unassigned)), slog.Int64("iterations", res.Final.Iterations),
		slog.Int64("plans", res.Final.Sequence), slog.Duration("queued", a.queued),
		slog.Bool("proof_tried", res.Proof.Tried), slog.Duration("first_plan", res.FirstPlan), slog.Int("explained", len(res.Unassigned.Jobs)),
	)
	if res.Proof.Err != nil {
		call.note(slog.String("proof_failed", res.Proof.Err.Error()))
	}
	if err := send(a.final(res, s.version)); err != nil {
		return s.failure(ctx, err)
	}
	s.metrics.sent(engine.Final)
	return nil
}

// answer writes the messages of one stream.
type answer struct {
	request   *wire.Request
	requestID string
	queued    time.Duration
}

var kinds = [...]calloutv1.SolveKind{
	engine.First:    calloutv1.SolveKind_SOLVE_KIND_FIRST,
	engine.Improved: calloutv1.SolveKind_SOLVE_KIND_IMPROVED,
	engine.Final:    calloutv1.SolveKind_SOLVE_KIND_FINAL,
}

var stops = [...]calloutv1.StopReason{
	engine.StopBudget:     calloutv1.StopReason_STOP_REASON_TIME_BUDGET,
	engine.StopIterations: calloutv1.StopReason_STOP_REASON_ITERATION_BUDGET,
	engine.StopStagnation: calloutv1.StopReason_STOP_REASON_STAGNATION,
	engine.StopProven:     calloutv1.StopReason_STOP_REASON_PROVEN,
	engine.StopCancelled:  calloutv1.StopReason_STOP_REASON_CANCELLED,
	engine.StopDeadline:   calloutv1.StopReason_STOP_REASON_DEADLINE,
	engine.StopShutdown:   calloutv1.StopReason_STOP_REASON_SHUTDOWN,
}

func (a *answer) message(inc *engine.Incumbent) *calloutv1.SolveResponse {
	r := a.request
	return &calloutv1.SolveResponse{
		RequestId: a.requestID, Sequence: inc.Sequence, Kind: kinds[inc.Kind],
		Plan: wire.PlanOut(inc.Problem, r.Context, inc.Plan, wire.Cost{
			Terms: inc.Terms, Routes: inc.RouteTerms, Ways: inc.Kind == engine.Final,
		}),
		Elapsed: durationpb.New(inc.Elapsed), Iterations: inc.Iterations, Waiting: inc.Waiting,
	}
}

func (a *answer) final(res *engine.Result, version string) *calloutv1.SolveResponse {
	r := a.request
	w := writer{p: r.Problem, ctx: r.Context}
	out := a.message(&res.Final)
	w.explain(out.GetPlan(), &res.Unassigned)
	out.Outcome = &calloutv1.Outcome{
		StopReason: stops[res.Stop], CutShort: res.Stop.CutShort(), EngineVersion: version, Settings: r.Settings.ToProto(),
		Repairs: r.Repairs, Queued: durationpb.New(a.queued), LocationFaults: r.Context.LocationFaults(),
	}
	for k := range res.Repairs {
		out.Outcome.Repairs = append(out.Outcome.Repairs, w.repair(&res.Repairs[k]))
	}
	return out
}

// writer turns what the engine says about a problem into messages.
type writer struct {
	p   *model.Problem
	ctx *wire.Context
}
