package search

import (
	"slices"
	"testing"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// populated returns a searcher with a population that has come out of short descents.
func populated(tb testing.TB, p *model.Problem) *searcher {
	tb.Helper()
	s := warm(tb, p, 0)
	s.people = newPopulation(s, 1e4)
	for range 40 * s.people.size {
		x := s.people.descents * float64(s.iter) / float64(40*s.people.size+sampleSteps)
		t := s.guide(x)
		s.step(t)
		s.watch(t)
	}
	s.guide(s.people.descents) // the first child
	return s
}

// Whatever two plans of a problem have children, these are plans that the checker accepts, at the cost that the search believes in.
func TestChildrenArePlans(t *testing.T) {
	sets := [][]string{
		nil, {"skills", "two-profiles"}, {"two-shifts", "break"}, {"node-calls"}, {"scarce-nodes", "tools-lent"}, modeltest.Features(),
	}
	for n, names := range sets {
		p := modeltest.With(30, 6, uint64(n), names...)
		s := populated(t, p)
		plans, fresh := s.people.plans, 0
		for k := range 120 {
			a, b := plans[k%len(plans)], plans[(k/len(plans)+k+1)%len(plans)]
			jobs := s.crossOver(a, b)
			if jobs > 0 {
				fresh++
				for _, j := range s.seeds {
					if s.cur.RouteOf[j] < 0 {
						t.Fatalf("%v: a ruin may begin at job %d, which is left out", names, j)
					}
				}
			}
			if slices.ContainsFunc(s.people.cross.shared, func(n int32) bool { return n != 0 }) {
				t.Fatalf("%v: jobs in common are left over", names)
			}
			if report := check.Plan(p, s.cur.Plan()); !report.Feasible() || report.Terms != s.cur.Terms() {
				t.Fatalf("%v: %v, terms %v instead of %v", names, report.Violations, s.cur.Terms(), report.Terms)
			}
		}
		if fresh == 0 {
			t.Errorf("%v: no child is new", names)
		}
	}
}

// The population is full when the children come, and no plan in it gets dearer, but where one descends anew; the best plan is not lost.
func TestPopulationGetsBetter(t *testing.T) {
	for _, names := range [][]string{nil, {"skills"}} {
		s := populated(t, modeltest.With(30, 6, 1, names...))
		p := s.people
		if len(p.plans) != p.size || p.heir < 0 {
			t.Fatalf("%d of %d plans, a child in place of %d", len(p.plans), p.size, p.heir)
		}
		costs := make([]int64, p.size)
		children, better := 0, 0
		for range 6000 {
			for i, o := range p.plans {
				costs[i] = o.Cost()
			}
			heir, fresh, until := p.heir, p.fresh, p.until
			temp := s.guide(1)
			if p.until != until {
				children++
			}
			for i, o := range p.plans {
				if o.Cost() > costs[i] && (!fresh || i != heir) {
					t.Fatalf("plan %d of %v becomes dearer", i, names)
				}
				if o.Cost() < costs[i] {
					better++
				}
			}
			if temp < s.heat.cold*0.999 || temp > s.heat.hot {
				t.Fatalf("temperature %v outside of %v", temp, s.heat)
			}
			s.step(temp)
			s.watch(temp)
		}
		if children < 10 || better == 0 {
			t.Errorf("%v: %d children, %d times a plan got better", names, children, better)
		}
	}
}

func TestDescentsShareTheirSteps(t *testing.T) {
	for _, p := range []population{{regime: regime{first: 0.5}, size: 8}, {regime: regime{first: 0.25}, size: 4}} {
		leg, share := p.descent(0)
		for k := 1; k < 1000; k++ {
			l, x := p.descent(float64(k) / 1000)
			if l < leg || l > leg+1 || l == leg && x < share || x < 0 || x > 1 {
				t.Fatalf("from %d, %v to %d, %v", leg, share, l, x)
			}
			leg, share = l, x
		}
		if leg != p.size-1 {
			t.Errorf("%d of %d descents", leg+1, p.size)
		}
	}
}

func TestReceiveKeepsThePlanAtWork(t *testing.T) {
	s := populated(t, modeltest.With(30, 6, 3))
	p := s.people
	s.cur.EmptyAll()
	s.cur.Commit()
	p.receive(s.cur)
	found := -1
	for i, o := range p.plans {
		if o.Cost() == s.cur.Cost() {
			found = i
		}
	}
	if found < 0 || found == p.heir {
		t.Errorf("received as %d, and %d is at work", found, p.heir)
	}
}
