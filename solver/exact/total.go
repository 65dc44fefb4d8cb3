package exact

import (
	"math/bits"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// maxTotal bounds what a tier's total may reach: CP-SAT compares objective and bound as doubles, which are exact up to 2^53.
const maxTotal = 1 << 52

// total is the sum of a tier: prices times variables that are not negative.
type total struct {
	terms []priced
	most  uint64 // no value of the sum exceeds this
	wide  bool   // most itself does not fit
}

type priced struct {
	v    cpsat.Var
	coef model.Cost
}

// expr is the sum as an expression of its own.
func (t *total) expr() cpsat.Expr {
	e := cpsat.Const(0)
	for _, p := range t.terms {
		e = e.Plus(p.coef, p.v)
	}
	return e
}

// value of the sum in a solution.
func (t *total) value(r *cpsat.Result) model.Cost {
	var sum model.Cost
	for _, p := range t.terms {
		sum += p.coef * r.Value(p.v)
	}
	return sum
}

// grow takes note that the sum may grow by coef times most.
func (t *total) grow(coef, most uint64) {
	hi, lo := bits.Mul64(coef, most)
	sum, carry := bits.Add64(t.most, lo, 0)
	t.most = sum
	t.wide = t.wide || hi+carry > 0 || sum > maxTotal
}

// pay adds a price per unit of a variable, which is no more than most, to the term's tier.
func (b *builder) pay(term model.Term, coef model.Cost, v cpsat.Var, most int64) {
	if coef == 0 {
		return
	}
	b.negative = b.negative || coef < 0
	t := &b.tier[b.p.Objective.Tier[term]]
	t.terms = append(t.terms, priced{v, coef})
	t.grow(uint64(max(0, coef)), uint64(max(0, most)))
}

// payIf adds a price that is due where a literal, not a negated one, is true.
func (b *builder) payIf(term model.Term, cost model.Cost, l cpsat.Lit) {
	b.pay(term, cost, cpsat.Var(l), 1)
}
