// Command vast plans a made-up day of tens of thousands of locations on a road network, more than there may be a matrix between: by a
// server process of its own, so that it can be said how much memory that takes. It has the last plan judged by the server's Evaluate,
// which asks the network for each leg, and prints when which plan was there. `make bench-vast` runs it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/program"
	"callout/bench/rig"
	"callout/engine/road"
)

func main() {
	o := options{}
	flag.StringVar(&o.program, "program", "bin/callout", "the server")
	flag.StringVar(&o.network, "network", "", "road network, made by callout import")
	flag.IntVar(&o.locations, "locations", 20_000, "of the day: jobs, homes and depots")
	flag.IntVar(&o.technicians, "technicians", 2200, "technicians")
	flag.Uint64Var(&o.seed, "seed", 1, "of the day and the search")
	flag.DurationVar(&o.budget, "budget", time.Minute, "time budget")
	flag.IntVar(&o.workers, "workers", runtime.NumCPU(), "searchers")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "vast [flags] [flags of callout serve]")
		flag.PrintDefaults()
	}
	flag.Parse()
	o.flags = flag.Args()
	os.Exit(program.Run("vast", func(ctx context.Context) error { return run(ctx, os.Stdout, o) }))
}

type options struct {
	program, network                string
	locations, technicians, workers int
	seed                            uint64
	budget                          time.Duration
	flags                           []string // of the server
}

func run(ctx context.Context, out io.Writer, o options) error {
	n, err := road.Open(o.network)
	if err != nil {
		return err
	}
	p := day(n, o)
	fmt.Fprintf(out, "%d jobs, %d technicians, %d locations, a message of %.1f MB; %d searchers, %v\n", len(p.GetJobs()),
		len(p.GetTechnicians()), len(p.GetLocations()), float64(proto.Size(p))/1e6, o.workers, o.budget)
	return rig.With(ctx, o.program, func(s *rig.Server, client calloutv1.PlanningServiceClient) error {
		before, err := s.Peak()
		if err != nil {
			return err
		}
		last, err := solve(ctx, out, client, p, o)
		if err != nil {
			return err
		}
		peak, err := s.Peak()
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "peak resident memory of the server %.0f MiB, %.0f MiB before the request\n", mib(peak), mib(before))
		judged, err := client.Evaluate(ctx, &calloutv1.EvaluateRequest{Problem: p, Plan: last}, grpc.MaxCallRecvMsgSize(256<<20))
		if err != nil {
			return err
		}
		if !judged.GetFeasible() {
			return fmt.Errorf("the judge finds %v", judged.GetViolations())
		}
		fmt.Fprintf(out, "judged feasible, cost %.2f\n", judged.GetPlan().GetCost().GetTotal())
		return nil
	}, append([]string{"--network=" + o.network}, o.flags...)...)
}

// day with so many locations in all.
func day(n *road.Network, o options) *calloutv1.Problem {
	with := func(jobs int) *calloutv1.Problem {
		return city.Generate(city.Options{Jobs: jobs, Technicians: o.technicians, Seed: o.seed}).GetProblem()
	}
	p := with(max(1, o.locations-2*o.technicians))
	p = with(len(p.GetJobs()) + o.locations - len(p.GetLocations()))
	city.Move(p, n)
	// Somewhere on a road that leads somewhere: what is measured has no holes.
	w := n.Weights(road.Car)
	for _, l := range p.GetLocations() {
		at := l.GetPosition()
		if place, err := w.Locate(road.Point{Lat: int32(at.GetLatitude() * 1e7), Lon: int32(at.GetLongitude() * 1e7)}, 1e5); err == nil {
			at.Latitude, at.Longitude = float64(place.Point.Lat)/1e7, float64(place.Point.Lon)/1e7
		}
	}
	for _, profile := range p.GetProfiles() {
		profile.GetRoadNetwork().Polylines = false
	}
	return p
}

var errNoPlan = errors.New("there is no plan")

// solve prints each plan that comes, and returns the last one.
func solve(
	ctx context.Context, out io.Writer, client calloutv1.PlanningServiceClient, p *calloutv1.Problem, o options,
) (*calloutv1.Plan, error) {
	begin := time.Now()
	stream, err := client.Solve(ctx, &calloutv1.SolveRequest{Problem: p, Settings: &calloutv1.SolveSettings{
		TimeBudget: durationpb.New(o.budget), Seed: o.seed, Workers: int32(o.workers), MinImprovementInterval: durationpb.New(o.budget / 20),
	}}, grpc.MaxCallRecvMsgSize(256<<20))
	if err != nil {
		return nil, err
	}
	var last *calloutv1.Plan
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) && last != nil {
			return last, nil
		}
		if errors.Is(err, io.EOF) {
			err = errNoPlan
		}
		if err != nil {
			return nil, err
		}
		last = m.GetPlan()
		x := last.GetMetrics()
		fmt.Fprintf(out, "%6.1f s: cost %.2f, %d done, %d left out, %d shifts, %v driven, %.0f km%s\n", time.Since(begin).Seconds(),
			last.GetCost().GetTotal(), x.GetJobsAssigned(), x.GetJobsUnassigned(), x.GetShiftsUsed(),
			x.GetTotals().GetTravel().AsDuration().Round(time.Minute), x.GetTotals().GetDistance()/1000, ending(m))
	}
}

// ending says how the last message ends.
func ending(m *calloutv1.SolveResponse) string {
	if m.GetOutcome() == nil {
		return ""
	}
	return fmt.Sprintf("; %d locations without a road, %v, %d iterations", len(m.GetOutcome().GetLocationFaults()),
		m.GetOutcome().GetStopReason(), m.GetIterations())
}

func mib(bytes int64) float64 { return float64(bytes) / (1 << 20) }
