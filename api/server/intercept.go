package server

import (
	"context"
	"errors"
	"log/slog"
	"path"
	"runtime/debug"
	"strings"
	"time"

	"github.com/grpc-ecosystem/go-grpc-middleware/v2/interceptors/recovery"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/parallel"
)

// interceptors around every RPC, all of which are streams (see streamed), the outermost first: one lets messages in, and counts, times
// and logs what the other returns; one turns panics of handlers into INTERNAL.
func (s *Service) interceptors(inFlight *gate, in *receptions) []grpc.ServerOption {
	rescue := recovery.WithRecoveryHandlerContext(func(ctx context.Context, v any) error {
		s.log.LogAttrs(ctx, slog.LevelError, "a handler panicked",
			append(callOf(ctx).attrs(), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))...)
		return errInternal
	})
	return []grpc.ServerOption{grpc.ForceServerCodecV2(newFrames()), grpc.ChainStreamInterceptor(
		func(srv any, stream grpc.ServerStream, info *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			ctx, done := s.observe(stream.Context(), info.FullMethod, inFlight)
			o := &observed{ServerStream: stream, ctx: ctx, metrics: s.metrics, reception: in.of(info.FullMethod)}
			o.session = info.FullMethod == calloutv1.PlanningService_Reoptimize_FullMethodName
			err := next(srv, o)
			o.end()
			callOf(ctx).tell(ctx, err)
			done(err)
			return err
		},
		recovery.StreamServerInterceptor(rescue),
	)}
}

// beside runs f on a goroutine of its own for a call. A panic of it ends the call's context; goOn has it go on in the handler.
func beside(end context.CancelCauseFunc, f func()) {
	go func() {
		defer func() {
			if v := recover(); v != nil {
				end(parallel.Caught(v))
			}
		}()
		f()
	}()
}

// goOn panics if something beside the handler did, and that ended ctx.
func goOn(ctx context.Context) {
	if p, ok := errors.AsType[*parallel.PanicError](context.Cause(ctx)); ok {
		panic(p)
	}
}

// observe counts, times and logs a call to our own service; of others (health, reflection) it counts only the number.
func (s *Service) observe(ctx context.Context, fullMethod string, inFlight *gate) (context.Context, func(error)) {
	arrived := time.Now()
	method := path.Base(fullMethod)
	if !ours(fullMethod) {
		return ctx, func(err error) { s.metrics.requests.WithLabelValues(method, status.Code(err).String()).Inc() }
	}
	inFlight.enter()
	ctx, call := withCall(ctx)
	return ctx, func(err error) {
		defer inFlight.leave()
		code, took := status.Code(err), time.Since(arrived)
		s.metrics.answered(method, code.String(), took)
		s.log.LogAttrs(ctx, levelOf(code), "request", append([]slog.Attr{
			slog.String("method", method), slog.String("code", code.String()), slog.Duration("took", took),
		}, call.attrs()...)...)
	}
}

// ours tells whether a method is of our own services; others are health and reflection.
func ours(fullMethod string) bool {
	return strings.HasPrefix(fullMethod, "/"+string(calloutv1.File_callout_v1_planning_service_proto.Package())+".")
}

// levelOf is how loud an answer is logged: what the server did wrong is an error.
func levelOf(c codes.Code) slog.Level {
	switch c {
	case codes.Internal, codes.Unknown, codes.DataLoss, codes.Unimplemented:
		return slog.LevelError
	case codes.ResourceExhausted, codes.Unavailable:
		return slog.LevelWarn
	default:
		return slog.LevelInfo
	}
}
