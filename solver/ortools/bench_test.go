package ortools_test

import (
	"math/rand/v2"
	"testing"

	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/highs"
)

// What a call costs: small covers, and a large LP that is solved again after columns have come.
func BenchmarkSolves(b *testing.B) {
	if cpsat.Available() != nil || highs.Available() != nil {
		b.Skip("no bundle")
	}
	rng := rand.New(rand.NewPCG(1, 1))
	small, large := newCover(rng, 25, 80), newCover(rng, 200, 4000)
	b.Run("cpsat/25x80", func(b *testing.B) {
		for b.Loop() {
			if _, err := small.cpsat(b.Context(), 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("mip/25x80", func(b *testing.B) {
		for b.Loop() {
			if _, err := small.mip(b.Context(), 0); err != nil {
				b.Fatal(err)
			}
		}
	})
	solve := func(b *testing.B, lp *highs.LP) {
		b.Helper()
		if r, err := lp.Solve(b.Context(), highs.LPOptions{}); err != nil || r.Status != highs.Optimal {
			b.Fatal(r, err)
		}
	}
	b.Run("lp/200x4000", func(b *testing.B) {
		for b.Loop() {
			lp, err := highs.NewLP(large.linear(len(large.columns), false))
			if err != nil {
				b.Fatal(err)
			}
			solve(b, lp)
			lp.Close()
		}
	})
	b.Run("lp/200x4000+10", func(b *testing.B) {
		lp, err := highs.NewLP(large.linear(len(large.columns), false))
		if err != nil {
			b.Fatal(err)
		}
		defer lp.Close()
		solve(b, lp)
		more := newCover(rng, 200, 10)
		for b.Loop() {
			for k := range more.columns {
				if err := lp.AddColumns(more.column(k, false)); err != nil {
					b.Fatal(err)
				}
			}
			solve(b, lp)
		}
	})
}
