// Package ortoolstest is what the tests of solver/ortools and the packages below it share.
package ortoolstest

import (
	"errors"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"callout/solver/ortools"
)

// Main runs a package's tests and fails if a goroutine is left, once the solves that were left behind have ended.
func Main(m *testing.M) { goleak.VerifyTestMain(settled{m}) }

type settled struct{ m *testing.M }

func (s settled) Run() int {
	code := s.m.Run()
	ortools.Wait()
	return code
}

// Need skips a test where there is no bundle; `make test` has fetched it, and sets CALLOUT_REQUIRE_ORTOOLS so that it fails instead.
func Need(tb testing.TB, available ...error) {
	tb.Helper()
	err := errors.Join(available...)
	switch {
	case err == nil:
	case os.Getenv("CALLOUT_REQUIRE_ORTOOLS") != "":
		tb.Fatal(err)
	default:
		tb.Skip(err)
	}
}

// cancelled is within what a cancelled solve must have returned.
const cancelled = 100 * time.Millisecond

// Limit measures how late this machine wakes a goroutine while the test runs, and returns what a cancelled solve may take: 100 ms, plus
// some such delays, because tests share the processors with other tests. Strict leaves the delays out.
func Limit(t *testing.T, strict bool) func() time.Duration {
	t.Helper()
	const pulse = 5 * time.Millisecond
	var worst atomic.Int64
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			began := time.Now()
			select {
			case <-stop:
				return
			case <-time.After(pulse):
				worst.Store(max(worst.Load(), int64(time.Since(began)-pulse)))
			}
		}
	}()
	t.Cleanup(func() {
		close(stop)
		<-stopped
		t.Logf("this machine woke a goroutine up to %v late", time.Duration(worst.Load()))
	})
	return func() time.Duration {
		if strict {
			return cancelled
		}
		return cancelled + 3*time.Duration(worst.Load())
	}
}
