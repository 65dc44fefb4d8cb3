package server_test

import (
	"strings"
	"testing"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/rig"
)

// boards is a day with a hub that nobody may call at, and a boiler that waits for a board: by the cheap courier at eight, or by the dear one at any time.
func boards() *calloutv1.Problem {
	p := day(12, 3)
	p.Nodes = append(p.Nodes, &calloutv1.Node{
		Id: "hub", LocationId: "depot", Opening: []*calloutv1.OpeningInterval{{Start: at(1, 0), End: at(2, 0)}},
		Stock: []*calloutv1.NodeStock{{Sku: "board", Quantity: 5}},
		Lanes: []*calloutv1.Lane{
			{Id: "morning", Timetable: []*calloutv1.LaneDeparture{{CutOff: at(8, 0), Arrival: at(8, 45)}}, CostPerShipment: 5},
			{Id: "express", LeadTime: minutes(40), CostPerShipment: 50},
		},
	})
	p.Inbound = []*calloutv1.InboundSupply{{Id: "boards", NodeId: "hub", Sku: "board", Quantity: 3, Arrival: at(11, 0)}}
	p.Jobs = append(p.Jobs, &calloutv1.Job{
		Id: "boiler", LocationId: "job-003", ServiceDuration: minutes(30), Priority: 90,
		Parts: []*calloutv1.PartRequirement{{Sku: "board", Quantity: 1}},
		Windows: []*calloutv1.TimeWindow{{
			Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, Start: at(8, 0), End: at(10, 30), CostPerHourLate: new(80.0),
		}},
	})
	return p
}

// courierOf is how the board comes to the boiler in a plan.
func courierOf(p *calloutv1.Plan) (lane string, start time.Time) {
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if s.GetVisit().GetJobId() == "boiler" {
				for _, q := range s.GetVisit().GetParts() {
					if len(q.GetLegs()) > 0 {
						return q.GetLegs()[0].GetLaneId(), s.GetStart().AsTime()
					}
				}
				return "", s.GetStart().AsTime()
			}
		}
	}
	return "", time.Time{}
}

// A courier that is late makes its job late; the ways out are that it comes sooner, or that the part comes from elsewhere, and then it does. What the
// first one brings is lost.
func TestACourierIsLate(t *testing.T) {
	r := start(t, server.Options{})
	d := openDay(t, r, &calloutv1.DayStart{Problem: boards(), Settings: &calloutv1.DaySettings{Iterations: 200}})
	d.settle()
	if lane, _ := courierOf(d.last.GetPlan()); lane != "morning" {
		t.Fatalf("the board comes by %q", lane)
	}
	send := func(e *calloutv1.DayEvent) {
		t.Helper()
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v", a)
		}
	}
	send(&calloutv1.DayEvent{Id: "1", Now: at(8, 1), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	if s := d.last.GetState().GetShipments(); len(s) != 1 || s[0].GetJobId() != "boiler" || s[0].GetId() != "" {
		t.Fatalf("under way: %v", s)
	}
	late := &calloutv1.SupplyDelayed{JobId: "boiler", Sku: "board", Until: at(14, 0)}
	send(&calloutv1.DayEvent{Id: "2", Now: at(8, 2), What: &calloutv1.DayEvent_SupplyDelayed{SupplyDelayed: late}})
	if _, start := courierOf(d.last.GetPlan()); start.Before(at(14, 0).AsTime()) {
		t.Fatalf("it begins at %v", start)
	}
	ways := map[calloutv1.WayKind]*calloutv1.WayOut{}
	for _, a := range d.alerts {
		if a.GetJobId() == "boiler" {
			for _, w := range a.GetWays() {
				ways[w.GetKind()] = w
			}
		}
	}
	for _, kind := range []calloutv1.WayKind{calloutv1.WayKind_WAY_KIND_EXPEDITE_PART, calloutv1.WayKind_WAY_KIND_ANOTHER_SOURCE} {
		if w := ways[kind]; w == nil || w.GetSlack().AsDuration() < 0 || w.GetExtra().GetTotal() > -100 {
			t.Errorf("%v: %v", kind, w)
		}
	}
	send(&calloutv1.DayEvent{Id: "3", Now: at(8, 3), What: &calloutv1.DayEvent_SupplyDelayed{
		SupplyDelayed: &calloutv1.SupplyDelayed{JobId: "boiler", Lost: true},
	}})
	if lane, start := courierOf(d.last.GetPlan()); lane != "express" || start.After(at(10, 30).AsTime()) {
		t.Errorf("the board comes by %q, and work begins at %v", lane, start)
	}
	send(&calloutv1.DayEvent{Id: "4", Now: at(8, 4), What: &calloutv1.DayEvent_SupplyDelayed{
		SupplyDelayed: &calloutv1.SupplyDelayed{InboundId: "boards", Until: at(12, 0)},
	}})
	for i, x := range []struct {
		e    *calloutv1.SupplyDelayed
		want string
	}{
		{&calloutv1.SupplyDelayed{Until: at(9, 0)}, "event.supply_delayed.inbound_id CONFLICT"},
		{&calloutv1.SupplyDelayed{InboundId: "boards", JobId: "boiler", Until: at(9, 0)}, "event.supply_delayed.inbound_id CONFLICT"},
		{&calloutv1.SupplyDelayed{InboundId: "boards"}, "event.supply_delayed.until REQUIRED"},
		{&calloutv1.SupplyDelayed{InboundId: "boards", Lost: true, Until: at(9, 0)}, "event.supply_delayed.until CONFLICT"},
		{&calloutv1.SupplyDelayed{InboundId: "boards", Sku: "board", Until: at(9, 0)}, "event.supply_delayed.sku CONFLICT"},
		{&calloutv1.SupplyDelayed{JobId: "boiler", Sku: "none", Until: at(9, 0)}, "event.supply_delayed.sku UNKNOWN_ID"},
		{&calloutv1.SupplyDelayed{InboundId: "boards", Until: at(7, 0)}, "until CONTRADICTION"},
		{&calloutv1.SupplyDelayed{InboundId: "none", Until: at(9, 0)}, "inbound_id UNKNOWN_ID"},
		{&calloutv1.SupplyDelayed{JobId: "none", Until: at(9, 0)}, "job_id UNKNOWN_ID"},
		{&calloutv1.SupplyDelayed{JobId: "job-001", Until: at(9, 0)}, "job_id CONTRADICTION"},
	} {
		a := d.event(&calloutv1.DayEvent{
			Id: "bad" + string(rune('a'+i)), Now: at(8, 5), What: &calloutv1.DayEvent_SupplyDelayed{SupplyDelayed: x.e},
		})
		if len(a.GetFaults()) == 0 || a.GetFaults()[0].GetField()+" "+a.GetFaults()[0].GetCode() != x.want {
			t.Errorf("%v: %v, want %s", x.e, a, x.want)
		}
	}
	d.close()
}

// A courier to a job that is cancelled comes in vain: an alert says so, at another server too, until it is there.
func TestACourierComesInVain(t *testing.T) {
	r := start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: boards(), Settings: &calloutv1.DaySettings{Iterations: 200}}
	d := openDay(t, r, first)
	d.settle()
	strays := func() (out []string) {
		for _, a := range d.alerts {
			if a.GetKind() == calloutv1.AlertKind_ALERT_KIND_PART_STRAY {
				out = append(out, a.GetMessage())
			}
		}
		return out
	}
	d.event(&calloutv1.DayEvent{Id: "1", Now: at(8, 10), What: &calloutv1.DayEvent_JobCancelled{
		JobCancelled: &calloutv1.JobCancelled{JobId: "boiler"},
	}})
	if s := strays(); len(s) != 1 || !strings.Contains(s[0], "1 of board to job-003 at 2026-03-02T08:45") {
		t.Fatalf("%q", s)
	}
	d.close()
	d = openDay(t, r, rig.Continued(first, d.last))
	d.settle()
	if s := strays(); len(s) != 1 {
		t.Errorf("elsewhere: %q", s)
	}
	d.event(&calloutv1.DayEvent{Id: "2", Now: at(8, 50), What: &calloutv1.DayEvent_TimePassed{TimePassed: &calloutv1.TimePassed{}}})
	if s := strays(); len(s) > 0 || len(d.last.GetState().GetShipments()) > 0 {
		t.Errorf("for ever: %q, %v", s, d.last.GetState().GetShipments())
	}
	d.close()
}

// A job that falls out because its part is nowhere any more says which, and where the nearest are.
func TestAShortageOfTheDay(t *testing.T) {
	p := boards()
	p.GetTechnicians()[0].Skills = append(p.GetTechnicians()[0].Skills, &calloutv1.TechnicianSkill{Skill: "boards", Level: 1})
	boiler := p.GetJobs()[len(p.GetJobs())-1]
	boiler.Skills = &calloutv1.SkillRequirements{AllOf: []*calloutv1.SkillRequirement{{Skill: "boards"}}}
	p.GetNodes()[1].Reservations = []*calloutv1.Reservation{{Sku: "board", Quantity: 1, JobId: "boiler"}}
	d := openDay(t, start(t, server.Options{}), &calloutv1.DayStart{Problem: p, Settings: &calloutv1.DaySettings{Iterations: 200}})
	d.settle()
	lost := &calloutv1.SupplyDelayed{InboundId: "boards", Lost: true}
	none := &calloutv1.StockChanged{NodeId: "hub", Sku: "board", Quantity: 1}
	d.event(&calloutv1.DayEvent{Id: "1", Now: at(7, 10), What: &calloutv1.DayEvent_SupplyDelayed{SupplyDelayed: lost}})
	d.event(&calloutv1.DayEvent{Id: "2", Now: at(7, 11), What: &calloutv1.DayEvent_StockChanged{StockChanged: none}})
	if lane, _ := courierOf(d.last.GetPlan()); lane != "morning" {
		t.Fatalf("the one that is left is the boiler's: %q", lane)
	}
	none.Quantity = 0
	d.event(&calloutv1.DayEvent{Id: "3", Now: at(7, 12), What: &calloutv1.DayEvent_StockChanged{StockChanged: none}})
	for _, a := range d.alerts {
		if a.GetJobId() != "boiler" {
			continue
		}
		if s := a.GetPartShortages(); a.GetKind() != calloutv1.AlertKind_ALERT_KIND_LEFT_OUT || len(s) != 1 || s[0].GetSku() != "board" ||
			s[0].GetQuantity() != 1 || s[0].GetNearestNodeId() != "" {
			t.Errorf("%v", a)
		}
		d.close()
		return
	}
	t.Errorf("%v", d.alerts)
}
