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

// cases are made-up days, the same each time.
func cases(ctx context.Context, address string) ([]load, error) {
	var out []load
	for _, x := range []struct{ jobs, technicians, requests int }{{20, 3, 200}, {50, 7, 120}, {200, 25, 40}} {
		out = append(out, load{"Solve", x.jobs, x.requests, 4, request(x.jobs, x.technicians)})
	}
	day := request(200, 25)
	plan, err := solved(ctx, address, day)
	if err != nil {
		return nil, fmt.Errorf("a plan to evaluate: %w", err)
	}
	return append(out,
		load{"Evaluate", 200, 400, 8, &calloutv1.EvaluateRequest{Problem: day.GetProblem(), Plan: plan}},
		load{"Validate", 200, 1000, 8, &calloutv1.ValidateRequest{Problem: day.GetProblem()}},
	), nil
}

func request(jobs, technicians int) *calloutv1.SolveRequest {
	r := city.Generate(city.Options{Jobs: jobs, Technicians: technicians, Seed: 1})
	r.Settings = &calloutv1.SolveSettings{MaxIterations: searchIterations, TimeBudget: durationpb.New(searchBudget), Seed: 1}
	return r
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
