package engine

import (
	"context"
	"errors"
	"time"

	"callout/solver/model"
	"callout/solver/search"
)

// ErrLeft is what a request ends with whose context ended before its turn, or before its search had a plan.
var ErrLeft = errors.New("engine: left while waiting for processors")

// Turn is what a search waits for.
//
// A request that has to wait gets its first plan at once, in its turn among those that wait like it: the greedy plan that its search
// will begin with anyway. So the plan is only shown early. Nothing is kept for the search, which takes the same way, to the same plan,
// whether or not the request waited.
type Turn struct {
	Ticket *Ticket // in the queue or granted
	// First are the slots under which first plans are made for those who wait, one searcher each; nil: none are made.
	First *Slots
	// Begun, where not nil, is called when the turn has come, before the search.
	Begun func()
}

// earlyLength is for how long the first plan of a job is thought to keep a processor: turns among tenants go by it.
const earlyLength = 100 * time.Microsecond

// wait returns when it is the request's turn, and starts the clock of the search.
func (r *run) wait(ctx context.Context) error {
	t := r.set.Turn
	if t.First != nil {
		r.workAhead(ctx)
	}
	if err := t.Ticket.Wait(ctx); err != nil {
		return err
	}
	if t.Begun != nil {
		t.Begun()
	}
	r.begin = time.Now()
	return nil
}

// workAhead makes a first plan while the request waits, and gives up when its turn comes. Failures are left to the search, which will
// meet them too.
func (r *run) workAhead(ctx context.Context) {
	turn := r.set.Turn
	select {
	case <-turn.Ticket.Granted():
		return
	default:
	}
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		select {
		case <-turn.Ticket.Granted():
			cancel()
		case <-ctx.Done():
		}
	}()
	defer func() {
		cancel()
		<-watched
	}()
	place, err := turn.First.Acquire(ctx, Demand{
		Tenant: turn.Ticket.Tenant, Length: time.Duration(1+len(r.p.Jobs)) * earlyLength,
	})
	if err != nil {
		return
	}
	defer place.Release()
	r.firstPlan(ctx)
}

// firstPlan makes the plan that the search would begin with, and puts it into the mailbox. The travel is the plan's own: while a
// request waits it holds no matrices.
func (r *run) firstPlan(ctx context.Context) {
	p := *r.p
	p.Profiles = append([]model.Profile(nil), p.Profiles...)
	if r.set.Travel.Resolve(ctx, &p) != nil {
		return
	}
	solve, err := newSolver(ctx, &p)
	if err != nil {
		return
	}
	opt := search.Options{Seed: r.set.Seed, Workers: 1, FirstOnly: true, Start: r.set.Start}
	opt.OnIncumbent = func(inc *search.Incumbent) {
		if ctx.Err() == nil { // else the plan is half made
			r.early = inc
		}
	}
	if _, err := solve(ctx, opt); err != nil || r.early == nil {
		return
	}
	r.early.Elapsed, r.early.Iterations = 0, 0
	r.box.add(&draft{Incumbent: r.early, ahead: &p})
}

// keepEarly makes the plan that went out early the result where the search was cut short before it had as good a one.
func (r *run) keepEarly() {
	if r.early != nil && r.early.Vec.Less(r.found.Best.Vec) {
		best := &r.found.Best
		best.Plan, best.Terms, best.Vec = r.early.Plan, r.early.Terms, r.early.Vec
	}
}
