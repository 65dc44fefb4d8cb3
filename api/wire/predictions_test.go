package wire

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"google.golang.org/protobuf/types/known/timestamppb"
	"pgregory.net/rapid"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

func riskPoint(t *timestamppb.Timestamp, p float64) *calloutv1.RiskPoint {
	return &calloutv1.RiskPoint{Time: t, Probability: p}
}

// predicted is the small request with a curve for its first job.
func predicted(tb testing.TB) *calloutv1.SolveRequest {
	tb.Helper()
	in := small(tb)
	in.Problem.Jobs[0].UnassignedCost, in.Problem.Jobs[0].ResponseCostPerHour = nil, nil
	in.Problem.Jobs[0].Prediction = &calloutv1.Prediction{
		FailureCost: 1000,
		Risk: []*calloutv1.RiskPoint{
			riskPoint(timestamppb.New(at(0, 0).AsTime().Add(-18*time.Hour)), 0.01), // 12 hours before second 0
			riskPoint(at(6, 0), 0.05), riskPoint(&timestamppb.Timestamp{Seconds: at(8, 0).GetSeconds(), Nanos: 5}, 0.2),
			riskPoint(at(9, 0), 0.2), riskPoint(at(9, 1), 0.2001),
		},
	}
	return in
}

// A curve is cut at second 0, 12 hours before 6:00. It rises by 40 in 24 hours: 40,000,000 millionths in 86,400 s, 462 a second and 83,200 s of
// one more. From 6:00 on it is 150 in two hours: 20,833 a second, and one more in the last 2,400 s of 7,200. A tenth in 60 s is 1,666 and
// 40 s of one more.
func TestPrediction(t *testing.T) {
	p, _, faults := Problem(predicted(t).GetProblem(), DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sound(t, p)
	const six = 12 * 3600
	j := &p.Jobs[0]
	want := []model.Rise{
		{From: 0, Cost: 10_000_000 + 462*3_200 + 463*40_000, Rate: 463},
		{From: six, Cost: 50_000_000, Rate: 20_833},
		{From: six + 4_800, Cost: 50_000_000 + 4_800*20_833, Rate: 20_834},
		{From: six + 7_200, Cost: 200_000_000},
		{From: six + 10_800, Cost: 200_000_000, Rate: 1_666},
		{From: six + 10_820, Cost: 200_000_000 + 20*1_666, Rate: 1_667},
		{From: six + 10_860, Cost: 200_100_000},
	}
	if d := cmp.Diff(want, j.Risk); d != "" {
		t.Error(d)
	}
	if j.Unassigned != 200_100_000 || j.Response != 0 {
		t.Errorf("left out it costs %d, and %d a second from its release on", j.Unassigned, j.Response)
	}
}

// Prices that are given stand, and each term has its own weight.
func TestPredictionPrices(t *testing.T) {
	in := predicted(t).GetProblem()
	job := in.GetJobs()[0]
	job.ResponseCostPerHour = new(3.6)
	in.Objective = &calloutv1.Objective{Terms: []*calloutv1.TermWeight{
		{Term: calloutv1.Term_TERM_RISK, Weight: new(2.0), Tier: 2}, {Term: calloutv1.Term_TERM_UNASSIGNED, Weight: new(3.0)},
	}}
	job.Prediction.Risk = []*calloutv1.RiskPoint{riskPoint(at(6, 0), 0.5)}
	p, _, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	j := &p.Jobs[0]
	if d := cmp.Diff([]model.Rise{{Cost: 1_000_000_000}}, j.Risk); d != "" || j.Unassigned != 1_500_000_000 || j.Response != 1000 {
		t.Errorf("risk %s, left out %d, response %d", d, j.Unassigned, j.Response)
	}
	if p.Objective.Tier[model.Risk] != 1 {
		t.Error("the term is not in the second tier")
	}
	job.UnassignedCost = new(7.0)
	if p, _, _ = Problem(in, DefaultLimits()); p.Jobs[0].Unassigned != 21_000_000 {
		t.Errorf("left out it costs %d in place of 7 at a weight of 3", p.Jobs[0].Unassigned)
	}
}

// A curve meets its points to the unit, wherever they lie, is never further than a millionth per second from the line between them, and
// never falls.
func TestCurve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := rapid.SliceOfNDistinct(rapid.Int64Range(-5000, 5000), 1, 12, rapid.ID[int64]).Draw(t, "times")
		slices.Sort(times)
		var c curve
		var costs []model.Cost
		var cost model.Cost
		for _, at := range times {
			cost += rapid.Int64Range(0, 100_000).Draw(t, "rise")
			costs = append(costs, cost)
			c.to(at, cost)
		}
		price := func(at model.Time) model.Cost {
			k := 0
			for k+1 < len(c.pieces) && c.pieces[k+1].From <= at {
				k++
			}
			return c.pieces[k].Cost + c.pieces[k].Rate*(at-c.pieces[k].From)
		}
		if c.pieces[0].From != 0 || len(c.pieces) > 2*len(times)+1 {
			t.Fatalf("pieces %v", c.pieces)
		}
		last := model.Cost(-1)
		for at := range int64(5100) {
			got := price(at)
			k, met := slices.BinarySearch(times, at)
			switch {
			case met && got != costs[k], k == 0 && got != costs[0], k == len(times) && got != costs[k-1]:
				t.Fatalf("at %d it is %d: times %v, costs %v", at, got, times, costs)
			case 0 < k && k < len(times):
				length := float64(times[k] - times[k-1])
				line := float64(costs[k-1]) + float64(costs[k]-costs[k-1])*float64(at-times[k-1])/length
				if off := line - float64(got); math.Abs(off) > length/4+1 {
					t.Fatalf("at %d it is %d, %g off the line", at, got, off)
				}
			}
			if got < last {
				t.Fatalf("at %d it falls from %d to %d", at, last, got)
			}
			last = got
		}
	})
}

// Points behind all times that a problem may have are left out, and those long ago do no harm.
func TestCurveEnds(t *testing.T) {
	var c curve
	c.to(-60_000_000_000, 0)
	c.to(-59_999_999_999, 1<<59)
	c.to(model.MaxTime+1000, 1<<60)
	if len(c.pieces) == 0 || c.pieces[0].From != 0 || c.pieces[len(c.pieces)-1].From > model.MaxTime {
		t.Errorf("pieces %v", c.pieces)
	}
	for _, r := range c.pieces {
		if r.Cost < 1<<59 || r.Rate < 0 {
			t.Errorf("piece %+v", r)
		}
	}
}

// A curve that would overflow sums is refused: by its points, or where only all of it together does.
func TestRiskOverflow(t *testing.T) {
	in := predicted(t).GetProblem()
	job := in.GetJobs()[0]
	job.UnassignedCost = new(1.0)
	job.Prediction.FailureCost = 1e9
	other := in.GetJobs()[1]
	other.UnassignedCost = new(1.0)
	other.Prediction = &calloutv1.Prediction{FailureCost: 1e9, Risk: []*calloutv1.RiskPoint{riskPoint(at(8, 0), 0.05)}}
	in.Objective = &calloutv1.Objective{Terms: []*calloutv1.TermWeight{{Term: calloutv1.Term_TERM_RISK, Weight: new(10_000.0)}}}
	for _, want := range [][]string{
		{
			"problem.jobs[0].prediction.risk[2].probability COST_OVERFLOW", "problem.jobs[0].prediction.risk[3].probability COST_OVERFLOW",
			"problem.jobs[0].prediction.risk[4].probability COST_OVERFLOW",
		},
		{"problem.objective COST_OVERFLOW"},
		nil,
	} {
		_, _, faults := Problem(in, DefaultLimits())
		if got := brief(faults); !slices.Equal(got, want) {
			t.Errorf("faults %q, want %q", got, want)
		}
		in.Objective.Terms[0].Weight = new(in.GetObjective().GetTerms()[0].GetWeight() / 2)
	}
}
