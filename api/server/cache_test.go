package server_test

import (
	"fmt"
	"runtime"
	"sync"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/engine/matrix"
)

// newCache is closed after the server that start runs with it.
func newCache(tb testing.TB, bytes int64) *matrix.Cache {
	tb.Helper()
	c, err := matrix.NewCache(bytes)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// Two hundred problems of 500 places each, sent inline and computed, are not held beyond the cache's bound and a reserve: the
// requests under way, the connection's buffers, and what the cache is packing.
func TestCacheBound(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const bound, reserve = 64 << 20, 48 << 20
	live := func() int64 {
		runtime.GC() // twice, as buffers that are pooled outlive one
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	r := start(t, server.Options{Cache: newCache(t, bound), Queue: 8})
	problem := day(499, 2)
	begin := live()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for k := range next {
				p := &calloutv1.Problem{Now: problem.GetNow(), Locations: problem.GetLocations(), Profiles: []*calloutv1.TravelProfile{{
					Id: "van", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{Speed: new(10 + float64(k)/100)}},
				}}}
				if k%2 == 1 { // inline
					ids, durations := grid(problem)
					durations[1] += int32(k)
					p.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{
						LocationIds: ids, Durations: durations, Distances: durations,
					}}
				}
				if err := r.evaluate(t, &calloutv1.EvaluateRequest{RequestId: fmt.Sprint(k), Problem: p}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var most int64
	for k := range 200 {
		next <- k
		if k%20 == 19 {
			most = max(most, live()-begin)
		}
	}
	close(next)
	wg.Wait()
	held := live() - begin
	kept := r.metric(t, "callout_matrix_cache_bytes")
	const mib = 1 << 20
	t.Logf("alive: %d MiB at most, %d MiB at the end, %d MiB of it in the cache", most/mib, held/mib, int64(kept)/mib)
	if kept > bound || kept < bound/2 {
		t.Errorf("%v bytes are kept", kept)
	}
	if most > bound+reserve || held > bound+reserve/2 {
		t.Errorf("%d bytes are alive at most, %d in the end", most, held)
	}
	if r.metric(t, "callout_matrix_cache_evictions_total") == 0 {
		t.Error("nothing was evicted")
	}
}
