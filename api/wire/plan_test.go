package wire

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// smallPlan is a plan of the small problem with times. T1 fetches parts and the ladder, does J1, has lunch on the way to J2 and tea
// there, and drives home. Times are seconds of the horizon.
func smallPlan() *model.Plan {
	const hour = 3600
	return &model.Plan{Routes: []model.Route{
		{
			Shift: 0, Depart: 13 * hour, Finish: 21 * hour,
			Stops: []model.Stop{
				{Kind: model.Pickup, Node: 0, Arrival: 13*hour + 600, Start: 13*hour + 600, End: 13*hour + 900},
				{
					Kind: model.Visit, Job: 0, Arrival: 13*hour + 1600, Start: 15 * hour, End: 16*hour + 900,
					Parts: []model.Supply{{SKU: 0, Qty: 1, From: model.VanSource}, {SKU: 1, Qty: 2, From: 0}},
					Tools: []model.ToolSupply{{Tool: 0, From: 0}},
				},
				{Kind: model.Visit, Job: 1, Arrival: 19 * hour, Start: 20 * hour, End: 20*hour + 1801},
			},
			Breaks: []model.BreakTaken{
				{Break: 0, Start: 18 * hour, End: 18*hour + 1800},
				{Break: 1, Start: 19*hour + 600, End: 19*hour + 1200},
			},
		},
		{Shift: 1},
	}}
}

func smallCost() Cost {
	c := Cost{Routes: make([]model.Terms, 2)}
	c.Routes[0][model.Travel] = 2_000_000
	c.Routes[0][model.Distance] = 500
	c.Terms = c.Routes[0]
	c.Terms[model.Unassigned] = 1
	return c
}

func TestPlanOutGolden(t *testing.T) {
	p, ctx := smallProblem(t)
	goldenProto(t, "small.plan.json", PlanOut(p, ctx, smallPlan(), smallCost()))
}

// TestPlanOutMetrics checks by hand what the golden file would only freeze.
func TestPlanOutMetrics(t *testing.T) {
	p, ctx := smallProblem(t)
	out := PlanOut(p, ctx, smallPlan(), smallCost())
	m := out.GetMetrics().GetTotals()
	for _, c := range []struct {
		what      string
		got, want int64
	}{
		{"travel: home to depot 600, to site-a 700, to site-b 400, home 1210", m.GetTravel().GetSeconds(), 600 + 700 + 400 + 1210},
		{"distance", int64(m.GetDistance()), 6000 + 7000 + 4000 + 12100},
		{"working: 8 hours less lunch", m.GetWorking().GetSeconds(), 8*3600 - 1800},
		{"waiting: at J1, and at J2 less tea", m.GetWaiting().GetSeconds(), 2*3600 - 1600 + 3600 - 600},
		{"service", m.GetService().GetSeconds(), 4500 + 1801},
		{"handling", m.GetHandling().GetSeconds(), 300},
		{"breaks", m.GetBreaks().GetSeconds(), 2400},
		{"overtime: an hour past 14:00", m.GetOvertime().GetSeconds(), 3600},
		{"visits", int64(m.GetVisits()), 2},
		{"pickups", int64(m.GetPickups()), 1},
		{"used", int64(out.GetMetrics().GetShiftsUsed()), 1},
		{"unused", int64(out.GetMetrics().GetShiftsUnused()), 1},
	} {
		if c.got != c.want {
			t.Errorf("%s: %d, want %d", c.what, c.got, c.want)
		}
	}
	// J1 starts at 15 h, the last second of its promise. J2 ends half an hour before its SLA.
	if got := out.GetMetrics().GetOnTimeShare(); got != 1 {
		t.Errorf("on time %g", got)
	}
	late := smallPlan()
	late.Routes[0].Stops[1].Start++
	if got := PlanOut(p, ctx, late, Cost{}).GetMetrics().GetOnTimeShare(); got != 0.5 {
		t.Errorf("on time %g, J1 a second late", got)
	}
	empty := &model.Plan{Routes: make([]model.Route, 2), Unassigned: []model.JobIdx{0, 1}}
	if PlanOut(p, ctx, empty, Cost{}).GetMetrics().OnTimeShare != nil {
		t.Error("an empty plan is on time")
	}
	if got := out.GetCost(); got.GetTotal() != 2.000501 || !slices.Equal(got.GetTiers(), []float64{2.000001, 0.0005}) {
		t.Errorf("cost %v", got)
	}
}

// TestRoundTrip sends a plan out and takes it back in.
func TestRoundTrip(t *testing.T) {
	p, ctx := smallProblem(t)
	plan := smallPlan()
	twice := slices.Clone(plan.Routes[0].Stops)
	twice = slices.Insert(twice, 1, twice[0], twice[0])
	twice[3].Parts = []model.Supply{{SKU: 1, Qty: 1, From: 0}, {SKU: 1, Qty: 1, From: 2}}
	twice[3].Tools = []model.ToolSupply{{Tool: 0, From: 1}}
	thrice := &model.Plan{Routes: slices.Clone(plan.Routes)}
	thrice.Routes[0].Stops = twice
	leftOut := &model.Plan{Routes: []model.Route{{Shift: 0}, {Shift: 1}}, Unassigned: []model.JobIdx{0, 1}}
	for name, plan := range map[string]*model.Plan{"small": plan, "three calls at a node": thrice, "empty": leftOut} {
		back, faults := PlanIn(ctx, PlanOut(p, ctx, plan, Cost{}))
		if diff := cmp.Diff(plan, back); diff != "" || len(faults) > 0 {
			t.Errorf("%s (-want +got):\n%s%v", name, diff, faults)
		}
	}
}

func TestPlanWithoutTimes(t *testing.T) {
	_, ctx := smallProblem(t)
	plan, faults := PlanIn(ctx, small(t).GetInitialPlan())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r := &plan.Routes[0]
	if Timed(r) || r.Finish != model.NoTime || r.Stops[2].Start != model.NoTime {
		t.Errorf("a route without times has some: %+v", r)
	}
	want := []model.Supply{{SKU: 1, Qty: 2, From: 0}, {SKU: 0, Qty: 1, From: model.VanSource}}
	if diff := cmp.Diff(want, r.Stops[1].Parts); diff != "" {
		t.Error(diff)
	}
}

// A job visited twice and a route that is much too late are for the judge, not faults.
func TestPlanBadButLegal(t *testing.T) {
	p, ctx := smallProblem(t)
	bad := smallPlan()
	bad.Routes[0].Finish += 1 << 20
	bad.Routes[0].Depart = -5
	bad.Routes[0].Stops = append(bad.Routes[0].Stops, bad.Routes[0].Stops[2])
	back, faults := PlanIn(ctx, PlanOut(p, ctx, bad, Cost{}))
	if diff := cmp.Diff(bad, back); diff != "" || len(faults) > 0 {
		t.Error(diff, faults)
	}
}

func TestPlanFaults(t *testing.T) {
	visit := func(in *calloutv1.Plan, k int) *calloutv1.Visit { return in.GetRoutes()[0].GetStops()[k].GetVisit() }
	for _, c := range []struct {
		name  string
		spoil func(*calloutv1.Plan)
		want  []string
	}{
		{"technician", func(in *calloutv1.Plan) { in.Routes[0].TechnicianId = "" }, []string{"plan.routes[0].technician_id REQUIRED"}},
		{"shift", func(in *calloutv1.Plan) { in.Routes[0].ShiftId = "tue" }, []string{"plan.routes[0].shift_id UNKNOWN_ID"}},
		{
			"two routes", func(in *calloutv1.Plan) { in.Routes = append(in.Routes, proto.CloneOf(in.GetRoutes()[0])) },
			[]string{"plan.routes[1].shift_id DUPLICATE"},
		},
		{
			"ids", func(in *calloutv1.Plan) {
				visit(in, 2).JobId = "J9"
				visit(in, 1).Parts[0].Sku = "bolt"
				visit(in, 1).Parts[1].NodeId = "N9"
				in.Routes[0].Stops[0].GetPickup().NodeId = "N9"
				in.Unassigned = []*calloutv1.UnassignedJob{{JobId: "J9"}}
			},
			[]string{
				"plan.routes[0].stops[0].pickup.node_id UNKNOWN_ID", "plan.routes[0].stops[1].visit.parts[0].sku UNKNOWN_ID",
				"plan.routes[0].stops[1].visit.parts[0].node_id NO_SUCH_CALL",
				"plan.routes[0].stops[1].visit.parts[1].node_id UNKNOWN_ID",
				"plan.routes[0].stops[1].visit.tools[0].node_id NO_SUCH_CALL",
				"plan.routes[0].stops[2].visit.job_id UNKNOWN_ID", "plan.unassigned[0].job_id UNKNOWN_ID",
			},
		},
		{
			"calls", func(in *calloutv1.Plan) {
				visit(in, 1).Parts[0].Call = 2
				visit(in, 1).Parts[1].Call = 1
				visit(in, 1).Tools[0].Call = -1
				visit(in, 1).Parts[0].Quantity = 0
			},
			[]string{
				"plan.routes[0].stops[1].visit.parts[0].node_id NO_SUCH_CALL", "plan.routes[0].stops[1].visit.parts[1].call CONFLICT",
				"plan.routes[0].stops[1].visit.tools[0].node_id NO_SUCH_CALL",
			},
		},
		{"kind", func(in *calloutv1.Plan) { in.Routes[0].Stops[2].Kind = nil }, []string{"plan.routes[0].stops[2].kind REQUIRED"}},
		{"some times", func(in *calloutv1.Plan) { in.Routes[0].Depart = timestamppb.Now() }, []string{"plan.routes[0] MIXED_TIMES"}},
		{
			"breaks without times", func(in *calloutv1.Plan) { in.Routes[0].Breaks = []*calloutv1.BreakTaken{{BreakId: "tea"}} },
			[]string{"plan.routes[0].breaks MIXED_TIMES"},
		},
		{
			"left out and listed twice", func(in *calloutv1.Plan) {
				in.Routes[0].Stops = in.GetRoutes()[0].GetStops()[:2]
				in.Unassigned = []*calloutv1.UnassignedJob{{JobId: "J2"}, {JobId: "J1"}, {JobId: "J2"}}
			},
			[]string{"plan.unassigned[1].job_id CONFLICT", "plan.unassigned[2].job_id DUPLICATE"},
		},
		{
			"unknown field", func(in *calloutv1.Plan) { unknownField(visit(in, 2), 44) },
			[]string{"plan.routes[0].stops[2].visit.44 UNKNOWN_FIELD"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, ctx := smallProblem(t)
			in := small(t).GetInitialPlan()
			c.spoil(in)
			_, faults := PlanIn(ctx, in)
			if got := brief(faults); !slices.Equal(got, c.want) {
				t.Errorf("faults\n\t%s\nwant\n\t%s", strings.Join(got, "\n\t"), strings.Join(c.want, "\n\t"))
			}
		})
	}
	_, ctx := smallProblem(t)
	if _, faults := PlanIn(ctx, nil); !slices.Equal(brief(faults), []string{"plan REQUIRED"}) {
		t.Error("no plan:", faults)
	}
}

func TestTimedPlanFaults(t *testing.T) {
	p, ctx := smallProblem(t)
	in := PlanOut(p, ctx, smallPlan(), Cost{})
	in.Routes[0].Breaks[0].BreakId = "nap"
	in.Routes[0].Breaks[1].End = nil
	in.Routes[0].Stops[0].Arrival = timestamppb.New(time.Unix(0, 0))
	_, faults := PlanIn(ctx, in)
	want := []string{
		"plan.routes[0].stops[0].arrival HORIZON", "plan.routes[0].breaks[0].break_id UNKNOWN_ID", "plan.routes[0].breaks[1] MIXED_TIMES",
	}
	if got := brief(faults); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A plan that breaks rules can cost more than any that keeps them: by being late, here by eight years.
func TestPlanCostOverflow(t *testing.T) {
	in := small(t).GetProblem()
	in.Technicians[0].Costs.CostPerHourWorked = 2e7
	p, ctx, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	out := PlanOut(p, ctx, smallPlan(), Cost{})
	if _, faults = PlanIn(ctx, out); len(faults) > 0 {
		t.Fatal(faults)
	}
	out.Routes[0].Finish.Seconds += 1 << 27
	if _, faults = PlanIn(ctx, out); !slices.Equal(brief(faults), []string{"plan COST_OVERFLOW"}) {
		t.Error(faults)
	}
}

// TestWarmStart gives a plan of a day on which much has changed.
func TestWarmStart(t *testing.T) {
	p, ctx := smallProblem(t)
	in := PlanOut(p, ctx, smallPlan(), Cost{})
	stops := in.GetRoutes()[0].GetStops()
	gone := &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: "J9"}}}
	elsewhere := &calloutv1.Stop{Kind: &calloutv1.Stop_Pickup{Pickup: &calloutv1.Pickup{NodeId: "N9"}}}
	stops[1].GetVisit().Parts[1].NodeId = "N9"
	in.Routes[0].Stops = []*calloutv1.Stop{elsewhere, gone, stops[0], stops[1], stops[2], stops[2]}
	in.Routes = append(in.Routes, &calloutv1.Route{TechnicianId: "T9", ShiftId: "mon"}, proto.CloneOf(in.GetRoutes()[0]))
	in.Unassigned = []*calloutv1.UnassignedJob{{JobId: "J8"}, {JobId: "J1"}}
	plan, repairs, faults := WarmStart(ctx, in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var got []string
	for _, r := range repairs {
		got = append(got, strings.TrimPrefix(r.GetCode().String(), "REPAIR_CODE_")+" "+
			strings.Join([]string{r.GetTechnicianId(), r.GetJobId(), r.GetNodeId()}, "/"))
	}
	want := []string{
		"UNKNOWN_NODE T1//N9", "UNKNOWN_JOB T1/J9/", "SUPPLY_CHANGED T1/J1/", "DUPLICATE T1/J2/", "UNKNOWN_SHIFT T9//", "DUPLICATE T1//",
	}
	if !slices.Equal(got, want) {
		t.Errorf("repairs %q, want %q", got, want)
	}
	none := model.Stop{Arrival: model.NoTime, Start: model.NoTime, End: model.NoTime}
	pickup, j1, j2 := none, none, none
	pickup.Kind, j2.Job = model.Pickup, 1
	wantPlan := &model.Plan{Routes: []model.Route{
		{Shift: 0, Depart: model.NoTime, Finish: model.NoTime, Stops: []model.Stop{pickup, j1, j2}}, {Shift: 1},
	}}
	if diff := cmp.Diff(wantPlan, plan); diff != "" {
		t.Error(diff)
	}
}

func TestRequests(t *testing.T) {
	in := small(t)
	r, faults := Solve(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if r.ID != "small-1" || r.Tenant != "acme" || r.Settings.Seed != 7 || len(r.Plan.Routes) != 2 || r.Context.Currency != "EUR" {
		t.Errorf("%+v", r)
	}
	e := &calloutv1.EvaluateRequest{RequestId: "e", Problem: in.GetProblem()}
	if _, faults := Evaluate(e, DefaultLimits()); !slices.Equal(brief(faults), []string{"plan REQUIRED"}) {
		t.Error(faults)
	}
	e.Plan = in.GetInitialPlan()
	if r, faults := Evaluate(e, DefaultLimits()); len(faults) > 0 || r.ID != "e" || len(r.Plan.Unassigned) != 0 {
		t.Error(faults, r)
	}
	if r, faults := Solve(new(calloutv1.SolveRequest), DefaultLimits()); r != nil || len(faults) != 1 {
		t.Error("an empty request:", faults)
	}
	// Empty, but legal: nothing to do.
	empty := &calloutv1.SolveRequest{Problem: new(calloutv1.Problem)}
	if r, faults := Solve(empty, DefaultLimits()); len(faults) > 0 || len(r.Problem.Jobs) != 0 {
		t.Error(faults)
	}
}

// The same without times: a schedule would have to wait for the window of J2, which opens in eight years.
func TestUntimedPlanCostOverflow(t *testing.T) {
	in := small(t)
	in.Problem.Technicians[0].Costs.CostPerHourWorked = 2e7
	request := &calloutv1.EvaluateRequest{Problem: in.GetProblem(), Plan: in.GetInitialPlan()}
	if _, faults := Evaluate(request, DefaultLimits()); len(faults) > 0 {
		t.Fatal(faults)
	}
	far := &timestamppb.Timestamp{Seconds: in.GetProblem().GetNow().GetSeconds() + 1<<28}
	in.Problem.Jobs[1].Windows = []*calloutv1.TimeWindow{{Start: far}}
	if _, faults := Evaluate(request, DefaultLimits()); !slices.Equal(brief(faults), []string{"plan COST_OVERFLOW"}) {
		t.Error(faults)
	}
}

// A substitute has its price per unit times the units, weighted, and says in a plan what it is in place of; its price is a part of what the
// units cost.
func TestSubstitutes(t *testing.T) {
	in := small(t).GetProblem()
	in.Objective.Terms = append(in.Objective.Terms, &calloutv1.TermWeight{Term: calloutv1.Term_TERM_PARTS, Weight: proto.Float64(2)})
	in.Jobs[0].Parts = []*calloutv1.PartRequirement{
		{Sku: "later", Quantity: 3, SubstituteSkus: []string{"gift"}},
		{Sku: in.GetNodes()[0].GetStock()[0].GetSku(), Quantity: 4, Substitutes: []*calloutv1.Substitute{{Sku: "other", CostPerUnit: 1.5}}},
	}
	p, ctx, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	job := &p.Jobs[0]
	sku := func(name string) model.SKUIdx { return model.SKUIdx(slices.Index(p.SKUs, name)) }
	for name, want := range map[string]model.Cost{"gift": 0, "other": 4 * 1.5 * 2 * micro} {
		part, price := job.Serves(sku(name))
		if asked := map[string]string{"gift": "later", "other": in.GetNodes()[0].GetStock()[0].GetSku()}[name]; part < 0 ||
			p.SKUs[job.Parts[part].SKU] != asked || price != want {
			t.Errorf("%s serves part %d at %d, want %s at %d", name, part, price, asked, want)
		}
	}
	plan := smallPlan()
	plan.Routes[0].Stops[1].Parts = []model.Supply{
		{SKU: sku("later"), Qty: 3, From: model.VanSource},
		{SKU: sku("other"), Qty: 1, From: model.VanSource},
		{SKU: sku("other"), Qty: 3, From: 0},
	}
	out := PlanOut(p, ctx, plan, Cost{}).GetRoutes()[0].GetStops()[1].GetVisit().GetParts()
	asked := in.GetNodes()[0].GetStock()[0].GetSku()
	if out[0].GetInPlaceOf() != "" || out[1].GetInPlaceOf() != asked ||
		out[0].GetCost() != 0 || out[1].GetCost() != 3 || out[2].GetCost() != 9 {
		t.Errorf("supplies %v", out)
	}
}

// Sizes are rounded up and capacities down, so that no van is too full by rounding.
func TestSizes(t *testing.T) {
	in := small(t).GetProblem()
	in.Parts = []*calloutv1.Part{{Sku: "screw", Weight: 0.0000014, Volume: 2}, {Sku: in.GetJobs()[0].GetParts()[0].GetSku(), Weight: 1.5}}
	in.Technicians[0].VanCapacity = &calloutv1.VanCapacity{Weight: new(80.0000019)}
	p, _, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	size := func(name string) model.Size { return p.SizeOf(model.SKUIdx(slices.Index(p.SKUs, name))) }
	if got := size("screw"); got != (model.Size{2, 2 * micro}) {
		t.Errorf("a screw takes up %v", got)
	}
	if got := size(in.GetJobs()[0].GetParts()[0].GetSku()); got != (model.Size{1_500_000, 0}) {
		t.Errorf("a part takes up %v", got)
	}
	if got := p.Technicians[0].Capacity; got == nil || *got != (model.Size{80_000_001, model.NoLimit}) || p.Technicians[1].Capacity != nil {
		t.Errorf("capacity %v", got)
	}
}
