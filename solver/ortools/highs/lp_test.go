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

	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

var inf = math.Inf(1)

func needSolver(t *testing.T) {
	t.Helper()
	ortoolstest.Need(t, highs.Available())
}

func newLP(t *testing.T, m *highs.Model) *highs.LP {
	t.Helper()
	needSolver(t)
	lp, err := highs.NewLP(m)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(lp.Close)
	return lp
}

func solveLP(t *testing.T, lp *highs.LP) *highs.LPResult {
	t.Helper()
	r, err := lp.Solve(t.Context(), highs.LPOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func near(a, b []float64) bool {
	return slices.EqualFunc(a, b, func(x, y float64) bool { return math.Abs(x-y) < 1e-7 })
}

func expect(t *testing.T, r *highs.LPResult, objective float64, x, reduced, dual []float64) {
	t.Helper()
	if r.Status != highs.Optimal || math.Abs(r.Objective-objective) > 1e-7 {
		t.Fatalf("%v, objective %g, want optimal %g", r.Status, r.Objective, objective)
	}
	if !near(r.X, x) || !near(r.Reduced, reduced) || !near(r.Dual, dual) {
		t.Errorf("x %v, reduced costs %v, duals %v, want %v, %v, %v", r.X, r.Reduced, r.Dual, x, reduced, dual)
	}
}

// Two columns cover two rows: 2x + 3y, x + y ≥ 4, x + 3y ≥ 6. Both rows bind at (3, 1): 9. The duals solve u + v = 2, u + 3v = 3.
func covering() *highs.Model {
	m := &highs.Model{}
	m.AddRow(4, inf)
	m.AddRow(6, inf)
	m.AddColumn(highs.Column{Cost: 2, Upper: inf, Entries: []highs.Entry{{0, 1}, {1, 1}}})
	m.AddColumn(highs.Column{Cost: 3, Upper: inf, Entries: []highs.Entry{{1, 3}, {0, 1}}})
	return m
}

// A third column for 1.2 covers both rows once: reduced cost 1.2 - 1.5 - 0.5. With it u + v = 1.2 and u + 3v = 3: 6.6 at (0, 1, 3).
func TestColumnsAreAddedToAHotBasis(t *testing.T) {
	lp := newLP(t, covering())
	first := solveLP(t, lp)
	expect(t, first, 9, []float64{3, 1}, []float64{0, 0}, []float64{1.5, 0.5})
	if !near(first.Activity, []float64{4, 6}) {
		t.Errorf("activities %v", first.Activity)
	}

	if err := lp.AddColumns(highs.Column{Cost: 1.2, Upper: inf, Entries: []highs.Entry{{0, 1}, {1, 1}}}); err != nil {
		t.Fatal(err)
	}
	expect(t, solveLP(t, lp), 6.6, []float64{0, 1, 3}, []float64{0.8, 0, 0}, []float64{0.3, 0.9})
}

// The third column may come to 1 at most: then v = (3-u)/3 and u + v = 2 as before, and the column's bound is worth 1.2 - 2 per unit.
// 2x + 3y + 1.2 with x + y = 3, x + 3y = 5: 8.2 at (2, 1, 1).
func TestChangesToAHotLP(t *testing.T) {
	lp := newLP(t, covering())
	solveLP(t, lp)
	steps := []error{
		lp.AddColumns(highs.Column{Cost: 9, Upper: 7, Entries: []highs.Entry{{0, 1}, {1, 1}}}),
		lp.SetCost(2, 1.2), lp.SetBounds(2, 0, 1),
	}
	if err := errors.Join(steps...); err != nil {
		t.Fatal(err)
	}
	expect(t, solveLP(t, lp), 8.2, []float64{2, 1, 1}, []float64{0, 0, -0.8}, []float64{1.5, 0.5})

	// y ≥ 2: x + y ≥ 3 binds, x + 3y ≥ 5 does not: 2 + 6 + 1.2. One more y costs 3 - 2.
	if err := lp.AddRow(2, inf, highs.Term{Col: 1, Value: 1}); err != nil {
		t.Fatal(err)
	}
	expect(t, solveLP(t, lp), 9.2, []float64{1, 2, 1}, []float64{0, 0, -0.8}, []float64{2, 0, 1})

	if err := lp.SetRowBounds(2, -inf, inf); err != nil {
		t.Fatal(err)
	}
	expect(t, solveLP(t, lp), 8.2, []float64{2, 1, 1}, []float64{0, 0, -0.8}, []float64{1.5, 0.5, 0})
}

func TestMaximise(t *testing.T) {
	// 3x + 5y, x ≤ 4, 2y ≤ 12, 3x + 2y ≤ 18: 36 at (2, 6) with duals 0, 1.5, 1 (Hillier and Lieberman's first example).
	m := &highs.Model{Maximize: true, Offset: 1000}
	x := m.AddColumn(highs.Column{Cost: 3, Upper: inf})
	y := m.AddColumn(highs.Column{Cost: 5, Upper: inf})
	m.AddRow(-inf, 4, highs.Term{Col: x, Value: 1})
	m.AddRow(-inf, 12, highs.Term{Col: y, Value: 2})
	m.AddRow(-inf, 18, highs.Term{Col: y, Value: 2}, highs.Term{Col: x, Value: 3})
	expect(t, solveLP(t, newLP(t, m)), 1036, []float64{2, 6}, []float64{0, 0}, []float64{0, 1.5, 1})

	// x + 2y, x + y ≤ 4, y ≤ 3 as a bound: 7 at (1, 3); the row is worth 1, the bound 2 - 1.
	m = &highs.Model{Maximize: true}
	x = m.AddColumn(highs.Column{Cost: 1, Upper: inf})
	y = m.AddColumn(highs.Column{Cost: 2, Upper: 3})
	m.AddRow(-inf, 4, highs.Term{Col: x, Value: 1}, highs.Term{Col: y, Value: 1})
	expect(t, solveLP(t, newLP(t, m)), 7, []float64{1, 3}, []float64{0, 1}, []float64{1})
}

func TestStatuses(t *testing.T) {
	infeasible := covering()
	infeasible.AddRow(-inf, 1, highs.Term{Col: 0, Value: 1}, highs.Term{Col: 1, Value: 1})
	if r := solveLP(t, newLP(t, infeasible)); r.Status != highs.Infeasible || r.X != nil {
		t.Errorf("%v, want infeasible", r.Status)
	}

	unbounded := covering()
	unbounded.Maximize = true
	if r := solveLP(t, newLP(t, unbounded)); r.Status != highs.Unbounded && r.Status != highs.InfeasibleOrUnbounded {
		t.Errorf("%v, want unbounded", r.Status)
	}

	empty := &highs.Model{Offset: 3}
	if r := solveLP(t, newLP(t, empty)); r.Status != highs.Optimal || r.Objective != 3 {
		t.Errorf("empty: %v %g", r.Status, r.Objective)
	}
}

func TestClosedLP(t *testing.T) {
	lp := newLP(t, covering())
	lp.Close()
	lp.Close()
	_, err := lp.Solve(t.Context(), highs.LPOptions{})
	for _, err := range []error{err, lp.AddColumns(highs.Column{}), lp.AddRow(0, 1), lp.SetCost(0, 1), lp.SetBounds(0, 0, 1)} {
		if err == nil || !strings.Contains(err.Error(), "closed") {
			t.Errorf("error %v", err)
		}
	}
}

// A refused change changes nothing.
func TestFaultyChanges(t *testing.T) {
	lp := newLP(t, covering())
	for what, err := range map[string]error{
		"row":        lp.AddColumns(highs.Column{Cost: 1, Entries: []highs.Entry{{2, 1}}}),
		"not number": lp.AddColumns(highs.Column{Cost: 1}, highs.Column{Cost: math.NaN()}),
		"twice":      lp.AddRow(0, 1, highs.Term{Col: 1, Value: 1}, highs.Term{Col: 1, Value: 2}),
		"column":     lp.SetCost(2, 1),
		"negative":   lp.SetBounds(-1, 0, 1),
		"bounds":     lp.SetBounds(0, 2, 1),
		"row bounds": lp.SetRowBounds(0, inf, inf),
	} {
		if err == nil {
			t.Errorf("%s: no error", what)
		}
	}
	expect(t, solveLP(t, lp), 9, []float64{3, 1}, []float64{0, 0}, []float64{1.5, 0.5})
}

// largeCover has n rows, each to be covered by columns that span a few; costs are whole numbers with many ties.
func largeCover(rows, columns, span int, integer bool) *highs.Model {
	rng := rand.New(rand.NewPCG(1, 2))
	m := &highs.Model{}
	for range rows {
		m.AddRow(1, inf)
	}
	for k := range columns {
		c := highs.Column{Cost: float64(100 + rng.IntN(400)), Upper: 1, Integer: integer}
		at := rng.Perm(rows)[:1+rng.IntN(span)]
		at[0] = k % rows
		slices.Sort(at)
		for _, row := range slices.Compact(at) {
			c.Entries = append(c.Entries, highs.Entry{Row: row, Value: 1})
		}
		m.AddColumn(c)
	}
	return m
}

func TestLPLimits(t *testing.T) {
	lp := newLP(t, largeCover(200, 4000, 12, false))
	r, err := lp.Solve(t.Context(), highs.LPOptions{Iterations: 3})
	if err != nil || r.Status != highs.Limited || r.X != nil {
		t.Fatalf("%+v, %v", r, err)
	}
	whole := solveLP(t, lp)
	if whole.Status != highs.Optimal {
		t.Fatal(whole.Status)
	}
	if again := solveLP(t, newLP(t, largeCover(200, 4000, 12, false))); math.Abs(again.Objective-whole.Objective) > 1e-6 {
		t.Errorf("%g, after an interrupted start %g", again.Objective, whole.Objective)
	}
}

func TestCancelLP(t *testing.T) {
	limit := ortoolstest.Limit(t, false)
	m := largeCover(800, 16000, 24, false)
	for _, after := range []time.Duration{0, time.Millisecond, 20 * time.Millisecond, 100 * time.Millisecond, 200 * time.Millisecond} {
		lp := newLP(t, m) // Afresh: one that was left behind is closed.
		ctx, cancel := context.WithCancel(t.Context())
		var ended time.Time
		timer := time.AfterFunc(after, func() { ended = time.Now(); cancel() })
		_, err := lp.Solve(ctx, highs.LPOptions{})
		timer.Stop()
		cancel()
		if late := time.Since(ended); late > limit() {
			t.Errorf("cancelled after %v: %v late", after, late)
		}
		if !errors.Is(err, context.Canceled) {
			t.Errorf("cancelled after %v: %v", after, err)
		}
	}
}
