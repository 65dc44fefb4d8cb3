package rig

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine/matrix"
	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
	"callout/solver/route"
	"callout/solver/search"
)

// Continued is the start of a session that goes on from a revision.
func Continued(start *calloutv1.DayStart, r *calloutv1.Revision) *calloutv1.DayStart {
	return &calloutv1.DayStart{
		RequestId: start.GetRequestId(), Tenant: start.GetTenant(), Problem: start.GetProblem(), Settings: start.GetSettings(),
		RunningPlan: r.GetPlan(), State: r.GetState(),
	}
}

// Resume is the day of a revision, as a second server sees it, without prices of changes: its Problem is what is still to be planned.
func Resume(ctx context.Context, start *calloutv1.DayStart, r *calloutv1.Revision, lim wire.Limits) (*day.Day, error) {
	return ResumeAt(ctx, start, r, &wire.Intake{Limits: lim})
}

// ResumeAt is Resume for a day with more than a problem tells, such as travel on road networks, as a server reads it.
func ResumeAt(ctx context.Context, start *calloutv1.DayStart, r *calloutv1.Revision, at *wire.Intake) (*day.Day, error) {
	start = Continued(start, r)
	if settings := proto.CloneOf(start.GetSettings()); settings != nil {
		settings.ChangePrices = nil
		start.Settings = settings
	}
	_, d, err := open(ctx, start, at)
	return d, err
}

// Open is the day that a session would begin with. A running plan with anything that the day does not know is an error.
func Open(ctx context.Context, start *calloutv1.DayStart, lim wire.Limits) (*wire.Live, *day.Day, error) {
	return open(ctx, start, &wire.Intake{Limits: lim})
}

func open(ctx context.Context, start *calloutv1.DayStart, at *wire.Intake) (*wire.Live, *day.Day, error) {
	w, faults := at.StartDay(start)
	if len(faults) > 0 {
		return nil, nil, fmt.Errorf("open a day: %w", faults.Err())
	}
	if err := matrix.Resolve(ctx, w.Problem); err != nil {
		return nil, nil, fmt.Errorf("open a day: %w", err)
	}
	d, repairs, faults, err := w.Begin(ctx)
	switch {
	case err != nil:
		return nil, nil, fmt.Errorf("open a day: %w", err)
	case len(faults) > 0:
		return nil, nil, fmt.Errorf("open a day: %w", faults.Err())
	case len(repairs) > 0:
		return nil, nil, fmt.Errorf("open a day: the plan has what the day does not know: %v", repairs[0])
	}
	return w, d, nil
}

// ErrDropped is returned for a revision with visits that its own day does not allow.
var ErrDropped = errors.New("judge: the plan has visits that cannot be")

// JudgeDay has solver/check look at what a day still has ahead: its sequences timed anew, and jobs left out put in where they fit after all. It
// returns that plan, over d.Problem, and what it costs, without the price of changes for a day of Resume.
func JudgeDay(d *day.Day) (*model.Plan, model.Terms, error) {
	in, err := route.Compile(d.Problem())
	if err != nil {
		return nil, model.Terms{}, err
	}
	s := search.NewLive(in, 1, func(j int32) bool { return d.Anchor(model.JobIdx(j)) }, new(atomic.Bool))
	// Calls at which nothing is taken come of insertions, and go with removals.
	dropped := slices.DeleteFunc(s.Load(d.Ahead()), func(r search.Repair) bool { return r.Reason == search.RepairIdleCall })
	if len(dropped) > 0 {
		return nil, model.Terms{}, fmt.Errorf("%w: %v", ErrDropped, dropped[0])
	}
	s.Repair(nil, 0, time.Time{})
	plan, terms := s.Plan()
	verdict := check.Plan(d.Problem(), plan)
	if err := verdict.Err(); err != nil {
		return nil, terms, fmt.Errorf("judge: %w", err)
	}
	if verdict.Terms != terms {
		return nil, terms, fmt.Errorf("judge: the plan costs %v, the search says %v", verdict.Terms, terms)
	}
	return plan, terms, nil
}
