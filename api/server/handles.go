package server

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine/lease"
	"callout/solver/model"
)

// DefaultLeases are the bounds of what clients send ahead.
var DefaultLeases = lease.Options{Bytes: 256 << 20, Time: time.Hour}

// held is what a handle names: one of the three.
type held struct {
	matrix  *wire.Table
	problem *wire.Stored
	traffic *heldTraffic
}

// hold prepares what outlives a request.
func (s *Service) hold(o *Options) {
	if o.Leases.Bytes == 0 {
		o.Leases.Bytes = DefaultLeases.Bytes
	}
	if o.Leases.Time == 0 {
		o.Leases.Time = DefaultLeases.Time
	}
	s.travel, s.leases, s.putTime = o.Cache, lease.New[held](o.Leases), o.PutTime
	if s.putTime == 0 {
		s.putTime = DefaultPutTime
	}
	registerTravel(o.Metrics, s.travel, s.leases)
}

// Reader reads a tenant's requests as the service does, for programs that judge its answers. Travel on roads is computed until ctx ends.
func (s *Service) Reader(ctx context.Context, tenant string) *wire.Intake {
	return s.intake(ctx, tenant)
}

// intake reads a tenant's requests: handles and matrices are those of the tenant.
func (s *Service) intake(ctx context.Context, tenant string) *wire.Intake {
	in := &wire.Intake{
		Limits:  s.limits,
		Matrix:  func(handle string) *wire.Table { return s.lookup(tenant, handle).matrix },
		Problem: func(handle string) *wire.Stored { return s.lookup(tenant, handle).problem },
		Road: func(q *wire.RoadQuery, from, until time.Time, cells int) (*wire.RoadTravel, wire.Faults) {
			return s.ride(ctx, tenant, q, from, until, cells)
		},
	}
	if space := s.travel.Space(tenant); space != nil {
		in.Share = func(m *model.Matrix) *model.Matrix { return space.Share(m) }
	}
	return in
}

func (s *Service) lookup(tenant, handle string) held {
	h, _ := s.leases.Get(tenant, handle)
	return h
}

// PutProblem answers the RPC.
func (s *Service) PutProblem(ctx context.Context, req *calloutv1.PutProblemRequest) (*calloutv1.PutProblemResponse, error) {
	call := callOf(ctx)
	requestID, err := call.name(ctx, req)
	if err != nil {
		return nil, err
	}
	_, done, err := s.check(ctx, "PutProblem", call.tenant)
	if err != nil {
		return nil, err
	}
	defer done()
	out := &calloutv1.PutProblemResponse{RequestId: requestID}
	put, faults := s.intake(ctx, call.tenant).PutProblem(req)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	out.Handle = put.Handle
	granted, known := s.leases.Renew(call.tenant, put.Handle, put.Time)
	switch {
	case known:
	case put.Problem == nil:
		return nil, wire.UnknownHandleFault("handle", put.Handle).ToStatus()
	default:
		claim, err := s.claim(call.tenant, "problem", put.Problem.Bytes)
		if err != nil {
			return nil, err
		}
		granted = claim.Grant(put.Handle, held{problem: put.Problem}, put.Time)
	}
	out.TimeToLive = durationpb.New(granted)
	return out, nil
}

// claim sets room aside for what is sent in a field of a request.
func (s *Service) claim(tenant, field string, bytes int64) (*lease.Claim[held], error) {
	claim, err := s.leases.Claim(tenant, bytes)
	if err == nil {
		return claim, nil
	}
	full, ok := errors.AsType[*lease.FullError](err)
	if !ok {
		return nil, wire.Faults{{
			Path: field, Code: wire.TooLarge, Message: "it takes more room than the server holds for what is sent ahead",
		}}.ToStatus()
	}
	st := status.New(codes.ResourceExhausted, "the server holds as much as it may; content sent with the request needs no handle")
	if with, err := st.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(full.Retry)}); err == nil {
		st = with
	}
	return nil, st.Err()
}
