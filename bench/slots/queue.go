package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/rig"
)

const (
	slots = 2
	room  = 64 // in the queue
	many  = 64 // requests at the same time
)

var errRoom = errors.New("the queue took more than it has room for")

// queue sends 64 searches of a second to two slots, each with a deadline of a minute. Two run, the others wait. Two more fill the
// queue; the next one is refused.
func queue(ctx context.Context, out io.Writer, program string) error {
	fmt.Fprintf(out, "\n%d slots, no express slot, a queue of %d; 50 jobs, budget 1 s, deadline 60 s\n%s\n", slots, room, heading)
	return withServer(ctx, program, func(s *rig.Server, client calloutv1.PlanningServiceClient) error {
		r := small(&calloutv1.SolveSettings{TimeBudget: seconds(1), Seed: 1})
		alone, err := newVolley(ctx, client, r)
		if err != nil {
			return err
		}
		for range 5 {
			alone.send(ctx, r)
		}
		if err := alone.row(out, "one at a time"); err != nil {
			return err
		}
		crowd := &volley{client: client, judge: alone.judge}
		fill := &volley{client: client, judge: alone.judge}
		begin := time.Now()
		for range many {
			crowd.start(ctx, r)
		}
		if err := waiting(ctx, s, many-slots); err != nil {
			return err
		}
		for range room + slots - many {
			fill.start(ctx, r)
		}
		if err := waiting(ctx, s, room); err != nil {
			return err
		}
		refusal, err := refused(ctx, client, r)
		if err != nil {
			return err
		}
		if err := crowd.row(out, fmt.Sprintf("%d at the same time", many)); err != nil {
			return err
		}
		took := time.Since(begin)
		fill.all.Wait()
		if len(fill.errors) > 0 {
			return fill.errors[0]
		}
		_, err = fmt.Fprintf(out, "all %d plans accepted by the checker, after %.1f s; with %d waiting the next is refused: %s\n",
			many, took.Seconds(), room, refusal)
		return err
	})
}

// first sends the same, but asks for the first plan only: what a turn for first plans, before the long ones, would take.
func first(ctx context.Context, out io.Writer, program string) error {
	fmt.Fprintf(out, "\nthe same, each for its first plan and one iteration\n%s\n", heading)
	return withServer(ctx, program, func(_ *rig.Server, client calloutv1.PlanningServiceClient) error {
		r := small(&calloutv1.SolveSettings{MaxIterations: 1, Seed: 1})
		v, err := newVolley(ctx, client, r)
		if err != nil {
			return err
		}
		for range many {
			v.start(ctx, r)
		}
		return v.row(out, fmt.Sprintf("%d at the same time", many))
	})
}

func withServer(
	ctx context.Context, program string, do func(*rig.Server, calloutv1.PlanningServiceClient) error, args ...string,
) error {
	if len(args) == 0 {
		args = []string{
			fmt.Sprint("--workers=", slots), "--express=0", fmt.Sprint("--queue=", room), fmt.Sprint("--tenant-queue=", room),
		}
	}
	return rig.With(ctx, program, do, args...)
}

// waiting returns when so many requests wait.
func waiting(ctx context.Context, s *rig.Server, n int) error {
	for ctx.Err() == nil {
		m, err := s.Scrape(ctx)
		if err != nil {
			return err
		}
		switch have := int(m["callout_waiting_requests"]); {
		case have == n:
			return nil
		case have > n:
			return errRoom
		}
		time.Sleep(5 * time.Millisecond)
	}
	return ctx.Err()
}

// refused sends a request for which there is no room, and returns what it was told.
func refused(ctx context.Context, client calloutv1.PlanningServiceClient, r *calloutv1.SolveRequest) (string, error) {
	_, err := rig.Solve(ctx, client, r)
	st := status.Convert(err)
	if st.Code() != codes.ResourceExhausted {
		return "", fmt.Errorf("past the queue: %w", err)
	}
	for _, d := range st.Details() {
		if retry, ok := d.(*errdetails.RetryInfo); ok {
			return fmt.Sprintf("%v, %q, retry after %v", st.Code(), st.Message(), retry.GetRetryDelay().AsDuration()), nil
		}
	}
	return "", fmt.Errorf("refused without a time to come back: %w", err)
}
