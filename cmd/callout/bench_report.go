package main

import (
	"fmt"
	"os"

	"callout/bench"
)

// BenchReportCmd turns results into tables and a plot. In the Markdown file it replaces what stands between the lines
// <!-- begin NAME --> and <!-- end NAME -->, and keeps all else.
type BenchReportCmd struct {
	Results []string `arg:"" optional:"" type:"existingfile" help:"CSV files of runs."`
	Build   string   `help:"Build whose runs are shown. Default: that of the last row."`
	Into    string   `type:"existingfile" required:"true" help:"Markdown file with quality, workers, instances, curves, peers, prices."`
	Goals   string   `type:"existingfile" help:"CSV file of what mean gaps and costs are to be at most."`
	Plot    string   `type:"path" help:"SVG file for gaps against time, by solver."`
	Prices  string   `type:"existingfile" help:"Output of go test -bench BenchmarkPrice ./solver/search."`
}

// Run of the command.
func (c *BenchReportCmd) Run(streams) error {
	data, err := os.ReadFile(c.Into)
	if err != nil {
		return err
	}
	document := string(data)
	put := func(name, text string) {
		if err == nil {
			document, err = bench.Splice(document, name, text)
		}
	}
	if len(c.Results) > 0 {
		pool, err := bench.ReadRecords(c.Results...)
		if err != nil {
			return err
		}
		records := bench.Latest(pool, c.Build)
		if len(records) == 0 {
			return fmt.Errorf("no runs of build %q in %v", c.Build, c.Results)
		}
		var goals bench.Goals
		if c.Goals != "" {
			if goals, err = bench.ReadGoals(c.Goals); err != nil {
				return err
			}
		}
		put("quality", bench.QualitySection(records, pool, goals))
		put("workers", bench.WorkersSection(records, pool))
		put("instances", bench.InstancesSection(records, pool, goals))
		put("curves", bench.CurvesSection(records, pool))
		if bench.Compared(records) {
			put("peers", bench.PeersSection(records, pool))
		}
		if c.Plot != "" && bench.Compared(records) {
			if err := os.WriteFile(c.Plot, []byte(bench.GapPlot(records, pool).SVG()), 0o644); err != nil { //nolint:gosec // for everybody
				return err
			}
		}
	}
	if c.Prices != "" {
		f, err := os.Open(c.Prices)
		if err != nil {
			return err
		}
		defer f.Close()
		table, err := bench.PriceTable(f)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Prices, err)
		}
		put("prices", table)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", c.Into, err)
	}
	return os.WriteFile(c.Into, []byte(document), 0o644) //nolint:gosec // for everybody
}
