package matrix

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"sync"
	"testing"
)

// reserve is what a server needs beyond the bound of its cache while four requests at a time compute matrices of 500 places: the
// matrices of those, one being packed and one that waits for it, and the packer's buffers.
const reserve = 32 << 20

// Two hundred different matrices, 400 MB in all, are never held beyond the bound and a reserve.
func TestCacheBound(t *testing.T) {
	const bound, many, n = 64 << 20, 200, 500
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	live := func() int64 {
		runtime.GC() // twice, as buffers that are pooled outlive one
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	// resident is what the runtime has from the operating system and has not given back: garbage too.
	resident := func() int64 {
		sample := []metrics.Sample{{Name: "/memory/classes/total:bytes"}, {Name: "/memory/classes/heap/released:bytes"}}
		metrics.Read(sample)
		return int64(sample[0].Value.Uint64() - sample[1].Value.Uint64())
	}
	debug.FreeOSMemory()
	begin, start := live(), resident()
	c := newTestCache(t, bound)
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(start + bound + reserve/2)) // a soft limit, as GOMEMLIMIT
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for k := range next {
				resolve(t, c.Space("a"), lines(n, float64(k%100)+float64(k)/1e6))
			}
		})
	}
	var most, mapped int64
	for k := range many {
		next <- k
		mapped = max(mapped, resident()-start)
		if k%20 == 19 {
			most = max(most, live()-begin)
		}
	}
	close(next)
	wg.Wait()
	s := c.Stats()
	held := live() - begin
	t.Logf("alive at most %d MiB, in the end %d MiB; resident at most %d MiB; %+v", most>>20, held>>20, mapped>>20, s)
	if s.Misses != many {
		t.Errorf("%d were computed", s.Misses)
	}
	if s.Bytes+s.PackedBytes > bound || s.Bytes < bound/2 {
		t.Errorf("%d bytes as they are and %d packed, with a bound of %d", s.Bytes, s.PackedBytes, bound)
	}
	if most > bound+reserve || held > bound+reserve/4 || mapped > bound+reserve {
		t.Errorf("%d bytes are alive at most, %d in the end, %d resident at most; the bound is %d", most, held, mapped, bound)
	}
}
