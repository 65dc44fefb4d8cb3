package day_test

import (
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// paidAs is paid with a shift, and settings, of another kind.
func paidAs(t *testing.T, cfg day.Config, change func(p *model.Problem)) *day.Day {
	t.Helper()
	p := small()
	for k := range p.Shifts {
		p.Shifts[k].WorkRate = 1000
	}
	change(p)
	return begunOn(t, p, cfg)
}

// passed lets time pass.
func passed(t *testing.T, d *day.Day, now model.Time) {
	t.Helper()
	apply(t, d, day.Event{ID: "passed" + string(rune(now)), Now: now, Kind: day.TimePassed}, day.Applied, "")
}

// sentOut is a day on which the first technician, home since 14400, has left for another visit at 21400.
func sentOut(t *testing.T, cfg day.Config, change func(p *model.Problem)) *day.Day {
	t.Helper()
	d := paidAs(t, cfg, change)
	late := &model.Job{
		ID: "new", Location: 1, Service: 600, Unassigned: 1e9, Windows: []model.Window{{Kind: model.Availability, From: 22000, To: 26000}},
	}
	apply(t, d, day.Event{ID: "sent", Now: 20000, Kind: day.JobAdded, Job: late}, day.Applied, "")
	j, _ := d.Job("new")
	d.Follow(outAgain(d, j, 22000))
	return d
}

// Whoever was at work all the time was not at home meanwhile, though he had been thought to have left from there, or to have been seen elsewhere.
func TestWorkThatRunsOverTakesBackWhatCameAfter(t *testing.T) {
	d := sentOut(t, day.Config{}, func(*model.Problem) {})
	passed(t, d, 21500)
	apply(t, d, day.Event{ID: "over", Now: 21600, Kind: day.VisitRunsOver, JobID: "job3", At: 23000}, day.Applied, "")
	if a := d.Problem().Jobs[0]; a.Location != 3 || a.Windows[0].From != 23000 || len(d.ShiftStates()) != 0 {
		t.Errorf("%+v, %+v", a, d.ShiftStates())
	}
	d = begun(t, day.Config{})
	apply(t, d, day.Event{ID: "seen", Now: 12700, Kind: day.TechnicianPosition, TechID: "tech1", LocationID: "c"}, day.Applied, "")
	apply(t, d, day.Event{ID: "over", Now: 12800, Kind: day.VisitRunsOver, JobID: "job3", At: 13000}, day.Applied, "")
	if a := d.Problem().Jobs[0]; a.Location != 3 || a.Windows[0].From != 13000 {
		t.Errorf("%+v", a)
	}
}

// What is frozen for somebody at home is not left for before it is time: it may change.
func TestFrozenVisitsAreNotLeftForFromHomeBeforeTheirTime(t *testing.T) {
	d := sentOut(t, day.Config{Frozen: 3600}, func(*model.Problem) {})
	passed(t, d, 20100)
	j, _ := d.Job("new")
	if !d.Fixed(j) {
		t.Fatal("it is not frozen")
	}
	job := d.Known().Jobs[j]
	apply(t, d, day.Event{ID: "changed", Now: 20200, Kind: day.JobChanged, JobID: "new", Job: &job, Multiplier: 1000}, day.Applied, "")
}

// Whoever waited for a visit that is cancelled goes home from then on; so does who waited at its site until it might begin.
func TestWaitingWasNoWayHome(t *testing.T) {
	d := paidAs(t, day.Config{InTime: true}, func(*model.Problem) {})
	passed(t, d, 8000)
	plan := d.Ahead()
	r := &plan.Routes[0]
	r.Stops[0].Arrival, r.Stops[0].Start, r.Stops[0].End = 8400, 8400, 8400
	r.Stops[1].Arrival, r.Stops[1].Start, r.Stops[1].End = 9000, 15000, 18600
	r.Finish = 20400
	d.Follow(plan)
	apply(t, d, day.Event{ID: "1", Now: 12000, Kind: day.JobCancelled, JobID: "job3"}, day.Applied, "")
	if a := d.Problem().Jobs[0]; a.Location != 2 || a.Windows[0].From != 12000 {
		t.Errorf("he waits at %d until %d", a.Location, a.Windows[0].From)
	}
	d = paidAs(t, day.Config{}, func(*model.Problem) {})
	passed(t, d, 8000)
	d.Follow(plan)
	passed(t, d, 11000)
	apply(t, d, day.Event{ID: "1", Now: 12000, Kind: day.JobCancelled, JobID: "job3"}, day.Applied, "")
	if a := d.Problem().Jobs[0]; a.Location != 3 || a.Windows[0].From != 12000 {
		t.Errorf("he waits at %d until %d", a.Location, a.Windows[0].From)
	}
}

// A break on the way home was had, and is no working time.
func TestTheBreakOnTheWayHomeIsHad(t *testing.T) {
	d := paidAs(t, day.Config{}, func(p *model.Problem) {
		p.Shifts[0].Breaks = []model.Break{{Earliest: 12900, Latest: 13500, Duration: 900}}
		p.Shifts[0].MaxWork = 20000
	})
	passed(t, d, 12000)
	plan := d.Ahead()
	r := &plan.Routes[0]
	r.Stops[0] = model.Stop{Job: 0, Arrival: 12600, Start: 12600, End: 12600}
	r.Depart, r.Finish, r.Breaks = 12600, 15300, []model.BreakTaken{{Break: 0, Start: 12900, End: 13800}}
	d.Follow(plan)
	passed(t, d, 13000)
	if x := d.ShiftStates(); len(x) != 1 || !x[0].Home || x[0].Since != 15300 {
		t.Errorf("%+v", x)
	}
	if sh := d.Problem().Shifts[0]; sh.MaxWork != 20000-(15300-900) || len(sh.Breaks) != 0 {
		t.Errorf("%d s of work are left, with %+v", sh.MaxWork, sh.Breaks)
	}
	if whole, _ := d.Whole(); len(whole.Routes[0].Breaks) != 1 || whole.Routes[0].Finish != 15300 {
		t.Errorf("%+v", whole.Routes[0])
	}
}

// What is driven by way of home, or to a visit that is cancelled, counts, here and elsewhere.
func TestDrivesThatStopsDoNotTellCount(t *testing.T) {
	capped := func(p *model.Problem) { p.Shifts[0].MaxDrive = 10000 }
	d := sentOut(t, day.Config{}, capped)
	if sh := d.Problem().Shifts[0]; sh.MaxDrive != 10000-3600 {
		t.Errorf("at home: %d s are left", sh.MaxDrive)
	}
	passed(t, d, 21500)
	if sh := d.Problem().Shifts[0]; sh.MaxDrive != 10000-4200 {
		t.Errorf("out again: %d s are left", sh.MaxDrive)
	}
	if x := d.ShiftStates(); len(x) != 1 || x[0].Driven != 4200 || x[0].At != model.NoLoc {
		t.Errorf("%+v", x)
	}
	apply(t, d, day.Event{ID: "gone", Now: 21600, Kind: day.JobCancelled, JobID: "new"}, day.Applied, "")
	if sh := d.Problem().Shifts[0]; sh.MaxDrive != 10000-4200 {
		t.Errorf("out for nothing: %d s are left", sh.MaxDrive)
	}
}

// Nobody ends a shift late because of what he did, or what travel took, after he was home.
func TestAShiftThatIsOverIsNotLate(t *testing.T) {
	for _, rate := range []model.Cost{0, 1000} {
		d := paidAs(t, day.Config{}, func(p *model.Problem) { p.Shifts[0].WorkRate, p.Shifts[0].LatestEnd = rate, 14500 })
		passed(t, d, 14000)
		apply(t, d, day.Event{ID: "late", Now: 14450, Kind: day.TechnicianLate, TechID: "tech1", Delay: 600}, day.Applied, "")
		passed(t, d, 20000)
		apply(t, d, day.Event{ID: "slow", Now: 20000, Kind: day.TravelChanged, Profile: -1, Factor: 2e6}, day.Applied, "")
		if b := d.Broken(); len(b) > 0 {
			t.Errorf("rate %d: %+v", rate, b)
		}
	}
}

// days is small with a shift tomorrow for the first technician, which comes first in the list where it is said.
func days(p *model.Problem, first bool) *model.Problem {
	tomorrow := p.Shifts[0]
	tomorrow.ID, tomorrow.Earliest, tomorrow.RegularEnd, tomorrow.LatestEnd = "tomorrow", 86400, 86400+28800, 86400+28800
	if first {
		p.Shifts = append([]model.Shift{tomorrow}, p.Shifts...)
	} else {
		p.Shifts = append(p.Shifts, tomorrow)
	}
	return p
}

// Today goes on whatever is said of tomorrow: a place at night, a pin that freezes what comes before it.
func TestTomorrowDoesNotBegin(t *testing.T) {
	d, err := day.New(days(small(), false), day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	plan := &model.Plan{Routes: make([]model.Route, 3)}
	plan.Routes[0] = model.Route{Finish: 9600, Stops: []model.Stop{
		{Job: 0, Arrival: 600, Start: 600, End: 4200}, {Job: 1, Arrival: 4800, Start: 4800, End: 8400},
	}}
	plan.Routes[2] = model.Route{Depart: 86400, Finish: 93600, Stops: []model.Stop{{Job: 2, Arrival: 88200, Start: 88200, End: 91800}}}
	d.Begin(plan, nil)
	apply(t, d, day.Event{ID: "pin", Now: 100, Kind: day.VisitPinned, JobID: "job3", Scope: day.BySequence}, day.Applied, "")
	if len(d.Sequence(0)) != 2 || d.Problem().Shifts[0].Earliest > d.Problem().Shifts[0].LatestEnd {
		t.Errorf("today is over: %v", d.Sequence(0))
	}
	passed(t, d, 40000)
	apply(t, d, day.Event{ID: "seen", Now: 50000, Kind: day.TechnicianPosition, TechID: "tech1", LocationID: "c"}, day.Applied, "")
	whole, _ := d.Whole()
	if r := whole.Routes[2]; r.Depart != 86400 {
		t.Errorf("tomorrow begins at %d", r.Depart)
	}
}

// Whoever is where his shift starts, and has not left, has not begun; anywhere else he has.
func TestAtTheStartNobodyHasBegun(t *testing.T) {
	for place, begun := range map[string]bool{"a": false, "c": true} {
		d, err := day.New(small(), day.Config{})
		if err != nil {
			t.Fatal(err)
		}
		d.Begin(&model.Plan{Routes: []model.Route{{Depart: 5000, Finish: 9800, Stops: []model.Stop{
			{Job: 0, Arrival: 5600, Start: 5600, End: 9200},
		}}, {Shift: 1}}, Unassigned: []model.JobIdx{1, 2}}, nil)
		apply(t, d, day.Event{ID: "seen", Now: 1000, Kind: day.TechnicianPosition, TechID: "tech1", LocationID: place}, day.Applied, "")
		passed(t, d, 2000)
		if whole, states := d.Whole(); begun != (states[0][0] != day.ToCome) || begun == (whole.Routes[0].Depart == 5000) {
			t.Errorf("seen at %s: %v, %+v", place, states[0], whole.Routes[0])
		}
		if sh := d.Problem().Shifts[0]; begun != (sh.Start == model.NoLoc) {
			t.Errorf("seen at %s: %+v", place, sh)
		}
	}
}

// The day before is done before the next one begins, in whatever order the shifts are, and though nobody tells anything meanwhile.
func TestYesterdayWasDone(t *testing.T) {
	for _, first := range []bool{false, true} {
		d, err := day.New(days(small(), first), day.Config{})
		if err != nil {
			t.Fatal(err)
		}
		today, tomorrow := 0, 2
		if first {
			today, tomorrow = 1, 0
		}
		plan := &model.Plan{Routes: make([]model.Route, 3)}
		plan.Routes[today] = model.Route{Finish: 5400, Stops: []model.Stop{{Job: 0, Arrival: 600, Start: 600, End: 4200}}}
		plan.Routes[tomorrow] = model.Route{Depart: 86400, Finish: 91200, Stops: []model.Stop{{Job: 1, Arrival: 87600, Start: 87600, End: 91200}}}
		d.Begin(plan, nil)
		passed(t, d, 90000)
		if j, _ := d.Job("job1"); !d.Fixed(j) {
			t.Errorf("tomorrow first: %v: the visit of today did not happen", first)
		}
	}
}

// What is told of somebody who is at work after the end of his shift is about that one.
func TestWhoIsAtWorkAfterHoursIsStillAtWork(t *testing.T) {
	d, err := day.New(days(small(), false), day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	plan := &model.Plan{Routes: make([]model.Route, 3)}
	plan.Routes[0] = model.Route{Finish: 5400, Stops: []model.Stop{{Job: 0, Arrival: 600, Start: 600, End: 4200}}}
	d.Begin(plan, nil)
	apply(t, d, day.Event{ID: "over", Now: 4000, Kind: day.VisitRunsOver, JobID: "job1", At: 30000}, day.Applied, "")
	apply(t, d, day.Event{ID: "late", Now: 29000, Kind: day.TechnicianLate, TechID: "tech1", Delay: 600}, day.Applied, "")
	whole, _ := d.Whole()
	if end := whole.Routes[0].Stops[0].End; end != 30600 {
		t.Errorf("he is done at %d", end)
	}
}

// The way to a visit begins where its technician was held, and not at his last stop.
func TestWaysBeginWhereHeIs(t *testing.T) {
	d := sentOut(t, day.Config{}, func(*model.Problem) {})
	for _, now := range []model.Time{20000, 21500} { // to come, and left for
		if got := d.Leavings(0); len(got) != 1 || got[0] != (day.Leaving{Stop: 3, At: 0, From: 21400}) {
			t.Errorf("at %d: %+v", now, got)
		}
		if now == 20000 {
			passed(t, d, 21500)
		}
	}
	d = begun(t, day.Config{})
	apply(t, d, day.Event{ID: "seen", Now: 13000, Kind: day.TechnicianPosition, TechID: "tech1", LocationID: "c"}, day.Applied, "")
	if got := d.Leavings(0); len(got) != 1 || got[0] != (day.Leaving{Stop: 3, At: 2, From: 13000}) {
		t.Errorf("the way home: %+v", got)
	}
	if got := d.Leavings(1); got != nil {
		t.Errorf("%+v", got)
	}
}
