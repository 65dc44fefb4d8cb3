package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/cmd/callout/table"
)

// judged are the arguments of commands that judge a plan.
type judged struct {
	File   string `arg:"" help:"JSON of an EvaluateRequest, or what solve takes; - for the standard input."`
	Plan   string `arg:"" optional:"" help:"JSON of a Plan, or of an answer of solve."`
	Format string `default:"auto" enum:"auto,request,vrptw,trsp,fieldservice,pcvrptw,euro_neurips" help:"Format of the file: ${enum}."`
	remote
}

// evaluate has the plan judged, and compared with the one in a file where one is named.
func (j *judged) evaluate(std streams, against string) (*calloutv1.EvaluateResponse, error) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	req, err := readJudged(j.File, j.Plan, j.Format, std.in)
	if err != nil {
		return nil, err
	}
	if against != "" {
		if req.RunningPlan, err = readPlan(against, std.in); err != nil {
			return nil, err
		}
	}
	p, err := j.planner()
	if err != nil {
		return nil, err
	}
	defer p.Close()
	return p.evaluate(ctx, req)
}

// EvaluateCmd tells what a plan costs and violates.
type EvaluateCmd struct {
	judged
	Against string `placeholder:"FILE" help:"JSON of the plan that is followed: says what the other costs more, changes and breaks."`
	Output  string `short:"o" help:"Write the answer as JSON to this file; - for the standard output."`
}

// Run of the command.
func (c *EvaluateCmd) Run(std streams) error {
	e, err := c.evaluate(std, c.Against)
	if err != nil {
		return err
	}
	if c.Output != "" {
		if err := writeJSON(c.Output, std.out, e); err != nil || c.Output == "-" {
			return err
		}
	}
	plan := e.GetPlan()
	fmt.Fprintf(std.out, "cost %s\n", money(plan.GetCost().GetTotal(), plan.GetCurrencyCode()))
	for _, t := range plan.GetCost().GetTerms() {
		if t.GetCost() != 0 {
			fmt.Fprintf(std.out, "  %-28s %14.2f\n", t.GetTerm(), t.GetCost())
		}
	}
	hard, soft := count(e)
	fmt.Fprintf(std.out, "%d rules broken, %d soft windows missed\n", hard, soft)
	list(std.out, e, func(*calloutv1.Violation) bool { return true })
	if a := e.GetAgainstRunningPlan(); a != nil {
		compare(std.out, a, plan.GetCurrencyCode())
	}
	return nil
}

// compare prints a plan against the one that is followed.
func compare(w io.Writer, a *calloutv1.WishPrice, currency string) {
	fmt.Fprintf(w, "against the running plan %s\n", money(a.GetExtra().GetTotal(), currency))
	for _, t := range a.GetExtra().GetTerms() {
		if t.GetCost() != 0 {
			fmt.Fprintf(w, "  %-28s %+14.2f\n", t.GetTerm(), t.GetCost())
		}
	}
	for _, b := range a.GetBroken() {
		fmt.Fprintln(w, table.Printable(fmt.Sprintf("  breaks %s: %s", b.GetCode(), b.GetMessage())))
	}
	fmt.Fprintf(w, "%d visits change\n", len(a.GetChanges()))
	c := clockFor(time.UTC, starts(a.GetChanges()))
	for _, x := range a.GetChanges() {
		fmt.Fprintln(w, table.Printable("  "+c.change(x)))
	}
}

// starts are when visits that change begin, in both plans.
func starts(list []*calloutv1.PlanChange) (out []*timestamppb.Timestamp) {
	for _, c := range list {
		for _, t := range []*timestamppb.Timestamp{c.GetFromStart(), c.GetToStart()} {
			if t != nil {
				out = append(out, t)
			}
		}
	}
	return out
}

// CheckCmd lists the rules that a plan breaks.
type CheckCmd struct{ judged }

// Run of the command.
func (c *CheckCmd) Run(std streams) error {
	e, err := c.evaluate(std, "")
	if err != nil {
		return err
	}
	if e.GetFeasible() {
		_, err := fmt.Fprintln(std.out, "the plan breaks no rule")
		return err
	}
	list(std.out, e, (*calloutv1.Violation).GetHard)
	return errRules
}

// count tells hard from soft violations.
func count(e *calloutv1.EvaluateResponse) (hard, soft int) {
	for _, v := range e.GetViolations() {
		if v.GetHard() {
			hard++
		} else {
			soft++
		}
	}
	return hard, soft
}

func list(w io.Writer, e *calloutv1.EvaluateResponse, which func(*calloutv1.Violation) bool) {
	for _, v := range e.GetViolations() {
		if which(v) {
			fmt.Fprintln(w, table.Printable(v.GetMessage()))
		}
	}
}
