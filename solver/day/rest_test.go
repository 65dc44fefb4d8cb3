package day_test

import (
	"slices"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// rested is begun with a shift that ends when the plan does, and with a break at some time.
func rested(t *testing.T, b model.Break) *day.Day {
	t.Helper()
	p := small()
	p.Shifts[0].LatestEnd, p.Shifts[0].RegularEnd, p.Shifts[0].Breaks = 14400, 14400, []model.Break{b}
	return begunOn(t, p, day.Config{})
}

// Where a technician is need not be in his area, and where no way home is known, his shift ends where he is: else nobody could say where he goes on from.
func TestAnAnchorCanBe(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 9500, Kind: day.TimePassed}, day.Applied, "")
	if a := d.Problem().Jobs[0]; !a.Anywhere || a.Location != 3 {
		t.Errorf("%+v", a)
	}
	cells := []day.Cell{{From: 3, To: 0, Duration: model.Unreachable, Distance: -1}}
	apply(t, d, day.Event{ID: "2", Now: 9500, Kind: day.TravelChanged, Profile: -1, Factor: 1e6, Cells: cells}, day.Applied, "")
	if sh := d.Problem().Shifts[0]; sh.End != model.NoLoc || sh.Earliest > sh.LatestEnd {
		t.Errorf("the shift ends at %d, from %d to %d", sh.End, sh.Earliest, sh.LatestEnd)
	}
	cells[0].Duration = 60
	apply(t, d, day.Event{ID: "3", Now: 9500, Kind: day.TravelChanged, Profile: -1, Factor: 1e6, Cells: cells}, day.Applied, "")
	if sh := d.Problem().Shifts[0]; sh.End != 0 {
		t.Errorf("the shift ends at %d", sh.End)
	}
}

// What a technician breaks on the way home is what his breaks and his drive make sure of; a break that cannot be any more is none.
func TestBreaksOnTheWayHome(t *testing.T) {
	for _, x := range []struct {
		name   string
		b      model.Break
		rule   string
		size   model.Duration
		end    model.Time
		breaks int
	}{
		{"owed on the way", model.Break{Earliest: 12000, Latest: 13000, Duration: 900}, "latest_end", 900, 15300, 1},
		{"home before it", model.Break{Earliest: 13000, Latest: 14400, Duration: 900}, "", 0, 14400, 1},
		{"over", model.Break{Earliest: 9000, Latest: 12000, Duration: 900}, "", 0, 14400, 1},
	} {
		t.Run(x.name, func(t *testing.T) {
			d := rested(t, x.b)
			apply(t, d, day.Event{ID: "1", Now: 12000, Kind: day.TimePassed}, day.Applied, "")
			sh, broken := d.Problem().Shifts[0], d.Broken()
			if sh.LatestEnd != x.end || len(sh.Breaks) != x.breaks {
				t.Errorf("the shift ends by %d with %d breaks, want %d with %d", sh.LatestEnd, len(sh.Breaks), x.end, x.breaks)
			}
			if (x.rule != "") != (len(broken) > 0) || x.rule != "" && (broken[0].Rule != x.rule || broken[0].Size != x.size) {
				t.Errorf("%+v, want %s by %d", broken, x.rule, x.size)
			}
		})
	}
}

// Whoever has nothing more to do goes home as the plan says, and could go out again, until his shift is over; who is late after all is late at home.
func TestAShiftEnds(t *testing.T) {
	p := small()
	p.Shifts[0].WorkRate = 1
	d := begunOn(t, p, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 26000, Kind: day.TimePassed}, day.Applied, "")
	pause := model.Break{Earliest: 14400, Latest: 14400, Duration: 11600, Paid: true}
	if got := d.Problem().Shifts[0].Breaks; len(got) != 1 || got[0] != pause {
		t.Errorf("at home until now: %+v", got)
	}
	if a := d.Problem().Jobs[0]; a.Location != 0 || a.Windows[0].From != 14400 {
		t.Errorf("%+v", a)
	}
	for n, now := range []model.Time{28000, 28801, 50000} {
		apply(t, d, day.Event{ID: "late" + string(rune('a'+n)), Now: now, Kind: day.TimePassed}, day.Applied, "")
		sh := d.Problem().Shifts[0]
		over := now > 28800
		if over != (sh.Earliest > sh.LatestEnd) || sh.LatestEnd != 28800 || over == (len(d.Sequence(0)) > 0) || len(d.Broken()) > 0 {
			t.Errorf("at %d: the shift is from %d to %d with %v, and %v is broken", now, sh.Earliest, sh.LatestEnd, d.Sequence(0), d.Broken())
		}
		if whole, _ := d.Whole(); whole.Routes[0].Finish != 14400 || len(whole.Routes[0].Stops) != 3 {
			t.Errorf("at %d: %+v", now, whole.Routes[0])
		}
	}
	d = begunOn(t, p, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 28000, Kind: day.TimePassed}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 28000, Kind: day.TechnicianLate, TechID: "tech1", Delay: 600}, day.Applied, "")
	if sh, b := d.Problem().Shifts[0], d.Broken(); sh.Breaks[0].Duration != 28600-14400 || len(b) != 0 {
		t.Errorf("%+v, %+v", sh.Breaks, b)
	}
}

// A visit that a person gives to somebody who has nothing to do is left for from then on, not from when he had nothing to do.
func TestNobodyHasLeftBeforeItWasKnown(t *testing.T) {
	for _, tech := range []string{"tech1", "tech2"} {
		d := begun(t, day.Config{})
		apply(t, d, day.Event{ID: "1", Now: 16000, Kind: day.JobAdded, Job: &model.Job{ID: "new", Location: 1, Service: 60}}, day.Applied, "")
		apply(t, d, day.Event{ID: "2", Now: 16000, Kind: day.VisitMoved, JobID: "new", TechID: tech}, day.Applied, "")
		whole, states := d.Whole()
		for k := range whole.Routes {
			for i := range whole.Routes[k].Stops {
				if st := &whole.Routes[k].Stops[i]; d.Known().Jobs[st.Job].ID == "new" && states[k][i] != day.ToCome {
					t.Errorf("%s: %+v is %d", tech, st, states[k][i])
				}
			}
		}
		if len(d.Sequence(0))+len(d.Sequence(1)) == 0 {
			t.Error("it is nowhere")
		}
	}
}

// What is frozen does not change where things come from: the plan says of the call that was frozen what it gives.
func TestFrozenCallsGive(t *testing.T) {
	d, _ := lent(t, day.Config{Frozen: 7200})
	apply(t, d, day.Event{ID: "1", Now: 100, Kind: day.TimePassed}, day.Applied, "")
	for n := range 2 {
		whole, _ := d.Whole()
		st := whole.Routes[0].Stops[2]
		slices.SortFunc(st.Parts, func(a, b model.Supply) int { return int(a.From - b.From) })
		if len(st.Parts) != 2 || st.Parts[0].From != model.VanSource || st.Parts[0].Qty != 1 || st.Parts[1].From != 1 || st.Parts[1].Qty != 1 {
			t.Errorf("parts %+v", st.Parts)
		}
		if len(st.Tools) != 1 || st.Tools[0].From != 1 {
			t.Errorf("tools %+v", st.Tools)
		}
		apply(t, d, day.Event{ID: string(rune('a' + n)), Now: 200, Kind: day.TimePassed}, day.Applied, "")
	}
}

// Whoever is somewhere before he sets out is there still when what is frozen may change again, and at the next server.
func TestFrozenVisitsKeepWhereHeWas(t *testing.T) {
	d := begun(t, day.Config{Frozen: 7200})
	apply(t, d, day.Event{ID: "1", Now: 0, Kind: day.TechnicianPosition, TechID: "tech2", LocationID: "c"}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 0, Kind: day.VisitMoved, JobID: "job3", TechID: "tech2"}, day.Applied, "")
	for n, now := range []model.Time{0, 0} {
		if st := d.ShiftStates(); len(st) != 1 || st[0].At != 2 || st[0].Shift != 1 {
			t.Fatalf("round %d: %+v", n, st)
		}
		whole, states := d.Whole()
		if r := whole.Routes[1]; len(r.Stops) != 1 || r.Depart > r.Stops[0].Arrival || r.Stops[0].Arrival != 600 || states[1][0] != day.ToCome {
			t.Fatalf("round %d: %+v, %v", n, r, states[1])
		}
		apply(t, d, day.Event{ID: string(rune('a' + n)), Now: now, Kind: day.TimePassed}, day.Applied, "")
	}
}

// What its technician has not got, and may not do, is not frozen for the sake of a pin behind it.
func TestWhatCannotBeIsNotFrozen(t *testing.T) {
	for name, change := range map[string]func(*model.Job){
		"all is well":  func(*model.Job) {},
		"a tool":       func(j *model.Job) { j.Tools = []model.ToolIdx{0} },
		"parts":        func(j *model.Job) { j.Parts = []model.Quantity{{SKU: 0, Qty: 9}} },
		"somebody":     func(j *model.Job) { j.Excluded = []model.TechIdx{0} },
		"a skill":      func(j *model.Job) { j.AllOf = []model.SkillLevel{{Skill: 0, Level: 1}} },
		"certificates": func(j *model.Job) { j.Certificates = []model.CertIdx{0} },
	} {
		t.Run(name, func(t *testing.T) {
			p := small()
			p.Tools, p.Skills, p.Certificates = []string{"drill"}, []string{"gas"}, []string{"card"}
			d := begunOn(t, p, day.Config{})
			job := p.Jobs[0]
			change(&job)
			apply(t, d, day.Event{ID: "1", Kind: day.JobChanged, JobID: "job1", Job: &job, Multiplier: 1000}, day.Applied, "")
			apply(t, d, day.Event{ID: "2", Kind: day.VisitPinned, JobID: "job2", Scope: day.BySequence}, day.Applied, "")
			j, _ := d.Job("job1")
			if d.Fixed(j) != (name == "all is well") {
				t.Errorf("fixed: %v", d.Fixed(j))
			}
		})
	}
}

// Work does not run over into what is sure to have come later, whatever lies between.
func TestWhatIsSureBoundsWhatWasBefore(t *testing.T) {
	d := begun(t, day.Config{})
	apply(t, d, day.Event{ID: "1", Now: 12700, Kind: day.VisitFinished, JobID: "job3", At: 12500}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 12800, Kind: day.VisitRunsOver, JobID: "job1", At: 13000}, day.Applied, "")
	whole, _ := d.Whole()
	var last model.Time
	for _, st := range whole.Routes[0].Stops {
		if st.Arrival < last || st.Start < st.Arrival || st.End < st.Start {
			t.Errorf("%+v after %d", st, last)
		}
		last = st.End
	}
}

// What was told of a visit stays, whatever is told of others, and of nothing else is that said: what only the plan says may be otherwise.
func TestWhatWasToldStays(t *testing.T) {
	started, finished, late := day.VisitStarted, day.VisitFinished, day.TechnicianLate
	for name, c := range map[string]struct {
		first, then day.Event
		code        string
		start, end  model.Time // of the first job
	}{
		"an end later than by the plan": {
			day.Event{Now: 700, Kind: started, JobID: "job1", At: 650}, day.Event{Kind: finished, JobID: "job1", At: 4500}, "", 650, 4500,
		},
		"a start of who is late": {
			day.Event{Now: 700, Kind: late, TechID: "tech1", Delay: 60}, day.Event{Kind: started, JobID: "job1", At: 800}, "", 800, 4460,
		},
		"a start behind its end": {
			day.Event{Now: 4600, Kind: finished, JobID: "job1", At: 4500},
			day.Event{Kind: started, JobID: "job1", At: 4550},
			day.CodeContradicts, 600, 4500,
		},
		"a start before its end": {
			day.Event{Now: 4600, Kind: finished, JobID: "job1", At: 4500}, day.Event{Kind: started, JobID: "job1", At: 700}, "", 700, 4500,
		},
		"an end before its start": {
			day.Event{Now: 4000, Kind: started, JobID: "job1", At: 1000},
			day.Event{Kind: finished, JobID: "job1", At: 900},
			day.CodeContradicts, 1000, 4600,
		},
		"an end before that of the visit before": {
			day.Event{Now: 4600, Kind: finished, JobID: "job1", At: 4500},
			day.Event{Kind: finished, JobID: "job2", At: 4400},
			day.CodeContradicts, 600, 4500,
		},
		"an end before that of the plan for the visit before": {
			day.Event{Now: 4600, Kind: started, JobID: "job1", At: 650}, day.Event{Kind: finished, JobID: "job2", At: 4100}, "", 650, 4100,
		},
		"an end after the way to the next by the plan": {
			day.Event{Now: 5000, Kind: started, JobID: "job2", At: 4850}, day.Event{Kind: finished, JobID: "job1", At: 4830}, "", 600, 4830,
		},
		"an end after the next began": {
			day.Event{Now: 5000, Kind: started, JobID: "job2", At: 4850},
			day.Event{Kind: finished, JobID: "job1", At: 4900},
			day.CodeContradicts, 600, 4200,
		},
	} {
		d, verdict := begun(t, day.Config{}), day.Applied
		if c.code != "" {
			verdict = day.Refused
		}
		c.first.ID, c.then.ID, c.then.Now = "1", "3", 5200
		apply(t, d, c.first, day.Applied, "")
		apply(t, d, day.Event{ID: "2", Now: 5200, Kind: day.TimePassed}, day.Applied, "")
		apply(t, d, c.then, verdict, c.code)
		whole, _ := d.Whole()
		if st := whole.Routes[0].Stops[0]; st.Start != c.start || st.End != c.end {
			t.Errorf("%s: %d to %d, want %d to %d", name, st.Start, st.End, c.start, c.end)
		}
	}
}

// Who may be sent elsewhere on his way may be so when he is late, too.
func TestWhoIsLateMayBeSentElsewhere(t *testing.T) {
	d := begun(t, day.Config{Diversion: true})
	apply(t, d, day.Event{ID: "1", Now: 200, Kind: day.TechnicianLate, TechID: "tech1", Delay: 600}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 300, Kind: day.TechnicianPosition, TechID: "tech1", LocationID: "c"}, day.Applied, "")
	if j, _ := d.Job("job1"); !d.Open(j) || d.Problem().Jobs[0].Location != 2 {
		t.Errorf("open: %t, he goes on from %+v", d.Open(j), d.Problem().Jobs[0])
	}
}

// A call is frozen with whatever it serves, unless that may be changed for a visit of another shift: nobody would fetch the part for that.
func TestFrozenCallsServeTheirShift(t *testing.T) {
	for name, c := range map[string]struct {
		frozen   model.Duration
		tomorrow bool
		want     bool
	}{
		"today alone":         {1500, false, true},
		"tomorrow too":        {1500, true, false},
		"with what it serves": {7200, true, true},
	} {
		p := small()
		if c.tomorrow {
			p = days(p, false)
		}
		p.Technicians[0].Stock = nil
		p.Jobs[1].Parts = []model.Quantity{{SKU: 0, Qty: 1}}
		p.Nodes = []model.Node{{ID: "store", Location: 1, Handling: 600, Stock: []model.NodeStock{{SKU: 0, Qty: 5}}}}
		d, err := day.New(p, day.Config{Frozen: c.frozen})
		if err != nil {
			t.Fatal(err)
		}
		plan := &model.Plan{Routes: make([]model.Route, len(p.Shifts)), Unassigned: []model.JobIdx{2}}
		plan.Routes[0] = model.Route{Finish: 10200, Stops: []model.Stop{
			{Kind: model.Pickup, Arrival: 600, Start: 600, End: 1200},
			{Job: 0, Arrival: 1200, Start: 1200, End: 4800},
			{Job: 1, Arrival: 5400, Start: 5400, End: 9000, Parts: []model.Supply{{SKU: 0, Qty: 1, From: 0}}},
		}}
		d.Begin(plan, nil)
		j, _ := d.Job("job1")
		if d.Fixed(j) != c.want {
			t.Errorf("%s: the visit behind the call is frozen: %t", name, d.Fixed(j))
		}
		whole, _ := d.Whole()
		if st := whole.Routes[0].Stops[2]; len(st.Parts) != 1 || st.Parts[0].From != 0 {
			t.Errorf("%s: parts from %+v", name, st.Parts)
		}
	}
}

// What a call serves is not frozen where a call behind it is not: then neither is.
func TestFrozenCallsServeTheirShiftInTurn(t *testing.T) {
	p := days(small(), false)
	p.SKUs = append(p.SKUs, "ring")
	p.Technicians[0].Stock = nil
	for k := range 2 {
		p.Jobs[k].Parts = []model.Quantity{{SKU: model.SKUIdx(k), Qty: 1}}
		p.Nodes = append(p.Nodes, model.Node{
			ID: string(rune('x' + k)), Location: 1, Handling: 600, Stock: []model.NodeStock{{SKU: model.SKUIdx(k), Qty: 5}},
		})
	}
	d, err := day.New(p, day.Config{Frozen: 2000})
	if err != nil {
		t.Fatal(err)
	}
	plan := &model.Plan{Routes: make([]model.Route, len(p.Shifts)), Unassigned: []model.JobIdx{2}}
	plan.Routes[0] = model.Route{Finish: 10800, Stops: []model.Stop{
		{Kind: model.Pickup, Arrival: 600, Start: 600, End: 1200},
		{Kind: model.Pickup, Node: 1, Arrival: 1200, Start: 1200, End: 1800},
		{Job: 0, Arrival: 1800, Start: 1800, End: 5400, Parts: []model.Supply{{SKU: 0, Qty: 1, From: 0}}},
		{Job: 1, Arrival: 6000, Start: 6000, End: 9600, Parts: []model.Supply{{SKU: 1, Qty: 1, From: 1}}},
	}}
	d.Begin(plan, nil)
	if got := d.Sequence(0); len(got) != 4 || got[0].Kind != model.Pickup {
		t.Errorf("%+v is to come", got)
	}
}
