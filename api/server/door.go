package server

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/tap"
)

// door decides about a call when its headers are there, before memory is spent on its message: who calls, and whether there are
// too many calls under way. Health checks pass, so that a busy server is not taken for a dead one, and only have a number of their own.
type door struct {
	tokens  *Tokens // nil: everyone may come in
	most    int64   // calls under way, over all connections
	calls   atomic.Int64
	aside   atomic.Int64  // of health, as many again
	stall   time.Duration // see patience
	metrics *metrics
}

var errToken = status.Error(codes.Unauthenticated, "a valid bearer token is needed")

// enter is a tap.ServerInHandle: it runs on the goroutine that reads the connection, and must be quick.
func (d *door) enter(ctx context.Context, info *tap.Info) (context.Context, error) {
	if isHealth(info.FullMethodName) {
		return d.count(ctx, &d.aside)
	}
	if d.tokens != nil {
		id, ok := d.tokens.identify(bearer(info.Header))
		if !ok {
			d.metrics.refused(refusedToken)
			return nil, errToken
		}
		ctx = withIdentity(ctx, id)
	}
	return d.count(ctx, &d.calls)
}

func isHealth(fullMethod string) bool {
	return strings.HasPrefix(fullMethod, "/"+healthv1.Health_ServiceDesc.ServiceName+"/")
}

// count lets a call in if there are not too many of its kind, and gives it patience.
func (d *door) count(ctx context.Context, calls *atomic.Int64) (context.Context, error) {
	if calls.Add(1) > d.most {
		calls.Add(-1)
		d.metrics.refused(refusedCalls)
		return nil, busy("the server is busy: too many calls are under way", leastRetry)
	}
	out, patience := withPatience(ctx, d.stall)
	context.AfterFunc(ctx, func() { // gRPC ends the context with the call
		patience.stop()
		calls.Add(-1)
	})
	return out, nil
}

// bearer is the token of "authorization: Bearer token". None or several: none.
func bearer(header metadata.MD) string {
	values := header.Get("authorization")
	if len(values) != 1 {
		return ""
	}
	scheme, token, _ := strings.Cut(values[0], " ")
	if !strings.EqualFold(scheme, "bearer") {
		return ""
	}
	return token
}
