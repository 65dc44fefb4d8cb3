package route

import (
	"math/rand/v2"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// What is kept of earlier insertions is what looking anew finds, whatever other routes have taken or given back meanwhile.
func TestKeptInsertionsAreCurrent(t *testing.T) {
	compared, calls := 0, 0
	for seed := range uint64(160) {
		names := [][]string{
			{"scarce-nodes"},
			{"tools-lent"},
			{"shipping"},
			{"scarce-nodes", "tools-lent", "two-shifts"},
			{"scarce-nodes", "break"},
			{"tools-lent", "late-windows"},
			{"scarce-nodes", "substitutes"},
			{"scarce-nodes", "van-room"},
		}[seed%8]
		in, err := Compile(demanding(modeltest.With(50, 8, seed, names...), seed))
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 7))
		s := NewSolution(in, NewContext(in, nil))
		fill(s)
		s.Commit()
		for range 40 {
			removeSome(s, rng, 8)
			absent := append([]int32(nil), s.Absent...)
			rng.Shuffle(len(absent), func(a, b int) { absent[a], absent[b] = absent[b], absent[a] })
			for _, j := range absent {
				k, ins := s.BestInsertion(j, nil)
				kept := s.cache
				s.cache = nil
				_, anew := s.BestInsertion(j, nil)
				s.cache = kept
				if compared++; ins.Cost != anew.Cost {
					t.Errorf("seed %d %v: job %d costs %d, looking anew %d", seed, names, j, ins.Cost, anew.Cost)
				}
				if ins.First != 0 {
					calls++
				}
				if k >= 0 {
					s.Insert(k, j, ins)
				}
			}
			if rng.IntN(2) == 0 {
				s.Rollback()
			} else {
				s.Commit()
			}
		}
		s.MustAgree()
	}
	if calls < 100 {
		t.Errorf("%d insertions were compared, only %d of them with a call", compared, calls)
	}
}

// Where only travel is priced, too, the best position is what trying each in full finds: with several windows, or one that binds the end.
func TestBestPlainPositionAgainstTryingAll(t *testing.T) {
	tried := 0
	for seed := range uint64(12) {
		in, err := Compile(modeltest.With(40, 5, seed, []string{"several-windows", "end-windows", "break"}[seed%3], "several-windows"))
		if err != nil {
			t.Fatal(err)
		}
		s := NewSolution(in, NewContext(in, nil))
		fill(s)
		s.Commit()
		for j := range int32(in.NJobs) {
			if s.RouteOf[j] < 0 {
				continue
			}
			marked := make([]bool, in.NJobs)
			marked[j] = true
			s.Remove(s.RouteOf[j], marked)
			for _, k := range in.Shifts(j) {
				if in.needs[j] && !in.vanSuffices(in.shifts[k].tech, j, s.used) {
					continue
				}
				tried++
				want := s.tryAll(k, j)
				if got := s.BestBelow(k, j, NoPlace).Cost; got != want {
					t.Errorf("seed %d: job %d in shift %d costs %d, trying all says %d", seed, j, k, got, want)
				}
			}
			s.Rollback()
		}
	}
	if tried < 500 {
		t.Errorf("only %d were tried", tried)
	}
}

// tryAll is the least cost of job j at any position of shift k, where its parts need no thought.
func (s *Solution) tryAll(k, j int32) int64 {
	r, best := &s.Routes[k], NoPlace
	try := Route{Shift: k}
	for i := 0; i <= len(r.Stops); i++ {
		try.Stops = insertAt(try.Stops, r.Stops, i, j)
		try.takes = append(try.takes[:0], r.takes...)
		if s.ctx.refresh(&try) {
			best = min(best, try.cost-r.cost)
		}
	}
	return best
}

// demanding makes some jobs need more of a part, of which nodes have but a few, and tools rare.
func demanding(p *model.Problem, seed uint64) *model.Problem {
	for j := range p.Jobs {
		if n := len(p.Jobs[j].Parts); n > 0 && (uint64(j)+seed)%3 == 0 {
			p.Jobs[j].Parts[n-1].Qty++
		}
	}
	for n := range p.Nodes {
		node := &p.Nodes[n]
		for i := range node.Stock {
			node.Stock[i].Qty = min(node.Stock[i].Qty, 2+int64(seed%4))
		}
		for i := range node.Lots {
			node.Lots[i].Qty = 1 + int64(seed%3)
		}
		for i := range node.Tools {
			node.Tools[i].Qty = 1
		}
	}
	return p
}

// removeSome takes about one in n jobs out.
func removeSome(s *Solution, rng *rand.Rand, n int) {
	marked := make([]bool, s.in.NJobs)
	for j := range marked {
		marked[j] = s.RouteOf[j] >= 0 && rng.IntN(n) == 0
	}
	for k := range s.Routes {
		s.Remove(int32(k), marked)
	}
}

// A job whose only source is a substitute at a store where nobody calls yet is put in with a call there.
func TestSubstituteAtAStoreNotCalledAt(t *testing.T) {
	p := &model.Problem{
		Locations: make([]model.Location, 3), SKUs: []string{"tube", "pipe"}, Tiers: []string{""}, Technicians: make([]model.Technician, 1),
		Nodes: []model.Node{{Location: 1, Fixed: 5, Stock: []model.NodeStock{{SKU: 1, Qty: 1}}}},
		Jobs: []model.Job{{
			Location: 2, Unassigned: 500, Parts: []model.Quantity{{Qty: 1}}, Substitutes: []model.Substitute{{SKU: 1}},
		}},
		Shifts: []model.Shift{{
			LatestEnd: 100, RegularEnd: 100, MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, TravelRate: 1,
		}},
		Profiles: []model.Profile{{Matrix: &model.Matrix{N: 3, Durations: []int32{0, 1, 2, 1, 0, 1, 2, 1, 0}}}},
	}
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	s := NewSolution(in, NewContext(in, nil))
	k, ins := s.BestInsertion(0, nil)
	if k != 0 || !s.Insert(k, 0, ins) || s.Cost() != 9 {
		t.Errorf("shift %d, cost %d", k, s.Cost())
	}
	s.MustAgree()
}
