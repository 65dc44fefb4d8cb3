package cpsat_test

import (
	"math/rand/v2"
	"testing"

	"callout/solver/ortools/cpsat"
)

// puzzle is a random model together with a judge of it that enumerates all assignments.
type puzzle struct {
	m     *cpsat.Model
	rng   *rand.Rand
	vars  []cpsat.Var
	lits  []cpsat.Lit
	lo    []int64 // By variable, booleans included.
	hi    []int64
	rules []func(x []int64) bool
	cost  func(x []int64) int64
}

type linear func(x []int64) int64

func (p *puzzle) truth(l cpsat.Lit) func(x []int64) bool {
	if l < 0 {
		return func(x []int64) bool { return x[l.Not()] == 0 }
	}
	return func(x []int64) bool { return x[l] == 1 }
}

func (p *puzzle) all(lits []cpsat.Lit) func(x []int64) bool {
	return func(x []int64) bool { return p.count(lits)(x) == int64(len(lits)) }
}

func (p *puzzle) count(lits []cpsat.Lit) linear {
	return func(x []int64) (n int64) {
		for _, l := range lits {
			if p.truth(l)(x) {
				n++
			}
		}
		return n
	}
}

// lit is a random literal, never the same twice in a list.
func (p *puzzle) some(n int) []cpsat.Lit {
	var lits []cpsat.Lit
	for _, k := range p.rng.Perm(len(p.lits))[:n] {
		l := p.lits[k]
		if p.rng.IntN(2) == 0 {
			l = l.Not()
		}
		lits = append(lits, l)
	}
	return lits
}

func (p *puzzle) expr() (cpsat.Expr, linear) {
	c := int64(p.rng.IntN(7) - 3)
	e, f := cpsat.Const(c), linear(func([]int64) int64 { return c })
	for range p.rng.IntN(4) {
		coef, g := int64(p.rng.IntN(9)-4), f
		if p.rng.IntN(2) == 0 {
			v := p.vars[p.rng.IntN(len(p.vars))]
			e, f = e.Plus(coef, v), func(x []int64) int64 { return g(x) + coef*x[v] }
			continue
		}
		l := p.some(1)
		e, f = e.PlusLit(coef, l[0]), func(x []int64) int64 { return g(x) + coef*p.count(l)(x) }
	}
	return e, f
}

// simple is an expression of one variable at most.
func (p *puzzle) simple() (cpsat.Expr, linear) {
	c, coef, v := int64(p.rng.IntN(5)-1), int64(p.rng.IntN(4)-1), p.vars[p.rng.IntN(len(p.vars))]
	return cpsat.Const(c).Plus(coef, v), func(x []int64) int64 { return c + coef*x[v] }
}

func (p *puzzle) rule(r func(x []int64) bool) { p.rules = append(p.rules, r) }

type interval struct {
	id               cpsat.Interval
	start, size, end linear
	present          func(x []int64) bool
}

func (p *puzzle) interval() interval {
	start, f := p.simple()
	size, g, v := cpsat.Const(5), linear(func(x []int64) int64 { return 5 }), p.rng.IntN(3)
	if p.lo[v] >= -2 {
		size, g = cpsat.Const(2).Plus(1, p.vars[v]), func(x []int64) int64 { return 2 + x[v] }
	}
	end, h := p.simple()
	if p.rng.IntN(2) == 0 { // Else they hardly ever fit.
		length := int64(p.rng.IntN(4))
		size, g = cpsat.Const(length), func([]int64) int64 { return length }
		end, h = start.PlusConst(length), func(x []int64) int64 { return f(x) + length }
	}
	condition := p.some(p.rng.IntN(2))
	i := interval{id: p.m.Interval(start, size, end, condition...), start: f, size: g, end: h, present: p.all(condition)}
	p.rule(func(x []int64) bool { return !i.present(x) || f(x)+g(x) == h(x) })
	return i
}

func (p *puzzle) constrain() {
	switch p.rng.IntN(8) {
	case 0, 1:
		e, f := p.expr()
		lo := int64(p.rng.IntN(9) - 6)
		hi, condition := lo+int64(p.rng.IntN(8)), p.some(p.rng.IntN(2))
		p.m.Between(lo, e, hi, condition...)
		p.rule(func(x []int64) bool { return !p.all(condition)(x) || lo <= f(x) && f(x) <= hi })
	case 2:
		lits, condition := p.some(p.rng.IntN(3)), p.some(p.rng.IntN(2))
		p.m.AnyOf(lits, condition...)
		p.rule(func(x []int64) bool { return !p.all(condition)(x) || p.count(lits)(x) > 0 })
	case 3:
		lits := p.some(p.rng.IntN(len(p.lits) + 1))
		p.m.AtMostOne(lits...)
		p.rule(func(x []int64) bool { return p.count(lits)(x) <= 1 })
	case 4:
		lits := p.some(1 + p.rng.IntN(len(p.lits)))
		p.m.ExactlyOne(lits...)
		p.rule(func(x []int64) bool { return p.count(lits)(x) == 1 })
	case 5:
		lits := p.some(p.rng.IntN(len(p.lits)) + 1)
		p.m.Implies(lits[0], lits[1:]...)
		p.rule(func(x []int64) bool { return !p.truth(lits[0])(x) || p.all(lits[1:])(x) })
	case 6:
		a, b := p.interval(), p.interval()
		p.m.NoOverlap(a.id, b.id)
		p.rule(func(x []int64) bool {
			return !a.present(x) || !b.present(x) || a.end(x) <= b.start(x) || b.end(x) <= a.start(x)
		})
	case 7:
		a, b := p.interval(), p.interval()
		capacity, one, two := int64(p.rng.IntN(4)), int64(p.rng.IntN(3)), int64(p.rng.IntN(3))
		p.m.Cumulative(cpsat.Const(capacity), []cpsat.Interval{a.id, b.id}, []cpsat.Expr{cpsat.Const(one), cpsat.Const(two)})
		p.rule(func(x []int64) bool {
			for at := int64(-20); at < 40; at++ {
				var load int64
				if a.present(x) && a.start(x) <= at && at < a.end(x) {
					load += one
				}
				if b.present(x) && b.start(x) <= at && at < b.end(x) {
					load += two
				}
				if load > capacity {
					return false
				}
			}
			return true
		})
	}
}

// best enumerates.
func (p *puzzle) best() (cost int64, ok bool) {
	x := make([]int64, len(p.lo))
	copy(x, p.lo)
	for {
		if p.holds(x) && (!ok || p.cost(x) < cost) {
			cost, ok = p.cost(x), true
		}
		k := 0
		for ; k < len(x) && x[k] == p.hi[k]; k++ {
			x[k] = p.lo[k]
		}
		if k == len(x) {
			return cost, ok
		}
		x[k]++
	}
}

func (p *puzzle) holds(x []int64) bool {
	for _, r := range p.rules {
		if !r(x) {
			return false
		}
	}
	return true
}

// Random small models against enumeration: whatever the checks here let through, CP-SAT takes, and it means the same by it.
func TestRandomModelsAgainstEnumeration(t *testing.T) {
	needSolver(t)
	feasible := 0
	const models = 400
	for seed := range uint64(models) {
		p := &puzzle{m: cpsat.NewModel(), rng: rand.New(rand.NewPCG(seed, 1))}
		for range 3 {
			lo := int64(p.rng.IntN(6) - 3)
			hi := lo + int64(p.rng.IntN(6))
			p.vars = append(p.vars, p.m.Int(lo, hi))
			p.lo, p.hi = append(p.lo, lo), append(p.hi, hi)
		}
		for range 3 {
			p.lits = append(p.lits, p.m.Bool())
			p.lo, p.hi = append(p.lo, 0), append(p.hi, 1)
		}
		for range 1 + p.rng.IntN(4) {
			p.constrain()
		}
		e, f := p.expr()
		p.cost = f
		p.m.Minimize(e)
		p.m.Hint(p.vars[0], int64(p.rng.IntN(40)-20))

		r, err := p.m.Solve(t.Context(), cpsat.Options{Seed: int32(seed)})
		if err != nil {
			t.Errorf("seed %d: %v", seed, err)
			continue
		}
		want, ok := p.best()
		switch {
		case !ok && r.Status != cpsat.Infeasible:
			t.Errorf("seed %d: %v %g, want infeasible", seed, r.Status, r.Objective)
		case ok && (r.Status != cpsat.Optimal || r.Objective != float64(want)):
			t.Errorf("seed %d: %v %g, want %d", seed, r.Status, r.Objective, want)
		case ok:
			feasible++
			x := make([]int64, len(p.lo))
			for v := range x {
				x[v] = r.Value(cpsat.Var(v))
			}
			if !p.holds(x) || p.cost(x) != want {
				t.Errorf("seed %d: %v breaks a rule or costs %d", seed, x, p.cost(x))
			}
		}
	}
	if feasible < models/4 || feasible > models*19/20 {
		t.Errorf("%d of %d are feasible: the models say little", feasible, models)
	}
}
