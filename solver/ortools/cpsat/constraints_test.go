package cpsat_test

import (
	"testing"

	"callout/solver/ortools/cpsat"
)

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
		// x² ≥ 90 and y² ≤ 90, x from -20 to -1: x = -10, y = 9.
		"square": {func(m *cpsat.Model) {
			x, y, xx, yy := m.Int(-20, -1), m.Int(0, 20), m.Int(0, 400), m.Int(0, 90)
			m.Square(xx, x)
			m.Square(yy, y)
			m.AtLeast(cpsat.Sum(xx), 90)
			m.Maximize(cpsat.Sum(x).Plus(100, y))
		}, 890},
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
