package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"callout/bench"
)

// PlugCmd solves one instance for a program that compares solvers: the last line on standard output is the answer.
type PlugCmd struct {
	Format  string  `arg:"" enum:"vrptw,trsp,fieldservice,pcvrptw,euro_neurips,strsp" help:"Format of the file: ${enum}."`
	File    string  `arg:"" type:"existingfile" help:"Instance."`
	Seconds float64 `arg:"" help:"Time limit, counted from when the file has been read."`
	Seed    uint64  `arg:"" help:"Start of the random numbers."`
	Workers int     `default:"1" help:"Searchers at work together."`
}

// Run of the command.
func (c *PlugCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	format, err := bench.ParseFormat(c.Format)
	if err != nil {
		return err
	}
	in, err := bench.ReadFile(c.File)
	if err != nil {
		return err
	}
	if in.Format != format {
		return fmt.Errorf("%s is a file of format %v, not %v", c.File, in.Format, format)
	}
	budget := time.Duration(c.Seconds * float64(time.Second))
	res, err := bench.Solve(ctx, in, bench.Settings{Budget: budget, Seed: c.Seed, Workers: c.Workers})
	if err != nil {
		return err
	}
	if res.Judgement != nil {
		return res.Judgement
	}
	answer, err := bench.NewAnswer(format, res)
	if err != nil {
		return err
	}
	line, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(std.out, string(line))
	return err
}
