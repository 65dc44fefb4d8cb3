package server

import (
	"context"
	"crypto/rand"
	"log/slog"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
)

// call is what is known of an RPC beyond its method. The handler fills it in, before it passes the context on; the interceptor
// that logs reads it when the handler has returned.
type call struct {
	requestID string
	tenant    string
	figures   []slog.Attr
}

type callKey struct{}

// withCall returns a context with an empty call.
func withCall(ctx context.Context) (context.Context, *call) {
	c := new(call)
	return context.WithValue(ctx, callKey{}, c), c
}

// callOf is the context's call, or one that nobody will read.
func callOf(ctx context.Context) *call {
	if c, ok := ctx.Value(callKey{}).(*call); ok {
		return c
	}
	return new(call)
}

// requestIDHeader carries a request's id: in the answer always, in the question for requests that name none themselves.
const requestIDHeader = "x-request-id"

const mostIDBytes = 256

// named is a request.
type named interface {
	GetRequestId() string
	GetTenant() string
}

// name notes which request it is and whose, and puts the id into the answer's header. A request without an id has that of the
// question's header, or else one is made up. The error is a status: the caller may not speak for that tenant.
func (c *call) name(ctx context.Context, req named) (string, error) {
	id := req.GetRequestId()
	if id == "" {
		id = idFromHeader(ctx)
	}
	if id == "" {
		id = rand.Text()
	}
	c.requestID = id
	if printable(id) {
		_ = grpc.SetHeader(ctx, metadata.Pairs(requestIDHeader, id)) // fails only without a transport
	}
	tenant, err := tenantOf(ctx, req.GetTenant())
	c.tenant = tenant
	return id, err
}

func idFromHeader(ctx context.Context) string {
	for _, id := range metadata.ValueFromIncomingContext(ctx, requestIDHeader) {
		if printable(id) {
			return id
		}
	}
	return ""
}

// printable tells whether a header can hold it.
func printable(id string) bool {
	for k := range len(id) {
		if id[k] < 0x20 || id[k] > 0x7e {
			return false
		}
	}
	return len(id) <= mostIDBytes
}

func (c *call) note(figures ...slog.Attr) { c.figures = append(c.figures, figures...) }

func (c *call) attrs() []slog.Attr {
	out := make([]slog.Attr, 0, 2+len(c.figures))
	if c.requestID != "" {
		out = append(out, slog.String("request_id", c.requestID))
	}
	if c.tenant != "" {
		out = append(out, slog.String("tenant", c.tenant))
	}
	return append(out, c.figures...)
}
