package engine

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// ErrBusy is returned by Slots.Acquire when as many requests wait as may.
var ErrBusy = errors.New("engine: all processors are taken and the queue is full")

// Slots admit searches to the processors: a searcher takes one. Requests that find too few free wait in the order in which they
// came. It may be used by any number of goroutines at once.
type Slots struct {
	capacity int
	queue    int64
	sem      *semaphore.Weighted
	busy     atomic.Int64
	waiting  atomic.Int64
}

// NewSlots returns capacity slots (at least one), for which at most queue requests may wait.
func NewSlots(capacity, queue int) *Slots {
	capacity = max(1, capacity)
	return &Slots{capacity: capacity, queue: int64(queue), sem: semaphore.NewWeighted(int64(capacity))}
}

// Capacity is how many slots there are.
func (s *Slots) Capacity() int { return s.capacity }

// Busy is how many slots are taken.
func (s *Slots) Busy() int { return int(s.busy.Load()) }

// Waiting is how many requests wait.
func (s *Slots) Waiting() int { return int(s.waiting.Load()) }

// Acquire takes n slots, at most all there are, and returns what gives them back; calling that again does nothing. It returns
// ErrBusy at once where the queue is full, and why ctx ended where that comes first.
func (s *Slots) Acquire(ctx context.Context, n int) (release func(), err error) {
	n = min(max(1, n), s.capacity)
	if !s.sem.TryAcquire(int64(n)) {
		if s.waiting.Add(1) > s.queue {
			s.waiting.Add(-1)
			return nil, ErrBusy
		}
		err := s.sem.Acquire(ctx, int64(n))
		s.waiting.Add(-1)
		if err != nil {
			return nil, fmt.Errorf("engine: waiting for processors: %w", context.Cause(ctx))
		}
	}
	s.busy.Add(int64(n))
	var once sync.Once
	return func() {
		once.Do(func() {
			s.busy.Add(int64(-n))
			s.sem.Release(int64(n))
		})
	}, nil
}
