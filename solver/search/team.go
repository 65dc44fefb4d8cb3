package search

import (
	"context"
	"errors"
	"sync"
	"time"

	"callout/solver/model"
	"callout/solver/parallel"
	"callout/solver/route"
)

const (
	// maxNear is how many neighbours of a job the ruin knows.
	maxNear = 200
	// rounds is how often the workers meet, over the whole budget.
	rounds = 40
	// offerEvery is the shortest time between two plans that a worker exports; the last one always goes out.
	offerEvery = 20 * time.Millisecond
)

// team runs the workers and keeps the incumbent.
type team struct {
	in      *route.Instance
	limits  limits
	emit    func(*Incumbent)
	recombs *recombiner // nil: none; used by the last searcher alone
	parts   *allocator  // nil: none; as well

	mu        sync.Mutex
	incumbent Incumbent
	lastOffer time.Time
}

// run lets the workers go on in rounds. At the end of each, every worker that is behind the best takes over its plan: under
// an iteration budget the rounds are counted in iterations, so that the exchange does not depend on time.
//
// Where it is time to recombine routes, the last worker does so first in its round; the others go on meanwhile.
func (t *team) run(ctx context.Context, all []*searcher) {
	if t.recombs = newRecombiner(t.in, &t.limits); t.recombs != nil {
		defer t.recombs.close()
	}
	t.parts = newAllocator(t.in, &t.limits)
	for r := 1; r <= rounds; r++ {
		if len(all) == 1 {
			t.round(ctx, all[0], r, true)
		} else {
			t.together(ctx, all, r)
			lead := t.leader(all)
			for w, s := range all {
				if w != lead {
					s.adopt(all[lead])
				}
			}
		}
		if t.recombs != nil {
			t.gather(all, r)
		}
		if _, done := t.limits.spent(all[0].iter); done || t.limits.stop.Load() || t.limits.stagnant() {
			return
		}
	}
}

// round lets one searcher work for a round, last tells whether it is the one that recombines.
func (t *team) round(ctx context.Context, s *searcher, r int, last bool) {
	if last {
		t.recombine(ctx, s, r-1)
		t.allocate(ctx, s, r-1)
	}
	until := float64(r) / rounds
	if r == rounds {
		until = 2 // the budget itself ends the last round
	}
	s.round(&t.limits, until, t.consider)
}

// gather lets the searchers collect routes as long as there are iterations enough, and takes what they have where it is time.
func (t *team) gather(all []*searcher, round int) {
	rc := t.recombs
	for _, s := range all {
		x, _ := t.limits.spent(s.iter)
		switch enough := float64(s.iter) >= perJob*float64(t.in.NJobs)*x; {
		case !enough:
			s.pool = nil
		case s.pool == nil:
			s.pool = newPool(t.in, rc.pool.names)
		case rc.due(round):
			rc.pool.drain(s.pool)
		}
	}
}

// recombine lets s go on from a plan of recombined routes, if that is better than its best one.
func (t *team) recombine(ctx context.Context, s *searcher, round int) {
	rc := t.recombs
	if rc == nil || s.pool == nil || !rc.due(round) || t.limits.stop.Load() {
		return
	}
	if rc.run(ctx, round, s.best, time.Duration(mergeShare*float64(t.limits.budget))) {
		t.goOn(s, rc.trial)
	}
}

// allocate lets s go on from its best plan with parts from elsewhere, if that is better.
func (t *team) allocate(ctx context.Context, s *searcher, round int) {
	if !t.parts.due(round) || t.limits.stop.Load() {
		return
	}
	if t.parts.run(ctx, round, s.best, time.Duration(supplyShare*float64(t.limits.budget)), s.rng) {
		t.goOn(s, t.parts.trial)
	}
}

// goOn lets s go on from a plan that is better than its best one.
func (t *team) goOn(s *searcher, p *route.Solution) {
	if s.better(p) {
		s.keep(p)
	}
	if s.people != nil {
		s.people.receive(p)
	} else {
		s.cur.CopyFrom(p)
	}
	t.consider(s)
}

// together runs one round of all workers at once. A panic in one of them goes on in the caller, once all have ended, so that
// whoever called Solve can deal with it.
func (t *team) together(ctx context.Context, all []*searcher, r int) {
	var round parallel.Group
	for w, s := range all {
		round.Go(func() {
			whole := false
			defer func() {
				if !whole {
					t.limits.stop.Store(true) // it panics: the others need not go on
				}
			}()
			t.round(ctx, s, r, w == len(all)-1)
			whole = true
		})
	}
	round.Wait()
}

// leader is the worker with the best plan, the first of equals.
func (t *team) leader(all []*searcher) int {
	lead := 0
	for w, s := range all {
		if s != nil && s.leads(all[lead]) {
			lead = w
		}
	}
	return lead
}

// leads tells whether s has a better plan than o.
func (s *searcher) leads(o *searcher) bool {
	if s.tiered {
		return s.bestVec.Less(o.bestVec)
	}
	return s.best.Cost() < o.best.Cost()
}

// adopt takes over the best plan of o where it is better than the own one, or makes it one of several.
func (s *searcher) adopt(o *searcher) {
	switch {
	case !o.leads(s):
	case s.people == nil:
		s.takeOver(o)
	default:
		s.people.receive(o.best)
		s.takeBest(o)
	}
}

// takeOver starts s from the best plan of o.
func (s *searcher) takeOver(o *searcher) {
	s.cur.CopyFrom(o.best)
	s.takeBest(o)
}

// takeBest makes the best plan of o that of s, too.
func (s *searcher) takeBest(o *searcher) {
	s.best.CopyFrom(o.best)
	s.bestVec, s.kept = o.bestVec, true
}

// consider offers a searcher's best plan where enough time has gone by.
func (t *team) consider(s *searcher) {
	now := time.Now()
	t.mu.Lock()
	due := now.Sub(t.lastOffer) >= offerEvery
	t.mu.Unlock()
	if due {
		t.offer(s)
	}
}

// offer makes a searcher's best plan the incumbent where it is better, and sends it.
func (t *team) offer(s *searcher) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s.improved = false
	terms := s.best.Terms()
	vec := t.in.P.Objective.Vec(&terms)
	if t.incumbent.Plan != nil && !vec.Less(t.incumbent.Vec) {
		return
	}
	now := time.Now()
	t.lastOffer = now
	elapsed := now.Sub(t.limits.begin)
	t.limits.gain.Store(int64(elapsed))
	t.incumbent = Incumbent{Plan: s.best.Plan(), Terms: terms, Vec: vec, Elapsed: elapsed, Iterations: s.iter}
	if t.emit != nil {
		inc := t.incumbent
		t.emit(&inc)
	}
}

// settle makes the leader's best plan the result. Of several workers with equally good plans, which one was offered first
// depends on time; the result must not.
func (t *team) settle(lead *searcher) {
	t.offer(lead)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.incumbent.Plan, t.incumbent.Terms = lead.best.Plan(), lead.best.Terms()
	t.incumbent.RouteTerms = lead.best.RouteTerms()
}

// idle tells whether there is nothing to search: no job that some shift may do, with nothing else on its route.
func (t *team) idle() bool {
	for j := range t.in.NJobs {
		if len(t.in.Shifts(int32(j))) > 0 {
			return false
		}
	}
	return true
}

// proven tells whether nothing can be better because no shift may do any job, whatever the ways: one that cannot be reached, or not in
// time, may be so by way of another.
func (t *team) proven() bool {
	for s := range t.in.P.Shifts {
		for j := range t.in.P.Jobs {
			if o := t.in.Obstacle(model.ShiftIdx(s), model.JobIdx(j)); o == route.NoObstacle || o >= route.NoWay {
				return false
			}
		}
	}
	return true
}

// why is the reason for stopping.
func (t *team) why(ctx context.Context) Stop {
	switch {
	case t.idle() && t.proven():
		return StopProven
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return StopDeadline
	case ctx.Err() != nil:
		return StopCancelled
	case t.limits.budget > 0 && time.Since(t.limits.begin) >= t.limits.budget:
		return StopBudget
	case t.limits.stagnant(), t.idle():
		return StopStagnation
	}
	return StopIterations
}

func repairs(dropped []route.Dropped) []Repair {
	why := map[route.DropReason]RepairReason{
		route.DropIncompatible: RepairIncompatible, route.DropDuplicate: RepairDuplicate,
		route.DropInfeasible: RepairInfeasible, route.DropIdle: RepairIdleCall, route.DropUnknown: RepairUnknown,
	}
	out := make([]Repair, 0, len(dropped))
	for _, d := range dropped {
		r := Repair{Shift: d.Shift, Job: -1, Node: -1, Reason: why[d.Why]}
		if d.Stop.Kind == model.Visit {
			r.Job = d.Stop.Job
		} else {
			r.Node = d.Stop.Node
		}
		out = append(out, r)
	}
	return out
}
