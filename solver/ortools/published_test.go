package ortools_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/highs"
)

// The published sets are not part of the repository. CALLOUT_DATA names a folder with sscflp_holmberg and gap; without it these tests
// are skipped. Each instance gets perInstance of wall time, within which small ones are proved and large ones bracketed.
const perInstance = 5 * time.Second

func dataFolder(t *testing.T, set string) string {
	t.Helper()
	needSolvers(t)
	root := os.Getenv("CALLOUT_DATA")
	if root == "" {
		t.Skip("CALLOUT_DATA is not set")
	}
	return filepath.Join(root, set)
}

func readFile(t *testing.T, path ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// numbers reads numbers from text, one after the other.
type numbers struct {
	t      *testing.T
	fields []string
}

func (n *numbers) next() float64 {
	x, err := strconv.ParseFloat(n.fields[0], 64)
	if err != nil {
		n.t.Fatal(err)
	}
	n.fields = n.fields[1:]
	return x
}

func (n *numbers) list(count int) []float64 {
	xs := make([]float64, count)
	for k := range xs {
		xs[k] = n.next()
	}
	return xs
}

// assign is what both sets are: customers, each wholly to one site, within capacities; sites may cost something to open.
type assign struct {
	sites, customers int
	open, capacity   []float64
	cost, demand     []float64 // By site, then customer.
}

// linear has a column per site, then per site and customer. The link x ≤ y per pair is what makes its relaxation tight.
func (a *assign) linear(integer bool) *highs.Model {
	m := &highs.Model{}
	for range a.customers {
		m.AddRow(1, 1)
	}
	for s := range a.sites {
		m.AddRow(-math.Inf(1), 0) // Demand within what is open.
		m.AddColumn(highs.Column{
			Cost: a.open[s], Upper: 1, Integer: integer,
			Entries: []highs.Entry{{Row: a.customers + s, Value: -a.capacity[s]}},
		})
	}
	for k, cost := range a.cost {
		s, c := k/a.customers, k%a.customers
		x := m.AddColumn(highs.Column{
			Cost: cost, Upper: 1, Integer: integer,
			Entries: []highs.Entry{{Row: c, Value: 1}, {Row: a.customers + s, Value: a.demand[k]}},
		})
		if a.open[s] > 0 {
			m.AddRow(-math.Inf(1), 0, highs.Term{Col: x, Value: 1}, highs.Term{Col: s, Value: -1})
		}
	}
	return m
}

// judge recomputes the cost of a solution of linear; it is infinite if the solution breaks a rule.
func (a *assign) judge(x []float64) float64 {
	total := 0.0
	load, times := make([]float64, a.sites), make([]float64, a.customers)
	for k, taken := range x[a.sites:] {
		total += taken * a.cost[k]
		load[k/a.customers] += taken * a.demand[k]
		times[k%a.customers] += taken
	}
	for s, sum := range load {
		total += x[s] * a.open[s]
		if sum > a.capacity[s]*x[s] {
			return math.Inf(1)
		}
	}
	for _, n := range times {
		if n != 1 {
			return math.Inf(1)
		}
	}
	return total
}

// cpsat solves the problem with CP-SAT; costs, demands and capacities are whole numbers.
func (a *assign) cpsat(ctx context.Context, o cpsat.Options) (objective, bound float64, err error) {
	m := cpsat.NewModel()
	cost := cpsat.Const(0)
	to := make([][]cpsat.Lit, a.customers)
	for s := range a.sites {
		load := cpsat.Const(0)
		for c := range a.customers {
			k, l := s*a.customers+c, m.Bool()
			to[c] = append(to[c], l)
			load, cost = load.PlusLit(int64(a.demand[k]), l), cost.PlusLit(int64(a.cost[k]), l)
		}
		y := m.Bool()
		cost = cost.PlusLit(int64(a.open[s]), y)
		m.AtMost(load.PlusLit(-int64(a.capacity[s]), y), 0)
	}
	for _, lits := range to {
		m.ExactlyOne(lits...)
	}
	m.Minimize(cost)
	r, err := m.Solve(ctx, o)
	if err != nil || !r.Solved() {
		return math.Inf(1), math.Inf(-1), err
	}
	return r.Objective, r.Bound, nil
}

// bracket solves a problem with both solvers and holds them against what is published: low ≤ optimum ≤ high.
func (a *assign) bracket(t *testing.T, low, high float64) (proved bool) {
	t.Helper()
	mip, err := a.linear(true).SolveMIP(t.Context(), highs.MIPOptions{TimeLimit: perInstance, RelativeGap: 1e-9})
	if err != nil {
		t.Fatal(err)
	}
	objective := math.Inf(1)
	if mip.X != nil {
		objective = a.judge(mip.X)
	}
	const eps = 1e-4
	if mip.Bound > high+eps || objective < low-eps || mip.X != nil && math.Abs(objective-mip.Objective) > eps {
		t.Errorf("HiGHS: %g to %g, judged %g; published %g to %g", mip.Bound, mip.Objective, objective, low, high)
	}
	if mip.Status == highs.Optimal && (objective > high+eps || objective < low-eps) {
		t.Errorf("HiGHS proves %g; published %g to %g", objective, low, high)
	}
	best, bound, err := a.cpsat(t.Context(), cpsat.Options{TimeLimit: perInstance})
	if err != nil {
		t.Fatal(err)
	}
	if bound > high+eps || best < low-eps || best == bound && best > high+eps {
		t.Errorf("CP-SAT: %g to %g; published %g to %g", bound, best, low, high)
	}
	lp, err := highs.NewLP(a.linear(false))
	if err != nil {
		t.Fatal(err)
	}
	defer lp.Close()
	relaxed, err := lp.Solve(t.Context(), highs.LPOptions{})
	if err != nil || relaxed.Objective > high+eps {
		t.Errorf("relaxation %+v, %v; published %g", relaxed, err, high)
	}
	t.Logf("published %g to %g; HiGHS %.1f to %g (%v); CP-SAT %.1f to %g; LP %.1f", low, high, mip.Bound, objective, mip.Status, bound, best,
		relaxed.Objective)
	return min(objective, best) <= high+eps
}

func TestFacilityLocation(t *testing.T) {
	folder := dataFolder(t, "sscflp_holmberg")
	reached, all := 0, 0
	optima := strings.Fields(string(readFile(t, folder, "os")))
	for k, s := range optima {
		optimum, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("p%d", k+1)
		if _, err := os.Stat(filepath.Join(folder, name)); os.IsNotExist(err) {
			continue // Whoever has a part of the set tests with that.
		}
		t.Run(name, func(t *testing.T) {
			all++
			in := numbers{t: t, fields: strings.Fields(string(readFile(t, folder, name)))}
			a := &assign{sites: int(in.next()), customers: int(in.next())}
			for range a.sites {
				a.capacity, a.open = append(a.capacity, in.next()), append(a.open, in.next())
			}
			demand := in.list(a.customers)
			for range a.sites {
				a.demand = append(a.demand, demand...)
			}
			a.cost = in.list(a.sites * a.customers)
			if a.bracket(t, optimum, optimum) {
				reached++
			}
		})
	}
	t.Logf("%d of %d published optima reached", reached, all)
}

// Up to 200 jobs: 24 instances of five types.
func TestGeneralisedAssignment(t *testing.T) {
	folder := dataFolder(t, "gap")
	reached, all := 0, 0
	for line := range strings.Lines(string(readFile(t, folder, "bounds.txt"))) {
		var name string
		var low, high float64
		if _, err := fmt.Sscan(line, &name, &low, &high); err != nil {
			t.Fatal(err)
		}
		name, minimise := strings.CutSuffix(name, "_Min")
		if !minimise || !strings.HasSuffix(name, "100") && !strings.HasSuffix(name, "200") {
			continue
		}
		b, err := unzip(filepath.Join(folder, name+".zip"))
		if os.IsNotExist(err) {
			continue
		}
		t.Run(name, func(t *testing.T) {
			if err != nil {
				t.Fatal(err)
			}
			in := numbers{t: t, fields: strings.Fields(string(b))}
			a := &assign{sites: int(in.next()), customers: int(in.next())}
			a.cost, a.demand = in.list(a.sites*a.customers), in.list(a.sites*a.customers)
			a.capacity, a.open = in.list(a.sites), make([]float64, a.sites)
			all++
			if a.bracket(t, low, high) {
				reached++
			}
		})
	}
	t.Logf("%d of %d published best values reached", reached, all)
}

func unzip(path string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	archive, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		return nil, err
	}
	file, err := archive.File[0].Open()
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(file)
}
