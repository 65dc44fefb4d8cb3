// Command joint measures planning of routes and parts together against planning one after the other, on made-up days with a stock network
// (bench/city). `make bench-joint` runs it.
//
//   - joint: the engine, as for any request.
//   - routes first: the engine plans routes as if nobody needed parts; an integer programme gives the parts to these routes, with calls on the
//     way; the engine goes on from there, with the parts where they were promised.
//   - stock first: an integer programme gives the parts that most vans lack to the jobs; then the engine plans with these promises.
//
// All have the same search, the same day and the same wall time, and every plan is judged by solver/check. What an integer programme decides is
// which lot serves which job, and by which shipments and which pick-up, or courier. With ways free it is the lot alone, and how the parts get
// to the technician is left to the search, which is half of planning together.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"callout/bench/program"
)

func main() {
	os.Exit(program.Run("joint", func(ctx context.Context) error { return measure(ctx, os.Args[1:]) }))
}

func measure(ctx context.Context, args []string) error {
	flags := flag.NewFlagSet("joint", flag.ContinueOnError)
	sizes := flags.String("sizes", "50=5s,200=10s,1000=20s", "numbers of jobs, with the time for each plan")
	seeds := flags.Int("seeds", 5, "days per size")
	out := flags.String("out", "", "CSV file of results; runs that it has are not run again")
	into := flags.String("into", "", "Markdown file whose section joint becomes the table")
	pickups := flags.Bool("pickups", false, "days without lanes, supply to come and reservations: parts come from vans and pick-ups only")
	if err := flags.Parse(args); err != nil {
		return err
	}
	records, err := read(*out)
	if err != nil {
		return err
	}
	for item := range strings.SplitSeq(*sizes, ",") {
		jobs, budget, err := size(item)
		if err != nil {
			return err
		}
		for seed := range *seeds {
			if records, err = one(ctx, records, jobs, uint64(seed+1), budget, *pickups); err != nil {
				return err
			}
			if *out != "" {
				if err := write(*out, records); err != nil {
					return err
				}
			}
		}
	}
	text := table(records)
	return program.Publish(text, *into, "joint")
}

// size reads a number of jobs and a time, as 50=5s.
func size(text string) (jobs int, budget time.Duration, err error) {
	number, long, found := strings.Cut(text, "=")
	if !found {
		return 0, 0, fmt.Errorf("size %q: expected jobs=time, such as 50=5s", text)
	}
	if jobs, err = strconv.Atoi(number); err == nil {
		budget, err = time.ParseDuration(long)
	}
	if err != nil || jobs <= 0 || budget <= 0 {
		return 0, 0, fmt.Errorf("size %q: expected jobs=time, such as 50=5s", text)
	}
	return jobs, budget, nil
}

// one runs what there is not yet of a day.
func one(ctx context.Context, records []*record, jobs int, seed uint64, budget time.Duration, pickups bool) ([]*record, error) {
	p, err := day(ctx, jobs, seed, pickups)
	if err != nil {
		return records, err
	}
	for k := range methods {
		if has(records, jobs, seed, methods[k].name) {
			continue
		}
		r, err := run(ctx, &methods[k], p, seed, budget)
		if err != nil {
			return records, err
		}
		fmt.Fprintf(os.Stderr, "%d jobs, seed %d, %s: cost %.0f, %d served, parts %.0f, %.0f km, %.1f s\n", jobs, seed, r.method, r.cost,
			r.served, r.parts, r.kilometres, r.wall)
		records = append(records, r)
	}
	return records, nil
}

func has(records []*record, jobs int, seed uint64, method string) bool {
	for _, r := range records {
		if r.jobs == jobs && r.seed == seed && r.method == method {
			return true
		}
	}
	return false
}
