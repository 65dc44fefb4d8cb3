package check

import (
	"math"
	"slices"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"

	"github.com/google/go-cmp/cmp"
)

// The fixture's cost, term by term.
func TestTerms(t *testing.T) {
	p, plan := fixture()
	p.Objective.Tier[model.Lateness] = 1
	p.Objective.Tier[model.Unassigned] = 2
	r := Plan(p, plan)
	if err := r.Err(); err != nil {
		t.Fatal(err)
	}
	annMonday := model.Terms{
		// Driven: 400 + 500 + 300 + 900 = 2100 s, 21,000 m. Worked: 6900 − 1000 − 600 of unpaid lunch = 5300 s.
		model.Travel:      2100 * 2,
		model.Distance:    21_000 * 3,
		model.WorkingTime: 5300 * 1,
		// Finish 6900, regular end 5000: the first 1000 s at 4, the other 900 s at 10.
		model.Overtime: 1000*4 + 900*10,
		model.Fixed:    500,
		// Fuse, 4800 to 5400. Promise: the lesser of 300 s late at 2 and 400 s early at 1. SLA: 400 s late at 3.
		model.Lateness: 400*1 + 400*3,
		// Leak: from release at 500 to start at 3000.
		model.ResponseTime: 2500,
		// Leak: welding at level 3, 1 asked.
		model.SkillSurplus: 2 * 11,
		model.Rating:       2 * 7,
		// 5300² × 1000 ÷ 12,960,000 = 2167.4
		model.Balance: 2167,
		// The stop at the depot, a valve and a pump.
		model.Parts: 50 + 4 + 5,
	}
	bobRelay := model.Terms{
		model.WorkingTime: 200 * 2,
		model.Fixed:       300,
		model.Rating:      2,
		model.Preference:  9,
		model.Balance:     3, // 200² × 1000 ÷ 12,960,000 = 3.09
	}
	if d := cmp.Diff([]model.Terms{annMonday, {}, bobRelay}, r.RouteTerms); d != "" {
		t.Error(d)
	}
	total := annMonday
	total.Add(&bobRelay)
	total[model.Unassigned] = 77
	if d := cmp.Diff(total, r.Terms); d != "" {
		t.Error(d)
	}
	if want := (model.Vec{total.Total() - 1600 - 77, 1600, 77}); r.Vec != want {
		t.Errorf("Vec is %v, want %v", r.Vec, want)
	}
}

func TestOvertime(t *testing.T) {
	tiers := []model.OvertimeTier{{After: 600, Rate: 2}, {After: 1800, Rate: 5}, {After: 1800, Rate: 9}}
	for _, c := range []struct {
		past model.Duration
		want model.Cost
	}{
		{-100, 0},
		{0, 0},
		{600, 0},
		{601, 2},
		{1800, 1200 * 2},
		{1801, 1200*2 + 9}, // the second tier is empty
	} {
		if got := overtime(tiers, c.past); got != c.want {
			t.Errorf("%d s past the regular end cost %d, want %d", c.past, got, c.want)
		}
	}
	if got := overtime(nil, 1000); got != 0 {
		t.Errorf("overtime without tiers costs %d", got)
	}
}

func TestBalance(t *testing.T) {
	for _, c := range []struct {
		worked model.Duration
		price  model.Cost
		want   model.Cost
	}{
		{3600, 1000, 1000},                     // an hour
		{7200, 1000, 4000},                     // two hours, four times as much
		{3599, 1, 0},                           // rounded down
		{36_000, 1 << 55, 3602879701896396800}, // 100 × 2^55 in 64 bits, though worked² × price takes 86
		{36_000, math.MaxInt64, math.MaxInt64}, // cut
		{model.MaxTime, math.MaxInt64, math.MaxInt64},
		{1 << 28, 12_960_000 << 8, math.MaxInt64}, // the quotient is 2^64 exactly
		{3600, 0, 0},
	} {
		if got := balance(c.worked, c.price); got != c.want {
			t.Errorf("%d s worked at %d cost %d, want %d", c.worked, c.price, got, c.want)
		}
	}
}

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
		"lunch, but no tea, at the last moment": func(p *model.Problem, plan *model.Plan) {
			_, r := day(p, plan)
			r.Breaks[0] = model.BreakTaken{Break: 0, Start: 9000, End: 9600}
			r.Finish = 12_000
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
			r := Plan(p, plan)
			if err := r.Err(); err != nil {
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

// Home to flat and back is 0.2° along the meridian each way: 22,238.985 m × 1.3 = 28,910.68 m, at 10 m/s 2891.07 s.
func TestStraightLine(t *testing.T) {
	p, plan := fixture()
	p.Profiles[0] = model.Profile{StraightLine: &model.StraightLine{Detour: 1.3, Speed: 10}}
	plan.Routes[tuesday] = model.Route{
		Shift: tuesday, Depart: 90_000, Finish: 95_984,
		Stops: []model.Stop{{Kind: model.Visit, Job: meter, Arrival: 92_892, Start: 92_892, End: 93_092}},
	}
	plan.Routes[monday] = model.Route{Shift: monday}
	plan.Routes[relay] = model.Route{Shift: relay}
	plan.Unassigned = []model.JobIdx{leak, fuse, roof}
	p.Shifts[tuesday].TravelRate, p.Shifts[tuesday].DistRate = 1, 1
	r := Plan(p, plan)
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if got := r.Terms; got[model.Travel] != 2*2892 || got[model.Distance] != 2*28_911 {
		t.Errorf("driving %d s, %d m; want %d s, %d m", got[model.Travel], got[model.Distance], 2*2892, 2*28_911)
	}
	plan.Routes[tuesday].Finish--
	if r = Plan(p, plan); len(r.Violations) != 1 || r.Violations[0].Code != TravelTime {
		t.Errorf("a second less: %v", r.Err())
	}
	for _, line := range []*model.StraightLine{nil, {Detour: 1}, {Detour: math.NaN(), Speed: 1}, {Detour: -1, Speed: 1}} {
		p.Profiles[0].StraightLine = line
		r = Plan(p, plan)
		if len(r.Violations) != 2 || r.Violations[0].Code != NoWay || r.Terms[model.Travel] != 0 {
			t.Errorf("straight line %v: %v", line, r.Err())
		}
	}
}

func TestTravelData(t *testing.T) {
	m := &model.Matrix{N: 2, Durations: []int32{0, 7, 8}, Distances: []int32{0, 70}}
	for _, c := range []struct {
		from, to model.LocIdx
		want     bool
	}{{0, 1, true}, {1, 0, false}, {1, 1, false}, {0, 2, false}, {2, 0, false}, {5, 5, false}} {
		if _, _, ok := matrixTravel(m, c.from, c.to); ok != c.want {
			t.Errorf("matrix, from %d to %d: %v", c.from, c.to, ok)
		}
	}
	line := &model.StraightLine{Detour: 1, Speed: 10}
	here, nowhere := &model.Location{Lat: 47, Lon: 8, HasCoord: true}, &model.Location{}
	if drive, metres, ok := straightTravel(line, here, here); drive != 0 || metres != 0 || !ok {
		t.Errorf("on the spot: %d s, %d m, %v", drive, metres, ok)
	}
	for _, pair := range [][2]*model.Location{{here, nowhere}, {nowhere, here}, {nowhere, nowhere}} {
		if _, _, ok := straightTravel(line, pair[0], pair[1]); ok {
			t.Error("travel without coordinates")
		}
	}
}

func TestMetresOutside(t *testing.T) {
	const tenth = 11_119.493 // metres per tenth of a degree of a great circle
	square := [][2]float64{{46.9, 8.1}, {46.9, 8.3}, {47.1, 8.3}, {47.1, 8.1}}
	for _, c := range []struct {
		name     string
		area     model.Area
		lat, lon float64
		want     float64
	}{
		{"disc", model.Area{Lat: 47, Lon: 8, RadiusM: 1000}, 47.1, 8, tenth - 1000},
		{"west of the square", model.Area{Polygon: square}, 47, 8, tenth * math.Cos(47*math.Pi/180)},
		{"north of the square", model.Area{Polygon: square}, 47.2, 8.2, tenth},
		{"before a slanted edge", model.Area{Polygon: [][2]float64{{0, 0.1}, {0.1, 0.1}, {0.1, 0}}}, 0, 0, tenth / math.Sqrt2},
		{"a corner twice", model.Area{Polygon: append(square, square[3])}, 47.2, 8.2, tenth},
		{"disc and square", model.Area{Lat: 47.1, Lon: 8.2, RadiusM: 1000, Polygon: square}, 47.2, 8.2, tenth},
	} {
		if got := metresOutside(&c.area, c.lat, c.lon); math.Abs(got-c.want) > 1 {
			t.Errorf("%s: %f m, want %f", c.name, got, c.want)
		}
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
