package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/rig"
)

// client is one of the crew: what it does, again and again.
type client struct {
	*rand.Rand

	name   string
	conn   *grpc.ClientConn
	rpc    calloutv1.PlanningServiceClient
	server *rig.Server
	book   *book
	once   func(context.Context, *client)

	old        *calloutv1.SolveRequest // by a handle from before, whose time may be over
	oldProblem *calloutv1.Problem
}

// crew are the clients, each of whom does one thing after another.
func crew() []client {
	var out []client
	add := func(n int, name string, once func(context.Context, *client)) {
		for range n {
			out = append(out, client{name: name, once: once})
		}
	}
	add(4, "inline", inline)
	add(2, "by handle", byHandle)
	add(2, "check", checks)
	add(2, "cancels", cancels)
	add(1, "is killed", killed)
	add(1, "crowd", crowd)
	add(2, "web", web)
	return out
}

// work goes on until loaded ends; what is under way then is taken to its end.
func (c *client) work(loaded, ctx context.Context, s *rig.Server, b *book, seed uint64) {
	c.Rand, c.server, c.book = rand.New(rand.NewPCG(seed, 1)), s, b
	var err error
	if c.conn, err = s.Dial(); err != nil {
		b.note(c.name, err, false)
		return
	}
	defer c.conn.Close()
	c.rpc = calloutv1.NewPlanningServiceClient(c.conn)
	for loaded.Err() == nil && !b.full() {
		c.once(ctx, c)
	}
}

var sizes = [...]int{20, 50, 200}

// day is one of a few dozen; a third of them have too few technicians, so that many jobs are left out and explained.
func day(jobs int, seed uint64) *calloutv1.SolveRequest {
	technicians := max(2, jobs/8)
	if seed%3 == 0 {
		technicians = max(2, jobs/20)
	}
	return city.Generate(city.Options{Jobs: jobs, Technicians: technicians, Seed: seed})
}

// any draws a request.
func (c *client) any() *calloutv1.SolveRequest {
	r := day(sizes[c.IntN(len(sizes))], c.Uint64N(40))
	r.Tenant = fmt.Sprint("tenant ", c.IntN(3))
	budget := time.Duration(50+c.IntN(400)) * time.Millisecond
	r.Settings = &calloutv1.SolveSettings{TimeBudget: durationpb.New(budget), Workers: int32(1 + c.IntN(2))}
	return r
}

// rest is what a client does that was refused. It does not wait as long as it is told: the load is to be full.
func (c *client) rest(err error) {
	if status.Code(err) == codes.ResourceExhausted {
		time.Sleep(time.Duration(50+c.IntN(200)) * time.Millisecond)
	}
}

// solve sends a request and has the last plan judged.
func (c *client) solve(ctx context.Context, what string, problem *calloutv1.Problem, r *calloutv1.SolveRequest) (*calloutv1.Plan, error) {
	a, err := rig.Solve(ctx, c.rpc, r)
	if err == nil {
		err = judged(ctx, problem, a.Last.GetPlan())
	}
	c.book.note(what, err, false)
	c.rest(err)
	return a.Last.GetPlan(), err
}

func judged(ctx context.Context, problem *calloutv1.Problem, plan *calloutv1.Plan) error {
	judge, err := rig.NewJudge(ctx, problem)
	if err != nil {
		return err
	}
	return judge.Plan(plan)
}

func inline(ctx context.Context, c *client) {
	r := c.any()
	_, _ = c.solve(ctx, fmt.Sprintf("Solve %d inline", len(r.GetProblem().GetJobs())), r.GetProblem(), r) // is in the book
}

// byHandle puts a problem and uses it a few times, and now and then one from long before.
func byHandle(ctx context.Context, c *client) {
	if c.old != nil && c.IntN(4) == 0 {
		_, _ = c.solve(ctx, "Solve by old handle", c.oldProblem, c.old) // is in the book
	}
	r := c.any()
	problem := r.GetProblem()
	put, err := c.rpc.PutProblem(ctx, &calloutv1.PutProblemRequest{Problem: problem, Tenant: r.GetTenant()})
	c.book.note("PutProblem", err, false)
	if err != nil {
		c.rest(err)
		return
	}
	r.Problem, r.ProblemHandle = nil, put.GetHandle()
	if c.old == nil || c.IntN(8) == 0 {
		c.old, c.oldProblem = r, problem
	}
	for range 1 + c.IntN(4) {
		if _, err := c.solve(ctx, fmt.Sprintf("Solve %d by handle", len(problem.GetJobs())), problem, r); err != nil {
			return
		}
	}
}

// checks has a plan judged, and bad requests told what is wrong.
func checks(ctx context.Context, c *client) {
	r := c.any()
	plan, err := c.solve(ctx, "Solve for Evaluate", r.GetProblem(), r)
	if err != nil {
		return
	}
	for range 20 {
		e, err := c.rpc.Evaluate(ctx, &calloutv1.EvaluateRequest{Problem: r.GetProblem(), Plan: plan, Tenant: r.GetTenant()})
		if err == nil && !e.GetFeasible() {
			err = errors.New("a plan of Solve is not feasible")
		}
		c.book.note("Evaluate", err, false)
		bad := day(20, c.Uint64N(40)).GetProblem()
		bad.Jobs[0].Id = bad.GetJobs()[1].GetId()
		v, err := c.rpc.Validate(ctx, &calloutv1.ValidateRequest{Problem: bad, Tenant: r.GetTenant()})
		if err == nil && len(v.GetFaults()) == 0 {
			err = errors.New("a fault is not seen")
		}
		c.book.note("Validate", err, false)
		c.rest(err)
	}
}

// cancels a search at any time.
func cancels(ctx context.Context, c *client) {
	r := c.any()
	r.Settings.TimeBudget = durationpb.New(time.Minute)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	time.AfterFunc(time.Duration(c.IntN(600))*time.Millisecond, cancel)
	_, err := rig.Solve(ctx, c.rpc, r)
	c.book.note("Solve, cancelled", err, true)
	c.rest(err)
}

// killed is a client whose connection is cut without a word.
func killed(ctx context.Context, c *client) {
	var mu sync.Mutex
	var cut net.Conn
	conn, err := c.server.Dial(grpc.WithContextDialer(func(ctx context.Context, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		mu.Lock()
		defer mu.Unlock()
		cut = conn
		return conn, err
	}))
	if err != nil {
		c.book.note("Solve, killed", err, false)
		return
	}
	defer conn.Close()
	r := c.any()
	r.Settings.TimeBudget = durationpb.New(time.Minute)
	time.AfterFunc(time.Duration(20+c.IntN(600))*time.Millisecond, func() {
		mu.Lock()
		defer mu.Unlock()
		if tcp, ok := cut.(*net.TCPConn); ok {
			_ = tcp.SetLinger(0)
			_ = tcp.Close()
		}
	})
	_, err = rig.Solve(ctx, calloutv1.NewPlanningServiceClient(conn), r)
	c.book.note("Solve, killed", err, true)
	c.rest(err)
}

// crowd sends more than there is room for, and waits a while.
func crowd(ctx context.Context, c *client) {
	var all sync.WaitGroup
	for range 30 {
		r := c.any()
		all.Go(func() {
			a, err := rig.Solve(ctx, c.rpc, r)
			if err == nil {
				err = judged(ctx, r.GetProblem(), a.Last.GetPlan())
			}
			c.book.note("Solve, crowd of 30", err, false)
		})
	}
	all.Wait()
	time.Sleep(3 * time.Second)
}
