package engine_test

import (
	"fmt"
	"slices"
	"testing"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"

	"github.com/google/go-cmp/cmp"
)

// untimed strips the times and supplies of a plan.
func untimed(plan *model.Plan, supplies bool) *model.Plan {
	out := &model.Plan{Routes: slices.Clone(plan.Routes), Unassigned: plan.Unassigned}
	for k := range out.Routes {
		r := &out.Routes[k]
		r.Depart, r.Finish, r.Breaks = model.NoTime, model.NoTime, nil
		r.Stops = slices.Clone(r.Stops)
		for s := range r.Stops {
			st := &r.Stops[s]
			st.Arrival, st.Start, st.End = model.NoTime, model.NoTime, model.NoTime
			if !supplies {
				st.Parts, st.Tools = nil, nil
			}
		}
	}
	return out
}

// A plan of the search without its times comes back feasible and at the same cost, with its times as it is.
func TestEvaluateOwnPlans(t *testing.T) {
	for seed := range uint64(8) {
		p := modeltest.Rich(30, 4, seed)
		res, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 10, Seed: seed}, func(*engine.Incumbent) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		for name, plan := range map[string]*model.Plan{"as it is": res.Final.Plan, "without times": untimed(res.Final.Plan, true)} {
			e, err := engine.Evaluate(t.Context(), p, plan)
			if err != nil {
				t.Fatal(err)
			}
			if !e.Feasible() {
				t.Errorf("seed %d, %s: %v", seed, name, e.Violations)
			}
			if e.Terms != res.Final.Terms || e.Vec != res.Final.Vec {
				t.Errorf("seed %d, %s: costs %v, want %v", seed, name, e.Terms, res.Final.Terms)
			}
			if check.Plan(p, e.Plan).Terms != e.Terms {
				t.Errorf("seed %d, %s: the plan that comes back costs something else", seed, name)
			}
		}
	}
}

// The times of a plan without times know the risk of predicted work: to start before it jumps is worth an hour's wait for the promise.
func TestEvaluateRisk(t *testing.T) {
	for jump, want := range map[model.Cost]model.Terms{
		10 * euro: {model.WorkingTime: 108 * euro, model.Risk: 11 * euro},
		50 * euro: {model.WorkingTime: 108 * euro, model.Lateness: 36 * euro, model.Risk: euro},
	} {
		p := row(func(p *model.Problem) {
			p.Jobs[0].Windows = []model.Window{{Kind: model.Promise, From: 10 * hour, To: 10 * hour, Early: euro / 100}}
			p.Jobs[0].Risk = []model.Rise{{From: 8 * hour, Cost: euro}, {From: 9*hour + 1, Cost: euro + jump}}
		})
		plan := idle(p)
		plan.Unassigned = nil
		plan.Routes[0].Depart = model.NoTime
		plan.Routes[0].Stops = []model.Stop{{Job: 0}}
		e, err := engine.Evaluate(t.Context(), p, plan)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Feasible() || e.Terms != want {
			t.Errorf("a jump of %d: %v, want %v", jump, e.Terms, want)
		}
	}
}

func TestEvaluateSoft(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Jobs[0].Windows = []model.Window{
			{Kind: model.Promise, From: 8 * hour, To: 8*hour + 30*minute, Late: euro / 100},
			{Kind: model.Promise, From: 14 * hour, To: 15 * hour, Early: euro / 100},
			{Kind: model.SLA, Binds: model.BindEnd, From: 8 * hour, To: 9 * hour},
			{Kind: model.Preferred, From: 9 * hour, To: 10 * hour},
		}
	})
	plan := idle(p)
	plan.Unassigned = nil
	plan.Routes[0].Depart = model.NoTime
	plan.Routes[0].Stops = []model.Stop{{Job: 0}}
	e, err := engine.Evaluate(t.Context(), p, plan)
	if err != nil {
		t.Fatal(err)
	}
	// At work from 9:00 to 10:00: half an hour late for the promise, an hour for the end of service.
	want := []engine.SoftViolation{
		{Kind: model.Promise, Late: 30 * minute, Cost: 18 * euro},
		{Kind: model.SLA, Late: hour},
	}
	if !e.Feasible() || !slices.Equal(e.Soft, want) {
		t.Errorf("violations %v, soft %+v", e.Violations, e.Soft)
	}
	if e.Terms[model.Lateness] != 18*euro {
		t.Errorf("lateness costs %d", e.Terms[model.Lateness])
	}
}

// What no schedule can keep is timed nevertheless, and every violation has its size.
func TestEvaluateInfeasible(t *testing.T) {
	type finding struct {
		code check.Code
		size int64
	}
	visits := func(p *model.Problem, jobs ...model.JobIdx) *model.Plan {
		plan := idle(p)
		plan.Routes[0].Depart = model.NoTime
		for _, j := range jobs {
			plan.Routes[0].Stops = append(plan.Routes[0].Stops, model.Stop{Job: j})
		}
		plan.Unassigned = slices.DeleteFunc(plan.Unassigned, func(j model.JobIdx) bool { return slices.Contains(jobs, j) })
		return plan
	}
	tests := map[string]struct {
		edit func(*model.Problem)
		jobs []model.JobIdx
		want []finding
	}{
		"late for a window": {
			func(p *model.Problem) { p.Jobs[0].Windows = []model.Window{{To: 8*hour + 50*minute}} },
			[]model.JobIdx{0},
			[]finding{{check.HardWindow, 10 * minute}},
		},
		"home late": {
			func(p *model.Problem) { p.Jobs[0].Service = 3 * hour },
			[]model.JobIdx{0},
			[]finding{{check.FinishLate, hour}},
		},
		"works too long": {
			func(p *model.Problem) { p.Shifts[0].MaxWork = 2 * hour },
			[]model.JobIdx{0},
			[]finding{{check.MaxWork, hour}},
		},
		"twice": {
			func(p *model.Problem) { p.Jobs[0].Service = minute },
			[]model.JobIdx{0, 0},
			[]finding{{check.JobRepeated, 1}},
		},
		"may not": {
			func(p *model.Problem) { p.Jobs[0].AllOf = []model.SkillLevel{{Level: 2}} },
			[]model.JobIdx{0},
			[]finding{{check.SkillLevel, 2}},
		},
		"no part": {
			func(p *model.Problem) { p.Jobs[0].Parts = []model.Quantity{{Qty: 2}} },
			[]model.JobIdx{0},
			[]finding{{check.PartsShort, 2}},
		},
		"late by far more than overtime can mend": {
			func(p *model.Problem) { p.Jobs[0].Service = 30 * hour },
			[]model.JobIdx{0},
			[]finding{{check.FinishLate, 28 * hour}},
		},
		"no way there and back": {
			func(p *model.Problem) {
				for k := range 5 {
					p.Profiles[0].Matrix.Durations[k*5+2] = model.Unreachable
				}
			},
			[]model.JobIdx{0},
			[]finding{{check.NoWay, 1}},
		},
		"no time for a break": {
			// Nine hours of work without a pause: it comes after the work, too late.
			func(p *model.Problem) {
				sh := &p.Shifts[0]
				sh.LatestEnd, sh.RegularEnd = 20*hour, 20*hour
				sh.Breaks = []model.Break{{ID: "lunch", Earliest: 12 * hour, Latest: 13 * hour, Duration: 30 * minute}}
				p.Jobs[0].Service, p.Jobs[0].Windows = 9*hour, []model.Window{{From: 9 * hour, To: 9 * hour}}
			},
			[]model.JobIdx{0},
			[]finding{{check.BreakWindow, 5 * hour}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := row(tt.edit)
			e, err := engine.Evaluate(t.Context(), p, visits(p, tt.jobs...))
			if err != nil {
				t.Fatal(err)
			}
			var got []finding
			for _, v := range e.Violations {
				got = append(got, finding{v.Code, v.Size})
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("violations %v, want %v", e.Violations, tt.want)
			}
			if e.Plan.Routes[0].Depart == model.NoTime || len(e.Soft) > 0 {
				t.Errorf("departure %d, soft %v", e.Plan.Routes[0].Depart, e.Soft)
			}
		})
	}
}

// From the van first, then from the calls before; what others were given is theirs.
func TestEvaluateSupplies(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Technicians[0].Stock = []model.Quantity{{Qty: 2}}
		p.Technicians = append(p.Technicians, model.Technician{ID: "T2"})
		second := p.Shifts[0]
		second.ID, second.Tech = "S2", 1
		p.Shifts = append(p.Shifts, second)
		p.Nodes = []model.Node{{
			ID: "depot", Stock: []model.NodeStock{{Qty: 5}}, Tools: []model.NodeTool{{Qty: 1}},
		}}
		p.Jobs[0].Parts, p.Jobs[0].Tools = []model.Quantity{{Qty: 4}}, []model.ToolIdx{0}
		p.Jobs[0].Service = minute
		p.Jobs = append(p.Jobs, p.Jobs[0])
		p.Jobs[1].ID = "J2"
		p.Jobs[1].Tools = nil
	})
	plan := idle(p)
	plan.Unassigned = nil
	plan.Routes[0].Depart, plan.Routes[1].Depart = model.NoTime, model.NoTime
	plan.Routes[0].Stops = []model.Stop{{Kind: model.Pickup}, {Job: 0}}
	plan.Routes[1].Stops = []model.Stop{{Kind: model.Pickup}, {Job: 1, Parts: []model.Supply{{Qty: 4, From: 0}}}}
	e, err := engine.Evaluate(t.Context(), p, plan)
	if err != nil {
		t.Fatal(err)
	}
	// 5 at the depot, 4 of them given to the second route: 2 from the van, 1 from the depot, 1 short.
	got := e.Plan.Routes[0].Stops[1]
	if want := []model.Supply{{Qty: 2, From: model.VanSource}, {Qty: 1, From: 0}}; !cmp.Equal(got.Parts, want) {
		t.Errorf("parts %v, want %v", got.Parts, want)
	}
	if want := []model.ToolSupply{{From: 0}}; !slices.Equal(got.Tools, want) {
		t.Errorf("tools %v, want %v", got.Tools, want)
	}
	if len(e.Violations) != 1 || e.Violations[0].Code != check.PartsShort || e.Violations[0].Size != 1 {
		t.Errorf("violations %v", e.Violations)
	}
	if plan.Routes[0].Stops[1].Parts != nil || plan.Routes[0].Depart != model.NoTime {
		t.Error("the given plan was changed")
	}
}

// A plan that does not say where parts come from is given what is asked for where there is enough, else the cheapest substitute that there is
// enough of; one that says something is taken at its word.
func TestEvaluateSubstitutes(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.SKUs = []string{"pump", "valve", "ring", "seal"}
		p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 2}}
		p.Jobs[0].Substitutes = []model.Substitute{{SKU: 1, Price: 1}, {SKU: 2, Price: 9}, {SKU: 3, Price: 5}}
		p.Technicians[0].Stock = []model.Quantity{{SKU: 0, Qty: 1}, {SKU: 1, Qty: 1}, {SKU: 2, Qty: 2}, {SKU: 3, Qty: 2}}
	})
	plan := idle(p)
	plan.Unassigned = nil
	plan.Routes[0].Depart = model.NoTime
	plan.Routes[0].Stops = []model.Stop{{Job: 0}}
	for name, c := range map[string]struct {
		said []model.Supply
		want model.Cost
	}{
		"nothing is said": {nil, 5},
		"the dear one":    {[]model.Supply{{SKU: 2, Qty: 2, From: model.VanSource}}, 9},
	} {
		plan.Routes[0].Stops[0].Parts = c.said
		e, err := engine.Evaluate(t.Context(), p, plan)
		if err != nil {
			t.Fatal(err)
		}
		if !e.Feasible() || e.Terms[model.Parts] != c.want {
			t.Errorf("%s: parts cost %d, want %d; %v", name, e.Terms[model.Parts], c.want, e.Violations)
		}
	}
	plan.Routes[0].Stops[0].Parts = []model.Supply{{SKU: 2, Qty: 1, From: model.VanSource}, {SKU: 3, Qty: 1, From: model.VanSource}}
	if e, err := engine.Evaluate(t.Context(), p, plan); err != nil || len(e.Violations) != 1 || e.Violations[0].Code != check.PartsMixed {
		t.Errorf("a mixture: %v, %v", e, err)
	}
}

// A plan that does not say where returns land lands them at the first call behind; one that says so is taken at its word.
func TestEvaluateReturns(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Jobs[0].Service, p.Jobs[0].Returns = 10*minute, []model.Return{{SKU: 0, Qty: 2, Nodes: []model.NodeIdx{0}}}
		p.Technicians[0].Returns = []model.Return{{SKU: 0, Qty: 1, Nodes: []model.NodeIdx{0}}}
		p.Nodes = []model.Node{{ID: "N", Location: 1}}
	})
	call := model.Stop{Kind: model.Pickup}
	plan := &model.Plan{Routes: []model.Route{{Depart: model.NoTime, Stops: []model.Stop{call, {Job: 0}, call, call}}}}
	e, err := engine.Evaluate(t.Context(), p, plan)
	if err != nil || !e.Feasible() {
		t.Fatal(err, e.Violations)
	}
	r := &e.Plan.Routes[0]
	if len(r.Returns) != 1 || r.Returns[0].At != 0 || len(r.Stops[1].Returns) != 1 || r.Stops[1].Returns[0].At != 2 {
		t.Errorf("landings %v and %v", r.Returns, r.Stops[1].Returns)
	}
	plan.Routes[0].Stops[1].Returns = []model.Landing{{SKU: 0, Qty: 2, At: 0}}
	e, err = engine.Evaluate(t.Context(), p, plan)
	if err != nil || len(e.Violations) != 2 || e.Violations[0].Code != check.ReturnsMissing || e.Violations[1].Code != check.ReturnPlace {
		t.Errorf("%v, %+v", err, e.Violations)
	}
}

// A plan that does not say where parts come from is not said to overload a van that comes back; one that says so is.
func TestEvaluateRoom(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Jobs = append(p.Jobs, p.Jobs[0])
		p.Jobs[1].ID = "J2"
		for j := range p.Jobs {
			p.Jobs[j].Service, p.Jobs[j].Parts = 10*minute, []model.Quantity{{SKU: 0, Qty: 2}}
		}
		p.Nodes = []model.Node{{ID: "N", Location: 1, Stock: []model.NodeStock{{SKU: 0, Qty: 9}}}}
		p.Sizes = []model.Size{{model.Weight: 3}}
		p.Technicians[0].Capacity = &model.Size{7, model.NoLimit}
	})
	call := model.Stop{Kind: model.Pickup}
	plan := &model.Plan{Routes: []model.Route{{Depart: model.NoTime, Stops: []model.Stop{call, {Job: 0}, call, {Job: 1}}}}}
	e, err := engine.Evaluate(t.Context(), p, plan)
	if err != nil || !e.Feasible() {
		t.Fatal(err, e.Violations)
	}
	for _, i := range []int{1, 3} {
		e.Plan.Routes[0].Stops[i].Parts = []model.Supply{{SKU: 0, Qty: 2, From: 0}}
	}
	e, err = engine.Evaluate(t.Context(), p, e.Plan)
	if err != nil || len(e.Violations) != 1 || e.Violations[0].Code != check.VanWeight || e.Violations[0].Size != 5 {
		t.Errorf("%v, %+v", err, e.Violations)
	}
}

// A rule is broken anew where the other plan keeps it, breaks it by less or less often: by the same technician, at the same job,
// wherever in the route.
func TestBeyond(t *testing.T) {
	lacks := func(shift model.ShiftIdx, stop int, job model.JobIdx) check.Violation {
		where := check.Where{Tech: -1, Shift: shift, Stop: stop, Break: -1, Job: job, Node: -1, Subject: "ladder"}
		return check.Violation{Code: check.ToolMissing, Where: where, Size: 1, Detail: fmt.Sprintf("mon: stop %d lacks ladder", stop)}
	}
	late := func(by int64) check.Violation {
		where := check.Where{Tech: -1, Stop: -1, Break: -1, Job: -1, Node: -1}
		return check.Violation{Code: check.FinishLate, Where: where, Size: by, Detail: fmt.Sprintf("mon: finishes %d late", by)}
	}
	type list = []check.Violation
	for name, tt := range map[string]struct{ was, is, want list }{
		"same":            {list{lacks(0, 0, 3), late(7200)}, list{late(7200), lacks(0, 0, 3)}, nil},
		"another's":       {list{lacks(0, 0, 3)}, list{lacks(1, 0, 3)}, list{lacks(1, 0, 3)}},
		"another job's":   {list{lacks(0, 0, 3)}, list{lacks(0, 0, 4)}, list{lacks(0, 0, 4)}},
		"moved":           {list{lacks(0, 0, 3)}, list{lacks(0, 1, 3)}, nil},
		"again":           {list{lacks(0, 0, 3)}, list{lacks(0, 0, 3), lacks(0, 2, 3)}, list{lacks(0, 2, 3)}},
		"by less":         {list{late(7200)}, list{late(60)}, nil},
		"by more":         {list{late(7200)}, list{late(7201)}, list{late(7201)}},
		"twice, and less": {list{late(7200), late(60)}, list{late(30), late(7200)}, nil},
	} {
		e := &engine.Evaluation{Violations: tt.is}
		if got := e.Beyond(&engine.Evaluation{Violations: tt.was}); !slices.Equal(got, tt.want) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
