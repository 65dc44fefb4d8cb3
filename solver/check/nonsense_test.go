package check

import (
	"math"
	"math/rand/v2"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"

	"github.com/google/go-cmp/cmp"
)

// FuzzPlan: whatever a plan says, the judge answers, twice the same, and its sums agree.
func FuzzPlan(f *testing.F) {
	for seed := range uint64(300) {
		f.Add(seed, seed%3 == 0)
	}
	f.Fuzz(func(t *testing.T, seed uint64, wild bool) {
		p := modeltest.Rich(6, 3, seed)
		if seed%4 == 1 {
			p = modeltest.Rush(6, 3, seed)
		}
		if seed%4 == 2 {
			p = modeltest.Shipped(6, 3, seed)
		}
		if seed%8 == 6 {
			p = modeltest.Swapped(6, 3, seed)
		}
		if seed%8 == 3 {
			p = modeltest.Tight(6, 3, seed)
		}
		if seed%8 == 7 {
			p = modeltest.Returned(6, 3, seed)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		if wild {
			p.Profiles[0].Matrix = nil
			for k := range p.Profiles[0].Series {
				p.Profiles[0].Series[k].Matrix = nil
			}
		}
		plan := nonsense(rng, p, wild)
		r := Plan(p, plan)
		if d := cmp.Diff(r, Plan(p, plan)); d != "" {
			t.Fatal(d)
		}
		sum := model.Terms{model.Unassigned: r.Terms[model.Unassigned]}
		for k := range r.RouteTerms {
			sum.Add(&r.RouteTerms[k])
		}
		if sum != r.Terms || r.Vec[0]+r.Vec[1]+r.Vec[2] != r.Terms.Total() {
			t.Errorf("the sums differ: routes %v, terms %v, tiers %v", sum, r.Terms, r.Vec)
		}
		units := map[Code]Unit{}
		for _, e := range Table {
			units[e.Code] = e.Unit
		}
		for _, v := range r.Violations {
			if v.Size < 1 || v.Unit != units[v.Code] || v.Detail == "" {
				t.Errorf("violation %+v", v)
			}
			if int(v.Shift) >= len(p.Shifts) || int(v.Job) >= len(p.Jobs) || int(v.Node) >= len(p.Nodes) {
				t.Errorf("violation points nowhere: %+v", v)
			}
		}
	})
}

// nonsense is a random plan; a wild one has indices, times and quantities out of all bounds.
func nonsense(rng *rand.Rand, p *model.Problem, wild bool) *model.Plan {
	index := func(n int) int32 {
		if wild && rng.IntN(4) == 0 {
			return []int32{-2, -1, int32(n), math.MaxInt32, math.MinInt32}[rng.IntN(5)]
		}
		return int32(rng.IntN(max(1, n)))
	}
	number := func() int64 {
		if wild && rng.IntN(4) == 0 {
			return []int64{-1, 1 << 40, math.MaxInt64, math.MinInt64, model.NoTime}[rng.IntN(5)]
		}
		return rng.Int64N(100_000)
	}
	routes := len(p.Shifts)
	if wild {
		routes = rng.IntN(routes + 2)
	}
	plan := &model.Plan{}
	for k := range routes {
		r := model.Route{Shift: model.ShiftIdx(k), Depart: number(), Finish: number()}
		for range rng.IntN(5) {
			s := model.Stop{
				Kind: model.StopKind(rng.IntN(3)), Job: model.JobIdx(index(len(p.Jobs))), Node: model.NodeIdx(index(len(p.Nodes))),
				Arrival: number(), Start: number(), End: number(),
			}
			for range rng.IntN(3) {
				q := model.Supply{SKU: model.SKUIdx(index(len(p.SKUs))), Qty: number(), From: index(5) - 2}
				if len(p.Lanes) > 0 {
					q.Lot = index(3)
					for range rng.IntN(5) {
						q.Legs = append(q.Legs, model.Leg{Lane: model.LaneIdx(index(len(p.Lanes))), Leaves: number(), Arrives: number()})
					}
				}
				s.Parts = append(s.Parts, q)
				s.Tools = append(s.Tools, model.ToolSupply{Tool: model.ToolIdx(index(len(p.Tools))), From: index(4) - 1})
			}
			for range rng.IntN(3) {
				s.Returns = append(s.Returns, model.Landing{SKU: model.SKUIdx(index(len(p.SKUs))), Qty: number(), At: index(6) - 1})
			}
			r.Stops = append(r.Stops, s)
		}
		for range rng.IntN(2) {
			r.Returns = append(r.Returns, model.Landing{SKU: model.SKUIdx(index(len(p.SKUs))), Qty: number(), At: index(6) - 1})
		}
		for range rng.IntN(4) {
			r.Breaks = append(r.Breaks, model.BreakTaken{Break: index(3), Start: number(), End: number()})
		}
		plan.Routes = append(plan.Routes, r)
	}
	for range rng.IntN(8) {
		plan.Unassigned = append(plan.Unassigned, model.JobIdx(index(len(p.Jobs))))
	}
	return plan
}
