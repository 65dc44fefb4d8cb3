package engine

import (
	"context"
	"time"
)

// effort is what a search has done for a plan.
type effort struct {
	begin, gain, left time.Time // it began, found something better last, and was left for an event; begin and gain as if it had not been
	from              int64     // iterations at its begin
	fresh             bool      // what it found last was not sent
}

// resume begins, or goes on where nothing has happened: an event was a wish, was refused, or seen before.
func (l *Live) resume() *effort {
	x, now := &l.effort, time.Now()
	if x.begin.IsZero() {
		l.live.Renew()
		*x = effort{begin: now, gain: now, from: l.live.Iterations()}
		return x
	}
	pause := now.Sub(x.left)
	x.begin, x.gain = x.begin.Add(pause), x.gain.Add(pause)
	return x
}

// improve searches until something happens or the plan is quiet.
func (l *Live) improve(ctx context.Context, events <-chan LiveEvent) error {
	var release func()
	defer func() {
		if release != nil {
			release()
		}
	}()
	x := l.resume()
	since := time.Now()
	for {
		if len(events) > 0 {
			x.left = time.Now()
			return nil
		}
		if release == nil {
			var err error
			if release, err = ask(ctx, l.set.Improving); err != nil {
				return err
			}
			since = time.Now()
		}
		done := l.live.Iterations() - x.from
		spent := float64(time.Since(x.begin)) / float64(max(1, l.set.ImproveFor))
		over := spent >= 1 || time.Since(x.gain) >= l.set.QuietAfter
		if l.set.Iterations > 0 {
			spent = float64(done) / float64(l.set.Iterations)
			over = done >= l.set.Iterations
		}
		if over || l.live.Idle() || l.stop.Load() {
			break
		}
		if l.live.Improve(l.chunk(done), min(1, spent), l.until()) {
			x.gain, x.fresh = time.Now(), true
		}
		if x.fresh && time.Since(l.sent) >= l.set.Interval && l.set.Iterations <= 0 {
			x.fresh = false
			if err := l.reveal(ctx, RevisionImproved, nil); err != nil {
				return err
			}
		}
		if time.Since(since) >= turn && l.set.Others != nil && l.set.Others() {
			release()
			release = nil
		}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if x.fresh {
		if err := l.reveal(ctx, RevisionImproved, nil); err != nil {
			return err
		}
	}
	l.quiet, l.effort = true, effort{}
	return l.reveal(ctx, RevisionQuiet, nil)
}

// chunk is how many steps to take before looking up.
func (l *Live) chunk(done int64) int {
	if l.set.Iterations > 0 {
		return int(min(50, l.set.Iterations-done))
	}
	return 1000
}

func (l *Live) until() time.Time {
	if l.set.Iterations > 0 {
		return time.Time{}
	}
	return time.Now().Add(burst)
}
