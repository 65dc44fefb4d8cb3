// Package lease holds what clients have sent to be named by a handle later: for a time, and within a bound of bytes. Unlike in a
// cache, what was granted stays until its time is over; where there is no room, nothing new is granted.
package lease

import (
	"container/heap"
	"errors"
	"fmt"
	"sync"
	"time"
)

// ErrTooLarge is returned for what would not fit even if nothing else were held.
var ErrTooLarge = errors.New("lease: larger than all that may be held")

// FullError says that there is no room now.
type FullError struct {
	// Retry is how long it takes until the next lease ends, if it is not renewed.
	Retry time.Duration
}

func (e *FullError) Error() string {
	return fmt.Sprintf("lease: no room; the next lease ends in %v", e.Retry)
}

// Options bound a Store.
type Options struct {
	Bytes       int64         // held at once, claims included
	TenantBytes int64         // of one tenant; 0: all
	Time        time.Duration // the longest lease, and the usual one
}

// Store holds values of tenants by handles. It may be used by any number of goroutines at once, and has none of its own.
type Store[V any] struct {
	opt Options

	mu      sync.Mutex
	held    map[key]*lease[V]
	ending  queue[V]
	used    int64
	tenants map[string]int64 // bytes used by each
	sweeper *time.Timer
	stats   Stats
}

type key struct{ tenant, handle string }

type lease[V any] struct {
	key
	value V
	bytes int64
	until time.Time
	at    int // in the queue
}

// overhead of a lease in bytes, about: many small ones count too.
const overhead = 512

// New returns an empty store.
func New[V any](o Options) *Store[V] {
	return &Store[V]{opt: o, held: make(map[key]*lease[V]), tenants: make(map[string]int64)}
}

// Claim is room set aside for a lease. It is used up by Grant or given back by Drop, whichever comes first.
type Claim[V any] struct {
	store  *Store[V]
	tenant string
	bytes  int64
}

// Claim sets room aside for a tenant's value. It returns ErrTooLarge or a *FullError where there is none.
func (s *Store[V]) Claim(tenant string, bytes int64) (*Claim[V], error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	bytes += overhead
	own := s.opt.Bytes
	if s.opt.TenantBytes > 0 {
		own = min(own, s.opt.TenantBytes)
	}
	if bytes > own {
		s.stats.Refused++
		return nil, ErrTooLarge
	}
	if bytes > s.opt.Bytes-s.used || bytes > own-s.tenants[tenant] {
		s.stats.Refused++
		return nil, &FullError{Retry: s.nextEnd()}
	}
	s.take(tenant, bytes)
	return &Claim[V]{store: s, tenant: tenant, bytes: bytes}, nil
}

// Grant holds the value under the handle from now on, for the time wanted or, where that is 0 or too long, the longest there is. It
// returns for how long. What is held under the handle already is renewed and stays.
func (c *Claim[V]) Grant(handle string, v V, wanted time.Duration) time.Duration {
	s := c.store
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	if left, known := s.renew(key{c.tenant, handle}, wanted); known {
		c.drop()
		return left
	}
	l := &lease[V]{key: key{c.tenant, handle}, value: v, bytes: c.bytes, until: time.Now().Add(s.span(wanted))}
	c.bytes = 0 // now the lease's
	s.held[l.key] = l
	heap.Push(&s.ending, l)
	s.stats.Granted++
	s.arm()
	return s.span(wanted)
}

// Drop gives the room back. After Grant it does nothing.
func (c *Claim[V]) Drop() {
	c.store.mu.Lock()
	defer c.store.mu.Unlock()
	c.drop()
}

func (c *Claim[V]) drop() {
	c.store.take(c.tenant, -c.bytes)
	c.bytes = 0
}

// Renew holds a value for longer, as Grant does, and tells for how long; it never ends a lease sooner.
func (s *Store[V]) Renew(tenant, handle string, wanted time.Duration) (time.Duration, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	return s.renew(key{tenant, handle}, wanted)
}

func (s *Store[V]) renew(k key, wanted time.Duration) (time.Duration, bool) {
	l, known := s.held[k]
	if !known {
		return 0, false
	}
	if until := time.Now().Add(s.span(wanted)); until.After(l.until) {
		l.until = until
		heap.Fix(&s.ending, l.at)
		s.arm()
	}
	s.stats.Renewed++
	return time.Until(l.until), true
}

// Get returns what a tenant's handle names.
func (s *Store[V]) Get(tenant, handle string) (V, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	l, known := s.held[key{tenant, handle}]
	if !known {
		s.stats.Unknown++
		var none V
		return none, false
	}
	s.stats.Found++
	return l.value, true
}

// Stats are figures of a store.
type Stats struct {
	Held, Bytes                               int64 // now; Bytes with what is claimed
	Granted, Renewed, Refused, Found, Unknown int64 // since it was made
}

// Stats of the store.
func (s *Store[V]) Stats() Stats {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sweep()
	out := s.stats
	out.Held, out.Bytes = int64(len(s.held)), s.used
	return out
}

// span is the time granted where so much is wanted.
func (s *Store[V]) span(wanted time.Duration) time.Duration {
	if wanted <= 0 || wanted > s.opt.Time {
		return s.opt.Time
	}
	return wanted
}

func (s *Store[V]) take(tenant string, bytes int64) {
	s.used += bytes
	if s.tenants[tenant] += bytes; s.tenants[tenant] == 0 {
		delete(s.tenants, tenant)
	}
}

// nextEnd is how long the first lease to end has left: with claims alone, a second.
func (s *Store[V]) nextEnd() time.Duration {
	if len(s.ending) == 0 {
		return time.Second
	}
	return max(time.Second, time.Until(s.ending[0].until))
}

// sweep drops the leases that have ended.
func (s *Store[V]) sweep() {
	now := time.Now()
	for len(s.ending) > 0 && !s.ending[0].until.After(now) {
		l := heap.Pop(&s.ending).(*lease[V]) //nolint:errcheck // nothing else is put in
		delete(s.held, l.key)
		s.take(l.tenant, -l.bytes)
	}
}

// arm sets the timer that lets go of memory when the next lease ends, also where nobody asks.
func (s *Store[V]) arm() {
	if s.sweeper != nil {
		s.sweeper.Stop()
		s.sweeper = nil
	}
	if len(s.ending) == 0 {
		return
	}
	s.sweeper = time.AfterFunc(time.Until(s.ending[0].until), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.sweep()
		s.arm()
	})
}
