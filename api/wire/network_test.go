package wire

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/stock"
)

var networkNow = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func hour(h float64) *timestamppb.Timestamp {
	return timestamppb.New(networkNow.Add(time.Duration(h * float64(time.Hour))))
}

// smallNetwork has no faults.
func smallNetwork() *calloutv1.AllocateRequest {
	return &calloutv1.AllocateRequest{Network: &calloutv1.StockNetwork{
		CurrencyCode: "EUR", Now: hour(0),
		Nodes: []*calloutv1.StockNode{
			{Id: "N1", Stock: []*calloutv1.StockOnHand{{
				Sku: "pump", Quantity: 5, Reservations: []*calloutv1.TierReservation{{Tier: "gold", Quantity: 2, BreakCost: 2.5}},
			}}},
			{Id: "N2", Level: 1, Stock: []*calloutv1.StockOnHand{{Sku: "fan"}}},
		},
		Lanes: []*calloutv1.StockLane{{
			Id: "L1", FromNodeId: "N1", ToNodeId: "N2", FixedCost: 10, UnitCost: 0.5, LeadTime: durationpb.New(3 * time.Hour),
			Departures: []*calloutv1.LaneDeparture{{CutOff: hour(-1)}, {CutOff: hour(2)}, {CutOff: hour(8), Arrival: hour(20)}},
		}},
		Inbound: []*calloutv1.InboundSupply{{Id: "I1", NodeId: "N1", Sku: "fan", Quantity: 1, Arrival: hour(4)}},
		Demands: []*calloutv1.PartDemand{
			{Id: "D1", Sku: "pump", NodeId: "N2", Quantity: 4, Due: hour(6), Tier: "gold", LateCostPerHour: 3.6, LossCost: 100},
			{Id: "D2", Sku: "fan", NodeId: "N2", Quantity: 1, Due: hour(6), LossCost: 7},
		},
	}}
}

func TestNetwork(t *testing.T) {
	r, faults := Allocate(smallNetwork(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	want := &stock.Network{
		SKUs: []string{"pump", "fan"}, Tiers: []string{"gold"}, Nodes: []stock.Node{{ID: "N1"}, {ID: "N2", Level: 1}},
		Lots: []stock.Lot{
			{SKU: 0, Node: 0, Qty: 2, Inbound: -1, Reserved: 0, Break: 2_500_000},
			{SKU: 0, Node: 0, Qty: 3, Inbound: -1, Reserved: stock.NoTier},
			{SKU: 1, Node: 1, Inbound: -1, Reserved: stock.NoTier},
			{SKU: 1, Node: 0, Qty: 1, From: 4 * 3600, Inbound: 0, Reserved: stock.NoTier},
		},
		Lanes:      []stock.Lane{{ID: "L1", From: 0, To: 1, Fixed: 10_000_000, Unit: 500_000}},
		Departures: []stock.Departure{{Leaves: 2 * 3600, Arrives: 5 * 3600}, {Leaves: 8 * 3600, Arrives: 20 * 3600}}, // the first is of the past
		Demands: []stock.Demand{
			{ID: "D1", SKU: 0, Node: 1, Qty: 4, Due: 6 * 3600, Tier: 0, Late: 1000, Loss: 100_000_000},
			{ID: "D2", SKU: 1, Node: 1, Qty: 1, Due: 6 * 3600, Tier: stock.NoTier, Loss: 7_000_000},
		},
	}
	if diff := cmp.Diff(want, r.Network); diff != "" {
		t.Errorf("network (-want +got):\n%s", diff)
	}
	if s := r.Settings; s.TimeBudget != 10*time.Second || s.Workers != 1 || s.Gap != 0 || s.MinInterval != 100*time.Millisecond {
		t.Errorf("settings %+v", s)
	}
}

func TestNetworkFaults(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil func(*calloutv1.StockNetwork)
		want  []string
	}{
		"unknown SKU":    {func(n *calloutv1.StockNetwork) { n.Demands[1].Sku = "belt" }, []string{"network.demands[1].sku UNKNOWN_ID"}},
		"no SKU":         {func(n *calloutv1.StockNetwork) { n.Demands[1].Sku = "" }, []string{"network.demands[1].sku REQUIRED"}},
		"unknown node":   {func(n *calloutv1.StockNetwork) { n.Demands[0].NodeId = "N9" }, []string{"network.demands[0].node_id UNKNOWN_ID"}},
		"lane to nobody": {func(n *calloutv1.StockNetwork) { n.Lanes[0].ToNodeId = "N9" }, []string{"network.lanes[0].to_node_id UNKNOWN_ID"}},
		"lane in a ring": {func(n *calloutv1.StockNetwork) { n.Lanes[0].ToNodeId = "N1" }, []string{"network.lanes[0].to_node_id CONFLICT"}},
		"negative stock": {
			func(n *calloutv1.StockNetwork) { n.Nodes[0].Stock[0].Quantity = -1 },
			[]string{"network.nodes[0].stock[0].quantity OUT_OF_RANGE"},
		},
		"units that overflow": {
			func(n *calloutv1.StockNetwork) {
				n.Nodes[0].Stock[0].Quantity = math.MaxInt64
				n.Inbound[0].Quantity = math.MinInt64
				n.Demands[0].Quantity = 1 << 40
			},
			[]string{
				"network.nodes[0].stock[0].quantity OUT_OF_RANGE", "network.inbound[0].quantity OUT_OF_RANGE",
				"network.demands[0].quantity OUT_OF_RANGE",
			},
		},
		"more reserved than there is": {
			func(n *calloutv1.StockNetwork) { n.Nodes[0].Stock[0].Quantity = 1 },
			[]string{"network.nodes[0].stock[0].reservations OUT_OF_RANGE"},
		},
		"stock twice": {
			func(n *calloutv1.StockNetwork) {
				stocks := n.GetNodes()[0].GetStock()
				n.Nodes[0].Stock = append(stocks, stocks[0])
				stocks[0].Reservations = append(stocks[0].GetReservations(), &calloutv1.TierReservation{Tier: "gold"})
			},
			[]string{
				"network.nodes[0].stock[0].reservations[1].tier DUPLICATE", "network.nodes[0].stock[1].sku DUPLICATE",
			},
		},
		"arrives before it leaves": {
			func(n *calloutv1.StockNetwork) { n.Lanes[0].Departures[2].Arrival = hour(8) },
			[]string{"network.lanes[0].departures[2].arrival END_BEFORE_START"},
		},
		"past departures are read too": {
			func(n *calloutv1.StockNetwork) { n.Lanes[0].Departures[0].Arrival = hour(-2) },
			[]string{"network.lanes[0].departures[0].arrival END_BEFORE_START"},
		},
		"no lead time": {
			func(n *calloutv1.StockNetwork) { n.Lanes[0].LeadTime = nil },
			[]string{"network.lanes[0].departures[0].arrival REQUIRED", "network.lanes[0].departures[1].arrival REQUIRED"},
		},
		"negative lead time": {
			func(n *calloutv1.StockNetwork) { n.Lanes[0].LeadTime = durationpb.New(-time.Hour) },
			[]string{
				"network.lanes[0].lead_time OUT_OF_RANGE",
				"network.lanes[0].departures[0].arrival REQUIRED", "network.lanes[0].departures[1].arrival REQUIRED",
			},
		},
		"times": {
			func(n *calloutv1.StockNetwork) {
				n.Lanes[0].Departures[1].CutOff = nil
				n.Demands[0].Due = hour(24 * 1000)
				n.Inbound[0].Arrival = nil
			},
			[]string{
				"network.inbound[0].arrival REQUIRED", "network.lanes[0].departures[1].cut_off REQUIRED", "network.demands[0].due HORIZON",
			},
		},
		"no now":   {func(n *calloutv1.StockNetwork) { n.Now = nil }, []string{"network.now REQUIRED"}},
		"no loss":  {func(n *calloutv1.StockNetwork) { n.Demands[0].LossCost = 0 }, []string{"network.demands[0].loss_cost REQUIRED"}},
		"bad loss": {func(n *calloutv1.StockNetwork) { n.Demands[0].LossCost = -1 }, []string{"network.demands[0].loss_cost OUT_OF_RANGE"}},
		"prices": {
			func(n *calloutv1.StockNetwork) {
				n.Lanes[0].FixedCost, n.Lanes[0].UnitCost = math.Inf(1), -1
				n.Nodes[0].Stock[0].Reservations[0].BreakCost = 1e10
			},
			[]string{
				"network.lanes[0].fixed_cost NOT_FINITE", "network.nodes[0].stock[0].reservations[0].break_cost OUT_OF_RANGE",
				"network.lanes[0].unit_cost OUT_OF_RANGE",
			},
		},
		"dear": {
			func(n *calloutv1.StockNetwork) { n.Demands[0].Quantity, n.Demands[0].LossCost = 1e9, 1e9 },
			[]string{"network.demands COST_OVERFLOW"},
		},
		"ids": {
			func(n *calloutv1.StockNetwork) {
				n.Nodes[1].Id, n.Demands[1].Id, n.Inbound[0].Id = "N1", "", ""
				n.Lanes[0].ToNodeId, n.Demands[0].NodeId, n.Demands[1].NodeId = "N2", "N1", "N1"
			},
			[]string{
				"network.nodes[1].id DUPLICATE", "network.demands[1].id REQUIRED", "network.inbound[0].id REQUIRED",
				"network.lanes[0].to_node_id UNKNOWN_ID",
			},
		},
		"null": {func(n *calloutv1.StockNetwork) { n.Lanes[0].Departures[0] = nil }, []string{"network.lanes[0].departures[0] NULL"}},
	} {
		t.Run(name, func(t *testing.T) {
			in := smallNetwork()
			tt.spoil(in.GetNetwork())
			r, faults := Allocate(in, DefaultLimits())
			var got []string
			for _, f := range faults {
				got = append(got, f.Path+" "+f.Code)
			}
			if r != nil || !slices.Equal(got, tt.want) {
				t.Errorf("faults %q, want %q", got, tt.want)
			}
		})
	}
}

func TestAllocateSettings(t *testing.T) {
	in := smallNetwork()
	in.Settings = &calloutv1.AllocateSettings{MaxRounds: -1, Workers: 3, Gap: 1.5, TimeBudget: durationpb.New(0)}
	_, faults := Allocate(in, DefaultLimits())
	want := []string{
		"settings.gap OUT_OF_RANGE", "settings.time_budget OUT_OF_RANGE", "settings.max_rounds OUT_OF_RANGE", "settings.workers TOO_LARGE",
	}
	var got []string
	for _, f := range faults {
		got = append(got, f.Path+" "+f.Code)
	}
	if !slices.Equal(got, want) {
		t.Errorf("faults %q, want %q", got, want)
	}
	_, faults = Allocate(new(calloutv1.AllocateRequest), DefaultLimits())
	if len(faults) != 1 || faults[0].Path != "network" || faults[0].Code != Required {
		t.Error(faults)
	}
	lim := DefaultLimits()
	lim.Departures, lim.StockPairs = 2, 0
	in = smallNetwork()
	if _, faults = Allocate(in, lim); len(faults) != 1 || faults[0].Code != TooMany {
		t.Error(faults)
	}
	lim.Departures, lim.StockWork = 3, 3
	if _, faults = Allocate(in, lim); len(faults) != 3 || faults[0].Code != TooLarge {
		t.Error(faults)
	}
}

// Five units are asked for; two of gold's go with the first departure, one of the free ones with the second, fourteen hours late.
func TestAllocationOut(t *testing.T) {
	r, faults := Allocate(smallNetwork(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	a := &stock.Allocation{Supplies: []stock.Supply{
		{Demand: 0, Lot: 0, Qty: 2, Path: []stock.DepartureIdx{0}}, {Demand: 0, Lot: 1, Qty: 1, Path: []stock.DepartureIdx{1}},
	}}
	out := AllocationOut(r.Network, r.Context, a, &Allocated{
		Terms:  stock.Terms{Fixed: 20e6, Unit: 1.5e6, Late: 50.4e6, Short: 107e6},
		Served: []int64{3, 0}, InTime: []int64{2, 0}, Arrives: []stock.Time{5 * 3600, 20 * 3600},
		Explanation: &stock.Explanation{
			Supplies: []stock.Alternative{{Lot: 1, Arrives: 5 * 3600, Cost: 1e6}, {Lot: -1}},
			Shortages: []stock.Shortage{
				{Demand: 0, Qty: 1, Reason: stock.Taken, Nearest: stock.Alternative{Lot: 0, Arrives: 5 * 3600, Cost: 5e5, Taken: true}},
				{Demand: 1, Qty: 1, Reason: stock.NotWorthIt, Nearest: stock.Alternative{Lot: 3, Arrives: 20 * 3600, Cost: 1e7}},
			},
		},
	})
	want := &calloutv1.Allocation{
		CurrencyCode: "EUR",
		Cost:         &calloutv1.AllocationCost{Total: 178.9, Fixed: 20, Unit: 1.5, Late: 50.4, Short: 107},
		Metrics: &calloutv1.AllocationMetrics{
			Units: 5, UnitsInTime: 2, UnitsLate: 1, UnitsShort: 2, FillRate: 0.6, MeanLateness: durationpb.New(14 * time.Hour), DeparturesUsed: 2,
		},
		Demands: []*calloutv1.DemandAllocation{
			{
				DemandId: "D1", UnitsShort: 1,
				Sources: []*calloutv1.DemandSource{
					{
						Quantity: 2, NodeId: "N1", ReservedTier: "gold", Arrival: hour(5), Late: durationpb.New(0), Cost: 1, FixedShare: 10,
						Legs:        []*calloutv1.SourceLeg{{LaneId: "L1", ToNodeId: "N2", CutOff: hour(2), Arrival: hour(5)}},
						Alternative: &calloutv1.SourceAlternative{NodeId: "N1", Arrival: hour(5), Cost: 1},
					},
					{
						Quantity: 1, NodeId: "N1", Arrival: hour(20), Late: durationpb.New(14 * time.Hour), Cost: 50.9, FixedShare: 10,
						Legs: []*calloutv1.SourceLeg{{LaneId: "L1", ToNodeId: "N2", CutOff: hour(8), Arrival: hour(20)}},
					},
				},
				Shortage: &calloutv1.Shortage{
					Reason: calloutv1.ShortageReason_SHORTAGE_REASON_TAKEN, Cost: 100,
					Message: "all units of pump that could be at N2 go to other demands; the nearest are at N1",
					Nearest: &calloutv1.SourceAlternative{NodeId: "N1", Arrival: hour(5), Cost: 0.5, Taken: true},
				},
			},
			{
				DemandId: "D2", UnitsShort: 1,
				Shortage: &calloutv1.Shortage{
					Reason: calloutv1.ShortageReason_SHORTAGE_REASON_NOT_WORTH_IT, Cost: 7,
					Message: "units of fan are left, but to bring one costs more than to go without (7.00); the nearest are at N1, for 10.00",
					Nearest: &calloutv1.SourceAlternative{NodeId: "N1", InboundId: "I1", Arrival: hour(20), Cost: 10},
				},
			},
		},
		Shipments: []*calloutv1.StockShipment{
			{
				LaneId: "L1", FromNodeId: "N1", ToNodeId: "N2", CutOff: hour(2), Arrival: hour(5), Cost: 11,
				Kind:  calloutv1.TransferKind_TRANSFER_KIND_FROM_ABOVE,
				Lines: []*calloutv1.ShipmentLine{{Sku: "pump", Quantity: 2, DemandId: "D1"}},
			},
			{
				LaneId: "L1", FromNodeId: "N1", ToNodeId: "N2", CutOff: hour(8), Arrival: hour(20), Cost: 10.5,
				Kind:  calloutv1.TransferKind_TRANSFER_KIND_FROM_ABOVE,
				Lines: []*calloutv1.ShipmentLine{{Sku: "pump", Quantity: 1, DemandId: "D1"}},
			},
		},
		Stock: []*calloutv1.StockUse{{NodeId: "N1", Sku: "pump", Used: 3, Left: 2}},
	}
	if !proto.Equal(want, out) {
		t.Errorf("got  %s\nwant %s", out, want)
	}
}

func FuzzNetwork(f *testing.F) {
	for _, n := range []*calloutv1.StockNetwork{smallNetwork().GetNetwork(), {}} {
		raw, err := proto.Marshal(n)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		in := new(calloutv1.StockNetwork)
		if proto.Unmarshal(raw, in) != nil {
			return
		}
		var n *stock.Network
		var faults Faults
		thrifty(t, in, func() { n, _, faults = Network(in, DefaultLimits()) })
		wellFormed(t, faults)
		if (n == nil) != (len(faults) > 0) {
			t.Error("a network beside its faults, or neither")
		}
		if n == nil {
			return
		}
		for _, l := range n.Lots {
			if l.Qty < 0 || l.Qty > stock.MaxQty || l.From < 0 || int(l.Node) >= len(n.Nodes) || int(l.SKU) >= len(n.SKUs) {
				t.Errorf("lot %+v", l)
			}
		}
		for _, d := range n.Departures {
			if d.Leaves < 0 || d.Arrives <= d.Leaves || int(d.Lane) >= len(n.Lanes) {
				t.Errorf("departure %+v", d)
			}
		}
		for k := range n.Demands {
			d := &n.Demands[k]
			if d.Qty < 1 || d.Qty > stock.MaxQty || d.Loss < 1 || d.Late < 0 || int(d.Node) >= len(n.Nodes) || int(d.SKU) >= len(n.SKUs) {
				t.Errorf("demand %+v", d)
			}
		}
	})
}
