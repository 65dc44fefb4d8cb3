package search_test

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// TestReturnsLand: every plan on the way stands before the checker, which lands all by itself; returns land in all ways.
func TestReturnsLand(t *testing.T) {
	met := map[string]int{}
	onTheWay(t, 16, func(seed uint64) *model.Problem {
		switch seed % 4 {
		case 2:
			return modeltest.With(60, 15, seed, "returns", "van-room", "two-shifts", "work-price")
		case 3:
			return modeltest.With(60, 15, seed, "returns", "scarce-nodes", "van-stock", "tools-lent")
		}
		return modeltest.Returned(20+int(seed*11)%40, 6+int(seed*5)%10, seed)
	}, func(p *model.Problem, plan *model.Plan) { meetReturns(met, p, plan) })
	for _, way := range []string{"at the end", "where something is taken", "where nothing is taken", "several together", "from the start"} {
		if met[way] == 0 {
			t.Errorf("never met: %s", way)
		}
	}
	t.Log(met)
}

// meetReturns counts how returns land.
func meetReturns(met map[string]int, p *model.Problem, plan *model.Plan) {
	for _, r := range plan.Routes {
		taken, landed := map[int32]bool{}, map[int32]int{}
		for _, s := range r.Stops {
			for _, q := range s.Parts {
				taken[q.From] = true
			}
			for _, q := range s.Tools {
				taken[q.From] = true
			}
		}
		if len(r.Returns) > 0 {
			met["from the start"]++
		}
		for _, s := range r.Stops {
			for _, l := range s.Returns {
				landed[l.At]++
				switch {
				case l.At == model.EndOfShift:
					met["at the end"]++
				case taken[l.At]:
					met["where something is taken"]++
				default:
					met["where nothing is taken"]++
				}
			}
		}
		for at, n := range landed {
			if at >= 0 && n > 1 {
				met["several together"]++
			}
		}
	}
}

// Three jobs far from the depot return a part each to it: one call behind all of them is enough, and it is found.
func TestOneCallForAllReturns(t *testing.T) {
	p := modeltest.With(6, 1, 3, "returns")
	p.Nodes = p.Nodes[:1]
	p.Technicians[0].Returns = nil
	for k := range p.Jobs {
		j := &p.Jobs[k]
		j.Windows, j.Unassigned = nil, 1e12
		j.Returns = []model.Return{{SKU: 0, Qty: 1, Nodes: []model.NodeIdx{0}}}
	}
	p.Shifts[0].LatestEnd, p.Shifts[0].RegularEnd = 1e6, 1e6
	res := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 300})
	judge(t, p, &res.Best)
	calls := 0
	for _, s := range res.Best.Plan.Routes[0].Stops {
		if s.Kind == model.Pickup {
			calls++
		}
	}
	if calls != 1 || len(res.Best.Plan.Unassigned) > 0 {
		t.Errorf("%d calls, %d jobs left out", calls, len(res.Best.Plan.Unassigned))
	}
}
