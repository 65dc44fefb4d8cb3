package day_test

import (
	"slices"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// two technicians, three jobs ten minutes apart in a row, an hour's work each.
func small() *model.Problem {
	p := &model.Problem{Now: 0, SKUs: []string{"pump"}}
	n := 4
	m := &model.Matrix{N: n, Durations: make([]int32, n*n)}
	for a := range n {
		p.Locations = append(p.Locations, model.Location{ID: string(rune('a' + a))})
		for b := range n {
			m.Durations[a*n+b] = int32(600 * max(a-b, b-a))
		}
	}
	p.Profiles = []model.Profile{{ID: "van", Matrix: m}}
	for j := range 3 {
		p.Jobs = append(p.Jobs, model.Job{ID: "job" + string(rune('1'+j)), Location: model.LocIdx(j + 1), Service: 3600, Unassigned: 1e9})
	}
	for t := range 2 {
		p.Technicians = append(p.Technicians, model.Technician{ID: "tech" + string(rune('1'+t)), Stock: []model.Quantity{{SKU: 0, Qty: 1}}})
		p.Shifts = append(p.Shifts, model.Shift{
			ID: "day", Tech: model.TechIdx(t), LatestEnd: 8 * 3600, RegularEnd: 8 * 3600,
			MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap,
		})
	}
	return p
}

// begun is a day in which the first technician does all jobs: 600-4200, 4800-8400, 9000-12600.
func begun(t *testing.T, cfg day.Config) *day.Day {
	t.Helper()
	return begunOn(t, small(), cfg)
}

// begunOn is that with a problem like small.
func begunOn(t *testing.T, p *model.Problem, cfg day.Config) *day.Day {
	t.Helper()
	d, err := day.New(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	plan := &model.Plan{Routes: []model.Route{{Finish: 14400}, {Shift: 1}}}
	for j := range 3 {
		at := model.Time(600 + 4200*j)
		plan.Routes[0].Stops = append(plan.Routes[0].Stops, model.Stop{Job: model.JobIdx(j), Arrival: at, Start: at, End: at + 3600})
	}
	d.Begin(plan, nil)
	return d
}

func apply(t *testing.T, d *day.Day, e day.Event, want day.Verdict, code string) {
	t.Helper()
	got, why := d.Apply(&e)
	if got != want || (code != "") != (why != nil) || why != nil && why.Code != code {
		t.Fatalf("%+v: %v %v, want %v %s", e, got, why, want, code)
	}
}

// states are those of the first technician's stops.
func states(d *day.Day) []day.State {
	_, s := d.Whole()
	return s[0]
}

func same(a, b []day.State) bool {
	if len(a) != len(b) {
		return false
	}
	for k := range a {
		if a[k] != b[k] {
			return false
		}
	}
	return true
}

// What the plan says happens: he has left for the first job, is at work, is done and has left for the second.
func TestThePlanHappens(t *testing.T) {
	d := begun(t, day.Config{})
	for _, step := range []struct {
		now  model.Time
		want []day.State
	}{
		{0, []day.State{day.ToCome, day.ToCome, day.ToCome}},
		{1, []day.State{day.LeftFor, day.ToCome, day.ToCome}},
		{600, []day.State{day.Started, day.ToCome, day.ToCome}},
		{4200, []day.State{day.Done, day.ToCome, day.ToCome}},
		{4201, []day.State{day.Done, day.LeftFor, day.ToCome}},
		{20000, []day.State{day.Done, day.Done, day.Done}},
	} {
		apply(t, d, day.Event{ID: string(rune('A'+step.now%26)) + "x", Now: step.now, Kind: day.TimePassed}, day.Applied, "")
		if got := states(d); !same(got, step.want) {
			t.Errorf("at %d: %v, want %v", step.now, got, step.want)
		}
	}
}

// Whoever runs over has not left for the next job, even where the plan said so.
func TestRunningOverTakesBack(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 4500, Kind: day.TimePassed}, day.Applied, "")
	if got := states(d); got[1] != day.LeftFor {
		t.Fatalf("%v", got)
	}
	apply(t, d, day.Event{ID: "2", Now: 4600, Kind: day.VisitRunsOver, JobID: "job1", At: 6000}, day.Applied, "")
	plan, s := d.Whole()
	if !same(s[0], []day.State{day.Started, day.ToCome, day.ToCome}) || plan.Routes[0].Stops[0].End != 6000 {
		t.Errorf("%v %v", s[0], plan.Routes[0].Stops)
	}
	if sh := d.Problem().Shifts[0]; sh.Earliest != 6000 || sh.Start != model.NoLoc {
		t.Errorf("the shift goes on at %d from %d", sh.Earliest, sh.Start)
	}
	if a := d.Problem().Jobs[0]; a.Location != 1 || a.Windows[0].From != 6000 {
		t.Errorf("the anchor is %+v", a)
	}
}

// Events that cannot be are refused, and change nothing; one that was applied is seen.
func TestRefusals(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 1000, Kind: day.TimePassed}, day.Applied, "")
	apply(t, d, day.Event{ID: "1", Now: 1000, Kind: day.TimePassed}, day.Seen, "")
	before := states(d)
	for name, e := range map[string]day.Event{
		day.CodeLate:         {Now: 999, Kind: day.TimePassed},
		day.CodeUnknown:      {Now: 90000, Kind: day.JobCancelled, JobID: "who"},
		day.CodeContradicts:  {Now: 1000, Kind: day.JobCancelled, JobID: "job1"},
		day.CodeDuplicate:    {Now: 1000, Kind: day.JobAdded, Job: &model.Job{ID: "job2"}},
		day.CodeNotPossible:  {Now: 1000, Kind: day.JobAdded, Job: &model.Job{ID: "x"}, Place: &model.Location{ID: "z"}},
		day.CodeNotSupported: {Now: 1000, Kind: day.NumKinds},
	} {
		e.ID = "r" + name
		apply(t, d, e, day.Refused, name)
	}
	if d.Now() != 1000 || !same(states(d), before) {
		t.Errorf("refused events have made it %d, %v", d.Now(), states(d))
	}
	for n, e := range []day.Event{
		{Kind: day.VisitFinished, JobID: "job3", At: model.NoTime},
		{Kind: day.VisitStarted, JobID: "job3", At: model.NoTime},
		{Kind: day.VisitFinished, JobID: "job1", At: 1200},
		{Kind: day.VisitRunsOver, JobID: "job1", At: 900},
		{Kind: day.TechnicianBack, TechID: "tech1"},
		{Kind: day.VisitUnpinned, JobID: "job2"},
		{Kind: day.VisitPinned, JobID: "job1", Scope: day.ByAll, At: model.NoTime},
		{Kind: day.VisitPinned, JobID: "job2", Scope: day.ByStart, At: 10},
		{Kind: day.VisitMoved, JobID: "job2", TechID: "tech2", AfterID: "job3"},
	} {
		e.ID, e.Now = "c"+string(rune('0'+n)), 1000
		apply(t, d, e, day.Refused, day.CodeContradicts)
	}
}

// A technician who falls sick keeps what he has begun, and nothing else.
func TestSick(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 4500, Kind: day.TechnicianSick, TechID: "tech1"}, day.Applied, "")
	if got := states(d); !same(got, []day.State{day.Done}) {
		t.Errorf("%v", got)
	}
	ahead := d.Ahead()
	for _, id := range []string{"job2", "job3"} {
		j, _ := d.Job(id)
		if !d.Open(j) {
			t.Errorf("%s is not to be planned", id)
		}
	}
	if len(ahead.Routes[0].Stops) > 0 {
		t.Errorf("%v", ahead.Routes[0])
	}
}

// Parts come out of the van with the visit, and go back when it was not left for after all.
func TestVans(t *testing.T) {
	p := small()
	p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
	d, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	plan := &model.Plan{Routes: []model.Route{{Finish: 14400, Stops: []model.Stop{
		{Job: 0, Arrival: 600, Start: 600, End: 4200},
		{Job: 1, Arrival: 4800, Start: 4800, End: 8400, Parts: []model.Supply{{SKU: 0, Qty: 1, From: model.VanSource}}},
	}}, {Shift: 1}}}
	d.Begin(plan, nil)
	have := func() int64 { return d.Problem().Technicians[0].Stock[0].Qty }
	apply(t, d, day.Event{ID: "1", Now: 4500, Kind: day.TimePassed}, day.Applied, "")
	if have() != 0 {
		t.Errorf("the van has %d", have())
	}
	apply(t, d, day.Event{ID: "2", Now: 4600, Kind: day.VisitRunsOver, JobID: "job1", At: 6000}, day.Applied, "")
	if have() != 1 {
		t.Errorf("the van has %d", have())
	}
}

// What is frozen, and a pinned sequence, stays; a pinned start leaves what is before it free.
func TestPins(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.VisitPinned, JobID: "job2", Scope: day.BySequence, At: model.NoTime}, day.Applied, "")
	if n := len(d.Ahead().Routes[0].Stops); n != 2 { // the anchor behind job2, and job3
		t.Errorf("%d stops are free", n)
	}
	apply(t, d, day.Event{ID: "2", Now: 100, Kind: day.VisitUnpinned, JobID: "job2"}, day.Applied, "")
	apply(t, d, day.Event{ID: "3", Now: 100, Kind: day.VisitPinned, JobID: "job3", Scope: day.ByStart, At: 12000}, day.Applied, "")
	if n := len(d.Ahead().Routes[0].Stops); n != 3 {
		t.Errorf("%d stops are free", n)
	}
	j, _ := d.Job("job3")
	if w := d.Problem().Jobs[j].Windows; len(w) != 1 || w[0].From != 12000 || w[0].To != 12000 {
		t.Errorf("%v", w)
	}
	frozen := begun(t, day.Config{Frozen: 5000})
	apply(t, frozen, day.Event{ID: "1", Now: 100, Kind: day.TimePassed}, day.Applied, "")
	if n := len(frozen.Ahead().Routes[0].Stops); n != 2 {
		t.Errorf("%d stops are free", n)
	}
}

// A pinned start keeps hard windows for the end, too: with the time that its technician takes, or, where others may have it, for
// those who do.
func TestPinnedStartsKeepTheEnd(t *testing.T) {
	window := model.Window{Kind: model.Availability, To: 12600, Binds: model.BindEnd}
	for name, c := range map[string]struct {
		scope    day.Scope
		start    model.Time
		pace     int32 // of the second technician, in thousandths
		code     string
		required []model.TechIdx
	}{
		"all of it, in time":          {day.ByAll, 9000, 1000, "", nil},
		"all of it, too late":         {day.ByAll, 9001, 500, day.CodeNotPossible, nil},
		"the start, in time":          {day.ByStart, 9000, 500, "", nil},
		"the start, too late for all": {day.ByStart, 9001, 1000, day.CodeNotPossible, nil},
		"the start, too late for one": {day.ByStart, 9001, 500, "", []model.TechIdx{1}},
	} {
		p := small()
		p.Skills = []string{"gas"}
		for k, pace := range []int32{1000, c.pace} {
			p.Technicians[k].Skills = []model.TechSkill{{Skill: 0, Level: 1, Multiplier: pace}}
		}
		p.Jobs[2].AllOf, p.Jobs[2].Windows = []model.SkillLevel{{Skill: 0, Level: 1}}, []model.Window{window}
		d, verdict := begunOn(t, p, day.Config{}), day.Applied
		if c.code != "" {
			verdict = day.Refused
		}
		apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.VisitPinned, JobID: "job3", Scope: c.scope, At: c.start}, verdict, c.code)
		j, _ := d.Job("job3")
		if got := d.Problem().Jobs[j].Required; !slices.Equal(got, c.required) {
			t.Errorf("%s: for %v, want %v", name, got, c.required)
		}
	}
}

// A visit that a person moves keeps the start that it is pinned to, unless that is over; who cannot hold it does not get it.
func TestMovedVisitsKeepTheirStart(t *testing.T) {
	pinned := day.Pin{Scope: day.ByTechnicianStart, Tech: 1, Start: 12000}
	for name, c := range map[string]struct {
		scope   day.Scope
		now     model.Time
		end     model.Time // of its window
		verdict day.Verdict
		want    day.Pin
	}{
		"its start":            {day.ByStart, 200, 16000, day.Applied, pinned},
		"all of it":            {day.ByAll, 200, 16000, day.Applied, pinned},
		"its technician":       {day.ByTechnician, 200, 16000, day.Applied, day.Pin{Scope: day.ByTechnician, Tech: 1}},
		"a start that is over": {day.ByStart, 12001, 16000, day.Applied, day.Pin{Scope: day.ByTechnician, Tech: 1}},
		"who is too slow":      {day.ByStart, 200, 15599, day.Refused, day.Pin{Scope: day.ByStart, Start: 12000}},
	} {
		p := small()
		p.Skills = []string{"gas"}
		for k, pace := range []int32{500, 1000} {
			p.Technicians[k].Skills = []model.TechSkill{{Skill: 0, Level: 1, Multiplier: pace}}
		}
		p.Jobs[2].AllOf = []model.SkillLevel{{Skill: 0, Level: 1}}
		p.Jobs[2].Windows = []model.Window{{Kind: model.Availability, To: c.end, Binds: model.BindEnd}}
		d, code := begunOn(t, p, day.Config{}), ""
		if c.verdict == day.Refused {
			code = day.CodeNotPossible
		}
		apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.VisitPinned, JobID: "job3", Scope: c.scope, At: 12000}, day.Applied, "")
		apply(t, d, day.Event{ID: "2", Now: 100, Kind: day.TechnicianSick, TechID: "tech1"}, day.Applied, "")
		apply(t, d, day.Event{ID: "3", Now: c.now, Kind: day.VisitMoved, JobID: "job3", TechID: "tech2"}, c.verdict, code)
		j, _ := d.Job("job3")
		if pin := d.Pinned(j); *pin != c.want {
			t.Errorf("%s: pinned %+v, want %+v", name, *pin, c.want)
		}
		if w := d.Problem().Jobs[j]; c.want == pinned && (!slices.Equal(w.Required, []model.TechIdx{1}) || w.Windows[0].To != 12000) {
			t.Errorf("%s: %+v", name, w)
		}
	}
}

// A visit that cannot be where a pinned sequence has it lets those behind it stay, and whoever was pinned behind it is astray as long as
// it is.
func TestPinnedSequenceOutlivesAVisit(t *testing.T) {
	p := small()
	p.Jobs[1].Windows = []model.Window{{Kind: model.Availability, To: 5000}}
	d := begunOn(t, p, day.Config{})
	astray := func() (n int) {
		d.Astray(func(model.JobIdx, model.ShiftIdx, model.ShiftIdx, []model.JobIdx) { n++ })
		return n
	}
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.VisitPinned, JobID: "job3", Scope: day.BySequence}, day.Applied, "")
	if n := astray(); n != 0 {
		t.Errorf("%d are astray", n)
	}
	apply(t, d, day.Event{ID: "2", Now: 200, Kind: day.TechnicianLate, TechID: "tech1", Delay: 1000}, day.Applied, "")
	second, _ := d.Job("job2")
	if s := d.Sequence(0); len(s) != 2 || s[1].Job != second || astray() != 1 {
		t.Errorf("%v is free, %d are astray", s, astray())
	}
	apply(t, d, day.Event{ID: "3", Now: 300, Kind: day.TimePassed}, day.Applied, "")
	if n := astray(); n != 1 {
		t.Errorf("%d are astray", n)
	}
	apply(t, d, day.Event{ID: "4", Now: 300, Kind: day.JobCancelled, JobID: "job2"}, day.Applied, "")
	d.Changes()
	if n := astray(); n != 0 {
		t.Errorf("%d are astray of what is before nobody", n)
	}
}

// The dearest changes that the API takes are neither cheap nor a reward.
func TestDearChangesStayDear(t *testing.T) {
	const price = 1e15 // 1e9 currency units
	for multiplier, want := range map[int64]model.Cost{0: 0, 1: 1e12, 10_000: 1e16, 1_000_000: 1e18} {
		list := []int64{multiplier, 0, 0}
		d := begun(t, day.Config{Reassign: price, Resequence: price, Moved: price, Multiplier: list})
		apply(t, d, day.Event{ID: "1", Kind: day.TimePassed}, day.Applied, "")
		j, _ := d.Job("job1")
		if k := d.Problem().Jobs[j].Kept; multiplier == 0 && k != nil {
			t.Errorf("changes have prices: %+v", k)
		} else if multiplier > 0 && (k.Reassign != want || k.Resequence != want || k.Moved != want) {
			t.Errorf("times %d: %+v, want %d", multiplier, k, want)
		}
	}
}

// Whoever is pinned is never cheaper to leave out than he was, and with anchors all together cannot overflow.
func TestPinsArePriced(t *testing.T) {
	for _, unassigned := range []model.Cost{1, 1e9, 1e12, 1e17} {
		for tiers := range uint8(model.MaxTiers) {
			p := small()
			scale := int64(1)
			for range tiers {
				scale *= model.TierScale
			}
			for k := range p.Objective.Tier {
				p.Objective.Tier[k] = tiers
			}
			p.Objective.Tier[model.Unassigned] = 0
			for j := range p.Jobs {
				p.Jobs[j].Unassigned = unassigned / scale
			}
			d := begunOn(t, p, day.Config{})
			for _, id := range []string{"job2", "job3"} {
				apply(t, d, day.Event{ID: id, Now: 100, Kind: day.VisitPinned, JobID: id, Scope: day.ByTechnician}, day.Applied, "")
			}
			sum := 0.0
			for j := range d.Problem().Jobs {
				id := model.JobIdx(j)
				cost := d.Problem().Jobs[j].Unassigned
				if sum += float64(cost) * float64(scale); d.Pinned(id) != nil && cost <= p.Jobs[0].Unassigned {
					t.Errorf("%d tiers: a pinned job costs %d, and %d if it is not", tiers+1, cost, p.Jobs[0].Unassigned)
				}
			}
			if sum >= 1<<61 {
				t.Errorf("%d tiers, prices of %d: all is %g", tiers+1, unassigned, sum)
			}
		}
	}
}

// What served a job's part is out of the van when it is begun: by the plan, or where that does not say the first of which there is enough.
func TestSubstitutesAreUsed(t *testing.T) {
	for name, c := range map[string]struct {
		said model.SKUIdx
		want []int64
	}{
		"by the plan":       {2, []int64{1, 2, 0}},
		"not by the plan":   {-1, []int64{1, 0, 2}},
		"what is asked for": {0, []int64{0, 2, 2}},
	} {
		p := small()
		p.SKUs = []string{"pump", "valve", "ring"}
		p.Jobs[0].Parts = []model.Quantity{{SKU: 0, Qty: 2}}
		p.Jobs[0].Substitutes = []model.Substitute{{SKU: 1, Price: 7}, {SKU: 2, Price: 1}}
		p.Technicians[0].Stock = []model.Quantity{{SKU: 0, Qty: 1}, {SKU: 1, Qty: 2}, {SKU: 2, Qty: 2}}
		stop := model.Stop{Job: 0, Arrival: 600, Start: 600, End: 4200}
		if c.said >= 0 {
			stop.Parts = []model.Supply{{SKU: c.said, Qty: 2, From: model.VanSource}}
		}
		d, err := day.New(p, day.Config{})
		if err != nil {
			t.Fatal(err)
		}
		d.Begin(&model.Plan{Routes: []model.Route{{Finish: 5000, Stops: []model.Stop{stop}}, {Shift: 1}}, Unassigned: []model.JobIdx{1, 2}}, nil)
		apply(t, d, day.Event{ID: "1", Kind: day.TimePassed, Now: 700}, day.Applied, "")
		var has [3]int64
		for _, q := range d.Problem().Technicians[0].Stock {
			has[q.SKU] = q.Qty
		}
		for sku, want := range c.want {
			if has[sku] != want {
				t.Errorf("%s: %d of %s left, want %d", name, has[sku], p.SKUs[sku], want)
			}
		}
	}
}

// A visit that may come earlier than it was planned does not go behind one that is pinned after it.
func TestPinnedSequenceIsPlannedAnew(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Kind: day.VisitPinned, JobID: "job3", Scope: day.BySequence}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Kind: day.JobCancelled, JobID: "job1"}, day.Applied, "")
	d.Changes()
	sooner := small().Jobs[1]
	sooner.Windows = []model.Window{{Kind: model.Availability, From: 1200, To: 2000}}
	apply(t, d, day.Event{ID: "3", Kind: day.JobChanged, JobID: "job2", Job: &sooner, Multiplier: 1000}, day.Applied, "")
	second, _ := d.Job("job2")
	if s := d.Sequence(0); len(s) != 2 || s[0].Job != second {
		t.Errorf("%v", s)
	}
	d.Astray(func(j model.JobIdx, _, _ model.ShiftIdx, _ []model.JobIdx) { t.Errorf("job %d is astray", j) })
}
