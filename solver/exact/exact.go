package exact

import (
	"context"
	"errors"
	"fmt"
	"time"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// Options of a solve.
type Options struct {
	// Hint is a feasible plan, or nil. The result is never worse than it.
	Hint *model.Plan
	// Time bounds the wall time, Work the work in CP-SAT's own unit, roughly seconds; 0: no bound. Without Time the result
	// depends on the problem and the options alone.
	Time time.Duration
	Work float64
	Seed int32
}

// Result of a solve.
type Result struct {
	// Plan is the best plan found, with all times; nil where there is none. It is the hint itself where nothing better was found.
	Plan   *model.Plan
	Terms  model.Terms
	Vec    model.Vec
	Proven bool // No plan is better, of those that call at nodes for supplies and once per route.
	Work   float64
}

// Errors of Solve, besides those of cpsat.Model.Solve.
var (
	// ErrSize is wrapped by the refusal of a problem that is too large, or has numbers that are too large, to be solved exactly.
	ErrSize = errors.New("exact: too large")
	// ErrInput is wrapped by the refusal of a problem without matrices, with travel by the hour, or with a negative price.
	ErrInput = errors.New("exact: not to be modelled")
	// ErrContradiction is wrapped where the model and the prices of a plan disagree, which is a defect of this package.
	ErrContradiction = errors.New("exact: contradiction")
)

// Solve looks for the best plan of a well-formed problem and proves that it is, within the limits. The end of ctx is an error. It
// occupies one thread, and many may call at once.
func Solve(ctx context.Context, p *model.Problem, o Options) (*Result, error) {
	b, err := build(p)
	if err != nil {
		return nil, err
	}
	s := &solve{builder: b, o: o, begin: time.Now()}
	var hint Result
	if o.Hint != nil {
		hint = Result{Plan: o.Hint, Terms: price(p, o.Hint)}
		hint.Vec = p.Objective.Vec(&hint.Terms)
		if !roundabout(p, o.Hint) {
			s.result = hint
		}
		b.hint(o.Hint)
	}
	if err := s.tiers(ctx); err != nil {
		return nil, err
	}
	if hint.Plan != nil && (s.result.Plan == nil || hint.Vec.Less(s.result.Vec)) {
		hint.Work = s.result.Work
		return &hint, nil
	}
	return &s.result, nil
}

// roundabout tells whether a plan calls at a node for nothing, or more often in a route than the model may: once, and once more where returns land.
func roundabout(problem *model.Problem, p *model.Plan) bool {
	most := 1
	if problem.HasReturns() {
		most++
	}
	for k := range p.Routes {
		stops := p.Routes[k].Stops
		gives := make([]bool, len(stops))
		land := func(list []model.Landing) {
			for _, x := range list {
				if x.At >= 0 {
					gives[x.At] = true
				}
			}
		}
		land(p.Routes[k].Returns)
		for i := range stops {
			for _, x := range stops[i].Parts {
				if x.From >= 0 {
					gives[x.From] = true
				}
			}
			for _, x := range stops[i].Tools {
				if x.From >= 0 {
					gives[x.From] = true
				}
			}
			land(stops[i].Returns)
		}
		called := make(map[model.NodeIdx]int)
		for i := range stops {
			if n := stops[i].Node; stops[i].Kind == model.Pickup {
				if called[n]++; !gives[i] || called[n] > most {
					return true
				}
			}
		}
	}
	return false
}

// solve is a model on its way through the tiers.
type solve struct {
	*builder

	o      Options
	begin  time.Time
	result Result
	last   *cpsat.Result // the last solution
}

// tiers minimises tier after tier.
func (s *solve) tiers(ctx context.Context) error {
	var best model.Vec
	tied := s.result.Plan != nil // the plan found is optimal in the tiers so far
	for k := range s.tier {
		t := &s.tier[k]
		if len(t.terms) == 0 {
			continue
		}
		if tied {
			s.m.AtMost(t.expr(), s.result.Vec[k])
		}
		s.m.Minimize(t.expr())
		r, err := s.run(ctx)
		if err != nil || r == nil {
			return err
		}
		if r.Solved() {
			s.last = r
		}
		if r.Status != cpsat.Optimal {
			if r.Status == cpsat.Infeasible {
				return fmt.Errorf("%w: no plan costs as little as one that there is", ErrContradiction)
			}
			return s.take()
		}
		best[k] = t.value(r)
		tied = tied && best[k] == s.result.Vec[k]
		s.m.AtMost(t.expr(), best[k])
		s.m.HintFrom(r)
	}
	s.result.Proven = true
	if s.result.Plan != nil && best == s.result.Vec {
		return nil
	}
	if s.last != nil {
		s.polish(ctx)
	}
	if err := s.take(); err != nil {
		return err
	}
	if s.result.Vec != best {
		s.result.Proven = false
		return fmt.Errorf("%w: the plan costs %v, the model says %v", ErrContradiction, s.result.Vec, best)
	}
	return nil
}

// run solves what there is within what is left of the limits; nil where nothing is left.
func (s *solve) run(ctx context.Context) (*cpsat.Result, error) {
	o := cpsat.Options{Seed: s.o.Seed, Linearization: 2}
	if s.o.Time > 0 {
		if o.TimeLimit = s.o.Time - time.Since(s.begin); o.TimeLimit <= 0 {
			return nil, s.take()
		}
	}
	if s.o.Work > 0 {
		if o.DeterministicLimit = s.o.Work - s.result.Work; o.DeterministicLimit <= 0 {
			return nil, s.take()
		}
	}
	r, err := s.m.Solve(ctx, o)
	if err != nil {
		return nil, err
	}
	s.result.Work += r.DeterministicTime
	return r, nil
}

// polish fixes the sequences and the breaks taken and looks for the times that a person would choose among those that cost the
// same: everything early, the departure late. It is no part of the proof and gets little time for it.
func (s *solve) polish(ctx context.Context) {
	s.fix(s.last)
	s.m.Minimize(s.lazy())
	o := cpsat.Options{Seed: s.o.Seed, DeterministicLimit: polishWork}
	if s.o.Time > 0 {
		if o.TimeLimit = s.o.Time - time.Since(s.begin); o.TimeLimit <= 0 {
			return
		}
	}
	if r, err := s.m.Solve(ctx, o); err == nil && r.Solved() {
		s.last = r
		s.result.Work += r.DeterministicTime
	}
}

const polishWork = 0.1

// take makes the last solution the result where it is better than the plan there is.
func (s *solve) take() error {
	if s.last == nil {
		return nil
	}
	plan, err := s.plan(s.last)
	if err != nil {
		return err
	}
	terms := price(s.p, plan)
	vec := s.p.Objective.Vec(&terms)
	if s.result.Plan == nil || vec.Less(s.result.Vec) {
		s.result.Plan, s.result.Terms, s.result.Vec = plan, terms, vec
	}
	return nil
}
