package main

import (
	"context"
	"fmt"
	"time"

	"callout/api/wire"
	"callout/bench/city"
	"callout/engine"
	"callout/engine/matrix"
	"callout/solver/check"
	"callout/solver/model"
)

// A method makes a plan of a problem within a time.
type method struct {
	name string
	plan func(ctx context.Context, t *task) (*model.Plan, error)
}

var methods = []method{
	{"joint", joint},
	{"routes first", routesFirst(true)},
	{"stock first", stockFirst(true)},
	{"routes first, ways free", routesFirst(false)},
	{"stock first, ways free", stockFirst(false)},
}

// task is one run of a method.
type task struct {
	*model.Problem

	seed   uint64
	budget time.Duration
	begin  time.Time
	proven string // whether the integer programme was solved to the end: yes, no, or empty where there was none
}

// left of the budget.
func (t *task) left() time.Duration { return max(t.budget-time.Since(t.begin), time.Millisecond) }

// search has the engine plan a problem.
func (t *task) search(ctx context.Context, p *model.Problem, budget time.Duration, start *model.Plan) (*model.Plan, error) {
	set := engine.Settings{TimeBudget: budget, MinInterval: time.Hour, Seed: t.seed, Start: start}
	res, err := engine.Solve(ctx, p, set, func(*engine.Incumbent) error { return nil })
	if err != nil {
		return nil, err
	}
	return res.Final.Plan, nil
}

// joint is the engine on the problem as it is.
func joint(ctx context.Context, t *task) (*model.Plan, error) {
	return t.search(ctx, bind(t.Problem, nil, false).Problem, t.left(), nil)
}

// Shares of the time: for routes without parts, and what an integer programme may take.
const (
	routesShare = 0.4
	exactShare  = 0.2
)

// routesFirst plans routes as if nobody needed parts, gives the parts to these routes, and has the search repair them with what is left of
// the time, with all parts from nodes as promised.
func routesFirst(ways bool) func(context.Context, *task) (*model.Plan, error) {
	return func(ctx context.Context, t *task) (*model.Plan, error) {
		bare := bind(t.Problem, nil, false)
		for j := range bare.Jobs {
			bare.Jobs[j].Parts = nil
		}
		routes, err := t.search(ctx, bare.Problem, time.Duration(routesShare*float64(t.budget)), nil)
		if err != nil {
			return nil, err
		}
		start, promises, proven, err := onRoutes(ctx, t.Problem, routes, time.Duration(exactShare*float64(t.budget)))
		if err != nil {
			return nil, err
		}
		t.proven = yesNo(proven)
		return t.bound(ctx, bind(t.Problem, promises, ways), start)
	}
}

// stockFirst promises parts before there are routes.
func stockFirst(ways bool) func(context.Context, *task) (*model.Plan, error) {
	return func(ctx context.Context, t *task) (*model.Plan, error) {
		promises, proven, err := ahead(ctx, t.Problem, time.Duration(exactShare*float64(t.budget)))
		if err != nil {
			return nil, err
		}
		t.proven = yesNo(proven)
		return t.bound(ctx, bind(t.Problem, promises, ways), nil)
	}
}

// bound searches with promises for the rest of the time.
func (t *task) bound(ctx context.Context, b *bound, start *model.Plan) (*model.Plan, error) {
	plan, err := t.search(ctx, b.Problem, t.left(), start)
	if err != nil {
		return nil, err
	}
	return b.back(plan), nil
}

func yesNo(x bool) string {
	if x {
		return "yes"
	}
	return "no"
}

// day makes up a day with travel filled in.
func day(ctx context.Context, jobs int, seed uint64, pickups bool) (*model.Problem, error) {
	in := city.StockDay(jobs, seed).GetProblem()
	if pickups {
		in.Inbound = nil
		for _, n := range in.GetNodes() {
			n.Lanes, n.Reservations = nil, nil
		}
	}
	p, _, faults := wire.Problem(in, wire.DefaultLimits())
	if len(faults) > 0 {
		return nil, faults
	}
	return p, matrix.Resolve(ctx, p)
}

// run runs a method and judges its plan.
func run(ctx context.Context, m *method, p *model.Problem, seed uint64, budget time.Duration) (*record, error) {
	t := &task{Problem: p, seed: seed, budget: budget, begin: time.Now()}
	plan, err := m.plan(ctx, t)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	wall := time.Since(t.begin)
	report := check.Plan(p, plan)
	if err := report.Err(); err != nil {
		return nil, fmt.Errorf("%s: %w", m.name, err)
	}
	out := &record{
		jobs: len(p.Jobs), seed: seed, budget: budget, method: m.name, wall: wall.Seconds(), cost: units(report.Terms.Total()),
		served: len(p.Jobs) - len(plan.Unassigned), parts: units(report.Terms[model.Parts]), kilometres: kilometres(p, plan),
		proven: t.proven,
	}
	return out, ctx.Err()
}
