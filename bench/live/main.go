// Command live measures sessions of Reoptimize on made-up days, with events one at a time on a clock of their own. `make bench-live` runs it.
//
// A day is a session; it has so many events of each kind, and so long after each the next one comes. Of every event it notes the time from sending it
// until the first valid plan that has it is there. Of every so many-th it notes the plan before and the plan that the session has when the next event is
// due, and compares, once the session is over and the machine is free for it:
//
//   - with the best of three searches from scratch for what is still to be planned then;
//   - with what a session without a price of changes makes of the same plan and the same event in the same time.
//
// Costs are without the price of changes; the best search is the one that leaves the fewest pinned visits out. A visit has moved that has another technician
// or another visit before it; its promise has shifted if it begins more than ten minutes earlier or later; and only visits count that are to come before
// and after.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/happen"
	"callout/bench/program"
	"callout/bench/rig"
)

type options struct {
	jobs, technicians   int
	events, perDay      int
	every               int
	plan, pause, budget time.Duration
	seed                uint64
	stock, rush         bool
	roads               string   // digest of a road network, or none
	kinds               []string // of events
}

func main() {
	os.Exit(program.Run("live", func(ctx context.Context) error { return measure(ctx, os.Args[1:]) }))
}

func measure(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("live", flag.ContinueOnError)
	server := flags.String("server", "bin/callout", "the program to start")
	flags.IntVar(&o.jobs, "jobs", 1000, "jobs of a day")
	flags.IntVar(&o.technicians, "technicians", 120, "technicians")
	flags.IntVar(&o.events, "events", 200, "events of each kind")
	flags.IntVar(&o.perDay, "per-day", 5, "events of each kind on a day")
	flags.IntVar(&o.every, "sample", 45, "compare each so many-th event; 0: none")
	flags.DurationVar(&o.budget, "scratch", time.Minute, "for each of three searches from scratch")
	flags.DurationVar(&o.plan, "plan", 20*time.Second, "for how long the first plan of a day is searched")
	flags.DurationVar(&o.pause, "pause", time.Second, "between a repaired plan and the next event")
	flags.Uint64Var(&o.seed, "seed", 1, "of the first day")
	flags.BoolVar(&o.stock, "stock", false, "days with a stock network, of a technician for seven jobs each")
	flags.BoolVar(&o.rush, "rush", false, "days on which vans and cars are slow in the rush hours")
	roads := flags.Bool("roads", false, "days on made-up streets, with events of traffic too; nothing is compared")
	most := flags.Duration("for", 0, "begin no day after so long; 0: no limit")
	out := flags.String("out", "", "CSV file of results; days that it has are not run again")
	into := flags.String("into", "", "Markdown file whose section live becomes the tables")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if o.events < 1 || o.perDay < 1 || o.jobs < 1 || o.technicians < 2 {
		return fmt.Errorf("%d events, %d a day, %d jobs, %d technicians: there must be some", o.events, o.perDay, o.jobs, o.technicians)
	}
	records, err := read(*out)
	if err != nil {
		return err
	}
	for k := range records {
		if r := &records[k]; r.pause != o.pause || r.scratchTime != o.budget {
			return fmt.Errorf("%s has events %v apart and searches of %v: give others another file", *out, r.pause, r.scratchTime)
		}
	}
	var serve []string
	if o.kinds = happen.Kinds; *roads {
		file, end, err := o.streets(ctx)
		if err != nil {
			return err
		}
		defer end()
		serve = []string{"--network", file}
	}
	err = rig.With(ctx, *server, func(_ *rig.Server, client calloutv1.PlanningServiceClient) error {
		return o.days(ctx, client, &records, *out, *most)
	}, serve...)
	if err != nil {
		return err
	}
	text := tables(records, &o)
	return program.Publish(text, *into, "live")
}

// days are run until there are events enough of each kind, or time is up.
func (o *options) days(
	ctx context.Context, client calloutv1.PlanningServiceClient, records *[]record, file string, most time.Duration,
) error {
	begin := time.Now()
	for seed := o.seed; fewest(*records, o.kinds) < o.events && seed < o.seed+uint64(2*(o.events/o.perDay+1)); seed++ {
		if has(*records, seed) {
			continue
		}
		if most > 0 && time.Since(begin) > most {
			return nil
		}
		fresh, err := o.day(ctx, client, seed)
		if err != nil {
			return fmt.Errorf("day %d: %w", seed, err)
		}
		*records = append(*records, fresh...)
		if file == "" {
			continue
		}
		if err := write(file, *records); err != nil {
			return err
		}
	}
	return nil
}

// fewest is how many events were applied of the kind with the fewest.
func fewest(records []record, kinds []string) int {
	n := make(map[string]int)
	for k := range records {
		if records[k].applied {
			n[records[k].kind]++
		}
	}
	least := -1
	for _, kind := range kinds {
		if least < 0 || n[kind] < least {
			least = n[kind]
		}
	}
	return least
}
