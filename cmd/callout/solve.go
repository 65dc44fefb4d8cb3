package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/report"
)

// SolveCmd plans the work of a file. What the flags leave open is as the request in the file says.
type SolveCmd struct {
	File       string         `arg:"" help:"JSON of a SolveRequest or a Problem, or a benchmark instance; - for the standard input."`
	Format     string         `default:"auto" enum:"auto,request,vrptw,trsp,fieldservice,pcvrptw,euro_neurips" help:"Format: ${enum}."`
	Time       *time.Duration `short:"t" help:"Time budget, such as 10s."`
	Iterations *int64         `help:"Budget in iterations of each searcher."`
	Stagnation *time.Duration `help:"Stop when nothing better was found for so long."`
	Seed       *uint64        `help:"Start of the random numbers."`
	Workers    *int32         `short:"w" help:"Searchers at work together."`
	Start      string         `help:"Plan to start from: JSON of a Plan, or of an answer."`
	Output     string         `short:"o" help:"Write the answer as JSON to this file; - for the standard output."`
	Report     string         `help:"Write the plan as an HTML page to this file."`
	Quiet      bool           `short:"q" help:"No progress, no summary."`
	remote
}

// Run of the command.
func (c *SolveCmd) Run(std streams) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	req, err := c.request(std)
	if err != nil {
		return err
	}
	p, err := c.planner()
	if err != nil {
		return err
	}
	defer p.Close()

	var show *progress
	if !c.Quiet {
		show = newProgress(std.err, req.GetProblem().GetCurrencyCode())
		defer show.close()
	}
	var t trace
	err = p.solve(ctx, req, func(m *calloutv1.SolveResponse) error {
		t.add(m)
		show.update(m)
		return nil
	})
	show.close()
	// Whoever interrupts the search of a server wants the plan so far, if there is one.
	if err != nil && (ctx.Err() == nil || t.last == nil) {
		return err
	}
	return c.finish(std, req.GetProblem(), &t)
}

// request reads the file and applies the flags.
func (c *SolveCmd) request(std streams) (*calloutv1.SolveRequest, error) {
	req, err := readRequest(c.File, c.Format, std.in)
	if err != nil {
		return nil, err
	}
	if req.GetSettings() == nil {
		req.Settings = new(calloutv1.SolveSettings)
	}
	set := req.GetSettings()
	if c.Time != nil {
		set.TimeBudget = durationpb.New(*c.Time)
	}
	if c.Iterations != nil {
		set.MaxIterations = *c.Iterations
	}
	if c.Stagnation != nil {
		set.StagnationTime = durationpb.New(*c.Stagnation)
	}
	if c.Seed != nil {
		set.Seed = *c.Seed
	}
	if c.Workers != nil {
		set.Workers = *c.Workers
	}
	if c.Start != "" {
		if req.InitialPlan, err = readPlan(c.Start, std.in); err != nil {
			return nil, err
		}
	}
	return req, nil
}

// finish writes what was asked for.
func (c *SolveCmd) finish(std streams, problem *calloutv1.Problem, t *trace) error {
	if t.last == nil {
		return errors.New("there was no answer")
	}
	if c.Output != "" {
		if err := writeJSON(c.Output, std.out, t.last); err != nil {
			return err
		}
	}
	if c.Report != "" {
		if err := c.report(problem, t); err != nil {
			return err
		}
	}
	if !c.Quiet && c.Output != "-" {
		summary(std.out, t.last)
	}
	return nil
}

// report writes the page, with the checker's judgement on the plan.
func (c *SolveCmd) report(problem *calloutv1.Problem, t *trace) error {
	p, err := remote{}.planner()
	if err != nil {
		return err
	}
	verdict, err := p.evaluate(context.Background(), &calloutv1.EvaluateRequest{Problem: problem, Plan: t.last.GetPlan()})
	if err != nil {
		return err
	}
	meta := t.meta()
	meta.Title = filepath.Base(c.File)
	meta.Judgement.Made = true
	for _, v := range verdict.GetViolations() {
		if v.GetHard() {
			meta.Judgement.Faults = append(meta.Judgement.Faults, v.GetMessage())
		}
	}
	f, err := os.Create(c.Report)
	if err != nil {
		return err
	}
	return errors.Join(report.Write(f, problem, t.last.GetPlan(), meta), f.Close())
}

// trace is what came of a search.
type trace struct {
	samples []report.Sample
	first   time.Duration
	last    *calloutv1.SolveResponse
}

func (t *trace) add(m *calloutv1.SolveResponse) {
	if t.last == nil {
		t.first = m.GetElapsed().AsDuration()
	}
	t.last = m
	t.samples = append(t.samples, report.Sample{
		Elapsed: m.GetElapsed().AsDuration(), Cost: m.GetPlan().GetCost().GetTotal(), Unassigned: len(m.GetPlan().GetUnassigned()),
	})
}

func (t *trace) meta() report.Meta {
	o := t.last.GetOutcome()
	return report.Meta{
		Version: o.GetEngineVersion(), RequestID: t.last.GetRequestId(), Seed: o.GetSettings().GetSeed(), FirstPlan: t.first,
		Elapsed: t.last.GetElapsed().AsDuration(), Iterations: t.last.GetIterations(), Stopped: stopped(o), Trace: t.samples,
	}
}

// stopped is why a search ended, in words.
func stopped(o *calloutv1.Outcome) string {
	switch o.GetStopReason() {
	case calloutv1.StopReason_STOP_REASON_TIME_BUDGET:
		return "the time budget was used up"
	case calloutv1.StopReason_STOP_REASON_ITERATION_BUDGET:
		return "the iterations were used up"
	case calloutv1.StopReason_STOP_REASON_STAGNATION:
		return "nothing better was found any more"
	case calloutv1.StopReason_STOP_REASON_PROVEN:
		return "there is no better plan"
	case calloutv1.StopReason_STOP_REASON_DEADLINE:
		return "the deadline came"
	case calloutv1.StopReason_STOP_REASON_SHUTDOWN:
		return "the server shut down"
	default:
		return "interrupted"
	}
}

// summary tells people about the last plan.
func summary(w io.Writer, m *calloutv1.SolveResponse) {
	plan, totals := m.GetPlan(), m.GetPlan().GetMetrics().GetTotals()
	line := func(name, format string, args ...any) {
		fmt.Fprintf(w, "%-12s "+format+"\n", append([]any{name}, args...)...)
	}
	line("cost", "%s", money(plan.GetCost().GetTotal(), plan.GetCurrencyCode()))
	line("jobs", "%d done, %d left out", plan.GetMetrics().GetJobsAssigned(), plan.GetMetrics().GetJobsUnassigned())
	line("shifts", "%d used, %d unused", plan.GetMetrics().GetShiftsUsed(), plan.GetMetrics().GetShiftsUnused())
	line("driving", "%v, %.1f km", totals.GetTravel().AsDuration(), totals.GetDistance()/1000)
	line("working", "%v, of it %v of service and %v of waiting", totals.GetWorking().AsDuration(),
		totals.GetService().AsDuration(), totals.GetWaiting().AsDuration())
	if plan.GetMetrics().OnTimeShare != nil {
		line("on time", "%.1f %%", 100*plan.GetMetrics().GetOnTimeShare())
	}
	line("search", "%v, %d iterations; %s", m.GetElapsed().AsDuration().Round(time.Millisecond), m.GetIterations(), stopped(m.GetOutcome()))
	if n := len(m.GetOutcome().GetRepairs()); n > 0 {
		line("start plan", "%d repairs", n)
	}
}

func money(units float64, currency string) string {
	if currency == "" {
		return fmt.Sprintf("%.2f", units)
	}
	return fmt.Sprintf("%.2f %s", units, currency)
}
