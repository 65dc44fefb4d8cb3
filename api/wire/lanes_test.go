package wire

import (
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/testing/protocmp"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"

	"github.com/google/go-cmp/cmp"
)

// shipping is a small problem whose first node ships, and has stock reserved and to come.
func shipping(t *testing.T) *calloutv1.Problem {
	t.Helper()
	p := monday()
	n := &calloutv1.Node{Id: "depot", LocationId: "here"}
	p.Nodes = []*calloutv1.Node{n}
	n.Stock = []*calloutv1.NodeStock{{Sku: "pump", Quantity: 9, UnitCost: 4}}
	n.Lanes = []*calloutv1.Lane{
		{Id: "bike", LeadTime: durationpb.New(90 * time.Minute), CostPerShipment: 12, CostPerUnit: 0.5},
		{
			Id: "run", ToNodeId: "hub", LeadTime: durationpb.New(time.Hour), Departures: []*timestamppb.Timestamp{clock(11, 0), clock(1, 0), clock(9, 0)},
			Timetable: []*calloutv1.LaneDeparture{{CutOff: clock(10, 0), Arrival: clock(10, 30)}, {CutOff: clock(9, 0)}},
		},
	}
	n.Reservations = []*calloutv1.Reservation{
		{Sku: "pump", Quantity: 2, CustomerTier: "gold", BreakCost: 3}, {Sku: "pump", Quantity: 1, JobId: p.GetJobs()[0].GetId()},
		{Sku: "pump", Quantity: 1},
	}
	p.Nodes = append(p.Nodes, &calloutv1.Node{Id: "hub", LocationId: n.GetLocationId()})
	p.Inbound = []*calloutv1.InboundSupply{{Id: "asn", NodeId: n.GetId(), Sku: "pump", Quantity: 7, Arrival: clock(10, 0)}}
	p.Jobs[0].Parts = []*calloutv1.PartRequirement{{Sku: "pump", Quantity: 4}}
	return p
}

func TestLanes(t *testing.T) {
	p, ctx, faults := Problem(shipping(t), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sec := func(h, m int) model.Time { return clock(h, m).GetSeconds() - ctx.Epoch.Unix() }
	pump := ctx.skus["pump"]
	wantLanes := []model.Lane{
		{ID: "bike", From: 0, To: model.NoNode, Fixed: 12_000_000, Unit: 500_000, Lead: 5400},
		{ID: "run", From: 0, To: 1, Departures: []model.Departure{
			{Leaves: sec(9, 0), Arrives: sec(10, 0)}, {Leaves: sec(10, 0), Arrives: sec(10, 30)}, {Leaves: sec(11, 0), Arrives: sec(12, 0)},
		}},
	}
	if d := cmp.Diff(wantLanes, p.Lanes); d != "" {
		t.Errorf("lanes (-want +got):\n%s", d)
	}
	wantLots := []model.Lot{
		{SKU: pump, Qty: 2, Price: 4_000_000, Tier: ctx.tiers["gold"], Break: 3_000_000},
		{SKU: pump, Qty: 1, Price: 4_000_000, Jobs: []model.JobIdx{0}},
		{SKU: pump, Qty: 1, Price: 4_000_000, Jobs: []model.JobIdx{nobody}},
		{ID: "asn", SKU: pump, Qty: 7, Price: 4_000_000, From: sec(10, 0)},
	}
	if d := cmp.Diff(wantLots, p.Nodes[0].Lots); d != "" {
		t.Errorf("lots (-want +got):\n%s", d)
	}
	if free, _ := p.Nodes[0].StockOf(pump); free != 5 {
		t.Errorf("%d pumps are free, want 9 - 2 - 1 - 1", free)
	}
}

func TestTooMuchReserved(t *testing.T) {
	in := shipping(t)
	in.GetNodes()[0].GetReservations()[0].Quantity = 8
	_, _, faults := Problem(in, DefaultLimits())
	if len(faults) != 1 || faults[0].Code != OutOfRange || faults[0].Path != "problem.nodes[0].reservations[2].quantity" {
		t.Errorf("9 of 9 pumps and then one more are kept: %v", faults)
	}
}

// TestShipmentRoundTrip: a plan with shipments comes back as it was sent.
func TestShipmentRoundTrip(t *testing.T) {
	problem := shipping(t)
	p, ctx, faults := Problem(problem, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	node := problem.GetNodes()[0].GetId()
	leg := func(lane string, from, to *timestamppb.Timestamp) *calloutv1.SupplyLeg {
		return &calloutv1.SupplyLeg{NodeId: node, LaneId: lane, CutOff: from, Arrival: to}
	}
	parts := []*calloutv1.PartSupply{
		{Sku: "pump", Quantity: 1, NodeId: "hub", Call: 1, Legs: []*calloutv1.SupplyLeg{leg("run", clock(9, 0), clock(10, 0))}, Cost: 4},
		{Sku: "pump", Quantity: 1, NodeId: "hub", Call: 1, InboundId: "asn", Legs: []*calloutv1.SupplyLeg{leg("run", clock(10, 0), clock(10, 30))}, Cost: 4},
		{Sku: "pump", Quantity: 1, Legs: []*calloutv1.SupplyLeg{leg("bike", clock(9, 0), clock(10, 30))}, ReservedForJob: true, Cost: 4 + 0.5 + 12},
		{Sku: "pump", Quantity: 1, Legs: []*calloutv1.SupplyLeg{leg("bike", clock(9, 0), clock(10, 30))}, ReservedTier: "gold", Cost: 4 + 0.5 + 3},
	}
	shift := problem.GetTechnicians()[0]
	in := &calloutv1.Plan{Routes: []*calloutv1.Route{{
		TechnicianId: shift.GetId(), ShiftId: shift.GetShifts()[0].GetId(), Depart: clock(9, 0), Finish: clock(16, 0),
		Stops: []*calloutv1.Stop{
			{Kind: &calloutv1.Stop_Pickup{Pickup: &calloutv1.Pickup{NodeId: "hub"}}, Arrival: clock(10, 30), Start: clock(10, 30), End: clock(10, 30)},
			{
				Kind:    &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: problem.GetJobs()[0].GetId(), Parts: parts}},
				Arrival: clock(11, 0), Start: clock(11, 0), End: clock(12, 0),
			},
		},
	}}}
	plan, faults := PlanIn(ctx, in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	out := PlanOut(p, ctx, plan, Cost{})
	if d := cmp.Diff(parts, out.GetRoutes()[0].GetStops()[1].GetVisit().GetParts(), protocmp.Transform()); d != "" {
		t.Errorf("supplies (-want +got):\n%s", d)
	}
	for name, spoil := range map[string]func(s *calloutv1.PartSupply){
		"routes[0].stops[1].visit.parts[0].legs[0].node_id UNKNOWN_ID": func(s *calloutv1.PartSupply) { s.Legs[0].NodeId = "nowhere" },
		"routes[0].stops[1].visit.parts[0].legs[0].lane_id UNKNOWN_ID": func(s *calloutv1.PartSupply) { s.Legs[0].LaneId = "rocket" },
		"routes[0].stops[1].visit.parts[0].legs[0] MIXED_TIMES":        func(s *calloutv1.PartSupply) { s.Legs[0].CutOff = nil },
		"routes[0].stops[1].visit.parts[0].inbound_id UNKNOWN_ID":      func(s *calloutv1.PartSupply) { s.InboundId = "x" },
		"routes[0].stops[1].visit.parts[0].reserved_tier UNKNOWN_ID":   func(s *calloutv1.PartSupply) { s.ReservedTier = "x" },
		"routes[0].stops[1].visit.parts[0] CONFLICT":                   func(s *calloutv1.PartSupply) { s.Legs, s.NodeId, s.Call, s.InboundId = nil, "", 0, "asn" },
	} {
		bad := proto.CloneOf(in)
		spoil(bad.GetRoutes()[0].GetStops()[1].GetVisit().GetParts()[0])
		_, faults := PlanIn(ctx, bad)
		if len(faults) != 1 || faults[0].Path+" "+faults[0].Code != "plan."+name {
			t.Errorf("want %s, got %v", name, faults)
		}
	}
}
