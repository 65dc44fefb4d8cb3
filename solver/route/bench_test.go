package route

import (
	"math/rand/v2"
	"strings"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// variants are what the operators are measured on: 100 jobs, plain and with features that take other ways through the code.
var variants = []string{
	"plain", "several-windows", "break", "work-price", "work-price+break", "late-windows", "early-windows", "spell-cap", "node-calls", "all",
}

// perVariant runs a benchmark on a filled plan from which every tenth job is then taken out.
func perVariant(b *testing.B, run func(*testing.B, *Solution)) {
	b.Helper()
	for _, name := range variants {
		b.Run("on="+name, func(b *testing.B) {
			features := strings.Split(name, "+")
			switch name {
			case "plain":
				features = nil
			case "all":
				features = modeltest.Features()
			}
			in, err := Compile(modeltest.With(100, 12, 1, features...))
			if err != nil {
				b.Fatal(err)
			}
			s := NewSolution(in, NewContext(in, rand.New(rand.NewPCG(1, 1))))
			fill(s)
			marked := make([]bool, in.NJobs)
			for j := 0; j < in.NJobs; j += 10 {
				marked[j] = true
			}
			for k := range s.Routes {
				s.Remove(int32(k), marked)
			}
			s.Commit()
			b.ReportAllocs()
			run(b, s)
		})
	}
}

// busy are the shifts with at least two stops.
func busy(b *testing.B, s *Solution) []int32 {
	b.Helper()
	var out []int32
	for k := range s.Routes {
		if len(s.Routes[k].Stops) > 1 {
			out = append(out, int32(k))
		}
	}
	if len(out) == 0 {
		b.Fatal("no route is left")
	}
	return out
}

// The exact schedule of a whole route.
func BenchmarkSchedule(b *testing.B) {
	perVariant(b, func(b *testing.B, s *Solution) {
		b.Helper()
		routes := busy(b, s)
		sched := NewScheduler(s.in)
		n := 0
		for b.Loop() {
			k := routes[n%len(routes)]
			if n++; !sched.Run(model.ShiftIdx(k), s.Routes[k].Stops, Bounds{}) {
				b.Fatal("a route of the plan has no schedule")
			}
		}
	})
}

// The best place for a job in a route, without the cache.
func BenchmarkBest(b *testing.B) {
	perVariant(b, func(b *testing.B, s *Solution) {
		b.Helper()
		routes := busy(b, s)
		n := 0
		for b.Loop() {
			j, k := s.Absent[n%len(s.Absent)], routes[n/len(s.Absent)%len(routes)]
			if n++; s.in.Compatible(model.ShiftIdx(k), j) {
				s.BestBelow(k, j, NoPlace)
			}
		}
	})
}

// The best place for a job in all routes, mostly from the cache.
func BenchmarkBestInsertion(b *testing.B) {
	perVariant(b, func(b *testing.B, s *Solution) {
		b.Helper()
		n := 0
		for b.Loop() {
			s.BestInsertion(s.Absent[n%len(s.Absent)], nil)
			n++
		}
	})
}

// Putting a job at a place that is known, and taking that back.
func BenchmarkInsert(b *testing.B) {
	perVariant(b, func(b *testing.B, s *Solution) {
		b.Helper()
		type place struct {
			k, j int32
			ins  Insertion
		}
		var places []place
		for _, j := range s.Absent {
			if k, ins := s.BestInsertion(j, nil); k >= 0 {
				places = append(places, place{k, j, ins})
			}
		}
		if len(places) == 0 {
			b.Skip("no job fits")
		}
		n := 0
		for b.Loop() {
			p := places[n%len(places)]
			if n++; !s.Insert(p.k, p.j, p.ins) {
				b.Fatal("an insertion is not feasible")
			}
			s.Rollback()
		}
	})
}

// Taking two neighbours out of a route, and taking that back.
func BenchmarkRemove(b *testing.B) {
	perVariant(b, func(b *testing.B, s *Solution) {
		b.Helper()
		routes := busy(b, s)
		marked := make([]bool, s.in.NJobs)
		n := 0
		for b.Loop() {
			k := routes[n%len(routes)]
			n++
			var out [2]int32
			for i, u := range s.Routes[k].Stops[:2] {
				if out[i] = u; int(u) < s.in.NJobs {
					marked[u] = true
				}
			}
			s.Remove(k, marked)
			s.Rollback()
			for _, u := range out {
				if int(u) < s.in.NJobs {
					marked[u] = false
				}
			}
		}
	})
}
