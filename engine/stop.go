package engine

import (
	"context"
	"errors"
	"time"

	"callout/solver/search"
)

// ErrShutdown is the cause to cancel a context with when the server shuts down: Solve then ends as it does when its budget is
// used up, with the best plan so far.
var ErrShutdown = errors.New("engine: shutting down")

// Stop says why a search ended.
type Stop uint8

// Reasons for stopping.
const (
	StopBudget     Stop = iota // the time budget was used up
	StopIterations             // the iterations were used up
	StopStagnation             // nothing better was found for long enough
	StopProven                 // nothing can be better
	StopCancelled              // the context was cancelled
	StopDeadline               // the context's deadline came close
	StopShutdown               // the context was cancelled with ErrShutdown
)

var stopNames = [...]string{"budget", "iterations", "stagnation", "proven", "cancelled", "deadline", "shutdown"}

func (s Stop) String() string {
	if int(s) < len(stopNames) {
		return stopNames[s]
	}
	return "unknown"
}

// CutShort tells whether the search was ended from outside, before its own limits.
func (s Stop) CutShort() bool { return s >= StopCancelled }

// stopOf translates the search's reason; where it was ended from outside, ctx, the one that the search was given, knows more.
func stopOf(ctx context.Context, s search.Stop) Stop {
	switch s {
	case search.StopBudget:
		return StopBudget
	case search.StopIterations:
		return StopIterations
	case search.StopStagnation:
		return StopStagnation
	case search.StopProven:
		return StopProven
	default:
		return ended(ctx)
	}
}

// ended is why ctx ended.
func ended(ctx context.Context) Stop {
	switch cause := context.Cause(ctx); {
	case errors.Is(cause, ErrShutdown):
		return StopShutdown
	case errors.Is(cause, context.DeadlineExceeded):
		return StopDeadline
	}
	return StopCancelled
}

// The time kept free before a deadline, for the last plan to be explained, packed and sent.
const (
	leastReserve = 150 * time.Millisecond
	mostReserve  = time.Second
)

// reserve is how much of the time left before a deadline is kept free: a twentieth within bounds, but never more than half.
func reserve(left time.Duration) time.Duration {
	return min(max(left/20, leastReserve), mostReserve, max(0, left/2))
}

// beforeDeadline returns a context that ends a little before ctx does, if ctx has a deadline.
func beforeDeadline(ctx context.Context) (context.Context, context.CancelFunc) {
	deadline, ok := ctx.Deadline()
	if !ok {
		return context.WithCancel(ctx)
	}
	return context.WithDeadline(ctx, deadline.Add(-reserve(time.Until(deadline))))
}
