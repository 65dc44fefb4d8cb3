package check

import (
	"math"
	"testing"

	"callout/solver/model"

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

// A risk is level before its first piece, may jump between pieces, and goes on as the last one does.
func TestRiskTerm(t *testing.T) {
	p, plan := fixture()
	first := &plan.Routes[0].Stops[0]
	for plan.Routes[0].Stops[0].Kind != model.Visit {
		plan.Routes[0].Stops = plan.Routes[0].Stops[1:]
		first = &plan.Routes[0].Stops[0]
	}
	pieces := []model.Rise{{From: 100, Cost: 40, Rate: 2}, {From: 200, Cost: 300}, {From: 300, Cost: 290, Rate: 5}}
	p.Jobs[first.Job].Risk = pieces
	for start, want := range map[model.Time]model.Cost{0: 40, 100: 40, 101: 42, 199: 238, 200: 300, 299: 300, 300: 290, 1000: 290 + 3500} {
		first.Start = start
		if got := Plan(p, plan).Terms[model.Risk]; got != want {
			t.Errorf("a visit at %d costs %d, want %d", start, got, want)
		}
	}
	plan.Routes[0].Stops = nil
	plan.Unassigned = append(plan.Unassigned, first.Job)
	if got := Plan(p, plan).Terms[model.Risk]; got != 0 {
		t.Errorf("a job that is left out has a risk of %d beside its price", got)
	}
}

// A visit that is not where the running plan has it costs what was said for the technician, and for the seconds beyond the slack.
func TestPlanChangeTerm(t *testing.T) {
	p, plan := fixture()
	first := &plan.Routes[0].Stops[0]
	for plan.Routes[0].Stops[0].Kind != model.Visit {
		plan.Routes[0].Stops = plan.Routes[0].Stops[1:]
		first = &plan.Routes[0].Stops[0]
	}
	kept := &model.Kept{Tech: p.Shifts[0].Tech, Start: first.Start + 100, Slack: 30, Reassign: 1000, Moved: 7}
	p.Jobs[first.Job].Kept = kept
	if got := Plan(p, plan).Terms[model.PlanChange]; got != 70*7 {
		t.Errorf("100 s early, 30 of them free: %d, want %d", got, 70*7)
	}
	kept.Tech, kept.Start = kept.Tech+1, first.Start-31
	if got := Plan(p, plan).Terms[model.PlanChange]; got != 1007 {
		t.Errorf("another technician, and 31 s late: %d, want 1007", got)
	}
	kept.Tech, kept.Start = kept.Tech-1, first.Start+30
	if got := Plan(p, plan).Terms[model.PlanChange]; got != 0 {
		t.Errorf("within the slack: %d", got)
	}
}

// All of the leak's valves are gaskets: their price once, and what they cost at the depot.
func TestSubstituteCosts(t *testing.T) {
	p, plan := fixture()
	asked := Plan(p, plan).Terms[model.Parts] // one valve at 4
	gasket(p)
	if got := Plan(p, plan).Terms[model.Parts]; got != asked {
		t.Errorf("not used, a substitute costs %d more", got-asked)
	}
	visit := &plan.Routes[monday].Stops[1]
	visit.Parts = append(visit.Parts[2:], model.Supply{SKU: 2, Qty: 2, From: 0}, model.Supply{SKU: 2, Qty: 1, From: 0})
	r := Plan(p, plan)
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if got, want := r.Terms[model.Parts], asked-4+3*6+30; got != want {
		t.Errorf("parts cost %d, want %d", got, want)
	}
}

// A van that is just full is not too full, nor one that was so before a call for parts that take up nothing.
func TestRoomSuffices(t *testing.T) {
	for name, edit := range map[string]func(*model.Problem, *model.Plan){
		"just full": func(p *model.Problem, _ *model.Plan) { sized(p, model.Weight, 11) },
		"no limit":  func(p *model.Problem, _ *model.Plan) { sized(p, model.Weight, model.NoLimit) },
		"nothing more": func(p *model.Problem, _ *model.Plan) {
			sized(p, model.Weight, 1)
			p.Sizes[pump], p.Sizes[valve] = model.Size{}, model.Size{}
			p.SKUs = append(p.SKUs, "anvil")
			p.Sizes = append(p.Sizes, model.Size{model.Weight: 100})
			p.Technicians[ann].Stock = append(p.Technicians[ann].Stock, model.Quantity{SKU: 2, Qty: 1})
		},
	} {
		p, plan := fixture()
		edit(p, plan)
		r := Plan(p, plan)
		if err := r.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Another job before a visit costs what was said where the technician is the same; a call at a node before it is none, and where the route
// begins there is none.
func TestOrderTerm(t *testing.T) {
	for name, c := range map[string]struct {
		job  model.JobIdx
		kept model.Kept
		want model.Cost
	}{
		"first, behind a call":        {leak, model.Kept{Before: model.NoJob}, 0},
		"first, and was not":          {leak, model.Kept{Before: fuse}, 50},
		"behind the one that it was":  {fuse, model.Kept{Before: leak}, 0},
		"behind another one":          {fuse, model.Kept{Before: meter}, 50},
		"not first any more":          {fuse, model.Kept{Before: model.NoJob}, 50},
		"with another technician":     {fuse, model.Kept{Tech: bob, Before: meter}, 1000},
		"another route, alone in it":  {meter, model.Kept{Tech: bob, Before: model.NoJob}, 0},
		"another route, once shared":  {meter, model.Kept{Tech: bob, Before: leak}, 50},
		"left out, and so no order's": {roof, model.Kept{Before: leak}, 0},
	} {
		p, plan := fixture()
		c.kept.Reassign, c.kept.Resequence, c.kept.Slack = 1000, 50, model.MaxTime
		p.Jobs[c.job].Kept = &c.kept
		if got := Plan(p, plan).Terms[model.PlanChange]; got != c.want {
			t.Errorf("%s: %d, want %d", name, got, c.want)
		}
	}
}
