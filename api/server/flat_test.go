package server_test

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/rig"
)

// What a session says of itself grows with the day, not with the events: jobs that came and went, and jobs that changed again and again, leave no more
// behind than the first of them, and a second server makes the same of it.
func TestAStateDoesNotGrowWithTheEvents(t *testing.T) {
	first := &calloutv1.DayStart{Problem: day(12, 3), Settings: &calloutv1.DaySettings{Iterations: 1, WaysOut: -1}}
	d := openDay(t, start(t, server.Options{}), first)
	d.settle()
	now := at(8, 0).AsTime()
	n := 0
	next := func(e *calloutv1.DayEvent) {
		t.Helper()
		n++
		now = now.Add(time.Second)
		e.Id, e.Now = fmt.Sprintf("e%06d", n), timestamppb.New(now)
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("event %d: %v", n, a)
		}
	}
	far := first.GetProblem().GetLocations()
	round := func() {
		t.Helper()
		next(added("", "guest", "job-003", nil))
		guest := &calloutv1.Job{Id: "guest", LocationId: "job-004", ServiceDuration: minutes(20), Priority: 80}
		next(&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobChanged{JobChanged: &calloutv1.JobChanged{Job: guest}}})
		for _, j := range []*calloutv1.Job{guest, first.GetProblem().GetJobs()[11]} {
			late := &calloutv1.PartDelayed{JobId: j.GetId(), Until: at(16, n%50)}
			next(&calloutv1.DayEvent{What: &calloutv1.DayEvent_PartDelayed{PartDelayed: late}})
		}
		next(&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobChanged{JobChanged: &calloutv1.JobChanged{Job: first.GetProblem().GetJobs()[11]}}})
		next(&calloutv1.DayEvent{What: &calloutv1.DayEvent_TravelChanged{TravelChanged: &calloutv1.TravelChanged{Cells: []*calloutv1.TravelCell{
			{FromLocationId: far[1].GetId(), ToLocationId: far[2].GetId(), Duration: int32(300 + n)},
		}}}})
		next(&calloutv1.DayEvent{What: &calloutv1.DayEvent_JobCancelled{JobCancelled: &calloutv1.JobCancelled{JobId: "guest"}}})
	}
	size := func() (int, int) {
		state := proto.CloneOf(d.last.GetState())
		state.EventIds = nil // no more than a thousand
		return proto.Size(state), len(state.GetEvents())
	}
	for range 3 {
		round()
	}
	bytes, events := size()
	plan := proto.Size(d.last.GetPlan())
	for range 40 {
		round()
	}
	const numbers = 20 // as varints
	if b, e := size(); b > bytes+numbers || e != events {
		t.Errorf("the state has %d bytes and %d events, %d and %d before: %v", b, e, bytes, events, d.last.GetState())
	}
	if got := proto.Size(d.last.GetPlan()); got > plan+plan/4 {
		t.Errorf("the plan has %d bytes, %d before", got, plan)
	}
	if _, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits()); err != nil {
		t.Error(err)
	}
	last := added("e000001", "guest", "job-003", timestamppb.New(now))
	if a := d.event(last); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_SEEN {
		t.Errorf("%v", a)
	}
	d.close()
}

// A job may go to a place that came behind it, and places stay when the jobs that brought them go: the state says it in an order that can be followed.
func TestAStateNamesPlacesInOrder(t *testing.T) {
	problem := day(12, 3)
	first := &calloutv1.DayStart{Problem: problem, Settings: &calloutv1.DaySettings{Iterations: 1, WaysOut: -1}}
	d := openDay(t, start(t, server.Options{}), first)
	d.settle()
	change := func(id string, j *calloutv1.Job) *calloutv1.DayEvent {
		return &calloutv1.DayEvent{Id: id, Now: at(8, 5), What: &calloutv1.DayEvent_JobChanged{JobChanged: &calloutv1.JobChanged{Job: j}}}
	}
	cancel := func(id, job string) *calloutv1.DayEvent {
		gone := &calloutv1.JobCancelled{JobId: job}
		return &calloutv1.DayEvent{Id: id, Now: at(8, 5), What: &calloutv1.DayEvent_JobCancelled{JobCancelled: gone}}
	}
	place := added("3", "bringer", "lake", at(8, 5))
	depot := problem.GetLocations()[0].GetPosition()
	place.GetJobAdded().Location = &calloutv1.NewLocation{Location: &calloutv1.Location{
		Id: "lake", Position: &calloutv1.LatLng{Latitude: depot.GetLatitude() + 0.01, Longitude: depot.GetLongitude()},
	}}
	moved := &calloutv1.Job{Id: "guest", LocationId: "lake", ServiceDuration: minutes(20), Priority: 80}
	old := proto.CloneOf(problem.GetJobs()[11])
	old.LocationId = "lake"
	for _, e := range []*calloutv1.DayEvent{
		added("1", "guest", "depot", at(8, 5)), change("2", problem.GetJobs()[11]), place, change("4", moved), change("5", old),
		change("6", &calloutv1.Job{Id: "bringer", LocationId: "depot", Priority: 50}), cancel("7", "bringer"),
		added("8", "bringer", "lake", at(8, 5)),
	} {
		if a := d.event(e); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			t.Fatalf("%v: %v", e, a)
		}
		if _, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits()); err != nil {
			t.Fatalf("after event %s: %v", e.GetId(), err)
		}
	}
	next, err := rig.Resume(t.Context(), first, d.last, wire.DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	lake, _ := next.Location("lake")
	for _, id := range []string{"guest", "bringer", old.GetId()} {
		if j, known := next.Job(id); !known || next.Known().Jobs[j].Location != lake {
			t.Errorf("%s is not at the lake: %v", id, known)
		}
	}
	d.close()
}

// Names of skills that nobody has, one behind the other, do not fill a session for ever, and those of refused events leave nothing.
func TestNamesAreBounded(t *testing.T) {
	d := openDay(t, start(t, server.Options{}), &calloutv1.DayStart{
		Problem: day(4, 2), Settings: &calloutv1.DaySettings{Iterations: 1, WaysOut: -1},
	})
	d.settle()
	refused := false
	for n := range 100 {
		e := added(fmt.Sprint("e", n), fmt.Sprint("job ", n), "depot", at(8, 0))
		job := e.GetJobAdded().GetJob()
		job.Skills = new(calloutv1.SkillRequirements)
		for k := range 400 {
			job.Skills.AllOf = append(job.Skills.AllOf, &calloutv1.SkillRequirement{Skill: fmt.Sprintf("skill %d of %d", k, n)})
		}
		a := d.event(e)
		if a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			continue
		}
		if a.GetFaults()[0].GetCode() != wire.TooMany || n < 40 {
			t.Fatalf("event %d: %v", n, a)
		}
		refused = true
		break
	}
	if !refused {
		t.Error("all were taken")
	}
	if a := d.event(added("plain", "plain", "depot", at(8, 0))); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
		t.Errorf("%v", a)
	}
	d.close()
}
