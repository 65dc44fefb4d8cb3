package cpsat

import (
	"errors"
	"fmt"
	"slices"
)

// Model is a model under construction, then ready to be solved. The zero value is not usable: NewModel. Only one goroutine may build;
// several may solve a model that nobody changes any more.
//
// Methods that add constraints take literals of a condition (onlyIf): the constraint binds when all of them are true.
type Model struct {
	domains []domain
	bools   []bool

	variables   []byte // Encoded IntegerVariableProto fields of the model.
	constraints []byte // Encoded ConstraintProto fields of the model.
	count       int32  // Number of constraints.
	intervals   []bool // By index of constraint: it is an interval.

	objective Expr
	sense     int64 // Of the objective: 1 to minimise, -1 to maximise, 0 without one.
	hints     map[Var]int64

	faults []error
}

type domain struct{ lo, hi int64 }

// NewModel returns a model without variables.
func NewModel() *Model {
	return &Model{hints: make(map[Var]int64)}
}

// maxFaults bounds what Err reports: a loop that goes wrong would say the same a million times.
const maxFaults = 20

func (m *Model) faultf(format string, args ...any) {
	if len(m.faults) < maxFaults {
		m.faults = append(m.faults, fmt.Errorf("cpsat: "+format, args...))
	}
}

// Err returns what is wrong with the model so far, nil if nothing. Solve returns the same.
func (m *Model) Err() error { return errors.Join(m.faults...) }

// NumVars is the number of variables, booleans included.
func (m *Model) NumVars() int { return len(m.domains) }

// Int makes a variable with lo ≤ value ≤ hi.
func (m *Model) Int(lo, hi int64) Var {
	if lo > hi {
		m.faultf("variable %d: domain %d to %d is empty", len(m.domains), lo, hi)
	}
	if magnitude(lo) > limit || magnitude(hi) > limit {
		m.faultf("variable %d: domain %d to %d exceeds 2^60", len(m.domains), lo, hi)
	}
	m.domains = append(m.domains, domain{lo, hi})
	m.bools = append(m.bools, false)
	m.variables = appendVariable(m.variables, lo, hi)
	return Var(len(m.domains) - 1)
}

// Bool makes a boolean variable and returns its positive literal.
func (m *Model) Bool() Lit {
	v := m.Int(0, 1)
	m.bools[v] = true
	return Lit(v)
}

// Between demands lo ≤ e ≤ hi.
func (m *Model) Between(lo int64, e Expr, hi int64, onlyIf ...Lit) {
	terms, ok := m.check(e)
	if lo > hi {
		m.faultf("constraint %d: bounds %d to %d are empty", m.count, lo, hi)
		ok = false
	}
	// Bounds beyond every sum are none. Clamping keeps the offset's subtraction from overflowing.
	lo, hi = max(lo, -2*limit), min(hi, 2*limit)
	m.add(ok, onlyIf, fieldLinear, appendLinear(nil, terms, lo-e.offset, hi-e.offset))
}

// AtMost demands e ≤ hi.
func (m *Model) AtMost(e Expr, hi int64, onlyIf ...Lit) { m.Between(-2*limit, e, hi, onlyIf...) }

// AtLeast demands e ≥ lo.
func (m *Model) AtLeast(e Expr, lo int64, onlyIf ...Lit) { m.Between(lo, e, 2*limit, onlyIf...) }

// Equal demands e = value.
func (m *Model) Equal(e Expr, value int64, onlyIf ...Lit) { m.Between(value, e, value, onlyIf...) }

// Square demands square = v².
func (m *Model) Square(square, v Var) {
	if !m.has(square) || !m.has(v) {
		m.faultf("constraint %d: variable %d or %d is not in the model", m.count, square, v)
		m.add(false, nil, fieldProduct, nil)
		return
	}
	d := m.domains[v]
	most := max(magnitude(d.lo), magnitude(d.hi))
	_, ok := addProduct(0, most, most)
	if !ok {
		m.faultf("constraint %d: the square can exceed 2^60", m.count)
	}
	one := []term{{v: v, coef: 1}}
	content := appendExpr(nil, fieldTarget, []term{{v: square, coef: 1}}, 0)
	content = appendExpr(appendExpr(content, fieldFactors, one, 0), fieldFactors, one, 0)
	m.add(ok, nil, fieldProduct, content)
}

// Implies demands that all of then hold if l does.
func (m *Model) Implies(l Lit, then ...Lit) {
	m.add(m.checkLits(then), []Lit{l}, fieldBoolAnd, appendLits(nil, fieldLiterals, then))
}

// AnyOf demands that at least one literal is true; without literals it cannot hold.
func (m *Model) AnyOf(lits []Lit, onlyIf ...Lit) {
	m.add(m.checkLits(lits), onlyIf, fieldBoolOr, appendLits(nil, fieldLiterals, lits))
}

// ExactlyOne demands that one literal is true and no other.
func (m *Model) ExactlyOne(lits ...Lit) {
	m.add(m.checkDistinct(lits), nil, fieldExactlyOne, appendLits(nil, fieldLiterals, lits))
}

// AtMostOne demands that no two literals are true.
func (m *Model) AtMostOne(lits ...Lit) {
	m.add(m.checkDistinct(lits), nil, fieldAtMostOne, appendLits(nil, fieldLiterals, lits))
}

// Minimize sets the objective, in place of any other.
func (m *Model) Minimize(e Expr) { m.setObjective(e, 1) }

// Maximize sets the objective, in place of any other.
func (m *Model) Maximize(e Expr) { m.setObjective(e, -1) }

func (m *Model) setObjective(e Expr, sense int64) {
	terms, ok := m.check(e)
	if ok {
		m.objective, m.sense = Expr{terms: terms, offset: e.offset}, sense
	}
}

// Hint proposes a value from which the search starts, in place of an earlier one. It need not be feasible, nor given for all variables.
func (m *Model) Hint(v Var, value int64) {
	if !m.has(v) {
		m.faultf("hint for variable %d, which is not in the model", v)
		return
	}
	// CP-SAT takes hints outside the domain and moves them in; numbers out of its range it does not.
	m.hints[v] = min(max(value, -limit), limit)
}

// HintLit proposes a truth value.
func (m *Model) HintLit(l Lit, value bool) {
	v, negated := l.variable()
	var x int64
	if value != negated {
		x = 1
	}
	m.Hint(v, x)
}

// HintFrom proposes the solution of an earlier Solve of this model or of one that it was extended from. Without one it does nothing.
func (m *Model) HintFrom(r *Result) {
	for v, x := range r.values {
		m.Hint(Var(v), x)
	}
}

// ClearHints forgets all hints.
func (m *Model) ClearHints() { clear(m.hints) }

func (m *Model) has(v Var) bool { return v >= 0 && int(v) < len(m.domains) }

// check returns the merged terms of an expression whose variables are the model's and whose values stay within the limit.
func (m *Model) check(e Expr) (terms []term, ok bool) {
	sum := magnitude(e.offset)
	for _, t := range e.terms {
		if !m.has(t.v) {
			m.faultf("constraint %d: variable %d is not in the model", m.count, t.v)
			return nil, false
		}
		d := m.domains[t.v]
		var fits bool
		// At least 1 for the bound, so that coefficients of variables fixed to 0 are bounded too.
		sum, fits = addProduct(sum, magnitude(t.coef), max(magnitude(d.lo), magnitude(d.hi), 1))
		if !fits {
			e.wide = true
			break
		}
	}
	if e.wide || sum > limit {
		m.faultf("constraint %d: the expression can exceed 2^60", m.count)
		return nil, false
	}
	return e.merged(), true
}

func (m *Model) checkLits(lits []Lit) bool {
	for _, l := range lits {
		if v, _ := l.variable(); !m.has(v) || !m.bools[v] {
			m.faultf("constraint %d: literal %d is no boolean of the model", m.count, l)
			return false
		}
	}
	return true
}

// checkDistinct refuses a literal named twice, which "one of" would silently force to be false.
func (m *Model) checkDistinct(lits []Lit) bool {
	if !m.checkLits(lits) {
		return false
	}
	sorted := slices.Sorted(slices.Values(lits))
	for k := 1; k < len(sorted); k++ {
		if sorted[k] == sorted[k-1] {
			m.faultf("constraint %d: literal %d twice", m.count, sorted[k])
			return false
		}
	}
	return true
}

// add appends a constraint of which the content has been checked, with its condition.
func (m *Model) add(ok bool, onlyIf []Lit, kind fieldNumber, content []byte) {
	if m.checkLits(onlyIf) && ok {
		m.constraints = appendConstraint(m.constraints, onlyIf, kind, content)
	}
	m.count++
	m.intervals = append(m.intervals, ok && kind == fieldInterval)
}
