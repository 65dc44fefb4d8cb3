// Command jam shows what a change of traffic costs: it plans a made-up day on a road network, doubles all times in the centre from
// 16:00, and plans anew from the plan that there was. It runs the service in this process, has every plan judged, and prints how long
// each step took and what has changed. `make bench-jam` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/city"
	"callout/bench/program"
	"callout/engine/matrix"
	"callout/engine/road"
)

func main() {
	o := options{}
	network := flag.String("network", "", "road network, made by callout import")
	flag.IntVar(&o.jobs, "jobs", 200, "jobs of the day")
	flag.IntVar(&o.technicians, "technicians", 25, "technicians")
	flag.Uint64Var(&o.seed, "seed", 1, "of the day and the search")
	flag.DurationVar(&o.morning, "morning", 10*time.Second, "time budget of the first plan")
	flag.DurationVar(&o.again, "again", 5*time.Second, "time budget of the plan after the change")
	flag.Parse()
	os.Exit(program.Run("jam", func(ctx context.Context) error {
		n, err := road.Open(*network)
		if err != nil {
			return err
		}
		return run(ctx, os.Stdout, n, o)
	}))
}

type options struct {
	jobs, technicians int
	seed              uint64
	morning, again    time.Duration
}

func run(ctx context.Context, out io.Writer, n *road.Network, o options) error {
	cache, err := matrix.NewCache(256 << 20)
	if err != nil {
		return err
	}
	defer cache.Close()
	s := server.New(server.Options{
		Version: "jam", Networks: matrix.NewNetworks(512<<20, n), Cache: cache, Workers: runtime.GOMAXPROCS(0), Queue: 1,
	})
	req := city.Generate(city.Options{Jobs: o.jobs, Technicians: o.technicians, Seed: o.seed})
	p := req.GetProblem()
	city.Move(p, n)
	least, greatest := n.Bounds()
	height, width := size(least, greatest)
	fmt.Fprintf(out, "%d jobs, %d technicians, %d locations within %.1f × %.1f km, %d processors\n",
		len(p.GetJobs()), len(p.GetTechnicians()), len(p.GetLocations()), width, height, runtime.GOMAXPROCS(0))

	before, err := plan(ctx, s, p, nil, o.morning, o.seed)
	if err != nil {
		return fmt.Errorf("the first plan: %w", err)
	}
	before.print(out, "free flow")

	// The jam: twice as long within a quarter of the city's width around its middle, on this day from 16:00.
	day := p.GetNow().AsTime()
	center := &calloutv1.LatLng{Latitude: degrees(least.Lat, greatest.Lat), Longitude: degrees(least.Lon, greatest.Lon)}
	jam := &calloutv1.Traffic{Rules: []*calloutv1.TrafficRule{{
		Effect: &calloutv1.TrafficRule_Factor{Factor: 2}, Circle: &calloutv1.Circle{Center: center, Radius: 250 * min(height, width)},
		FromDate: day.Format("2006-01-02"), ToDate: day.Format("2006-01-02"), Hours: afternoon(),
	}}}
	began := time.Now()
	traffic, err := s.CustomiseTraffic(ctx, &calloutv1.CustomiseTrafficRequest{
		Traffic: jam, Vehicles: []string{"car", "van", "bicycle"}, Departures: []*timestamppb.Timestamp{timestamppb.New(sixteen(n, day))},
	})
	if err != nil {
		return err
	}
	customised := time.Since(began)
	jammed := proto.CloneOf(p)
	for _, profile := range jammed.GetProfiles() {
		profile.GetRoadNetwork().TrafficDigest = traffic.GetTrafficDigest()
	}
	after, err := plan(ctx, s, jammed, before.plan, o.again, o.seed)
	if err != nil {
		return fmt.Errorf("the plan after the change: %w", err)
	}
	after.print(out, "jam in the centre from 16:00")
	fmt.Fprintf(out, "CustomiseTraffic %v; first new plan %v after that: %v in all\n",
		customised.Round(time.Millisecond), after.first.Round(time.Millisecond), (customised + after.first).Round(time.Millisecond))

	old, err := s.Evaluate(ctx, &calloutv1.EvaluateRequest{Problem: jammed, Plan: before.plan})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "the plan before, driven through the jam with its times: %d violations\n", len(old.GetViolations()))
	changed(out, p, before.plan, after.plan)
	return nil
}

// outcome of a search.
type outcome struct {
	plan        *calloutv1.Plan
	first, last time.Duration
	missing     int
}

// plan a problem, from a plan where there is one. The last plan is judged once more.
func plan(
	ctx context.Context, s *server.Service, p *calloutv1.Problem, start *calloutv1.Plan, budget time.Duration, seed uint64,
) (*outcome, error) {
	began := time.Now()
	out := new(outcome)
	err := s.SolveTo(ctx, &calloutv1.SolveRequest{
		Problem: p, InitialPlan: start,
		Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(budget), Seed: seed, Workers: int32(runtime.GOMAXPROCS(0))},
	}, func(m *calloutv1.SolveResponse) error {
		if out.first == 0 {
			out.first = time.Since(began)
		}
		out.plan, out.last, out.missing = m.GetPlan(), time.Since(began), len(m.GetOutcome().GetLocationFaults())
		return nil
	})
	if err != nil {
		return nil, err
	}
	judged, err := s.Evaluate(ctx, &calloutv1.EvaluateRequest{Problem: p, Plan: out.plan})
	if err != nil {
		return nil, err
	}
	if !judged.GetFeasible() {
		return nil, fmt.Errorf("the judge finds %v", judged.GetViolations())
	}
	return out, nil
}

func (o *outcome) print(out io.Writer, name string) {
	t := o.plan.GetMetrics().GetTotals()
	fmt.Fprintf(out, "%s: first plan after %v, last after %v: cost %.2f, %d done, %d left out, %v driven, %.0f km; "+
		"judged feasible, %d locations without a road\n",
		name, o.first.Round(time.Millisecond), o.last.Round(time.Millisecond), o.plan.GetCost().GetTotal(), o.plan.GetMetrics().GetJobsAssigned(),
		o.plan.GetMetrics().GetJobsUnassigned(), t.GetTravel().AsDuration().Round(time.Minute), t.GetDistance()/1000, o.missing)
}

// changed prints what a person would see.
func changed(out io.Writer, p *calloutv1.Problem, a, b *calloutv1.Plan) {
	where := func(plan *calloutv1.Plan) (who, after map[string]string) {
		who, after = make(map[string]string), make(map[string]string)
		for _, r := range plan.GetRoutes() {
			last := ""
			for _, s := range r.GetStops() {
				if job := s.GetVisit().GetJobId(); job != "" {
					who[job], after[job] = r.GetTechnicianId(), last
					last = job
				}
			}
		}
		return who, after
	}
	whoA, afterA := where(a)
	whoB, afterB := where(b)
	moved, reordered, dropped, added := 0, 0, 0, 0
	for _, j := range p.GetJobs() {
		x, hadA := whoA[j.GetId()]
		y, hadB := whoB[j.GetId()]
		switch {
		case hadA && !hadB:
			dropped++
		case hadB && !hadA:
			added++
		case x != y:
			moved++
		case afterA[j.GetId()] != afterB[j.GetId()]:
			reordered++
		}
	}
	fmt.Fprintf(out, "of %d jobs %d went to another technician, %d come after another job, %d were dropped, %d taken in\n",
		len(p.GetJobs()), moved, reordered, dropped, added)
}

func degrees(a, b int32) float64 { return (float64(a) + float64(b)) / 2e7 }

// size in kilometres.
func size(least, greatest road.Point) (height, width float64) {
	a, b := road.Point{Lat: least.Lat, Lon: least.Lon}, road.Point{Lat: least.Lat, Lon: greatest.Lon}
	return road.Metres(a, road.Point{Lat: greatest.Lat, Lon: least.Lon}) / 1000, road.Metres(a, b) / 1000
}

// sixteen is 16:00 in the network's time zone.
func sixteen(n *road.Network, day time.Time) time.Time {
	zone, err := time.LoadLocation(n.Zone())
	if err != nil {
		zone = time.UTC // the network has been opened, so that there is one
	}
	local := day.In(zone)
	return time.Date(local.Year(), local.Month(), local.Day(), 16, 0, 0, 0, zone)
}

// afternoon is from 16:00 to midnight, of all days of the week.
func afternoon() (out []*calloutv1.HourRange) {
	for d := range int32(7) {
		out = append(out, &calloutv1.HourRange{From: 24*d + 16, Until: 24*d + 24})
	}
	return out
}
