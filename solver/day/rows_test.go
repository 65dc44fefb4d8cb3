package day_test

import (
	"fmt"
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// A day does not grow with the jobs that came and were cancelled: their rows, and the names of those that the day did not begin with, go to others.
func TestRowsComeBack(t *testing.T) {
	d := begun(t, day.Config{})
	d.Changes()
	rows, jobs := len(d.Problem().Jobs), d.Jobs()
	id := 0
	event := func(e day.Event, want day.Verdict, code string) {
		t.Helper()
		id++
		e.ID, e.Now = fmt.Sprint(id), 1
		apply(t, d, e, want, code)
	}
	for n := range 2 * rows {
		event(day.Event{Kind: day.JobAdded, Job: &model.Job{ID: "new", Location: 1, Unassigned: 1}, Multiplier: 1000}, day.Applied, "")
		j, known := d.Job("new")
		if !known || !d.Open(j) || d.Problem().Jobs[j].ID != "new" || d.Jobs() != jobs+1 {
			t.Fatalf("round %d: job %d, %v, of %d", n, j, known, d.Jobs())
		}
		event(day.Event{Kind: day.JobCancelled, JobID: "new"}, day.Applied, "")
		if _, known := d.Job("new"); known || d.Open(j) || d.Jobs() != jobs {
			t.Fatalf("round %d: it is still there, of %d", n, d.Jobs())
		}
		event(day.Event{Kind: day.JobCancelled, JobID: "new"}, day.Refused, day.CodeUnknown)
		if c := d.Changes(); c.All {
			t.Fatalf("round %d: all is made anew", n)
		}
	}
	if got := len(d.Problem().Jobs); got != rows {
		t.Errorf("%d rows, %d before", got, rows)
	}
	// Rows of jobs that the day began with too, but not their names.
	event(day.Event{Kind: day.JobCancelled, JobID: "job3"}, day.Applied, "")
	event(day.Event{Kind: day.JobCancelled, JobID: "job3"}, day.Refused, day.CodeContradicts)
	event(day.Event{Kind: day.JobAdded, Job: &model.Job{ID: "job3", Location: 1}}, day.Refused, day.CodeDuplicate)
	if d.Jobs() != jobs-1 {
		t.Errorf("%d jobs, want %d", d.Jobs(), jobs-1)
	}
}

// Until the changes are told the row of a cancelled job is nobody else's: whoever compares plans takes the new one for it.
func TestRowsWaitForTheChanges(t *testing.T) {
	d := begun(t, day.Config{})
	was, _ := d.Job("job3")
	apply(t, d, day.Event{ID: "1", Kind: day.JobCancelled, JobID: "job3"}, day.Applied, "")
	add := func(id string) model.JobIdx {
		apply(t, d, day.Event{ID: id, Kind: day.JobAdded, Job: &model.Job{ID: id, Location: 1}}, day.Applied, "")
		j, _ := d.Job(id)
		return j
	}
	if now := add("before"); now == was {
		t.Error("the row was taken before anybody knew")
	}
	with := d.Clone()
	d.Changes()
	if now := add("after"); now != was {
		t.Errorf("row %d, want %d", now, was)
	}
	with.Changes()
	apply(t, with, day.Event{ID: "clone", Kind: day.JobAdded, Job: &model.Job{ID: "clone", Location: 2}}, day.Applied, "")
	if j, _ := with.Job("clone"); j != was || d.Problem().Jobs[was].ID != "after" {
		t.Errorf("the clone has it in row %d, and the day %q", j, d.Problem().Jobs[was].ID)
	}
}
