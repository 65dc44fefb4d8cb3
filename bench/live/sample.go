package main

import (
	"context"
	"time"

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

// compare fills in what a record says of a sample.
func (o *options) compare(ctx context.Context, client calloutv1.PlanningServiceClient, s *sample, r *record) error {
	before := placesOf(s.before.GetPlan())
	r.sampled = true
	r.live = outcome{cost: toCome(s.after.GetPlan()), shift: shifts(before, placesOf(s.after.GetPlan()))}
	free, err := o.free(ctx, client, s)
	if err != nil {
		return err
	}
	r.free = outcome{cost: toCome(free), shift: shifts(before, placesOf(free))}
	d, err := rig.Resume(ctx, s.start, s.after, wire.DefaultLimits())
	if err != nil {
		return err
	}
	if _, _, err := rig.JudgeDay(d); err != nil {
		return err
	}
	for seed := range uint64(scratches) {
		found, err := engine.Solve(ctx, d.Problem(), engine.Settings{TimeBudget: o.budget, Seed: 100 + seed, MinInterval: time.Second}, nothing)
		if err != nil {
			return err
		}
		if err := ctx.Err(); err != nil {
			return err
		}
		cost := float64(found.Final.Terms.Total()) / micro
		if seed == 0 || cost < r.scratch.cost {
			r.scratch = outcome{cost: cost, shift: shifts(before, placesIn(d, found.Final.Plan, s.after.GetNow().GetSeconds()-d.Now()))}
		}
	}
	return nil
}

// micro is a currency unit in the model.
const micro = 1e6

func nothing(*engine.Incumbent) error { return nil }

// free is the plan of a session without a price of changes, from the same plan, so long after the same event.
func (o *options) free(ctx context.Context, client calloutv1.PlanningServiceClient, s *sample) (*calloutv1.Plan, error) {
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
	plan := p.Last.GetPlan()
	return plan, p.Close()
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
