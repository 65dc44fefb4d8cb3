package engine

import (
	"context"

	"callout/solver/day"
)

// wish prices an event that is not applied.
func (l *Live) wish(_ context.Context, e *day.Event) (LiveAnswer, error) {
	return LiveAnswer{ID: e.ID, Verdict: day.Refused, Refusals: []day.Refusal{{Field: "wish", Code: day.CodeNotSupported, Message: "not yet"}}}, nil
}
