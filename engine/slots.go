package engine

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"sync"
	"time"
)

// Refusals of Slots.Acquire.
var (
	ErrBusy       = errors.New("engine: all processors are taken and the queue is full")
	ErrTenantBusy = errors.New("engine: as many requests of the tenant wait as may")
)

// SlotsConfig says how many may work and wait. Zero limits of a tenant are those of all.
type SlotsConfig struct {
	Capacity      int // searchers at work at once, at least one
	Express       int // searchers beyond them, for small requests only
	Queue         int // requests that may wait
	TenantRunning int // searchers of one tenant at work at once; less than 1: no limit
	TenantQueue   int // requests of one tenant that may wait; less than 1: no limit
	Now           func() time.Time
}

// Demand is what a request asks of Slots.
type Demand struct {
	Tenant  string
	Workers int           // searchers, cut down to what there is
	Length  time.Duration // for how long, as far as one can tell; 0: unknown, which counts as unknownLength
	Small   bool          // the length is certain and short, so that the express slots may be used
}

// unknownLength is for how long a request is thought to run that does not say.
const unknownLength = 10 * time.Second

// Slots admit searches to the processors: a searcher takes one slot. Who comes next is told in turns.go. Slots hold no goroutine
// and set no timer; they may be used by any number of goroutines at once.
type Slots struct {
	cfg SlotsConfig

	mu      sync.Mutex
	busy    int // ordinary slots taken
	express int // express slots taken
	running []*Ticket
	waiting []*Ticket // in the order in which they came
	turns   turns
}

// Ticket is a place in the queue, and then the right to work.
type Ticket struct {
	Demand

	slots   *Slots
	arrived time.Time
	granted time.Time
	ready   chan struct{} // closed when granted
	express bool
	state   state
	left    int       // native solves left behind, see linger.go
	since   time.Time // that there are as many
}

type state uint8

const (
	queued state = iota
	working
	released
)

// NewSlots returns slots, all free.
func NewSlots(cfg SlotsConfig) *Slots {
	cfg.Capacity, cfg.Express, cfg.Queue = max(1, cfg.Capacity), max(0, cfg.Express), max(0, cfg.Queue)
	if cfg.TenantRunning < 1 {
		cfg.TenantRunning = math.MaxInt
	}
	if cfg.TenantQueue < 1 {
		cfg.TenantQueue = cfg.Queue
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	return &Slots{cfg: cfg, turns: newTurns(cfg.TenantRunning)}
}

// Capacity is how many searchers one request can have.
func (s *Slots) Capacity() int { return min(s.cfg.Capacity, s.cfg.TenantRunning) }

// Busy is how many processors are taken: by searchers at work, and by native solves that were left behind.
func (s *Slots) Busy() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.busy + s.express
}

// BusyExpress is how many of them have an express slot.
func (s *Slots) BusyExpress() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.express
}

// Waiting is how many requests wait.
func (s *Slots) Waiting() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.waiting)
}

// Acquire waits for its turn and returns the right to work, which has to be released. Where the queue is full it returns ErrBusy
// or ErrTenantBusy at once, and where ctx ends first, why. A request that was refused or left the queue has no effect on others.
func (s *Slots) Acquire(ctx context.Context, d Demand) (*Ticket, error) {
	t, err := s.Join(ctx, d)
	if err != nil {
		return nil, err
	}
	if err := t.Wait(ctx); err != nil {
		return nil, err
	}
	return t, nil
}

// Join returns a place in the queue, or the right to work at once. It has to be released either way. Errors are those of Acquire.
func (s *Slots) Join(ctx context.Context, d Demand) (*Ticket, error) {
	if ctx.Err() != nil {
		return nil, left(ctx)
	}
	t := s.ticket(d)
	if err := s.join(t); err != nil {
		return nil, err
	}
	return t, nil
}

// Wait returns when the ticket is granted, or why ctx ended first; then it has been released.
func (t *Ticket) Wait(ctx context.Context) error {
	select {
	case <-t.ready:
		return nil
	case <-ctx.Done():
		t.Release()
		return left(ctx)
	}
}

// Granted is closed when the ticket is granted.
func (t *Ticket) Granted() <-chan struct{} { return t.ready }

// ticket is a demand in order, not yet in the queue.
func (s *Slots) ticket(d Demand) *Ticket {
	d.Workers = min(max(1, d.Workers), s.Capacity())
	d.Small = d.Small && d.Workers <= s.cfg.Express && d.Length > 0
	if d.Length <= 0 {
		d.Length = unknownLength
	}
	return &Ticket{Demand: d, slots: s, ready: make(chan struct{})}
}

func left(ctx context.Context) error {
	return fmt.Errorf("%w: %w", ErrLeft, context.Cause(ctx))
}

// join puts a ticket into the queue, where it may be granted at once; if it is not, there must be room for it to wait.
func (s *Slots) join(t *Ticket) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	t.arrived = s.cfg.Now()
	s.waiting = append(s.waiting, t)
	s.turns.joined(t)
	s.dispatch()
	if t.state == working {
		return nil
	}
	var err error
	switch {
	case s.full(t):
		err = ErrBusy
	case s.turns.waiting(t.Tenant) > s.cfg.TenantQueue:
		err = ErrTenantBusy
	default:
		return nil
	}
	s.withdraw(t)
	return err
}

// full tells whether the queue, t in it, holds too many. Where small requests have slots of their own, neither they nor the others
// take more than three quarters of the queue: big ones must not shut small ones out.
func (s *Slots) full(t *Ticket) bool {
	if len(s.waiting) > s.cfg.Queue {
		return true
	}
	alike := 0
	for _, w := range s.waiting {
		if w.Small == t.Small {
			alike++
		}
	}
	return s.cfg.Express > 0 && alike > s.cfg.Queue-s.cfg.Queue/4
}

func (s *Slots) withdraw(t *Ticket) {
	s.waiting = without(s.waiting, t)
	s.turns.withdrew(t)
}

// Release leaves the queue, or gives the slots back, but for those that native solves left behind still take; calling it again does
// nothing.
func (t *Ticket) Release() {
	t.slots.mu.Lock()
	defer t.slots.mu.Unlock()
	t.slots.release(t)
}

func (s *Slots) release(t *Ticket) {
	before := t.state
	t.state = released
	switch before {
	case released:
		return
	case queued:
		s.withdraw(t)
		s.dispatch() // those behind it may fit
		return
	case working:
	}
	s.take(t, -t.Workers)
	s.turns.released(t, s.cfg.Now().Sub(t.granted))
	s.gone(t)
}

// take changes how many slots a ticket has.
func (s *Slots) take(t *Ticket, change int) {
	if t.express {
		s.express += change
	} else {
		s.busy += change
	}
}

// gone lets others in, after a ticket has given slots back, and forgets one that has none left.
func (s *Slots) gone(t *Ticket) {
	if t.state == released && t.left == 0 {
		s.running = without(s.running, t)
	}
	s.dispatch()
	if len(s.running) == 0 && len(s.waiting) == 0 {
		s.turns = newTurns(s.cfg.TenantRunning)
	}
}

// Waited is how long it took to be granted, once it is.
func (t *Ticket) Waited() time.Duration { return t.granted.Sub(t.arrived) }

// dispatch grants what can be granted.
func (s *Slots) dispatch() {
	for {
		if free := s.cfg.Capacity - s.busy; free > 0 {
			if t := s.turns.next(s.waiting); t != nil && t.Workers <= free {
				s.grant(t)
				continue
			}
		}
		if t := s.turns.nextSmall(s.waiting, s.cfg.Express-s.express); t != nil {
			t.express = true
			s.grant(t)
			continue
		}
		return
	}
}

func (s *Slots) grant(t *Ticket) {
	t.granted, t.state = s.cfg.Now(), working
	s.take(t, t.Workers)
	s.turns.granted(t, s.waiting)
	s.waiting = without(s.waiting, t)
	s.running = append(s.running, t)
	close(t.ready)
}

// Delay estimates how long a request that came now would wait: the work that is under way and waiting, shared by all slots.
func (s *Slots) Delay() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.cfg.Now()
	var work time.Duration
	for _, t := range s.running {
		if t.state == released {
			continue // what it left behind is about to end
		}
		work += max(0, t.Length-now.Sub(t.granted)) * time.Duration(t.Workers)
	}
	for _, t := range s.waiting {
		work += t.Length * time.Duration(t.Workers)
	}
	return work / time.Duration(s.cfg.Capacity+s.cfg.Express)
}

// without takes a ticket out of a list, in place.
func without(list []*Ticket, t *Ticket) []*Ticket {
	if k := slices.Index(list, t); k >= 0 {
		return slices.Delete(list, k, k+1)
	}
	return list
}
