package check

import (
	"testing"

	"callout/solver/model"
)

const (
	hub                      = 1 // a second node
	vanRun, courier, cyclist = 0, 1, 2
)

// network adds to the fixture a hub, lanes and inbound supply, and has parts of the leak come by them.
//
//	2 valves     1 from the van, 1 of what arrives at the depot at 1200, picked up there at 1400
//	1 valve      from the depot by courier: 1000 to 1600
//	1 pump       from the hub with the van's run, 700 to 1300, to the depot, picked up there at 1400
func network(p *model.Problem, plan *model.Plan) {
	p.Now = 500
	p.Tiers = []string{"", "gold"}
	p.Nodes[depot].Lots = []model.Lot{{ID: "delivery", SKU: valve, Qty: 1, From: 1200, Price: 6}}
	p.Nodes = append(p.Nodes, model.Node{ID: "hub", Location: shop, Stock: []model.NodeStock{{SKU: pump, Qty: 1, Price: 7}}})
	p.Lanes = []model.Lane{
		{ID: "van run", From: hub, To: depot, Fixed: 20, Unit: 3, Departures: []model.Departure{{Leaves: 300, Arrives: 900}, {Leaves: 700, Arrives: 1300}}},
		{ID: "courier", From: depot, To: model.NoNode, Fixed: 30, Unit: 2, Lead: 600},
		{ID: "cyclist", From: hub, To: model.NoNode, Sites: []model.LocIdx{flat}, Fixed: 10, Lead: 2000},
	}
	_, r := day(p, plan)
	r.Stops[1].Parts = []model.Supply{
		{SKU: valve, Qty: 1, From: model.VanSource},
		{SKU: valve, Qty: 1, From: 0, Lot: 1},
		{SKU: valve, Qty: 1, From: model.CourierSource, Legs: []model.Leg{{Lane: courier, Leaves: 1000, Arrives: 1600}}},
		{SKU: pump, Qty: 1, From: 0, Legs: []model.Leg{{Lane: vanRun, Leaves: 700, Arrives: 1300}}},
	}
}

// shipments are mutations of a plan with shipments.
func shipmentMutations() []mutation {
	var out []mutation
	add := func(name string, code Code, size int64, where Where, apply func(*model.Problem, []model.Supply)) {
		out = append(out, mutation{name, code, size, where, func(p *model.Problem, plan *model.Plan) {
			network(p, plan)
			_, r := day(p, plan)
			apply(p, r.Stops[1].Parts)
		}})
	}
	valves, pumps := leakStop.about("valve"), leakStop.about("pump")
	add("a lot that there is not", SupplySource, 1, valves, func(_ *model.Problem, parts []model.Supply) { parts[1].Lot = 2 })
	add("a lot of another part", SupplySource, 1, valves, func(p *model.Problem, _ []model.Supply) { p.Nodes[depot].Lots[0].SKU = pump })
	add("a lot in the van", SupplySource, 1, valves, func(_ *model.Problem, parts []model.Supply) { parts[0].Lot = 1 })
	add("a courier from nowhere", SupplySource, 1, valves, func(_ *model.Problem, parts []model.Supply) { parts[2].Legs = nil })
	add("a van on the way", SupplySource, 1, valves, func(_ *model.Problem, parts []model.Supply) { parts[2].From = model.VanSource })
	add("no such lane", ShipmentWay, 1, pumps, func(_ *model.Problem, parts []model.Supply) { parts[3].Legs[0].Lane = 3 })
	add("a lane elsewhere", ShipmentWay, 1, pumps, func(p *model.Problem, _ []model.Supply) { p.Lanes[vanRun].To = hub })
	add("a courier to a node", ShipmentWay, 1, pumps, func(p *model.Problem, parts []model.Supply) {
		parts[3].Legs[0] = model.Leg{Lane: cyclist, Leaves: 500, Arrives: 2500}
		p.Lanes[cyclist].Lead, p.Lanes[cyclist].Departures = 0, []model.Departure{{Leaves: 500, Arrives: 1300}}
		parts[3].Legs[0].Arrives = 1300
	})
	add("a lane to a site", ShipmentWay, 1, pumps, func(_ *model.Problem, parts []model.Supply) { parts[3].From = model.CourierSource })
	add("a courier that does not go there", ShipmentWay, 1, pumps, func(p *model.Problem, parts []model.Supply) {
		parts[3] = model.Supply{SKU: pump, Qty: 1, From: model.CourierSource, Legs: []model.Leg{{Lane: cyclist, Leaves: 500, Arrives: 2500}}}
		p.Lanes[cyclist].Sites[0] = shop
	})
	add("legs that do not meet", ShipmentWay, 1, valves, func(_ *model.Problem, parts []model.Supply) {
		parts[2].Legs = []model.Leg{{Lane: courier, Leaves: 1000, Arrives: 1600}, {Lane: courier, Leaves: 1600, Arrives: 2200}}
	})
	add("round and round", ShipmentWay, 1, pumps, func(p *model.Problem, parts []model.Supply) {
		p.Lanes[vanRun].Departures = []model.Departure{{Leaves: 700, Arrives: 800}}
		p.Lanes[courier] = model.Lane{ID: "back", From: depot, To: hub, Departures: []model.Departure{{Leaves: 800, Arrives: 900}}}
		p.Lanes = append(p.Lanes, p.Lanes[vanRun], model.Lane{ID: "late", From: depot, Lead: 600, To: model.NoNode})
		p.Lanes[3].Departures = []model.Departure{{Leaves: 900, Arrives: 950}}
		parts[2].Legs = []model.Leg{{Lane: 4, Leaves: 1000, Arrives: 1600}}
		parts[3] = model.Supply{SKU: pump, Qty: 1, From: model.CourierSource, Legs: []model.Leg{
			{Lane: vanRun, Leaves: 700, Arrives: 800},
			{Lane: courier, Leaves: 800, Arrives: 900}, {Lane: 3, Leaves: 900, Arrives: 950}, {Lane: 4, Leaves: 1000, Arrives: 1600},
		}}
	})
	add("no such departure", ShipmentTimes, 10, pumps, func(_ *model.Problem, parts []model.Supply) { parts[3].Legs[0].Leaves = 690 })
	add("sooner than it goes", ShipmentTimes, 20, pumps, func(_ *model.Problem, parts []model.Supply) { parts[3].Legs[0].Arrives = 1280 })
	add("a lane's lead time", ShipmentTimes, 100, valves, func(_ *model.Problem, parts []model.Supply) { parts[2].Legs[0].Arrives = 1500 })
	add("past", ShipmentTimes, 600, pumps, func(p *model.Problem, _ []model.Supply) {
		p.Now, p.Lanes[vanRun].Departures = 1000, append(p.Lanes[vanRun].Departures, model.Departure{Leaves: 1300, Arrives: 1900})
	})
	add("past, at any time", ShipmentTimes, 200, valves, func(p *model.Problem, parts []model.Supply) {
		p.Now = 700
		parts[2].Legs[0] = model.Leg{Lane: courier, Leaves: 500, Arrives: 1100}
	})
	add("", CutOff, 100, valves, func(p *model.Problem, parts []model.Supply) {
		p.Nodes[depot].Lots = append(p.Nodes[depot].Lots, model.Lot{SKU: valve, Qty: 1, From: 1100, Price: 6})
		parts[2].Lot = 2
	})
	add("of the next leg", CutOff, 50, pumps, func(p *model.Problem, parts []model.Supply) {
		parts[3].From = model.CourierSource
		parts[3].Legs = append(parts[3].Legs, model.Leg{Lane: courier, Leaves: 1250, Arrives: 1850})
	})
	add("at the site", PartNotThere, 1, valves, func(_ *model.Problem, parts []model.Supply) {
		parts[2].Legs[0] = model.Leg{Lane: courier, Leaves: 2401, Arrives: 3001}
	})
	add("at the node", PartNotThere, 7, pumps, func(p *model.Problem, parts []model.Supply) {
		p.Lanes[vanRun].Departures[1].Arrives, parts[3].Legs[0].Arrives = 1407, 1407
	})
	add("inbound", PartNotThere, 1, valves, func(p *model.Problem, _ []model.Supply) { p.Nodes[depot].Lots[0].From = 1401 })
	add("", Reserved, 1, valves, func(p *model.Problem, _ []model.Supply) { p.Nodes[depot].Lots[0].Jobs = []model.JobIdx{fuse} })
	add("a lot", NodeStock, 1, nowhere().node(depot).about("valve"), func(p *model.Problem, _ []model.Supply) { p.Nodes[depot].Lots[0].Qty = 0 })
	add("shipped", NodeStock, 1, nowhere().node(hub).about("pump"), func(p *model.Problem, _ []model.Supply) { p.Nodes[hub].Stock[0].Qty = 0 })
	return out
}

// TestShipments: the plan with shipments is feasible, at the price of what it takes.
func TestShipments(t *testing.T) {
	// A call at the depot; a valve that arrives there; a valve by courier; a pump from the hub.
	const want = 50 + 6 + (4 + 2 + 30) + (7 + 3 + 20)
	for name, c := range map[string]struct {
		more  model.Cost
		apply func(*model.Problem, *model.Route)
	}{
		"as it is": {0, func(*model.Problem, *model.Route) {}},
		"three of a part in one shipment": {50 + 3*(4+2) + 30 - want, func(p *model.Problem, r *model.Route) {
			parts := r.Stops[1].Parts
			parts[1], parts[0] = parts[2], parts[2]
			parts[3] = model.Supply{SKU: pump, Qty: 1, From: 0}
			p.Nodes[depot].Stock[1].Price = 0
		}},
		"the tier of another": {9, func(p *model.Problem, _ *model.Route) {
			p.Nodes[depot].Lots[0].Tier, p.Nodes[depot].Lots[0].Break = 1, 9
		}},
		"the tier": {0, func(p *model.Problem, _ *model.Route) {
			p.Nodes[depot].Lots[0].Tier, p.Nodes[depot].Lots[0].Break, p.Jobs[leak].Tier = 1, 9, 1
		}},
		"reserved for the job": {0, func(p *model.Problem, _ *model.Route) {
			p.Nodes[depot].Lots[0].Jobs = []model.JobIdx{leak, fuse}
		}},
		"times met exactly": {0, func(p *model.Problem, r *model.Route) {
			p.Now = 700
			p.Nodes[depot].Lots[0].From = 1400
			p.Lanes[vanRun].Departures[1].Arrives, r.Stops[1].Parts[3].Legs[0].Arrives = 1400, 1400
			r.Stops[1].Parts[2].Legs[0] = model.Leg{Lane: courier, Leaves: 2400, Arrives: 3000}
		}},
		"from the hub by two legs": {2 + 30, func(_ *model.Problem, r *model.Route) {
			parts := r.Stops[1].Parts
			parts[3].From = model.CourierSource
			parts[3].Legs = append(parts[3].Legs, model.Leg{Lane: courier, Leaves: 1300, Arrives: 1900})
		}},
	} {
		t.Run(name, func(t *testing.T) {
			p, plan := fixture()
			network(p, plan)
			_, r := day(p, plan)
			c.apply(p, r)
			report := Plan(p, plan)
			if err := report.Err(); err != nil {
				t.Fatal(err)
			}
			if got := report.RouteTerms[monday][model.Parts]; got != want+c.more {
				t.Errorf("parts cost %d, want %d", got, want+c.more)
			}
		})
	}
}
