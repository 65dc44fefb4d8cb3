package search_test

import (
	"testing"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// TestNeverOversold: many routes share scarce stock that is on hand, to come, reserved and shipped; every plan on the way stands before
// the checker, which adds up all that is taken, and all ways of supply are met.
func TestNeverOversold(t *testing.T) {
	met := map[string]int{} // three seeds are too few to meet all
	onTheWay(t, 12, func(seed uint64) *model.Problem {
		if seed%4 == 3 {
			return modeltest.With(60, 15, seed, "shipping", "van-stock", "two-shifts")
		}
		return modeltest.Shipped(20+int(seed*11)%50, 6+int(seed*5)%15, seed)
	}, func(p *model.Problem, plan *model.Plan) { meet(met, p, plan) })
	for _, way := range []string{
		"courier", "transfer", "two legs", "inbound", "kept for the tier", "kept for another tier", "kept for the job", "exhausted",
	} {
		if met[way] == 0 && !testing.Short() {
			t.Errorf("never met: %s", way)
		}
	}
	t.Log(met)
}

// meet counts the plans with each way of supply.
func meet(met map[string]int, p *model.Problem, plan *model.Plan) {
	seen := map[string]bool{}
	type lot struct {
		node model.NodeIdx
		sku  model.SKUIdx
		lot  int32
	}
	taken := map[lot]int64{}
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			for _, q := range s.Parts {
				seen["courier"] = seen["courier"] || q.From == model.CourierSource
				seen["transfer"] = seen["transfer"] || q.From >= 0 && len(q.Legs) > 0
				seen["two legs"] = seen["two legs"] || len(q.Legs) > 1
				if q.From == model.VanSource {
					continue
				}
				var node model.NodeIdx
				if len(q.Legs) > 0 {
					node = p.Lanes[q.Legs[0].Lane].From
				} else {
					node = r.Stops[q.From].Node
				}
				taken[lot{node, q.SKU, q.Lot}] += q.Qty
				if q.Lot == 0 {
					continue
				}
				l := &p.Nodes[node].Lots[q.Lot-1]
				seen["inbound"] = seen["inbound"] || l.From > 0
				seen["kept for the job"] = seen["kept for the job"] || len(l.Jobs) > 0
				if l.Tier != model.NoTier {
					own := l.Tier == p.Jobs[s.Job].Tier
					seen["kept for the tier"] = seen["kept for the tier"] || own
					seen["kept for another tier"] = seen["kept for another tier"] || !own
				}
				seen["exhausted"] = seen["exhausted"] || taken[lot{node, q.SKU, q.Lot}] == l.Qty
			}
		}
	}
	for way, here := range seen {
		if here {
			met[way]++
		}
	}
}

// A part comes by courier where nobody passes by a node in time, and the visit waits for it.
func TestCourierBeatsDetour(t *testing.T) {
	p := modeltest.With(40, 8, 3, "shipping")
	free := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 400})
	judge(t, p, &free.Best)
	alone := *p
	alone.Lanes = nil
	bound := solve(t, compile(t, &alone), search.Options{Seed: 1, Iterations: 400})
	judge(t, &alone, &bound.Best)
	met := map[string]int{}
	meet(met, p, free.Best.Plan)
	if met["courier"]+met["transfer"] == 0 || !free.Best.Vec.Less(bound.Best.Vec) {
		t.Errorf("with lanes %v (%v), without %v", free.Best.Vec, met, bound.Best.Vec)
	}
	// A warm start keeps what the plan says.
	again := solve(t, compile(t, p), search.Options{Seed: 2, Iterations: 1, Start: free.Best.Plan})
	judge(t, p, &again.Best)
	if free.Best.Vec.Less(again.Best.Vec) {
		t.Errorf("from %v to %v", free.Best.Vec, again.Best.Vec)
	}
	if r := check.Plan(p, again.Best.Plan); !r.Feasible() {
		t.Error(r.Err())
	}
}
