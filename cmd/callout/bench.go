package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"callout/bench"
)

// BenchCmd runs sets of published instances and compares with the best known costs.
type BenchCmd struct {
	Data       string          `type:"existingdir" required:"true" help:"Folder with a folder for each set, named as the set."`
	Set        []string        `enum:"solomon,homberger,trsp,fieldservice" required:"true" help:"Sets to run: ${enum}."`
	Instance   []string        `help:"Names of instances, such as C101 or R1*. Default: all of the set."`
	Size       []int           `help:"Numbers of jobs, such as 200. Default: all."`
	Budgets    []time.Duration `help:"Time budgets, such as 1s,10s. Default: 1s, where there are no iterations either."`
	Iterations []int64         `help:"Budgets in iterations of each searcher."`
	Seeds      []uint64        `default:"1" help:"Starts of the random numbers."`
	Workers    int             `default:"1" help:"Searchers at work together."`
	Out        string          `type:"path" help:"CSV file to add to; runs that it has are not run again."`
}

// Run of the command.
func (c *BenchCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s := &bench.Series{
		Data: c.Data, Sets: c.Set, Instances: c.Instance, Sizes: c.Size, Seeds: c.Seeds, Workers: c.Workers, Out: c.Out,
		Progress: func(r *bench.Record) {
			fmt.Fprintf(std.err, "%s %s seed %d: %s (%s)\n", r.Instance, r.Budget, r.Seed, r.Cost, r.Checked)
		},
	}
	for _, d := range c.Budgets {
		s.Budgets = append(s.Budgets, bench.Budget{Time: d})
	}
	for _, n := range c.Iterations {
		s.Budgets = append(s.Budgets, bench.Budget{Iterations: n})
	}
	if len(s.Budgets) == 0 {
		s.Budgets = []bench.Budget{{Time: time.Second}}
	}
	records, err := s.Run(ctx)
	if err != nil {
		return err
	}
	return bench.Table(std.out, records)
}
