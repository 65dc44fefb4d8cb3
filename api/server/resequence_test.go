package server_test

import (
	"math"
	"slices"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// annsDay has four places behind each other, ten minutes apart: home, a, b and c, and d between a and b, from and to which it is a minute
// farther for whoever comes from c. Ann does a half-hour job at a, b and c each, in this order, as a and b are only there until half past
// eight and nine. Only driving has a price, 36 an hour.
func annsDay() *calloutv1.Problem {
	p := &calloutv1.Problem{
		CurrencyCode: "EUR", Now: at(7, 0),
		Objective: &calloutv1.Objective{BalanceCost: new(0.0)},
		Locations: []*calloutv1.Location{{Id: "home"}, {Id: "a"}, {Id: "b"}, {Id: "c"}, {Id: "d"}},
		Profiles: []*calloutv1.TravelProfile{{Id: "van", Travel: &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{
			LocationIds: []string{"home", "a", "b", "c", "d"}, Durations: []int32{
				0, 600, 1200, 1800, 900,
				600, 0, 600, 1200, 300,
				1200, 600, 0, 600, 300,
				1800, 1200, 600, 0, 960,
				900, 300, 300, 960, 0,
			},
		}}}},
		Technicians: []*calloutv1.Technician{{Id: "ann", Costs: &calloutv1.ShiftCosts{CostPerHourTravelled: 36}, Shifts: []*calloutv1.Shift{{
			Id: "day", StartLocationId: "home", EndLocationId: "home", EarliestStart: at(8, 0), LatestEnd: at(16, 0),
		}}}},
	}
	for _, id := range []string{"a", "b", "c"} {
		p.Jobs = append(p.Jobs, &calloutv1.Job{Id: id, LocationId: id, ServiceDuration: minutes(30)})
	}
	p.Jobs[0].Windows = []*calloutv1.TimeWindow{{End: at(8, 30)}}
	p.Jobs[1].Windows = []*calloutv1.TimeWindow{{End: at(9, 30)}}
	return p
}

// sequence is the order of the visits of the only route.
func sequence(p *calloutv1.Plan) (out []string) {
	for _, s := range p.GetRoutes()[0].GetStops() {
		out = append(out, s.GetVisit().GetJobId())
	}
	return out
}

// A new job at d is on the way from a to b. Where another visit before b costs more than the minute, it waits for the way back; where it has
// to be early, it is on the way, and b pays; and a job that may change for nothing makes no difference.
func TestPriceOfAnotherOrder(t *testing.T) {
	for name, c := range map[string]struct {
		price      float64
		multiplier *float64 // of b
		early      bool
		want       []string
		cost       float64
		changed    int32
	}{
		"no price":              {0, nil, false, []string{"a", "d", "b", "c"}, 0, 0},
		"a price":               {5, nil, false, []string{"a", "b", "c", "d"}, 0, 0},
		"a low price":           {0.5, nil, false, []string{"a", "d", "b", "c"}, 0.5, 1},
		"no choice":             {5, nil, true, []string{"a", "d", "b", "c"}, 5, 1},
		"the customer knows":    {0.5, new(3.0), false, []string{"a", "b", "c", "d"}, 0, 0},
		"b may change freely":   {5, new(0.0), false, []string{"a", "d", "b", "c"}, 0, 0},
		"no choice, but dearer": {5, new(2.0), true, []string{"a", "d", "b", "c"}, 10, 1},
	} {
		t.Run(name, func(t *testing.T) {
			for _, byHandle := range []bool{false, true} {
				r := start(t, server.Options{})
				first := &calloutv1.DayStart{Problem: annsDay(), Settings: &calloutv1.DaySettings{
					Iterations: 200, ChangePrices: &calloutv1.ChangePrices{PerResequencing: c.price, Tolerance: minutes(600)},
				}}
				first.Problem.Jobs[1].ChangeMultiplier = c.multiplier
				if byHandle {
					put, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: first.GetProblem()})
					if err != nil {
						t.Fatal(err)
					}
					first.Problem, first.ProblemHandle = nil, put.GetHandle()
				}
				d := openDay(t, r, first)
				d.settle()
				if got := sequence(d.last.GetPlan()); !slices.Equal(got, []string{"a", "b", "c"}) {
					t.Fatalf("the first plan is %v", got)
				}
				e := added("e1", "d", "d", at(7, 30))
				if c.early {
					e.GetJobAdded().GetJob().Windows = []*calloutv1.TimeWindow{{End: at(8, 50)}}
				}
				d.event(e)
				plan := d.last.GetPlan()
				if got := sequence(plan); !slices.Equal(got, c.want) {
					t.Errorf("by handle %v: the plan is %v, want %v", byHandle, got, c.want)
				}
				if got := termOf(plan, calloutv1.Term_TERM_PLAN_CHANGE); math.Abs(got-c.cost) > 1e-9 || d.last.GetChanged() != c.changed {
					t.Errorf("by handle %v: changes cost %g, and are %d; want %g and %d", byHandle, got, d.last.GetChanged(), c.cost, c.changed)
				}
				d.close()
			}
		})
	}
}

// What has happened since is no other order: when the visit before is behind, cancelled, or the shift begins, nobody pays.
func TestNoPriceForTheSameOrder(t *testing.T) {
	r := start(t, server.Options{})
	d := openDay(t, r, &calloutv1.DayStart{Problem: annsDay(), Settings: &calloutv1.DaySettings{
		Iterations: 50, ChangePrices: &calloutv1.ChangePrices{PerResequencing: 5, Tolerance: minutes(600)},
	}})
	d.settle()
	for _, e := range []*calloutv1.DayEvent{
		{Id: "e1", Now: at(7, 30), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}},
		{Id: "e2", Now: at(8, 5), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}},
		{Id: "e3", Now: at(8, 20), What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: "b"}}},
		{Id: "e4", Now: at(9, 30), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}},
	} {
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v", a)
		}
		if got := termOf(d.last.GetPlan(), calloutv1.Term_TERM_PLAN_CHANGE); got != 0 || d.last.GetChanged() != 0 {
			t.Errorf("%s: changes cost %g, and are %d", e.GetId(), got, d.last.GetChanged())
		}
	}
	d.close()
}
