package ortools

import (
	"context"
	"sync"
	"time"
)

// grace is how long a solve that has been told to stop is waited for. Most stop within 10 ms.
const grace = 25 * time.Millisecond

// lingering counts the calls that were left behind and still run.
var lingering struct {
	sync.Mutex
	n    int
	none chan struct{} // Closed when n comes down to 0.
}

// Lingering is the number of solves whose callers have gone, because their context ended, and which have not noticed yet. Each still
// occupies a thread. HiGHS looks for the end of a MIP only between its steps, and a step may be the solution of a smaller MIP, which takes
// up to a second, but no longer than the time limit. Whoever admits work by processors counts them as running (WithLinger).
func Lingering() int {
	lingering.Lock()
	defer lingering.Unlock()
	return lingering.n
}

type lingerKey struct{}

// WithLinger returns a context whose solves tell when they are left behind: change gets 1, and -1 when such a solve has come to its
// end, later than anything else of the request. It is called from any goroutine and must be quick. A solve is left behind only
// because its context ended, so whoever can cancel it is told.
func WithLinger(ctx context.Context, change func(int)) context.Context {
	return context.WithValue(ctx, lingerKey{}, change)
}

// Wait returns when no solve lingers. A process calls it before it ends, so that no thread is inside the libraries when they are
// torn down.
func Wait() {
	for {
		lingering.Lock()
		n, none := lingering.n, lingering.none
		lingering.Unlock()
		if n == 0 {
			return
		}
		<-none
	}
}

// Call runs a call into a library on a goroutine of its own and returns its result. When ctx ends it calls stop, which must make the
// call return soon; if that takes longer than the grace it returns without a result, and left gets the result when there is one.
// For the packages below this one.
func Call[T any](ctx context.Context, call func() T, stop func(), left func(T)) (result T, ok bool) {
	done, gone := make(chan T), make(chan struct{})
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
			linger(-1)
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
	linger(1)
	tell(1)
	close(gone)
	return result, false
}

// linger counts a call left behind, or one of them that has ended.
func linger(change int) {
	lingering.Lock()
	defer lingering.Unlock()
	if lingering.n == 0 {
		lingering.none = make(chan struct{})
	}
	lingering.n += change
	if lingering.n == 0 {
		close(lingering.none)
	}
}
