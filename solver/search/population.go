package search

import (
	"slices"

	"callout/solver/route"
)

// population is plans that come from descents of their own, and of which pairs have children: the routes of one plan, but for some that come
// from the other. A child anneals where it is new, and then takes its first parent's place if it is no dearer and unlike all others, so
// that the plans get better and stay different (Nagata, Bräysy and Dullaert 2010, doi 10.1016/j.cor.2009.06.022, pair and replace so). Between
// good plans a single search that cools goes to one or the other by chance; here it is the parts of plans that are chosen.
type population struct {
	regime

	size  int
	plans []*route.Solution
	grown *route.Solution // the best plan of the descent or child at work, once it is cold enough; see has
	has   bool
	pairs []int32 // the order in which plans pair with the next one
	pair  int     // the next of them
	heir  int     // whose place the child at work may take; -1: nobody's
	fresh bool    // it takes it in any case
	hot   float64
	from  int64 // iterations in which it anneals
	until int64
	leg   int64 // iterations of a later descent
	cross crossover
}

// regime is what a population does with a budget.
type regime struct {
	least    float64 // steps per job that it takes
	perPlan  float64 // steps per job of the whole budget for which there is a plan
	most     int     // plans
	descents float64 // share of the budget that goes into descents
	first    float64 // share of that for the first descent; 0: the same as for the others
	again    float64 // hot end of descents from the best plan; 0: they begin anew
	childHot float64 // hot end of children
	steps    int64   // of a child per job of the routes that are new
}

var (
	// alike is for shifts that are all of one class: the routes of any two plans fit together.
	alike = regime{least: 400, perPlan: 250, most: 16, descents: 0.35, childHot: 0.1, steps: 3}
	// mixed is for shifts that differ. Routes of separate descents rarely fit together there, and short descents end far above long ones;
	// so the plans are one that took its time, and what becomes of it when it melts again.
	mixed = regime{least: 2000, perPlan: 500, most: 8, descents: 0.5, first: 0.5, again: 0.7, childHot: 0.2, steps: 5}
)

const (
	fewestPlans = 4
	// The best plan of a descent is looked for below this share of the hot end; before, it is passed by too often.
	coldEnough = 0.1
	leastChild = 200 // steps
)

// newPopulation returns nil where a budget of so many steps per job is too small for one. Large problems need more of them.
func newPopulation(s *searcher, stepsPerJob float64) *population {
	r := alike
	if s.exchanges {
		r = mixed
	}
	if stepsPerJob < max(r.least, float64(s.in.NJobs)) {
		return nil
	}
	p := &population{regime: r, heir: -1, grown: route.NewBest(s.in)}
	p.size = int(min(float64(r.most), max(fewestPlans, stepsPerJob/r.perPlan)))
	if p.first == 0 {
		p.first = 1 / float64(p.size)
	}
	p.cross.shared = make([]int32, s.in.NShifts())
	return p
}

// guide makes ready for the next step when that share of the budget is spent, and returns its temperature.
func (s *searcher) guide(spent float64) float64 {
	p := s.people
	if spent < p.descents {
		leg, done := p.descent(spent / p.descents)
		for len(p.plans) < leg {
			s.settle()
			s.descend()
		}
		if leg > 0 && p.again > 0 {
			return fall(p.again*s.heat.hot, s.heat.cold, done)
		}
		return fall(s.heat.hot, s.heat.cold, done)
	}
	if p.leg == 0 {
		for len(p.plans) < p.size {
			s.settle()
		}
		p.receive(s.best) // it may be from elsewhere
		p.leg = max(1, int64(float64(s.iter)*(1-p.first)/float64(p.size-1)))
	}
	if s.iter >= p.until {
		s.settle()
		s.breed()
	}
	return fall(max(p.hot*s.heat.hot, s.heat.cold), s.heat.cold, float64(s.iter-p.from)/float64(p.until-p.from))
}

// descent tells which of the descents is under way when a share of their steps is done, and how much of it.
func (p *population) descent(done float64) (leg int, share float64) {
	if done < p.first {
		return 0, done / p.first
	}
	x := (done - p.first) / (1 - p.first) * float64(p.size-1)
	leg = min(int(x), p.size-2)
	return 1 + leg, x - float64(leg)
}

// watch remembers the plan after a step if it is the best of the descent or child at work.
func (s *searcher) watch(temperature float64) {
	p := s.people
	if temperature <= coldEnough*s.heat.hot && (!p.has || s.cur.Cost() < p.grown.Cost()) {
		p.grown.CopyFrom(s.cur)
		p.has = true
	}
}

// settle gives the plan that a descent or child has come to its place among the others.
func (s *searcher) settle() {
	p := s.people
	if !p.has {
		p.grown.CopyFrom(s.cur)
	}
	switch {
	case len(p.plans) < p.size:
		own := route.NewBest(s.in)
		own.CopyFrom(p.grown)
		p.plans = append(p.plans, own)
	case p.heir < 0:
	case p.fresh, p.grown.Cost() <= p.plans[p.heir].Cost() && !p.knows(p.grown, p.heir):
		p.plans[p.heir].CopyFrom(p.grown)
	}
	p.heir, p.fresh, p.has = -1, false, false
}

// knows tells whether a plan other than number but costs the same as plan, which then it mostly is.
func (p *population) knows(plan *route.Solution, but int) bool {
	for i, o := range p.plans {
		if i != but && o.Cost() == plan.Cost() {
			return true
		}
	}
	return false
}

// descend makes the plan current from which a descent starts.
func (s *searcher) descend() {
	if s.people.again > 0 {
		s.cur.CopyFrom(s.best)
		return
	}
	s.cur.EmptyAll()
	s.removed = append(s.removed[:0], s.cur.Absent...)
	slices.Sort(s.removed)
	s.survey()
	s.recreate()
	s.accept()
}

// breed makes the next child current. Where the plans have become alike, a new one descends in place of one that is not the best.
func (s *searcher) breed() {
	p := s.people
	p.from = s.iter
	for range 3 * p.size {
		a, b := p.next(s)
		if jobs := s.crossOver(p.plans[a], p.plans[b]); jobs > 0 {
			p.heir, p.hot = int(a), p.childHot
			p.until = s.iter + max(leastChild, p.steps*int64(jobs))
			return
		}
	}
	s.seeds = nil
	s.descend()
	p.heir, p.fresh, p.until = 0, true, s.iter+p.leg
	if p.plans[0].Cost() <= s.best.Cost() {
		p.heir = 1
	}
	if p.hot = p.again; p.hot == 0 {
		p.hot = 1
	}
}

// next draws a pair: each plan is first in one of as many.
func (p *population) next(s *searcher) (a, b int32) {
	if p.pair == len(p.pairs) {
		p.pairs, p.pair = p.pairs[:0], 0
		for i := range p.plans {
			p.pairs = append(p.pairs, int32(i))
		}
		s.rng.Shuffle(len(p.pairs), func(a, b int) { p.pairs[a], p.pairs[b] = p.pairs[b], p.pairs[a] })
	}
	a, b = p.pairs[p.pair], p.pairs[(p.pair+1)%len(p.pairs)]
	p.pair++
	return a, b
}

// receive takes a better plan than all in, in place of the worst one, once there are all.
func (p *population) receive(plan *route.Solution) {
	if len(p.plans) < p.size || p.knows(plan, -1) {
		return
	}
	worst := 0
	for i, o := range p.plans {
		if i != p.heir && (worst == p.heir || o.Cost() > p.plans[worst].Cost()) {
			worst = i
		}
	}
	p.plans[worst].CopyFrom(plan)
}
