package highs

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"
)

// LP is a linear programme that stays in the solver: after a change, Solve goes on from the last basis. It is one goroutine's at a time and
// must be closed. Changes that are refused change nothing.
type LP struct {
	s             *instance
	columns, rows int
	entries       int
	offset        float64
}

// LPOptions of a solve.
type LPOptions struct {
	TimeLimit  time.Duration // Wall time; none if 0.
	Iterations int           // Of the simplex method; no limit if 0.
}

// LPResult of a solve. The slices are nil unless the status is Optimal.
//
// A dual is what the objective gains per unit of the row's binding bound, a reduced cost per unit of the column's binding bound, for both
// senses. So reduced cost = cost - Σ dual·coefficient, and when minimising a column that is not in the LP pays if that is negative.
type LPResult struct {
	Status     Status
	Objective  float64
	X          []float64 // By column.
	Reduced    []float64 // By column.
	Activity   []float64 // By row: a·x.
	Dual       []float64 // By row.
	Iterations int64     // Of the simplex method, in this solve.
}

var errClosed = errors.New("highs: the LP is closed")

// NewLP hands a model to the solver. That columns are integer plays no part. Errors: those of Err, ortools.ErrUnavailable.
func NewLP(m *Model) (*LP, error) {
	if err := m.Err(); err != nil {
		return nil, err
	}
	s, err := acquire()
	if err != nil {
		return nil, err
	}
	if err := s.pass(m, false); err != nil {
		s.release()
		return nil, err
	}
	return &LP{s: s, columns: len(m.cost), rows: len(m.rowLower), entries: len(m.entries), offset: m.Offset}, nil
}

// Close gives the solver back. The LP must not be used afterwards; another Close does nothing.
func (p *LP) Close() {
	if p.s != nil {
		p.s.release()
		p.s = nil
	}
}

// NumColumns is the number of columns.
func (p *LP) NumColumns() int { return p.columns }

// NumRows is the number of rows.
func (p *LP) NumRows() int { return p.rows }

// AddColumns adds variables, in one go; the first gets the index NumColumns had before. The basis stays: they start at a bound.
func (p *LP) AddColumns(columns ...Column) error {
	if p.s == nil {
		return errClosed
	}
	n, nz := len(columns), 0
	for k := range columns {
		if err := checkColumn(columns[k], p.rows); err != nil {
			return fmt.Errorf("highs: column %d: %w", p.columns+k, err)
		}
		nz += len(columns[k].Entries)
	}
	if n == 0 {
		return nil
	}
	if err := p.grow(n, 0, nz); err != nil {
		return err
	}
	numbers := make([]float64, 3*n)
	cost, lower, upper := numbers[:n], numbers[n:2*n], numbers[2*n:]
	a := matrix{start: make([]int32, n), index: make([]int32, 0, nz), value: make([]float64, 0, nz)}
	for k := range columns {
		c := &columns[k]
		cost[k], lower[k], upper[k] = c.Cost, c.Lower, c.Upper
		a.start[k] = int32(len(a.index))
		for _, e := range c.Entries {
			a.index, a.value = append(a.index, int32(e.Row)), append(a.value, e.Value)
		}
	}
	if err := p.s.addColumns(cost, lower, upper, a); err != nil {
		return err
	}
	p.columns, p.entries = p.columns+n, p.entries+nz
	return nil
}

// AddRow adds a constraint; it gets the index NumRows had before.
func (p *LP) AddRow(lower, upper float64, terms ...Term) error {
	if p.s == nil {
		return errClosed
	}
	if err := checkRow(lower, upper, terms, p.columns); err != nil {
		return fmt.Errorf("highs: row %d: %w", p.rows, err)
	}
	if err := p.grow(0, 1, len(terms)); err != nil {
		return err
	}
	index, value := make([]int32, len(terms)), make([]float64, len(terms))
	for k, t := range terms {
		index[k], value[k] = int32(t.Col), t.Value
	}
	if err := p.s.addRow(lower, upper, index, value); err != nil {
		return err
	}
	p.rows, p.entries = p.rows+1, p.entries+len(terms)
	return nil
}

// grow refuses what HiGHS could not count.
func (p *LP) grow(columns, rows, entries int) error {
	if max(p.columns+columns, p.rows+rows, p.entries+entries) > maxSize {
		return fmt.Errorf("highs: %d columns, %d rows, %d coefficients", p.columns+columns, p.rows+rows, p.entries+entries)
	}
	return nil
}

// SetCost changes a column's cost.
func (p *LP) SetCost(col int, cost float64) error {
	if err := p.has("column", col, p.columns, checkCost(cost)); err != nil {
		return err
	}
	return p.s.setCost(col, cost)
}

// SetBounds changes a column's bounds.
func (p *LP) SetBounds(col int, lower, upper float64) error {
	if err := p.has("column", col, p.columns, checkBounds(lower, upper)); err != nil {
		return err
	}
	return p.s.setBounds(col, lower, upper)
}

// SetRowBounds changes a row's bounds.
func (p *LP) SetRowBounds(row int, lower, upper float64) error {
	if err := p.has("row", row, p.rows, checkBounds(lower, upper)); err != nil {
		return err
	}
	return p.s.setRowBounds(row, lower, upper)
}

func (p *LP) has(what string, index, count int, fault error) error {
	switch {
	case p.s == nil:
		return errClosed
	case index < 0 || index >= count:
		return fmt.Errorf("highs: %s %d of %d", what, index, count)
	case fault != nil:
		return fmt.Errorf("highs: %s %d: %w", what, index, fault)
	}
	return nil
}

// Solve finds an optimal vertex, from the last basis if there is one. The end of ctx stops it; then the error is the context's cause. The
// LP can be solved again unless the library did not stop at once; then it is closed. Other ends are statuses.
func (p *LP) Solve(ctx context.Context, o LPOptions) (*LPResult, error) {
	switch {
	case p.s == nil:
		return nil, errClosed
	case o.TimeLimit < 0 || o.Iterations < 0 || o.Iterations > math.MaxInt32:
		return nil, fmt.Errorf("highs: options out of range: %+v", o)
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	}
	limit, iterations := math.Inf(1), math.MaxInt32
	if o.TimeLimit > 0 {
		limit = o.TimeLimit.Seconds()
	}
	if o.Iterations > 0 {
		iterations = o.Iterations
	}
	if err := errors.Join(p.s.set("time_limit", limit), p.s.set("simplex_iteration_limit", iterations)); err != nil {
		return nil, err
	}
	code, err := p.s.run(ctx, nil)
	switch {
	case errors.Is(err, errLeft):
		p.s = nil
		return nil, context.Cause(ctx)
	case err != nil:
		return nil, err
	}
	r := &LPResult{Status: statusOf(ctx, code), Iterations: p.s.count("simplex_iteration_count")}
	switch {
	case r.Status == Interrupted && ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case r.Status != Optimal:
		return r, nil
	}
	r.Objective = p.offset // Of an LP without columns, where HiGHS forgets it.
	if p.columns > 0 {
		r.Objective = p.s.number("objective_function_value")
	}
	r.X, r.Reduced = make([]float64, p.columns), make([]float64, p.columns)
	r.Activity, r.Dual = make([]float64, p.rows), make([]float64, p.rows)
	return r, p.s.solution(r.X, r.Reduced, r.Activity, r.Dual)
}
