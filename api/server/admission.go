package server

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	"callout/api/wire"
	"callout/engine"
)

// Admission says who may work and who may wait. In its zero value there are no express slots and no quotas.
type Admission struct {
	Express     int           // searchers beyond Options.Workers that only small requests use
	SmallWork   time.Duration // a request is small up to so many searchers times time budget, …
	SmallJobs   int           // … and so many jobs
	TenantWork  int           // searchers of one tenant at work at once; less than 1: no quota
	TenantQueue int           // requests of one tenant that may wait; less than 1: no quota
	Checks      int           // Evaluate and Validate at work at once; less than 1: one per processor
	CheckQueue  int           // of them, those that may wait; less than 1: DefaultCheckQueue
	FirstPlans  int           // searchers beyond all these that make first plans for requests that wait
}

// DefaultCheckQueue is how many of Evaluate and Validate may wait.
const DefaultCheckQueue = 64

// DefaultTenant is whose a request is that names no tenant.
const DefaultTenant = "default"

// admission lets searches to the processors, and checks (Evaluate and Validate, which take milliseconds) on their own, so that
// they never wait for a search.
type admission struct {
	searches *engine.Slots
	checks   *engine.Slots
	first    *engine.Slots // for first plans of those that wait; nil: none are made
	cfg      Admission
	metrics  *metrics
}

func newAdmission(workers, queue int, cfg Admission) admission {
	if cfg.Checks < 1 {
		cfg.Checks = runtime.GOMAXPROCS(0)
	}
	if cfg.CheckQueue < 1 {
		cfg.CheckQueue = DefaultCheckQueue
	}
	var first *engine.Slots
	if cfg.FirstPlans > 0 {
		first = engine.NewSlots(engine.SlotsConfig{Capacity: cfg.FirstPlans, Queue: queue, TenantQueue: cfg.TenantQueue})
	}
	return admission{
		cfg: cfg, first: first,
		searches: engine.NewSlots(engine.SlotsConfig{
			Capacity: workers, Express: cfg.Express, Queue: queue, TenantRunning: cfg.TenantWork, TenantQueue: cfg.TenantQueue,
		}),
		checks: engine.NewSlots(engine.SlotsConfig{Capacity: cfg.Checks, Queue: cfg.CheckQueue, TenantQueue: cfg.TenantQueue}),
	}
}

// search queues a Solve, and returns a ticket to wait with and to release. The work is to be done under the context that it returns
// (engine.Ticket.Context).
func (a *admission) search(ctx context.Context, tenant string, r *wire.Request) (context.Context, *engine.Ticket, error) {
	return a.join(ctx, tenant, r.Settings, len(r.Problem.Jobs))
}

// join queues a search of so many jobs, or demands.
func (a *admission) join(
	ctx context.Context, tenant string, set wire.Settings, jobs int,
) (context.Context, *engine.Ticket, error) {
	t, err := a.searches.Join(ctx, a.demand(ctx, tenant, set, jobs))
	if err != nil {
		return nil, nil, a.refusal(ctx, a.searches, err)
	}
	ctx = t.Context(ctx)
	return ctx, t, nil
}

// check waits for the processor of an Evaluate or Validate. It is charged next to nothing, so that turns go round.
func (a *admission) check(ctx context.Context, tenant string) (context.Context, *engine.Ticket, error) {
	t, err := a.checks.Acquire(ctx, engine.Demand{Tenant: tenant, Length: checkLength})
	if err != nil {
		return nil, nil, a.refusal(ctx, a.checks, err)
	}
	a.metrics.waited("check", t.Waited())
	ctx = t.Context(ctx)
	return ctx, t, nil
}

// checkLength is how long a check is thought to take.
const checkLength = 20 * time.Millisecond

// demand of a search. Only a time budget makes a length certain; iterations and stagnation may end the search earlier.
func (a *admission) demand(ctx context.Context, tenant string, set wire.Settings, jobs int) engine.Demand {
	d := engine.Demand{Tenant: tenant, Workers: max(1, set.Workers), Length: set.TimeBudget}
	if deadline, ok := ctx.Deadline(); ok && d.Length > 0 {
		d.Length = max(time.Millisecond, min(d.Length, time.Until(deadline)))
	}
	d.Small = set.TimeBudget > 0 && set.TimeBudget*time.Duration(d.Workers) <= a.cfg.SmallWork && jobs <= a.cfg.SmallJobs
	return d
}

// refusal is the status for an error of slots.
func (a *admission) refusal(ctx context.Context, slots *engine.Slots, err error) error {
	switch {
	case errors.Is(err, engine.ErrBusy):
		a.metrics.refused(refusedQueue)
		return later(ctx, "the server is busy: the queue is full", slots.Delay())
	case errors.Is(err, engine.ErrTenantBusy):
		a.metrics.refused(refusedTenant)
		return later(ctx, "the tenant has as many requests waiting as it may", slots.Delay())
	case errors.Is(err, engine.ErrShutdown):
		return errStopping
	}
	a.metrics.refused(refusedLeft)
	return status.FromContextError(ctx.Err()).Err()
}

// A refused client is told to come back within these bounds.
const (
	leastRetry = time.Second
	mostRetry  = 2 * time.Minute
)

// pushback is the trailer by which gRPC clients that retry by themselves are told when (gRFC A6); they do not look at RetryInfo.
const pushback = "grpc-retry-pushback-ms"

// later is the answer to a call that may not even wait.
func later(ctx context.Context, text string, delay time.Duration) error {
	delay = min(max(delay.Round(100*time.Millisecond), leastRetry), mostRetry)
	_ = grpc.SetTrailer(ctx, metadata.Pairs(pushback, strconv.FormatInt(delay.Milliseconds(), 10))) // fails only without a transport
	return busy(text, delay)
}

// busy is the status of a refusal.
func busy(text string, delay time.Duration) error {
	st := status.New(codes.ResourceExhausted, text)
	if with, err := st.WithDetails(&errdetails.RetryInfo{RetryDelay: durationpb.New(delay)}); err == nil {
		st = with
	}
	return st.Err()
}

// tenantOf is whose request it is: whose the token says, or else whose the request says.
func tenantOf(ctx context.Context, named string) (string, error) {
	bound := identityOf(ctx).Tenant
	switch {
	case bound == "" && named == "":
		return DefaultTenant, nil
	case bound == "":
		return named, nil
	case named != "" && named != bound:
		return "", status.Error(codes.PermissionDenied, "the token is bound to another tenant")
	}
	return bound, nil
}
