package server

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
)

// DefaultPutTime is how long the parts of a matrix may take to come.
const DefaultPutTime = 2 * time.Minute

type putMatrixStream = grpc.ClientStreamingServer[calloutv1.PutMatrixRequest, calloutv1.PutMatrixResponse]

// PutMatrix answers the RPC. Room for the whole matrix is set aside when the header has come, and given back if the rest does not.
func (s *Service) PutMatrix(stream putMatrixStream) error {
	ctx, leave, err := s.enter(stream.Context())
	if err != nil {
		return err
	}
	defer leave()
	ctx, cancel := context.WithTimeoutCause(ctx, s.putTime, errSlowPut)
	defer cancel()
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	out, err := s.putMatrix(ctx, parts(ctx, end, stream))
	if err != nil {
		return err
	}
	return stream.SendAndClose(out)
}

func (s *Service) putMatrix(
	ctx context.Context, next func() (*calloutv1.PutMatrixRequest, error),
) (*calloutv1.PutMatrixResponse, error) {
	part, err := next()
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	call := callOf(ctx)
	requestID, err := call.name(ctx, part.GetHeader())
	if err != nil {
		return nil, err
	}
	up := wire.NewUpload(s.limits)
	h, faults := up.Header(part)
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	out := &calloutv1.PutMatrixResponse{RequestId: requestID, Handle: h.Handle}
	if h.Handle != "" {
		granted, known := s.leases.Renew(call.tenant, h.Handle, h.Time)
		if !known {
			return nil, wire.UnknownHandleFault("header.handle", h.Handle).ToStatus()
		}
		out.TimeToLive = durationpb.New(granted)
		return out, nil
	}
	claim, err := s.claim(call.tenant, "header.location_ids", h.Bytes)
	if err != nil {
		return nil, err
	}
	defer claim.Drop()
	for {
		part, err := next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if faults := up.Rows(part); len(faults) > 0 {
			call.note(slog.Int("faults", faults.Count()))
			return nil, faults.ToStatus()
		}
	}
	table, faults := up.Table()
	if len(faults) > 0 {
		call.note(slog.Int("faults", faults.Count()))
		return nil, faults.ToStatus()
	}
	out.Handle = table.Handle
	out.TimeToLive = durationpb.New(claim.Grant(table.Handle, held{matrix: table}, h.Time))
	call.note(slog.Int64("bytes", table.Bytes))
	return out, nil
}

var errSlowPut = errors.New("the parts of the matrix took too long to come")

// parts returns what receives from a stream until ctx ends. gRPC waits for a part as long as the call lasts, so that is done beside;
// the call, and with it the waiting, ends when the handler returns.
func parts(
	ctx context.Context, end context.CancelCauseFunc, stream putMatrixStream,
) func() (*calloutv1.PutMatrixRequest, error) {
	type received struct {
		part *calloutv1.PutMatrixRequest
		err  error
	}
	in := make(chan received)
	beside(end, func() {
		for {
			part, err := stream.Recv()
			select {
			case in <- received{part, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	})
	return func() (*calloutv1.PutMatrixRequest, error) {
		select {
		case r := <-in:
			return r.part, r.err
		case <-ctx.Done():
		}
		goOn(ctx)
		switch cause := context.Cause(ctx); {
		case errors.Is(cause, errSlowPut):
			return nil, status.Error(codes.DeadlineExceeded, errSlowPut.Error())
		case stream.Context().Err() != nil:
			return nil, status.FromContextError(stream.Context().Err()).Err()
		}
		return nil, errStopping
	}
}
