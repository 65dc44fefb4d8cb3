package server

import (
	"context"
	"crypto/rand"
	"log/slog"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// call is what is known of an RPC beyond its method. The handler fills it in, before it passes the context on; the interceptor
// that logs reads it when the handler has returned.
type call struct {
	requestID string
	told      bool // the id, to the client
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

// requestIDHeader carries a request's id: in the answer always (see tell), in the question for requests that name none themselves.
const requestIDHeader = "x-request-id"

const mostIDBytes = 256

// named is a request.
type named interface {
	GetRequestId() string
	GetTenant() string
}

// name notes which request it is and whose. A request without an id has that of the question's header, or else one is made up. The
// error is a status: the caller may not speak for that tenant.
func (c *call) name(ctx context.Context, req named) (string, error) {
	id := req.GetRequestId()
	if id == "" {
		id = idFromHeader(ctx)
	}
	if id == "" {
		id = rand.Text()
	}
	c.requestID = id
	tenant, err := tenantOf(ctx, req.GetTenant())
	c.tenant = tenant
	return id, err
}

// tell puts the id into the answer's header: before its first message, or when it has ended. Where it is a refusal that may pass,
// the id goes into the trailer, as gRPC does not send a request again once there are headers of an answer.
func (c *call) tell(ctx context.Context, err error) {
	if c.told || c.requestID == "" || !printable(c.requestID) {
		return
	}
	c.told = true
	set := grpc.SetHeader
	if code := status.Code(err); code == codes.Unavailable || code == codes.ResourceExhausted {
		set = grpc.SetTrailer
	}
	_ = set(ctx, metadata.Pairs(requestIDHeader, c.requestID)) // fails only without a transport
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
