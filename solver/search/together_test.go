package search_test

import (
	"testing"

	"callout/solver/model"
	"callout/solver/search"
)

// street is one technician at home at 0 on a street, where a second of driving takes one unit of way and costs 1, with a job at each
// of the places given, which costs 1000 to leave out.
func street(places ...int64) *model.Problem {
	p := &model.Problem{
		SKUs: []string{"pump", "valve"}, Tools: []string{"crane"},
		Profiles:    []model.Profile{{ID: "car"}},
		Technicians: []model.Technician{{ID: "ann"}},
		Shifts: []model.Shift{{
			ID: "shift", RegularEnd: 5000, LatestEnd: 5000, TravelRate: 1,
			MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
		}},
	}
	for k := range places {
		p.Jobs = append(p.Jobs, model.Job{ID: "job", Location: model.LocIdx(k + 1), Service: 10, Unassigned: 1000})
	}
	settle(p, append([]int64{0}, places...))
	return p
}

// settle makes the locations those on the street.
func settle(p *model.Problem, at []int64) {
	p.Locations = make([]model.Location, len(at))
	m := &model.Matrix{N: len(at)}
	for _, a := range at {
		for _, b := range at {
			m.Durations = append(m.Durations, int32(max(a-b, b-a)))
		}
	}
	p.Profiles[0].Matrix = m
}

// depots is a street with a job at 10, one without needs at each of the other places, and nodes with a pump at 5 and a valve at -5.
func depots(others ...int64) *model.Problem {
	places := append([]int64{10}, others...)
	p := street(places...)
	at := append([]int64{0}, places...)
	settle(p, append(at, 5, -5))
	for k := range 2 {
		p.Nodes = append(p.Nodes, model.Node{ID: "depot", Location: model.LocIdx(len(at) + k), Handling: 4})
	}
	p.Nodes[0].Stock = []model.NodeStock{{SKU: 0, Qty: 1}}
	p.Nodes[1].Stock = []model.NodeStock{{SKU: 1, Qty: 1}}
	p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 1}, {SKU: 1, Qty: 1}}
	return p
}

// Each problem needs several changes of the plan at once, of which none pays alone, or is even possible. The costs are derived in
// the comments.
func TestTogether(t *testing.T) {
	for name, tt := range map[string]struct {
		problem func() *model.Problem
		want    model.Cost
	}{
		// To -5, by 5 to 10, and home.
		"parts at two nodes": {func() *model.Problem { return depots() }, 5 + 15 + 10},
		// On the way to another job.
		"on the way": {func() *model.Problem { return depots(20) }, 5 + 25 + 20},
		// The crane is where the valve was.
		"a part and a tool": {func() *model.Problem {
			p := depots()
			p.Jobs[0].Parts, p.Jobs[0].Tools = p.Jobs[0].Parts[:1], []model.ToolIdx{0}
			p.Nodes[1].Stock, p.Nodes[1].Tools = nil, []model.NodeTool{{Tool: 0, Qty: 1}}
			return p
		}, 5 + 15 + 10},
		// One from the van, one from each of two nodes.
		"one part from everywhere": {func() *model.Problem {
			p := depots()
			p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 3}}
			p.Technicians[0].Stock = []model.Quantity{{SKU: 0, Qty: 1}}
			p.Nodes[1].Stock[0].SKU = 0
			return p
		}, 5 + 15 + 10},
		// One unit is missing wherever he calls.
		"not enough anywhere": {func() *model.Problem {
			p := depots()
			p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 2}, {SKU: 1, Qty: 1}}
			return p
		}, 1000},
		// The only pump goes to the job that is dearer to leave out.
		"the other job needs the pump": {func() *model.Problem {
			p := depots(6)
			p.Jobs[1].Parts, p.Jobs[1].Unassigned = []model.Quantity{{SKU: 0, Qty: 1}}, 2000
			return p
		}, 12 + 1000},
		// One does not pay the shift; both do.
		"jobs that pay a shift together": {func() *model.Problem {
			p := street(10, 10)
			p.Shifts[0].Fixed = 1500
			return p
		}, 20 + 1500},
		"jobs that do not even pay a shift together": {func() *model.Problem {
			p := street(10, 10)
			p.Shifts[0].Fixed = 1990
			return p
		}, 2000},
		// He works already; the way to 1200 and back pays for all three.
		"jobs that pay a way together": {func() *model.Problem {
			return street(-10, 1200, 1201, 1202)
		}, 20 + 2*1202},
		// Ann works already; the two that only Bob may do pay his shift.
		"jobs that pay the second shift together": {func() *model.Problem {
			p := street(10, 20, 20)
			p.Technicians = append(p.Technicians, model.Technician{ID: "bob"})
			p.Shifts = append(p.Shifts, p.Shifts[0])
			p.Shifts[1].Tech, p.Shifts[1].Fixed = 1, 1500
			for k := range p.Jobs {
				p.Jobs[k].Required = []model.TechIdx{min(model.TechIdx(k), 1)}
			}
			return p
		}, 20 + 40 + 1500},
	} {
		t.Run(name, func(t *testing.T) {
			p := tt.problem()
			for seed := range uint64(3) {
				res := solve(t, compile(t, p), search.Options{Seed: seed, Iterations: 2000})
				judge(t, p, &res.Best)
				if res.Best.Vec[0] != tt.want {
					t.Errorf("seed %d: costs %v, want %v: %+v", seed, res.Best.Vec, tt.want, res.Best.Plan)
				}
			}
		})
	}
}
