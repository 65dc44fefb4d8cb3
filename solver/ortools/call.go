package ortools

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"
)

// grace is how long a solve that has been told to stop is waited for. Most stop within 10 ms.
const grace = 25 * time.Millisecond

// lingering holds the calls that were left behind and still run, each with what is closed when it ends.
var lingering struct {
	sync.Mutex
	calls map[chan struct{}]struct{}
}

// Lingering is the number of solves whose callers have gone, because their context ended, and which have not noticed yet. Each still
// occupies a thread. HiGHS looks for the end of a MIP only between its steps, and a step may be the solution of a smaller MIP, which takes
// up to a second, but no longer than the time limit. Whoever admits work by processors counts them as running (WithLinger).
func Lingering() int {
	lingering.Lock()
	defer lingering.Unlock()
	return len(lingering.calls)
}

type lingerKey struct{}

// WithLinger returns a context whose solves tell when they are left behind: change gets 1, and -1 when such a solve has come to its
// end, later than anything else of the request. It is called from any goroutine and must be quick. A solve is left behind only
// because its context ended, so whoever can cancel it is told.
func WithLinger(ctx context.Context, change func(int)) context.Context {
	return context.WithValue(ctx, lingerKey{}, change)
}

// Wait returns when the solves that linger now have ended. A process calls it before it ends, so that no thread is inside the libraries
// when they are torn down.
func Wait() {
	lingering.Lock()
	calls := slices.Collect(maps.Keys(lingering.calls))
	lingering.Unlock()
	for _, c := range calls {
		<-c
	}
}

// Call runs a call into a library on a goroutine of its own and returns its result. When ctx ends it calls stop, which must make the
// call return soon; if that takes longer than the grace it returns without a result, and left gets the result when there is one.
// For the packages below this one.
func Call[T any](ctx context.Context, call func() T, stop func(), left func(T)) (result T, ok bool) {
	done, gone, over := make(chan T), make(chan struct{}), make(chan struct{})
	tell, told := ctx.Value(lingerKey{}).(func(int))
	if !told {
		tell = func(int) {}
	}
	go func() {
		r := call()
		select {
		case done <- r:
		case <-gone:
			left(r)
			settle(over)
			tell(-1)
		}
	}()
	select {
	case result = <-done:
		return result, true
	case <-ctx.Done():
	}
	stop()
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case result = <-done:
		return result, true
	case <-timer.C:
	}
	linger(over)
	tell(1)
	close(gone)
	return result, false
}

// linger notes a call left behind, settle that it has ended.
func linger(over chan struct{}) {
	lingering.Lock()
	defer lingering.Unlock()
	if lingering.calls == nil {
		lingering.calls = make(map[chan struct{}]struct{})
	}
	lingering.calls[over] = struct{}{}
}

func settle(over chan struct{}) {
	lingering.Lock()
	defer lingering.Unlock()
	delete(lingering.calls, over)
	close(over)
}
