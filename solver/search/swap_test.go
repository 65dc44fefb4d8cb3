package search_test

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/search"
)

// TestSubstitutesNeverOversold: many routes share scarce stock that serves as what was asked for and in its place; every plan on the way
// stands before the checker, and substitutes come by all ways.
func TestSubstitutesNeverOversold(t *testing.T) {
	met := map[string]int{} // three seeds are too few to meet all
	onTheWay(t, 12, func(seed uint64) *model.Problem {
		if seed%4 == 2 {
			return modeltest.With(60, 15, seed, "substitutes", "scarce-nodes", "two-shifts")
		}
		return modeltest.Swapped(20+int(seed*11)%50, 6+int(seed*5)%15, seed)
	}, func(p *model.Problem, plan *model.Plan) { meetSwaps(met, p, plan) })
	for _, way := range []string{"asked for", "van", "call", "courier", "transfer"} {
		if met[way] == 0 && !testing.Short() {
			t.Errorf("never met: %s", way)
		}
	}
	t.Log(met)
}

// meetSwaps counts the supplies of each way by substitutes, and those of what was asked for though something else would do.
func meetSwaps(met map[string]int, p *model.Problem, plan *model.Plan) {
	for _, r := range plan.Routes {
		for _, s := range r.Stops {
			for _, q := range s.Parts {
				job := &p.Jobs[s.Job]
				part, _ := job.Serves(q.SKU)
				switch {
				case job.Parts[part].SKU == q.SKU:
					if len(job.Substitutes) > 0 {
						met["asked for"]++
					}
				case q.From == model.VanSource:
					met["van"]++
				case q.From == model.CourierSource:
					met["courier"]++
				case len(q.Legs) > 0:
					met["transfer"]++
				default:
					met["call"]++
				}
			}
		}
	}
}

// Two jobs need the last valve of the van; the one that a gasket will do for gets that, though it is dearer and comes first.
func TestScarcePartGoesToWhoNeedsIt(t *testing.T) {
	const valve, gasket = 0, 1
	p := modeltest.Plain(2, 1, 1)
	p.SKUs = []string{"valve", "gasket"}
	for k := range p.Jobs {
		p.Jobs[k].Windows, p.Jobs[k].Unassigned = nil, 1_000_000
		p.Jobs[k].Parts = []model.Quantity{{SKU: valve, Qty: 2}}
	}
	p.Jobs[0].Substitutes = []model.Substitute{{Part: 0, SKU: gasket, Price: 700}}
	p.Technicians[0].Stock = []model.Quantity{{SKU: valve, Qty: 3}, {SKU: gasket, Qty: 2}}
	res := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 50})
	judge(t, p, &res.Best)
	if len(res.Best.Plan.Unassigned) != 0 || res.Best.Terms[model.Parts] != 700 {
		t.Errorf("left out %v, parts cost %d", res.Best.Plan.Unassigned, res.Best.Terms[model.Parts])
	}
	for _, s := range res.Best.Plan.Routes[0].Stops {
		want := model.Supply{SKU: valve, Qty: 2, From: model.VanSource}
		if s.Job == 0 {
			want.SKU = gasket
		}
		if len(s.Parts) != 1 || s.Parts[0].SKU != want.SKU || s.Parts[0].Qty != want.Qty || s.Parts[0].From != want.From {
			t.Errorf("job %d is supplied %v", s.Job, s.Parts)
		}
	}
	again := solve(t, compile(t, p), search.Options{Seed: 1, Iterations: 1, Start: res.Best.Plan})
	if len(again.Repairs) != 0 || again.Best.Terms[model.Parts] != 700 {
		t.Errorf("loaded: repairs %v, parts cost %d", again.Repairs, again.Best.Terms[model.Parts])
	}
}
