package engine

import "callout/solver/model"

// book keeps what excerpts of a plan need to know of the whole: who has which shifts, and who takes what. It is not changed.
type book struct {
	p      *model.Problem
	plan   *model.Plan
	shifts [][]model.ShiftIdx // per technician
	taken  *ledger
	wide   bool // some travel is
}

// newBook reads a plan with one route per shift.
func newBook(p *model.Problem, plan *model.Plan) *book {
	b := &book{p: p, plan: plan, shifts: make([][]model.ShiftIdx, len(p.Technicians)), taken: newLedger(p, plan), wide: p.Wide()}
	for s := range p.Shifts {
		t := p.Shifts[s].Tech
		b.shifts[t] = append(b.shifts[t], model.ShiftIdx(s))
	}
	return b
}
