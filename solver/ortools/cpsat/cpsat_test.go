package cpsat_test

import (
	"context"
	"errors"
	"math"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"testing"
	"time"

	"go.uber.org/goleak"

	"callout/solver/ortools"
	"callout/solver/ortools/cpsat"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(settled{m}) }

// settled lets solves that were left behind end before goroutines are counted.
type settled struct{ m *testing.M }

func (s settled) Run() int {
	code := s.m.Run()
	ortools.Wait()
	return code
}

// needSolver skips a test where there is no bundle; `make test` has fetched it, and fails instead.
func needSolver(t testing.TB) {
	t.Helper()
	if err := cpsat.Available(); err != nil {
		if os.Getenv("CALLOUT_REQUIRE_ORTOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
}

func solve(t *testing.T, m *cpsat.Model, o cpsat.Options) *cpsat.Result {
	t.Helper()
	needSolver(t)
	r, err := m.Solve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Each model has an answer that changes if a field is lost on the way to the solver. Values are derived in the comments.
func TestConstraints(t *testing.T) {
	tests := map[string]struct {
		build func(m *cpsat.Model)
		want  float64
	}{
		// 3x + 2y ≤ 12, x ≤ 3, y ≤ 4: 5x + 4y is 19 at (3, 1), 22 at (2, 3), 21 at (1, 4).
		"linear, maximise, offset": {func(m *cpsat.Model) {
			x, y := m.Int(0, 3), m.Int(0, 4)
			m.AtMost(cpsat.Const(7).Plus(3, x).Plus(2, y), 19)
			m.Maximize(cpsat.Const(100).Plus(5, x).Plus(4, y))
		}, 122},
		"linear, minimise, negative domain, a variable twice": {func(m *cpsat.Model) {
			x := m.Int(-9, 9)
			m.AtLeast(cpsat.Sum(x, x).PlusConst(1), -8) // 2x ≥ -9, so x ≥ -4.
			m.Minimize(cpsat.Sum(x).PlusConst(-2))
		}, -6},
		"condition": {func(m *cpsat.Model) {
			x, b := m.Int(0, 9), m.Bool()
			m.AtLeast(cpsat.Sum(x), 5, b)
			m.AtLeast(cpsat.Sum(x), 3, b.Not())
			m.Minimize(cpsat.Sum(x).PlusLit(1, b.Not())) // 5 with b, 3 + 1 without.
		}, 4},
		"exactly one":  {func(m *cpsat.Model) { l := bools(m, 3); m.ExactlyOne(l...); m.Maximize(weigh(l)) }, 3},
		"at most one":  {func(m *cpsat.Model) { l := bools(m, 3); m.AtMostOne(l...); m.Maximize(weigh(l)) }, 3},
		"none at most": {func(m *cpsat.Model) { l := bools(m, 3); m.AtMostOne(l...); m.Minimize(weigh(l)) }, 0},
		"any of":       {func(m *cpsat.Model) { l := bools(m, 3); m.AnyOf(l); m.Minimize(weigh(l)) }, 1},
		"any of, if":   {func(m *cpsat.Model) { l := bools(m, 3); m.AnyOf(l[:2], l[2].Not()); m.Minimize(weigh(l)) }, 1},
		"implies": {func(m *cpsat.Model) {
			l := bools(m, 3)
			m.Implies(l[0], l[1], l[2].Not())
			m.Maximize(cpsat.Const(0).PlusLit(1, l[0]).PlusLit(-3, l[1]).PlusLit(1, l[2])) // Only the last.
		}, 1},
		"negated literal in a sum": {func(m *cpsat.Model) {
			b := m.Bool()
			m.Minimize(cpsat.Const(0).PlusLit(4, b.Not()).PlusLit(1, b))
		}, 1},
		// Jobs of 3 and 4 on one machine: the second ends at 7. With one absent: 4.
		"no overlap":             {func(m *cpsat.Model) { machine(m, false) }, 7},
		"no overlap, one absent": {func(m *cpsat.Model) { machine(m, true) }, 4},
		// Sizes 2, 2, 2 with demands 1, 2, 2 and capacity 3: the two large ones one after the other.
		"cumulative": {func(m *cpsat.Model) { crane(m, 3) }, 4},
		"cumulative, narrow": {func(m *cpsat.Model) {
			crane(m, 2) // None beside another.
		}, 6},
		// A tour of 4 nodes with costs |i-j|: 0-1-2-3-0 costs 6. Leaving node 3 out for 1 gives 0-1-2-0 for 4 + 1.
		"circuit":           {func(m *cpsat.Model) { tour(m, 100) }, 6},
		"circuit, one left": {func(m *cpsat.Model) { tour(m, 1) }, 5},
		"interval alone": {func(m *cpsat.Model) {
			start, end := m.Int(2, 9), m.Int(0, 9)
			m.Interval(cpsat.Sum(start), cpsat.Const(3), cpsat.Sum(end))
			m.Minimize(cpsat.Sum(end))
		}, 5},
		"no variables": {func(*cpsat.Model) {}, 0},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := cpsat.NewModel()
			tt.build(m)
			r := solve(t, m, cpsat.Options{})
			if r.Status != cpsat.Optimal || r.Objective != tt.want || r.Bound != tt.want {
				t.Errorf("%v, objective %g, bound %g, want optimal %g", r.Status, r.Objective, r.Bound, tt.want)
			}
		})
	}
}

func bools(m *cpsat.Model, n int) []cpsat.Lit {
	lits := make([]cpsat.Lit, n)
	for k := range lits {
		lits[k] = m.Bool()
	}
	return lits
}

// weigh is 1 for the first literal, 2 for the second and so on.
func weigh(lits []cpsat.Lit) cpsat.Expr {
	e := cpsat.Const(0)
	for k, l := range lits {
		e = e.PlusLit(int64(k+1), l)
	}
	return e
}

func machine(m *cpsat.Model, optional bool) {
	last := m.Int(0, 100)
	var intervals []cpsat.Interval
	var present []cpsat.Lit
	for _, size := range []int64{3, 4} {
		start, end, p := m.Int(0, 100), m.Int(0, 100), m.Bool()
		intervals = append(intervals, m.Interval(cpsat.Sum(start), cpsat.Const(size), cpsat.Sum(end), p))
		present = append(present, p)
		m.AtLeast(cpsat.Sum(last).Plus(-1, end), 0, p)
	}
	m.NoOverlap(intervals...)
	m.AnyOf(present[1:])
	if !optional {
		m.AnyOf(present[:1])
	}
	m.Minimize(cpsat.Sum(last))
}

func crane(m *cpsat.Model, capacity int64) {
	last := m.Int(0, 100)
	var intervals []cpsat.Interval
	var demands []cpsat.Expr
	for _, demand := range []int64{1, 2, 2} {
		start := m.Int(0, 100)
		intervals = append(intervals, m.Interval(cpsat.Sum(start), cpsat.Const(2), cpsat.Sum(start).PlusConst(2)))
		demands = append(demands, cpsat.Const(demand))
		m.AtLeast(cpsat.Sum(last).Plus(-1, start), 2)
	}
	m.Cumulative(cpsat.Const(capacity), intervals, demands)
	m.Minimize(cpsat.Sum(last))
}

func tour(m *cpsat.Model, absent int64) {
	var arcs []cpsat.Arc
	cost := cpsat.Const(0)
	for i := range int32(4) {
		for j := range int32(4) {
			if i == j && i != 3 {
				continue
			}
			l := m.Bool()
			arcs = append(arcs, cpsat.Arc{From: i, To: j, Lit: l})
			c := int64(max(i-j, j-i))
			if i == j {
				c = absent
			}
			cost = cost.PlusLit(c, l)
		}
	}
	m.Circuit(arcs)
	m.Minimize(cost)
}

func TestValues(t *testing.T) {
	m := cpsat.NewModel()
	x, b := m.Int(-5, 5), m.Bool()
	m.Equal(cpsat.Sum(x), -3)
	m.AnyOf([]cpsat.Lit{b.Not()})
	r := solve(t, m, cpsat.Options{})
	if !r.Solved() || r.Value(x) != -3 || r.True(b) || !r.True(b.Not()) {
		t.Errorf("%v, x = %d, b = %v", r.Status, r.Value(x), r.True(b))
	}
}

func TestInfeasible(t *testing.T) {
	m := cpsat.NewModel()
	b := m.Bool()
	m.AnyOf([]cpsat.Lit{b})
	m.AnyOf([]cpsat.Lit{b.Not()})
	if r := solve(t, m, cpsat.Options{}); r.Status != cpsat.Infeasible || r.Solved() {
		t.Errorf("%v, want infeasible", r.Status)
	}
}

// A malformed model is an error before the library sees it: no test here needs the bundle.
func TestFaults(t *testing.T) {
	tests := map[string]struct {
		build func(m *cpsat.Model)
		want  string
	}{
		"empty domain":         {func(m *cpsat.Model) { m.Int(2, 1) }, "empty"},
		"huge domain":          {func(m *cpsat.Model) { m.Int(0, math.MaxInt64) }, "2^60"},
		"most negative":        {func(m *cpsat.Model) { m.Int(math.MinInt64, 0) }, "2^60"},
		"unknown variable":     {func(m *cpsat.Model) { m.AtMost(cpsat.Sum(0), 1) }, "not in the model"},
		"negative variable":    {func(m *cpsat.Model) { m.Minimize(cpsat.Sum(-1)) }, "not in the model"},
		"unknown literal":      {func(m *cpsat.Model) { m.AnyOf([]cpsat.Lit{cpsat.Lit(3).Not()}) }, "no boolean"},
		"number as literal":    {func(m *cpsat.Model) { m.AtMostOne(cpsat.Lit(m.Int(0, 1))) }, "no boolean"},
		"condition":            {func(m *cpsat.Model) { m.AtMost(cpsat.Const(0), 0, 7) }, "no boolean"},
		"product too large":    {func(m *cpsat.Model) { m.AtMost(cpsat.Const(0).Plus(1<<40, m.Int(0, 1<<30)), 0) }, "exceed"},
		"coefficient":          {func(m *cpsat.Model) { m.AtMost(cpsat.Const(0).Plus(math.MinInt64, m.Int(0, 0)), 0) }, "exceed"},
		"offsets overflow":     {func(m *cpsat.Model) { m.AtMost(cpsat.Const(math.MaxInt64).PlusConst(2), 0) }, "exceed"},
		"sum too large":        {func(m *cpsat.Model) { x := m.Int(0, 1<<59); m.Minimize(cpsat.Sum(x, x, x)) }, "exceed"},
		"empty bounds":         {func(m *cpsat.Model) { m.Between(3, cpsat.Sum(m.Int(0, 9)), 2) }, "are empty"},
		"literal twice":        {func(m *cpsat.Model) { b := m.Bool(); m.ExactlyOne(b, b) }, "twice"},
		"interval of two":      {func(m *cpsat.Model) { x := cpsat.Sum(m.Int(0, 1), m.Int(0, 1)); m.Interval(x, x, x) }, "one is allowed"},
		"no interval":          {func(m *cpsat.Model) { m.AtMost(cpsat.Sum(m.Int(0, 1)), 1); m.NoOverlap(0) }, "no interval"},
		"interval out of room": {func(m *cpsat.Model) { m.NoOverlap(-1) }, "no interval"},
		"demands missing": {func(m *cpsat.Model) {
			i := m.Interval(cpsat.Const(0), cpsat.Const(1), cpsat.Const(1))
			m.Cumulative(cpsat.Const(1), []cpsat.Interval{i}, nil)
		}, "0 demands"},
		"negative demand": {func(m *cpsat.Model) {
			i := m.Interval(cpsat.Const(0), cpsat.Const(1), cpsat.Const(1))
			m.Cumulative(cpsat.Const(1), []cpsat.Interval{i}, []cpsat.Expr{cpsat.Sum(m.Int(-2, 3))})
		}, "demand can be -2"},
		"negative node": {func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{From: -1, To: 0, Lit: m.Bool()}}) }, "arc from -1"},
		"stray node":    {func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{From: 1 << 30, To: 0, Lit: m.Bool()}}) }, "cannot all be entered"},
		"hint":          {func(m *cpsat.Model) { m.Hint(0, 1) }, "hint"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := cpsat.NewModel()
			tt.build(m)
			_, err := m.Solve(t.Context(), cpsat.Options{})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestOptionsOutOfRange(t *testing.T) {
	for _, o := range []cpsat.Options{
		{TimeLimit: -1}, {Seed: -1}, {Workers: -1}, {Workers: 1e6}, {DeterministicLimit: math.NaN()}, {DeterministicLimit: math.Inf(1)},
		{RelativeGap: -1},
	} {
		if _, err := cpsat.NewModel().Solve(t.Context(), o); err == nil || !strings.Contains(err.Error(), "out of range") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}

// What CP-SAT refuses by itself is an error with its reason.
func TestRefusedByCPSAT(t *testing.T) {
	needSolver(t)
	m := cpsat.NewModel()
	var intervals []cpsat.Interval
	var demands []cpsat.Expr
	for range 40 {
		intervals = append(intervals, m.Interval(cpsat.Const(0), cpsat.Const(1), cpsat.Const(1)))
		demands = append(demands, cpsat.Sum(m.Int(0, 1<<59)))
	}
	m.Cumulative(cpsat.Const(1), intervals, demands)
	if _, err := m.Solve(t.Context(), cpsat.Options{}); !errors.Is(err, cpsat.ErrModel) {
		t.Errorf("error %v, want ErrModel", err)
	}
}

// hard is a model that keeps the solver busy for minutes: a quadratic assignment of n places, as linear constraints.
func hard(n int) *cpsat.Model {
	m := cpsat.NewModel()
	at := make([][]cpsat.Lit, n)
	for i := range at {
		at[i] = bools(m, n)
		m.ExactlyOne(at[i]...)
	}
	cost := cpsat.Const(0)
	for j := range n {
		column := make([]cpsat.Lit, n)
		for i := range n {
			column[i] = at[i][j]
		}
		m.ExactlyOne(column...)
	}
	for i := range n {
		for k := range i {
			d := m.Int(0, 1000)
			for j := range n {
				for l := range n {
					if j != l {
						m.AtLeast(cpsat.Sum(d), int64((i*7+k*13)%11)*int64((j*5+l*3)%17), at[i][j], at[k][l])
					}
				}
			}
			cost = cost.Plus(1, d)
		}
	}
	m.Minimize(cost)
	return m
}

func TestTimeLimit(t *testing.T) {
	began := time.Now()
	r := solve(t, hard(10), cpsat.Options{TimeLimit: 300 * time.Millisecond})
	if took := time.Since(began); took > 2*time.Second || took < 250*time.Millisecond {
		t.Errorf("took %v under a limit of 300 ms", took)
	}
	if r.Status != cpsat.Feasible && r.Status != cpsat.Unknown {
		t.Errorf("%v, want a search that was cut short", r.Status)
	}
}

func TestRepeatable(t *testing.T) {
	o := cpsat.Options{DeterministicLimit: 0.2, Seed: 7}
	m := hard(7)
	a, b := solve(t, m, o), solve(t, m, o)
	if a.Objective != b.Objective || a.Bound != b.Bound || a.DeterministicTime != b.DeterministicTime || a.DeterministicTime < 0.15 {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// A complete hint is a solution at once, even without time to search for another.
func TestHint(t *testing.T) {
	m := hard(9)
	first := solve(t, m, cpsat.Options{FirstSolution: true})
	better := solve(t, m, cpsat.Options{DeterministicLimit: 1})
	if !first.Solved() || !better.Solved() || better.Objective >= first.Objective {
		t.Fatalf("first %g, better %g", first.Objective, better.Objective)
	}
	m.HintFrom(better)
	again := solve(t, m, cpsat.Options{FirstSolution: true})
	if again.Objective > better.Objective {
		t.Errorf("%g from a hint of %g", again.Objective, better.Objective)
	}
}

func TestSeveralWorkers(t *testing.T) {
	r := solve(t, hard(6), cpsat.Options{Workers: 4, TimeLimit: 500 * time.Millisecond})
	if !r.Solved() {
		t.Error(r.Status)
	}
}

func TestCancel(t *testing.T) {
	needSolver(t)
	m := hard(10)
	cause := errors.New("enough")
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 30 * time.Millisecond, 300 * time.Millisecond} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var ended time.Time
		timer := time.AfterFunc(after, func() { ended = time.Now(); cancel(cause) })
		_, err := m.Solve(ctx, cpsat.Options{})
		if late := time.Since(ended); late > 100*time.Millisecond {
			t.Errorf("cancelled after %v: %v late", after, late)
		}
		timer.Stop()
		if !errors.Is(err, cause) {
			t.Errorf("cancelled after %v: error %v", after, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := m.Solve(ctx, cpsat.Options{}); !errors.Is(err, context.Canceled) || r != nil {
		t.Errorf("cancelled before: %v, %v", r, err)
	}
}

// The process's own handling of SIGINT works during a solve.
func TestInterruptIsLeftAlone(t *testing.T) {
	needSolver(t)
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGINT)
	defer signal.Stop(got)
	go func() {
		time.Sleep(150 * time.Millisecond)
		_ = syscall.Kill(os.Getpid(), syscall.SIGINT)
	}()
	r := solve(t, hard(10), cpsat.Options{TimeLimit: 400 * time.Millisecond})
	select {
	case <-got:
	case <-time.After(time.Second):
		t.Error("SIGINT did not arrive")
	}
	if r.Status == cpsat.Optimal || r.Status == cpsat.Infeasible {
		t.Errorf("%v: the solve ended too early to tell", r.Status)
	}
}
