package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/rig"
)

// asCommand makes the test's own program behave as the command, so that tests can have a process to kill.
const asCommand = "CALLOUT_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// recommended is the first block of JSON in the README's advice to clients.
func recommended(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), "```json\n")
	policy, _, found := strings.Cut(rest, "```")
	if !found || !strings.Contains(policy, "retryPolicy") {
		t.Fatal("the README recommends no service configuration")
	}
	return policy
}

// customer is a client that does as the README says.
type customer struct {
	rpc     calloutv1.PlanningServiceClient
	request *calloutv1.SolveRequest // by handle
	problem *calloutv1.Problem
	begun   func() // called when the first plan is there

	cut, unknown int // answers that ended early, handles that were not known
}

// plan returns the last plan, however often the server goes away.
func (c *customer) plan(ctx context.Context) (*calloutv1.Plan, error) {
	for {
		plan, err := c.ask(ctx)
		switch status.Code(err) {
		case codes.OK:
			return plan, nil
		case codes.Unavailable: // what gRPC could not send again by itself, as an answer had begun: go on from there
			c.cut++
			if plan != nil {
				c.request.InitialPlan = plan
			}
		case codes.FailedPrecondition: // a new server knows no handles
			c.unknown++
			c.request.ProblemHandle, c.request.Problem = "", c.problem
		default:
			return nil, err
		}
	}
}

func (c *customer) ask(ctx context.Context) (*calloutv1.Plan, error) {
	stream, err := c.rpc.Solve(ctx, c.request)
	if err != nil {
		return nil, err
	}
	var plan *calloutv1.Plan
	for {
		m, err := stream.Recv()
		if err != nil {
			return plan, err
		}
		c.begun()
		plan = m.GetPlan()
		if m.GetKind() == calloutv1.SolveKind_SOLVE_KIND_FINAL {
			return plan, nil
		}
	}
}

// A server that is killed and comes back has forgotten everything. Clients that follow the README end with a good plan all the same:
// those whose answer had begun, those who waited, and those who come while nobody is there.
func TestKilledServer(t *testing.T) {
	policy := recommended(t)
	t.Setenv(asCommand, "1")
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Second)
	defer cancel()
	server, err := rig.Launch(ctx, os.Args[0], "--workers=1", "--express=1", "--metrics=")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { server.Kill() }()
	conn, err := server.Dial(grpc.WithDefaultServiceConfig(policy))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var begun atomic.Int64
	var all sync.WaitGroup
	var customers []*customer
	for k := range 5 {
		c := &customer{
			rpc: calloutv1.NewPlanningServiceClient(conn), request: city.Generate(city.Options{Jobs: 30, Technicians: 5, Seed: uint64(k)}),
			begun: sync.OnceFunc(func() { begun.Add(1) }),
		}
		put, err := c.rpc.PutProblem(ctx, &calloutv1.PutProblemRequest{Problem: c.request.GetProblem()})
		if err != nil {
			t.Fatal(err)
		}
		c.problem = c.request.GetProblem()
		c.request.Problem, c.request.ProblemHandle = nil, put.GetHandle()
		c.request.Settings = &calloutv1.SolveSettings{TimeBudget: durationpb.New(700 * time.Millisecond)}
		judge, err := rig.NewJudge(ctx, c.problem)
		if err != nil {
			t.Fatal(err)
		}
		customers = append(customers, c)
		all.Go(func() {
			plan, err := c.plan(ctx)
			if err == nil {
				err = judge.Plan(plan)
			}
			if err != nil {
				t.Errorf("customer %d: %v", k, err)
			}
		})
	}
	for begun.Load() == 0 { // one is at work at least
		time.Sleep(time.Millisecond)
	}
	server.Kill()
	time.Sleep(300 * time.Millisecond) // nobody is there
	if server, err = rig.Launch(ctx, os.Args[0], "--workers=1", "--express=1", "--metrics=", "--listen="+server.Address); err != nil {
		t.Fatal(err)
	}
	all.Wait()
	cut, unknown, told := 0, 0, ""
	for k, c := range customers {
		cut, unknown = cut+c.cut, unknown+c.unknown
		told += fmt.Sprintf("; customer %d was cut off %d times, its handle unknown %d times", k, c.cut, c.unknown)
	}
	if cut == 0 || unknown < 3 {
		t.Errorf("the server was not killed at work%s", told)
	}
}
