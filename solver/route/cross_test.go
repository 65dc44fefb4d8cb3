package route

import (
	"math/rand/v2"
	"slices"
	"testing"

	"callout/solver/modeltest"
)

// Features that leave routes crossable; with all others CrossCost has to refuse.
var crossable = []string{
	"asymmetric-travel", "open-ends", "distance-price", "fixed-price", "several-windows", "end-windows", "tiers", "tools-carried",
}

// Each crossing is feasible, and changes the cost, just as both routes set anew say, unused shifts among them.
func TestCrossingIsExact(t *testing.T) {
	for _, feature := range append([]string{""}, modeltest.Features()...) {
		t.Run("with "+feature, func(t *testing.T) {
			fine, bad := 0, 0
			for seed := range uint64(4) {
				names := []string{feature}
				if feature == "" {
					names = nil
				}
				in, err := Compile(modeltest.With(24, 6, seed, names...))
				if err != nil {
					t.Fatal(err)
				}
				s := NewSolution(in, NewContext(in, rand.New(rand.NewPCG(seed, 1))))
				fill(s)
				s.Commit()
				for a := range int32(in.NShifts()) {
					for b := range int32(in.NShifts()) {
						f, n := crossAll(t, s, a, b)
						fine, bad = fine+f, bad+n
					}
				}
			}
			t.Log(fine, "crossings are feasible,", bad, "are not")
			if may := feature == "" || slices.Contains(crossable, feature); may && (fine == 0 || bad == 0) {
				t.Error("nothing was tried")
			}
		})
	}
}

// crossAll tries all crossings of two shifts.
func crossAll(t *testing.T, s *Solution, a, b int32) (fine, bad int) {
	t.Helper()
	if !s.in.Crosses(a) || s.in.class[a] != s.in.class[b] || a == b {
		if _, ok := s.CrossCost(Crossing{A: a, B: b}); ok {
			t.Fatalf("shifts %d and %d can be crossed", a, b)
		}
		return 0, 0
	}
	before := s.Cost()
	was := [2][]int32{slices.Clone(s.Routes[a].Stops), slices.Clone(s.Routes[b].Stops)}
	for i := range len(was[0]) + 1 {
		for j := range len(was[1]) + 1 {
			x := Crossing{A: a, B: b, KeepA: int32(i), KeepB: int32(j)}
			delta, ok := s.CrossCost(x)
			anew, feasible := fromScratch(s, a, b, slices.Concat(was[0][:i], was[1][j:]), slices.Concat(was[1][:j], was[0][i:]))
			r, o := &s.Routes[a], &s.Routes[b]
			simple := s.in.pools.nSKU == 1 && s.in.pools.nTool == 0 && r.soft+o.soft+r.pickups+o.pickups == 0
			if simple && ok != feasible {
				t.Fatalf("%+v: feasible is %v, set anew %v", x, ok, feasible)
			}
			if !ok {
				bad++
				continue
			}
			if made := s.Cross(x); made != feasible || (made && (s.Cost() != anew || anew-before != delta)) {
				t.Fatalf("%+v: made %v, %d more, said to be %d; set anew %v, %d", x, made, s.Cost()-before, delta, feasible, anew-before)
			}
			if feasible {
				s.MustAgree()
				fine++
			}
			s.Rollback()
			s.MustAgree()
		}
	}
	return fine, bad
}

// fromScratch is what the plan costs with other stops in two shifts, and whether that is feasible; the plan stays as it is.
func fromScratch(s *Solution, a, b int32, of, with []int32) (int64, bool) {
	defer s.Rollback()
	s.Empty(a)
	s.Empty(b)
	if !s.SetRoute(a, of) || !s.SetRoute(b, with) {
		return 0, false
	}
	return s.Cost(), true
}

// Followers of a job are those that cost the least way and wait, and nobody comes first whom one would reach too late.
func TestFollowersAreInTime(t *testing.T) {
	in, err := Compile(modeltest.Plain(60, 8, 3))
	if err != nil {
		t.Fatal(err)
	}
	nb := NewNeighbours(in, 200)
	for j := range int32(in.NJobs) {
		list := nb.Followers(j)
		if len(list) != maxFollowers || slices.Contains(list, j) {
			t.Fatalf("job %d: followers %v", j, list)
		}
		late := 0
		for _, k := range list {
			if in.early[j]+in.dur[j]+in.shifts[0].leg(in.loc[j], in.loc[k]) > in.late[k] {
				late++
			}
		}
		if late == len(list) && in.early[j] < 5000 {
			t.Errorf("job %d: all of %v would be late", j, list)
		}
	}
}
