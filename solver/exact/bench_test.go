package exact_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"callout/solver/exact"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/cpsat"
	"callout/solver/route"
	"callout/solver/search"
)

// BenchmarkProof reports how long proofs take, given the plan of a short search: the median, the worst, and how many of a hundred
// come within the work that the engine spends on one.
func BenchmarkProof(b *testing.B) {
	if err := cpsat.Available(); err != nil {
		b.Skip(err)
	}
	kinds := []struct {
		name    string
		problem func(jobs int, seed uint64) *model.Problem
	}{
		{"rich", func(jobs int, seed uint64) *model.Problem { return modeltest.Rich(jobs, 3, seed) }},
		{"plain", func(jobs int, seed uint64) *model.Problem { return modeltest.Plain(jobs, 3, seed) }},
	}
	for _, kind := range kinds {
		for jobs := 3; jobs <= 10; jobs++ {
			b.Run(fmt.Sprintf("%s/jobs=%d", kind.name, jobs), func(b *testing.B) {
				const seeds = 20
				var took []time.Duration
				proven := 0
				for b.Loop() {
					for seed := range uint64(seeds) {
						p := kind.problem(jobs, seed)
						hint := searched(b, p, 1000)
						begin := time.Now()
						r, err := exact.Solve(b.Context(), p, exact.Options{Hint: hint.Plan, Work: 1})
						if err != nil {
							b.Fatal(err)
						}
						took = append(took, time.Since(begin))
						if r.Proven {
							proven++
						}
					}
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
				b.ReportMetric(float64(took[len(took)-1].Microseconds())/1000, "worst-ms")
				b.ReportMetric(100*float64(proven)/float64(len(took)), "%proven")
				b.ReportMetric(0, "ns/op")
			})
		}
	}
}

// searched is the best plan that the search finds.
func searched(tb testing.TB, p *model.Problem, iterations int64) *search.Incumbent {
	tb.Helper()
	in, err := route.Compile(p)
	if err != nil {
		tb.Fatal(err)
	}
	r, err := search.Solve(tb.Context(), in, search.Options{Iterations: iterations, Seed: 1})
	if err != nil {
		tb.Fatal(err)
	}
	return &r.Best
}
