package server

import (
	"context"
	"crypto/rand"
	"log/slog"
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

// name notes whose request it is, and makes up the id that a request has none of.
func (c *call) name(requestID, tenant string) string {
	if requestID == "" {
		requestID = rand.Text()
	}
	c.requestID, c.tenant = requestID, tenant
	return requestID
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
