package server

import (
	"bytes"
	"context"
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
