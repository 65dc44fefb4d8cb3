package engine_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"callout/engine"
)

func TestSlots(t *testing.T) {
	s := engine.NewSlots(2, 1)
	one, err := s.Acquire(t.Context(), 1)
	if err != nil || s.Busy() != 1 {
		t.Fatalf("busy %d, %v", s.Busy(), err)
	}
	type got struct {
		release func()
		err     error
	}
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan got)
	go func() {
		release, err := s.Acquire(ctx, 5) // all there are
		waiting <- got{release, err}
	}()
	for s.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	// One slot is free, but whoever waits comes first; and only one may wait.
	if _, err := s.Acquire(t.Context(), 1); !errors.Is(err, engine.ErrBusy) {
		t.Errorf("past the queue: %v", err)
	}
	cancel()
	if w := <-waiting; !errors.Is(w.err, context.Canceled) || s.Waiting() != 0 {
		t.Errorf("cancelled: %v, %d wait", w.err, s.Waiting())
	}
	go func() {
		release, err := s.Acquire(t.Context(), 5)
		waiting <- got{release, err}
	}()
	for s.Waiting() == 0 {
		time.Sleep(time.Millisecond)
	}
	one()
	one() // does nothing
	w := <-waiting
	if w.err != nil || s.Busy() != 2 {
		t.Fatalf("busy %d, %v", s.Busy(), w.err)
	}
	w.release()
	if s.Busy() != 0 || s.Capacity() != 2 {
		t.Errorf("busy %d of %d in the end", s.Busy(), s.Capacity())
	}
}
