package search_test

import (
	"fmt"
	"testing"

	"callout/solver/modeltest"
	"callout/solver/search"
)

// Iterations per second of one worker.
func BenchmarkSearch(b *testing.B) {
	for _, kind := range []string{"plain", "rich"} {
		for _, n := range []int{100, 200, 1000} {
			if kind == "rich" && n == 1000 && testing.Short() {
				continue
			}
			b.Run(fmt.Sprintf("%s/%d", kind, n), func(b *testing.B) {
				p := modeltest.Plain(n, n/8, 1)
				if kind == "rich" {
					p = modeltest.Rich(n, n/8, 1)
				}
				in := compile(b, p)
				b.ReportAllocs()
				b.ResetTimer()
				res, err := search.Solve(b.Context(), in, search.Options{Seed: 1, Iterations: int64(b.N)})
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(res.Best.Iterations)/b.Elapsed().Seconds(), "it/s")
			})
		}
	}
}
