package parallel_test

import (
	"strings"
	"sync/atomic"
	"testing"

	"callout/solver/parallel"
)

func TestGroup(t *testing.T) {
	var g parallel.Group
	var sum atomic.Int64
	for k := range 10 {
		g.Go(func() { sum.Add(int64(k)) })
	}
	g.Wait()
	if sum.Load() != 45 {
		t.Errorf("sum %d", sum.Load())
	}
}

// What panics does so where somebody waits, when the others have ended, and as itself through groups within groups.
func TestPanic(t *testing.T) {
	var ended atomic.Bool
	defer func() {
		p, ok := recover().(*parallel.PanicError)
		if !ok || p.Value != "lost" || !strings.Contains(p.Error(), "parallel_test.lose") {
			t.Errorf("caught %v", p)
		}
		if !ended.Load() {
			t.Error("another was still running")
		}
	}()
	var outer parallel.Group
	panicked := make(chan struct{})
	outer.Go(func() {
		var inner parallel.Group
		inner.Go(func() {
			defer close(panicked)
			lose()
		})
		inner.Wait()
	})
	outer.Go(func() {
		<-panicked
		ended.Store(true)
	})
	outer.Wait()
	t.Error("went on")
}

//go:noinline
func lose() { panic("lost") }
