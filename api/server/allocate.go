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
	"callout/solver/stock"
)

// explainAllocation is how long explanations of an allocation may take.
const explainAllocation = 2 * time.Second

// Allocate answers the RPC.
func (s *Service) Allocate(req *calloutv1.AllocateRequest, stream grpc.ServerStreamingServer[calloutv1.AllocateResponse]) error {
	return s.AllocateTo(stream.Context(), req, stream.Send)
}

// AllocateTo answers the RPC without a transport, as SolveTo does.
func (s *Service) AllocateTo(ctx context.Context, req *calloutv1.AllocateRequest, send func(*calloutv1.AllocateResponse) error) error {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return err
	}
	r, faults := wire.Allocate(req, s.limits)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return faults.ToStatus()
	}
	ctx, leave, err := s.enter(ctx)
	if err != nil {
		return err
	}
	defer leave()
	ctx, ticket, err := s.admit.join(ctx, call.tenant, r.Settings.Settings, len(r.Network.Demands))
	if err != nil {
		return err
	}
	defer ticket.Release()
	a := allocated{request: r, requestID: requestID}
	begun := false
	defer func() {
		if begun {
			s.metrics.running.Dec()
		}
	}()
	res, err := engine.Allocate(ctx, r.Network, engine.AllocateSettings{
		TimeBudget: r.Settings.TimeBudget, Rounds: r.Settings.Iterations, Gap: r.Settings.Gap, MinInterval: r.Settings.MinInterval,
		Workers: r.Settings.Workers, Seed: r.Settings.Seed, Explain: explainAllocation, Searched: ticket.Release,
		Turn: &engine.Turn{Ticket: ticket, Begun: func() {
			begun, a.queued = true, ticket.Waited()
			s.metrics.running.Inc()
			s.metrics.waited("search", a.queued)
		}},
	}, func(out *engine.Allocated) error { return send(a.message(out, nil)) })
	if err != nil {
		if !begun && errors.Is(err, engine.ErrLeft) && !errors.Is(err, engine.ErrShutdown) {
			s.metrics.refused(refusedLeft)
		}
		return s.failure(ctx, err)
	}
	call.note(
		slog.String("stop", res.Stop.String()), slog.Int("demands", len(r.Network.Demands)), slog.Int("departures", len(r.Network.Departures)),
		slog.Int64("rounds", res.Final.Rounds), slog.Float64("gap", res.Final.Gap()), slog.Duration("queued", a.queued),
	)
	last := a.message(&res.Final, res.Explanation)
	last.Outcome = &calloutv1.Outcome{
		StopReason: stops[res.Stop], CutShort: res.Stop.CutShort(), EngineVersion: s.version, Settings: r.Settings.ToProto(),
		Queued: durationpb.New(a.queued),
	}
	if err := send(last); err != nil {
		return s.failure(ctx, err)
	}
	return nil
}

// Expedite answers the RPC.
func (s *Service) Expedite(ctx context.Context, req *calloutv1.ExpediteRequest) (*calloutv1.ExpediteResponse, error) {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	ctx, done, err := s.check(ctx, "Expedite", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	r, faults := wire.Expedite(req, s.limits)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	ways, reason, err := engine.Expedite(r.Network, r.Need)
	if err != nil {
		return nil, s.failure(ctx, err)
	}
	out := wire.WaysOut(r, ways, reason)
	out.RequestId, out.EngineVersion = requestID, s.version
	call.note(slog.Int("departures", len(r.Network.Departures)), slog.Int("ways", len(ways)))
	return out, nil
}

// allocated writes the messages of one stream.
type allocated struct {
	request   *wire.AllocateRequest
	requestID string
	queued    time.Duration
}

func (a *allocated) message(out *engine.Allocated, why *stock.Explanation) *calloutv1.AllocateResponse {
	r := a.request
	return &calloutv1.AllocateResponse{
		RequestId: a.requestID, Sequence: out.Sequence, Kind: kinds[out.Kind], LowerBound: float64(out.Bound) / 1e6, Gap: out.Gap(),
		Allocation: wire.AllocationOut(r.Network, r.Context, out.Allocation, &wire.Allocated{
			Terms: out.Report.Terms, Served: out.Report.Served, InTime: out.Report.InTime, Arrives: out.Report.Arrives, Explanation: why,
		}),
		Elapsed: durationpb.New(out.Elapsed), Rounds: out.Rounds,
	}
}
