package exact_test

import (
	"testing"

	"callout/solver/model"
)

// returning is a street with jobs that return one unit of a SKU each, which weighs 1, to a node, at 3 a call that takes 4 seconds.
func returning(at int64, places ...int64) *model.Problem {
	p := street(places...)
	p.SKUs = []string{"worn"}
	p.Sizes = []model.Size{{model.Weight: 1}}
	node(p, model.Node{ID: "depot", Handling: 4, Fixed: 3}, at, places...)
	for k := range p.Jobs {
		p.Jobs[k].Returns = []model.Return{{Qty: 1, Nodes: []model.NodeIdx{0}}}
	}
	return p
}

func TestReturns(t *testing.T) {
	needSolver(t)
	carrying := func(p *model.Problem, limit int64) *model.Problem {
		p.Technicians[0].Capacity = &model.Size{limit, model.NoLimit}
		return p
	}
	tests := map[string]struct {
		problem func() *model.Problem
		want    model.Cost
	}{
		"on the way home":       {func() *model.Problem { return returning(5, 10) }, 20 + 3},
		"behind the job":        {func() *model.Problem { return returning(15, 10) }, 30 + 3},
		"one call for both":     {func() *model.Problem { return returning(5, 10, 20) }, 40 + 3},
		"one call behind all":   {func() *model.Problem { return returning(15, 10, 20) }, 40 + 3},
		"at the end of the day": {func() *model.Problem { p := returning(15, 10); p.Jobs[0].Returns[0].Nodes = nil; return p }, 20},
		"closed by then": {func() *model.Problem {
			p := returning(5, 10)
			p.Nodes[0].Open = []model.Interval{{From: 0, To: 24}} // 5 for the way to the job, 10 for the work, 5 to the node
			p.Jobs[0].Windows = []model.Window{hard(10, 20)}
			return p
		}, 1000},
		// It needs a pump from where it returns the worn one to: out and back.
		"called at twice": {func() *model.Problem {
			p := returning(5, 10)
			p.SKUs = append(p.SKUs, "pump")
			p.Jobs[0].Parts = []model.Quantity{{SKU: 1, Qty: 1}}
			p.Nodes[0].Stock = []model.NodeStock{{SKU: 1, Qty: 1, Price: 7}}
			return p
		}, 20 + 2*3 + 7},
		// Either of two nodes will do; the other one, at 12, costs less.
		"either node": {func() *model.Problem {
			p := returning(5, 10)
			p.Locations = append(p.Locations, model.Location{ID: "other"})
			p.Nodes = append(p.Nodes, model.Node{ID: "other", Location: 3})
			p.Profiles[0].Matrix = ways([]int64{0, 10, 5, 11})
			p.Jobs[0].Returns[0].Nodes = []model.NodeIdx{0, 1}
			return p
		}, 22},
		// The van takes one worn part at a time: 10, 5, 20, 5.
		"room for one":  {func() *model.Problem { return carrying(returning(5, 10, 20), 1) }, 50 + 2*3},
		"room for two":  {func() *model.Problem { return carrying(returning(5, 10, 20), 2) }, 40 + 3},
		"room for none": {func() *model.Problem { return carrying(returning(5, 10), 0) }, 1000},
		"room of what is used": {func() *model.Problem {
			p := carrying(returning(5, 10), 1)
			p.Technicians[0].Stock = []model.Quantity{{Qty: 1}}
			p.Jobs[0].Parts = []model.Quantity{{Qty: 1}}
			return p
		}, 20 + 3},
		// The job itself returns nothing; what is held lands on the way there.
		"held": {func() *model.Problem {
			p := returning(5, 10)
			p.Technicians[0].Returns, p.Jobs[0].Returns = p.Jobs[0].Returns, nil
			return p
		}, 20 + 3},
		"held, and not worth it": {func() *model.Problem {
			p := returning(5, 10)
			p.Technicians[0].Returns, p.Jobs[0].Returns = p.Jobs[0].Returns, nil
			p.Jobs[0].Unassigned = 22
			return p
		}, 22},
		"held in the later shift": {func() *model.Problem {
			p := returning(5, 10)
			p.Technicians[0].Returns, p.Jobs[0].Returns = p.Jobs[0].Returns, nil
			return postponed(p)
		}, 20},
		// What is held leaves no room in the later shift.
		"held, no room": {func() *model.Problem {
			p := carrying(returning(5, 10), 1)
			p.Technicians[0].Returns = p.Jobs[0].Returns
			return postponed(p)
		}, 1000},
		"held, and landed before": {func() *model.Problem {
			p := carrying(returning(5, 10), 1)
			p.Technicians[0].Returns = p.Jobs[0].Returns
			return p
		}, 20 + 2*3},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := tt.problem()
			if r := proven(t, p, nil); r.Vec[0] != tt.want {
				t.Errorf("costs %d, want %d", r.Vec[0], tt.want)
			}
			if got := searched(t, p, 300).Vec[0]; got != tt.want {
				t.Errorf("the search finds %d, want %d", got, tt.want)
			}
		})
	}
}

// postponed has the first job wait for a second shift.
func postponed(p *model.Problem) *model.Problem {
	p.Jobs[0].Release = 1000
	s := p.Shifts[0]
	s.Earliest, s.RegularEnd, s.LatestEnd = 1000, 2000, 2000
	p.Shifts = append(p.Shifts, s)
	return p
}
