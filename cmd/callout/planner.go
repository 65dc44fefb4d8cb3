package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench"
)

// planner is the planning service, in this process or elsewhere.
type planner interface {
	// solve hands every message of the answer to send. After ctx has ended it may still send the last one.
	solve(ctx context.Context, req *calloutv1.SolveRequest, send func(*calloutv1.SolveResponse) error) error
	evaluate(ctx context.Context, req *calloutv1.EvaluateRequest) (*calloutv1.EvaluateResponse, error)
	// allocate is as solve.
	allocate(ctx context.Context, req *calloutv1.AllocateRequest, send func(*calloutv1.AllocateResponse) error) error
	io.Closer
}

// remote are the flags of commands that can ask a server.
type remote struct {
	Server string `placeholder:"ADDR" help:"Ask the server at this address instead of planning in this process."`
	TLS    bool   `name:"tls" help:"Talk TLS to the server."`

	Network []string `placeholder:"FILE.road" type:"path" help:"Road networks, for planning in this process."`
}

// planner opens what the flags say.
func (r remote) planner() (planner, error) {
	if r.Server == "" {
		limits := bench.Limits()
		networks, err := openNetworks(r.Network, 1<<30)
		if err != nil {
			return nil, err
		}
		return local{server.New(server.Options{
			Version: engineVersion(), Limits: &limits, Workers: max(64, runtime.GOMAXPROCS(0)), Networks: networks,
		})}, nil
	}
	creds := insecure.NewCredentials()
	if r.TLS {
		creds = credentials.NewTLS(nil)
	}
	conn, err := grpc.NewClient(r.Server, grpc.WithTransportCredentials(creds), grpc.WithDefaultCallOptions(
		grpc.MaxCallRecvMsgSize(largest), grpc.MaxCallSendMsgSize(largest)))
	if err != nil {
		return nil, fmt.Errorf("connect to %s: %w", r.Server, err)
	}
	return &distant{conn: conn, client: calloutv1.NewPlanningServiceClient(conn)}, nil
}

// largest message that is sent or taken; the server has a limit of its own.
const largest = 1 << 30

// local plans in this process.
type local struct{ service *server.Service }

func (l local) solve(ctx context.Context, req *calloutv1.SolveRequest, send func(*calloutv1.SolveResponse) error) error {
	return l.service.SolveTo(ctx, req, send)
}

func (l local) evaluate(ctx context.Context, req *calloutv1.EvaluateRequest) (*calloutv1.EvaluateResponse, error) {
	return l.service.Evaluate(ctx, req)
}

func (local) Close() error { return nil }

// distant asks a server.
type distant struct {
	conn   *grpc.ClientConn
	client calloutv1.PlanningServiceClient
}

func (d *distant) solve(ctx context.Context, req *calloutv1.SolveRequest, send func(*calloutv1.SolveResponse) error) error {
	stream, err := d.client.Solve(ctx, req)
	if err != nil {
		return err
	}
	return receive(stream, send)
}

// receive hands on all messages of a stream.
func receive[M any](stream grpc.ServerStreamingClient[M], send func(*M) error) error {
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := send(m); err != nil {
			return err
		}
	}
}

func (d *distant) evaluate(ctx context.Context, req *calloutv1.EvaluateRequest) (*calloutv1.EvaluateResponse, error) {
	return d.client.Evaluate(ctx, req)
}

func (d *distant) Close() error { return d.conn.Close() }

// explain is an error for people: a status with its details, one fault per line.
func explain(err error) string {
	st, ok := status.FromError(err)
	if !ok {
		return err.Error()
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s", st.Code(), st.Message())
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.BadRequest:
			b.Reset()
			fmt.Fprintf(&b, "%s:", st.Code())
			for _, v := range d.GetFieldViolations() {
				fmt.Fprintf(&b, "\n  %s: %s (%s)", v.GetField(), v.GetDescription(), v.GetReason())
			}
		case *errdetails.PreconditionFailure:
			b.Reset()
			fmt.Fprintf(&b, "%s:", st.Code())
			for _, v := range d.GetViolations() {
				fmt.Fprintf(&b, "\n  %s (%s)", v.GetDescription(), v.GetType())
			}
		case *errdetails.RetryInfo:
			fmt.Fprintf(&b, "; try again in %v", d.GetRetryDelay().AsDuration())
		}
	}
	return b.String()
}
