package check

import (
	"slices"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// Plans that use what the rules leave open break none.
func TestFeasible(t *testing.T) {
	for name, change := range map[string]func(*model.Problem, *model.Plan){
		"as it is": func(*model.Problem, *model.Plan) {},
		"lunch in the wait for the leak": func(p *model.Problem, plan *model.Plan) {
			s, r := day(p, plan)
			s.Breaks[0].Earliest = 0
			r.Breaks[0] = model.BreakTaken{Break: 0, Start: 2400, End: 3000}
			r.Finish = 6300
		},
		"lunch upon arrival": func(p *model.Problem, plan *model.Plan) {
			s, r := day(p, plan)
			s.Breaks[0].Earliest = 0
			r.Breaks[0] = model.BreakTaken{Break: 0, Start: 2000, End: 2600}
			r.Finish = 6300
		},
		"lunch before the gate, then tea": func(p *model.Problem, plan *model.Plan) {
			_, r := day(p, plan)
			r.Breaks = []model.BreakTaken{{Break: 0, Start: 6300, End: 6900}, {Break: 1, Start: 6900, End: 7200}}
			r.Finish = 7200
		},
		"no break while none is owed": func(p *model.Problem, plan *model.Plan) {
			s, r := day(p, plan)
			s.Breaks[0].Latest = 6300
			r.Breaks, r.Finish = nil, 6300
		},
		"lunch before departure, tea on the way": func(p *model.Problem, plan *model.Plan) {
			s, r := day(p, plan)
			s.Breaks[0].Earliest, s.Breaks[0].Latest = 0, 999
			r.Breaks[0] = model.BreakTaken{Break: 1, Start: 6000, End: 6300}
		},
		"lunch, but no tea, at the last moment": func(p *model.Problem, plan *model.Plan) {
			_, r := day(p, plan)
			r.Breaks[0] = model.BreakTaken{Break: 0, Start: 9000, End: 9600}
			r.Finish = 12_000
		},
		"off a second before a slower hour": func(p *model.Problem, _ *model.Plan) { toLeak(p, 500, 1501, 700) },
		"with the wait for a faster hour":   func(p *model.Problem, _ *model.Plan) { toLeak(p, 900, 1700, 300) },
		"in the first hour before it begins": func(p *model.Problem, _ *model.Plan) {
			toLeak(p, 500, 1600, 500)
			p.Profiles[0].Series[0].From = 1550
		},
		"bounds met exactly": func(p *model.Problem, plan *model.Plan) {
			s, r := day(p, plan)
			s.LatestEnd, s.MaxWork, s.MaxDrive, s.MaxSpell = 6900, 5300, 2100, 5000
			p.Jobs[leak].Release = r.Stops[1].Start
			p.Jobs[leak].AllOf[0].Level = 3
			p.Technicians[ann].Certificates[0] = model.Certificate{Cert: gas, From: 1000, Until: 6900}
			p.Nodes[depot].Open = []model.Interval{{From: 1400, To: 1400}}
			p.Nodes[depot].Stock = []model.NodeStock{{SKU: valve, Qty: 1}, {SKU: pump, Qty: 1}}
		},
		"certificates that follow each other": func(p *model.Problem, _ *model.Plan) {
			p.Technicians[ann].Certificates = []model.Certificate{
				{Cert: gas, From: 5002, Until: 20_000}, {Cert: gas, From: 0, Until: 5000}, {Cert: gas, From: 5001, Until: 5001},
			}
		},
		"stock without end": func(p *model.Problem, plan *model.Plan) {
			_, r := day(p, plan)
			const many = model.Unlimited - 1
			p.Jobs[leak].Parts[0].Qty = 4 * many
			van, node := model.Supply{SKU: valve, Qty: many, From: model.VanSource}, model.Supply{SKU: valve, Qty: many, From: 0}
			r.Stops[1].Parts = []model.Supply{van, van, node, node, r.Stops[1].Parts[2]}
			p.Technicians[ann].Stock[0].Qty, p.Nodes[depot].Stock[0].Qty = model.Unlimited, model.Unlimited
		},
		"always open": func(p *model.Problem, _ *model.Plan) { p.Nodes[depot].Open = nil },
		"a tool of the same route twice": func(p *model.Problem, plan *model.Plan) {
			_, r := day(p, plan)
			p.Jobs[fuse].Tools = []model.ToolIdx{crane}
			r.Stops[2].Tools = []model.ToolSupply{{Tool: crane, From: 0}}
		},
		"a pick-up for nothing": func(_ *model.Problem, plan *model.Plan) {
			r := &plan.Routes[relay]
			r.Stops = append(r.Stops, model.Stop{Kind: model.Pickup, Node: depot, Arrival: 2700, Start: 2700, End: 2800})
			r.Finish = 2800
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

// A tool counts once per route and node: two calls at the depot in one route borrow one crane, a second route another.
func TestToolCountsOncePerRoute(t *testing.T) {
	p, plan := fixture()
	p.Jobs[meter].Tools = []model.ToolIdx{crane}
	plan.Routes[relay] = model.Route{
		Shift: relay, Depart: 1000, Finish: 2600,
		Stops: []model.Stop{
			{Kind: model.Pickup, Node: depot, Arrival: 1000, Start: 1000, End: 1100},
			{Kind: model.Pickup, Node: depot, Arrival: 1100, Start: 1100, End: 1200},
			{
				Kind: model.Visit, Job: meter, Arrival: 1700, Start: 2400, End: 2600,
				Tools: []model.ToolSupply{{Tool: crane, From: 1}},
			},
		},
	}
	r := Plan(p, plan)
	if len(r.Violations) != 1 || r.Violations[0].Code != NodeTools || r.Violations[0].Size != 1 {
		t.Errorf("two routes borrow the only crane: %v", r.Err())
	}
	p.Nodes[depot].Tools[0].Qty = 2
	r = Plan(p, plan)
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if got := r.RouteTerms[relay][model.Parts]; got != 100 {
		t.Errorf("two calls at the depot cost %d, want 2 × 50", got)
	}
}

func TestNoPlan(t *testing.T) {
	p, _ := fixture()
	r := Plan(p, nil)
	want := []Code{RouteCount, UnassignedMissing, UnassignedMissing, UnassignedMissing, UnassignedMissing}
	var got []Code
	for _, v := range r.Violations {
		got = append(got, v.Code)
	}
	if !slices.Equal(got, want) || r.Violations[0].Size != 3 || r.Terms[model.Unassigned] != 3_000_077 {
		t.Errorf("no plan: %v, cost %v", r.Err(), r.Terms)
	}
}

// In a plain problem with a vehicle for each job, every job can be served from the depot on its own.
func TestPlainProblemHasTrivialPlan(t *testing.T) {
	for seed := range uint64(20) {
		const n = 30
		p := modeltest.Plain(n, n, seed)
		plan := &model.Plan{}
		var travel model.Cost
		for k := range n {
			j := &p.Jobs[k]
			m := p.Profiles[0].Matrix
			start := max(j.Windows[0].From, m.Duration(0, j.Location))
			travel += m.Duration(0, j.Location) + m.Duration(j.Location, 0)
			plan.Routes = append(plan.Routes, model.Route{
				Shift: model.ShiftIdx(k), Finish: start + j.Service + m.Duration(j.Location, 0),
				Stops: []model.Stop{{
					Job: model.JobIdx(k), Arrival: m.Duration(0, j.Location), Start: start, End: start + j.Service,
					Parts: []model.Supply{{SKU: 0, Qty: j.Parts[0].Qty, From: model.VanSource}},
				}},
			})
		}
		r := Plan(p, plan)
		if err := r.Err(); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		if want := (model.Terms{model.Travel: travel}); r.Terms != want {
			t.Errorf("seed %d: cost %v, want %v", seed, r.Terms, want)
		}
	}
}
