package search

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"time"

	"callout/solver/ortools/highs"
	"callout/solver/route"
)

// master is the linear programme over columns: every job in at least one route or left out, no more routes of a class than
// it has shifts, no more from a stock than it holds. Covering, not partitioning: its duals are of one sign and its basis
// hardly degenerate, and surplus visits are easily taken out. Columns are priced by hand and enter as they pay, so that the
// programme stays small; it stays in the solver, and goes on from its last basis.
type master struct {
	in      *route.Instance
	lp      *highs.LP
	columns []column         // in the order of the programme's columns, behind those for jobs left out
	have    map[uint64]int64 // by name: the least cost among columns
	unit    float64          // search cost per unit of the objective
	class   []int            // per class: its row
	stock   map[int32]int    // rows by stock
	rows    int
}

// scale is the objective of the first plan: costs come in all sizes, solvers want them in the middle.
const scale = 1e6

// newMaster returns the master without columns. cost is that of a plan to compare with.
func newMaster(in *route.Instance, cost int64) (*master, error) {
	m := &master{in: in, unit: max(1, float64(cost)) / scale, have: make(map[uint64]int64), stock: make(map[int32]int)}
	var model highs.Model
	m.frame(&model)
	m.rows = model.NumRows()
	var err error
	m.lp, err = highs.NewLP(&model)
	return m, err
}

// frame gives a model its rows, and a column per job that leaves it out.
func (m *master) frame(model *highs.Model) {
	in := m.in
	for range in.NJobs {
		model.AddRow(1, math.Inf(1))
	}
	shifts := make([]int, in.NShifts())
	for k := range shifts {
		shifts[in.Class(int32(k))]++
	}
	m.class = make([]int, len(shifts))
	for c, n := range shifts {
		if n > 0 {
			m.class[c] = model.AddRow(math.Inf(-1), float64(n))
		}
	}
	in.SharedStocks(func(stock int32, qty int64) {
		m.stock[stock] = model.AddRow(math.Inf(-1), float64(qty))
	})
	for j := range in.NJobs {
		// Some prices stand for "never"; the greatest one that matters keeps the numbers close together.
		lost := min(float64(in.Lost(int32(j)))/m.unit, scale)
		model.AddColumn(highs.Column{Cost: lost, Upper: 1, Integer: true, Entries: []highs.Entry{{Row: j, Value: 1}}})
	}
}

// column is c in the model's terms.
func (m *master) column(c *column) highs.Column {
	h := highs.Column{Cost: float64(c.cost) / m.unit, Upper: 1, Integer: true}
	for _, u := range c.stops {
		if j := m.in.Job(u); j >= 0 {
			h.Entries = append(h.Entries, highs.Entry{Row: int(j), Value: 1})
		}
	}
	h.Entries = append(h.Entries, highs.Entry{Row: m.class[m.in.Class(c.shift)], Value: 1})
	for _, d := range c.draws {
		h.Entries = append(h.Entries, highs.Entry{Row: m.stock[d.stock], Value: float64(d.qty)})
	}
	return h
}

// admit puts columns into the programme.
func (m *master) admit(columns []*column) error {
	add := make([]highs.Column, len(columns))
	for k, c := range columns {
		var own column
		own.copyFrom(c)
		m.columns = append(m.columns, own)
		m.have[c.name] = c.cost
		add[k] = m.column(c)
		add[k].Upper = math.Inf(1) // the rows say so already
	}
	return m.lp.AddColumns(add...)
}

// holds tells whether the programme has a column with these jobs that is no dearer.
func (m *master) holds(c *column) bool {
	cost, ok := m.have[c.name]
	return ok && cost <= c.cost
}

// priced is a column with its reduced cost.
type priced struct {
	*column
	reduced float64
}

// cheapestFirst orders columns by reduced cost.
func cheapestFirst(a, b priced) int {
	return cmp.Or(cmp.Compare(a.reduced, b.reduced), cmp.Compare(a.name, b.name))
}

// pays is how much a column has to win, of the scale, to enter.
const pays = 1e-7 * scale

var errUnsolved = errors.New("search: the linear programme was not solved")

// solve finds the least cost of fractions of columns, of the pool's and its own, and returns it with all columns whose
// reduced cost is less than the gap between it and cost: no better plan has another one. limit is wall time, 0 for none.
func (m *master) solve(ctx context.Context, p *pool, cost float64, limit time.Duration) (bound float64, near []priced, err error) {
	begin := time.Now()
	var out []priced // columns of the pool that are not in the programme
	for {
		var opt highs.LPOptions
		opt.Iterations = 20 * m.rows
		if limit > 0 {
			opt.TimeLimit = max(limit-time.Since(begin), time.Microsecond)
		}
		r, err := m.lp.Solve(ctx, opt)
		if err != nil {
			return 0, nil, err
		}
		if r.Status != highs.Optimal {
			return 0, nil, errUnsolved
		}
		out = m.price(p, r.Dual, out[:0])
		pay := slices.IndexFunc(out, func(c priced) bool { return c.reduced > -pays })
		if pay < 0 {
			pay = len(out)
		}
		if pay == 0 {
			return r.Objective, m.near(r, out, cost-r.Objective), nil
		}
		enter := make([]*column, 0, m.in.NJobs)
		for _, c := range out[:min(pay, m.in.NJobs)] {
			enter = append(enter, c.column)
		}
		if err := m.admit(enter); err != nil {
			return 0, nil, err
		}
	}
}

// price appends the pool's columns that are not in the programme, the least reduced cost first.
func (m *master) price(p *pool, dual []float64, out []priced) []priced {
	for k := range p.columns {
		c := &p.columns[k]
		if m.holds(c) {
			continue
		}
		reduced := float64(c.cost)/m.unit - dual[m.class[m.in.Class(c.shift)]]
		for _, u := range c.stops {
			if j := m.in.Job(u); j >= 0 {
				reduced -= dual[j]
			}
		}
		for _, d := range c.draws {
			reduced -= dual[m.stock[d.stock]] * float64(d.qty)
		}
		out = append(out, priced{c, reduced})
	}
	slices.SortFunc(out, cheapestFirst)
	return out
}

// near are the columns of the programme and of the rest whose reduced cost is less than gap.
func (m *master) near(r *highs.LPResult, rest []priced, gap float64) []priced {
	var out []priced
	for k := range m.columns {
		c := &m.columns[k]
		if x := r.Reduced[m.in.NJobs+k]; x < gap && m.have[c.name] == c.cost {
			out = append(out, priced{c, x})
		}
	}
	for _, c := range rest {
		if c.reduced < gap {
			out = append(out, c)
		}
	}
	return out
}

// shrink forgets the programme where it has grown out of proportion: most of its columns are of long ago, and a new one is
// solved sooner than the old one goes on.
func (m *master) shrink(cost int64) error {
	if len(m.columns) <= poolSize {
		return nil
	}
	m.lp.Close()
	fresh, err := newMaster(m.in, cost)
	if err == nil {
		*m = *fresh
	}
	return err
}
