package server

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/parallel"
)

// fragile is a service whose handlers panic.
type fragile struct {
	calloutv1.UnimplementedPlanningServiceServer
}

func (fragile) Validate(context.Context, *calloutv1.ValidateRequest) (*calloutv1.ValidateResponse, error) {
	panic("secret")
}

func (fragile) Solve(*calloutv1.SolveRequest, grpc.ServerStreamingServer[calloutv1.SolveResponse]) error {
	panic("secret")
}

// broken are streams that panic where they are used beside their handlers.
type broken[Req, Res any] struct {
	grpc.ServerStream
	ctx  context.Context //nolint:containedctx // a stream has one
	recv func() (*Req, error)
	send func(*Res) error
}

func (b broken[Req, Res]) Context() context.Context  { return b.ctx }
func (b broken[Req, Res]) Recv() (*Req, error)       { return b.recv() }
func (b broken[Req, Res]) Send(m *Res) error         { return b.send(m) }
func (b broken[Req, Res]) SendAndClose(m *Res) error { return b.send(m) }

// What panics beside a handler goes on in the handler.
func TestPanicBeside(t *testing.T) {
	s := New(Options{})
	session := func(second func() (*calloutv1.ReoptimizeRequest, error), send func(*calloutv1.ReoptimizeResponse) error) error {
		var begun bool
		return s.Reoptimize(broken[calloutv1.ReoptimizeRequest, calloutv1.ReoptimizeResponse]{
			ctx: t.Context(), send: send, recv: func() (*calloutv1.ReoptimizeRequest, error) {
				if begun {
					return second()
				}
				begun = true
				return &calloutv1.ReoptimizeRequest{Kind: &calloutv1.ReoptimizeRequest_Start{Start: dayOfOne()}}, nil
			},
		})
	}
	for name, handler := range map[string]func() error{
		"events": func() error {
			return session(
				func() (*calloutv1.ReoptimizeRequest, error) { panic("lost") },
				func(*calloutv1.ReoptimizeResponse) error { return nil },
			)
		},
		"answers": func() error {
			return session(
				func() (*calloutv1.ReoptimizeRequest, error) { return nil, io.EOF },
				func(*calloutv1.ReoptimizeResponse) error { panic("lost") },
			)
		},
		"parts of a matrix": func() error {
			return s.PutMatrix(broken[calloutv1.PutMatrixRequest, calloutv1.PutMatrixResponse]{
				ctx: t.Context(), recv: func() (*calloutv1.PutMatrixRequest, error) { panic("lost") },
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if p, ok := recover().(*parallel.PanicError); !ok || p.Value != "lost" {
					t.Errorf("the handler panicked with %v", p)
				}
			}()
			t.Errorf("the handler returned %v", handler())
		})
	}
}

// A handler that panics answers INTERNAL, tells nothing, and the server lives on.
func TestPanic(t *testing.T) {
	var log bytes.Buffer
	s := New(Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	calls := newGate()
	g := grpc.NewServer(s.interceptors(calls, newReceptions(Transport{}.withDefaults(), s.metrics))...)
	g.RegisterService(streamed(calloutv1.PlanningService_ServiceDesc), fragile{})
	l := bufconn.Listen(1 << 16)
	go g.Serve(l) //nolint:errcheck // ends with the test
	defer g.Stop()
	conn, err := grpc.NewClient("passthrough:///test", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return l.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	client := calloutv1.NewPlanningServiceClient(conn)
	_, unary := client.Validate(t.Context(), &calloutv1.ValidateRequest{})
	stream, err := client.Solve(t.Context(), &calloutv1.SolveRequest{})
	if err != nil {
		t.Fatal(err)
	}
	_, streaming := stream.Recv()
	for name, err := range map[string]error{"unary": unary, "streaming": streaming} {
		if status.Code(err) != codes.Internal || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: %v", name, err)
		}
	}
	select {
	case <-calls.empty():
	case <-time.After(5 * time.Second):
		t.Fatal("calls are under way for ever")
	}
	if text := log.String(); strings.Count(text, "a handler panicked") != 2 || !strings.Contains(text, "level=ERROR") {
		t.Errorf("log:\n%s", text)
	}
}
