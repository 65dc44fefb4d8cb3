package highs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"time"
)

// MIPOptions of a solve. The zero value searches until the gap is 0.01 %.
type MIPOptions struct {
	TimeLimit time.Duration // Wall time; none if 0. Rather than a deadline of the context, which makes an error of the result.
	Nodes     int           // Of the search tree; no limit if 0. With no time limit the same model and seed give the same answer.
	Seed      int32

	RelativeGap float64 // Enough when |objective - bound| ≤ RelativeGap·|objective|; 1e-4 if 0. 1e-9 asks for a proof.
	AbsoluteGap float64 // Enough when |objective - bound| ≤ AbsoluteGap; 1e-6 if 0.

	// Prompt leaves out the smaller MIPs by which HiGHS looks for solutions, and in which it may go on for a second or so after the end of
	// its context. What remains between two looks at the context grows with the model: up to 40 ms with 200 rows and 300 columns, up to 250 ms with
	// 300 and 6,000 (a two-core machine at work). Solutions of hard models are worse in the same time.
	Prompt bool

	// Start is a solution to begin with, a value per column; none if nil. One that is infeasible is repaired or passed over.
	Start []float64

	// OnIncumbent gets each better solution when it is found, one after the other on another goroutine, and none after SolveMIP has
	// returned. The search waits for it, and ends if it returns false. Nil if nobody wants to know.
	OnIncumbent func(Incumbent) (more bool)
}

// Incumbent is a solution found on the way.
type Incumbent struct {
	X         []float64 // By column; whole numbers are exact. The receiver's to keep.
	Objective float64
	Bound     float64 // No solution is better than this, as known then; infinite if nothing is.
}

// MIPResult of a solve.
type MIPResult struct {
	Status    Status
	X         []float64 // The best solution, by column, whole numbers exact; nil if there is none.
	Objective float64   // Of X.
	Bound     float64   // No solution is better than this.
	Nodes     int64
}

func (o *MIPOptions) check(columns int) error {
	bad := func(x float64) bool { return !(x >= 0) || math.IsInf(x, 1) }
	if o.TimeLimit < 0 || o.Nodes < 0 || o.Nodes > math.MaxInt32 || o.Seed < 0 || bad(o.RelativeGap) || bad(o.AbsoluteGap) {
		return fmt.Errorf("highs: options out of range: limits %v, %d, seed %d, gaps %g, %g",
			o.TimeLimit, o.Nodes, o.Seed, o.RelativeGap, o.AbsoluteGap)
	}
	if o.Start != nil && len(o.Start) != columns {
		return fmt.Errorf("highs: a start of %d values for %d columns", len(o.Start), columns)
	}
	for col, x := range o.Start {
		if math.IsNaN(x) || math.Abs(x) >= infinite {
			return fmt.Errorf("highs: start of column %d is %g", col, x)
		}
	}
	return nil
}

// SolveMIP looks for a best solution in which the integer columns are whole. The end of ctx stops the search; then the error is the
// context's cause, and the result, if not nil, holds what had been found: the library stops between its steps, and is left to itself when
// that takes too long (ortools.Lingering). Many may call at once; each call occupies one thread.
//
// Errors: those of Err, options out of range, ortools.ErrUnavailable, the context's. That nothing was found, or that the model is infeasible,
// is a Status.
func (m *Model) SolveMIP(ctx context.Context, o MIPOptions) (*MIPResult, error) {
	if err := m.Err(); err != nil {
		return nil, err
	}
	if err := o.check(len(m.cost)); err != nil {
		return nil, err
	}
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	s, err := acquire()
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.pass(m, true), o.apply(s)); err != nil {
		s.release()
		return nil, err
	}
	var in *receiver
	if o.OnIncumbent != nil {
		in = &receiver{m: m, f: o.OnIncumbent}
	}
	code, err := s.run(ctx, in)
	if errors.Is(err, errLeft) {
		return nil, context.Cause(ctx)
	}
	defer s.release()
	if err != nil {
		return nil, err
	}
	r, err := m.result(s, statusOf(ctx, code))
	if err == nil && ctx.Err() != nil && r.Status == Interrupted {
		err = context.Cause(ctx)
	}
	return r, err
}

func (o *MIPOptions) apply(s *instance) error {
	set := make(map[string]any)
	set["random_seed"] = int(o.Seed)
	if o.TimeLimit > 0 {
		set["time_limit"] = o.TimeLimit.Seconds()
	}
	if o.Nodes > 0 {
		set["mip_max_nodes"] = o.Nodes
	}
	if o.RelativeGap > 0 {
		set["mip_rel_gap"] = o.RelativeGap
	}
	if o.AbsoluteGap > 0 {
		set["mip_abs_gap"] = o.AbsoluteGap
	}
	if o.Prompt {
		for _, name := range []string{"rins", "rens", "root_reduced_cost"} {
			set["mip_heuristic_run_"+name] = false
		}
	}
	for name, value := range set {
		if err := s.set(name, value); err != nil {
			return err
		}
	}
	if o.Start != nil {
		return s.setStart(o.Start)
	}
	return nil
}

// feasiblePoint is HiGHS's word for a solution that it holds.
const feasiblePoint = 2

func (m *Model) result(s *instance, status Status) (*MIPResult, error) {
	r := &MIPResult{Status: status, Bound: s.number("mip_dual_bound"), Nodes: max(0, s.count("mip_node_count"))}
	if len(m.cost) == 0 && r.Status == Optimal {
		r.X, r.Objective, r.Bound = []float64{}, m.Offset, m.Offset
		return r, nil
	}
	if s.count("primal_solution_status") != feasiblePoint || r.Status == Infeasible || r.Status == Unbounded {
		return r, nil
	}
	r.X = make([]float64, len(m.cost))
	if err := s.solution(r.X, nil, make([]float64, len(m.rowLower)), nil); err != nil {
		return nil, err
	}
	r.Objective = m.polish(r.X)
	if !slices.Contains(m.integer, 1) {
		r.Bound = r.Objective // An LP, which leaves the search's bound unset.
	}
	return r, nil
}

// polish removes the solver's tolerance from whole numbers and returns what x costs.
func (m *Model) polish(x []float64) float64 {
	sum := m.Offset
	for col := range x {
		if m.integer[col] == 1 {
			x[col] = math.Round(x[col]) + 0 // A negative zero becomes one.
		}
		sum += m.cost[col] * x[col]
	}
	return sum
}
