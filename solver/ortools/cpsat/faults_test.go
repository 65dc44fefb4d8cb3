package cpsat_test

import (
	"errors"
	"math"
	"strings"
	"testing"

	"callout/solver/ortools/cpsat"
)

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
		"negative size": {func(m *cpsat.Model) { m.Interval(cpsat.Const(0), cpsat.Sum(m.Int(-3, 1)), cpsat.Const(0)) }, "can be -3"},
		"negative demand": {func(m *cpsat.Model) {
			i := m.Interval(cpsat.Const(0), cpsat.Const(1), cpsat.Const(1))
			m.Cumulative(cpsat.Const(1), []cpsat.Interval{i}, []cpsat.Expr{cpsat.Sum(m.Int(-2, 3))})
		}, "demand can be -2"},
		"negative node":  {func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{From: -1, To: 0, Lit: m.Bool()}}) }, "arc from -1"},
		"stray node":     {func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{From: 1 << 30, To: 0, Lit: m.Bool()}}) }, "cannot all be entered"},
		"square":         {func(m *cpsat.Model) { m.Square(m.Int(0, 9), m.Int(-1<<31, 0)) }, "the square"},
		"square of none": {func(m *cpsat.Model) { m.Square(m.Int(0, 9), 7) }, "not in the model"},
		"hint":           {func(m *cpsat.Model) { m.Hint(0, 1) }, "hint"},
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
		{TimeLimit: -1},
		{Seed: -1},
		{Workers: -1},
		{Workers: 1e6},
		{Linearization: 3},
		{DeterministicLimit: math.NaN()},
		{DeterministicLimit: math.Inf(1)},
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

// Models at the edge of what the checks let through end in a status or in ErrModel, never in a dead process.
func TestOddModels(t *testing.T) {
	needSolver(t)
	const edge = 1 << 60
	for name, build := range map[string]func(m *cpsat.Model){
		"circuit of nothing":  func(m *cpsat.Model) { m.Circuit(nil) },
		"node without arcs":   func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{0, 2, m.Bool()}, {2, 0, m.Bool()}, {0, 2, m.Bool()}}) },
		"arcs one way":        func(m *cpsat.Model) { m.Circuit([]cpsat.Arc{{0, 1, m.Bool()}, {0, 1, m.Bool()}}) },
		"one literal on arcs": func(m *cpsat.Model) { b := m.Bool(); m.Circuit([]cpsat.Arc{{0, 1, b}, {1, 0, b}, {0, 0, b.Not()}}) },
		"no intervals":        func(m *cpsat.Model) { m.NoOverlap(); m.Cumulative(cpsat.Const(-3), nil, nil) },
		"interval with itself": func(m *cpsat.Model) {
			i := m.Interval(cpsat.Const(0), cpsat.Const(2), cpsat.Const(2))
			m.NoOverlap(i, i)
		},
		"none of none": func(m *cpsat.Model) { m.ExactlyOne(); m.AtMostOne(); m.AnyOf(nil) },
		"a literal and its negation": func(m *cpsat.Model) {
			b := m.Bool()
			m.ExactlyOne(b, b.Not())
			m.AnyOf([]cpsat.Lit{b, b, b.Not()}, b, b, b.Not())
		},
		"edges": func(m *cpsat.Model) {
			x := m.Int(-edge, edge)
			m.Between(-edge, cpsat.Sum(x), edge)
			m.AtMost(cpsat.Sum(x), math.MaxInt64)
			m.AtLeast(cpsat.Sum(x), math.MinInt64)
			m.Hint(x, math.MinInt64)
			m.Maximize(cpsat.Sum(x))
		},
		"interval at the edge": func(m *cpsat.Model) {
			x, y, size := m.Int(-edge/4, edge/4), m.Int(-edge/4, edge/4), m.Int(0, edge/4)
			m.NoOverlap(m.Interval(cpsat.Sum(x), cpsat.Sum(size), cpsat.Sum(y)), m.Interval(cpsat.Sum(y), cpsat.Sum(size), cpsat.Sum(x)))
		},
		"cumulative at the edge": func(m *cpsat.Model) {
			x, size := m.Int(-edge/4, edge/4), m.Int(0, edge/4)
			i := m.Interval(cpsat.Sum(x), cpsat.Sum(size), cpsat.Sum(m.Int(-edge/2, edge/2)))
			m.Cumulative(cpsat.Const(edge), []cpsat.Interval{i, i}, []cpsat.Expr{cpsat.Const(edge), cpsat.Const(1)})
		},
		"constant objective": func(m *cpsat.Model) { m.Int(0, 1); m.Maximize(cpsat.Const(-edge)) },
	} {
		m := cpsat.NewModel()
		build(m)
		r, err := m.Solve(t.Context(), cpsat.Options{DeterministicLimit: 0.01})
		if err != nil && !errors.Is(err, cpsat.ErrModel) {
			t.Errorf("%s: %v", name, err)
		}
		t.Logf("%s: %+v", name, r)
	}
}
