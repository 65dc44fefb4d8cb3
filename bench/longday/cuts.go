package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/happen"
	"callout/bench/rig"
)

// Errors of a session that goes on elsewhere.
var (
	errLost    = errors.New("jobs are lost")
	errTwice   = errors.New("an event that the revision has was applied again")
	errChanged = errors.New("what was done is not what it was")
)

// cutter is a session that moves between two servers.
type cutter struct {
	clients [2]calloutv1.PlanningServiceClient
	start   *calloutv1.DayStart
	p       *happen.Player
	cancel  context.CancelFunc
	at      int // server
	jobs    map[string]bool
	again   int // events that the revision had already
}

// cut plays a session that is cut off at random moments, some of them while an event is under way.
func (o *options) cut(ctx context.Context) error {
	return rig.With(ctx, o.server, func(_ *rig.Server, one calloutv1.PlanningServiceClient) error {
		return rig.With(ctx, o.server, func(_ *rig.Server, other calloutv1.PlanningServiceClient) error {
			return o.between(ctx, one, other)
		})
	})
}

// between two servers the session moves.
func (o *options) between(ctx context.Context, one, other calloutv1.PlanningServiceClient) error {
	c := &cutter{start: o.start(o.jobs/10, o.technicians/10, 300*time.Millisecond), jobs: make(map[string]bool)}
	c.clients = [2]calloutv1.PlanningServiceClient{one, other}
	for _, j := range c.start.GetProblem().GetJobs() {
		c.jobs[j.GetId()] = true
	}
	if err := c.open(ctx, c.start); err != nil {
		return err
	}
	defer func() { c.cancel() }()
	rng := rand.New(rand.NewPCG(o.seed, 3))
	moments := make(map[int]bool)
	for _, n := range rng.Perm(o.cutEvents)[:o.cuts] {
		moments[n] = true
	}
	t := happen.NewTeller(c.start.GetProblem(), o.seed, "e")
	t.Pass(begins)
	step := (o.span / time.Duration(o.cutEvents)).Truncate(time.Second)
	for n := range o.cutEvents {
		t.Pass(step)
		e := t.Event(happen.Kinds[t.IntN(len(happen.Kinds))], c.p.Last.GetPlan())
		if e == nil {
			e = &calloutv1.DayEvent{Id: fmt.Sprintf("t-%d", n), Now: t.Event("time passed", nil).GetNow(), What: &calloutv1.DayEvent_TimePassed{
				TimePassed: &calloutv1.TimePassed{},
			}}
		}
		if moments[n] {
			// The answer may have come by then, or the plan, or nothing.
			time.AfterFunc(time.Duration(rng.IntN(30))*time.Millisecond, c.cancel)
			_, _, _ = c.p.Event(e) // whether it came through is what the next server tells
			if err := c.move(ctx, e); err != nil {
				return fmt.Errorf("cut at event %d: %w", n, err)
			}
			continue
		}
		a, _, err := c.p.Event(e)
		if err != nil {
			return err
		}
		c.note(e, a)
		if err := c.whole(); err != nil {
			return fmt.Errorf("event %d, %v: %w", n, e, err)
		}
	}
	fmt.Fprintf(o.out, "\ncuts: %d events, cut off %d times, %d times with the event in the last revision: "+
		"no job lost, no event applied twice\n", o.cutEvents, o.cuts, c.again)
	return c.p.Close()
}

func (c *cutter) open(ctx context.Context, start *calloutv1.DayStart) error {
	ctx, c.cancel = context.WithCancel(ctx)
	p, err := happen.Play(ctx, c.clients[c.at], start, nil)
	if err != nil {
		return err
	}
	c.p = p
	return nil
}

// move goes on at the other server from the last revision, and sends the event again.
func (c *cutter) move(ctx context.Context, e *calloutv1.DayEvent) error {
	c.cancel()
	was := c.p.Last
	c.at = 1 - c.at
	if err := c.open(ctx, rig.Continued(c.start, was)); err != nil {
		return err
	}
	before, after := done(was.GetPlan()), done(c.p.Last.GetPlan())
	for id, what := range before {
		if after[id] != what {
			return fmt.Errorf("%w: %s was %s, and is %s", errChanged, id, what, after[id])
		}
	}
	a, _, err := c.p.Event(e)
	if err != nil {
		return err
	}
	has := was.GetLastEventId() == e.GetId()
	if seen := a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_SEEN; seen != has {
		return fmt.Errorf("%w: %v, after %s", errTwice, a, was.GetLastEventId())
	}
	if has {
		c.again++
		a.Verdict = calloutv1.EventVerdict_EVENT_VERDICT_APPLIED
	}
	c.note(e, a)
	return c.whole()
}

// note keeps the books of jobs.
func (c *cutter) note(e *calloutv1.DayEvent, a *calloutv1.EventAnswer) {
	if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
		return
	}
	if j := e.GetJobAdded().GetJob(); j != nil {
		c.jobs[j.GetId()] = true
	}
	delete(c.jobs, e.GetJobCancelled().GetJobId())
}

// whole compares the jobs of the plan with the books.
func (c *cutter) whole() error {
	plan := c.p.Last.GetPlan()
	n := 0
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			if id := s.GetVisit().GetJobId(); id != "" {
				n++
				if !c.jobs[id] {
					return fmt.Errorf("%w: nobody asked for %s", errLost, id)
				}
			}
		}
	}
	for _, u := range plan.GetUnassigned() {
		n++
		if !c.jobs[u.GetJobId()] {
			return fmt.Errorf("%w: nobody asked for %s", errLost, u.GetJobId())
		}
	}
	if n != len(c.jobs) {
		return fmt.Errorf("%w: %d of %d are in the plan", errLost, n, len(c.jobs))
	}
	return nil
}

// done tells by whom and when visits were done.
func done(p *calloutv1.Plan) map[string]string {
	out := make(map[string]string)
	for _, r := range p.GetRoutes() {
		for _, s := range r.GetStops() {
			if id := s.GetVisit().GetJobId(); id != "" && s.GetState() == calloutv1.StopState_STOP_STATE_DONE {
				out[id] = fmt.Sprint(r.GetTechnicianId(), " ", s.GetStart().GetSeconds(), " ", s.GetEnd().GetSeconds())
			}
		}
	}
	return out
}
