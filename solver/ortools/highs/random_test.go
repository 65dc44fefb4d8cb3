package highs_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"callout/solver/ortools/highs"
)

// program is a small random model, kept in plain slices beside the solver's.
type program struct {
	m            *highs.Model
	cost         []float64
	lower, upper []float64
	a            [][]float64 // By row, then column.
	low, high    []float64   // By row.
}

func randomProgram(rng *rand.Rand) *program {
	p := &program{m: &highs.Model{Maximize: rng.IntN(2) == 0, Offset: float64(rng.IntN(9))}}
	n := 1 + rng.IntN(5)
	for range n {
		c, lo := float64(rng.IntN(11)-5), float64(rng.IntN(5)-3)
		hi := lo + float64(rng.IntN(4))
		p.cost, p.lower, p.upper = append(p.cost, c), append(p.lower, lo), append(p.upper, hi)
		p.m.AddColumn(highs.Column{Cost: c, Lower: lo, Upper: hi, Integer: true})
	}
	for range rng.IntN(4) {
		row := make([]float64, n)
		var terms []highs.Term
		for _, col := range rng.Perm(n)[:1+rng.IntN(n)] { // In any order.
			row[col] = float64(rng.IntN(9) - 4)
			terms = append(terms, highs.Term{Col: col, Value: row[col]})
		}
		low := float64(rng.IntN(12) - 8)
		high := low + float64(rng.IntN(10))
		switch rng.IntN(4) {
		case 0:
			low = -inf
		case 1:
			high = inf
		}
		p.a, p.low, p.high = append(p.a, row), append(p.low, low), append(p.high, high)
		p.m.AddRow(low, high, terms...)
	}
	return p
}

func (p *program) value(x []float64) float64 {
	sum := p.m.Offset
	for k, c := range p.cost {
		sum += c * x[k]
	}
	return sum
}

func (p *program) holds(x []float64) bool {
	const eps = 1e-6
	for r, row := range p.a {
		sum := 0.0
		for k, v := range row {
			sum += v * x[k]
		}
		if sum < p.low[r]-eps || sum > p.high[r]+eps {
			return false
		}
	}
	for k := range x {
		if x[k] < p.lower[k]-eps || x[k] > p.upper[k]+eps {
			return false
		}
	}
	return true
}

// best enumerates whole numbers.
func (p *program) best() (value float64, ok bool) {
	x := append([]float64(nil), p.lower...)
	for {
		if v := p.value(x); p.holds(x) && (!ok || p.m.Maximize && v > value || !p.m.Maximize && v < value) {
			value, ok = v, true
		}
		k := 0
		for ; k < len(x) && x[k] == p.upper[k]; k++ {
			x[k] = p.lower[k]
		}
		if k == len(x) {
			return value, ok
		}
		x[k]++
	}
}

// Random MIPs against enumeration, and their relaxations against the conditions of optimality.
func TestRandomProgramsAgainstEnumeration(t *testing.T) {
	needSolver(t)
	feasible := 0
	const programs = 400
	for seed := range uint64(programs) {
		p := randomProgram(rand.New(rand.NewPCG(seed, 2)))
		want, ok := p.best()
		mip := solveMIP(t, p.m, highs.MIPOptions{RelativeGap: 1e-9})
		switch {
		case !ok && mip.Status != highs.Infeasible:
			t.Errorf("seed %d: %v %g, want infeasible", seed, mip.Status, mip.Objective)
		case ok && (mip.Status != highs.Optimal || mip.Objective != want || math.Abs(mip.Bound-want) > 1e-6):
			t.Errorf("seed %d: %v %g above %g, want %g", seed, mip.Status, mip.Objective, mip.Bound, want)
		case ok && (!p.holds(mip.X) || p.value(mip.X) != want):
			t.Errorf("seed %d: %v does not hold", seed, mip.X)
		}

		lp, err := highs.NewLP(p.m)
		if err != nil {
			t.Fatal(err)
		}
		r := solveLP(t, lp)
		lp.Close()
		if r.Status == highs.Optimal {
			p.checkDuals(t, seed, r)
			feasible++
		}
		if ok && (r.Status != highs.Optimal || p.m.Maximize && r.Objective < want-1e-6 || !p.m.Maximize && r.Objective > want+1e-6) {
			t.Errorf("seed %d: relaxation %v %g of %g", seed, r.Status, r.Objective, want)
		}
	}
	if feasible < programs/4 || feasible == programs {
		t.Errorf("%d of %d are feasible: the programs say little", feasible, programs)
	}
}

// checkDuals: reduced cost = cost - Σ dual·a, the objective is what duals and reduced costs make of the bounds, and what is not at a
// bound has no price. Together with feasibility that proves the optimum.
func (p *program) checkDuals(t *testing.T, seed uint64, r *highs.LPResult) {
	t.Helper()
	const eps = 1e-6
	sense := 1.0
	if p.m.Maximize {
		sense = -1
	}
	price := func(what string, dual, x, low, high float64) float64 {
		switch {
		case math.Abs(dual) < eps:
			return 0
		case sense*dual > 0 && math.Abs(x-low) > eps, sense*dual < 0 && math.Abs(x-high) > eps:
			t.Errorf("seed %d: %s is priced %g at %g within %g to %g", seed, what, dual, x, low, high)
		}
		return dual * x
	}
	total := p.m.Offset
	for k := range p.cost {
		reduced := p.cost[k]
		for row := range p.a {
			reduced -= r.Dual[row] * p.a[row][k]
		}
		if math.Abs(reduced-r.Reduced[k]) > eps {
			t.Errorf("seed %d: reduced cost of column %d is %g, want %g", seed, k, r.Reduced[k], reduced)
		}
		total += price("a column", reduced, r.X[k], p.lower[k], p.upper[k])
	}
	for row := range p.a {
		total += price("a row", r.Dual[row], r.Activity[row], p.low[row], p.high[row])
	}
	if math.Abs(total-r.Objective) > eps || !p.holds(r.X) || math.Abs(p.value(r.X)-r.Objective) > eps {
		t.Errorf("seed %d: objective %g, dual %g, at %v", seed, r.Objective, total, r.X)
	}
}
