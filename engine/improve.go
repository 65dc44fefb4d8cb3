package engine

import (
	"context"
	"time"
)

// improve searches until something happens or the plan is quiet.
func (l *Live) improve(ctx context.Context, events <-chan LiveEvent) error {
	var release func()
	defer func() {
		if release != nil {
			release()
		}
	}()
	begin := time.Now()
	gain, from, since := begin, l.live.Iterations(), begin
	fresh := false
	l.live.Renew()
	for {
		if len(events) > 0 {
			return nil
		}
		if release == nil {
			var err error
			if release, err = ask(ctx, l.set.Improving); err != nil {
				return err
			}
			since = time.Now()
		}
		done := l.live.Iterations() - from
		spent := float64(time.Since(begin)) / float64(max(1, l.set.ImproveFor))
		over := spent >= 1 || time.Since(gain) >= l.set.QuietAfter
		if l.set.Iterations > 0 {
			spent = float64(done) / float64(l.set.Iterations)
			over = done >= l.set.Iterations
		}
		if over || l.live.Idle() || l.stop.Load() {
			break
		}
		if l.live.Improve(l.chunk(done), min(1, spent), l.until()) {
			gain, fresh = time.Now(), true
		}
		if fresh && time.Since(l.sent) >= l.set.Interval && l.set.Iterations <= 0 {
			fresh = false
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
	if fresh {
		if err := l.reveal(ctx, RevisionImproved, nil); err != nil {
			return err
		}
	}
	l.quiet = true
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
