package engine

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
	"callout/solver/route"
	"callout/solver/search"
)

// LiveSettings say how a session plans.
type LiveSettings struct {
	Seed       uint64
	ImproveFor time.Duration // after each event; not where there are iterations
	QuietAfter time.Duration // without anything better; not where there are iterations
	Interval   time.Duration // least time between two improved revisions
	Iterations int64         // after each event, in place of the times
	AlertSlack model.Duration
	WaysOut    int // per alert
	// Repairing and Improving return the right to work and what gives it back, or why the context ended. Nil: there is no need to ask.
	Repairing, Improving func(context.Context) (release func(), err error)
	// Others tells whether somebody waits for what Improving gave.
	Others func() bool
	// Whether Begin was called with a plan that goes on from a revision with this number.
	Revision  int64
	LastEvent string
}

// LiveEvent is an event on its way in.
type LiveEvent struct {
	ID      string
	Arrived time.Time
	Wish    bool
	// Read converts it, once the session has come to it.
	Read func(*day.Day) (*day.Event, []day.Refusal)
	// Told, where not nil, learns what became of it, before another one is read.
	Told func(*LiveAnswer)
}

// LiveAnswer is what became of an event.
type LiveAnswer struct {
	ID       string
	Verdict  day.Verdict
	Refusals []day.Refusal
	Wish     *Wish // of an event that was one
}

// RevisionKind is why a revision is there.
type RevisionKind uint8

// Kinds of revisions.
const (
	RevisionStart RevisionKind = iota
	RevisionRepaired
	RevisionImproved
	RevisionQuiet
)

// Revision is the plan of a session at some time. Whoever receives one may use it until he returns.
type Revision struct {
	Number     int64
	Kind       RevisionKind
	LastEvent  string
	Day        *day.Day
	Whole      *model.Plan // over Day.Known
	States     [][]day.State
	Plan       *model.Plan // over Day.Problem
	Terms      model.Terms // of Plan, without what holds pinned jobs
	RouteTerms []model.Terms
	Changes    []PlanChange
	Changed    int // visits that are not where they were before the event
	Alerts     []Alert
	Repairs    []search.Repair // of the plan that the session began with, over Day.Problem
	Elapsed    time.Duration
	Iterations int64
}

// LiveOut is one message of a session: answers, or a revision, or both.
type LiveOut struct {
	Answers  []LiveAnswer
	Revision *Revision
}

const (
	// batch is how many events are taken in before a revision, and batchTime for how long; where iterations are counted, time does not.
	batch     = 64
	batchTime = 100 * time.Millisecond
	// burst is for how long the search works before it looks whether something has happened; a step may take longer.
	burst = 2 * time.Millisecond
	// turn is for how long it works before others may.
	turn = 100 * time.Millisecond
	// aroundSteps and aroundTime bound the first repair; where iterations are counted, time does not.
	aroundSteps = 40
	aroundTime  = 6 * time.Millisecond
	// askAgain is how long a session waits before it asks for a place again.
	askAgain = 50 * time.Millisecond
)

// Live is a session: a day, and the search that follows it.
type Live struct {
	day  *day.Day
	set  LiveSettings
	in   *route.Instance
	live *search.Live
	stop atomic.Bool
	emit func(*LiveOut) error

	number  int64
	last    string
	told    []spot // where visits were in the last revision
	sent    time.Time
	arrived time.Time // the first event of the cause
	begun   int64     // iterations then
	around  []int32   // jobs near which something happened since the last revision
	effort  effort    // since the last event that happened
	quiet   bool      // the search rests
	repairs []search.Repair
	waiting <-chan LiveEvent
}

// RunLive follows a day until events is closed, ctx ends, or emit fails: the first revision is the plan that the day follows, or one made now;
// then events are taken in as they come. emit is called from the calling goroutine; a session waits for it, while events wait in their channel.
// All goroutines have ended when it returns. It returns nil when events was closed.
//
// With iterations, and events that come when the session is quiet, the same day and events give the same revisions.
func RunLive(ctx context.Context, d *day.Day, set LiveSettings, events <-chan LiveEvent, emit func(*LiveOut) error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = panicked("following a day", v)
		}
	}()
	l := &Live{day: d, set: set, emit: emit, waiting: events, number: set.Revision, last: set.LastEvent, arrived: time.Now()}
	release := context.AfterFunc(ctx, func() { l.stop.Store(true) })
	defer release()
	if err := l.open(ctx); err != nil {
		return l.ended(ctx, err)
	}
	return l.ended(ctx, l.run(ctx, events))
}

// ended is nil for a session that was over.
func (l *Live) ended(ctx context.Context, err error) error {
	if errors.Is(err, errOver) {
		return nil
	}
	if err != nil && ctx.Err() != nil {
		return left(ctx)
	}
	return err
}

var errOver = errors.New("engine: there are no more events")

func ask(ctx context.Context, turn func(context.Context) (func(), error)) (func(), error) {
	if turn == nil {
		return func() {}, ctx.Err()
	}
	for {
		release, err := turn(ctx)
		if err == nil || !errors.Is(err, ErrBusy) && !errors.Is(err, ErrTenantBusy) {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(askAgain):
		}
	}
}

// open makes the first revision.
func (l *Live) open(ctx context.Context) error {
	release, err := ask(ctx, l.set.Repairing)
	if err != nil {
		return err
	}
	defer release()
	l.day.Changes()
	if err := l.compile(ctx); err != nil {
		return err
	}
	l.live = search.NewLive(l.in, l.set.Seed, l.held, &l.stop)
	l.repairs = l.live.Load(l.day.Ahead())
	l.live.Complete()
	return l.reveal(ctx, RevisionStart, nil)
}

func (l *Live) compile(ctx context.Context) error {
	in, err := route.CompileContext(ctx, l.day.Problem())
	l.in = in
	return err
}

func (l *Live) held(j int32) bool { return l.day.Anchor(model.JobIdx(j)) }

// run takes in events, and improves between them.
func (l *Live) run(ctx context.Context, events <-chan LiveEvent) error {
	for {
		if !l.quiet {
			if err := l.improve(ctx, events); err != nil {
				return err
			}
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case e, more := <-events:
			if !more {
				return errOver
			}
			if err := l.take(ctx, e, events); err != nil {
				return err
			}
		}
	}
}

// take applies an event, and those that wait behind it, and repairs the plan.
func (l *Live) take(ctx context.Context, e LiveEvent, events <-chan LiveEvent) error {
	release, err := ask(ctx, l.set.Repairing)
	if err != nil {
		return err
	}
	defer release()
	begin := time.Now()
	var answers []LiveAnswer
	applied := false
	for n := 0; ; n++ {
		a, err := l.apply(ctx, e)
		if err != nil {
			return err
		}
		if e.Told != nil {
			e.Told(&a)
		}
		answers = append(answers, a)
		happened := a.Verdict == day.Applied && a.Wish == nil
		if happened {
			if !applied {
				l.arrived, l.begun = e.Arrived, l.live.Iterations()
			}
			applied, l.last = true, e.ID
		}
		if a.Wish != nil { // it has a day of its own, which is not to wait
			if err := l.emit(&LiveOut{Answers: answers}); err != nil {
				return err
			}
			answers = nil
		}
		if n+1 >= batch || len(events) == 0 || l.set.Iterations <= 0 && time.Since(begin) >= batchTime {
			break
		}
		next, more := <-events
		if !more {
			break // run sees it again
		}
		if happened {
			if err := l.settle(ctx); err != nil {
				return err
			}
		}
		e = next
	}
	if !applied {
		if len(answers) == 0 {
			return nil
		}
		return l.emit(&LiveOut{Answers: answers})
	}
	l.quiet, l.effort = false, effort{}
	if err := l.repair(ctx, aroundSteps, l.deadline()); err != nil {
		return err
	}
	l.around = l.around[:0]
	return l.reveal(ctx, RevisionRepaired, answers)
}

func (l *Live) apply(ctx context.Context, e LiveEvent) (LiveAnswer, error) {
	a := LiveAnswer{ID: e.ID}
	if l.day.Seen(e.ID) {
		a.Verdict = day.Seen
		return a, nil
	}
	ev, refusals := e.Read(l.day)
	if len(refusals) > 0 {
		a.Verdict, a.Refusals = day.Refused, refusals
		return a, nil
	}
	if e.Wish {
		return l.wish(ctx, ev)
	}
	verdict, why := l.day.Apply(ev)
	a.Verdict = verdict
	if why != nil {
		a.Refusals = []day.Refusal{*why}
	}
	return a, nil
}

// repair takes what has changed into the search, and makes the plan complete.
func (l *Live) repair(ctx context.Context, steps int, deadline time.Time) error {
	c := l.day.Changes()
	l.forget()
	if err := l.follow(ctx, &c); err != nil {
		return err
	}
	l.around = append(l.around, c.Around...)
	l.live.Repair(l.around, steps, deadline)
	return nil
}

// forget the jobs that were cancelled: whoever has such a row next was nowhere, and in nobody's way.
func (l *Live) forget() {
	for j := range l.told {
		if !l.day.Vacant(model.JobIdx(j)) {
			continue
		}
		if was := l.told[j]; was.shift >= 0 {
			for k := range l.told {
				if l.told[k].prev == int32(j) {
					l.told[k].prev = was.prev
				}
			}
		}
		l.told[j] = nowhere
	}
}

// settle lets the day follow a plan that has what has happened, without a revision: the next event is read against it, as if it had come alone.
func (l *Live) settle(ctx context.Context) error {
	var deadline time.Time
	if l.set.Iterations <= 0 {
		deadline = time.Now() // only what was in the plan is put back
	}
	if err := l.repair(ctx, 0, deadline); err != nil {
		return err
	}
	plan, _ := l.live.Plan()
	l.day.Follow(plan)
	return nil
}

// deadline of a repair.
func (l *Live) deadline() time.Time {
	if l.set.Iterations > 0 {
		return time.Time{}
	}
	return time.Now().Add(aroundTime)
}

// follow takes a change into the search: into its tables, or, where these change their shape, into others, made as far as may be from them.
func (l *Live) follow(ctx context.Context, c *day.Change) error {
	change := search.Change{
		Change: route.Change{
			Jobs: c.Jobs, Kept: c.Kept, Shifts: c.Shifts, Staff: c.Staff, Freer: c.Freer, Locations: c.Locations, Stock: c.Stock, Travel: c.Travel,
			Places: c.Places,
		},
		Sequence: func(k int32) []model.Stop { return l.day.Sequence(model.ShiftIdx(k)) },
	}
	if !c.All && !c.Lots {
		if _, ok := l.live.Follow(&change); ok {
			return nil
		}
	}
	var err error
	if c.All {
		err = l.compile(ctx)
	} else {
		l.in, err = l.in.Recompiled(ctx, &change.Change)
	}
	if err == nil {
		l.live.Recompiled(l.in, l.day.Ahead())
	}
	return err
}

// reveal judges the best plan, makes it the one that is followed, and sends it.
func (l *Live) reveal(ctx context.Context, kind RevisionKind, answers []LiveAnswer) error {
	plan, terms := l.live.Plan()
	p := l.day.Problem()
	var report check.Report
	report, err := judge(p, plan, &terms, "sending a revision")
	if err != nil {
		return err
	}
	l.day.Follow(plan)
	l.number++
	r := &Revision{
		Number: l.number, Kind: kind, LastEvent: l.last, Day: l.day, Plan: plan, Terms: report.Terms, RouteTerms: report.RouteTerms,
		Elapsed: time.Since(l.arrived), Iterations: l.live.Iterations() - l.begun,
	}
	r.Whole, r.States = l.day.Whole()
	l.day.Unhold(&r.Terms, plan)
	now := spotsOf(l.day, plan.Routes)
	r.Changes = changesOf(l.day, l.told, now)
	r.Changed = l.changed(plan)
	l.told = now
	if kind == RevisionStart {
		r.Repairs = l.repairs
	}
	r.Alerts = l.alerts(ctx, r)
	l.sent = time.Now()
	return l.emit(&LiveOut{Answers: answers, Revision: r})
}
