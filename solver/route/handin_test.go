package route

import (
	"math/rand/v2"
	"slices"
	"testing"

	"callout/solver/modeltest"
)

// returning are problems with returns where no way is shorter by a third place, with a plan that insertions and removals have left behind.
func returning(t *testing.T, yield func(seed uint64, s *Solution)) {
	t.Helper()
	for seed := range uint64(36) {
		o := modeltest.Mixed(30, 5, 1+int(seed)%3)
		o.Metric, o.Unreachable, o.Parts, o.Returns, o.Room = true, 0, 0.4, 0.6, 0.4
		p := modeltest.Random(rand.New(rand.NewPCG(seed, 2)), o)
		if seed%3 == 2 {
			p = modeltest.With(30, 5, seed, "returns", []string{"work-price", "node-calls", "break"}[seed%9/3])
		}
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		s := NewSolution(in, NewContext(in, nil))
		for range 3 {
			fill(s)
			removeSome(s, rng, 4)
			s.Commit()
		}
		yield(seed, s)
	}
}

// An insertion that has to see to returns is never better than what trying each position with each new call finds, unless it makes two, and mostly as good.
func TestBestReturningAgainstTryingAll(t *testing.T) {
	tried, found, calls := 0, 0, 0
	returning(t, func(seed uint64, s *Solution) {
		in := s.in
		for _, j := range s.Absent {
			for _, k := range in.Shifts(j) {
				if !in.binds(&s.Routes[k], j) || len(in.visits[j]) > 0 {
					continue
				}
				want := s.tryLanding(k, j)
				got := s.BestBelow(k, j, NoPlace)
				switch {
				case got.Cost < want && got.Second == 0:
					t.Errorf("seed %d: job %d in shift %d costs %d, trying all says %d", seed, j, k, got.Cost, want)
				case want < NoPlace:
					tried++
					if got.Cost <= want {
						found++
					}
					if got.First != 0 {
						calls++
					}
				}
			}
		}
	})
	t.Logf("%d tried, %d found, %d with a new call", tried, found, calls)
	if tried < 300 || calls < 100 || 100*found < 95*tried {
		t.Errorf("of %d insertions %d are the best, %d make a new call", tried, found, calls)
	}
}

// tryLanding is the least cost of job j at any position of shift k, without a new call and with any one.
func (s *Solution) tryLanding(k, j int32) int64 {
	in, r, best := s.in, &s.Routes[k], NoPlace
	try := func(seq []int32) {
		x := Route{Shift: k, Stops: seq}
		if !s.ctx.sup.run(k, seq, s.used, r.takes) || slices.Contains(s.ctx.sup.gives, false) {
			return
		}
		x.takes = slices.Clone(s.ctx.sup.takes)
		if s.ctx.refresh(&x) {
			best = min(best, x.cost-r.cost)
		}
	}
	for i := 0; i <= len(r.Stops); i++ {
		seq := insertAt(nil, r.Stops, i, j)
		try(seq)
		for n := range in.P.Nodes {
			for p := 0; p <= len(seq); p++ {
				try(insertAt(nil, seq, p, int32(in.NJobs+n)))
			}
		}
	}
	return best
}

// What an insertion is said to cost at least is no more than what it costs.
func TestBoundsOfReturningInsertions(t *testing.T) {
	compared := 0
	returning(t, func(seed uint64, s *Solution) {
		for _, j := range s.Absent {
			for _, k := range s.in.Shifts(j) {
				if !s.in.binds(&s.Routes[k], j) {
					continue
				}
				s.ctx.forget()
				bound := s.ctx.bound(&s.Routes[k], j, NoPlace, s.used).Cost
				if got := s.BestBelow(k, j, NoPlace); got.Pos >= 0 {
					if compared++; bound > got.Cost {
						t.Errorf("seed %d: job %d in shift %d costs %d, at least %d was said", seed, j, k, got.Cost, bound)
					}
				}
			}
		}
	})
	if compared < 300 {
		t.Errorf("%d were compared", compared)
	}
}
