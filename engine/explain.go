package engine

import (
	"context"
	"time"

	"callout/solver/check"
	"callout/solver/model"
)

// ExplainLimits bound the work of Explain.
type ExplainLimits struct {
	Jobs  int           // jobs explained, the first of those left out
	Pairs int           // of a job and a technician, shared out evenly; 0: no limit
	Time  time.Duration // no technician is looked at after that
}

// DefaultExplain suits an answer that somebody waits for, and keeps it below some megabytes.
var DefaultExplain = ExplainLimits{Jobs: 50, Pairs: 5000, Time: 500 * time.Millisecond}

// Explanation says why jobs are left out.
type Explanation struct {
	Jobs []JobReasons // in increasing order of jobs
	// Cut tells that jobs or technicians were not looked at, for want of time or because there are more than the limits.
	Cut bool
}

// JobReasons says why a job is left out.
type JobReasons struct {
	Job     model.JobIdx
	Reasons []Reason // in the order of technicians; those not looked at are missing
	// Relaxation is the cheapest change that would let the job in; nil where none was found, or where none is needed.
	Relaxation *Relaxation
	Shortages  []Shortage // of parts that stand in the way of some technician, by SKU
}

// Verdict on a technician for a job.
type Verdict uint8

// Verdicts.
const (
	Incompatible Verdict = iota // he could not do it, whatever the rest of the plan
	NoRoom                      // he could do it, but not beside the rest of the plan
	Dearer                      // he could, but leaving the job out is cheaper
	Possible                    // he could, at a gain: the search was stopped before it found that
)

// Reason says why a technician does not do a job.
type Reason struct {
	Tech    model.TechIdx
	Shift   model.ShiftIdx // where least stands in the way; NoShift where that means nothing
	Verdict Verdict
	// Violations are the rules that the best attempt breaks, with sizes; of Incompatible and NoRoom.
	Violations []check.Violation
	// Extra is what the plan would cost more with the job, its own price left out; of Dearer and Possible.
	Extra model.Cost
}

// Relaxation is a change that would let a job in.
type Relaxation struct {
	Tech   model.TechIdx
	Shift  model.ShiftIdx
	Lifted []check.Violation // the rules to lift, each by its size
	Extra  model.Cost        // what the plan would cost more with the job, its own price left out
}

// NoShift stands for no shift at all.
const NoShift model.ShiftIdx = -1

// Codes that only reasons have, beside those of the checker.
const (
	// NoTime says that no place in the technician's routes leaves enough time, whatever rules are lifted.
	NoTime check.Code = "no_time"
	// UnassignedCost says that leaving the job out costs less than doing it: by how much its price is too low.
	UnassignedCost check.Code = "unassigned_cost"
	// Millionths of the currency unit is what the size of UnassignedCost is counted in.
	Millionths check.Unit = "millionths"
)

// Explain says of each job that a feasible plan leaves out why no technician does it, and what would let it in. For each pair of
// job and technician the job is inserted for real into that technician's routes, the others' staying as they are: first by all
// rules, then with single rules lifted, and what comes out is judged by the rules as they are. So a violation's size is what has
// to give, and a cost is exact.
//
// It takes some hundred microseconds per pair, quadratic in the stops of the technician. The answer depends on the plan alone
// unless the time or ctx runs out, which Cut tells; then the technicians nearest to doing the job have been asked first. The
// problem's profiles have matrices.
func Explain(ctx context.Context, p *model.Problem, plan *model.Plan, limits ExplainLimits) Explanation {
	until := time.Now().Add(limits.Time)
	b := newBook(p, plan)
	jobs := plan.Unassigned[:min(limits.Jobs, len(plan.Unassigned))]
	out := Explanation{Cut: len(jobs) < len(plan.Unassigned)}
	for k, j := range jobs {
		w := wanting{JobReasons: JobReasons{Job: j}, book: b}
		// What is left of the time is shared out evenly: a word on each job rather than everything on the first few.
		own := time.Now().Add(time.Until(until) / time.Duration(len(jobs)-k))
		for n, t := range b.order(j) {
			if limits.Pairs > 0 && n >= max(1, limits.Pairs/len(jobs)) {
				out.Cut = true
				break
			}
			if ctx.Err() != nil || time.Now().After(own) {
				out.Cut = true
				break
			}
			if !w.ask(t) {
				out.Cut = true
			}
		}
		reasons := w.conclude()
		reasons.Shortages = b.shortages(ctx, &reasons)
		out.Jobs = append(out.Jobs, reasons)
	}
	return out
}
