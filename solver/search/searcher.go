package search

import (
	"math"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"callout/solver/model"
	"callout/solver/route"
)

// searcher is one worker: its own plan, its own best, its own random numbers. Nothing is shared but the instance and the
// orders, which do not change.
type searcher struct {
	in     *route.Instance
	orders *orders
	near   *route.Neighbours
	rng    *rand.Rand
	cur    *route.Solution
	best   *route.Solution

	bestVec   model.Vec // exact, where the objective has several tiers
	tiered    bool
	iter      int64
	kept      bool // there is a best plan
	improved  bool // best changed since it was last offered
	heat      heat
	cycle     int         // of annealing
	people    *population // nil: one plan is all
	crosses   bool        // some routes can exchange tails
	exchanges bool        // steps may be exchanges

	routes  int   // used before the last ruin
	stops   int   // of them
	pool    *pool // of good routes; nil: nobody wants them
	looked  int64 // iteration in which it last looked at the routes
	removed []int32
	tails   [2][]int32 // jobs that exchange gives away
	moved   []int32    // all of them
	venture venture
	mark    []bool  // per job: to be removed
	again   []bool  // per job: left out before the step, and to be tried again
	held    []bool  // per job: never to be removed; nil: none
	seeds   []int32 // jobs that a ruin may begin at; nil: all
	stampR  []int32 // per shift: ruined in iteration stamp
	stamp   int32
}

func newSearcher(in *route.Instance, seed uint64, worker int) *searcher {
	rng := rand.New(rand.NewPCG(seed, uint64(worker)*0x9e3779b97f4a7c15+1))
	s := &searcher{in: in, rng: rng}
	s.cur = route.NewSolution(in, route.NewContext(in, rng))
	s.best = route.NewBest(in)
	s.near = route.NewNeighbours(in, maxNear)
	s.mark, s.again = make([]bool, in.NJobs), make([]bool, in.NJobs)
	s.stampR = make([]int32, in.NShifts())
	for k := range in.NShifts() {
		s.crosses = s.crosses || in.Crosses(int32(k))
		s.exchanges = s.exchanges || in.Class(int32(k)) != in.Class(0)
	}
	for _, t := range in.P.Objective.Tier {
		s.tiered = s.tiered || t != 0
	}
	return s
}

// keep makes a plan the best one if it is.
func (s *searcher) keep(p *route.Solution) {
	if s.tiered {
		t := p.Terms()
		v := s.in.P.Objective.Vec(&t)
		if s.kept && !v.Less(s.bestVec) {
			return
		}
		s.bestVec = v
	}
	s.best.CopyFrom(p)
	s.improved, s.kept = true, true
}

// better tells whether a plan may be better than the best one.
func (s *searcher) better(p *route.Solution) bool {
	if s.tiered {
		// The search cost weighs tiers, the comparison is strict: where the former says no worse, look at the latter.
		return p.Cost() <= s.best.Cost()
	}
	return p.Cost() < s.best.Cost()
}

// accept makes the changes of the current plan final, and tells whether it may have become the best one.
func (s *searcher) accept() (better bool) {
	assertAgrees(s.cur)
	s.cur.Commit()
	if better = s.better(s.cur); better {
		s.keep(s.cur)
	}
	return better
}

// step is one iteration: ruin, recreate, accept or roll back. It returns what the step would have lost, or won where
// negative, and whether it would have left out more jobs.
func (s *searcher) step(temperature float64) (loss int64, fewer bool) {
	if s.crosses {
		s.crossTails(temperature)
	}
	before, absent := s.cur.Cost(), len(s.cur.Absent)
	if !s.exchanges || s.heat.hot == 0 || s.rng.Float64() >= exchangeProb || !s.exchange() {
		s.ruin()
		s.recreate()
	}
	after := s.cur.Cost()
	fewer = len(s.cur.Absent) > absent
	s.iter++
	if after >= before && float64(after-before) >= -temperature*math.Log(1-s.rng.Float64()) {
		s.cur.Rollback()
		return after - before, fewer
	}
	s.accept()
	s.collect()
	return after - before, fewer
}

// collect keeps the routes of the current plan, now and then, if it is a good one.
func (s *searcher) collect() {
	if s.pool == nil || s.iter-s.looked < collectEvery {
		return
	}
	if best := s.best.Cost(); float64(s.cur.Cost()-best) <= goodEnough*float64(best) {
		s.looked = s.iter
		s.pool.collect(s.cur)
	}
}

// limits say when a round ends; they are shared by all workers.
type limits struct {
	begin      time.Time
	budget     time.Duration
	iterations int64
	stagnation time.Duration
	gain       atomic.Int64 // nanoseconds from begin to the last better plan
	stop       *atomic.Bool // the context ended
}

// stagnant tells whether nothing better was found for too long.
func (l *limits) stagnant() bool {
	return l.stagnation > 0 && time.Since(l.begin)-time.Duration(l.gain.Load()) >= l.stagnation
}

// spent is the share of the budget used after n iterations, and whether it is used up.
func (l *limits) spent(n int64) (float64, bool) {
	var x float64
	if l.iterations > 0 {
		x = float64(n) / float64(l.iterations)
	}
	if l.budget > 0 {
		x = max(x, float64(time.Since(l.begin))/float64(l.budget))
	}
	return x, x >= 1
}

// expect is how many iterations the budget is for, if n take d.
func (l *limits) expect(n int64, d time.Duration) float64 {
	all := math.Inf(1)
	if l.iterations > 0 {
		all = float64(l.iterations)
	}
	if l.budget > 0 {
		all = min(all, float64(n)*float64(l.budget)/float64(max(d, 1)))
	}
	return all
}

// round runs until the share of the budget reaches until. offer is called with the searcher whenever its best plan changed,
// at a moderate rate.
func (s *searcher) round(l *limits, until float64, offer func(*searcher)) {
	for {
		x, done := l.spent(s.iter)
		if done || x >= until || l.stop.Load() || l.stagnant() {
			return
		}
		if s.people != nil {
			temperature := s.guide(x)
			s.step(temperature)
			s.watch(temperature)
		} else {
			temperature, cycle := s.heat.at(x)
			if cycle > s.cycle {
				s.cycle = cycle
				s.cur.CopyFrom(s.best)
			}
			s.step(temperature)
		}
		if s.improved {
			offer(s)
		}
	}
}
