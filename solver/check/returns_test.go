package check

import (
	"testing"

	"callout/solver/model"
)

// brought makes Bob take two pumps out of the meter and hand them in at the depot.
//
//	2000 meter 2200 ─500─ 2700 depot 2800
func brought(p *model.Problem, plan *model.Plan) *model.Route {
	p.Jobs[meter].Returns = []model.Return{{SKU: pump, Qty: 2, Nodes: []model.NodeIdx{depot}}}
	r := &plan.Routes[relay]
	r.Stops[0].Returns = []model.Landing{{SKU: pump, Qty: 2, At: 1}}
	r.Stops = append(r.Stops, model.Stop{Kind: model.Pickup, Node: depot, Arrival: 2700, Start: 2700, End: 2800})
	r.Finish = 2800
	return r
}

// held makes Bob have a valve to hand in at the depot from the start, besides.
func held(p *model.Problem, plan *model.Plan) *model.Route {
	r := brought(p, plan)
	p.Technicians[bob].Returns = []model.Return{{SKU: valve, Qty: 1, Nodes: []model.NodeIdx{depot}}}
	r.Returns = []model.Landing{{SKU: valve, Qty: 1, At: 1}}
	return r
}

// carries gives Bob's van so much room; a valve weighs 2, a pump 5.
func carries(p *model.Problem, room int64) {
	p.Sizes = make([]model.Size, 2)
	p.Sizes[valve][model.Weight], p.Sizes[pump][model.Weight] = 2, 5
	p.Technicians[bob].Capacity = &model.Size{room, model.NoLimit}
}

// Returns that land where they may, with room for them, break no rule.
func TestReturnsLand(t *testing.T) {
	for name, change := range map[string]func(*model.Problem, *model.Plan){
		"taken out": func(p *model.Problem, plan *model.Plan) { brought(p, plan) },
		"held":      func(p *model.Problem, plan *model.Plan) { held(p, plan); carries(p, 12) },
		"in two goes": func(p *model.Problem, plan *model.Plan) {
			r := brought(p, plan)
			r.Stops = append(r.Stops, model.Stop{Kind: model.Pickup, Node: depot, Arrival: 2800, Start: 2800, End: 2900})
			r.Finish = 2900
			r.Stops[0].Returns = []model.Landing{{SKU: pump, Qty: 1, At: 1}, {SKU: pump, Qty: 1, At: 2}}
		},
		"at the end of the shift": func(p *model.Problem, plan *model.Plan) {
			p.Jobs[meter].Returns = []model.Return{{SKU: pump, Qty: 2}}
			plan.Routes[relay].Stops[0].Returns = []model.Landing{{SKU: pump, Qty: 2, At: model.EndOfShift}}
			carries(p, 10)
		},
		"held by who does not work first": func(p *model.Problem, plan *model.Plan) {
			p.Technicians[bob].Returns = []model.Return{{SKU: valve, Qty: 1, Nodes: []model.NodeIdx{depot}}}
			first := p.Shifts[relay]
			first.ID, first.Earliest = "dawn", 500
			p.Shifts = append(p.Shifts, first)
			plan.Routes = append(plan.Routes, model.Route{Shift: 3})
		},
		"before anything is picked up": func(p *model.Problem, plan *model.Plan) {
			sized(p, model.Weight, 15) // two valves of stock, the pump that is landed or the one that is picked up, and a valve
			_, r := day(p, plan)
			p.Technicians[ann].Returns = []model.Return{{SKU: pump, Qty: 1, Nodes: []model.NodeIdx{depot}}}
			r.Returns = []model.Landing{{SKU: pump, Qty: 1, At: 0}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, plan := fixture()
			change(p, plan)
			if err := Plan(p, plan).Err(); err != nil {
				t.Error(err)
			}
		})
	}
}

var meterStop = at(relay).stop(0).job(meter)

var returnMutations = []mutation{
	{"at its own stop", ReturnPlace, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns[0].At = 0
	}},
	{"at no stop", ReturnPlace, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns[0].At = 2
	}},
	{"at another node", ReturnPlace, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan)
		p.Nodes = append(p.Nodes, p.Nodes[depot])
		p.Jobs[meter].Returns[0].Nodes[0] = 1
	}},
	{"at the end", ReturnPlace, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns[0].At = model.EndOfShift
	}},
	{"at a call instead of the end", ReturnPlace, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan)
		p.Jobs[meter].Returns[0].Nodes = nil
	}},
	{"two of one part, each at the other's node", ReturnPlace, 1, at(relay).about("valve"), func(p *model.Problem, plan *model.Plan) {
		r := held(p, plan)
		p.Nodes = append(p.Nodes, p.Nodes[depot])
		// One may land at either, the other at the second only; both land at the first.
		p.Technicians[bob].Returns = []model.Return{
			{SKU: valve, Qty: 1, Nodes: []model.NodeIdx{depot, 1}}, {SKU: valve, Qty: 1, Nodes: []model.NodeIdx{1}},
		}
		r.Returns[0].Qty = 2
	}},
	{"held, at a visit", ReturnPlace, 1, at(relay).about("valve"), func(p *model.Problem, plan *model.Plan) {
		held(p, plan).Returns[0].At = 0
	}},
	{"nowhere", ReturnsMissing, 2, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns = nil
	}},
	{"too few", ReturnsMissing, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns[0].Qty = 1
	}},
	{"held", ReturnsMissing, 1, at(relay).about("valve"), func(p *model.Problem, plan *model.Plan) { held(p, plan).Returns = nil }},
	{"too many", ReturnsSurplus, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		brought(p, plan).Stops[0].Returns[0].Qty = 3
	}},
	{"held in a later shift", ReturnsSurplus, 1, at(relay).about("valve"), func(p *model.Problem, plan *model.Plan) {
		held(p, plan)
		first := p.Shifts[relay]
		first.ID, first.Earliest = "dawn", 500
		p.Shifts = append(p.Shifts, first)
		plan.Routes = append(plan.Routes, model.Route{Shift: 3})
	}},
	{"of an unused shift", ReturnsSurplus, 4, at(tuesday).about("pump"), func(_ *model.Problem, plan *model.Plan) {
		plan.Routes[tuesday].Returns = []model.Landing{{SKU: pump, Qty: 4, At: model.EndOfShift}}
	}},
	{"minus one", SupplyQuantity, 1, meterStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		r := brought(p, plan)
		r.Stops[0].Returns = append(r.Stops[0].Returns, model.Landing{SKU: pump, Qty: -1, At: 1})
	}},
	{"too heavy", VanWeight, 1, meterStop, func(p *model.Problem, plan *model.Plan) {
		brought(p, plan)
		carries(p, 9)
	}},
	{"too heavy with what is held", VanWeight, 1, meterStop, func(p *model.Problem, plan *model.Plan) {
		held(p, plan)
		carries(p, 11)
	}},
	{"held in the first shift, if not used", VanWeight, 1, meterStop, func(p *model.Problem, plan *model.Plan) {
		held(p, plan).Returns = nil
		carries(p, 11)
		first := p.Shifts[relay]
		first.ID, first.Earliest = "dawn", 500
		p.Shifts = append(p.Shifts, first)
		plan.Routes = append(plan.Routes, model.Route{Shift: 3})
	}},
	{"held at the pick-up", VanWeight, 1, depotStop, func(p *model.Problem, plan *model.Plan) {
		sized(p, model.Weight, 15)
		_, r := day(p, plan)
		p.Technicians[ann].Returns = []model.Return{{SKU: pump, Qty: 1}}
		r.Returns = []model.Landing{{SKU: pump, Qty: 1, At: model.EndOfShift}}
	}},
}
