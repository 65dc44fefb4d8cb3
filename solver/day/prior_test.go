package day_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callout/solver/day"
	"callout/solver/model"
)

// changed is what the order costs of the sequences that are ahead, when nothing has been planned anew.
func changed(d *day.Day) (sum model.Cost) {
	p := d.Problem()
	for _, r := range d.Ahead().Routes {
		before := model.NoJob
		for _, st := range r.Stops {
			if k := p.Jobs[st.Job].Kept; k != nil && k.Tech == p.Shifts[r.Shift].Tech && k.Before != before {
				sum += k.Resequence
			}
			before = st.Job
		}
	}
	return sum
}

// Who has which visit before him, from event to event: the one that the plan had, its shift's anchor once that is a fact, and of one that was
// cancelled the one before.
func TestWhoIsBefore(t *testing.T) {
	for name, c := range map[string]struct {
		events []day.Event
		want   [3]model.JobIdx // of job1 to job3, in the problem as of now; -2: none is kept
	}{
		"nothing has begun":       {[]day.Event{{Kind: day.TimePassed}}, [3]model.JobIdx{-1, 2, 3}},
		"the first is left for":   {[]day.Event{{Kind: day.TimePassed, Now: 1}}, [3]model.JobIdx{-2, 0, 3}},
		"and that is no news":     {[]day.Event{{Kind: day.TimePassed, Now: 1}, {Kind: day.TimePassed, Now: 2}}, [3]model.JobIdx{-2, 0, 3}},
		"two are left for":        {[]day.Event{{Kind: day.TimePassed, Now: 5000}}, [3]model.JobIdx{-2, -2, 0}},
		"the first is cancelled":  {[]day.Event{{Kind: day.JobCancelled, JobID: "job1"}}, [3]model.JobIdx{-2, -1, 3}},
		"the second is cancelled": {[]day.Event{{Kind: day.JobCancelled, JobID: "job2"}}, [3]model.JobIdx{-1, -2, 2}},
		"both, one after the other": {
			[]day.Event{{Kind: day.JobCancelled, JobID: "job2"}, {Kind: day.JobCancelled, JobID: "job1"}}, [3]model.JobIdx{-2, -2, -1},
		},
		"cancelled behind a fact": {[]day.Event{{Kind: day.JobCancelled, JobID: "job2", Now: 100}}, [3]model.JobIdx{-2, -2, 0}},
		"cancelled on the way there": {
			[]day.Event{{Kind: day.TimePassed, Now: 100}, {Kind: day.JobCancelled, JobID: "job1", Now: 300}}, [3]model.JobIdx{-2, 0, 3},
		},
	} {
		t.Run(name, func(t *testing.T) {
			d := begun(t, day.Config{Resequence: 5})
			for n, e := range c.events {
				e.ID = fmt.Sprint(n)
				apply(t, d, e, day.Applied, "")
				if got := changed(d); got != 0 {
					t.Errorf("event %d: whoever changes nothing pays %d", n, got)
				}
				// The plan is followed as it is, with times.
				d.Follow(timed(d))
			}
			for j, want := range c.want {
				got := model.JobIdx(-2)
				if at, known := d.Job(fmt.Sprint("job", j+1)); known && d.Problem().Jobs[at].Kept != nil {
					got = d.Problem().Jobs[at].Kept.Before
				}
				if got != want {
					t.Errorf("before job%d is %d, want %d", j+1, got, want)
				}
			}
		})
	}
}

// timed is the plan that is ahead, each stop an hour and ten minutes after the one before.
func timed(d *day.Day) *model.Plan {
	plan := d.Ahead()
	for k := range plan.Routes {
		r := &plan.Routes[k]
		at := d.Problem().Shifts[k].Earliest
		r.Depart = at
		for i := range r.Stops {
			st := &r.Stops[i]
			if d.Anchor(st.Job) {
				st.Arrival, st.Start, st.End = at, at, at
				continue
			}
			st.Arrival, st.Start, st.End = at+600, at+600, at+4200
			at = st.End
		}
		r.Finish = at + 1800
	}
	return plan
}

// With a frozen horizon a visit that is held is an anchor, and is none any more when it is not.
func TestFrozenVisitsAreBefore(t *testing.T) {
	d := begun(t, day.Config{Resequence: 5, Frozen: 3000})
	for n, now := range []model.Time{0, 100, 1500, 4300, 6000} {
		apply(t, d, day.Event{ID: fmt.Sprint(n), Now: now, Kind: day.TimePassed}, day.Applied, "")
		if got := changed(d); got != 0 {
			t.Errorf("at %d: whoever changes nothing pays %d", now, got)
		}
	}
	apply(t, d, day.Event{ID: "over", Now: 6100, Kind: day.VisitRunsOver, JobID: "job2", At: 9000}, day.Applied, "")
	if got := changed(d); got != 0 {
		t.Errorf("who runs over makes the order cost %d", got)
	}
}

// Once the row of a cancelled job is free, the one before it still stands before what was behind it.
func TestWhoWasBeforeACancelledJob(t *testing.T) {
	d := begun(t, day.Config{Resequence: 5})
	apply(t, d, day.Event{ID: "1", Kind: day.JobCancelled, JobID: "job2"}, day.Applied, "")
	d.Changes()
	first, _ := d.Job("job1")
	third, _ := d.Job("job3")
	if kept := d.Clone().Problem().Jobs[third].Kept; kept == nil || kept.Before != first {
		t.Errorf("before job3 is %+v, want %d", kept, first)
	}
}

// Changes are reckoned from the running plan that a day begins with, too, and of visits that were frozen and are not any more.
func TestWhatIsKept(t *testing.T) {
	cfg := day.Config{Reassign: 7, Moved: 2, Resequence: 5, Slack: 60, Frozen: 2 * 3600}
	kept := func(d *day.Day) (out []model.Kept) {
		for j := range 3 {
			at, _ := d.Job(fmt.Sprint("job", j+1))
			if k := d.Problem().Jobs[at].Kept; k != nil && d.Open(at) {
				out = append(out, *k)
			}
		}
		return out
	}
	want := func(n int, before model.JobIdx) model.Kept {
		return model.Kept{Tech: 0, Start: model.Time(600 + 4200*n), Slack: 60, Reassign: 7, Moved: 2, Resequence: 5, Before: before}
	}
	d := begun(t, cfg) // two are frozen
	if diff := cmp.Diff([]model.Kept{want(2, 0)}, kept(d)); diff != "" {
		t.Errorf("at the start: %s", diff)
	}
	apply(t, d, day.Event{ID: "sick", Kind: day.TechnicianSick, TechID: "tech1"}, day.Applied, "")
	if diff := cmp.Diff([]model.Kept{want(0, model.NoJob), want(1, 2), want(2, 3)}, kept(d)); diff != "" {
		t.Errorf("those that were frozen: %s", diff)
	}
	d = begun(t, day.Config{Reassign: 7, Moved: 2, Resequence: 5, Slack: 60})
	apply(t, d, day.Event{ID: "1", Now: 4300}, day.Applied, "")
	apply(t, d, day.Event{ID: "2", Now: 4350, Kind: day.VisitRunsOver, JobID: "job1", At: 6000}, day.Applied, "")
	if diff := cmp.Diff([]model.Kept{want(1, 0), want(2, 3)}, kept(d)); diff != "" {
		t.Errorf("who was thought to be on the way: %s", diff)
	}
	d, err := day.New(small(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	stops := []model.Stop{{Job: 0, Start: model.NoTime}, {Job: 1, Start: model.NoTime}}
	d.Begin(&model.Plan{Routes: []model.Route{{Depart: model.NoTime, Stops: stops}, {Shift: 1}}}, nil)
	untimed := []model.Kept{{Reassign: 7, Resequence: 5, Before: model.NoJob}, {Reassign: 7, Resequence: 5, Before: 2}}
	if diff := cmp.Diff(untimed, kept(d)); diff != "" {
		t.Errorf("of a plan without times: %s", diff)
	}
}
