package highs

import (
	"errors"
	"fmt"
	"math"
)

// Term is a coefficient of a row, for one column.
type Term struct {
	Col   int
	Value float64
}

// Entry is a coefficient of a column, for one row.
type Entry struct {
	Row   int
	Value float64
}

// Column is a variable with its place in the rows that exist already, each at most once.
type Column struct {
	Cost         float64
	Lower, Upper float64 // Infinite where there is no bound.
	Integer      bool    // Ignored by an LP.
	Entries      []Entry
}

// Model is a linear model under construction, then ready to be solved. The zero value minimises over nothing. Only one goroutine may
// build; several may solve a model that nobody changes any more.
type Model struct {
	Maximize bool
	Offset   float64

	cost, lower, upper []float64 // By column.
	integer            []int32   // By column: 1 for a whole number.
	rowLower, rowUpper []float64
	entries            []entry

	faults []error
}

type entry struct {
	row, col int32
	value    float64
}

// NumColumns is the number of columns.
func (m *Model) NumColumns() int { return len(m.cost) }

// NumRows is the number of rows.
func (m *Model) NumRows() int { return len(m.rowLower) }

// Err returns what is wrong with the model so far, nil if nothing. Solvers return the same.
func (m *Model) Err() error {
	err := errors.Join(m.faults...)
	if math.IsNaN(m.Offset) || math.IsInf(m.Offset, 0) {
		err = errors.Join(err, fmt.Errorf("highs: offset %g", m.Offset))
	}
	if max(len(m.entries), len(m.cost), len(m.rowLower)) > maxSize {
		err = errors.Join(err, fmt.Errorf("highs: %d rows, %d columns, %d coefficients", len(m.rowLower), len(m.cost), len(m.entries)))
	}
	return err
}

// AddColumn adds a variable and returns its index.
func (m *Model) AddColumn(c Column) int {
	col := len(m.cost)
	if err := checkColumn(c, len(m.rowLower)); err != nil {
		m.fault(fmt.Errorf("highs: column %d: %w", col, err))
		c = Column{} // Keeps indices right.
	}
	m.cost = append(m.cost, c.Cost)
	m.lower, m.upper = append(m.lower, c.Lower), append(m.upper, c.Upper)
	var integer int32
	if c.Integer {
		integer = 1
	}
	m.integer = append(m.integer, integer)
	for _, e := range c.Entries {
		m.addEntry(e.Row, col, e.Value)
	}
	return col
}

// AddRow adds a constraint over columns that exist already, each at most once, and returns its index.
func (m *Model) AddRow(lower, upper float64, terms ...Term) int {
	row := len(m.rowLower)
	if err := checkRow(lower, upper, terms, len(m.cost)); err != nil {
		m.fault(fmt.Errorf("highs: row %d: %w", row, err))
		lower, upper, terms = 0, 0, nil
	}
	m.rowLower, m.rowUpper = append(m.rowLower, lower), append(m.rowUpper, upper)
	for _, t := range terms {
		m.addEntry(row, t.Col, t.Value)
	}
	return row
}

func (m *Model) addEntry(row, col int, value float64) {
	if value != 0 {
		m.entries = append(m.entries, entry{row: int32(row), col: int32(col), value: value})
	}
}

// maxFaults bounds what Err reports.
const maxFaults = 20

func (m *Model) fault(err error) {
	if len(m.faults) < maxFaults {
		m.faults = append(m.faults, err)
	}
}

// matrix is a model in the form that the library takes: entries by column (or by row) with the start of each.
type matrix struct {
	start []int32
	index []int32
	value []float64
}

// byColumn sorts the entries by column, in linear time; within a column they keep their order.
func (m *Model) byColumn() matrix {
	a := matrix{start: make([]int32, len(m.cost)+1), index: make([]int32, len(m.entries)), value: make([]float64, len(m.entries))}
	for _, e := range m.entries {
		a.start[e.col+1]++
	}
	for col := range m.cost {
		a.start[col+1] += a.start[col]
	}
	next := append([]int32(nil), a.start...)
	for _, e := range m.entries {
		k := next[e.col]
		next[e.col]++
		a.index[k], a.value[k] = e.row, e.value
	}
	return a
}

// huge is where HiGHS refuses coefficients; costs and bounds from 1e20 on it takes for infinite.
const (
	huge     = 1e15
	infinite = 1e20
	maxSize  = math.MaxInt32 // HiGHS counts in 32 bits.
)

func checkBounds(lower, upper float64) error {
	switch {
	case math.IsNaN(lower) || math.IsNaN(upper) || lower > upper:
		return fmt.Errorf("bounds %g to %g", lower, upper)
	case lower >= infinite || upper <= -infinite:
		return fmt.Errorf("bounds %g to %g leave nothing", lower, upper)
	}
	return nil
}

func checkCost(cost float64) error {
	if math.IsNaN(cost) || math.Abs(cost) >= infinite {
		return fmt.Errorf("cost %g", cost)
	}
	return nil
}

func checkColumn(c Column, rows int) error {
	err := errors.Join(checkBounds(c.Lower, c.Upper), checkCost(c.Cost))
	if err != nil {
		return err
	}
	return checkCoefs("row", len(c.Entries), rows, func(k int) (int, float64) { return c.Entries[k].Row, c.Entries[k].Value })
}

func checkRow(lower, upper float64, terms []Term, columns int) error {
	if err := checkBounds(lower, upper); err != nil {
		return err
	}
	return checkCoefs("column", len(terms), columns, func(k int) (int, float64) { return terms[k].Col, terms[k].Value })
}

// checkCoefs checks n coefficients: indices below count, none twice.
func checkCoefs(what string, n, count int, at func(k int) (int, float64)) error {
	last, ascending := -1, true
	for k := range n {
		i, value := at(k)
		switch {
		case i < 0 || i >= count:
			return fmt.Errorf("%s %d of %d", what, i, count)
		case math.IsNaN(value) || math.Abs(value) >= huge:
			return fmt.Errorf("%s %d: coefficient %g", what, i, value)
		}
		ascending = ascending && i > last
		last = i
	}
	if ascending {
		return nil // The usual case needs no memory.
	}
	seen := make(map[int]bool, n)
	for k := range n {
		i, _ := at(k)
		if seen[i] {
			return fmt.Errorf("%s %d twice", what, i)
		}
		seen[i] = true
	}
	return nil
}
