package exact

import (
	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// pause holds the variables of a break of a shift.
type pause struct {
	*model.Break

	taken cpsat.Lit
	start cpsat.Var
}

// pause makes the variables of break k, those of the stops included.
func (b *builder) pause(s *shift, k int) pause {
	def := &s.Breaks[k]
	x := pause{Break: def, taken: b.m.Bool(), start: b.m.Int(def.Earliest, max(def.Earliest, def.Latest))}
	if def.Latest < def.Earliest {
		b.m.AnyOf([]cpsat.Lit{x.taken.Not()})
	}
	b.m.Equal(cpsat.Sum(x.start), def.Earliest, x.taken.Not())
	for _, st := range s.stops {
		st.after = append(st.after, b.m.Bool())
	}
	return x
}

// breaks: each break that is owed is taken, within the shift, behind the breaks before it, and not during a stop.
func (b *builder) breaks(s *shift) {
	m := b.m
	for k := range s.pauses {
		x := &s.pauses[k]
		m.Implies(x.taken, s.used)
		m.AtLeast(cpsat.Sum(x.start).Plus(-1, s.depart), 0, x.taken)
		m.AtLeast(cpsat.Sum(s.finish).Plus(-1, x.start), x.Duration, x.taken)
		for l := range k {
			y := &s.pauses[l]
			m.AtLeast(cpsat.Sum(x.start).Plus(-1, y.start), y.Duration, x.taken, y.taken)
		}
		for _, st := range s.stops {
			after := st.after[k]
			m.Implies(after, st.here, x.taken)
			m.AtLeast(cpsat.Sum(x.start).Plus(-1, st.start), st.dur, after)
			m.AtLeast(cpsat.Sum(st.start).Plus(-1, x.start), x.Duration, st.here, x.taken, after.Not())
		}
		b.owed(s, k)
	}
	b.spells(s)
}

// owed: a break is left out only by who departs after its latest start, or finishes by it and takes no later break.
func (b *builder) owed(s *shift, k int) {
	m, x := b.m, &s.pauses[k]
	late, over := m.Bool(), m.Bool()
	m.AtLeast(cpsat.Sum(s.depart), x.Latest+1, late)
	m.AtMost(cpsat.Sum(s.finish), x.Latest, over)
	for l := k + 1; l < len(s.pauses); l++ {
		m.Implies(over, s.pauses[l].taken.Not())
	}
	m.AnyOf([]cpsat.Lit{x.taken, late, over}, s.used)
}

// spells: the time between departure, breaks and finish is capped. A spell is one from break k to break l, where the start of
// the route counts as break -1 and its end as the one behind the last.
func (b *builder) spells(s *shift) {
	if s.MaxSpell >= model.NoCap {
		return
	}
	n := len(s.pauses)
	for k := -1; k < n; k++ {
		for l := k + 1; l <= n; l++ {
			span, when := cpsat.Const(0), []cpsat.Lit{s.used}
			if k < 0 {
				span = span.Plus(-1, s.depart)
			} else {
				span = span.Plus(-1, s.pauses[k].start).PlusConst(-s.pauses[k].Duration)
				when = append(when, s.pauses[k].taken)
			}
			if l == n {
				span = span.Plus(1, s.finish)
			} else {
				span = span.Plus(1, s.pauses[l].start)
				when = append(when, s.pauses[l].taken)
			}
			for i := k + 1; i < l; i++ {
				when = append(when, s.pauses[i].taken.Not())
			}
			b.m.AtMost(span, s.MaxSpell, when...)
		}
	}
}

// worked is the working time: finish less departure less unpaid breaks.
func (s *shift) worked() cpsat.Expr {
	e := cpsat.Sum(s.finish).Plus(-1, s.depart)
	for _, x := range s.pauses {
		if !x.Paid {
			e = e.PlusLit(-x.Duration, x.taken)
		}
	}
	return e
}

// caps on working and driving time.
func (b *builder) caps(s *shift) {
	if s.MaxWork < model.NoCap {
		b.m.AtMost(s.worked(), s.MaxWork)
	}
	if s.MaxDrive < model.NoCap {
		sum := cpsat.Const(0)
		for _, a := range s.arcs {
			drive, _, _ := b.drive(s, a)
			sum = sum.PlusLit(drive, a.taken)
		}
		b.m.AtMost(sum, s.MaxDrive)
	}
}
