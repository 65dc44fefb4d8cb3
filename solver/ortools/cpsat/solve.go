package cpsat

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// Options of a solve. The zero value searches with one worker until optimality is proved.
type Options struct {
	TimeLimit time.Duration // Wall time; none if 0. Rather than a deadline of the context, which makes an error of the result.

	// DeterministicLimit bounds the work in CP-SAT's own unit, roughly seconds; none if 0. With one worker and no other limit the same
	// model, seed and limit give the same answer.
	DeterministicLimit float64

	Seed    int32
	Workers int // Threads; 1 if 0. Several are not repeatable.

	// Linearization says how much of the model the linear relaxation knows: 1 if 0, 2 for nearly all of it, which costs time per step
	// and makes bounds better.
	Linearization int

	RelativeGap   float64 // Enough when |objective - bound| ≤ RelativeGap·|objective|.
	FirstSolution bool    // Enough when there is a solution.
}

func (o Options) check() error {
	switch {
	case o.TimeLimit < 0, o.Seed < 0, o.Workers < 0, o.Workers > 1000, o.Linearization < 0, o.Linearization > 2:
		return fmt.Errorf("cpsat: options out of range: %+v", o)
	case !(o.DeterministicLimit >= 0), math.IsInf(o.DeterministicLimit, 1), !(o.RelativeGap >= 0), math.IsInf(o.RelativeGap, 1):
		return fmt.Errorf("cpsat: options out of range: %+v", o)
	}
	return nil
}

// Status says what is known at the end.
type Status uint8

// The numbers are CP-SAT's.
const (
	Unknown    Status = 0 // No solution, and no proof that there is none.
	invalid    Status = 1
	Feasible   Status = 2 // A solution, not proved to be optimal.
	Infeasible Status = 3
	Optimal    Status = 4 // Also a solution of a model without objective.
)

func (s Status) String() string {
	switch s {
	case Unknown:
		return "unknown"
	case Feasible:
		return "feasible"
	case Infeasible:
		return "infeasible"
	case Optimal:
		return "optimal"
	default:
		return fmt.Sprintf("status %d", uint8(s))
	}
}

// Result of a solve.
type Result struct {
	Status            Status
	Objective         float64 // Of the solution, exact up to 2^53; 0 without one or without an objective.
	Bound             float64 // No solution is better than this. 0 without an objective.
	DeterministicTime float64 // Work done, in the unit of Options.DeterministicLimit.

	values []int64
}

// Solved reports whether there is a solution.
func (r *Result) Solved() bool { return r.Status == Feasible || r.Status == Optimal }

// Value of a variable in the solution. It panics if there is none.
func (r *Result) Value(v Var) int64 { return r.values[v] }

// True is the truth of a literal in the solution. It panics if there is none.
func (r *Result) True(l Lit) bool {
	v, negated := l.variable()
	return (r.values[v] == 1) != negated
}

// ErrModel is wrapped by the error of a model that CP-SAT refuses although it passed the checks here.
var ErrModel = errors.New("cpsat: invalid model")

// maxBytes of a model: the C interface counts bytes in an int.
const maxBytes = math.MaxInt32

// finish puts whole numbers where CP-SAT answers with scaled doubles.
func (m *Model) finish(r *Result) {
	if m.sense == 0 {
		r.Bound = 0
		if r.Solved() {
			r.Status = Optimal
		}
		return
	}
	if whole := math.Round(r.Bound); math.Abs(r.Bound-whole) < 1e-6 {
		r.Bound = whole
	}
	if r.Solved() {
		sum := m.objective.offset
		for _, t := range m.objective.terms {
			sum += t.coef * r.values[t.v]
		}
		r.Objective = float64(sum)
	}
}

// Solve looks for a solution, the best one if the model has an objective. The end of ctx stops the search; then the error is the
// context's cause, and the result, if not nil, holds what had been found. Many may call at once; each call occupies at least one thread.
//
// Errors: those of Err, ErrModel, options out of range, ortools.ErrUnavailable, the context's. That nothing was found, or that the model is
// infeasible, is a Status.
func (m *Model) Solve(ctx context.Context, o Options) (*Result, error) {
	if err := errors.Join(m.Err(), o.check()); err != nil {
		return nil, err
	}
	model := m.encode()
	if len(model) > maxBytes {
		return nil, fmt.Errorf("%w: %d bytes", ErrModel, len(model))
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	response, err := call(ctx, model, o.encode())
	if err != nil {
		return nil, err
	}
	r, info, err := decode(response)
	switch {
	case err != nil:
		return nil, err
	case r.Status == invalid:
		return nil, fmt.Errorf("%w: %s", ErrModel, info)
	case r.Solved() && len(r.values) != len(m.domains):
		return nil, errResponse
	}
	m.finish(r)
	if ctx.Err() != nil && r.Status != Optimal && r.Status != Infeasible {
		return r, context.Cause(ctx)
	}
	return r, nil
}
