package exact_test

import (
	"testing"

	"callout/solver/model"

	gocmp "github.com/google/go-cmp/cmp"
)

func samePlan(a, b *model.Plan) bool { return gocmp.Equal(a, b) }

// needing is a street with jobs that need one unit of a SKU each, and a node at 5 with some, at 7 each and 3 a call that takes 4 seconds.
func needing(stock int64, places ...int64) *model.Problem {
	p := street(places...)
	p.SKUs = []string{"pump"}
	for k := range p.Jobs {
		p.Jobs[k].Parts = []model.Quantity{{Qty: 1}}
	}
	node(p, model.Node{ID: "depot", Handling: 4, Fixed: 3, Stock: []model.NodeStock{{Qty: stock, Price: 7}}}, 5, places...)
	return p
}

func TestSupply(t *testing.T) {
	needSolver(t)
	tests := map[string]struct {
		problem func() *model.Problem
		want    model.Cost
	}{
		// The depot lies on the way.
		"parts from a node": {func() *model.Problem { return needing(2, 10, 20) }, 40 + 3 + 14},
		"parts from the van": {func() *model.Problem {
			p := needing(2, 10, 20)
			p.Technicians[0].Stock = []model.Quantity{{Qty: 2}}
			return p
		}, 40},
		// One from each for one job.
		"parts from both": {func() *model.Problem {
			p := needing(2, 10)
			p.Jobs[0].Parts[0].Qty = 2
			p.Technicians[0].Stock = []model.Quantity{{Qty: 1}}
			return p
		}, 20 + 3 + 7},
		"stock runs out": {func() *model.Problem { return needing(1, 10, 20) }, 20 + 3 + 7 + 1000},
		"stock never runs out": {func() *model.Problem {
			return needing(model.Unlimited, 10, 20)
		}, 40 + 3 + 14},
		// Two routes share the node's stock; both jobs have to be done at once.
		"stock of two routes": {func() *model.Problem {
			p := needing(1, 10, 20)
			second(p)
			p.Jobs[0].Windows, p.Jobs[1].Windows = []model.Window{hard(30, 30)}, []model.Window{hard(30, 30)}
			return p
		}, 20 + 3 + 7 + 1000},
		// He has one for two shifts.
		"van of two shifts": {func() *model.Problem {
			p := street(10, 20)
			p.SKUs = []string{"pump"}
			p.Technicians[0].Stock = []model.Quantity{{Qty: 1}}
			s := p.Shifts[0]
			s.Earliest, s.RegularEnd, s.LatestEnd = 2000, 3000, 3000
			p.Shifts = append(p.Shifts, s)
			for k := range p.Jobs {
				p.Jobs[k].Parts = []model.Quantity{{Qty: 1}}
			}
			p.Jobs[1].Release = 2000
			return p
		}, 20 + 1000},
		// The call comes first, at 100; the job at 3 is passed before that, but needs what the node has.
		"opening hours and order": {func() *model.Problem {
			p := needing(2, 3, 10)
			p.Nodes[0].Open = []model.Interval{{From: 100, To: 110}, {From: 200, To: 210}}
			p.Shifts[0].WorkRate = 1
			return p
		}, 20 + 3 + 14 + 44}, // He leaves at 95: 20 of driving, 4 at the node, 20 of work.
		"closed": {func() *model.Problem {
			p := needing(2, 10)
			p.Nodes[0].Open = []model.Interval{{From: 0, To: 4}}
			return p
		}, 1000},
		// The other part is at a node at -5.
		"parts at two nodes": {func() *model.Problem {
			p := needing(1, 10)
			p.SKUs = append(p.SKUs, "valve")
			p.Jobs[0].Parts = append(p.Jobs[0].Parts, model.Quantity{SKU: 1, Qty: 1})
			p.Locations = append(p.Locations, model.Location{ID: "other"})
			p.Nodes = append(p.Nodes, model.Node{ID: "other", Location: 3, Stock: []model.NodeStock{{SKU: 1, Qty: 1}}})
			p.Profiles[0].Matrix = ways([]int64{0, 10, 5, -5})
			return p
		}, 30 + 3 + 7},
		// The node is at 5. Full with one part, the van comes back for the second: 5, 10, 5, 20, home.
		"room for one":  {func() *model.Problem { return narrow(1, 10, 20) }, 5 + 5 + 5 + 15 + 20 + 2*3 + 14},
		"room for two":  {func() *model.Problem { return narrow(2, 10, 20) }, 40 + 3 + 14},
		"room for none": {func() *model.Problem { return narrow(0, 10, 20) }, 2 * 1000},
		// What it has for the first job makes room for the second's.
		"room of what is used": {func() *model.Problem {
			p := narrow(1, 3, 10)
			p.Technicians[0].Stock = []model.Quantity{{Qty: 1}}
			return p
		}, 20 + 3 + 7},
		// What will do costs 5 and is in the van; the node is on the way, a call 3 and the part 7.
		"a substitute from the van":   {func() *model.Problem { return swapping(5, 10) }, 20 + 5},
		"a substitute that is dearer": {func() *model.Problem { return swapping(11, 10) }, 20 + 3 + 7},
		// There are two in the van, so that the call would be for one of three: not one of them comes from there.
		"no mixture": {func() *model.Problem {
			p := swapping(5, 10)
			p.Jobs[0].Parts[0].Qty = 3
			return p
		}, 1000},
		// Both jobs need what the van has one of; there is a substitute for the second only.
		"a substitute for who has one": {func() *model.Problem {
			p := street(10, 20)
			p.SKUs = []string{"pump", "valve"}
			p.Technicians[0].Stock = []model.Quantity{{Qty: 1}, {SKU: 1, Qty: 1}}
			for k := range p.Jobs {
				p.Jobs[k].Parts = []model.Quantity{{Qty: 1}}
			}
			p.Jobs[1].Substitutes = []model.Substitute{{SKU: 1, Price: 8}}
			return p
		}, 40 + 8},
		// Two routes at once cannot both have the one tool, one route may use it twice.
		"a tool for two routes": {func() *model.Problem {
			p := lending(10, 20)
			second(p)
			p.Jobs[0].Windows, p.Jobs[1].Windows = []model.Window{hard(30, 30)}, []model.Window{hard(30, 30)}
			return p
		}, 20 + 3 + 1000},
		"a tool for two jobs": {func() *model.Problem { return lending(10, 20) }, 40 + 3},
		"a tool carried": {func() *model.Problem {
			p := lending(10, 20)
			p.Technicians[0].Tools = []model.ToolIdx{0}
			return p
		}, 40},
		// The direct way is closed; by the node it is 5 and 5, but nothing is taken there.
		"no way round by a node": {func() *model.Problem {
			p := needing(0, 10)
			p.Jobs[0].Parts = nil
			p.Profiles[0].Matrix.Durations[1] = model.Unreachable
			return p
		}, 1000},
		// Neither the call nor the job, both at 5 and open at 5 only, takes time: the order is not told by the times.
		"no time at all": {func() *model.Problem {
			p := needing(1, 5)
			p.Jobs[0].Service, p.Jobs[0].Windows = 0, []model.Window{hard(5, 5)}
			p.Nodes[0].Handling, p.Nodes[0].Open = 0, []model.Interval{{From: 5, To: 5}}
			return p
		}, 10 + 3 + 7},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := tt.problem()
			if r := proven(t, p, nil); r.Vec[0] != tt.want {
				t.Errorf("costs %v, want %v\n%+v", r.Vec, tt.want, r.Plan)
			}
		})
	}
}

// narrow is needing with plenty at the node and a van that has room for so many.
func narrow(room int64, places ...int64) *model.Problem {
	p := needing(model.Unlimited, places...)
	p.Sizes = []model.Size{{model.Volume: 3}}
	p.Technicians[0].Capacity = &model.Size{model.NoLimit, 3*room + 2}
	return p
}

// swapping is needing with one at the node, and two of a substitute in the van.
func swapping(price model.Cost, places ...int64) *model.Problem {
	p := needing(1, places...)
	p.SKUs = append(p.SKUs, "other")
	p.Technicians[0].Stock = []model.Quantity{{SKU: 1, Qty: 2}}
	for k := range p.Jobs {
		p.Jobs[k].Substitutes = []model.Substitute{{SKU: 1, Price: price}}
	}
	return p
}

// lending is a street with jobs that need a tool that a node at 5 has one of, at 3 a call.
func lending(places ...int64) *model.Problem {
	p := street(places...)
	p.Tools = []string{"crane"}
	for k := range p.Jobs {
		p.Jobs[k].Tools = []model.ToolIdx{0}
	}
	node(p, model.Node{ID: "depot", Fixed: 3, Tools: []model.NodeTool{{Qty: 1}}}, 5, places...)
	return p
}

// A hint that cannot be bettered comes back as it is, also one that twins would have in another order, or with a needless call.
func TestHint(t *testing.T) {
	needSolver(t)
	p := street(10, 20)
	second(p)
	p.Shifts[0].MaxWork, p.Shifts[1].MaxWork = 50, 50
	best := proven(t, p, nil).Plan
	swapped := &model.Plan{Routes: []model.Route{best.Routes[1], best.Routes[0]}}
	for k := range swapped.Routes {
		swapped.Routes[k].Shift = model.ShiftIdx(k)
	}
	for _, hint := range []*model.Plan{best, swapped} {
		if r := proven(t, p, hint); r.Plan != hint {
			t.Errorf("another plan for %+v:\n%+v", hint, r.Plan)
		}
	}

	p = needing(1, 10)
	poor := proven(t, p, nil).Plan
	r := &poor.Routes[0]
	call := r.Stops[0]
	call.Arrival, call.Start, call.End = call.Arrival+300, call.Start+300, call.End+300
	r.Stops = append(r.Stops, call)
	r.Finish = call.End + 5
	if res := proven(t, p, poor); res.Vec[0] != 20+3+7 {
		t.Errorf("costs %v", res.Vec)
	}
}
