package day_test

import (
	"testing"

	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
)

// paid is a day like small on which time has a price.
func paid(t *testing.T) *day.Day {
	t.Helper()
	p := small()
	for k := range p.Shifts {
		p.Shifts[k].WorkRate = 1000
	}
	return begunOn(t, p, day.Config{})
}

// outAgain is the plan of a job, the only one to be done, for whoever is at home since 14400.
func outAgain(d *day.Day, j model.JobIdx, start model.Time) *model.Plan {
	plan := &model.Plan{Routes: []model.Route{{Depart: 14400, Finish: start + 1200}, {Shift: 1}}}
	pause := d.Problem().Shifts[0].Breaks[0]
	plan.Routes[0].Breaks = []model.BreakTaken{{Start: pause.Earliest, End: pause.Earliest + pause.Duration}}
	plan.Routes[0].Stops = []model.Stop{
		{Job: 0, Arrival: 14400, Start: 14400, End: 14400},
		{Job: j, Arrival: d.Now() + 600, Start: start, End: start + 600},
	}
	for k := range d.Problem().Jobs {
		if k > 0 && model.JobIdx(k) != j {
			plan.Unassigned = append(plan.Unassigned, model.JobIdx(k))
		}
	}
	return plan
}

// Whoever went home costs nothing more, and all the time since then if he goes out again; he leaves when it is time.
func TestGoingOutAgainCostsTheTimeAtHome(t *testing.T) {
	d := paid(t)
	late := &model.Job{
		ID: "new", Location: 1, Service: 600, Unassigned: 1e9,
		Windows: []model.Window{{Kind: model.Availability, From: 22000, To: 23000}},
	}
	apply(t, d, day.Event{ID: "1", Now: 20000, Kind: day.JobAdded, Job: late}, day.Applied, "")
	j, _ := d.Job("new")
	home := d.Ahead()
	home.Routes[0].Depart, home.Routes[0].Finish = 14400, 14400
	home.Routes[0].Stops[0] = model.Stop{Job: 0, Arrival: 14400, Start: 14400, End: 14400}
	if r := check.Plan(d.Problem(), home); r.Err() != nil || r.Terms[model.WorkingTime] != 0 {
		t.Fatalf("at home: %v, %v", r.Terms, r.Err())
	}
	plan := outAgain(d, j, 22000)
	r := check.Plan(d.Problem(), plan)
	if r.Err() != nil || r.Terms[model.WorkingTime] != 1000*(23200-14400) {
		t.Fatalf("out again: %v, %v", r.Terms, r.Err())
	}
	d.Follow(plan)
	for _, x := range []struct {
		now  model.Time
		want day.State
	}{{21000, day.ToCome}, {21400, day.ToCome}, {21401, day.LeftFor}} {
		apply(t, d, day.Event{ID: string(rune(x.now)), Now: x.now, Kind: day.TimePassed}, day.Applied, "")
		if s := states(d); len(s) != 4 || s[3] != x.want {
			t.Fatalf("at %d: %v", x.now, s)
		}
		if x.want == day.ToCome {
			d.Follow(outAgain(d, j, 22000))
		}
	}
	whole, _ := d.Whole()
	if st := whole.Routes[0].Stops[3]; st.Arrival != 22000 || whole.Routes[0].Depart != 0 {
		t.Errorf("%+v", whole.Routes[0])
	}
}

// What is learned of the last visit takes it back that its technician went home, and the same again is known elsewhere.
func TestGoingHomeIsTakenBack(t *testing.T) {
	d := paid(t)
	apply(t, d, day.Event{ID: "1", Now: 13000, Kind: day.TimePassed}, day.Applied, "")
	if x := d.ShiftStates(); len(x) != 1 || !x[0].Home || x[0].At != 0 || x[0].Since != 14400 {
		t.Errorf("%+v", x)
	}
	apply(t, d, day.Event{ID: "2", Now: 13100, Kind: day.VisitRunsOver, JobID: "job3", At: 15000}, day.Applied, "")
	if a := d.Problem().Jobs[0]; a.Location != 3 || a.Windows[0].From != 15000 || len(d.ShiftStates()) != 0 {
		t.Errorf("%+v, %+v", a, d.ShiftStates())
	}
	apply(t, d, day.Event{ID: "3", Now: 15001, Kind: day.TimePassed}, day.Applied, "")
	x := d.ShiftStates()
	if len(x) != 1 || x[0].Since != 16800 {
		t.Fatalf("%+v", x)
	}
	whole, states := d.Whole()
	if whole.Routes[0].Finish != 16800 {
		t.Errorf("he is home at %d", whole.Routes[0].Finish)
	}
	p := small()
	p.Shifts[0].WorkRate, p.Shifts[1].WorkRate = 1000, 1000
	o, err := day.New(p, day.Config{})
	if err != nil {
		t.Fatal(err)
	}
	o.At(15001)
	for i := range whole.Routes[0].Stops {
		whole.Routes[0].Stops[i].Job -= 2 // numbers of the problem that the day began with
	}
	o.Begin(whole, states)
	o.RestoreShift(x[0])
	o.Restored()
	if a, b := d.Problem().Jobs[0], o.Problem().Jobs[0]; a.Location != b.Location || a.Windows[0] != b.Windows[0] {
		t.Errorf("%+v elsewhere, %+v here", b, a)
	}
}
