package exact_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/exact"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/ortoolstest"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

func needSolver(t *testing.T) {
	t.Helper()
	ortoolstest.Need(t, cpsat.Available())
}

// street is a problem on a street: home is at 0, one job at each of the places given, a second per unit of way. A job takes 10 seconds and
// costs 1000 if it is left out. One technician works from 0 to 1000, from home to home; a second of driving costs 1.
func street(places ...int64) *model.Problem {
	p := &model.Problem{Locations: []model.Location{{ID: "home"}}}
	p.Profiles = []model.Profile{{ID: "car"}}
	at := append([]int64{0}, places...)
	for k := range places {
		p.Locations = append(p.Locations, model.Location{ID: "place"})
		p.Jobs = append(p.Jobs, model.Job{ID: "job", Location: model.LocIdx(k + 1), Service: 10, Unassigned: 1000})
	}
	p.Profiles[0].Matrix = ways(at)
	p.Technicians = []model.Technician{{ID: "ann"}}
	p.Shifts = []model.Shift{{
		ID: "shift", RegularEnd: 1000, LatestEnd: 1000, TravelRate: 1,
		MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
	}}
	return p
}

func ways(at []int64) *model.Matrix {
	m := &model.Matrix{N: len(at)}
	for _, a := range at {
		for _, b := range at {
			m.Durations = append(m.Durations, int32(max(a-b, b-a)))
		}
	}
	return m
}

// node adds a stocking node to a street that has jobs at the places given, before it.
func node(p *model.Problem, n model.Node, at int64, places ...int64) {
	all := append([]int64{0}, places...)
	p.Locations = append(p.Locations, model.Location{ID: "depot"})
	n.Location = model.LocIdx(len(p.Locations) - 1)
	p.Nodes = append(p.Nodes, n)
	p.Profiles[0].Matrix = ways(append(all, at))
}

func second(p *model.Problem) {
	p.Technicians = append(p.Technicians, model.Technician{ID: "bob"})
	s := p.Shifts[0]
	s.Tech = 1
	p.Shifts = append(p.Shifts, s)
}

func hard(from, to model.Time) model.Window {
	return model.Window{Kind: model.Availability, From: from, To: to}
}

// Each problem has one feature, and a cost that is derived in the comment.
func TestFeatures(t *testing.T) {
	needSolver(t)
	tests := map[string]struct {
		problem func() *model.Problem
		want    model.Vec
	}{
		// Out to 20 and back.
		"travel": {func() *model.Problem { return street(10, 20) }, model.Vec{40}},
		// There and back takes 1200.
		"too far": {func() *model.Problem { return street(600) }, model.Vec{1000}},
		"distance": {func() *model.Problem {
			p := street(10)
			p.Profiles[0].Matrix.Distances = []int32{0, 3, 4, 0}
			p.Shifts[0].DistRate = 2
			return p
		}, model.Vec{20 + 14}},
		// Departing at 0 is too late for the first window: 10 away. In the second one, he leaves at 490: 30 of work.
		"several windows, late departure": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{hard(0, 5), hard(500, 510)}
			p.Shifts[0].WorkRate = 1
			return p
		}, model.Vec{20 + 30}},
		// Ends at 100, so starts at 90, which is 10 after the promise, at 3 each.
		"window that binds the end, lateness": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{
				{Kind: model.Availability, Binds: model.BindEnd, From: 100, To: 100},
				{Kind: model.Promise, To: 80, Late: 3},
			}
			return p
		}, model.Vec{20 + 30}},
		// Two promises: 20 before the one is cheaper than 40 after the other. The SLA is another kind and counts besides.
		"cheapest window of each kind": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{
				hard(100, 100),
				{Kind: model.Promise, From: 120, To: 200, Early: 2, Late: 9},
				{Kind: model.Promise, To: 60, Late: 3},
				{Kind: model.SLA, To: 93, Late: 1},
			}
			return p
		}, model.Vec{20 + 40 + 7}},
		// The best start is the last one of the hard window, 50 before the promise.
		"as late as possible": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{hard(0, 100), {Kind: model.Promise, From: 150, To: 200, Early: 2}}
			return p
		}, model.Vec{20 + 100}},
		// Waiting costs 1 a second, being early 2, overtime from 120 on 3: he comes home at 120, so starts at 100.
		"early against overtime": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{{Kind: model.Promise, From: 150, To: 200, Early: 2}}
			p.Shifts[0].RegularEnd, p.Shifts[0].Overtime = 120, []model.OvertimeTier{{Rate: 3}}
			return p
		}, model.Vec{20 + 100}},
		// The earliest start is 40, 10 into the second piece.
		"risk that rises": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Windows = []model.Window{hard(40, 100)}
			p.Jobs[0].Risk = []model.Rise{{From: 0, Cost: 3}, {From: 30, Cost: 5, Rate: 2}, {From: 60, Cost: 70}}
			return p
		}, model.Vec{20 + 25}},
		// In the first window it costs 80, at the begin of the second one 20, for the same 30 of work.
		"risk that falls": {func() *model.Problem {
			p := street(10)
			p.Shifts[0].WorkRate = 1
			p.Jobs[0].Windows = []model.Window{hard(0, 20), hard(50, 70)}
			p.Jobs[0].Risk = []model.Rise{{From: 5, Cost: 80}, {From: 45, Cost: 90, Rate: 1}, {From: 50, Cost: 20, Rate: 3}}
			return p
		}, model.Vec{20 + 30 + 20}},
		// The farther one first, at 20, then the nearer one at 40; the other way round it would be 11 and 301.
		"risks decide the order": {func() *model.Problem {
			p := street(10, 20)
			for k := range p.Jobs {
				p.Jobs[k].Risk = []model.Rise{{Cost: 1, Rate: model.Cost(1 + 9*k)}}
			}
			return p
		}, model.Vec{40 + 1 + 40 + 1 + 200}},
		// Both are released at 50; the second one starts at 60.
		"release and response": {func() *model.Problem {
			p := street(10, 10)
			for k := range p.Jobs {
				p.Jobs[k].Release, p.Jobs[k].Response = 50, 2
			}
			return p
		}, model.Vec{20 + 20}},
		// The shift allows departures up to 190, so that the break is owed; it lies in a drive, and is not paid.
		"break in a drive": {func() *model.Problem { return lunch(false) }, model.Vec{600 + 610}},
		"paid break":       {func() *model.Problem { return lunch(true) }, model.Vec{600 + 660}},
		// Without the end he departs at 201, after the break's latest start.
		"break left out by who departs late": {func() *model.Problem {
			p := lunch(true)
			p.Shifts[0].LatestEnd = 1000
			return p
		}, model.Vec{600 + 610}},
		"break left out by who finishes early": {func() *model.Problem {
			p := street(10)
			p.Shifts[0].Breaks = []model.Break{{ID: "tea", Earliest: 15, Latest: 30, Duration: 50, Paid: true}}
			p.Shifts[0].WorkRate, p.Shifts[0].LatestEnd = 1, 40
			return p
		}, model.Vec{20 + 30}},
		// The job takes 300. Departing after the break he would be home at 336; taking it first, between 15 and 65, at 375. He could be
		// home at 320 if the job went on during the break.
		"break does not interrupt": {func() *model.Problem {
			p := street(10)
			p.Jobs[0].Service = 300
			p.Shifts[0].Breaks = []model.Break{{ID: "tea", Earliest: 15, Latest: 15, Duration: 50, Paid: true}}
			p.Shifts[0].LatestEnd = 335
			return p
		}, model.Vec{1000}},
		// 300 there and 10 of work is as long as he may go without a break; then 300 back.
		"spells": {func() *model.Problem {
			p := street(300)
			p.Jobs[0].Unassigned = 5000
			p.Shifts[0].MaxSpell = 310
			p.Shifts[0].Breaks = []model.Break{{ID: "rest", Latest: 900, Duration: 50}}
			p.Shifts[0].WorkRate = 1
			return p
		}, model.Vec{600 + 610}},
		"spells too long": {func() *model.Problem {
			p := street(300)
			p.Shifts[0].MaxSpell = 299
			p.Shifts[0].Breaks = []model.Break{{ID: "rest", Latest: 900, Duration: 50}}
			return p
		}, model.Vec{1000}},
		// 30 for the near one, 60 for both.
		"cap on work":    {func() *model.Problem { p := street(10, 20); p.Shifts[0].MaxWork = 59; return p }, model.Vec{20 + 1000}},
		"cap on driving": {func() *model.Problem { p := street(10, 20); p.Shifts[0].MaxDrive = 39; return p }, model.Vec{20 + 1000}},
		// Home at 40, 20 past: 10 in each tier.
		"overtime": {func() *model.Problem { return late(1, 5) }, model.Vec{30 + 60}},
		"overtime that gets cheaper": {func() *model.Problem {
			p := late(5, 1)
			p.Shifts[0].Overtime = append(p.Shifts[0].Overtime, model.OvertimeTier{After: 15, Rate: 2})
			return p
		}, model.Vec{30 + 50 + 5 + 10}},
		// 30 seconds squared, 900, at 129600 by the squared hour: 9.
		"balance":          {func() *model.Problem { p := street(10); p.Objective.Balance = 129_600; return p }, model.Vec{20 + 9}},
		"balance, rounded": {func() *model.Problem { p := street(10); p.Objective.Balance = 100_000; return p }, model.Vec{20 + 6}},
		// 10 for being two levels above, against 4 for each visit by the one without them, who is not preferred either.
		"people": {func() *model.Problem {
			p := street(10)
			second(p)
			p.Skills = []string{"gas"}
			p.Technicians[0].Skills = []model.TechSkill{{Level: 3, Multiplier: 1000}}
			p.Technicians[1].Skills = []model.TechSkill{{Level: 1, Multiplier: 1000}}
			p.Technicians[1].VisitCost = 4
			p.Jobs[0].AllOf = []model.SkillLevel{{Level: 1}}
			p.Jobs[0].Preferred, p.Jobs[0].NotPreferred = []model.TechIdx{0}, 5
			p.Objective.SurplusPerLevel = 5
			return p
		}, model.Vec{20 + 9}},
		// The one who may takes twice the time: 10 + 20 + 10.
		"pace": {func() *model.Problem {
			p := street(10)
			second(p)
			p.Skills = []string{"gas"}
			p.Technicians[1].Skills = []model.TechSkill{{Level: 1, Multiplier: 2000}}
			p.Jobs[0].AnyOf = []model.SkillLevel{{Level: 1}}
			p.Shifts[0].WorkRate, p.Shifts[1].WorkRate = 1, 1
			return p
		}, model.Vec{20 + 40}},
		"a second shift costs more than driving on": {func() *model.Problem {
			p := street(10, -10)
			second(p)
			p.Shifts[0].Fixed, p.Shifts[1].Fixed = 50, 50
			return p
		}, model.Vec{40 + 50}},
		// Each can do one of the two.
		"twins": {func() *model.Problem {
			p := street(10, 20)
			second(p)
			p.Shifts[0].MaxWork, p.Shifts[1].MaxWork = 50, 50
			return p
		}, model.Vec{20 + 40}},
		"open ends": {func() *model.Problem {
			p := street(10, 20)
			p.Shifts[0].Start, p.Shifts[0].End = model.NoLoc, model.NoLoc
			p.Shifts[0].WorkRate = 1
			return p
		}, model.Vec{10 + 30}},
		// Leaving out the second job costs less than the first tier allows to save.
		"tiers": {func() *model.Problem {
			p := street(10, 20)
			p.Jobs[1].Unassigned = 1
			for k := range p.Objective.Tier {
				p.Objective.Tier[k] = 1
			}
			p.Objective.Tier[model.Unassigned] = 0
			p.Objective.Tier[model.WorkingTime] = 2
			p.Shifts[0].WorkRate = 1
			return p
		}, model.Vec{0, 40, 60}},
		// One of the jobs does not pay the shift; both do.
		"jobs that pay together": {func() *model.Problem {
			p := street(10, 10)
			p.Shifts[0].Fixed = 1500
			return p
		}, model.Vec{20 + 1500}},
		// The second job begins at 300. With the break before the first one there is no wait: 30 of driving and 110 of service.
		"break before the first job": {func() *model.Problem {
			p := street(20, 30)
			p.Jobs[0].Service = 100
			p.Jobs[1].Windows = []model.Window{hard(300, 310)}
			p.Shifts[0].Breaks = []model.Break{{ID: "tea", Earliest: 100, Latest: 200, Duration: 50}}
			p.Shifts[0].End, p.Shifts[0].WorkRate = model.NoLoc, 1
			return p
		}, model.Vec{30 + 140}},
		// There is no way home from the first job but by the second.
		"home by another job": {func() *model.Problem {
			p := street(10, 20)
			p.Profiles[0].Matrix.Durations[3] = model.Unreachable
			return p
		}, model.Vec{40}},
		// Both jobs at 10, the first from 0 to 5 or from 100 to 400, the second at 300. Close together they take 20 of work.
		"the later window": {func() *model.Problem {
			p := street(10, 10)
			p.Jobs[0].Windows = []model.Window{hard(0, 15), hard(100, 295)}
			p.Jobs[1].Windows = []model.Window{hard(300, 300)}
			p.Shifts[0].WorkRate = 1
			return p
		}, model.Vec{20 + 40}},
		"unreachable": {func() *model.Problem {
			p := street(10)
			p.Profiles[0].Matrix.Durations[1] = model.Unreachable
			return p
		}, model.Vec{1000}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := tt.problem()
			if r := proven(t, p, nil); r.Vec != tt.want {
				t.Errorf("costs %v, want %v\n%+v", r.Vec, tt.want, r.Plan)
			}
		})
	}
}

// lunch is a job 300 away, with a break between 100 and 200 that who comes home by 800 cannot go round.
func lunch(paid bool) *model.Problem {
	p := street(300)
	p.Jobs[0].Unassigned = 5000
	p.Shifts[0].Breaks = []model.Break{{ID: "lunch", Earliest: 100, Latest: 200, Duration: 50, Paid: paid}}
	p.Shifts[0].LatestEnd, p.Shifts[0].WorkRate = 800, 1
	return p
}

// late is a job that one comes home from at 40, with overtime at two rates from 20 and from 30 on.
func late(first, then model.Cost) *model.Problem {
	p := street(15)
	p.Shifts[0].RegularEnd = 20
	p.Shifts[0].Overtime = []model.OvertimeTier{{Rate: first}, {After: 10, Rate: then}}
	return p
}

// proven solves without a limit, judges the plan, and demands that it is proven. What the search misses is logged.
func proven(t *testing.T, p *model.Problem, hint *model.Plan) *exact.Result {
	t.Helper()
	r, err := exact.Solve(t.Context(), p, exact.Options{Hint: hint})
	if err != nil {
		t.Fatal(err)
	}
	report := check.Plan(p, r.Plan)
	if err := report.Err(); err != nil {
		t.Fatal(err)
	}
	if report.Terms != r.Terms || report.Vec != r.Vec {
		t.Errorf("costs %v, said %v", report.Terms, r.Terms)
	}
	if !r.Proven {
		t.Error("not proven")
	}
	switch found := searched(t, p, 500); {
	case found.Vec.Less(r.Vec):
		t.Errorf("the search finds a plan for %v", found.Vec)
	case r.Vec.Less(found.Vec):
		t.Logf("the search finds no better plan than for %v", found.Vec)
	}
	return r
}

func TestRefused(t *testing.T) {
	tests := map[string]struct {
		change func(p *model.Problem)
		want   error
	}{
		"no matrix": {func(p *model.Problem) { p.Profiles[0].Matrix = nil }, exact.ErrInput},
		"travel by the hour": {func(p *model.Problem) {
			p.Profiles[0].Series = model.Series{{Matrix: p.Profiles[0].Matrix}, {From: 10, Matrix: p.Profiles[0].Matrix}}
		}, exact.ErrInput},
		"speeds":         {func(p *model.Problem) { p.Profiles[0].Speeds = []model.SpeedFactor{{Factor: 1}} }, exact.ErrInput},
		"negative price": {func(p *model.Problem) { p.Shifts[0].Fixed = -1 }, exact.ErrInput},
		"price":          {func(p *model.Problem) { p.Jobs[0].Unassigned = 1 << 53 }, exact.ErrSize},
		"sum of prices":  {func(p *model.Problem) { p.Shifts[0].WorkRate = 1 << 50 }, exact.ErrSize},
		"balance":        {func(p *model.Problem) { p.Objective.Balance = 1<<60 + 1 }, exact.ErrSize},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			p := street(10)
			tt.change(p)
			if r, err := exact.Solve(t.Context(), p, exact.Options{}); !errors.Is(err, tt.want) || r != nil {
				t.Errorf("%v, %v", r, err)
			}
		})
	}
}

func TestLimits(t *testing.T) {
	needSolver(t)
	p := modeltest.Rich(10, 4, 1)
	hint := searched(t, p, 10)
	for name, o := range map[string]exact.Options{
		"work":          {Work: 1e-3, Hint: hint.Plan},
		"time":          {Time: time.Millisecond, Hint: hint.Plan},
		"hardly a time": {Time: 1, Hint: hint.Plan},
	} {
		r, err := exact.Solve(t.Context(), p, o)
		if err != nil {
			t.Fatal(err)
		}
		if r.Proven || hint.Vec.Less(r.Vec) || check.Plan(p, r.Plan).Err() != nil {
			t.Errorf("%s: proven %v, %v after a hint of %v", name, r.Proven, r.Vec, hint.Vec)
		}
	}
}

func TestRepeats(t *testing.T) {
	needSolver(t)
	p := modeltest.Rich(6, 3, 1)
	hint := searched(t, p, 10)
	a, errA := exact.Solve(t.Context(), p, exact.Options{Work: 0.3, Hint: hint.Plan})
	b, errB := exact.Solve(t.Context(), p, exact.Options{Work: 0.3, Hint: hint.Plan})
	if errA != nil || errB != nil {
		t.Fatal(errA, errB)
	}
	if a.Work != b.Work || a.Vec != b.Vec || a.Proven != b.Proven || !samePlan(a.Plan, b.Plan) {
		t.Errorf("%+v\n%+v", a, b)
	}
}

func TestCancelled(t *testing.T) {
	needSolver(t)
	limit := ortoolstest.Limit(t, false)
	p := modeltest.Rich(20, 6, 1)
	ctx, cancel := context.WithCancel(t.Context())
	var ended time.Time
	timer := time.AfterFunc(200*time.Millisecond, func() { ended = time.Now(); cancel() })
	defer timer.Stop()
	if _, err := exact.Solve(ctx, p, exact.Options{}); !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	if late := time.Since(ended); late > limit() {
		t.Errorf("%v late", late)
	}
}
