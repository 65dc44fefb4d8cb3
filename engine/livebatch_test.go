package engine_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// Events that wait for each other are taken in as if each had come alone: every one finds a plan with times.
func TestEventsThatWaitAreTakenInOneByOne(t *testing.T) {
	seeds, batches := uint64(60), 8
	if testing.Short() {
		seeds = 20
	}
	applied := 0
	for seed := range seeds {
		c := randomDay(t, seed)
		k := &keeper{t: t, note: fmt.Sprint("seed ", seed)}
		look := func(r *engine.Revision) {
			t.Helper()
			if err := check.Plan(r.Day.Problem(), r.Plan).Err(); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
			k.told(r)
			once := map[model.JobIdx]bool{}
			for k := range r.Whole.Routes {
				for i := range r.Whole.Routes[k].Stops {
					st := &r.Whole.Routes[k].Stops[i]
					if st.Kind != model.Visit {
						continue
					}
					if r.Day.Known().Jobs[st.Job].ID == "" || once[st.Job] {
						t.Fatalf("seed %d: shift %d visits job %d, which is no job, or for the second time", seed, k, st.Job)
					}
					once[st.Job] = true
				}
			}
			r.Day.Pins(func(j model.JobIdx, pin day.Pin) {
				if pin.Scope >= day.ByStart && pin.Start > model.MaxTime {
					t.Fatalf("seed %d: job %d is pinned to %d", seed, j, pin.Start)
				}
			})
		}
		events := make(chan engine.LiveEvent, 64)
		n, left := 0, batches
		err := engine.RunLive(t.Context(), c.d, engine.LiveSettings{Seed: seed, Iterations: 20}, events, func(o *engine.LiveOut) error {
			for _, a := range o.Answers {
				if a.Verdict == day.Applied {
					applied++
				}
				c.now = c.d.Now()
			}
			if o.Revision != nil {
				look(o.Revision)
			}
			if o.Revision != nil && o.Revision.Kind != engine.RevisionQuiet || len(events) > 0 {
				return nil
			}
			if left--; left < 0 {
				close(events)
				return nil
			}
			for range 12 {
				n++
				id := fmt.Sprint("batch", n)
				events <- engine.LiveEvent{ID: id, Arrived: time.Now(), Read: func(*day.Day) (*day.Event, []day.Refusal) {
					e := c.event()
					e.ID = id
					return e, nil
				}}
			}
			return nil
		})
		if err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
	if applied < int(seeds)*batches {
		t.Errorf("%d events applied", applied)
	}
}

// What waits behind an event is read against the plan that has it: times that held before it say nothing of who has left for what.
func TestWaitingEventsAreReadAgainstThePlanThen(t *testing.T) {
	type visit = model.Stop
	name := func(d *day.Day, v visit) string { return d.Known().Jobs[v.Job].ID }
	for what, batch := range map[string]func(d *day.Day, tech string, v []visit) []day.Event{
		"started, after he was late": func(d *day.Day, tech string, v []visit) []day.Event {
			return []day.Event{
				{Now: 0, Kind: day.TechnicianLate, TechID: tech, Delay: v[2].Start - v[0].Start},
				{Now: v[2].Start + 1, Kind: day.VisitStarted, JobID: name(d, v[2]), At: v[2].Start},
			}
		},
		"cancelled, after another was moved before it": func(d *day.Day, tech string, v []visit) []day.Event {
			return []day.Event{
				{Now: 0, Kind: day.VisitMoved, JobID: name(d, v[2]), TechID: tech},
				{Now: v[2].End + 1, Kind: day.JobCancelled, JobID: name(d, v[0])},
			}
		},
		"pinned, after it was moved": func(d *day.Day, tech string, v []visit) []day.Event {
			return []day.Event{
				{Now: 0, Kind: day.VisitMoved, JobID: name(d, v[2]), TechID: tech},
				{Now: 0, Kind: day.VisitPinned, JobID: name(d, v[2]), Scope: day.ByStart, At: model.NoTime},
			}
		},
	} {
		t.Run(what, func(t *testing.T) {
			p := modeltest.Plain(4, 1, 3)
			for j := range p.Jobs {
				p.Jobs[j].Windows = nil
			}
			p.Now = 0
			d := live(t, p, day.Config{})
			events := make(chan engine.LiveEvent, 4)
			sent := false
			err := engine.RunLive(t.Context(), d, engine.LiveSettings{Iterations: 20}, events, func(o *engine.LiveOut) error {
				r := o.Revision
				if r == nil {
					return nil
				}
				for k := range r.Whole.Routes[0].Stops {
					if v := &r.Whole.Routes[0].Stops[k]; name(d, *v) == "" || v.End < v.Start || v.End > model.MaxTime {
						t.Errorf("stop %d is %+v", k, *v)
					}
				}
				if len(r.Whole.Routes[0].Stops)+len(r.Whole.Unassigned) < 3 {
					t.Errorf("%d visits, %d left out", len(r.Whole.Routes[0].Stops), len(r.Whole.Unassigned))
				}
				d.Pins(func(j model.JobIdx, pin day.Pin) {
					if pin.Start > model.MaxTime && pin.Scope >= day.ByStart {
						t.Errorf("job %d is pinned to %d", j, pin.Start)
					}
				})
				if r.Kind != engine.RevisionQuiet {
					return nil
				}
				if sent {
					close(events)
					return nil
				}
				sent = true
				for k, e := range batch(d, p.Technicians[0].ID, slices.Clone(r.Whole.Routes[0].Stops)) {
					e.ID = fmt.Sprint(k)
					events <- engine.LiveEvent{ID: e.ID, Arrived: time.Now(), Read: func(*day.Day) (*day.Event, []day.Refusal) { return &e, nil }}
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

// Events that change nothing leave the search what it has done.
func TestRefusedEventsDoNotBeginTheSearchAnew(t *testing.T) {
	p := modeltest.Rich(25, 5, 1)
	p.Now = 0
	d := live(t, p, day.Config{})
	events := make(chan engine.LiveEvent, 1)
	n := 0
	set := engine.LiveSettings{Iterations: 200, Improving: func(context.Context) (func(), error) {
		if n++; n <= 10 {
			refused := &day.Event{ID: fmt.Sprint(n), Kind: day.JobCancelled, JobID: "nobody's"}
			events <- engine.LiveEvent{ID: refused.ID, Read: func(*day.Day) (*day.Event, []day.Refusal) { return refused, nil }}
		}
		return func() {}, nil
	}}
	err := engine.RunLive(t.Context(), d, set, events, func(o *engine.LiveOut) error {
		if r := o.Revision; r != nil && r.Kind == engine.RevisionQuiet {
			if r.Iterations != set.Iterations || n > 5 { // looked up after each 50
				t.Errorf("quiet after %d iterations, and %d events", r.Iterations, n)
			}
			close(events)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// What keeps pinned visits in the plan is no part of what a wish costs.
func TestWishesCostNoPins(t *testing.T) {
	p := modeltest.Plain(3, 1, 1)
	p.Now = 0
	d := live(t, p, day.Config{})
	dear := p.Jobs[0]
	dear.ID, dear.Unassigned = "dear", 1000*dear.Unassigned
	events := make(chan engine.LiveEvent, 3)
	for _, e := range []*day.Event{
		{ID: "pin", Kind: day.VisitPinned, JobID: p.Jobs[1].ID, Scope: day.ByTechnician},
		{ID: "sick", Kind: day.TechnicianSick, TechID: p.Technicians[0].ID},
		{ID: "wish", Kind: day.JobAdded, Job: &dear, Multiplier: 1000},
	} {
		events <- engine.LiveEvent{ID: e.ID, Wish: e.ID == "wish", Read: func(*day.Day) (*day.Event, []day.Refusal) { return e, nil }}
	}
	close(events)
	var wish *engine.Wish
	err := engine.RunLive(t.Context(), d, engine.LiveSettings{Iterations: 20}, events, func(o *engine.LiveOut) error {
		for _, a := range o.Answers {
			if a.Wish != nil {
				wish = a.Wish
			}
		}
		return nil
	})
	switch {
	case err != nil:
		t.Fatal(err)
	case wish == nil:
		t.Error("the wish has no price")
	case wish.Extra[model.Unassigned] != dear.Unassigned:
		t.Errorf("it costs %d, and is worth %d", wish.Extra[model.Unassigned], dear.Unassigned)
	}
}
