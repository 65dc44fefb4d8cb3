package check

import "callout/solver/model"

// gasket is a part, of which the depot has four at 6, that will do for the leak's valves, at 30.
func gasket(p *model.Problem) {
	p.SKUs = append(p.SKUs, "gasket")
	p.Jobs[leak].Substitutes = []model.Substitute{{SKU: 2, Price: 30}}
	p.Nodes[depot].Stock = append(p.Nodes[depot].Stock, model.NodeStock{SKU: 2, Qty: 4, Price: 6})
}

// sized gives valves 2 of a measure and pumps 5, and Ann's van so much room; she leaves the depot with 11.
func sized(p *model.Problem, measure int, room int64) {
	p.Sizes = make([]model.Size, 2)
	p.Sizes[valve][measure], p.Sizes[pump][measure] = 2, 5
	p.Technicians[ann].Capacity = &model.Size{model.NoLimit, model.NoLimit}
	p.Technicians[ann].Capacity[measure] = room
}

var shapeMutations = []mutation{
	{"one too many", RouteCount, 1, nowhere(), func(_ *model.Problem, plan *model.Plan) {
		plan.Routes = append(plan.Routes, model.Route{Shift: 3})
	}},
	{"", RouteShift, 1, at(tuesday), func(_ *model.Problem, plan *model.Plan) { plan.Routes[tuesday].Shift = monday }},
	{"", UnusedShift, 2, at(tuesday), func(_ *model.Problem, plan *model.Plan) {
		plan.Routes[tuesday].Breaks = make([]model.BreakTaken, 2)
	}},
	{"kind", UnknownStop, 1, at(monday).stop(3), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops = append(r.Stops, model.Stop{Kind: 7})
	}},
	{"job", UnknownStop, 1, at(monday).stop(3), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops = append(r.Stops, model.Stop{Kind: model.Visit, Job: 4})
	}},
	{"node", UnknownStop, 1, at(monday).stop(3), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops = append(r.Stops, model.Stop{Kind: model.Pickup, Node: -1})
	}},
	{"", UnknownBreak, 1, at(monday).pause(2), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Breaks = append(r.Breaks, model.BreakTaken{Break: 2, Start: 6700, End: 6700})
	}},
	{"", TimeRange, 5, at(monday), func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.LatestEnd, s.Breaks, p.Jobs[leak].Certificates = model.MaxTime, s.Breaks[:1], nil
		r.Finish = model.MaxTime + 5
	}},
	{"", JobRepeated, 1, at(relay).stop(1).job(meter), func(_ *model.Problem, plan *model.Plan) {
		r := &plan.Routes[relay]
		r.Stops = append(r.Stops, model.Stop{Kind: model.Visit, Job: meter, Arrival: 2200, Start: 2200, End: 2400})
		r.Finish = 2400
	}},
	{"twice", UnassignedOrder, 1, nowhere().job(roof), func(_ *model.Problem, plan *model.Plan) {
		plan.Unassigned = []model.JobIdx{roof, roof}
	}},
	{"no job", UnassignedOrder, 1, nowhere(), func(_ *model.Problem, plan *model.Plan) {
		plan.Unassigned = []model.JobIdx{roof, roof + 1}
	}},
	{"", UnassignedVisited, 1, nowhere().job(meter), func(_ *model.Problem, plan *model.Plan) {
		plan.Unassigned = []model.JobIdx{meter, roof}
	}},
	{"", UnassignedMissing, 1, nowhere().job(roof), func(_ *model.Problem, plan *model.Plan) { plan.Unassigned = nil }},
}

var peopleMutations = []mutation{
	{"too low", SkillLevel, 2, leakStop.about("welding"), func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].AllOf[0].Level = 5 }},
	{"none", SkillLevel, 1, at(relay).stop(0).job(meter).about("wiring"), func(p *model.Problem, _ *model.Plan) {
		p.Jobs[meter].AllOf = []model.SkillLevel{{Skill: wiring, Level: 0}}
	}},
	{"", AnySkill, 3, fuseStop.about("wiring"), func(p *model.Problem, _ *model.Plan) { p.Jobs[fuse].AnyOf[1].Level = 4 }},
	{"the first of the nearest", AnySkill, 1, fuseStop.about("welding"), func(p *model.Problem, _ *model.Plan) {
		p.Jobs[fuse].AnyOf = []model.SkillLevel{{Skill: wiring, Level: 3}, {Skill: welding, Level: 4}, {Skill: wiring, Level: 2}}
	}},
	{"expires", CertificateMissing, 1000, leakStop.about("gas"), func(p *model.Problem, _ *model.Plan) {
		p.Technicians[ann].Certificates[0].Until = 19_000
	}},
	{"expires on the last second", CertificateMissing, 1, leakStop.about("gas"), func(p *model.Problem, _ *model.Plan) {
		p.Technicians[ann].Certificates[0].Until = 19_999
	}},
	{"gap", CertificateMissing, 499, leakStop.about("gas"), func(p *model.Problem, _ *model.Plan) { // 5001 to 5499
		p.Technicians[ann].Certificates = []model.Certificate{
			{Cert: gas, From: 5500, Until: 30_000}, {Cert: gas, From: 1000, Until: 5000}, {Cert: gas, From: 0, Until: 4000},
		}
	}},
	{"", RequiredTechnician, 1, leakStop, func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Required[0] = bob }},
	{"", ExcludedTechnician, 1, leakStop, func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Excluded = []model.TechIdx{bob, ann} }},
	// A tenth of a degree along the meridian is 6,371,000 m × π / 1800 = 11,119.49 m.
	{"disc", ServiceArea, 1120, leakStop, func(p *model.Problem, _ *model.Plan) {
		p.Technicians[ann].Area = &model.Area{Lat: 47.1, Lon: 8, RadiusM: 10_000}
	}},
	{"polygon", ServiceArea, 5560, leakStop, func(p *model.Problem, _ *model.Plan) { // half of that, to the southern edge
		p.Technicians[ann].Area = &model.Area{Polygon: [][2]float64{{47.05, 7.9}, {47.05, 8.1}, {47.2, 8.1}, {47.2, 7.9}}}
	}},
	{"no coordinates", ServiceArea, 1, leakStop, func(p *model.Problem, _ *model.Plan) {
		p.Technicians[ann].Area = &model.Area{Lat: 47.1, Lon: 8, RadiusM: 20_000}
		p.Locations[flat].HasCoord = false
	}},
}

var timeMutations = []mutation{
	{"", Release, 100, leakStop, func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Release = 3100 }},
	{"early", HardWindow, 200, leakStop, func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Windows[1].From = 3200 }},
	{"late", HardWindow, 10, leakStop, func(p *model.Problem, _ *model.Plan) {
		p.Jobs[leak].Windows[1] = model.Window{Kind: model.Availability, From: 10, To: 2990}
	}},
	{"end", HardWindow, 30, fuseStop, func(p *model.Problem, _ *model.Plan) { p.Jobs[fuse].Windows[0].To = 5370 }},
	{"", ServiceDuration, 10, fuseStop, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[2].End = 5390
	}},
	{"", NodeClosed, 100, depotStop, func(p *model.Problem, _ *model.Plan) { p.Nodes[depot].Open[0].From = 1500 }},
	{"", HandlingDuration, 10, depotStop, func(p *model.Problem, _ *model.Plan) { p.Nodes[depot].Handling = 90 }},
	{"", DepartEarly, 200, at(monday), func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].Earliest = 1200 }},
	{"", FinishLate, 100, at(monday), func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].LatestEnd = 6800 }},
	{"", OpenStart, 100, at(relay).stop(0).job(meter), func(_ *model.Problem, plan *model.Plan) { plan.Routes[relay].Depart = 1900 }},
	{"", OpenEnd, 100, at(relay).stop(1), func(_ *model.Problem, plan *model.Plan) { plan.Routes[relay].Finish = 2300 }},
	{"sentinel", NoWay, 1, leakStop, func(p *model.Problem, _ *model.Plan) {
		p.Profiles[0].Matrix.Durations[yard*4+flat] = model.Unreachable
	}},
	{"matrix too small", NoWay, 1, wayHome, func(p *model.Problem, _ *model.Plan) {
		p.Profiles[0].Matrix.Distances = p.Profiles[0].Matrix.Distances[:shop*4]
		p.Profiles[0].Matrix.Durations[yard*4+flat] = 0
		p.Shifts[monday].Start = flat
		p.Nodes[depot].Location = flat
	}},
	{"between stops", TravelTime, 200, leakStop, func(p *model.Problem, _ *model.Plan) {
		p.Profiles[0].Matrix.Durations[yard*4+flat] = 700
	}},
	{"in a slower hour", TravelTime, 200, leakStop, func(p *model.Problem, _ *model.Plan) { toLeak(p, 500, 1500, 700) }},
	{"until a faster hour", TravelTime, 50, leakStop, func(p *model.Problem, _ *model.Plan) { toLeak(p, 900, 1700, 350) }},
	{"closed from an hour on", NoWay, 1, leakStop, func(p *model.Problem, _ *model.Plan) { toLeak(p, 500, 1500, model.Unreachable) }},
	{"break on the way", TravelTime, 1, wayHome, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Finish = 6899
	}},
	{"", StartEarly, 50, fuseStop, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[2].Arrival = 4850
	}},
	{"", MaxWork, 300, at(monday), func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].MaxWork = 5000 }},
	{"", MaxDrive, 100, at(monday), func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].MaxDrive = 2000 }},
	{"before a break", MaxSpell, 100, lunch, func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].MaxSpell = 4900 }},
	{"after a break", MaxSpell, 20, wayHome, func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.MaxSpell = 5000
		r.Finish = 6600 + 5020
		s.Breaks = s.Breaks[:1]
	}},
}

var breakMutations = []mutation{
	{"", BreakWindow, 50, lunch, func(p *model.Problem, _ *model.Plan) { p.Shifts[monday].Breaks[0].Earliest = 6050 }},
	{"", BreakLength, 10, lunch, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Breaks[0].End = 6590
	}},
	{"", BreakOrder, 1, lunch, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Breaks = []model.BreakTaken{{Break: 1, Start: 6000, End: 6300}, {Break: 0, Start: 6300, End: 6900}}
		r.Finish = 7200
	}},
	{"twice", BreakOrder, 1, lunch, func(_ *model.Problem, plan *model.Plan) {
		plan.Routes[monday].Breaks = []model.BreakTaken{{Break: 0, Start: 6000, End: 6600}, {Break: 0, Start: 6600, End: 7200}}
		plan.Routes[monday].Finish = 7500
	}},
	{"", BreakOverlap, 100, tea, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Breaks = append(r.Breaks, model.BreakTaken{Break: 1, Start: 6500, End: 6800})
		r.Finish = 7200
	}},
	{"after", BreakOutside, 300, at(relay).pause(0), func(_ *model.Problem, plan *model.Plan) {
		plan.Routes[relay].Breaks = []model.BreakTaken{{Break: 0, Start: 2200, End: 2500}}
	}},
	{"before", BreakOutside, 300, at(relay).pause(0), func(p *model.Problem, plan *model.Plan) {
		p.Shifts[relay].Breaks[0].Earliest = 0
		plan.Routes[relay].Breaks = []model.BreakTaken{{Break: 0, Start: 1700, End: 2000}}
	}},
	{"", BreakInWork, 600, leakStop.pause(0), func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.Breaks[0].Earliest = 0
		r.Breaks[0] = model.BreakTaken{Break: 0, Start: 3500, End: 4100}
	}},
	{"", BreakArrival, 550, leakStop.pause(0), func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.Breaks[0].Earliest = 0
		r.Stops[1].Arrival = 2100
		r.Breaks[0] = model.BreakTaken{Break: 0, Start: 2050, End: 2650}
	}},
	{"upon departure", BreakOwed, 5900, lunch, func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.Breaks[0].Earliest, s.Breaks[0].Latest = 0, 1000
		r.Breaks[0] = model.BreakTaken{Break: 1, Start: 6000, End: 6300}
	}},
	{"before the finish", BreakOwed, 100, lunch, func(p *model.Problem, plan *model.Plan) {
		s, r := day(p, plan)
		s.Breaks[0].Latest = 6200
		r.Breaks, r.Finish = nil, 6300
	}},
	{"", BreakSkipped, 1, lunch, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Breaks[0] = model.BreakTaken{Break: 1, Start: 6000, End: 6300}
	}},
}

var supplyMutations = []mutation{
	{"parts of its own stop", SupplySource, 1, leakStop.about("pump"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Parts[2].From = 1
	}},
	{"a tool from nowhere", SupplySource, 1, leakStop.about("crane"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Tools[1].From = -7
	}},
	{"a tool from a visit", SupplySource, 1, fuseStop.about("crane"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		p.Jobs[fuse].Tools = []model.ToolIdx{crane}
		r.Stops[2].Tools = []model.ToolSupply{{Tool: crane, From: 1}}
	}},
	{"none", SupplyQuantity, 1, leakStop.about("valve"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Parts = append(r.Stops[1].Parts, model.Supply{SKU: valve, From: model.VanSource})
	}},
	{"no such part", PartsSurplus, 1, leakStop, func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Parts = append(r.Stops[1].Parts, model.Supply{SKU: 2, Qty: 1, From: 0})
		p.Nodes[depot].Stock = append(p.Nodes[depot].Stock, model.NodeStock{SKU: 2, Qty: 1})
	}},
	{"", PartsShort, 1, leakStop.about("valve"), func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Parts[0].Qty = 4 }},
	{"", PartsSurplus, 1, leakStop.about("valve"), func(p *model.Problem, _ *model.Plan) { p.Jobs[leak].Parts[0].Qty = 2 }},
	{"one too heavy", VanWeight, 1, at(monday).stop(0).node(depot), func(p *model.Problem, _ *model.Plan) {
		sized(p, model.Weight, 10)
	}},
	{"one too big", VanVolume, 2, at(monday).stop(0).node(depot), func(p *model.Problem, _ *model.Plan) {
		sized(p, model.Volume, 9)
	}},
	{"behind the second call", VanWeight, 1, at(monday).stop(1).node(depot), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		sized(p, model.Weight, 10)
		p.Nodes[depot].Handling, p.Nodes[depot].Fixed = 50, 25 // two calls are as long as one was, and the second takes the pump
		call := r.Stops[0]
		call.Arrival, call.Start = 1450, 1450
		r.Stops[0].End = 1450
		r.Stops = append([]model.Stop{r.Stops[0], call}, r.Stops[1:]...)
		visit := &r.Stops[2]
		visit.Parts[2].From = 1
		visit.Tools[1].From = 1
	}},
	{"a substitute for one of three", PartsMixed, 1, leakStop.about("valve"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		gasket(p)
		r.Stops[1].Parts[1].SKU = 2
	}},
	{"two substitutes", PartsMixed, 1, leakStop.about("valve"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		gasket(p)
		p.SKUs = append(p.SKUs, "ring")
		p.Jobs[leak].Substitutes = append(p.Jobs[leak].Substitutes, model.Substitute{SKU: 3})
		p.Technicians[ann].Stock = append(p.Technicians[ann].Stock, model.Quantity{SKU: 3, Qty: 2})
		r.Stops[1].Parts[0].SKU, r.Stops[1].Parts[1].SKU = 3, 2
	}},
	{"too few of a substitute", PartsShort, 1, leakStop.about("valve"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		gasket(p)
		r.Stops[1].Parts = append(r.Stops[1].Parts[2:], model.Supply{SKU: 2, Qty: 2, From: 0})
	}},
	{"of the other part", PartsSurplus, 1, leakStop.about("valve"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		gasket(p)
		r.Stops[1].Parts = append(r.Stops[1].Parts[2:], model.Supply{SKU: 2, Qty: 4, From: 0})
	}},
	{"of a substitute", NodeStock, 1, nowhere().node(depot).about("gasket"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		gasket(p)
		p.Nodes[depot].Stock[2].Qty = 2
		r.Stops[1].Parts = append(r.Stops[1].Parts[2:], model.Supply{SKU: 2, Qty: 3, From: 0})
	}},
	{"one route", VanStock, 1, nowhere().of(ann).about("valve"), func(p *model.Problem, _ *model.Plan) {
		p.Technicians[ann].Stock[0].Qty = 1
	}},
	{"shared by shifts", VanStock, 2, nowhere().of(ann).about("valve"), func(p *model.Problem, plan *model.Plan) {
		p.Jobs[roof].Parts = []model.Quantity{{SKU: valve, Qty: 2}}
		plan.Routes[tuesday] = model.Route{
			Shift: tuesday, Depart: 90_000, Finish: 91_700,
			Stops: []model.Stop{{
				Kind: model.Visit, Job: roof, Arrival: 90_700, Start: 90_700, End: 90_800,
				Parts: []model.Supply{{SKU: valve, Qty: 2, From: model.VanSource}},
			}},
		}
		plan.Unassigned = nil
	}},
	{"", NodeStock, 1, nowhere().node(depot).about("pump"), func(p *model.Problem, _ *model.Plan) { p.Nodes[depot].Stock[1].Qty = 0 }},
	{"not stocked", NodeStock, 1, nowhere().node(depot).about("pump"), func(p *model.Problem, _ *model.Plan) {
		p.Nodes[depot].Stock = p.Nodes[depot].Stock[:1]
	}},
	{"", ToolMissing, 1, leakStop.about("crane"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Tools = r.Stops[1].Tools[:1]
	}},
	{"twice", ToolSurplus, 1, leakStop.about("ladder"), func(p *model.Problem, plan *model.Plan) {
		_, r := day(p, plan)
		r.Stops[1].Tools = append(r.Stops[1].Tools, r.Stops[1].Tools[0])
	}},
	{"", ToolNotCarried, 1, leakStop.about("ladder"), func(p *model.Problem, _ *model.Plan) { p.Technicians[ann].Tools = nil }},
	{"", NodeTools, 1, nowhere().node(depot).about("crane"), func(p *model.Problem, _ *model.Plan) { p.Nodes[depot].Tools[0].Qty = 0 }},
}
