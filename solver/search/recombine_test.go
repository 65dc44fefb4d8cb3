package search

import (
	"context"
	"errors"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/highs"
	"callout/solver/ortools/ortoolstest"
	"callout/solver/route"
)

func compiled(t *testing.T, p *model.Problem) *route.Instance {
	t.Helper()
	in, err := route.Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// searched is the best plan of a short search.
func searched(t *testing.T, in *route.Instance, seed uint64, iterations int64) *route.Solution {
	t.Helper()
	res, err := Solve(t.Context(), in, Options{Seed: seed, Iterations: iterations})
	if err != nil {
		t.Fatal(err)
	}
	s := route.NewSolution(in, route.NewContext(in, nil))
	s.Load(res.Best.Plan)
	return s
}

// spoil takes the jobs of the used routes of one parity out and puts them back there in the order of their numbers.
func spoil(in *route.Instance, s *route.Solution, parity int) {
	var mine []int32
	used := 0
	for k := range s.Routes {
		if len(s.Routes[k].Stops) == 0 {
			continue
		}
		if used++; used%2 == parity {
			s.Empty(int32(k))
			mine = append(mine, int32(k))
		}
	}
	for j := range int32(in.NJobs) {
		best, at := in.Lost(j), int32(-1)
		var where route.Insertion
		for _, k := range mine {
			if s.RouteOf[j] >= 0 || !in.Compatible(model.ShiftIdx(k), j) {
				continue
			}
			if ins := s.BestBelow(k, j, best); ins.Cost < best {
				best, at, where = ins.Cost, k, ins
			}
		}
		if at >= 0 {
			s.Insert(at, j, where)
		}
	}
	s.Commit()
}

func recombined(t *testing.T, in *route.Instance, plans ...*route.Solution) *recombiner {
	t.Helper()
	r := newRecombiner(in, &limits{})
	t.Cleanup(r.close)
	for _, s := range plans {
		p := newPool(in, r.pool.names)
		p.collect(s)
		r.pool.drain(p)
	}
	return r
}

// Two plans, each good in one half: recombined they make at least the plan that is good in both. Where routes share stock, each
// draws on it anew, and may take what another one was to have: then the plan may come out no better than the halves, once here.
func TestRecombiningFindsTheGoodHalves(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	nothing := 0
	for seed := range uint64(8) {
		p := modeltest.Plain(40, 10, seed)
		if seed%2 == 1 {
			p = modeltest.Rich(30, 6, seed)
		}
		in := compiled(t, p)
		good := searched(t, in, seed, 600)
		var half [2]*route.Solution
		for parity := range half {
			half[parity] = searched(t, in, seed, 600)
			spoil(in, half[parity], parity)
		}
		if half[0].Cost() <= good.Cost() {
			continue // one route only
		}
		r := recombined(t, in, half[0], half[1])
		if !r.run(t.Context(), firstMerge, half[0], 0) {
			if nothing++; seed%2 == 0 || nothing > 1 {
				t.Errorf("seed %d: nothing found", seed)
			}
			continue
		}
		r.trial.MustAgree()
		if report := check.Plan(p, r.trial.Plan()); !report.Feasible() {
			t.Errorf("seed %d: %v", seed, report.Err())
		}
		// Of routes that share stock one may have had to give way.
		if seed%2 == 0 && r.trial.Cost() > good.Cost() {
			t.Errorf("seed %d: %d, but %d can be had", seed, r.trial.Cost(), good.Cost())
		}
	}
}

// A cover may visit jobs twice: the plan made of it does not, and costs no more.
func TestSurplusVisitsAreTakenOut(t *testing.T) {
	in := compiled(t, modeltest.Plain(20, 6, 3))
	var columns []*column
	var sum int64
	for seed := range uint64(2) {
		s := searched(t, in, seed, 5)
		for k := range s.Routes {
			if len(s.Routes[k].Stops) > 0 && (seed == 0 || k%2 == 0) {
				c := &column{}
				c.fill(in, &s.Routes[k])
				columns = append(columns, c)
				sum += c.cost
			}
		}
	}
	r := &recombiner{in: in}
	r.assemble(columns)
	r.trial.MustAgree()
	if len(r.trial.Absent) > 0 || r.trial.Cost() >= sum {
		t.Errorf("cost %d, %d left out; the columns cost %d", r.trial.Cost(), len(r.trial.Absent), sum)
	}
}

func TestPoolKeepsTheCheapest(t *testing.T) {
	in := compiled(t, modeltest.Plain(20, 6, 3))
	p := newPool(in, newNames(in))
	if c := p.place(7, 100); c == nil {
		t.Fatal("an empty pool refuses")
	} else {
		c.cost = 100
	}
	if p.place(7, 100) != nil || p.place(7, 101) != nil {
		t.Error("a route that is no cheaper was taken")
	}
	if c := p.place(7, 99); c == nil || len(p.columns) != 1 {
		t.Error("a cheaper order of the same jobs was not put in place of the dearer one")
	}
	for name := range uint64(poolSize) {
		p.place(1000+name, 1)
	}
	if len(p.columns) != poolSize || len(p.at) != poolSize {
		t.Errorf("%d columns, %d names", len(p.columns), len(p.at))
	}
	if p.place(7, 1) == nil {
		t.Error("the oldest column is remembered although it had to go")
	}
}

// The same seed gives the same plan with recombination, whatever the number of workers.
func TestRecombiningIsRepeatable(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	p := modeltest.Plain(60, 12, 5)
	in := compiled(t, p)
	for _, workers := range []int{1, 2} {
		o := Options{Seed: 4, Workers: workers, Iterations: perJob * int64(in.NJobs)}
		var cost [2]int64
		for k := range cost {
			res, err := Solve(t.Context(), in, o)
			if err != nil {
				t.Fatal(err)
			}
			if report := check.Plan(p, res.Best.Plan); !report.Feasible() || report.Terms != res.Best.Terms {
				t.Errorf("%d workers: %v", workers, report.Err())
			}
			cost[k] = in.Scalar(&res.Best.Terms)
		}
		if cost[0] != cost[1] {
			t.Errorf("%d workers: %d and %d", workers, cost[0], cost[1])
		}
	}
}

func TestCancelEndsRecombining(t *testing.T) {
	ortoolstest.Need(t, highs.Available())
	in := compiled(t, modeltest.Plain(40, 10, 2))
	good, bad := searched(t, in, 1, 600), searched(t, in, 1, 600)
	spoil(in, bad, 0)
	r := recombined(t, in, good, bad)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if r.run(ctx, firstMerge, bad, time.Minute) {
		t.Error("found something after the end")
	}
	if _, err := r.choose(ctx, bad, time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
