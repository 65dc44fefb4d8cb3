package server

import (
	"context"
	"errors"
	"log/slog"
	"runtime"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/engine/lease"
	"callout/engine/matrix"
)

// Options of a Service. The zero value serves with defaults, and lets nobody wait.
type Options struct {
	Version string       // of the engine, for answers
	Limits  *wire.Limits // nil: wire.DefaultLimits
	Workers int          // searchers at work at once, over all requests; less than 1: one per processor
	Queue   int          // requests that may wait for them; 0: none
	// Admission says more about who may work and wait.
	Admission Admission
	Explain   *engine.ExplainLimits
	Log       *slog.Logger // nil: nothing is logged
	// Metrics is where metrics are registered; nil: nowhere.
	Metrics prometheus.Registerer
	// Cache keeps matrices between requests; nil: nothing is kept. Whoever made it closes it, after the service has stopped.
	Cache *matrix.Cache
	// Leases bound what clients send ahead; what is 0 is taken from DefaultLeases.
	Leases lease.Options
	// Networks are what travel on roads is computed on; nil: there is none.
	Networks *matrix.Networks
	// PutTime is how long the parts of a matrix may take to come; 0: DefaultPutTime.
	PutTime time.Duration
}

// Service implements PlanningService, TravelService and PartsService. It may be used by any number of goroutines at once, and without a transport.
type Service struct {
	calloutv1.UnimplementedPlanningServiceServer
	calloutv1.UnimplementedTravelServiceServer
	calloutv1.UnimplementedPartsServiceServer

	version string
	limits  wire.Limits
	explain engine.ExplainLimits
	admit   admission
	travel  *matrix.Cache
	roads   *matrix.Networks
	riding  chan struct{} // whoever computes travel on roads while a request is read
	leases  *lease.Store[held]
	putTime time.Duration
	metrics *metrics
	log     *slog.Logger

	sessions sessions

	stopping context.Context //nolint:containedctx // ended by Stop: the contexts of running calls hang on it
	stop     context.CancelFunc
}

// New returns a service. It holds no goroutines and needs no closing.
func New(o Options) *Service {
	if o.Workers < 1 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	s := &Service{
		version: o.Version, limits: wire.DefaultLimits(), explain: engine.DefaultExplain,
		admit: newAdmission(o.Workers, o.Queue, o.Admission), log: o.Log,
	}
	if o.Limits != nil {
		s.limits = *o.Limits
	}
	if o.Explain != nil {
		s.explain = *o.Explain
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	// Searchers belong to the request, as they determine the result: more than there can be are refused, not cut down in silence.
	s.limits.Workers = min(s.limits.Workers, s.admit.searches.Capacity())
	s.metrics = newMetrics(o.Metrics, &s.admit)
	s.admit.metrics = s.metrics
	s.hold(&o)
	s.roads, s.riding = o.Networks, make(chan struct{}, runtime.GOMAXPROCS(0))
	s.stopping, s.stop = context.WithCancel(context.Background())
	return s
}

// Stop refuses new work from now on, and ends running searches with the best plan that each has. It returns at once.
func (s *Service) Stop() { s.stop() }

// errStopping is the answer to calls that come too late.
var errStopping = status.Error(codes.Unavailable, "the server is shutting down")

// enter is called before work begins. The context that it returns ends with engine.ErrShutdown as its cause when the service
// stops; leave must be called in the end.
func (s *Service) enter(ctx context.Context) (_ context.Context, leave func(), err error) {
	if s.stopping.Err() != nil {
		return nil, nil, errStopping
	}
	ctx, cancel := context.WithCancelCause(ctx)
	unhook := context.AfterFunc(s.stopping, func() { cancel(engine.ErrShutdown) })
	return ctx, func() {
		unhook()
		cancel(nil)
	}, nil
}

// failure turns an error of the engine, or of sending, into a status. What is wrong inside is logged and not told.
func (s *Service) failure(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), errStalled) {
		return errTooSlow
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(cause, engine.ErrShutdown) {
		return status.FromContextError(ctx.Err()).Err() // the caller is gone: whatever went wrong came of that
	}
	if _, ok := status.FromError(err); ok {
		return err // of sending, by gRPC
	}
	if errors.Is(err, engine.ErrShutdown) {
		return errStopping
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return status.FromContextError(context.DeadlineExceeded).Err() // it is close
	}
	attrs := []slog.Attr{slog.String("error", err.Error())}
	if internal, ok := errors.AsType[*engine.InternalError](err); ok {
		if len(internal.Stack) > 0 {
			attrs = append(attrs, slog.String("stack", string(internal.Stack)))
		}
		for k := range min(len(internal.Violations), 10) {
			attrs = append(attrs, slog.String("violation", string(internal.Violations[k].Code)))
		}
	}
	s.log.LogAttrs(ctx, slog.LevelError, "the engine failed", append(callOf(ctx).attrs(), attrs...)...)
	return errInternal
}

var errInternal = status.Error(codes.Internal, "internal error")
