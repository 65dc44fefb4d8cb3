package main

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"
	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/bench/happen"
	"callout/bench/rig"
	"callout/engine"
	"callout/solver/day"
	"callout/solver/model"
)

// sample is an event that is looked at closer.
type sample struct {
	start         *calloutv1.DayStart
	before, after *calloutv1.Revision
	event         *calloutv1.DayEvent
	record        int // its number
}

// scratches is how many searches from scratch there are, each with another seed.
const scratches = 3

// compare fills in what records say of a day's samples: first with sessions without a price of changes, one at a time, then with searches from scratch,
// as many at once as there are processors.
func (o *options) compare(ctx context.Context, client calloutv1.PlanningServiceClient, samples []sample, records []record) error {
	searches := make([]search, 0, scratches*len(samples))
	for k := range samples {
		s := &samples[k]
		r := &records[s.record]
		d, err := o.sessions(ctx, client, s, r)
		if err != nil {
			return fmt.Errorf("event %s (%s): %w", s.event.GetId(), r.kind, err)
		}
		for seed := range uint64(scratches) {
			searches = append(searches, search{sample: s, day: d, seed: seed})
		}
	}
	group, inner := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for k := range searches {
		x := &searches[k]
		group.Go(func() (err error) {
			settings := engine.Settings{TimeBudget: o.budget, Seed: 100 + x.seed, Workers: 1, MinInterval: time.Second}
			x.found, err = engine.Solve(inner, x.day.Problem(), settings, nothing)
			return errors.Join(err, inner.Err())
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	for k := range searches {
		x := &searches[k]
		r, final := &records[x.sample.record], &x.found.Final
		pins, terms := 0, final.Terms
		for _, j := range final.Plan.Unassigned {
			if x.day.Open(j) && x.day.Pinned(j) != nil {
				pins++
			}
		}
		x.day.Unhold(&terms, final.Plan)
		cost := float64(terms.Total()) / micro
		if x.seed == 0 || pins < r.scratch.pins || pins == r.scratch.pins && cost < r.scratch.cost {
			epoch := x.sample.after.GetNow().GetSeconds() - x.day.Now()
			r.scratch = outcome{cost: cost, pins: pins, shift: shifts(placesOf(x.sample.before.GetPlan()), placesIn(x.day, final.Plan, epoch))}
		}
	}
	return nil
}

// search from scratch of a sample.
type search struct {
	sample *sample
	day    *day.Day
	seed   uint64
	found  *engine.Result
}

// sessions fills in what a record says of the sessions, and returns the day after the event.
func (o *options) sessions(ctx context.Context, client calloutv1.PlanningServiceClient, s *sample, r *record) (*day.Day, error) {
	before := placesOf(s.before.GetPlan())
	r.sampled = true
	r.live = outcomeOf(s.after, before)
	free, err := o.free(ctx, client, s)
	if err != nil {
		return nil, err
	}
	r.free = outcomeOf(free, before)
	d, err := rig.Resume(ctx, s.start, s.after, wire.DefaultLimits())
	if err != nil {
		return nil, err
	}
	_, _, err = rig.JudgeDay(d)
	return d, err
}

// micro is a currency unit in the model.
const micro = 1e6

func nothing(*engine.Incumbent) error { return nil }

// outcomeOf is that of a session, from where visits were before.
func outcomeOf(r *calloutv1.Revision, before map[string]place) outcome {
	out := outcome{cost: toCome(r.GetPlan()), shift: shifts(before, placesOf(r.GetPlan()))}
	for _, a := range r.GetAlerts() {
		if a.GetKind() == calloutv1.AlertKind_ALERT_KIND_PIN_BROKEN && a.GetTechnicianId() == "" {
			out.pins++
		}
	}
	return out
}

// free is the last revision of a session without a price of changes, from the same plan, so long after the same event.
func (o *options) free(ctx context.Context, client calloutv1.PlanningServiceClient, s *sample) (*calloutv1.Revision, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := rig.Continued(s.start, s.before)
	start.Settings = proto.CloneOf(start.GetSettings())
	start.Settings.ChangePrices = nil
	p, err := happen.Play(ctx, client, start, nil)
	if err != nil {
		return nil, err
	}
	if _, _, err := p.Event(s.event); err != nil {
		return nil, err
	}
	if err := p.Wait(o.pause); err != nil {
		return nil, err
	}
	last := p.Last
	return last, p.Close()
}

// toCome is what a revision's plan costs, without the price of changes.
func toCome(p *calloutv1.Plan) float64 {
	cost := p.GetCost().GetTotal()
	for _, t := range p.GetCost().GetTerms() {
		if t.GetTerm() == calloutv1.Term_TERM_PLAN_CHANGE {
			cost -= t.GetCost()
		}
	}
	return cost
}

// place is where a visit to come is in a plan.
type place struct {
	technician, behind string
	start              int64 // Unix time
}

// placesOf are those of a revision's plan.
func placesOf(p *calloutv1.Plan) map[string]place {
	out := make(map[string]place)
	for _, r := range p.GetRoutes() {
		behind := ""
		for _, s := range r.GetStops() {
			id := s.GetVisit().GetJobId()
			if id == "" {
				continue
			}
			if s.GetState() == calloutv1.StopState_STOP_STATE_UNSPECIFIED {
				out[id] = place{r.GetTechnicianId(), behind, s.GetStart().GetSeconds()}
			}
			behind = id
		}
	}
	return out
}

// placesIn are those of a plan for what is still to be planned of a day. The visit before the first is the last one that is behind. Times of
// the day count from epoch.
func placesIn(d *day.Day, plan *model.Plan, epoch int64) map[string]place {
	known := d.Known()
	whole, _ := d.Whole()
	out := make(map[string]place)
	for k := range plan.Routes {
		technician, behind := known.Technicians[known.Shifts[k].Tech].ID, ""
		for i := range whole.Routes[k].Stops {
			if st := &whole.Routes[k].Stops[i]; st.Kind == model.Visit && d.Fixed(st.Job) {
				behind = known.Jobs[st.Job].ID
			}
		}
		for i := range plan.Routes[k].Stops {
			st := &plan.Routes[k].Stops[i]
			if st.Kind != model.Visit || d.Anchor(st.Job) {
				continue
			}
			id := known.Jobs[st.Job].ID
			out[id] = place{technician, behind, epoch + st.Start}
			behind = id
		}
	}
	return out
}

// tolerance is by how much a visit may shift with the promise kept.
const tolerance = 10 * time.Minute

// shift is how a plan differs from another.
type shift struct{ reassigned, moved, shifted int }

// shifts counts visits that are to come in both plans.
func shifts(before, after map[string]place) shift {
	var s shift
	for id, was := range before {
		is, there := after[id]
		if !there {
			continue
		}
		switch {
		case is.technician != was.technician:
			s.reassigned++
		case is.behind != was.behind:
			s.moved++
		}
		if d := time.Duration(is.start-was.start) * time.Second; d.Abs() > tolerance {
			s.shifted++
		}
	}
	return s
}
