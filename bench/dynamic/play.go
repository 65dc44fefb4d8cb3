package main

import (
	"context"
	"fmt"
	"net"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench"
	"callout/bench/happen"
	"callout/bench/rig"
	"callout/solver/model"
)

// run plays a day in all ways.
func (o *options) run(ctx context.Context, d dayKey) (*record, error) {
	in, err := open(o.data, d)
	if err != nil {
		return nil, err
	}
	client, end, err := serve(ctx)
	if err != nil {
		return nil, err
	}
	defer end()
	judge, err := rig.NewJudgeWithin(ctx, in.whole, bench.Limits())
	if err != nil {
		return nil, err
	}
	first, err := solve(ctx, client, in.known, o.first, uint64(o.seed))
	if err != nil {
		return nil, err
	}
	r := &record{dayKey: d, budgets: o.budgets, jobs: len(in.whole.GetJobs())}
	start := &calloutv1.DayStart{
		Problem: in.known, RunningPlan: first, Settings: &calloutv1.DaySettings{Seed: uint64(o.seed), Iterations: o.iterations, WaysOut: -1},
	}
	begin := time.Now()
	live, err := play(ctx, client, start, in.latter)
	if err != nil {
		return nil, err
	}
	r.perEvent = time.Since(begin) / time.Duration(max(1, len(in.latter)))
	start.Settings.LeaveInTime = true
	patient, err := play(ctx, client, start, in.latter)
	if err != nil {
		return nil, err
	}
	start.Settings.LeaveInTime = false
	inserted, err := insertion(ctx, start, in.latter)
	if err != nil {
		return nil, err
	}
	all, err := solve(ctx, client, in.whole, o.static, uint64(o.seed))
	if err != nil {
		return nil, err
	}
	for _, x := range []struct {
		name string
		plan *calloutv1.Plan
		out  *outcome
	}{{"at once", live, &r.atOnce}, {"in time", patient, &r.inTime}, {"insertion", inserted, &r.insertion}, {"static", all, &r.static}} {
		terms, err := judge.Driven(ctx, x.plan)
		if err == nil && x.out != &r.static {
			err = foreseen(x.plan, in)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: %w", x.name, err)
		}
		const micro = 1e6 // of model.Cost per unit
		*x.out = outcome{cost: float64(terms.Total()-terms[model.Unassigned]) / micro, left: len(x.plan.GetUnassigned())}
	}
	return r, nil
}

// serve starts a server in this process, with limits that let the files in.
func serve(ctx context.Context) (client calloutv1.PlanningServiceClient, end func(), err error) {
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	lim := bench.Limits()
	s := server.NewServer(server.New(server.Options{Limits: &lim}), server.Transport{})
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = s.Serve(l) // the calls tell
	}()
	conn, err := grpc.NewClient(l.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(64<<20)))
	end = func() {
		if conn != nil {
			_ = conn.Close()
		}
		s.Shutdown(context.WithoutCancel(ctx))
		<-done
	}
	if err != nil {
		end()
		return nil, nil, err
	}
	return calloutv1.NewPlanningServiceClient(conn), end, nil
}

func solve(
	ctx context.Context, client calloutv1.PlanningServiceClient, p *calloutv1.Problem, iterations int64, seed uint64,
) (*calloutv1.Plan, error) {
	answer, err := rig.Solve(ctx, client, &calloutv1.SolveRequest{
		Problem: p, Settings: &calloutv1.SolveSettings{MaxIterations: iterations, Seed: seed, Workers: 1},
	})
	if err != nil {
		return nil, err
	}
	return answer.Last.GetPlan(), nil
}

// longest is how long a session may take to become quiet.
const longest = 10 * time.Minute

// play makes jobs known one by one, each when the plan is quiet.
func play(
	ctx context.Context, client calloutv1.PlanningServiceClient, start *calloutv1.DayStart, latter []arrival,
) (*calloutv1.Plan, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p, err := happen.Play(ctx, client, start, nil)
	if err != nil {
		return nil, err
	}
	for k := range latter {
		if err := p.Wait(longest); err != nil {
			return nil, err
		}
		e := latter[k].event()
		a, _, err := p.Event(e)
		if err != nil {
			return nil, err
		}
		if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			return nil, fmt.Errorf("event %s: %v", e.GetId(), a)
		}
	}
	if err := p.Wait(longest); err != nil {
		return nil, err
	}
	plan := p.Last.GetPlan()
	return plan, p.Close()
}

// foreseen is an error where somebody sets out for a job before it is known.
func foreseen(p *calloutv1.Plan, in *instance) error {
	known := make(map[string]int64, len(in.latter))
	for k := range in.latter {
		known[in.latter[k].job.GetId()] = in.latter[k].at
	}
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			id := s.GetVisit().GetJobId()
			at, late := known[id]
			if !late {
				continue
			}
			if leaves := s.GetArrival().GetSeconds() - s.GetLeg().GetDuration().GetSeconds(); leaves < at {
				return fmt.Errorf("%s sets out for job %s at %d, and it is known from %d on", r.GetTechnicianId(), id, leaves, at)
			}
		}
	}
	return nil
}
