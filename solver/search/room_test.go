package search_test

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// TestNeverOverloaded: every plan on the way stands before the checker, which follows what is in the vans; some are filled up.
func TestNeverOverloaded(t *testing.T) {
	full, again := 0, 0
	onTheWay(t, 8, func(seed uint64) *model.Problem {
		if seed%3 == 2 {
			return modeltest.With(60, 15, seed, "van-room", "van-stock", "two-shifts", "work-price")
		}
		return modeltest.Tight(20+int(seed*11)%40, 6+int(seed*5)%10, seed)
	}, func(p *model.Problem, plan *model.Plan) {
		f, a := laden(p, plan)
		full, again = full+f, again+a
	})
	if full == 0 || again == 0 {
		t.Errorf("%d calls filled a van, %d were again at the same node", full, again)
	}
}

// laden counts the calls behind which one more of the heaviest part would be too much, and those at a node that the route called at before.
func laden(p *model.Problem, plan *model.Plan) (full, again int) {
	var most model.Size
	for sku := range p.SKUs {
		for k, each := range p.SizeOf(model.SKUIdx(sku)) {
			most[k] = max(most[k], each)
		}
	}
	for _, r := range plan.Routes {
		tech := p.Shifts[r.Shift].Tech
		limit := p.Technicians[tech].Capacity
		if limit == nil {
			continue
		}
		called := map[model.NodeIdx]bool{}
		load := p.VanLoad(tech)
		for i, s := range r.Stops {
			if s.Kind == model.Visit {
				for _, q := range s.Parts {
					if q.From != model.CourierSource {
						load = load.Less(q.Qty, p.SizeOf(q.SKU))
					}
				}
				continue
			}
			if called[s.Node] {
				again++
			}
			called[s.Node] = true
			for _, v := range r.Stops[i:] {
				for _, q := range v.Parts {
					if q.From == int32(i) {
						load = load.Plus(q.Qty, p.SizeOf(q.SKU))
					}
				}
			}
			for k := range load {
				if load[k]+most[k] > limit[k] {
					full++
					break
				}
			}
		}
	}
	return full, again
}

// Four jobs need one part each from a node; the van carries two, so that it comes back once.
func TestVanComesBack(t *testing.T) {
	p := modeltest.With(4, 1, 1, "van-room")
	p.Nodes = p.Nodes[:1]
	for k := range p.Jobs {
		p.Jobs[k].Parts, p.Jobs[k].Windows, p.Jobs[k].Unassigned = []model.Quantity{{SKU: p.Nodes[0].Stock[0].SKU, Qty: 1}}, nil, 1e12
	}
	p.Shifts[0].LatestEnd, p.Shifts[0].RegularEnd = 1e6, 1e6
	res := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 100})
	judge(t, p, &res.Best)
	if len(res.Best.Plan.Unassigned) > 0 {
		t.Errorf("left out: %v", res.Best.Plan.Unassigned)
	}
	if _, again := laden(p, res.Best.Plan); again != 1 {
		t.Errorf("the van comes back %d times", again)
	}
}
