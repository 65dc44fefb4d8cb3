package cpsat_test

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"testing"
	"time"

	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/ortoolstest"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

func needSolver(t *testing.T) {
	t.Helper()
	ortoolstest.Need(t, cpsat.Available())
}

func solve(t *testing.T, m *cpsat.Model, o cpsat.Options) *cpsat.Result {
	t.Helper()
	needSolver(t)
	r, err := m.Solve(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// hard is a model that keeps the solver busy for minutes: a quadratic assignment of n places, as linear constraints.
func hard(n int) *cpsat.Model {
	m := cpsat.NewModel()
	at := make([][]cpsat.Lit, n)
	for i := range at {
		at[i] = bools(m, n)
		m.ExactlyOne(at[i]...)
	}
	cost := cpsat.Const(0)
	for j := range n {
		column := make([]cpsat.Lit, n)
		for i := range n {
			column[i] = at[i][j]
		}
		m.ExactlyOne(column...)
	}
	for i := range n {
		for k := range i {
			d := m.Int(0, 1000)
			for j := range n {
				for l := range n {
					if j != l {
						m.AtLeast(cpsat.Sum(d), int64((i*7+k*13)%11)*int64((j*5+l*3)%17), at[i][j], at[k][l])
					}
				}
			}
			cost = cost.Plus(1, d)
		}
	}
	m.Minimize(cost)
	return m
}

func TestTimeLimit(t *testing.T) {
	began := time.Now()
	r := solve(t, hard(10), cpsat.Options{TimeLimit: 300 * time.Millisecond})
	if took := time.Since(began); took > 2*time.Second || took < 250*time.Millisecond {
		t.Errorf("took %v under a limit of 300 ms", took)
	}
	if r.Status != cpsat.Feasible && r.Status != cpsat.Unknown {
		t.Errorf("%v, want a search that was cut short", r.Status)
	}
}

func TestRepeatable(t *testing.T) {
	o := cpsat.Options{DeterministicLimit: 0.05, Seed: 7}
	m := hard(7)
	a, b := solve(t, m, o), solve(t, m, o)
	if a.Objective != b.Objective || a.Bound != b.Bound || a.DeterministicTime != b.DeterministicTime || a.DeterministicTime < 0.04 {
		t.Errorf("%+v\n%+v", a, b)
	}
}

// A complete hint is a solution at once, even without time to search for another.
func TestHint(t *testing.T) {
	m := hard(9)
	first := solve(t, m, cpsat.Options{FirstSolution: true})
	better := solve(t, m, cpsat.Options{DeterministicLimit: 0.2})
	if !first.Solved() || !better.Solved() || better.Objective >= first.Objective {
		t.Fatalf("first %g, better %g", first.Objective, better.Objective)
	}
	m.HintFrom(better)
	again := solve(t, m, cpsat.Options{FirstSolution: true})
	if again.Objective > better.Objective {
		t.Errorf("%g from a hint of %g", again.Objective, better.Objective)
	}
}

// Whether a better relaxation pays differs from model to model, but not that it is another one.
func TestLinearization(t *testing.T) {
	o := cpsat.Options{DeterministicLimit: 0.1}
	m := hard(7)
	little := solve(t, m, o)
	o.Linearization = 2
	if much := solve(t, m, o); much.Bound == little.Bound && much.DeterministicTime == little.DeterministicTime {
		t.Errorf("bound %g after %g, whatever the relaxation", much.Bound, much.DeterministicTime)
	}
}

func TestSeveralWorkers(t *testing.T) {
	r := solve(t, hard(6), cpsat.Options{Workers: 4, TimeLimit: 500 * time.Millisecond})
	if !r.Solved() {
		t.Error(r.Status)
	}
}

func TestCancel(t *testing.T) {
	needSolver(t)
	limit := ortoolstest.Limit(t, false)
	m := hard(10)
	cause := errors.New("enough")
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 30 * time.Millisecond, 300 * time.Millisecond} {
		ctx, cancel := context.WithCancelCause(t.Context())
		var ended time.Time
		timer := time.AfterFunc(after, func() { ended = time.Now(); cancel(cause) })
		_, err := m.Solve(ctx, cpsat.Options{})
		if late := time.Since(ended); late > limit() {
			t.Errorf("cancelled after %v: %v late", after, late)
		}
		timer.Stop()
		if !errors.Is(err, cause) {
			t.Errorf("cancelled after %v: error %v", after, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r, err := m.Solve(ctx, cpsat.Options{}); !errors.Is(err, context.Canceled) || r != nil {
		t.Errorf("cancelled before: %v, %v", r, err)
	}
}

// The process's own handling of SIGINT works during a solve.
func TestInterruptIsLeftAlone(t *testing.T) {
	needSolver(t)
	got := make(chan os.Signal, 1)
	signal.Notify(got, os.Interrupt)
	defer signal.Stop(got)
	go func() {
		time.Sleep(150 * time.Millisecond)
		if self, err := os.FindProcess(os.Getpid()); err == nil {
			_ = self.Signal(os.Interrupt)
		}
	}()
	r := solve(t, hard(10), cpsat.Options{TimeLimit: 400 * time.Millisecond})
	select {
	case <-got:
	case <-time.After(time.Second):
		t.Error("SIGINT did not arrive")
	}
	if r.Status == cpsat.Optimal || r.Status == cpsat.Infeasible {
		t.Errorf("%v: the solve ended too early to tell", r.Status)
	}
}
