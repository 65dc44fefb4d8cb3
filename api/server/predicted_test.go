package server_test

import (
	"fmt"
	"math"
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// on is a time of a day of the week that begins on monday.
func on(day, h, m int) *timestamppb.Timestamp {
	return timestamppb.New(monday.Add(time.Duration(24*day+h)*time.Hour + time.Duration(m)*time.Minute))
}

// annsWeek is Ann's: at home in the middle, an hour each from a village in the east and one in the west. Customers in the east wait for her on
// Wednesday and Friday at 10, one in the west on Thursday. A pump in the east and a boiler in the west may fail: in a week with a
// probability of 0.2, which costs 600 and 2000. Only driving has a price, 36 an hour.
func annsWeek() *calloutv1.Problem {
	p := &calloutv1.Problem{
		CurrencyCode: "EUR", Now: on(0, 7, 0),
		Objective: &calloutv1.Objective{BalanceCost: new(0.0)},
		Locations: []*calloutv1.Location{{Id: "home"}, {Id: "east"}, {Id: "west"}},
		Profiles: []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{
			LocationIds: []string{"home", "east", "west"}, Durations: []int32{0, 3600, 3600, 3600, 0, 7200, 3600, 7200, 0},
		}}}},
		Technicians: []*calloutv1.Technician{{Id: "ann", Costs: &calloutv1.ShiftCosts{CostPerHourTravelled: 36}}},
	}
	for d := range 5 {
		p.Technicians[0].Shifts = append(p.Technicians[0].Shifts, &calloutv1.Shift{
			Id: fmt.Sprint("day-", d), StartLocationId: "home", EndLocationId: "home", EarliestStart: on(d, 8, 0), LatestEnd: on(d, 16, 0),
		})
	}
	for _, c := range []struct {
		id, at string
		day    int
	}{{"wednesday", "east", 2}, {"thursday", "west", 3}, {"friday", "east", 4}} {
		p.Jobs = append(p.Jobs, &calloutv1.Job{
			Id: c.id, LocationId: c.at, ServiceDuration: minutes(120),
			Windows: []*calloutv1.TimeWindow{{Start: on(c.day, 10, 0), End: on(c.day, 12, 0)}},
		})
	}
	for _, c := range []struct {
		id, at string
		cost   float64
	}{{"pump", "east", 600}, {"boiler", "west", 2000}} {
		p.Jobs = append(p.Jobs, &calloutv1.Job{
			Id: c.id, LocationId: c.at, ServiceDuration: minutes(90), Windows: []*calloutv1.TimeWindow{{Start: on(0, 0, 0), End: on(5, 0, 0)}},
			Prediction: &calloutv1.Prediction{FailureCost: c.cost, Risk: []*calloutv1.RiskPoint{
				{Time: on(0, 0, 0)}, {Time: on(7, 0, 0), Probability: 0.2},
			}},
		})
	}
	return p
}

// startOf is when a job's visit starts, in hours of the week; -1: it is left out.
func startOf(p *calloutv1.Plan, job string) float64 {
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if s.GetVisit().GetJobId() == job {
				return s.GetStart().AsTime().Sub(monday).Hours()
			}
		}
	}
	return -1
}

func termOf(p *calloutv1.Plan, term calloutv1.Term) float64 {
	for _, t := range p.GetCost().GetTerms() {
		if t.GetTerm() == term {
			return t.GetCost()
		}
	}
	return math.NaN()
}

// The pump is not worth a drive on Monday, 72 there and back, as on Wednesday somebody is there at nine anyway and the risk is only 34 more. The boiler's rises by 172 until Thursday, and so somebody drives there on Monday for it alone.
func TestPredictedWeek(t *testing.T) {
	r := start(t, server.Options{})
	d := openDay(t, r, &calloutv1.DayStart{Problem: annsWeek(), Settings: &calloutv1.DaySettings{Iterations: 400}})
	d.settle()
	plan := d.last.GetPlan()
	if pump, boiler := startOf(plan, "pump"), startOf(plan, "boiler"); pump != 2*24+9 && pump != 2*24+12 || boiler != 9 {
		t.Fatalf("the pump is seen to in hour %g, the boiler in hour %g", pump, boiler)
	}
	if pump := startOf(plan, "pump"); pump != 2*24+9 {
		t.Errorf("the pump is seen to in hour %g, though there is time before", pump)
	}
	// 57 and 9 of 168 hours of a fifth of 600 and 2000, in whole millionths a second: 198 and 661, the rest being for the end of the week.
	if got, want := termOf(plan, calloutv1.Term_TERM_RISK), 57*3600*198e-6+9*3600*661e-6; math.Abs(got-want) > 1e-9 {
		t.Errorf("the risk costs %g, want %g", got, want)
	}
	if got := termOf(plan, calloutv1.Term_TERM_TRAVEL); got != 4*72 {
		t.Errorf("the drives cost %g, want those of four days", got)
	}
	d.close()
}

// When something urgent leaves no time for the pump on Wednesday, it waits until Friday, which is no change that costs anything, and
// nobody is alerted. With a price of its own it is one.
func TestPredictedWorkMoves(t *testing.T) {
	for _, multiplier := range []*float64{nil, new(1.0)} {
		r := start(t, server.Options{})
		p := annsWeek()
		p.Jobs[3].ChangeMultiplier = multiplier
		d := openDay(t, r, &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{
			Iterations: 400, ChangePrices: &calloutv1.ChangePrices{PerReassignment: 3, PerMinuteMoved: 0.012, Tolerance: minutes(30)},
		}})
		d.settle()
		if got := startOf(d.last.GetPlan(), "pump"); got != 2*24+9 {
			t.Fatalf("the pump is seen to in hour %g", got)
		}
		urgent := added("e1", "leak", "east", on(0, 7, 30))
		job := urgent.GetJobAdded().GetJob()
		job.ServiceDuration, job.Windows = minutes(180), []*calloutv1.TimeWindow{{Start: on(2, 12, 0), End: on(2, 12, 30)}}
		if a := d.event(urgent); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v", a)
		}
		plan := d.last.GetPlan()
		if leak, pump := startOf(plan, "leak"), startOf(plan, "pump"); leak < 2*24+12 || pump != 4*24+9 {
			t.Errorf("the leak is seen to in hour %g, the pump in hour %g", leak, pump)
		}
		if len(d.last.GetAlerts()) > 0 {
			t.Errorf("alerts %v", d.last.GetAlerts())
		}
		if !slices.ContainsFunc(d.moved, func(c *calloutv1.PlanChange) bool { return c.GetJobId() == "pump" }) {
			t.Error("nobody was told that the pump moves")
		}
		// 48 hours, all but 30 minutes of them, at 0.012 a minute.
		want, count := 0.0, int32(0)
		if multiplier != nil {
			want, count = 34.2, 1
		}
		if got := termOf(plan, calloutv1.Term_TERM_PLAN_CHANGE); math.Abs(got-want) > 1e-6 || d.last.GetChanged() != count {
			t.Errorf("the change costs %g, and %d visits are changed; want %g and %d", got, d.last.GetChanged(), want, count)
		}
		d.close()
	}
}

// A job that falls out of the plan is an alert, unless it is predicted.
func TestPredictedWorkIsDropped(t *testing.T) {
	for _, predicted := range []bool{true, false} {
		p := annsWeek()
		pump := p.GetJobs()[3]
		pump.Windows[0].End, pump.Prediction.FailureCost = on(3, 0, 0), 300
		if !predicted {
			pump.Prediction, pump.UnassignedCost = nil, new(60.0)
		}
		r := start(t, server.Options{})
		d := openDay(t, r, &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 400}})
		d.settle()
		if got := startOf(d.last.GetPlan(), "pump"); got < 2*24 {
			t.Fatalf("the pump is seen to in hour %g", got)
		}
		urgent := added("e1", "leak", "east", on(0, 7, 30))
		job := urgent.GetJobAdded().GetJob()
		job.ServiceDuration, job.Windows = minutes(180), []*calloutv1.TimeWindow{{Start: on(2, 12, 0), End: on(2, 12, 30)}}
		d.event(urgent)
		if got := startOf(d.last.GetPlan(), "pump"); got >= 0 {
			t.Errorf("predicted %v: the pump is seen to in hour %g", predicted, got)
		}
		alerted := slices.ContainsFunc(d.last.GetAlerts(), func(a *calloutv1.Alert) bool { return a.GetJobId() == "pump" })
		if alerted == predicted {
			t.Errorf("predicted %v: alerts %v", predicted, d.last.GetAlerts())
		}
		d.close()
	}
}

// Predicted work gives way to a promise, however dear it is to leave it out.
func TestPredictedWorkIsAWayOut(t *testing.T) {
	p := annsWeek()
	customer, pump := p.GetJobs()[0], p.GetJobs()[3]
	customer.UnassignedCost = new(300.0)
	customer.Windows = append(customer.GetWindows(), &calloutv1.TimeWindow{
		Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, End: on(2, 10, 0), CostPerHourLate: new(0.1),
	})
	pump.Windows = []*calloutv1.TimeWindow{{Start: on(2, 9, 0), End: on(2, 9, 10)}, {Start: on(4, 9, 0), End: on(4, 9, 10)}}
	pump.Prediction.FailureCost = 5000
	r := start(t, server.Options{})
	d := openDay(t, r, &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 400, WaysOut: 10}})
	d.settle()
	seen := map[string]bool{}
	for _, a := range d.alerts {
		for _, w := range a.GetWays() {
			if w.GetOtherJobId() == "pump" {
				seen[w.GetKind().String()] = true
			}
		}
	}
	if len(seen) != 2 {
		t.Errorf("ways out %v of %v", seen, d.alerts)
	}
	d.close()
}

// A prediction that is changed, or comes with a new job, counts from then on, also at a server that goes on: what has become urgent is
// seen to on Monday, and what is new goes along with the boiler.
func TestPredictionsInASession(t *testing.T) {
	r := start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: annsWeek(), Settings: &calloutv1.DaySettings{
		Iterations: 400, ChangePrices: &calloutv1.ChangePrices{PerMinuteMoved: 0.012},
	}}
	d := openDay(t, r, first)
	d.settle()
	worse := proto.CloneOf(first.GetProblem().GetJobs()[3])
	worse.Prediction.FailureCost = 3000
	valve := added("e2", "valve", "west", on(0, 7, 20))
	valve.GetJobAdded().GetJob().Prediction = &calloutv1.Prediction{FailureCost: 600, Risk: worse.GetPrediction().GetRisk()}
	for _, e := range []*calloutv1.DayEvent{
		{Id: "e1", Now: on(0, 7, 10), What: &calloutv1.DayEvent_JobChanged{JobChanged: &calloutv1.JobChanged{Job: worse}}}, valve,
	} {
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v", a)
		}
	}
	look := func() {
		t.Helper()
		plan := d.last.GetPlan()
		pump, boiler, valve := startOf(plan, "pump"), startOf(plan, "boiler"), startOf(plan, "valve")
		if pump > 34 || boiler > 34 || math.Abs(valve-boiler) > 2 {
			t.Errorf("the pump is seen to in hour %g, the boiler in hour %g, the valve in hour %g", pump, boiler, valve)
		}
		if got := termOf(plan, calloutv1.Term_TERM_PLAN_CHANGE); got != 0 {
			t.Errorf("changes cost %g", got)
		}
	}
	look()
	was := d.last
	d.close()
	first.RunningPlan, first.State = was.GetPlan(), was.GetState()
	d = openDay(t, r, first)
	d.settle()
	look()
	if a, b := termOf(was.GetPlan(), calloutv1.Term_TERM_RISK), termOf(d.last.GetPlan(), calloutv1.Term_TERM_RISK); a != b {
		t.Errorf("the risk costs %g, and at the second server %g", a, b)
	}
	d.close()
}
