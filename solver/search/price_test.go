package search

import (
	"fmt"
	"slices"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// pairs of features that meet in most real days and may cost more together than the two apart.
var pairs = [][2]string{
	{"work-price", "break"},
	{"work-price", "several-windows"},
	{"work-price", "late-windows"},
	{"work-price", "node-calls"},
	{"node-calls", "returns"},
	{"work-price", "returns"},
	{"spell-cap", "break"},
	{"break", "late-windows"},
	{"break", "several-windows"},
}

// What each feature of the model costs: one step in steady state on a plain problem, on the same problem with one feature, with
// all of them, and with all but one. Fewer stops per route, more routes and jobs that find no place change the work of a step
// too, so these are reported beside it.
func BenchmarkPrice(b *testing.B) {
	names := modeltest.Features()
	for _, jobs := range []int{100, 200} {
		problem := func(features ...string) *model.Problem { return modeltest.With(jobs, jobs/8, 1, features...) }
		step := func(label string, p *model.Problem) {
			b.Run(fmt.Sprintf("jobs=%d/%s", jobs, label), func(b *testing.B) { benchStep(b, p) })
		}
		step("with=none", problem())
		for _, name := range names {
			step("with="+name, problem(name))
		}
		for _, both := range pairs {
			step("with="+both[0]+"+"+both[1], problem(both[0], both[1]))
		}
		step("with=all", problem(names...))
		for k, name := range names {
			step("all-but="+name, problem(slices.Delete(slices.Clone(names), k, k+1)...))
		}
	}
}

func benchStep(b *testing.B, p *model.Problem) {
	b.Helper()
	s := warm(b, p, 1000)
	b.ReportAllocs()
	for b.Loop() {
		s.step(s.heat.cold)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "it/s")
	plan := s.best.Plan()
	used := 0
	for k := range plan.Routes {
		if len(plan.Routes[k].Stops) > 0 {
			used++
		}
	}
	b.ReportMetric(float64(used), "routes")
	b.ReportMetric(float64(len(plan.Unassigned)), "left-out")
}

// The ruin alone, and taking it back: what of a step is not insertion.
func BenchmarkRuin(b *testing.B) {
	for _, c := range []struct {
		name     string
		features []string
	}{{"plain", nil}, {"all", modeltest.Features()}} {
		b.Run("on="+c.name, func(b *testing.B) {
			s := warm(b, modeltest.With(100, 12, 1, c.features...), 1000)
			b.ReportAllocs()
			for b.Loop() {
				s.ruin()
				s.cur.Rollback()
			}
		})
	}
}
