package matrix

import (
	"context"
	"fmt"
	"sync"

	"golang.org/x/sync/singleflight"

	"callout/solver/model"
)

// flights do equal work that is asked for at the same time once. Who asked waits no longer than his own context allows; the work
// goes on as long as anybody waits for it, whoever asked first.
type flights struct {
	group   singleflight.Group
	mu      sync.Mutex
	flying  map[name]*flight
	running sync.WaitGroup
}

// flight is work under way.
type flight struct {
	ctx     context.Context //nolint:containedctx // ends when nobody waits any more
	cancel  context.CancelFunc
	waiters int
}

func newFlights() *flights { return &flights{flying: make(map[name]*flight)} }

// do returns what work returns, or why ctx ended.
func (f *flights) do(
	ctx context.Context, n name, work func(context.Context) (*model.Matrix, error),
) (*model.Matrix, error) {
	result, leave := f.board(n, work)
	defer leave()
	select {
	case r := <-result:
		if r.Err != nil {
			return nil, r.Err
		}
		return r.Val.(*model.Matrix), nil //nolint:errcheck // nothing else is put in
	case <-ctx.Done():
		return nil, fmt.Errorf("matrix: %w", context.Cause(ctx))
	}
}

// board joins the work of a name or starts it; leave must be called in the end. A name is in flying as long as it is in the group,
// so that the work of a new flight is always run.
func (f *flights) board(n name, work func(context.Context) (*model.Matrix, error)) (<-chan singleflight.Result, func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	w := f.flying[n]
	if w == nil {
		w = new(flight)
		w.ctx, w.cancel = context.WithCancel(context.Background())
		f.flying[n] = w
		f.running.Add(1) // until the work has ended
	}
	w.waiters++
	f.running.Add(1) // until leave
	result := f.group.DoChan(string(n[:]), func() (_ any, err error) {
		defer f.running.Done()
		defer func() {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.land(n, w)
		}()
		defer func() { // singleflight would take down the process
			if v := recover(); v != nil {
				err = fmt.Errorf("matrix: panic: %v", v)
			}
		}()
		return work(w.ctx)
	})
	return result, func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		defer f.running.Done()
		if w.waiters--; w.waiters == 0 {
			f.land(n, w)
		}
	}
}

// land ends a flight: its work has ended, or nobody waits for it. Whoever comes from then on starts another. The lock is held.
func (f *flights) land(n name, w *flight) {
	w.cancel()
	if f.flying[n] == w {
		delete(f.flying, n)
		f.group.Forget(string(n[:]))
	}
}

// wait until no work is under way and nobody waits for any.
func (f *flights) wait() { f.running.Wait() }
