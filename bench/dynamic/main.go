// Command dynamic plays published days on which jobs become known one by one through Reoptimize: the VRPTW of Lackner with release dates, and the
// technician routing set of Pillac, Guéret and Medaglia with theirs. `make bench-dynamic` runs it.
//
// The rules of the game:
//
//   - Jobs without a release date are known when the day begins, at time 0, and planned by a search of -first iterations.
//   - A job becomes known at its release date, by an event of its own, and not before. The search has -iterations for each event, and the day stands
//     still meanwhile.
//   - What the plan says happens. Whoever has left for a job goes there: no diversion. Technicians leave as soon as they are free, or, in a session of
//     its own, in time for the next visit (DaySettings.leave_in_time). Who has nothing more to do goes home where time has a price, and may go out again.
//   - Changes have no price. The fleet is that of the file.
//
// Beside it stand the same day by cheapest insertion, from the same first plan and by the same rules with no search at all, and the plan of a search of
// -static iterations that knows all from the beginning. Every plan at the end of a day is judged by solver/check, and nobody sets out for a job that
// is not known.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	"callout/bench"
	"callout/bench/program"
)

type options struct {
	budgets

	data string
}

func main() {
	os.Exit(program.Run("dynamic", func(ctx context.Context) error { return measure(ctx, os.Args[1:]) }))
}

// chosen are twelve bases, two of each class.
const chosen = "C101,C106,C201,C206,R101,R109,R201,R209,RC101,RC107,RC201,RC207"

func measure(ctx context.Context, args []string) error {
	var o options
	flags := flag.NewFlagSet("dynamic", flag.ContinueOnError)
	flags.StringVar(&o.data, "data", "", "folder of published sets")
	sets := flags.String("sets", "lackner,trsp", "which of them")
	bases := flags.String("bases", chosen, "Solomon's names of the instances")
	shares := flags.String("dynamic", "10,30,50,70,90", "per cent of the jobs that become known during the day")
	flags.Int64Var(&o.first, "first", 20_000, "iterations for the first plan")
	flags.Int64Var(&o.iterations, "iterations", 2_000, "iterations after each event")
	flags.Int64Var(&o.static, "static", 200_000, "iterations of the search that knows all")
	flags.Int64Var(&o.seed, "seed", 1, "start of the random numbers")
	most := flags.Duration("for", 0, "begin no day after so long; 0: no limit")
	out := flags.String("out", "", "CSV file of results; days that it has are not run again")
	into := flags.String("into", "", "Markdown file whose section dynamic becomes the table")
	if err := flags.Parse(args); err != nil {
		return err
	}
	records, err := read(*out)
	if err != nil {
		return err
	}
	for k := range records {
		if r := &records[k]; r.budgets != o.budgets {
			return fmt.Errorf("%s has other budgets, %+v: give these another file", *out, r.budgets)
		}
	}
	begin := time.Now()
	for _, d := range days(*sets, *bases, *shares) {
		if has(records, d) {
			continue
		}
		if *most > 0 && time.Since(begin) > *most {
			break
		}
		r, err := o.run(ctx, d)
		if err != nil {
			return fmt.Errorf("%s %s, %d %%: %w", d.set, d.base, d.share, err)
		}
		records = append(records, *r)
		fmt.Fprintf(os.Stderr, "%s %s, %d %%: ", d.set, d.base, d.share)
		fmt.Fprintf(os.Stderr, "at once %.1f (%d left out), in time %.1f (%d), insertion %.1f (%d), static %.1f (%d)\n",
			r.atOnce.cost, r.atOnce.left, r.inTime.cost, r.inTime.left, r.insertion.cost, r.insertion.left, r.static.cost, r.static.left)
		if *out != "" {
			if err := write(*out, records); err != nil {
				return err
			}
		}
	}
	text := table(records) + "\n" + bench.Machine() + ".\n"
	return program.Publish(text, *into, "dynamic")
}

// days of all sets, bases and shares named.
func days(sets, bases, shares string) []dayKey {
	var out []dayKey
	for set := range strings.SplitSeq(sets, ",") {
		for share := range strings.SplitSeq(shares, ",") {
			for base := range strings.SplitSeq(bases, ",") {
				var percent int
				if _, err := fmt.Sscan(share, &percent); err != nil {
					percent = -1 // a day that no folder has
				}
				out = append(out, dayKey{set, base, percent})
			}
		}
	}
	return out
}
