package cpsat

import (
	"cmp"
	"math/bits"
	"slices"
)

// Var is a whole-number variable of one model.
type Var int32

// Lit is a boolean variable of one model, or its negation: -1-v, as in CP-SAT.
type Lit int32

// Not is the negation.
func (l Lit) Not() Lit { return -1 - l }

// variable is the variable below the literal, and whether the literal is its negation.
func (l Lit) variable() (v Var, negated bool) {
	if l < 0 {
		return Var(-1 - l), true
	}
	return Var(l), false
}

type term struct {
	v    Var
	coef int64
}

// Expr is a linear expression with whole coefficients. Its methods return the longer expression, like append: the old value must not
// be extended again.
type Expr struct {
	terms  []term
	offset int64
	wide   bool // The offset has overflowed.
}

// Sum adds up variables.
func Sum(vars ...Var) Expr {
	e := Expr{terms: make([]term, 0, len(vars)+1)}
	for _, v := range vars {
		e = e.Plus(1, v)
	}
	return e
}

// Const is an expression without variables.
func Const(c int64) Expr { return Expr{offset: c} }

// Plus adds coef·v.
func (e Expr) Plus(coef int64, v Var) Expr {
	e.terms = append(e.terms, term{v: v, coef: coef})
	return e
}

// PlusLit adds coef if l is true.
func (e Expr) PlusLit(coef int64, l Lit) Expr {
	v, negated := l.variable()
	if !negated {
		return e.Plus(coef, v)
	}
	return e.Plus(-coef, v).PlusConst(coef) // coef·(1-v)
}

// PlusConst adds a number.
func (e Expr) PlusConst(c int64) Expr {
	sum := e.offset + c
	e.wide = e.wide || (sum > e.offset) != (c > 0) && c != 0
	e.offset = sum
	return e
}

// merged returns the terms by variable, each variable once, without zeros.
func (e Expr) merged() []term {
	terms := slices.Clone(e.terms)
	slices.SortStableFunc(terms, func(a, b term) int { return cmp.Compare(a.v, b.v) })
	out := terms[:0]
	for _, t := range terms {
		if n := len(out); n > 0 && out[n-1].v == t.v {
			out[n-1].coef += t.coef
			continue
		}
		out = append(out, t)
	}
	return slices.DeleteFunc(out, func(t term) bool { return t.coef == 0 })
}

// limit bounds every number and every sum that a model may reach. CP-SAT wants sums to fit into 63 bits with some room.
const limit = 1 << 60

// magnitude of a number; that of the smallest int64 fits as well.
func magnitude(x int64) uint64 {
	if x < 0 {
		return -uint64(x)
	}
	return uint64(x)
}

// addProduct returns sum + a·b, or false beyond the limit.
func addProduct(sum, a, b uint64) (uint64, bool) {
	hi, lo := bits.Mul64(a, b)
	if hi != 0 || lo > limit {
		return 0, false
	}
	sum += lo
	return sum, sum <= limit
}
