package rig

import (
	"context"
	"errors"
	"io"
	"math"
	"slices"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// Answer is what came of a Solve, and when, from the sending of the request on.
type Answer struct {
	First time.Duration            // until the first plan was there
	Total time.Duration            // until the end of the answer
	Plans int                      // that came
	Last  *calloutv1.SolveResponse // the last message; nil: none
}

// Solve sends a request and takes the whole answer.
func Solve(ctx context.Context, client calloutv1.PlanningServiceClient, r *calloutv1.SolveRequest) (Answer, error) {
	var a Answer
	begin := time.Now()
	stream, err := client.Solve(ctx, r)
	if err != nil {
		return a, err
	}
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			a.Total = time.Since(begin)
			return a, nil
		}
		if err != nil {
			return a, err
		}
		if a.Plans++; a.Plans == 1 {
			a.First = time.Since(begin)
		}
		a.Last = m
	}
}

// Quantile is the least of the values that at least the share q of them do not exceed. The values get sorted. Of none it is 0.
func Quantile(values []time.Duration, q float64) time.Duration {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[min(len(values)-1, max(0, int(math.Ceil(q*float64(len(values))))-1))]
}
