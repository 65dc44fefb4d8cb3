package bench

import (
	"fmt"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/bench/city"
	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
)

// BenchmarkRushHour plans days with rush hours twice, each time for as long: as they are, and as if the traffic were the day's
// average at all hours. What the second plan is worth is told by driving it through the rush hours: the drives that take longer than
// it says, and what it costs when everybody leaves when that suits his sequence best.
//
//	go test -run '^$' -bench RushHour -benchtime 1x ./bench
func BenchmarkRushHour(b *testing.B) {
	for seed := range uint64(5) {
		b.Run(fmt.Sprint("seed-", seed), func(b *testing.B) {
			for b.Loop() {
				with := city.Generate(city.Options{Jobs: 120, Technicians: 14, Seed: seed, Rush: true}).GetProblem()
				average := proto.CloneOf(with)
				for _, p := range average.GetProfiles() {
					p.GetStraightLine().SpeedFactors = nil // over the working hours the factors come to no difference
				}
				byHour, static := planned(b, with, seed), planned(b, average, seed)
				var longer, behind int64
				for _, v := range evaluated(b, with, static).Violations {
					if v.Code == check.TravelTime {
						longer, behind = longer+1, behind+v.Size
					}
				}
				b.ReportMetric(float64(longer), "average-longer")
				b.ReportMetric(float64(behind)/60, "average-longer-min")
				report(b, "hours", evaluated(b, with, untimed(byHour)))
				report(b, "average", evaluated(b, with, untimed(static)))
			}
		})
	}
}

func convert(b *testing.B, in *calloutv1.Problem) *model.Problem {
	b.Helper()
	p, _, faults := wire.Problem(in, wire.DefaultLimits())
	if len(faults) > 0 {
		b.Fatal(faults)
	}
	return p
}

// planned is the best plan found.
func planned(b *testing.B, in *calloutv1.Problem, seed uint64) *model.Plan {
	b.Helper()
	set := engine.Settings{TimeBudget: 8 * time.Second, Seed: seed, Workers: 1}
	res, err := engine.Solve(b.Context(), convert(b, in), set, func(*engine.Incumbent) error { return nil })
	if err != nil {
		b.Fatal(err)
	}
	return res.Final.Plan
}

// untimed takes the times out of a plan: who does what in which order is left.
func untimed(plan *model.Plan) *model.Plan {
	for k := range plan.Routes {
		r := &plan.Routes[k]
		r.Depart, r.Finish, r.Breaks = model.NoTime, model.NoTime, nil
		for s := range r.Stops {
			r.Stops[s].Arrival, r.Stops[s].Start, r.Stops[s].End = model.NoTime, model.NoTime, model.NoTime
		}
	}
	return plan
}

func evaluated(b *testing.B, in *calloutv1.Problem, plan *model.Plan) *engine.Evaluation {
	b.Helper()
	e, err := engine.Evaluate(b.Context(), convert(b, in), plan)
	if err != nil {
		b.Fatal(err)
	}
	return e
}

// report the cost, the rules broken, and by how much customers are let down.
func report(b *testing.B, name string, e *engine.Evaluation) {
	b.Helper()
	var late model.Duration
	for _, s := range e.Soft {
		late += s.Late
	}
	b.ReportMetric(float64(e.Terms.Total())/1e6, name+"-cost")
	b.ReportMetric(float64(len(e.Violations)), name+"-rules")
	b.ReportMetric(float64(late)/60, name+"-late-min")
	b.ReportMetric(float64(len(e.Plan.Unassigned)), name+"-left")
}
