package cpsat

import "slices"

// Interval is a stretch of time of one model: a start, a size and an end with start + size = end. An optional one may be absent; then
// its start, size and end are free and it takes no room.
type Interval int32

// Interval makes an interval. Start, size and end are expressions of at most one variable each, and size is one that cannot be negative.
// If all literals of onlyIf are true it demands start + size = end, else it is absent.
func (m *Model) Interval(start, size, end Expr, onlyIf ...Lit) Interval {
	var parts [3][]term
	ok := true
	for k, e := range []Expr{start, size, end} {
		terms, fine := m.checkAffine(e)
		parts[k] = terms
		ok = ok && fine
	}
	if lo := m.least(parts[1], size.offset); ok && lo < 0 {
		m.faultf("constraint %d: the size of an interval can be %d", m.count, lo)
		ok = false
	}
	var content []byte
	if ok {
		content = appendExpr(content, fieldStart, parts[0], start.offset)
		content = appendExpr(content, fieldEnd, parts[2], end.offset)
		content = appendExpr(content, fieldSize, parts[1], size.offset)
	}
	m.add(ok, onlyIf, fieldInterval, content)
	interval := Interval(m.count - 1)
	if ok {
		// CP-SAT relates the three only where something uses the interval.
		length := minus(end, start)
		m.Equal(minus(length, size), 0, onlyIf...)
	}
	return interval
}

// NoOverlap demands that present intervals do not overlap.
func (m *Model) NoOverlap(intervals ...Interval) {
	m.add(m.checkIntervals(intervals), nil, fieldNoOverlap, appendIntervals(nil, fieldNoOverlapIntervals, intervals))
}

// Cumulative demands that at every moment the demands of the present intervals add up to capacity at most. Demands and capacity are
// expressions of at most one variable each, not negative.
func (m *Model) Cumulative(capacity Expr, intervals []Interval, demands []Expr) {
	ok := m.checkIntervals(intervals)
	if len(intervals) != len(demands) {
		m.faultf("constraint %d: %d intervals with %d demands", m.count, len(intervals), len(demands))
		ok = false
	}
	terms, fine := m.checkAffine(capacity)
	ok = ok && fine
	content := appendExpr(nil, fieldCapacity, terms, capacity.offset)
	content = appendIntervals(content, fieldCumulativeIntervals, intervals)
	for _, d := range demands {
		terms, fine := m.checkAffine(d)
		ok = ok && fine
		if lo := m.least(terms, d.offset); lo < 0 {
			m.faultf("constraint %d: a demand can be %d", m.count, lo)
			ok = false
		}
		content = appendExpr(content, fieldDemands, terms, d.offset)
	}
	m.add(ok, nil, fieldCumulative, content)
}

// Arc leads from a node to another if its literal is true. Nodes are numbered from 0.
type Arc struct {
	From, To int32
	Lit      Lit
}

// Circuit demands that the arcs taken form one circuit through all nodes that have arcs. A node may be left out by an arc to itself.
func (m *Model) Circuit(arcs []Arc) {
	ok := true
	tails, heads, lits := make([]int32, len(arcs)), make([]int32, len(arcs)), make([]Lit, len(arcs))
	var last int32 = -1
	for k, a := range arcs {
		if a.From < 0 || a.To < 0 {
			m.faultf("constraint %d: arc from %d to %d", m.count, a.From, a.To)
			ok = false
		}
		last = max(last, a.From, a.To)
		tails[k], heads[k], lits[k] = a.From, a.To, a.Lit
	}
	// CP-SAT keeps tables by node: a stray number must not make them huge.
	if ok && int(last) >= len(arcs) {
		m.faultf("constraint %d: nodes up to %d cannot all be entered by %d arcs", m.count, last, len(arcs))
		ok = false
	}
	ok = m.checkLits(lits) && ok
	m.add(ok, nil, fieldCircuit, appendCircuit(nil, tails, heads, lits))
}

func (m *Model) checkIntervals(intervals []Interval) bool {
	for _, i := range intervals {
		if i < 0 || int(i) >= len(m.intervals) || !m.intervals[i] {
			m.faultf("constraint %d: %d is no interval of the model", m.count, i)
			return false
		}
	}
	return true
}

func (m *Model) checkAffine(e Expr) (terms []term, ok bool) {
	terms, ok = m.check(e)
	if len(terms) > 1 {
		m.faultf("constraint %d: an expression of %d variables where one is allowed", m.count, len(terms))
		return nil, false
	}
	return terms, ok
}

// least is the smallest value of an expression whose terms have been checked.
func (m *Model) least(terms []term, offset int64) int64 {
	for _, t := range terms {
		offset += min(t.coef*m.domains[t.v].lo, t.coef*m.domains[t.v].hi)
	}
	return offset
}

// minus returns a - b.
func minus(a, b Expr) Expr {
	terms := slices.Clone(a.terms)
	for _, t := range b.terms {
		terms = append(terms, term{v: t.v, coef: -t.coef})
	}
	return Expr{terms: terms, offset: a.offset}.PlusConst(-b.offset)
}
