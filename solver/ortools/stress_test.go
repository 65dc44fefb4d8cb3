package ortools_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

func needSolvers(t *testing.T) {
	t.Helper()
	ortoolstest.Need(t, cpsat.Available(), highs.Available())
}

// cover is a set covering problem: every row at least once by columns with costs.
type cover struct {
	rows    int
	columns [][]int
	cost    []int64
	optimum float64
}

func newCover(rng *rand.Rand, rows, columns int) *cover {
	c := &cover{rows: rows}
	for k := range columns {
		at := rng.Perm(rows)[:2+rng.IntN(6)]
		at[0] = k % rows
		slices.Sort(at)
		c.columns = append(c.columns, slices.Compact(at))
		c.cost = append(c.cost, int64(10+rng.IntN(90)))
	}
	return c
}

func (c *cover) column(k int, integer bool) highs.Column {
	col := highs.Column{Cost: float64(c.cost[k]), Upper: math.Inf(1), Integer: integer}
	for _, row := range c.columns[k] {
		col.Entries = append(col.Entries, highs.Entry{Row: row, Value: 1})
	}
	return col
}

func (c *cover) linear(columns int, integer bool) *highs.Model {
	m := &highs.Model{}
	for range c.rows {
		m.AddRow(1, math.Inf(1))
	}
	for k := range columns {
		m.AddColumn(c.column(k, integer))
	}
	return m
}

func (c *cover) mip(ctx context.Context, seed int32) (float64, error) {
	m := c.linear(len(c.columns), true)
	calls := 0
	r, err := m.SolveMIP(ctx, highs.MIPOptions{Seed: seed, OnIncumbent: func(highs.Incumbent) bool { calls++; return true }})
	if err != nil {
		return 0, err
	}
	if calls == 0 {
		return 0, errors.New("no incumbent")
	}
	return r.Objective, nil
}

// lp adds the second half of the columns while the LP is hot, and answers the optimum if its bound is below that.
func (c *cover) lp(ctx context.Context) (float64, error) {
	n := len(c.columns) / 2
	lp, err := highs.NewLP(c.linear(n, false))
	if err != nil {
		return 0, err
	}
	defer lp.Close()
	first, err := lp.Solve(ctx, highs.LPOptions{})
	if err != nil {
		return 0, err
	}
	for k := n; k < len(c.columns); k++ {
		if err := lp.AddColumns(c.column(k, false)); err != nil {
			return 0, err
		}
	}
	last, err := lp.Solve(ctx, highs.LPOptions{})
	switch {
	case err != nil:
		return 0, err
	case first.Status != highs.Optimal || last.Status != highs.Optimal || last.Objective > first.Objective+1e-6:
		return 0, fmt.Errorf("%v %g, then %v %g", first.Status, first.Objective, last.Status, last.Objective)
	case last.Objective > c.optimum+1e-6:
		return last.Objective, nil
	}
	return c.optimum, nil
}

func (c *cover) cpsat(ctx context.Context, seed int32) (float64, error) {
	m := cpsat.NewModel()
	rows := make([][]cpsat.Lit, c.rows)
	cost := cpsat.Const(0)
	for k, at := range c.columns {
		l := m.Bool()
		for _, row := range at {
			rows[row] = append(rows[row], l)
		}
		cost = cost.PlusLit(c.cost[k], l)
	}
	for _, row := range rows {
		m.AnyOf(row)
	}
	m.Minimize(cost)
	r, err := m.Solve(ctx, cpsat.Options{Seed: seed})
	if err != nil {
		return 0, err
	}
	return r.Objective, nil
}

func (c *cover) solve(ctx context.Context, rng *rand.Rand) (float64, error) {
	switch rng.IntN(3) {
	case 0:
		return c.lp(ctx)
	case 1:
		return c.mip(ctx, rng.Int32())
	default:
		return c.cpsat(ctx, rng.Int32())
	}
}

// reserve is by how much the resident size may grow once all kinds of solves have run on all goroutines.
const reserve = 48 << 20

// TestManyAtOnce: solves of all kinds on eight goroutines, one of four cancelled at random. CALLOUT_ORTOOLS_SOLVES sets their number.
func TestManyAtOnce(t *testing.T) {
	needSolvers(t)
	solves, long := 160, false
	if s := os.Getenv("CALLOUT_ORTOOLS_SOLVES"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		solves, long = n, true
	}
	limit := ortoolstest.Limit(t, long)
	rng := rand.New(rand.NewPCG(1, 1))
	small := make([]*cover, 12)
	for k := range small {
		small[k] = newCover(rng, 25, 80)
		optimum, err := small[k].mip(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		small[k].optimum = optimum
	}
	large := newCover(rng, 250, 5000) // Minutes for a MIP or CP-SAT, and a good part of a second for an LP.

	const goroutines = 8
	var mu sync.Mutex
	var latencies []time.Duration
	cancelled := 0
	run := func(batch, n int) {
		var wg sync.WaitGroup
		for g := range goroutines {
			wg.Go(func() {
				rng := rand.New(rand.NewPCG(uint64(batch), uint64(g)))
				for k := g; k < n; k += goroutines {
					if rng.IntN(4) > 0 {
						c := small[rng.IntN(len(small))]
						if got, err := c.solve(t.Context(), rng); err != nil || math.Abs(got-c.optimum) > 1e-6 {
							t.Errorf("%g, %v, want %g", got, err, c.optimum)
						}
						continue
					}
					late, ended := cancelSolve(t, large, rng)
					mu.Lock()
					cancelled++
					if ended {
						latencies = append(latencies, late)
					}
					mu.Unlock()
				}
			})
		}
		wg.Wait()
	}

	run(0, solves/4)
	warm := resident()
	run(1, solves-solves/4)
	cold := resident()
	slices.Sort(latencies)
	t.Logf("%d solves, %d cancelled, %d of these while they ran: median %v, longest %v; resident %d MiB after a quarter, %d MiB at the end",
		solves, cancelled, len(latencies), latencies[len(latencies)/2], latencies[len(latencies)-1], warm>>20, cold>>20)
	if longest := latencies[len(latencies)-1]; longest > limit() {
		t.Errorf("a cancelled solve went on for %v", longest)
	}
	if cold > warm+reserve {
		t.Errorf("resident size grew from %d to %d MiB", warm>>20, cold>>20)
	}
}

// cancelSolve ends a solve some time within 150 ms and returns how long it went on, and whether it was running at all then.
func cancelSolve(t *testing.T, c *cover, rng *rand.Rand) (late time.Duration, running bool) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var ended time.Time
	done := make(chan struct{})
	timer := time.AfterFunc(time.Duration(rng.IntN(150_000))*time.Microsecond, func() { ended = time.Now(); cancel(); close(done) })
	_, err := c.solve(ctx, rng)
	back := time.Now()
	if timer.Stop() {
		if err != nil {
			t.Error(err)
		}
		return 0, false
	}
	<-done
	if err != nil && !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	return back.Sub(ended), true
}

// resident is the process's resident size in bytes, without what the Go heap could give back; 0 where it is not known.
func resident() int64 {
	debug.FreeOSMemory()
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	pages, err := strconv.ParseInt(strings.Fields(string(b))[1], 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
