package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"text/tabwriter"
	"time"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/depots"
)

// AllocateCmd allocates the stock of a network.
type AllocateCmd struct {
	File    string         `arg:"" help:"JSON of an AllocateRequest or a StockNetwork; - for the standard input; demo for a made-up week."`
	Time    *time.Duration `short:"t" help:"Time budget, such as 10s."`
	Rounds  *int64         `help:"Budget in rounds."`
	Gap     *float64       `help:"Stop when so close to the best is proven, such as 0.01."`
	Seed    *uint64        `help:"Start of the random numbers."`
	Workers *int32         `short:"w" help:"2: search and proof side by side."`
	Output  string         `short:"o" help:"Write the answer as JSON to this file; - for the standard output."`
	Quiet   bool           `short:"q" help:"No progress, no summary."`
	remote
}

// Run of the command.
func (c *AllocateCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	req, err := c.request(std.in)
	if err != nil {
		return err
	}
	p, err := c.planner()
	if err != nil {
		return err
	}
	defer p.Close()
	var last *calloutv1.AllocateResponse
	err = p.allocate(ctx, req, func(m *calloutv1.AllocateResponse) error {
		last = m
		if !c.Quiet {
			fmt.Fprintf(std.err, "%6.1fs  cost %s  %d units short  gap %.2f %%\n", m.GetElapsed().AsDuration().Seconds(),
				money(m.GetAllocation().GetCost().GetTotal(), req.GetNetwork().GetCurrencyCode()),
				m.GetAllocation().GetMetrics().GetUnitsShort(), 100*m.GetGap())
		}
		return nil
	})
	if err != nil && (ctx.Err() == nil || last == nil) {
		return err
	}
	if last == nil {
		return errors.New("there was no answer")
	}
	if c.Output != "" {
		if err := writeJSON(c.Output, std.out, last); err != nil {
			return err
		}
	}
	if !c.Quiet && c.Output != "-" {
		return allocated(std.out, last)
	}
	return nil
}

func (c *AllocateCmd) request(in io.Reader) (*calloutv1.AllocateRequest, error) {
	req := &calloutv1.AllocateRequest{}
	if c.File == "demo" {
		req.Network = depots.Generate(depots.Options{FixedShare: 0.3, Seed: 1})
	} else {
		data, err := readFile(c.File, in)
		if err != nil {
			return nil, err
		}
		if err := protojson.Unmarshal(data, req); err != nil {
			network := new(calloutv1.StockNetwork)
			if protojson.Unmarshal(data, network) != nil {
				return nil, fmt.Errorf("%s: %w", c.File, err)
			}
			req = &calloutv1.AllocateRequest{Network: network}
		}
	}
	if req.GetSettings() == nil {
		req.Settings = new(calloutv1.AllocateSettings)
	}
	set := req.GetSettings()
	if c.Time != nil {
		set.TimeBudget = durationpb.New(*c.Time)
	}
	if c.Rounds != nil {
		set.MaxRounds = *c.Rounds
	}
	if c.Gap != nil {
		set.Gap = *c.Gap
	}
	if c.Seed != nil {
		set.Seed = *c.Seed
	}
	if c.Workers != nil {
		set.Workers = *c.Workers
	}
	return req, nil
}

// mostShortages are shown.
const mostShortages = 10

// allocated tells people about an allocation, shortages first.
func allocated(w io.Writer, m *calloutv1.AllocateResponse) error {
	a := m.GetAllocation()
	cost, metrics, currency := a.GetCost(), a.GetMetrics(), a.GetCurrencyCode()
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	short := 0
	for _, d := range a.GetDemands() {
		if d.GetUnitsShort() == 0 {
			break
		}
		if short++; short <= mostShortages {
			fmt.Fprintf(t, "short\t%s\t%d\t%s\t%s\n", d.GetDemandId(), d.GetUnitsShort(), money(d.GetShortage().GetCost(), currency),
				d.GetShortage().GetMessage())
		}
	}
	if short > mostShortages {
		fmt.Fprintf(t, "short\tand %d more\t\t\t\n", short-mostShortages)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	line("cost", "%s, at most %.2f %% above the best possible", money(cost.GetTotal(), currency), 100*m.GetGap())
	line("of it", "departures %.2f, units %.2f, reservations %.2f, late %.2f, short %.2f", cost.GetFixed(), cost.GetUnit(),
		cost.GetReservations(), cost.GetLate(), cost.GetShort())
	line("units", "%d in time, %d late (%v on average), %d short; fill rate %.1f %%", metrics.GetUnitsInTime(), metrics.GetUnitsLate(),
		metrics.GetMeanLateness().AsDuration().Round(time.Minute), metrics.GetUnitsShort(), 100*metrics.GetFillRate())
	line("departures", "%d used", metrics.GetDeparturesUsed())
	line("search", "%v, %d rounds; %s", m.GetElapsed().AsDuration().Round(time.Millisecond), m.GetRounds(), stopped(m.GetOutcome()))
	return nil
}

// allocate of this process.
func (l local) allocate(ctx context.Context, req *calloutv1.AllocateRequest, send func(*calloutv1.AllocateResponse) error) error {
	return l.service.AllocateTo(ctx, req, send)
}

// allocate of a server.
func (d *distant) allocate(ctx context.Context, req *calloutv1.AllocateRequest, send func(*calloutv1.AllocateResponse) error) error {
	stream, err := calloutv1.NewPartsServiceClient(d.conn).Allocate(ctx, req)
	if err != nil {
		return err
	}
	return receive(stream, send)
}
