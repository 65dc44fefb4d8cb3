package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"callout/bench"
)

// BenchCmd measures plan quality.
type BenchCmd struct {
	Run    BenchRunCmd    `cmd:"" default:"withargs" help:"Run instances; compare with the best known costs and other solvers. The default."`
	Report BenchReportCmd `cmd:"" help:"Turn results into tables and a plot."`
}

// BenchRunCmd runs sets of published or made-up instances and compares with the best known costs.
type BenchRunCmd struct {
	Data       string          `type:"path" env:"CALLOUT_DATA" help:"Folder with a folder for each published set, named as the set."`
	Suite      string          `help:"Runs: development, table, full, peers, peers-wide or smoke. Sets without a folder are left out."`
	Set        []string        `help:"Sets, such as solomon or fieldservice; day, lunch and vienna are made up and need no folder."`
	Instance   []string        `help:"Names of instances, such as C101 or R1*. Default: all of the set."`
	Size       []int           `help:"Numbers of jobs, such as 200. Default: all."`
	Budgets    []time.Duration `help:"Time budgets, such as 1s,10s. Default: 1s, where there are no iterations either."`
	Iterations []int64         `help:"Budgets in iterations of each searcher."`
	Seeds      []uint64        `default:"1" help:"Starts of the random numbers."`
	Workers    int             `default:"1" help:"Searchers at work together."`
	Peers      []string        `help:"Other solvers to run before ours: pyvrp, ortools, vroom (level 5), vroom/0 to vroom/5."`
	PeerFolder string          `default:"bench/peers" type:"path" help:"Folder of the peers' runners."`
	PeerPython string          `default:".peers/bin/python" type:"path" help:"Python that has the peers installed."`
	Build      string          `help:"Name of the build in the results. Default: the version. A digest is added to what is dirty."`
	Out        string          `type:"path" help:"CSV file to add to; runs of the same build that it has are not run again."`
	Best       string          `type:"path" help:"Folder for plans that cost less than the best known ones, with their routes."`
	Length     bool            `help:"Only tell how many runs there are, and their budgets together."`
	For        time.Duration   `help:"Begin no run after this time; the next call goes on where the file ends."`
}

// Run of the command.
func (c *BenchRunCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	s, err := c.series()
	if err != nil {
		return err
	}
	s.Progress = func(r *bench.Record) {
		fmt.Fprintf(std.err, "%s %s seed %d, %s: %s (%s)\n", r.Instance, r.Budget, r.Seed, r.Solver, r.Cost, r.Checked)
	}
	said := make(map[string]bool)
	s.Skipped = func(what string, why error) {
		if text := fmt.Sprintf("left out: %s: %v", what, why); !said[text] {
			said[text] = true
			fmt.Fprintln(std.err, text)
		}
	}
	runs, length, err := s.Length()
	if err != nil {
		return err
	}
	fmt.Fprintf(std.err, "%d runs to make, %v of budgets\n", runs, length.Round(time.Second))
	if c.Length {
		return nil
	}
	records, err := s.Run(ctx)
	if errors.Is(err, bench.ErrLater) {
		fmt.Fprintln(std.err, err)
		err = nil
	}
	if err != nil {
		return err
	}
	return bench.Table(std.out, records)
}

// series of the flags.
func (c *BenchRunCmd) series() (*bench.Series, error) {
	if c.Build == "" {
		c.Build = engineVersion()
	}
	build, err := bench.Build(c.Build)
	if err != nil {
		return nil, err
	}
	s := &bench.Series{Data: c.Data, Workers: c.Workers, Build: build, Out: c.Out, Best: c.Best, For: c.For}
	if s.Peers, err = bench.Peers(c.PeerPython, c.PeerFolder, c.Peers); err != nil {
		return nil, err
	}
	if c.Suite != "" {
		if len(c.Set) > 0 {
			return nil, errors.New("--suite and --set: expected one of them")
		}
		s.Lenient = true
		s.Choices, err = bench.Suite(c.Suite)
		return s, err
	}
	if len(c.Set) == 0 {
		return nil, fmt.Errorf("expected --suite or --set (%s)", strings.Join(bench.SetNames(), ", "))
	}
	var budgets []bench.Budget
	for _, d := range c.Budgets {
		budgets = append(budgets, bench.Budget{Time: d})
	}
	for _, n := range c.Iterations {
		budgets = append(budgets, bench.Budget{Iterations: n})
	}
	if len(budgets) == 0 {
		budgets = []bench.Budget{{Time: time.Second}}
	}
	for _, set := range c.Set {
		s.Choices = append(s.Choices, bench.Choice{Set: set, Instances: c.Instance, Sizes: c.Size, Budgets: budgets, Seeds: c.Seeds})
	}
	return s, nil
}
