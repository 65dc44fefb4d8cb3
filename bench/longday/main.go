// Command longday holds sessions of Reoptimize for long, on made-up days with a clock of their own. `make soak-live` runs it. Its parts:
//
//   - long: one session of many events; the time from each to the plan that has it, and the server's memory, as a CSV file and a plot;
//   - cuts: a session that is cut off at random moments and goes on at another server from the last revision; it fails where a job is lost,
//     an event is applied twice, or what was done is not what it was;
//   - fair: many sessions of the same day at once on two slots; how much search each of them gets.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench"
	"callout/bench/city"
	"callout/bench/program"
)

type options struct {
	server            string
	jobs, technicians int
	seed              uint64
	events            int
	span, pause       time.Duration
	csv, svg          string
	cuts, cutEvents   int
	sessions          int
	fair              time.Duration
	out               io.Writer
}

func main() {
	os.Exit(program.Run("longday", func(ctx context.Context) error { return measure(ctx, os.Args[1:]) }))
}

func measure(ctx context.Context, args []string) error {
	o := options{out: os.Stdout}
	flags := flag.NewFlagSet("longday", flag.ContinueOnError)
	flags.StringVar(&o.server, "server", "bin/callout", "the program to start")
	parts := flags.String("parts", "long,cuts,fair", "which parts")
	flags.IntVar(&o.jobs, "jobs", 1000, "jobs of the day; of cuts and fair a tenth")
	flags.IntVar(&o.technicians, "technicians", 120, "technicians; likewise")
	flags.Uint64Var(&o.seed, "seed", 1, "of the day and the events")
	flags.IntVar(&o.events, "events", 10_000, "events of the long session")
	flags.DurationVar(&o.span, "span", 4*time.Hour, "of the day that they are spread over")
	flags.DurationVar(&o.pause, "pause", 20*time.Millisecond, "between a plan and the next event")
	flags.StringVar(&o.csv, "csv", "", "file for the long session's figures")
	flags.StringVar(&o.svg, "svg", "", "file for their plot")
	flags.IntVar(&o.cuts, "cuts", 20, "moments at which a session is cut off")
	flags.IntVar(&o.cutEvents, "cut-events", 400, "events of that session")
	flags.IntVar(&o.sessions, "sessions", 32, "sessions at once")
	flags.DurationVar(&o.fair, "fair", time.Minute, "for how long")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.jobs < 20 || o.technicians < 20 || o.events < 1 || o.sessions < 1 || o.cutEvents < o.cuts {
		return errors.New("a day needs twenty jobs and technicians, events, and sessions, and more events than cuts")
	}
	fmt.Fprintln(o.out, bench.Machine())
	todo := map[string]func(context.Context) error{"long": o.long, "cuts": o.cut, "fair": o.share}
	for part := range strings.SplitSeq(*parts, ",") {
		do := todo[part]
		if do == nil {
			return fmt.Errorf("unknown part %q", part)
		}
		if err := do(ctx); err != nil {
			return fmt.Errorf("%s: %w", part, err)
		}
	}
	return nil
}

// start of a session on a made-up day.
func (o *options) start(jobs, technicians int, improve time.Duration) *calloutv1.DayStart {
	return &calloutv1.DayStart{
		Problem: city.Generate(city.Options{Jobs: jobs, Technicians: technicians, Seed: o.seed}).GetProblem(),
		Settings: &calloutv1.DaySettings{
			Seed: o.seed, ImproveFor: durationpb.New(improve), QuietAfter: durationpb.New(improve), WaysOut: -1,
			ChangePrices: &calloutv1.ChangePrices{PerReassignment: 5, PerMinuteMoved: 0.1, Tolerance: durationpb.New(10 * time.Minute)},
		},
	}
}
