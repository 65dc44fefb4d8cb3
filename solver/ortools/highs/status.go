package highs

import (
	"context"
	"fmt"
)

// Status says how a solve ended.
type Status uint8

// Statuses. What an interrupted or limited solve knows is in its result.
const (
	Unknown Status = iota
	Optimal        // Within the gap that was asked for.
	Infeasible
	Unbounded
	InfeasibleOrUnbounded // Presolve found that there is no optimum, and not why.
	Limited               // By time, nodes or iterations.
	Interrupted           // By the context or by the receiver of incumbents.
)

func (s Status) String() string {
	names := [...]string{"unknown", "optimal", "infeasible", "unbounded", "infeasible or unbounded", "limited", "interrupted"}
	if int(s) < len(names) {
		return names[s]
	}
	return fmt.Sprintf("status %d", uint8(s))
}

// interrupted is HiGHS's code for a solve that a callback stopped.
const interrupted = 17

// statusOf translates HighsModelStatus. When ctx has ended, a limit means that.
func statusOf(ctx context.Context, code int) Status {
	switch code {
	case 6, 7: // A model without columns counts as solved.
		return Optimal
	case 8:
		return Infeasible
	case 9:
		return InfeasibleOrUnbounded
	case 10:
		return Unbounded
	case 13, 14, 16:
		if ctx.Err() != nil {
			return Interrupted
		}
		return Limited
	case interrupted:
		return Interrupted
	default:
		if ctx.Err() != nil {
			return Interrupted
		}
		return Unknown
	}
}
