// Package pieces plans where locations are too many for matrices between all of them. It never asks for travel but between the
// locations of a piece: some technicians who work near each other, with the jobs on their routes and those left out nearby. A piece is
// an ordinary problem, whose search starts from the routes that there are; the rest of the plan stays as it is meanwhile, and what
// its routes take from nodes is gone from their stock. Costs are sums over routes, so that what a piece wins the plan wins.
//
// The plane is cut into pieces that have nothing in common, along other lines each time (Taillard and Voss 2002, POPMUSIC,
// doi 10.1007/978-1-4615-1507-4_27, solve such neighbourhoods one by one).
package pieces

import (
	"context"
	"math/rand/v2"
	"time"

	"callout/solver/model"
	"callout/solver/parallel"
	"callout/solver/search"
)

// Options of a search. They mean what they mean to search.Solve: iterations are those of each worker, over all pieces.
type Options struct {
	search.Options

	// Size of a piece: jobs and shifts, of which it has about half as many to as many. 0: DefaultSize.
	Size int
}

// DefaultSize of pieces.
const DefaultSize = 1000

// Solve searches for plans of a problem whose shifts may have wide travel. As to the context, the errors, what is sent and what is
// returned it is as search.Solve: plans depend on the problem and the options alone if there is no time limit. Memory grows with the
// problem, and with workers times the square of the size.
func Solve(ctx context.Context, p *model.Problem, o Options) (*search.Result, error) {
	if o.Iterations <= 0 && o.Budget <= 0 && !o.FirstOnly {
		return nil, search.ErrNoBudget
	}
	if o.Size <= 0 {
		o.Size = DefaultSize
	}
	o.Workers = max(1, o.Workers)
	s := &solver{ctx: ctx, o: o, begin: time.Now(), plan: newPlan(p), rng: rand.New(rand.NewPCG(o.Seed, 0x7069_6563))}
	if o.Start != nil {
		s.res.Repairs = s.plan.load(o.Start)
	}
	if err := s.run(); err != nil {
		return nil, err
	}
	s.offer()
	s.res.Best = s.incumbent
	s.res.Best.RouteTerms = s.plan.cost
	s.res.Best.Elapsed, s.res.Best.Iterations = time.Since(s.begin), s.iterations
	s.res.Stop = s.why()
	return &s.res, nil
}

// solver is one search.
type solver struct {
	ctx   context.Context //nolint:containedctx // of the one call
	o     Options
	begin time.Time
	plan  *plan
	rng   *rand.Rand
	res   search.Result

	incumbent  search.Incumbent
	iterations int64         // of all workers
	own        int64         // of one of them
	gain       time.Duration // when the plan last became better
}

// run makes a first plan of each piece of the plane, which together are the first plan of all, and then cuts the plane anew as often as
// the budget lets every piece be searched for long enough.
func (s *solver) run() error {
	first := s.plan.cut(s.ctx, s.rng, s.o.Size)
	for _, x := range first {
		x.fresh = s.o.Start != nil
	}
	for at := 0; at < len(first); at += s.o.Workers {
		if err := s.round(first[at:min(at+s.o.Workers, len(first))], share{}); err != nil {
			return err
		}
	}
	s.offer()
	s.res.FirstPlan = time.Since(s.begin)
	if s.o.FirstOnly {
		return nil
	}
	rounds := s.rounds(len(first))
	for sweeps := s.sweeps(rounds); sweeps > 0; sweeps-- {
		list := s.plan.cut(s.ctx, s.rng, s.o.Size)
		for at := 0; at < len(list); at += s.o.Workers {
			part, ok := s.share(s.rounds(len(list)-at) + (sweeps-1)*rounds)
			if over := s.ctx.Err() != nil || s.stagnant(); over || !ok {
				return nil
			}
			if err := s.round(list[at:min(at+s.o.Workers, len(list))], part); err != nil {
				return err
			}
			s.offer()
		}
	}
	return nil
}

// rounds that so many pieces take.
func (s *solver) rounds(pieces int) int { return (pieces + s.o.Workers - 1) / s.o.Workers }

// What a piece is searched for at least, if the budget allows to search each piece of the plane at all.
const (
	leastTime       = 600 * time.Millisecond
	leastIterations = 1500
)

// sweeps over the plane, of so many rounds each, that the budget allows.
func (s *solver) sweeps(rounds int) int {
	most := int64(1 << 20)
	if s.o.Budget > 0 {
		most = int64((s.o.Budget - time.Since(s.begin)) / leastTime)
	}
	if s.o.Iterations > 0 {
		most = min(most, s.o.Iterations/leastIterations)
	}
	return int(max(1, most/int64(max(1, rounds))))
}

// share of the budget for a round; none at all is for first plans.
type share struct {
	time       time.Duration
	iterations int64
}

// share of what is left of the budget for one of so many rounds to come; false if nothing is.
func (s *solver) share(rounds int) (out share, ok bool) {
	if s.o.Iterations > 0 {
		if out.iterations = (s.o.Iterations - s.own + int64(rounds) - 1) / int64(rounds); out.iterations <= 0 {
			return out, false
		}
	}
	if s.o.Budget > 0 {
		left := s.o.Budget - time.Since(s.begin)
		if left <= 0 {
			return out, false
		}
		out.time = max(left/time.Duration(rounds), time.Millisecond)
	}
	return out, true
}

// round searches pieces that have nothing in common, each by a worker of its own. A panic in one of them goes on in the caller, once
// all have ended.
func (s *solver) round(list []*piece, part share) error {
	s.plan.stock(list)
	errs := make([]error, len(list))
	var searches parallel.Group
	for k, x := range list {
		seed := s.rng.Uint64()
		searches.Go(func() { errs[k] = x.search(s.ctx, s.plan, seed, part) })
	}
	searches.Wait()
	most := int64(0)
	for k, x := range list {
		switch {
		case errs[k] != nil && s.ctx.Err() == nil:
			return errs[k]
		case errs[k] != nil: // there was no time for it
			if x.fresh {
				s.plan.drop(x)
			}
			continue
		}
		s.res.Repairs = append(s.res.Repairs, x.repairs...)
		s.iterations += x.iterations
		most = max(most, x.iterations)
		if s.plan.take(x) {
			s.gain = time.Since(s.begin)
		}
	}
	s.own += most
	return nil
}

// offer the plan, if it is better than the one before.
func (s *solver) offer() {
	terms := s.plan.terms()
	vec := s.plan.p.Objective.Vec(&terms)
	if s.incumbent.Plan != nil && !vec.Less(s.incumbent.Vec) {
		return
	}
	s.incumbent = search.Incumbent{
		Plan: s.plan.export(), Terms: terms, Vec: vec, Elapsed: time.Since(s.begin), Iterations: s.iterations,
	}
	if s.o.OnIncumbent != nil {
		inc := s.incumbent
		s.o.OnIncumbent(&inc)
	}
}
