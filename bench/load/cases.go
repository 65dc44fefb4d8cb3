package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
)

// load is one line of the table.
type load struct {
	method      string
	how         string // the problem comes: inline, by handle
	jobs        int
	requests    int
	concurrency int
	message     proto.Message
}

// A search of the load test does a fixed amount of work, so that times tell of the service and not of its budgets. The time
// budget makes it small, for what admission is concerned.
const (
	searchIterations = 200
	searchBudget     = 5 * time.Second
)

const (
	inline   = "inline"
	byHandle = "handle"
)

// cases are made-up days, the same each time.
func cases(ctx context.Context, address string) ([]load, error) {
	var out []load
	for _, x := range []struct{ jobs, technicians, requests int }{{20, 3, 200}, {50, 7, 120}, {200, 25, 40}} {
		r := request(x.jobs, x.technicians)
		handle, err := sent(ctx, address, r)
		if err != nil {
			return nil, err
		}
		short := &calloutv1.SolveRequest{ProblemHandle: handle, Settings: r.GetSettings()}
		out = append(out, load{"Solve", inline, x.jobs, x.requests, 4, r}, load{"Solve", byHandle, x.jobs, x.requests, 4, short})
	}
	day := request(200, 25)
	plan, err := solved(ctx, address, day)
	if err != nil {
		return nil, fmt.Errorf("a plan to evaluate: %w", err)
	}
	handle, err := sent(ctx, address, day)
	if err != nil {
		return nil, err
	}
	return append(out,
		load{"Evaluate", inline, 200, 400, 8, &calloutv1.EvaluateRequest{Problem: day.GetProblem(), Plan: plan}},
		load{"Evaluate", byHandle, 200, 400, 8, &calloutv1.EvaluateRequest{ProblemHandle: handle, Plan: plan}},
		load{"Validate", inline, 200, 1000, 8, &calloutv1.ValidateRequest{Problem: day.GetProblem()}},
	), nil
}

func request(jobs, technicians int) *calloutv1.SolveRequest {
	r := city.Generate(city.Options{Jobs: jobs, Technicians: technicians, Seed: 1})
	r.Settings = &calloutv1.SolveSettings{MaxIterations: searchIterations, TimeBudget: durationpb.New(searchBudget), Seed: 1}
	return r
}

// sent puts a problem and returns its handle.
func sent(ctx context.Context, address string, r *calloutv1.SolveRequest) (string, error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return "", err
	}
	defer conn.Close()
	put, err := calloutv1.NewPlanningServiceClient(conn).PutProblem(ctx, &calloutv1.PutProblemRequest{Problem: r.GetProblem()})
	if err != nil {
		return "", fmt.Errorf("a handle: %w", err)
	}
	return put.GetHandle(), nil
}

// solved is a plan of the server's.
func solved(ctx context.Context, address string, r *calloutv1.SolveRequest) (*calloutv1.Plan, error) {
	conn, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stream, err := calloutv1.NewPlanningServiceClient(conn).Solve(ctx, r)
	if err != nil {
		return nil, err
	}
	var plan *calloutv1.Plan
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return plan, nil
		}
		if err != nil {
			return nil, err
		}
		plan = m.GetPlan()
	}
}
