// Package parallel runs functions side by side whose panics do not end the program. A panic on a goroutine of its own takes down the process, and
// with it the requests of others; here it goes on where somebody waits and can deal with it.
package parallel

import (
	"fmt"
	"runtime/debug"
	"sync"
)

// Group is a number of functions that run side by side. The zero value is ready. Go and Wait may be called by one goroutine at a time.
type Group struct {
	running sync.WaitGroup
	mu      sync.Mutex
	panic   *PanicError // the first
}

// Go runs f on a goroutine of its own.
func (g *Group) Go(f func()) {
	g.running.Go(func() {
		defer func() {
			if v := recover(); v != nil {
				g.mu.Lock()
				defer g.mu.Unlock()
				if g.panic == nil {
					g.panic = Caught(v)
				}
			}
		}()
		f()
	})
}

// Wait returns when all functions have. If one of them panicked it panics, with the first *PanicError.
func (g *Group) Wait() {
	g.running.Wait()
	if g.panic != nil {
		panic(g.panic)
	}
}

// PanicError is what somebody panicked with, and the stack where.
type PanicError struct {
	Value any
	Stack []byte
}

// Caught is what recover returned, in the function that it was deferred by. What was a *PanicError before stays what it was.
func Caught(v any) *PanicError {
	if p, ok := v.(*PanicError); ok {
		return p
	}
	return &PanicError{Value: v, Stack: debug.Stack()}
}

// Error has both in it.
func (p *PanicError) Error() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }
