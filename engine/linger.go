package engine

import (
	"context"
	"time"

	"callout/solver/ortools"
)

// Lingering is how many native solves were left behind, by all requests, and still take a processor each.
func Lingering() int { return ortools.Lingering() }

// Settle returns when no native solve is left behind, which takes a second or so. A process calls it before it ends.
func Settle() { ortools.Wait() }

// Context returns a context for the work that the ticket is for. A native solve that is cancelled, and cannot stop at once, is left
// behind and goes on for a second or so after the request has gone. It keeps a slot of the kind that the request had, besides those
// of the request's searchers, until it has ended: slots stand for processors, and nobody else is let in to share one. It counts
// against the tenant's quota and work for as long.
func (t *Ticket) Context(ctx context.Context) context.Context {
	return ortools.WithLinger(ctx, t.linger)
}

// linger counts a native solve that was left behind, or one of them that has ended.
func (t *Ticket) linger(change int) {
	s := t.slots
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	if t.state == released && t.left == 0 { // left behind by what followed the search
		s.running = append(s.running, t)
		s.turns.enter(t.Tenant)
	}
	s.turns.lingered(t, time.Duration(t.left)*now.Sub(t.since), change)
	t.left, t.since = t.left+change, now
	s.take(t, change)
	if change < 0 {
		s.gone(t)
	}
}
