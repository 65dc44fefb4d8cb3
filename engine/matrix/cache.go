package matrix

import (
	"context"
	"encoding/binary"
	"fmt"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/ristretto/v2"

	"callout/solver/model"
)

// Cache keeps matrices between requests within a bound of bytes: three quarters for matrices as they are, one for those that were
// pushed out of there, packed. What it keeps is decided by ristretto; whether it keeps something changes no result.
//
// A matrix is found by a digest of the tenant and of what it was computed from. Tenants share the bytes and nothing else: what one
// asks for may push out what is another's, but nothing tells what that was.
//
// It may be used by any number of goroutines at once.
type Cache struct {
	secret  secret
	hot     *ristretto.Cache[string, entry]
	cold    *ristretto.Cache[string, packed]
	flights *flights
	codec   *codec
	victims chan entry // pushed out of hot, on their way to cold
	packing sync.WaitGroup

	largest int64 // bytes of a matrix that is worth keeping
	mu      sync.RWMutex
	closed  bool

	bases bases

	hits, unpacked, misses, joined, evictions, dropped, grown atomic.Int64
}

// entry is a matrix with its whole name: ristretto compares 128 bits of it.
type entry struct {
	name   name
	matrix *model.Matrix
}

const (
	// MinCacheBytes is the least bound of a cache.
	MinCacheBytes = 1 << 20
	// overhead of an entry, about.
	overhead = 512
	// share of the bound that the largest matrix kept may take: one is being packed and one waits for it, outside the bound.
	share = 8
)

// NewCache returns a cache of so many bytes, at least MinCacheBytes. It has to be closed.
func NewCache(bytes int64) (*Cache, error) {
	bytes = max(bytes, MinCacheBytes)
	c := &Cache{
		secret: newSecret(), flights: newFlights(), codec: newCodec(), victims: make(chan entry), largest: bytes / share,
	}
	counters := min(max(bytes/1024, 1<<12), 1<<20) // some 3 bytes each
	var err error
	c.hot, err = ristretto.NewCache(&ristretto.Config[string, entry]{
		NumCounters: counters, MaxCost: bytes - bytes/4, BufferItems: 64, KeyToHash: halves,
		OnEvict: func(i *ristretto.Item[entry]) {
			c.evictions.Add(1)
			c.cool(i.Value)
		},
		OnReject: func(i *ristretto.Item[entry]) { c.cool(i.Value) },
	})
	if err != nil {
		return nil, fmt.Errorf("matrix: cache: %w", err)
	}
	c.cold, err = ristretto.NewCache(&ristretto.Config[string, packed]{
		NumCounters: counters, MaxCost: bytes / 4, BufferItems: 64, KeyToHash: halves,
		OnEvict: func(*ristretto.Item[packed]) { c.evictions.Add(1) },
	})
	if err != nil {
		c.hot.Close()
		return nil, fmt.Errorf("matrix: cache: %w", err)
	}
	c.packing.Go(func() {
		for e := range c.victims {
			c.pack(e)
		}
	})
	return c, nil
}

// halves are the two numbers that ristretto knows a name by.
func halves(key string) (hash, conflict uint64) {
	return binary.LittleEndian.Uint64([]byte(key[:8])), binary.LittleEndian.Uint64([]byte(key[8:16]))
}

// Close gives up work under way and ends the cache's goroutines. It returns once all who waited for a matrix have gone. A cache that is
// closed keeps nothing any more.
func (c *Cache) Close() {
	if c == nil {
		return
	}
	c.mu.Lock()
	again := c.closed
	c.closed = true
	c.mu.Unlock()
	if again {
		return
	}
	c.flights.wait()
	c.hot.Close()
	close(c.victims)
	c.packing.Wait()
	c.cold.Close()
	c.codec.close()
}

// Space is a tenant's part of a cache. A nil one keeps nothing.
type Space struct {
	cache  *Cache
	tenant string
}

// Space of a tenant. A nil cache has nil ones.
func (c *Cache) Space(tenant string) *Space {
	if c == nil {
		return nil
	}
	return &Space{c, tenant}
}

// Share returns a matrix with the entries of m: one that is kept already, so that equal ones take their room once, or m itself.
// Neither may be changed from then on.
func (s *Space) Share(m *model.Matrix) *model.Matrix {
	if s == nil {
		return m
	}
	c, n := s.cache, s.givenName(m)
	if known := c.find(n); known != nil {
		c.hits.Add(1)
		return known
	}
	c.put(n, m)
	return m
}

// get returns the matrix of a name. It is computed if it is not kept, and as often as the cache will not keep it, but by one
// caller at a time.
func (c *Cache) get(ctx context.Context, n name, compute func(context.Context) (*model.Matrix, error)) (*model.Matrix, error) {
	if m := c.find(n); m != nil {
		c.hits.Add(1)
		return m, nil
	}
	if c.isClosed() {
		return compute(ctx)
	}
	flew := false
	m, err := c.flights.do(ctx, n, func(ctx context.Context) (*model.Matrix, error) {
		flew = true
		if m := c.find(n); m != nil { // another flight has just landed
			c.hits.Add(1)
			return m, nil
		}
		if m := c.thaw(n); m != nil {
			c.unpacked.Add(1)
			c.put(n, m)
			return m, nil
		}
		m, err := compute(ctx)
		if err == nil {
			c.misses.Add(1)
			c.put(n, m)
		}
		return m, err
	})
	if err == nil && !flew { // in this order: with an error the flight may still be under way
		c.joined.Add(1)
	}
	return m, err
}

func (c *Cache) isClosed() bool {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.closed
}

// find returns a matrix kept as it is, or nil.
func (c *Cache) find(n name) *model.Matrix {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return nil
	}
	if e, ok := c.hot.Get(string(n[:])); ok && e.name == n {
		return e.matrix
	}
	return nil
}

// put offers a matrix to the cache. It waits until ristretto has decided: so no more matrices wait for that than there are
// requests under way.
func (c *Cache) put(n name, m *model.Matrix) {
	cost := sizeOf(m)
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed || cost > c.largest {
		return
	}
	c.hot.Set(string(n[:]), entry{n, m}, cost)
	c.hot.Wait()
}

// sizeOf a matrix in bytes.
func sizeOf(m *model.Matrix) int64 {
	return overhead + 4*int64(cap(m.Durations)+cap(m.Distances))
}

// cool has a matrix packed if nothing is being packed; else it is dropped.
func (c *Cache) cool(e entry) {
	if e.matrix == nil {
		return
	}
	select {
	case c.victims <- e:
	default:
		c.dropped.Add(1)
	}
}

// pack a matrix that was pushed out, unless it is kept packed from an earlier time.
func (c *Cache) pack(e entry) {
	key := string(e.name[:])
	if p, ok := c.cold.Get(key); ok && p.name == e.name {
		return
	}
	p := c.codec.pack(e)
	c.cold.Set(key, p, overhead+int64(cap(p.data)))
	c.cold.Wait()
}

// thaw returns a matrix kept packed, or nil.
func (c *Cache) thaw(n name) *model.Matrix {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.closed {
		return nil
	}
	p, ok := c.cold.Get(string(n[:]))
	if !ok || p.name != n {
		return nil
	}
	m, err := c.codec.unpack(p)
	if err != nil {
		return nil // as good as not kept
	}
	return m
}

// Stats are figures of a cache since it was made.
type Stats struct {
	Hits      int64 // found as it is
	Unpacked  int64 // found packed
	Joined    int64 // waited for the work of another request
	Misses    int64 // computed
	Grown     int64 // of these, computed in part, the rest being taken over from another matrix
	Evictions int64 // pushed out of either part
	Dropped   int64 // pushed out or not let in, and not packed either, as the packer was busy

	Bytes, PackedBytes int64 // held now
}

// Stats of the cache. A nil one has none.
func (c *Cache) Stats() Stats {
	if c == nil {
		return Stats{}
	}
	out := Stats{
		Hits: c.hits.Load(), Unpacked: c.unpacked.Load(), Joined: c.joined.Load(), Misses: c.misses.Load(), Grown: c.grown.Load(),
		Evictions: c.evictions.Load(), Dropped: c.dropped.Load(),
	}
	c.mu.RLock()
	defer c.mu.RUnlock()
	if !c.closed {
		out.Bytes = c.hot.MaxCost() - c.hot.RemainingCost()
		out.PackedBytes = c.cold.MaxCost() - c.cold.RemainingCost()
	}
	return out
}
