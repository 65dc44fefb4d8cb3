package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"

	"github.com/google/go-cmp/cmp"
)

const (
	minute = 60
	hour   = 60 * minute
	euro   = 1_000_000
)

// One technician, home at place 0, works from 8:00 to 12:00 for 36 an hour, and is paid for what he drives as for what he
// works. Places lie in a row, half an hour apart. Whoever is at place 2 has an hour's way there and back each.
func row(edit func(*model.Problem)) *model.Problem {
	const places = 5
	m := &model.Matrix{N: places, Durations: make([]int32, places*places)}
	p := &model.Problem{
		Skills: []string{"gas"}, Certificates: []string{"F-gas"}, Tools: []string{"crane"}, SKUs: []string{"pump"},
		Profiles: []model.Profile{{ID: "van", Matrix: m}},
	}
	for a := range places {
		p.Locations = append(p.Locations, model.Location{ID: string(rune('A' + a)), HasCoord: true, Lat: float64(a)})
		for b := range places {
			m.Durations[a*places+b] = int32(max(a-b, b-a) * 30 * minute)
		}
	}
	p.Technicians = []model.Technician{{ID: "T1"}}
	p.Shifts = []model.Shift{{
		ID: "S1", Earliest: 8 * hour, RegularEnd: 12 * hour, LatestEnd: 12 * hour, WorkRate: euro / 100,
		MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
	}}
	p.Jobs = []model.Job{{ID: "J1", Location: 2, Service: hour, Unassigned: 1000 * euro}}
	edit(p)
	return p
}

// idle is the plan in which nobody does anything; with busy, technician 0 does job 1 first thing.
func idle(p *model.Problem) *model.Plan {
	plan := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
	for k := range plan.Routes {
		plan.Routes[k].Shift = model.ShiftIdx(k)
	}
	for j := range p.Jobs {
		plan.Unassigned = append(plan.Unassigned, model.JobIdx(j))
	}
	return plan
}

// busy has the technician work at home for three hours, on a job that is added.
func busy(p *model.Problem) *model.Plan {
	p.Jobs = append(p.Jobs, model.Job{ID: "home", Service: 3 * hour, Unassigned: 1000 * euro})
	plan := idle(p)
	plan.Unassigned = plan.Unassigned[:len(plan.Unassigned)-1]
	plan.Routes[0].Depart, plan.Routes[0].Finish = 8*hour, 11*hour
	plan.Routes[0].Stops = []model.Stop{{Job: model.JobIdx(len(p.Jobs) - 1), Arrival: 8 * hour, Start: 8 * hour, End: 11 * hour}}
	return plan
}

// held is busy with a job that cannot wait.
func held(p *model.Problem) *model.Plan {
	plan := busy(p)
	p.Jobs[len(p.Jobs)-1].Windows = []model.Window{{From: 8 * hour, To: 8 * hour}}
	return plan
}

func TestExplain(t *testing.T) {
	type finding struct {
		code check.Code
		size int64
	}
	tests := map[string]struct {
		edit    func(*model.Problem)
		plan    func(*model.Problem) *model.Plan
		verdict engine.Verdict
		reasons []finding
		extra   model.Cost // of Dearer and Possible
		lifted  []finding  // nil: no relaxation
		cost    model.Cost // of the relaxation
	}{
		"possible": {
			edit: func(*model.Problem) {}, plan: idle, verdict: engine.Possible, extra: 108 * euro, // 3 hours
		},
		"dearer than leaving it out": {
			edit: func(p *model.Problem) { p.Jobs[0].Unassigned = 100 * euro },
			plan: idle, verdict: engine.Dearer, extra: 108 * euro,
			lifted: []finding{{engine.UnassignedCost, 8 * euro}}, cost: 108 * euro,
		},
		"predicted work, and what may fail before costs more": { // an hour from 8:00 on at 3.60, on top of 2
			edit: func(p *model.Problem) {
				p.Jobs[0].Unassigned = 110 * euro
				p.Jobs[0].Risk = []model.Rise{{From: 8 * hour, Cost: 2 * euro, Rate: euro / 1000}}
			},
			plan: idle, verdict: engine.Dearer, extra: 113_600_000,
			lifted: []finding{{engine.UnassignedCost, 3_600_000}}, cost: 113_600_000,
		},
		"skill": {
			edit: func(p *model.Problem) { p.Jobs[0].AllOf = []model.SkillLevel{{Level: 3}} },
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 3}},
			lifted: []finding{{check.SkillLevel, 3}}, cost: 108 * euro,
		},
		"level": {
			edit: func(p *model.Problem) {
				p.Jobs[0].AllOf = []model.SkillLevel{{Level: 3}}
				// Who has the skill works at his pace: half an hour more.
				p.Technicians[0].Skills = []model.TechSkill{{Level: 1, Multiplier: 1500}}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 2}},
			lifted: []finding{{check.SkillLevel, 2}}, cost: 126 * euro,
		},
		"certificate": {
			edit: func(p *model.Problem) {
				p.Jobs[0].Certificates = []model.CertIdx{0}
				p.Technicians[0].Certificates = []model.Certificate{{Until: 11 * hour}}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.CertificateMissing, hour}},
			lifted: []finding{{check.CertificateMissing, hour}}, cost: 108 * euro,
		},
		"area": {
			edit: func(p *model.Problem) { p.Technicians[0].Area = &model.Area{RadiusM: 200_000} },
			// Two degrees of latitude are 222389.85 m.
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.ServiceArea, 22_390}},
			lifted: []finding{{check.ServiceArea, 22_390}}, cost: 108 * euro,
		},
		"excluded": {
			edit: func(p *model.Problem) { p.Jobs[0].Excluded = []model.TechIdx{0} },
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.ExcludedTechnician, 1}},
			lifted: []finding{{check.ExcludedTechnician, 1}}, cost: 108 * euro,
		},
		"another is required": {
			edit: func(p *model.Problem) {
				p.Technicians = append(p.Technicians, model.Technician{ID: "T2"})
				p.Jobs[0].Required = []model.TechIdx{1}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.RequiredTechnician, 1}},
			lifted: []finding{{check.RequiredTechnician, 1}}, cost: 108 * euro,
		},
		"two of them: no single relaxation": {
			edit: func(p *model.Problem) {
				p.Jobs[0].Excluded = []model.TechIdx{0}
				p.Jobs[0].AllOf = []model.SkillLevel{{Level: 1}}
			},
			plan: idle, verdict: engine.Incompatible,
			reasons: []finding{{check.SkillLevel, 1}, {check.ExcludedTechnician, 1}},
		},
		"part": {
			edit: func(p *model.Problem) {
				p.Jobs[0].Parts = []model.Quantity{{Qty: 3}}
				p.Technicians[0].Stock = []model.Quantity{{Qty: 1}}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.PartsShort, 2}},
			lifted: []finding{{check.PartsShort, 2}}, cost: 108 * euro,
		},
		"a part has to go where nobody is": {
			edit: func(p *model.Problem) {
				p.Jobs[0].Returns = []model.Return{{SKU: 0, Qty: 2, Nodes: []model.NodeIdx{0}}}
				p.Nodes = []model.Node{{ID: "N", Location: 1, Open: []model.Interval{{From: 7 * hour, To: 8 * hour}}}}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.ReturnsMissing, 2}},
			lifted: []finding{{check.ReturnsMissing, 2}}, cost: 108 * euro,
		},
		"a part is too heavy for the van": {
			edit: func(p *model.Problem) {
				p.Jobs[0].Returns = []model.Return{{SKU: 0, Qty: 2}}
				p.Sizes = []model.Size{{model.Weight: 4}}
				p.Technicians[0].Capacity = &model.Size{5, model.NoLimit}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.VanWeight, 3}},
			lifted: []finding{{check.VanWeight, 3}}, cost: 108 * euro,
		},
		"tool": {
			edit: func(p *model.Problem) { p.Jobs[0].Tools = []model.ToolIdx{0} },
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.ToolMissing, 1}},
			lifted: []finding{{check.ToolMissing, 1}}, cost: 108 * euro,
		},
		"window before he can be there": {
			// He is there at 9:00, half an hour after the window ends.
			edit: func(p *model.Problem) {
				p.Jobs[0].Windows = []model.Window{{From: 7 * hour, To: 8*hour + 30*minute}}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.HardWindow, 30 * minute}},
			lifted: []finding{{check.HardWindow, 30 * minute}}, cost: 108 * euro,
		},
		"day too short for the job": {
			// 9:00 to 13:30, home at 14:30.
			edit: func(p *model.Problem) { p.Jobs[0].Service = 4*hour + 30*minute },
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.FinishLate, 2*hour + 30*minute}},
			lifted: []finding{{check.FinishLate, 2*hour + 30*minute}}, cost: 234 * euro,
		},
		"day too full": {
			// Three hours at home, then 2 of driving and 1 of work: home at 14:00.
			edit: func(*model.Problem) {},
			plan: busy, verdict: engine.NoRoom, reasons: []finding{{check.FinishLate, 2 * hour}},
			lifted: []finding{{check.FinishLate, 2 * hour}}, cost: 108 * euro,
		},
		"work capped": {
			edit: func(p *model.Problem) {
				p.Shifts[0].MaxWork, p.Shifts[0].LatestEnd, p.Shifts[0].RegularEnd = 4*hour, 16*hour, 16*hour
			},
			plan: busy, verdict: engine.NoRoom, reasons: []finding{{check.MaxWork, 2 * hour}}, // nobody is asked to waive it
		},
		"never in time": {
			edit: func(p *model.Problem) { p.Jobs[0].Release = 40 * hour },
			// Done from 40:00 to 41:00, home at 42:00.
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.FinishLate, 30 * hour}},
		},
		"no way": {
			edit: func(p *model.Problem) {
				for k := range 5 {
					p.Profiles[0].Matrix.Durations[k*5+2] = model.Unreachable
				}
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.NoWay, 1}},
		},
		"skill and a full day": {
			edit: func(p *model.Problem) { p.Jobs[0].AllOf = []model.SkillLevel{{Level: 3}} },
			plan: busy, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 3}},
			lifted: []finding{{check.SkillLevel, 3}, {check.FinishLate, 2 * hour}}, cost: 108 * euro,
		},
		"skill, and a full day when the job may be done": {
			edit: func(p *model.Problem) {
				p.Jobs[0].AllOf = []model.SkillLevel{{Level: 3}}
				p.Jobs[0].Location = 0
				p.Jobs[0].Service = 50 * minute
				p.Jobs[0].Windows = []model.Window{{From: 8 * hour, To: 9 * hour}}
			},
			plan: held, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 3}},
			// He is free at 11:00.
			lifted: []finding{{check.SkillLevel, 3}, {check.HardWindow, 2 * hour}}, cost: 30 * euro,
		},
		"skill, a full day and a window in it": {
			edit: func(p *model.Problem) {
				p.Jobs[0].AllOf = []model.SkillLevel{{Level: 3}}
				p.Jobs[0].Windows = []model.Window{{From: 8 * hour, To: 9 * hour}}
			},
			plan: held, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 3}},
			lifted: []finding{{check.SkillLevel, 3}, {check.HardWindow, 3 * hour}, {check.FinishLate, 2 * hour}}, cost: 108 * euro,
		},
		"a full day and a window in it": {
			edit: func(p *model.Problem) { p.Jobs[0].Windows = []model.Window{{From: 8 * hour, To: 9 * hour}} },
			plan: held, verdict: engine.NoRoom, reasons: []finding{{check.HardWindow, 3 * hour}, {check.FinishLate, 2 * hour}},
			lifted: []finding{{check.HardWindow, 3 * hour}, {check.FinishLate, 2 * hour}}, cost: 108 * euro,
		},
		"skill and price": {
			edit: func(p *model.Problem) {
				p.Jobs[0].AllOf = []model.SkillLevel{{Level: 1}}
				p.Jobs[0].Unassigned = 100 * euro
			},
			plan: idle, verdict: engine.Incompatible, reasons: []finding{{check.SkillLevel, 1}},
			lifted: []finding{{check.SkillLevel, 1}, {engine.UnassignedCost, 8 * euro}}, cost: 108 * euro,
		},
	}
	findings := func(list []check.Violation) []finding {
		var out []finding
		for _, v := range list {
			out = append(out, finding{v.Code, v.Size})
		}
		return out
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := row(tt.edit)
			plan := tt.plan(p)
			if tt.verdict == engine.NoRoom {
				report := check.Plan(p, plan)
				if err := report.Err(); err != nil {
					t.Fatal(err)
				}
			}
			e := engine.Explain(t.Context(), p, plan, engine.ExplainLimits{Jobs: 5, Time: time.Minute})
			if len(e.Jobs) != 1 || e.Jobs[0].Job != 0 || e.Cut || len(e.Jobs[0].Reasons) != len(p.Technicians) {
				t.Fatalf("explanation %+v", e)
			}
			r := e.Jobs[0].Reasons[0]
			if r.Tech != 0 || r.Shift != 0 || r.Verdict != tt.verdict || r.Extra != tt.extra {
				t.Errorf("technician %d, shift %d, verdict %d, extra %d; want verdict %d, extra %d",
					r.Tech, r.Shift, r.Verdict, r.Extra, tt.verdict, tt.extra)
			}
			if got := findings(r.Violations); !slices.Equal(got, tt.reasons) {
				t.Errorf("reasons %v, want %v", got, tt.reasons)
			}
			x := e.Jobs[0].Relaxation
			if x == nil {
				if tt.lifted != nil {
					t.Error("no relaxation")
				}
				return
			}
			if got := findings(x.Lifted); !slices.Equal(got, tt.lifted) || x.Extra != tt.cost {
				t.Errorf("relaxation %v for %d, want %v for %d", got, x.Extra, tt.lifted, tt.cost)
			}
		})
	}
}

// What is found does not depend on when, and a plan that already holds everything needs no word.
func TestExplainRandom(t *testing.T) {
	for seed := range uint64(16) {
		p := modeltest.Rich(30, 4, seed)
		if seed >= 8 {
			p = modeltest.Shipped(30, 4, seed)
		}
		switch seed % 4 {
		case 2:
			p = modeltest.Tight(30, 4, seed)
		case 3:
			p = modeltest.Swapped(30, 4, seed)
		case 1:
			p = modeltest.Returned(30, 4, seed)
		}
		res, err := engine.Solve(t.Context(), p, engine.Settings{Iterations: 20, Seed: seed}, func(*engine.Incumbent) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		plan := res.Final.Plan
		limits := engine.ExplainLimits{Jobs: 100, Time: time.Minute}
		e := engine.Explain(t.Context(), p, plan, limits)
		if e.Cut || len(e.Jobs) != len(plan.Unassigned) {
			t.Fatalf("seed %d: %d of %d jobs explained", seed, len(e.Jobs), len(plan.Unassigned))
		}
		for k := range e.Jobs {
			j := &e.Jobs[k]
			if j.Job != plan.Unassigned[k] || len(j.Reasons) != len(p.Technicians) {
				t.Errorf("seed %d: job %d has %d reasons", seed, j.Job, len(j.Reasons))
			}
			for _, r := range j.Reasons {
				hasShift := slices.ContainsFunc(p.Shifts, func(s model.Shift) bool { return s.Tech == r.Tech })
				if needs := hasShift && (r.Verdict == engine.Incompatible || r.Verdict == engine.NoRoom); needs != (len(r.Violations) > 0) {
					t.Errorf("seed %d: job %d, technician %d: verdict %d with %d violations", seed, j.Job, r.Tech, r.Verdict, len(r.Violations))
				}
			}
		}
		again := engine.Explain(t.Context(), p, plan, limits)
		if !equal(e, again) {
			t.Errorf("seed %d: two explanations differ", seed)
		}
	}
}

func equal(a, b engine.Explanation) bool {
	return slices.EqualFunc(a.Jobs, b.Jobs, func(x, y engine.JobReasons) bool {
		if (x.Relaxation == nil) != (y.Relaxation == nil) {
			return false
		}
		if x.Relaxation != nil && (x.Relaxation.Tech != y.Relaxation.Tech || x.Relaxation.Extra != y.Relaxation.Extra ||
			!slices.Equal(x.Relaxation.Lifted, y.Relaxation.Lifted)) {
			return false
		}
		return slices.EqualFunc(x.Reasons, y.Reasons, func(r, s engine.Reason) bool {
			return r.Tech == s.Tech && r.Shift == s.Shift && r.Verdict == s.Verdict && r.Extra == s.Extra &&
				slices.Equal(r.Violations, s.Violations)
		})
	})
}

func TestExplainLimits(t *testing.T) {
	p := modeltest.Rich(30, 3, 2)
	plan := idle(p)
	if e := engine.Explain(t.Context(), p, plan, engine.ExplainLimits{Jobs: 3, Time: time.Minute}); len(e.Jobs) != 3 || !e.Cut {
		t.Errorf("%d jobs of 3, cut %v", len(e.Jobs), e.Cut)
	}
	few := engine.Explain(t.Context(), p, plan, engine.ExplainLimits{Jobs: 4, Pairs: 8, Time: time.Minute})
	for _, j := range few.Jobs {
		if len(j.Reasons) != 2 || !few.Cut {
			t.Errorf("%d reasons of 2, cut %v", len(j.Reasons), few.Cut)
		}
	}
	if e := engine.Explain(t.Context(), p, plan, engine.ExplainLimits{Jobs: 3}); !e.Cut || len(e.Jobs[0].Reasons) != 0 {
		t.Errorf("without time: %+v", e)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if e := engine.Explain(ctx, p, plan, engine.DefaultExplain); !e.Cut {
		t.Error("cancelled, but not cut")
	}
}

func BenchmarkExplainPair(b *testing.B) {
	p := modeltest.Rich(100, 10, 4)
	res, err := engine.Solve(b.Context(), p, engine.Settings{TimeBudget: 200 * time.Millisecond}, func(*engine.Incumbent) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	pairs := 0
	b.ReportAllocs()
	for b.Loop() {
		for _, j := range engine.Explain(b.Context(), p, res.Final.Plan, engine.ExplainLimits{Jobs: 10, Time: time.Minute}).Jobs {
			pairs += len(j.Reasons)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(pairs), "µs/pair")
}

// A pump is missing: the nearest one left is at the store, half an hour away, from 9:00 on; two couriers could bring one from the hub.
func TestShortages(t *testing.T) {
	p := row(func(p *model.Problem) {
		p.Now = 8 * hour
		p.Jobs[0].Parts = []model.Quantity{{Qty: 3}}
		p.Jobs[0].Windows = []model.Window{{From: 8 * hour, To: 9*hour + 45*minute}}
		p.Technicians[0].Stock = []model.Quantity{{Qty: 2}}
		p.Nodes = []model.Node{
			{ID: "store", Location: 3, Lots: []model.Lot{{ID: "asn", Qty: 4, From: 9 * hour}}},
			{ID: "hub", Location: 4, Stock: []model.NodeStock{{Qty: 7, Price: euro}}},
			{ID: "kept", Location: 2, Lots: []model.Lot{{Qty: 9, Jobs: []model.JobIdx{7}}}},
		}
		p.Lanes = []model.Lane{
			{
				ID: "slow", From: 1, To: model.NoNode, Fixed: 5 * euro, Unit: euro,
				Departures: []model.Departure{{Leaves: 9 * hour, Arrives: 11 * hour}},
			},
			{ID: "fast", From: 1, To: model.NoNode, Fixed: 20 * euro, Unit: euro, Lead: 2 * hour},
			{ID: "dear", From: 1, To: model.NoNode, Fixed: 30 * euro, Unit: euro, Lead: 3 * hour},
			{ID: "elsewhere", From: 1, To: model.NoNode, Sites: []model.LocIdx{1}, Lead: 1},
		}
	})
	e := engine.Explain(t.Context(), p, idle(p), engine.ExplainLimits{Jobs: 1, Time: time.Minute})
	want := []engine.Shortage{{
		Missing: 1, Node: 0, Left: 4, From: 9 * hour, Offers: []engine.Offer{
			{Node: 1, Legs: []model.Leg{{Lane: 1, Leaves: 8 * hour, Arrives: 10 * hour}}, Arrives: 10 * hour, Cost: 22 * euro},
			{Node: 1, Legs: []model.Leg{{Lane: 0, Leaves: 9 * hour, Arrives: 11 * hour}}, Arrives: 11 * hour, Cost: 7 * euro},
		},
	}}
	if d := cmp.Diff(want, e.Jobs[0].Shortages); d != "" {
		t.Errorf("shortages (-want +got):\n%s\n%+v", d, e.Jobs[0].Reasons)
	}
}
