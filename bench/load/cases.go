package main

import (
	"context"
	"fmt"
	"runtime"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/rig"
)

// load is one line of the table.
type load struct {
	method      string
	how         string // the problem comes: inline, by handle
	jobs        int
	requests    int
	concurrency int
	crowded     bool // while long searches hold all processors
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
func cases(ctx context.Context, client calloutv1.PlanningServiceClient) ([]load, error) {
	var out []load
	for _, x := range []struct{ jobs, technicians, requests int }{{20, 3, 200}, {50, 7, 120}, {200, 25, 40}} {
		r := request(x.jobs, x.technicians)
		handle, err := sent(ctx, client, r)
		if err != nil {
			return nil, err
		}
		short := &calloutv1.SolveRequest{ProblemHandle: handle, Settings: r.GetSettings()}
		out = append(out,
			load{method: "Solve", how: inline, jobs: x.jobs, requests: x.requests, concurrency: 4, message: r},
			load{method: "Solve", how: byHandle, jobs: x.jobs, requests: x.requests, concurrency: 4, message: short})
	}
	day := request(200, 25)
	answer, err := rig.Solve(ctx, client, day)
	if err != nil {
		return nil, fmt.Errorf("a plan to evaluate: %w", err)
	}
	plan := answer.Last.GetPlan()
	handle, err := sent(ctx, client, day)
	if err != nil {
		return nil, err
	}
	evaluate := &calloutv1.EvaluateRequest{Problem: day.GetProblem(), Plan: plan}
	short := &calloutv1.EvaluateRequest{ProblemHandle: handle, Plan: plan}
	validate := &calloutv1.ValidateRequest{Problem: day.GetProblem()}
	return append(out,
		load{method: "Evaluate", how: inline, jobs: 200, requests: 400, concurrency: 8, message: evaluate},
		load{method: "Evaluate", how: byHandle, jobs: 200, requests: 400, concurrency: 8, message: short},
		load{method: "Validate", how: inline, jobs: 200, requests: 1000, concurrency: 8, message: validate},
		load{method: "Solve", how: inline, jobs: 20, requests: 40, concurrency: 4, crowded: true, message: request(20, 3)},
		load{method: "Evaluate", how: inline, jobs: 200, requests: 100, concurrency: 8, crowded: true, message: evaluate},
	), nil
}

func request(jobs, technicians int) *calloutv1.SolveRequest {
	r := city.Generate(city.Options{Jobs: jobs, Technicians: technicians, Seed: 1})
	r.Settings = &calloutv1.SolveSettings{MaxIterations: searchIterations, TimeBudget: durationpb.New(searchBudget), Seed: 1}
	return r
}

// sent puts a problem and returns its handle.
func sent(ctx context.Context, client calloutv1.PlanningServiceClient, r *calloutv1.SolveRequest) (string, error) {
	put, err := client.PutProblem(ctx, &calloutv1.PutProblemRequest{Problem: r.GetProblem()})
	if err != nil {
		return "", fmt.Errorf("a handle: %w", err)
	}
	return put.GetHandle(), nil
}

// crowd takes all processors for long searches, and more wait, until ctx ends.
func crowd(ctx context.Context, client calloutv1.PlanningServiceClient) error {
	r := request(200, 25)
	r.Tenant, r.Settings = "crowd", &calloutv1.SolveSettings{TimeBudget: durationpb.New(10 * time.Minute)}
	for k := range 2 * runtime.NumCPU() {
		stream, err := client.Solve(ctx, r)
		if err != nil {
			return err
		}
		if k >= runtime.NumCPU() {
			continue
		}
		if _, err := stream.Recv(); err != nil {
			return err
		}
		go func() {
			for {
				if _, err := stream.Recv(); err != nil {
					return // ctx has ended
				}
			}
		}()
	}
	return nil
}
