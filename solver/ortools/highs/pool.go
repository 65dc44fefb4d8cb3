package highs

import (
	"errors"
	"fmt"
	"slices"
	"sync"
)

// errLibrary is what HiGHS reports when it cannot say more: numerical trouble, or memory.
var errLibrary = errors.New("highs: the solver failed")

// errLeft says that the instance was left behind at work.
var errLeft = errors.New("highs: left behind")

func refused(what string) error { return fmt.Errorf("highs: the solver refused %s", what) }

// idle holds cleared instances for the next callers; see the package comment for why none is destroyed.
var idle struct {
	sync.Mutex
	instances []*instance
}

// acquire returns an instance without a model.
func acquire() (*instance, error) {
	idle.Lock()
	if n := len(idle.instances); n > 0 {
		s := idle.instances[n-1] // The last one used: its memory is warm.
		idle.instances = idle.instances[:n-1]
		idle.Unlock()
		return s, nil
	}
	idle.Unlock()
	s, err := create()
	if err != nil {
		return nil, err
	}
	if err := s.reset(); err != nil {
		return nil, err
	}
	return s, nil
}

// release drops the instance's model and keeps it for the next caller.
func (s *instance) release() {
	if s.reset() != nil {
		return // Never seen. Better one lost than one in an unknown state.
	}
	idle.Lock()
	idle.instances = append(idle.instances, s)
	idle.Unlock()
}

// receiver takes incumbents from the callback, which another goroutine runs.
type receiver struct {
	m *Model
	f func(Incumbent) bool

	mu       sync.Mutex
	closed   bool // Nobody wants any more.
	panicked any
}

// take reports whether the search is to go on. A panic must not pass through C's frames, so it is kept for the caller of run.
func (r *receiver) take(x []float64, bound float64) (more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false // Found before the search noticed that it should end.
	}
	defer func() {
		if p := recover(); p != nil {
			r.panicked, more = p, false
		}
		r.closed = !more
	}()
	x = slices.Clone(x)
	return r.f(Incumbent{X: x, Objective: r.m.polish(x), Bound: bound})
}

// close makes sure that no more incumbents are handed out.
func (r *receiver) close() {
	r.mu.Lock()
	r.closed = true
	r.mu.Unlock()
}
