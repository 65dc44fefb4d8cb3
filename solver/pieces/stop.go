package pieces

import (
	"context"
	"errors"
	"time"

	"callout/solver/search"
)

// stagnant tells whether nothing better was found for too long.
func (s *solver) stagnant() bool {
	return s.o.Stagnation > 0 && time.Since(s.begin)-s.gain >= s.o.Stagnation
}

// why the search ended.
func (s *solver) why() search.Stop {
	switch {
	case errors.Is(s.ctx.Err(), context.DeadlineExceeded):
		return search.StopDeadline
	case s.ctx.Err() != nil:
		return search.StopCancelled
	case s.o.Budget > 0 && time.Since(s.begin) >= s.o.Budget:
		return search.StopBudget
	case s.o.Iterations > 0 && s.own >= s.o.Iterations:
		return search.StopIterations
	}
	return search.StopStagnation
}
