package highs_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/solver/ortools"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

func solveMIP(t *testing.T, m *highs.Model, o highs.MIPOptions) *highs.MIPResult {
	t.Helper()
	needSolver(t)
	r, err := m.SolveMIP(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Weights 4, 6, 3 into 9 with values 10, 13, 7: the last two for 20; the best of the relaxation is 10 + 7 + 13/3.
func knapsack() *highs.Model {
	m := &highs.Model{Maximize: true}
	var row []highs.Term
	for k, value := range []float64{10, 13, 7} {
		col := m.AddColumn(highs.Column{Cost: value, Upper: 1, Integer: true})
		row = append(row, highs.Term{Col: col, Value: []float64{4, 6, 3}[k]})
	}
	m.AddRow(-inf, 9, row...)
	return m
}

func TestMIP(t *testing.T) {
	r := solveMIP(t, knapsack(), highs.MIPOptions{})
	if r.Status != highs.Optimal || r.Objective != 20 || r.Bound != 20 || !slices.Equal(r.X, []float64{0, 1, 1}) {
		t.Errorf("%+v", r)
	}

	// Whole numbers beyond 0 and 1, with a continuous rest: 7x + z ≥ 24 with x ≤ 3.9 whole, cost 5x + z: x = 3, z = 3.
	m := &highs.Model{Offset: 0.5}
	m.AddRow(24, inf)
	m.AddColumn(highs.Column{Cost: 5, Lower: -1, Upper: 3.9, Integer: true, Entries: []highs.Entry{{0, 7}}})
	m.AddColumn(highs.Column{Cost: 1, Upper: inf, Entries: []highs.Entry{{0, 1}}})
	r = solveMIP(t, m, highs.MIPOptions{})
	if r.Status != highs.Optimal || math.Abs(r.Objective-18.5) > 1e-9 || !near(r.X, []float64{3, 3}) {
		t.Errorf("%+v", r)
	}
}

func TestMIPStatuses(t *testing.T) {
	m := knapsack()
	m.AddRow(1.2, 1.8, highs.Term{Col: 0, Value: 1}, highs.Term{Col: 1, Value: 1})
	if r := solveMIP(t, m, highs.MIPOptions{}); r.Status != highs.Infeasible || r.X != nil {
		t.Errorf("%+v, want infeasible", r)
	}

	m = &highs.Model{Maximize: true}
	m.AddColumn(highs.Column{Cost: 1, Upper: inf, Integer: true})
	if r := solveMIP(t, m, highs.MIPOptions{}); r.Status != highs.Unbounded && r.Status != highs.InfeasibleOrUnbounded {
		t.Errorf("%+v, want unbounded", r)
	}

	if r := solveMIP(t, &highs.Model{Offset: 2}, highs.MIPOptions{}); r.Status != highs.Optimal || r.Objective != 2 || len(r.X) != 0 {
		t.Errorf("empty: %+v", r)
	}

	m = covering() // No whole numbers at all.
	if r := solveMIP(t, m, highs.MIPOptions{}); r.Status != highs.Optimal || math.Abs(r.Objective-9) > 1e-7 || math.Abs(r.Bound-9) > 1e-7 {
		t.Errorf("continuous: %+v", r)
	}
}

// assignment is a generalised assignment problem of the hard kind (type d: costs against weights), with a judge of its solutions.
func assignment(agents, jobs int) (m *highs.Model, feasible func(x []float64) bool) {
	rng := rand.New(rand.NewPCG(3, 4))
	m = &highs.Model{}
	for range jobs {
		m.AddRow(1, 1)
	}
	weights, total := make([]float64, jobs*agents), 0.0
	for k := range weights {
		weights[k] = float64(1 + rng.IntN(100))
		total += weights[k]
	}
	capacity := math.Floor(0.8 * total / float64(agents*agents))
	for range agents {
		m.AddRow(-inf, capacity)
	}
	for k, w := range weights {
		m.AddColumn(highs.Column{
			Cost: 111 - w + float64(rng.IntN(21)-10), Upper: 1, Integer: true,
			Entries: []highs.Entry{{Row: k / agents, Value: 1}, {Row: jobs + k%agents, Value: w}},
		})
	}
	return m, func(x []float64) bool {
		times, load := make([]float64, jobs), make([]float64, agents)
		for k, taken := range x {
			times[k/agents] += taken
			load[k%agents] += taken * weights[k]
		}
		return slices.Min(times) == 1 && slices.Max(times) == 1 && slices.Max(load) <= capacity
	}
}

func hard() *highs.Model {
	m, _ := assignment(20, 100)
	return m
}

func TestMIPTimeLimit(t *testing.T) {
	began := time.Now()
	r := solveMIP(t, hard(), highs.MIPOptions{TimeLimit: 400 * time.Millisecond})
	if took := time.Since(began); took < 300*time.Millisecond || took > 1500*time.Millisecond || r.Status != highs.Limited {
		t.Errorf("%v after %v", r.Status, took)
	}
	// The clock starts anew for an instance that has been used.
	r = solveMIP(t, knapsack(), highs.MIPOptions{TimeLimit: 300 * time.Millisecond})
	if r.Status != highs.Optimal {
		t.Error(r.Status)
	}
}

func TestIncumbentsAndStart(t *testing.T) {
	m, feasible := assignment(6, 24)
	var seen []highs.Incumbent
	r := solveMIP(t, m, highs.MIPOptions{Nodes: 100, OnIncumbent: func(in highs.Incumbent) bool { seen = append(seen, in); return true }})
	if len(seen) == 0 || r.X == nil {
		t.Fatalf("%d incumbents, %+v", len(seen), r)
	}
	for k, in := range seen {
		if k > 0 && in.Objective >= seen[k-1].Objective {
			t.Errorf("incumbent %d: %g after %g", k, in.Objective, seen[k-1].Objective)
		}
		if !feasible(in.X) || in.Bound > in.Objective {
			t.Errorf("incumbent %d of %g above %g is not feasible", k, in.Objective, in.Bound)
		}
	}
	if last := seen[len(seen)-1]; last.Objective != r.Objective || !slices.Equal(last.X, r.X) {
		t.Errorf("last incumbent %g, result %g", last.Objective, r.Objective)
	}

	// With the result as its start the search has it at once, or better.
	var first *highs.Incumbent
	again := solveMIP(t, m, highs.MIPOptions{Start: r.X, OnIncumbent: func(in highs.Incumbent) bool { first = &in; return false }, Nodes: 1})
	if again.X == nil || again.Objective > r.Objective || first != nil && first.Objective > r.Objective {
		t.Errorf("from %g: first %+v, then %g", r.Objective, first, again.Objective)
	}
}

// A start that breaks every row does no harm.
func TestInfeasibleStart(t *testing.T) {
	r := solveMIP(t, knapsack(), highs.MIPOptions{Start: []float64{1, 1, 1}})
	if r.Status != highs.Optimal || r.Objective != 20 {
		t.Errorf("%+v", r)
	}
}

func TestReceiverEndsTheSearch(t *testing.T) {
	calls := 0
	began := time.Now()
	r := solveMIP(t, hard(), highs.MIPOptions{OnIncumbent: func(highs.Incumbent) bool { calls++; return false }})
	if calls != 1 || r.Status != highs.Interrupted || r.X == nil || time.Since(began) > 2*time.Second {
		t.Errorf("%d calls, %v after %v", calls, r.Status, time.Since(began))
	}
}

func TestPanicOfTheReceiver(t *testing.T) {
	needSolver(t)
	func() {
		defer func() {
			if p := recover(); p != "out" {
				t.Errorf("recovered %v", p)
			}
		}()
		_, _ = hard().SolveMIP(t.Context(), highs.MIPOptions{OnIncumbent: func(highs.Incumbent) bool { panic("out") }})
	}()
	if r := solveMIP(t, knapsack(), highs.MIPOptions{}); r.Objective != 20 {
		t.Errorf("afterwards: %+v", r)
	}
}

func TestRepeatableMIP(t *testing.T) {
	o := highs.MIPOptions{Nodes: 40, Seed: 5}
	m, _ := assignment(6, 30)
	a, b := solveMIP(t, m, o), solveMIP(t, m, o)
	if a.Objective != b.Objective || a.Bound != b.Bound || a.Nodes != b.Nodes || !slices.Equal(a.X, b.X) {
		t.Errorf("%g, %g, %d nodes; then %g, %g, %d", a.Objective, a.Bound, a.Nodes, b.Objective, b.Bound, b.Nodes)
	}
}

func TestCancelMIP(t *testing.T) {
	needSolver(t)
	limit := ortoolstest.Limit(t, false)
	cause := errors.New("enough")
	for name, m := range map[string]*highs.Model{"assignment": hard(), "cover": largeCover(300, 6000, 12, true)} {
		for _, after := range []time.Duration{0, time.Millisecond, 15 * time.Millisecond, 60 * time.Millisecond, 300 * time.Millisecond} {
			ctx, cancel := context.WithCancelCause(t.Context())
			var ended time.Time
			timer := time.AfterFunc(after, func() { ended = time.Now(); cancel(cause) })
			r, err := m.SolveMIP(ctx, highs.MIPOptions{})
			timer.Stop()
			if late := time.Since(ended); late > limit() {
				t.Errorf("%s, cancelled after %v: %v late", name, after, late)
			}
			if !errors.Is(err, cause) {
				t.Errorf("%s, cancelled after %v: %+v, %v", name, after, r, err)
			}
		}
	}
}

// Without the smaller MIPs a cancelled solve of a model of moderate size is over at once: hardly a thread that somebody would have to count.
func TestPromptMIPLeavesNothingBehind(t *testing.T) {
	needSolver(t)
	ortools.Wait()
	late := ortoolstest.Limit(t, false)
	m := largeCover(200, 300, 8, true)
	for _, ms := range []int{10, 40, 90, 160, 300} {
		after := time.Duration(ms) * time.Millisecond
		ctx, cancel := context.WithCancel(t.Context())
		var ended time.Time
		timer := time.AfterFunc(after, func() { ended = time.Now(); cancel() })
		_, err := m.SolveMIP(ctx, highs.MIPOptions{Prompt: true, TimeLimit: time.Minute})
		gone := time.Since(ended)
		timer.Stop()
		if !errors.Is(err, context.Canceled) {
			t.Fatalf("cancelled after %v: %v", after, err)
		}
		ortools.Wait()
		if over := time.Since(ended); over > late() {
			t.Errorf("cancelled after %v: %v until it returned, %v until it was over", after, gone, over)
		}
		cancel()
	}
}

// The answer is the same one.
func TestPromptMIP(t *testing.T) {
	needSolver(t)
	m := knapsack()
	if a, b := solveMIP(t, m, highs.MIPOptions{}), solveMIP(t, m, highs.MIPOptions{Prompt: true}); a.Objective != b.Objective {
		t.Errorf("%g, promptly %g", a.Objective, b.Objective)
	}
}

// A malformed model is an error before the library sees it: no test here needs the bundle.
func TestFaultyModels(t *testing.T) {
	col := func(c highs.Column) func(*highs.Model) {
		return func(m *highs.Model) { m.AddRow(0, 1); m.AddColumn(c) }
	}
	tests := map[string]struct {
		build func(*highs.Model)
		want  string
	}{
		"cost":          {col(highs.Column{Cost: math.NaN()}), "cost NaN"},
		"infinite cost": {col(highs.Column{Cost: inf}), "cost +Inf"},
		"bounds":        {col(highs.Column{Lower: 2, Upper: 1}), "bounds 2 to 1"},
		"no bounds":     {col(highs.Column{Lower: inf, Upper: inf}), "leave nothing"},
		"not a number":  {col(highs.Column{Upper: math.NaN()}), "bounds"},
		"row":           {col(highs.Column{Entries: []highs.Entry{{1, 1}}}), "row 1 of 1"},
		"negative row":  {col(highs.Column{Entries: []highs.Entry{{-1, 1}}}), "row -1"},
		"twice":         {col(highs.Column{Entries: []highs.Entry{{0, 1}, {0, 1}}}), "twice"},
		"coefficient":   {col(highs.Column{Entries: []highs.Entry{{0, 1e16}}}), "coefficient"},
		"column":        {func(m *highs.Model) { m.AddRow(0, 1, highs.Term{Col: 0, Value: 1}) }, "column 0 of 0"},
		"row bounds":    {func(m *highs.Model) { m.AddRow(1, 0) }, "bounds 1 to 0"},
		"offset":        {func(m *highs.Model) { m.Offset = inf }, "offset"},
		"late column":   {func(m *highs.Model) { m.AddColumn(highs.Column{}); m.AddColumn(highs.Column{Lower: 1}) }, "column 1"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			m := &highs.Model{}
			tt.build(m)
			_, err := m.SolveMIP(t.Context(), highs.MIPOptions{})
			_, lpErr := highs.NewLP(m)
			for _, err := range []error{err, lpErr} {
				if err == nil || !strings.Contains(err.Error(), tt.want) {
					t.Errorf("error %v, want one with %q", err, tt.want)
				}
			}
		})
	}
	for _, o := range []highs.MIPOptions{
		{TimeLimit: -1},
		{Nodes: -1},
		{Seed: -1},
		{RelativeGap: math.NaN()},
		{AbsoluteGap: inf},
		{Start: []float64{1}},
		{Start: []float64{0, 0, math.NaN()}},
	} {
		if _, err := knapsack().SolveMIP(t.Context(), o); err == nil || !strings.HasPrefix(err.Error(), "highs: ") {
			t.Errorf("%+v: error %v", o, err)
		}
	}
}
