package wire

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// returningRequest is the small request in which J1 returns parts to the node and something at the end of the shift, and T1 has a part to hand in.
func returningRequest(t *testing.T) *calloutv1.SolveRequest {
	t.Helper()
	in := small(t)
	p := in.GetProblem()
	node := p.GetNodes()[0].GetId()
	p.Jobs[0].Returns = []*calloutv1.PartReturn{
		{Sku: "old pump", Quantity: 2, NodeIds: []string{node}}, {Sku: "valve", Quantity: 1},
	}
	p.Technicians[0].Returns = []*calloutv1.PartReturn{{Sku: "seal", Quantity: 3, NodeIds: []string{node}}}
	p.Parts = []*calloutv1.Part{{Sku: "valve", ReturnNodeIds: []string{node}}}
	return in
}

func TestReturnsIn(t *testing.T) {
	p, _, faults := Problem(returningRequest(t).GetProblem(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sku := func(name string) model.SKUIdx { return model.SKUIdx(slices.Index(p.SKUs, name)) }
	first := []model.NodeIdx{0}
	want := []model.Return{{SKU: sku("valve"), Qty: 1}, {SKU: sku("old pump"), Qty: 2, Nodes: first}}
	if diff := cmp.Diff(want, p.Jobs[0].Returns); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]model.Return{{SKU: sku("seal"), Qty: 3, Nodes: first}}, p.Technicians[0].Returns); diff != "" {
		t.Error(diff)
	}
	for k := range p.SKUs {
		if got := p.LeftoverNodes(model.SKUIdx(k)); (len(got) > 0) != (p.SKUs[k] == "valve") {
			t.Errorf("units of %s that are left over land at %v", p.SKUs[k], got)
		}
	}
}

// A plan says where everything lands, and what lands at each call; read again it says the same. Where it says nothing of calls, it is the first.
func TestLandings(t *testing.T) {
	p, ctx, faults := Problem(returningRequest(t).GetProblem(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	plan := smallPlan()
	r := &plan.Routes[0]
	r.Stops = append(r.Stops, r.Stops[0], r.Stops[0])
	p.Land(r, p.Held(0))
	pump, seal := model.SKUIdx(slices.Index(p.SKUs, "old pump")), model.SKUIdx(slices.Index(p.SKUs, "seal"))
	if len(r.Stops[1].Returns) != 2 || len(r.Returns) != 1 || r.Returns[0].At != 0 {
		t.Fatalf("landings %v and %v", r.Stops[1].Returns, r.Returns)
	}
	r.Stops[1].Returns = []model.Landing{{SKU: pump, Qty: 1, At: 3}, {SKU: pump, Qty: 1, At: 4}, {SKU: 0, Qty: 1, At: model.EndOfShift}}
	out := PlanOut(p, ctx, plan, Cost{})
	stops := out.GetRoutes()[0].GetStops()
	for k, want := range map[int]*calloutv1.PickedPart{
		0: {Sku: p.SKUs[seal], Quantity: 3}, 3: {Sku: "old pump", Quantity: 1}, 4: {Sku: "old pump", Quantity: 1},
	} {
		got := stops[k].GetPickup().GetReturned()
		if len(got) != 1 || got[0].GetSku() != want.GetSku() || got[0].GetQuantity() != want.GetQuantity() {
			t.Errorf("at stop %d %v lands, want %v", k, got, want)
		}
	}
	back, faults := PlanIn(ctx, out)
	if diff := cmp.Diff(plan, back); diff != "" || len(faults) > 0 {
		t.Errorf("(-want +got):\n%s%v", diff, faults)
	}
	stops[1].GetVisit().GetReturns()[1].Call = 0
	back, faults = PlanIn(ctx, out)
	if len(faults) > 0 || back.Routes[0].Stops[1].Returns[1].At != 3 {
		t.Errorf("%v %v", back.Routes[0].Stops[1].Returns, faults)
	}
}

func TestLandingFaults(t *testing.T) {
	p, ctx, faults := Problem(returningRequest(t).GetProblem(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	node := p.Nodes[0].ID
	out := PlanOut(p, ctx, smallPlan(), Cost{})
	r := out.GetRoutes()[0]
	r.Returns = []*calloutv1.Landing{{Sku: "seal", Quantity: 3, NodeId: node, Call: 2}, {Quantity: 1, Call: 1}}
	r.GetStops()[1].GetVisit().Returns = []*calloutv1.Landing{
		{Sku: "old pump", Quantity: 2, NodeId: node}, {Sku: "what?", NodeId: "nowhere"}, {Sku: "valve", NodeId: node, Call: 1},
	}
	_, faults = PlanIn(ctx, out)
	want := []string{
		"plan.routes[0].returns[0].node_id NO_SUCH_CALL", "plan.routes[0].returns[1].sku REQUIRED", "plan.routes[0].returns[1].call CONFLICT",
		"plan.routes[0].stops[1].visit.returns[0].node_id NO_SUCH_CALL", "plan.routes[0].stops[1].visit.returns[1].sku UNKNOWN_ID",
		"plan.routes[0].stops[1].visit.returns[1].node_id UNKNOWN_ID", "plan.routes[0].stops[1].visit.returns[2].quantity OUT_OF_RANGE",
	}
	if got := brief(faults); !slices.Equal(got, want) {
		t.Errorf("faults %q, want %q", got, want)
	}
	if _, _, faults := WarmStart(ctx, out); len(faults) > 0 {
		t.Errorf("a plan to start from lands its returns anew: %v", faults)
	}
}
