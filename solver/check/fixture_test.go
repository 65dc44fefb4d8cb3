package check

import "callout/solver/model"

// Indices of the fixture's data.
const (
	home, flat, shop, yard = 0, 1, 2, 3 // locations
	welding, wiring        = 0, 1
	gas                    = 0
	ladder, crane          = 0, 1
	valve, pump            = 0, 1
	leak, fuse, meter      = 0, 1, 2 // jobs; 3, the roof, is left out
	roof                   = 3
	ann, bob               = 0, 1
	monday, tuesday, relay = 0, 1, 2 // shifts: two of Ann's, one of Bob's
	depot                  = 0
)

// fixture is a small problem with a feasible plan.
//
// Ann on monday: home, the depot for a valve, a pump and the crane, the leak, the fuse, lunch on the way home.
//
//	1000 home ─400─ 1400 depot 1500 ─500─ 2000, waits, 3000 leak 4500 ─300─ 4800 fuse 5400 ─900 + 600 lunch─ 6900 home
//
// Bob, with an open start and end, reads the meter from 2000 to 2200. Ann's tuesday is not used.
func fixture() (*model.Problem, *model.Plan) {
	p := &model.Problem{
		Locations: []model.Location{
			{ID: "home", Lat: 47.2, Lon: 8.0, HasCoord: true},
			{ID: "flat", Lat: 47.0, Lon: 8.0, HasCoord: true},
			{ID: "shop", Lat: 47.1, Lon: 8.0, HasCoord: true},
			{ID: "yard", Lat: 47.1, Lon: 8.1, HasCoord: true},
		},
		Profiles: []model.Profile{{ID: "van", Matrix: &model.Matrix{
			N: 4,
			Durations: []int32{
				0, 600, 700, 400,
				660, 0, 300, 500,
				900, 310, 0, 450,
				410, 500, 460, 0,
			},
			Distances: []int32{
				0, 6000, 7000, 4000,
				6600, 0, 3000, 5000,
				9000, 3100, 0, 4500,
				4100, 5000, 4600, 0,
			},
		}}},
		Skills:       []string{"welding", "wiring"},
		Certificates: []string{"gas"},
		Tools:        []string{"ladder", "crane"},
		SKUs:         []string{"valve", "pump"},
		Jobs: []model.Job{
			{
				ID: "leak", Location: flat, Service: 1000, Release: 500, Response: 1, Unassigned: 1_000_000,
				Windows: []model.Window{
					{Kind: model.Availability, From: 9000, To: 9500},
					{Kind: model.Availability, From: 3000, To: 4500},
				},
				AllOf:        []model.SkillLevel{{Skill: welding, Level: 1}},
				Certificates: []model.CertIdx{gas},
				Tools:        []model.ToolIdx{ladder, crane},
				Parts:        []model.Quantity{{SKU: valve, Qty: 3}, {SKU: pump, Qty: 1}},
				Required:     []model.TechIdx{ann},
				Preferred:    []model.TechIdx{ann}, NotPreferred: 5000,
			},
			{
				ID: "fuse", Location: shop, Service: 600, Unassigned: 1_000_000,
				Windows: []model.Window{
					{Kind: model.Availability, Binds: model.BindEnd, From: 5300, To: 5400},
					{Kind: model.Promise, From: 4000, To: 4500, Late: 2},
					{Kind: model.Promise, From: 5200, To: 9000, Early: 1},
					{Kind: model.SLA, Binds: model.BindEnd, From: 0, To: 5000, Late: 3},
					{Kind: model.Preferred, From: 4000, To: 6000, Early: 100, Late: 100},
				},
				AnyOf:    []model.SkillLevel{{Skill: welding, Level: 9}, {Skill: wiring, Level: 1}},
				Excluded: []model.TechIdx{bob}, NotPreferred: 6000,
			},
			{ID: "meter", Location: flat, Service: 200, Preferred: []model.TechIdx{ann}, NotPreferred: 9, Unassigned: 1_000_000},
			{ID: "roof", Location: shop, Service: 100, Unassigned: 77},
		},
		Technicians: []model.Technician{
			{
				ID: "ann",
				Skills: []model.TechSkill{
					{Skill: welding, Level: 3, Multiplier: 1500},
					{Skill: wiring, Level: 1, Multiplier: 1000},
				},
				Certificates: []model.Certificate{{Cert: gas, From: 0, Until: 200_000}},
				Tools:        []model.ToolIdx{ladder},
				Stock:        []model.Quantity{{SKU: valve, Qty: 2}},
				VisitCost:    7,
			},
			{ID: "bob", VisitCost: 2},
		},
		Shifts: []model.Shift{
			{
				ID: "monday", Tech: ann, Start: home, End: home, Earliest: 1000, RegularEnd: 5000, LatestEnd: 20_000,
				MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
				Breaks: []model.Break{
					{ID: "lunch", Earliest: 6000, Latest: 9000, Duration: 600},
					{ID: "tea", Earliest: 6000, Latest: 12_000, Duration: 300, Paid: true},
				},
				Fixed: 500, TravelRate: 2, DistRate: 3, WorkRate: 1,
				Overtime: []model.OvertimeTier{{After: 0, Rate: 4}, {After: 1000, Rate: 10}},
			},
			{
				ID: "tuesday", Tech: ann, Start: home, End: home, Earliest: 87_400, RegularEnd: 106_400, LatestEnd: 106_400,
				MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap, Fixed: 500,
			},
			{
				ID: "relay", Tech: bob, Start: model.NoLoc, End: model.NoLoc, Earliest: 1000, RegularEnd: 9000, LatestEnd: 9000,
				MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
				Breaks: []model.Break{{ID: "pause", Earliest: 2200, Latest: 3000, Duration: 300}},
				Fixed:  300, TravelRate: 1, DistRate: 1, WorkRate: 2,
			},
		},
		Nodes: []model.Node{{
			ID: "depot", Location: yard, Handling: 100, Fixed: 50,
			Open:  []model.Interval{{From: 0, To: 5000}, {From: 8000, To: 15_000}},
			Stock: []model.NodeStock{{SKU: valve, Qty: 3, Price: 4}, {SKU: pump, Qty: 2, Price: 5}},
			Tools: []model.NodeTool{{Tool: crane, Qty: 1}},
		}},
		Objective: model.Objective{SurplusPerLevel: 11, Balance: 1000},
	}
	plan := &model.Plan{
		Routes: []model.Route{
			{
				Shift: monday, Depart: 1000, Finish: 6900,
				Stops: []model.Stop{
					{Kind: model.Pickup, Node: depot, Arrival: 1400, Start: 1400, End: 1500},
					{
						Kind: model.Visit, Job: leak, Arrival: 2000, Start: 3000, End: 4500,
						Parts: []model.Supply{
							{SKU: valve, Qty: 2, From: model.VanSource}, {SKU: valve, Qty: 1, From: 0}, {SKU: pump, Qty: 1, From: 0},
						},
						Tools: []model.ToolSupply{{Tool: ladder, From: model.VanSource}, {Tool: crane, From: 0}},
					},
					{Kind: model.Visit, Job: fuse, Arrival: 4800, Start: 4800, End: 5400},
				},
				Breaks: []model.BreakTaken{{Break: 0, Start: 6000, End: 6600}},
			},
			{Shift: tuesday},
			{
				Shift: relay, Depart: 2000, Finish: 2200,
				Stops: []model.Stop{{Kind: model.Visit, Job: meter, Arrival: 2000, Start: 2000, End: 2200}},
			},
		},
		Unassigned: []model.JobIdx{roof},
	}
	return p, plan
}
