// Command allocation measures engine.Allocate on made-up weeks of a stock network: what it costs, how far from the best it is at most, and
// the same of whoever serves demands one after another from the nearest stock. Every allocation is judged by solver/stockcheck.
// `make bench-allocation` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"callout/api/wire"
	"callout/bench/depots"
	"callout/bench/program"
	"callout/engine"
	"callout/solver/allocate"
	"callout/solver/stock"
	"callout/solver/stockcheck"
)

func main() {
	seeds := flag.Int("seeds", 3, "networks per share")
	budget := flag.Duration("time", 10*time.Second, "time budget")
	workers := flag.Int("workers", 2, "1 or 2")
	flag.Parse()
	os.Exit(program.Run("allocation", func(ctx context.Context) error { return run(ctx, os.Stdout, *seeds, *budget, *workers) }))
}

func run(ctx context.Context, out io.Writer, seeds int, budget time.Duration, workers int) error {
	fmt.Fprintf(out, "%s/%s, %d processors, %s; %v, %d workers\n\n", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), runtime.Version(),
		budget, workers)
	fmt.Fprintln(out, "share  seed  method         cost     gap    first  fixed/shipping   fill  in time  mean lateness  departures")
	for _, share := range []float64{0.1, 0.5} {
		for seed := range seeds {
			if err := network(ctx, out, share, uint64(seed+1), budget, workers); err != nil {
				return err
			}
		}
	}
	return nil
}

func network(ctx context.Context, out io.Writer, share float64, seed uint64, budget time.Duration, workers int) error {
	n, _, faults := wire.Network(depots.Generate(depots.Options{FixedShare: share, Seed: seed}), wire.DefaultLimits())
	if len(faults) > 0 {
		return faults
	}
	near := allocate.Nearest(n)
	report := stockcheck.Allocation(n, near)
	if err := report.Err(); err != nil {
		return err
	}
	row(out, share, seed, "nearest first", n, near, &report, "", "")
	var first time.Duration
	set := engine.AllocateSettings{TimeBudget: budget, Workers: workers, Seed: 1}
	res, err := engine.Allocate(ctx, n, set, func(a *engine.Allocated) error {
		if a.Kind == engine.First {
			first = a.Elapsed
		}
		return nil
	})
	if err != nil {
		return err
	}
	row(out, share, seed, "Allocate", n, res.Final.Allocation, &res.Final.Report,
		fmt.Sprintf("%.2f %%", 100*res.Final.Gap()), fmt.Sprintf("%.1f s", first.Seconds()))
	return ctx.Err()
}

func row(
	out io.Writer, share float64, seed uint64, method string, n *stock.Network, a *stock.Allocation, r *stockcheck.Report, gap, first string,
) {
	var units, served, inTime, late int64
	var lateness float64
	used := make(map[stock.DepartureIdx]bool)
	for d := range n.Demands {
		units, served, inTime = units+n.Demands[d].Qty, served+r.Served[d], inTime+r.InTime[d]
	}
	for k := range a.Supplies {
		s := &a.Supplies[k]
		if by := r.Arrives[k] - n.Demands[s.Demand].Due; by > 0 {
			late += s.Qty
			lateness += float64(by) * float64(s.Qty)
		}
		for _, p := range s.Path {
			used[p] = true
		}
	}
	shipping := float64(r.Terms.Fixed + r.Terms.Unit)
	fmt.Fprintf(out, "%4.0f %%  %4d  %-13s %8.0f  %6s  %6s  %12.0f %%  %4.1f %%  %5.1f %%  %11.1f h  %10d\n", 100*share, seed, method,
		float64(r.Terms.Total())/1e6, gap, first, 100*float64(r.Terms.Fixed)/shipping, 100*float64(served)/float64(units),
		100*float64(inTime)/float64(units), lateness/3600/float64(max(1, late)), len(used))
}
