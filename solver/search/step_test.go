package search

import (
	"math/rand/v2"
	"sync/atomic"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/route"
)

// warm returns a searcher that has gone through many steps, so that its memory has grown to what it needs.
func warm(tb testing.TB, p *model.Problem, steps int) *searcher {
	tb.Helper()
	in, err := route.Compile(p)
	if err != nil {
		tb.Fatal(err)
	}
	s := newSearcher(in, 1, 0)
	s.orders = newOrders(in)
	var stop atomic.Bool
	s.construct(&stop)
	s.calibrate(&limits{iterations: 1 << 40, stop: &stop}, func(*searcher) {})
	for range steps {
		s.step(s.heat.cold)
	}
	return s
}

func TestStepDoesNotAllocate(t *testing.T) {
	if invariants || testing.Short() {
		t.Skip("takes thousands of steps; the full recomputation after each allocates")
	}
	for name, p := range map[string]*model.Problem{
		"plain": modeltest.Plain(80, 12, 1), "rich": modeltest.Rich(50, 6, 1), "rush": modeltest.Rush(50, 6, 1),
		"shipped": modeltest.Shipped(50, 6, 1),
	} {
		s := warm(t, p, 2000)
		n := 1.0
		for range 5 { // now and then a route is longer than any before
			if n = testing.AllocsPerRun(300, func() { s.step(s.heat.cold) }); n == 0 {
				break
			}
		}
		if n != 0 {
			t.Errorf("%s: %v allocations per step", name, n)
		}
	}
}

// One step in steady state; iterations per second are the inverse.
func BenchmarkStep(b *testing.B) {
	for _, c := range []struct {
		name string
		p    *model.Problem
	}{
		{"plain/100", modeltest.Plain(100, 12, 1)},
		{"plain/200", modeltest.Plain(200, 25, 1)},
		{"plain/1000", modeltest.Plain(1000, 125, 1)},
		{"rich/100", modeltest.Rich(100, 12, 1)},
		{"rich/200", modeltest.Rich(200, 25, 1)},
		{"plain/hours/100", modeltest.Hourly(modeltest.Plain(100, 12, 1), 417)}, // a day of 24 buckets
		{"plain/hours/200", modeltest.Hourly(modeltest.Plain(200, 25, 1), 417)},
		{"rich/hours/100", modeltest.Hourly(modeltest.Rich(100, 12, 1), 3600)},
		{"rich/hours/200", modeltest.Hourly(modeltest.Rich(200, 25, 1), 3600)},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := warm(b, c.p, 1000)
			b.ReportAllocs()
			for b.Loop() {
				s.step(s.heat.cold)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "it/s")
		})
	}
}

// Where nobody is left out, nothing is tried again and no random number is drawn for it, so that such searches go as they would without.
func TestNoVentureWithoutJobsLeftOut(t *testing.T) {
	s := warm(t, modeltest.Plain(20, 6, 1), 100)
	if len(s.cur.Absent) > 0 {
		t.Fatal("jobs are left out")
	}
	source := rand.NewPCG(1, 1)
	s.rng = rand.New(source)
	for range 100 {
		if seed := s.retry(); seed >= 0 || s.venture.on {
			t.Fatal("a venture")
		}
	}
	if *source != *rand.NewPCG(1, 1) {
		t.Error("random numbers were drawn")
	}
}
