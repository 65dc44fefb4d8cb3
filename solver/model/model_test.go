package model

import "testing"

func TestMatrix(t *testing.T) {
	m := &Matrix{N: 2, Durations: []int32{0, 7, 9, 0}, Distances: []int32{0, 70, 90, 0}}
	if m.Duration(0, 1) != 7 || m.Duration(1, 0) != 9 || m.Distance(0, 1) != 70 || m.Distance(1, 0) != 90 {
		t.Error("entry from*N+to is not the way from one to the other")
	}
	m.Distances = nil
	if m.Distance(1, 0) != 0 {
		t.Error("a matrix without distances has one")
	}
}

func TestNodeLooksUpStock(t *testing.T) {
	n := Node{Stock: []NodeStock{{1, 5, 20}, {3, 6, 30}}, Tools: []NodeTool{{2, 4}}}
	if qty, price := n.StockOf(3); qty != 6 || price != 30 {
		t.Errorf("%d at %d, want 6 at 30", qty, price)
	}
	if qty, price := n.StockOf(2); qty != 0 || price != 0 {
		t.Errorf("%d at %d of what is not stocked", qty, price)
	}
	if n.ToolsOf(2) != 4 || n.ToolsOf(1) != 0 {
		t.Error("wrong number of tools")
	}
}

func TestLocationOfStop(t *testing.T) {
	p := &Problem{Jobs: []Job{{Location: 1}, {Location: 2}}, Nodes: []Node{{Location: 3}, {Location: 4}}}
	if got := p.Location(&Stop{Kind: Visit, Job: 1, Node: 0}); got != 2 {
		t.Errorf("visit at %d, want 2", got)
	}
	if got := p.Location(&Stop{Kind: Pickup, Job: 0, Node: 1}); got != 4 {
		t.Errorf("pick-up at %d, want 4", got)
	}
}

func TestTermNames(t *testing.T) {
	seen := map[string]bool{}
	for k := range NumTerms {
		name := k.String()
		if name == "" || name == "unknown" || seen[name] {
			t.Errorf("term %d is called %q", k, name)
		}
		seen[name] = true
	}
	if Travel.String() != "travel" || Unassigned.String() != "unassigned" || NumTerms.String() != "unknown" {
		t.Error("names are not those of their terms")
	}
}

func TestTermsAndTiers(t *testing.T) {
	var a, b Terms
	for k := range a {
		a[k], b[k] = Cost(k), 100
	}
	sum := a
	sum.Add(&b)
	if sum[Overtime] != 103 || sum.Total() != 15*100+105 {
		t.Errorf("sum %v", sum)
	}
	sum.Sub(&b)
	if sum != a {
		t.Errorf("difference %v, want %v", sum, a)
	}
	o := Objective{}
	if got := o.Vec(&a); got != (Vec{105, 0, 0}) {
		t.Errorf("one tier: %v", got)
	}
	o.Tier[Overtime], o.Tier[Parts], o.Tier[Unassigned] = 1, 2, 2
	if got := o.Vec(&a); got != (Vec{105 - 3 - 11 - 12, 3, 23}) {
		t.Errorf("three tiers: %v", got)
	}
}

func TestVecLess(t *testing.T) {
	ordered := []Vec{{-1, 9, 9}, {0, 0, 0}, {0, 0, 1}, {0, 1, -5}, {1, -9, -9}}
	for i, v := range ordered {
		for j, w := range ordered {
			if v.Less(w) != (i < j) {
				t.Errorf("%v less than %v: %v", v, w, v.Less(w))
			}
		}
	}
}
