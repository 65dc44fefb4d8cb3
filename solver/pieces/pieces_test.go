package pieces_test

import (
	"context"
	"errors"
	"reflect"
	"testing"
	"time"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
	"callout/solver/ortools/ortoolstest"
	"callout/solver/pieces"
	"callout/solver/search"
)

func TestMain(m *testing.M) { ortoolstest.Main(m) }

// dense is the travel of a matrix, asked for as if there were none.
type dense struct{ m *model.Matrix }

func (d *dense) Drive(from, to model.LocIdx) (model.Duration, model.Meters) {
	return d.m.Duration(from, to), d.m.Distance(from, to)
}

func (d *dense) Matrix(ctx context.Context, list []model.LocIdx) (*model.Matrix, error) {
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	return d.m.Among(list), nil
}

func (d *dense) Longest() (model.Duration, model.Meters, bool) {
	return model.MaxTime, model.MaxTime, true
}

// widened is a problem with wide travel instead of its matrices.
func widened(p *model.Problem) *model.Problem {
	out := *p
	out.Profiles = append([]model.Profile(nil), p.Profiles...)
	for k := range out.Profiles {
		from, to := &p.Profiles[k], &out.Profiles[k]
		to.Matrix, to.Series = nil, nil
		if from.Matrix != nil {
			to.Wide = model.Wide{{From: -1, Journeys: &dense{from.Matrix}}}
		}
		seen := make(map[*model.Matrix]*dense)
		for _, b := range from.Series {
			if seen[b.Matrix] == nil {
				seen[b.Matrix] = &dense{b.Matrix}
			}
			to.Wide = append(to.Wide, model.Span{From: b.From, Journeys: seen[b.Matrix]})
		}
	}
	return &out
}

// judge fails the test where the checker finds a violation or another cost, with the travel as it was and as it is asked for.
func judge(tb testing.TB, p, wide *model.Problem, inc *search.Incumbent) {
	tb.Helper()
	for _, q := range []*model.Problem{p, wide} {
		rep := check.Plan(q, inc.Plan)
		for _, v := range rep.Violations {
			tb.Errorf("violation: %+v", v)
		}
		if rep.Terms != inc.Terms || rep.Vec != inc.Vec {
			tb.Errorf("terms %v, the checker says %v", inc.Terms, rep.Terms)
		}
	}
}

func problem(seed uint64) *model.Problem {
	jobs, technicians := 20+int(seed*7)%40, 3+int(seed)%7
	switch seed % 3 {
	case 1:
		return modeltest.Shipped(jobs, technicians, seed)
	case 2:
		return modeltest.Rush(jobs, technicians, seed)
	}
	switch seed {
	case 3:
		return modeltest.Swapped(jobs, technicians, seed)
	case 9:
		return modeltest.Tight(jobs, technicians, seed)
	case 6, 12:
		return modeltest.Returned(jobs, technicians, seed)
	}
	return modeltest.Rich(jobs, technicians, seed)
}

// Every plan on the way must stand before the checker, and each must be better than the one before.
func TestPlansAreClean(t *testing.T) {
	for seed := range uint64(15) {
		p := problem(seed)
		wide := widened(p)
		var last *search.Incumbent
		res, err := pieces.Solve(t.Context(), wide, pieces.Options{
			Size: 6 + int(seed)%20,
			Options: search.Options{Seed: seed, Workers: 1 + int(seed)%3, Iterations: 200, OnIncumbent: func(i *search.Incumbent) {
				judge(t, p, wide, i)
				if last != nil && !i.Vec.Less(last.Vec) {
					t.Errorf("%v after %v", i.Vec, last.Vec)
				}
				last = i
			}},
		})
		if err != nil {
			t.Fatal(err)
		}
		judge(t, p, wide, &res.Best)
		if last == nil || last.Vec != res.Best.Vec || res.Stop != search.StopIterations {
			t.Errorf("the best plan was not sent, or the search stopped for reason %v", res.Stop)
		}
		if t.Failed() {
			t.Fatalf("seed %d", seed)
		}
	}
}

func TestSameSeedSamePlan(t *testing.T) {
	p := widened(modeltest.Rich(60, 8, 4))
	var plans []*model.Plan
	for range 3 {
		res, err := pieces.Solve(t.Context(), p, pieces.Options{Size: 15, Options: search.Options{Seed: 7, Workers: 2, Iterations: 500}})
		if err != nil {
			t.Fatal(err)
		}
		plans = append(plans, res.Best.Plan)
	}
	if !reflect.DeepEqual(plans[0], plans[1]) || !reflect.DeepEqual(plans[0], plans[2]) {
		t.Error("the plans differ")
	}
}

// A plan to start from is kept or made better; a wrong one is repaired.
func TestStart(t *testing.T) {
	for seed := range uint64(6) {
		p := problem(seed)
		wide := widened(p)
		solve := func(start *model.Plan, seed uint64) *search.Result {
			res, err := pieces.Solve(t.Context(), wide, pieces.Options{
				Size: 12, Options: search.Options{Seed: seed, Iterations: 60, Start: start},
			})
			if err != nil {
				t.Fatal(err)
			}
			judge(t, p, wide, &res.Best)
			return res
		}
		first := solve(nil, seed)
		again := solve(first.Best.Plan, seed+1)
		if first.Best.Vec.Less(again.Best.Vec) || len(again.Repairs) > 0 {
			t.Errorf("seed %d: %v from %v, %d repairs", seed, again.Best.Vec, first.Best.Vec, len(again.Repairs))
		}
		// The same stops for all, and some that do not exist.
		wrong := &model.Plan{Routes: make([]model.Route, len(p.Shifts))}
		for s := range wrong.Routes {
			wrong.Routes[s].Shift = model.ShiftIdx(s)
			for j := range min(5, len(p.Jobs)) {
				wrong.Routes[s].Stops = append(wrong.Routes[s].Stops, model.Stop{Kind: model.Visit, Job: model.JobIdx(j)})
			}
			wrong.Routes[s].Stops = append(wrong.Routes[s].Stops, model.Stop{Kind: model.Visit, Job: model.JobIdx(len(p.Jobs))})
		}
		if res := solve(wrong, seed); len(res.Repairs) < len(p.Shifts) {
			t.Errorf("seed %d: %d repairs", seed, len(res.Repairs))
		}
	}
}

func TestEnds(t *testing.T) {
	p := widened(modeltest.Plain(60, 10, 1))
	if _, err := pieces.Solve(t.Context(), p, pieces.Options{}); !errors.Is(err, search.ErrNoBudget) {
		t.Errorf("without a budget: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	res, err := pieces.Solve(ctx, p, pieces.Options{Size: 10, Options: search.Options{Budget: time.Hour}})
	if err != nil || res.Stop != search.StopCancelled || len(res.Best.Plan.Unassigned) != 60 {
		t.Errorf("cancelled: %+v, %v", res, err)
	}
	res, err = pieces.Solve(t.Context(), p, pieces.Options{Size: 10, Options: search.Options{Budget: time.Hour, Stagnation: time.Nanosecond}})
	if err != nil || res.Stop != search.StopStagnation {
		t.Errorf("stagnant: %v, %v", res.Stop, err)
	}
	res, err = pieces.Solve(t.Context(), p, pieces.Options{Size: 10, Options: search.Options{FirstOnly: true}})
	if err != nil || res.Best.Iterations != 0 || len(res.Best.Plan.Unassigned) > 10 {
		t.Errorf("first plan alone: %+v, %v", res, err)
	}
	none := &model.Problem{}
	if res, err = pieces.Solve(t.Context(), none, pieces.Options{Options: search.Options{Iterations: 5}}); err != nil || res.Best.Plan == nil {
		t.Errorf("nothing at all: %+v, %v", res, err)
	}
}

// Pieces come near to what is found for the whole.
func TestCost(t *testing.T) {
	p := modeltest.Plain(200, 25, 3)
	wide := widened(p)
	res, err := pieces.Solve(t.Context(), wide, pieces.Options{Size: 60, Options: search.Options{Iterations: 40_000}})
	if err != nil {
		t.Fatal(err)
	}
	judge(t, p, wide, &res.Best)
	first, err := pieces.Solve(t.Context(), wide, pieces.Options{Size: 60, Options: search.Options{FirstOnly: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("first %d, best %d", first.Best.Vec[0], res.Best.Vec[0])
	if float64(res.Best.Vec[0]) > 0.9*float64(first.Best.Vec[0]) {
		t.Errorf("%d, the first plan costs %d", res.Best.Vec[0], first.Best.Vec[0])
	}
}
