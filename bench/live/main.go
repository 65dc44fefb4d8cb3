// Command live measures sessions of Reoptimize: it starts a server on a loopback port, follows a made-up day, and prints how long it takes from an event to
// the first valid plan that has it, per kind of event. `make bench-live` runs it.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/bench/happen"
	"callout/bench/rig"
)

type options struct {
	server            string
	jobs, technicians int
	events            int
	plan, pause       time.Duration
	prices            bool
	seed              uint64
	out               io.Writer
}

func main() {
	o := options{out: os.Stdout}
	flag.StringVar(&o.server, "server", "bin/callout", "the program to start")
	flag.IntVar(&o.jobs, "jobs", 1000, "jobs of the day")
	flag.IntVar(&o.technicians, "technicians", 120, "technicians")
	flag.IntVar(&o.events, "events", 200, "events of each kind")
	flag.DurationVar(&o.plan, "plan", 20*time.Second, "for how long the first plan is searched")
	flag.DurationVar(&o.pause, "pause", 20*time.Millisecond, "between a revision and the next event")
	flag.BoolVar(&o.prices, "prices", true, "changes of the plan have a price")
	flag.Uint64Var(&o.seed, "seed", 1, "of the day and the events")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := rig.With(ctx, o.server, func(_ *rig.Server, client calloutv1.PlanningServiceClient) error { return o.run(ctx, client) })
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "live:", err)
		os.Exit(1)
	}
}

// figures of one kind of event.
type figures struct {
	took    []time.Duration
	changed []time.Duration // numbers of visits, for Quantile
	refused int
}

func (o *options) run(ctx context.Context, client calloutv1.PlanningServiceClient) error {
	req := city.Generate(city.Options{Jobs: o.jobs, Technicians: o.technicians, Seed: o.seed})
	req.Settings.TimeBudget = durationpb.New(o.plan)
	answer, err := rig.Solve(ctx, client, req)
	if err != nil {
		return err
	}
	start := &calloutv1.DayStart{
		Problem: req.GetProblem(), RunningPlan: answer.Last.GetPlan(),
		Settings: &calloutv1.DaySettings{Seed: o.seed, ImproveFor: durationpb.New(time.Second), WaysOut: -1},
	}
	if o.prices {
		start.Settings.ChangePrices = &calloutv1.ChangePrices{
			PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: durationpb.New(10 * time.Minute),
		}
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p, err := happen.Play(ctx, client, start, nil)
	if err != nil {
		return err
	}
	t := happen.NewTeller(req.GetProblem(), o.seed, "e")
	t.Pass(2 * time.Hour)
	all := make(map[string]*figures, len(happen.Kinds))
	for _, k := range happen.Kinds {
		all[k] = new(figures)
	}
	step := 8 * time.Hour / time.Duration(o.events*len(happen.Kinds))
	for range o.events {
		for _, kind := range happen.Kinds {
			if err := p.Wait(o.pause); err != nil {
				return err
			}
			t.Pass(step)
			e := t.Event(kind, p.Last.GetPlan())
			if e == nil {
				continue
			}
			a, took, err := p.Event(e)
			if err != nil {
				return err
			}
			f := all[kind]
			if a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
				f.refused++
				continue
			}
			f.took, f.changed = append(f.took, took), append(f.changed, time.Duration(moved(p.Last)))
		}
	}
	o.report(all, proto.Size(p.Last))
	return p.Close()
}

// moved counts the changes of a revision that are no mere change of time.
func moved(r *calloutv1.Revision) int {
	n := 0
	for _, c := range r.GetChanges() {
		if c.GetKind() == calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED || c.GetKind() == calloutv1.ChangeKind_CHANGE_KIND_MOVED {
			n++
		}
	}
	return n
}

func (o *options) report(all map[string]*figures, bytes int) {
	fmt.Fprintf(o.out, "%s/%s, %d processors, %s; %d jobs, %d technicians; last revision %d kB\n\n", runtime.GOOS, runtime.GOARCH,
		runtime.NumCPU(), runtime.Version(), o.jobs, o.technicians, bytes/1000)
	fmt.Fprintln(o.out, "| event | applied | refused | median ms | p99 ms | worst ms | visits moved, median | p99 |")
	fmt.Fprintln(o.out, "|---|---|---|---|---|---|---|---|")
	var whole figures
	line := func(name string, f *figures) {
		if len(f.took) == 0 {
			fmt.Fprintf(o.out, "| %s | 0 | %d | | | | | |\n", name, f.refused)
			return
		}
		ms := func(q float64) float64 { return float64(rig.Quantile(f.took, q).Microseconds()) / 1000 }
		fmt.Fprintf(o.out, "| %s | %d | %d | %.1f | %.1f | %.1f | %d | %d |\n", name, len(f.took), f.refused, ms(0.5), ms(0.99), ms(1),
			rig.Quantile(f.changed, 0.5), rig.Quantile(f.changed, 0.99))
	}
	for _, kind := range happen.Kinds {
		f := all[kind]
		line(kind, f)
		whole.took, whole.changed = append(whole.took, f.took...), append(whole.changed, f.changed...)
		whole.refused += f.refused
	}
	line("all", &whole)
}
