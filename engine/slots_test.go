package engine

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// office is a set of slots with a clock that moves only by hand. Requests join without goroutines: what was granted when follows
// from the calls alone.
type office struct {
	*Slots

	tb  testing.TB
	now time.Time
}

func newOffice(tb testing.TB, cfg SlotsConfig) *office {
	tb.Helper()
	o := &office{tb: tb, now: time.Unix(1_000_000, 0)}
	cfg.Now = func() time.Time { return o.now }
	o.Slots = NewSlots(cfg)
	return o
}

func (o *office) ask(d Demand) *Ticket {
	o.tb.Helper()
	t, err := o.admit(d)
	if err != nil {
		o.tb.Fatal(err)
	}
	return t
}

// admit is the first half of Acquire, which does not wait.
func (o *office) admit(d Demand) (*Ticket, error) {
	t := o.ticket(d)
	return t, o.join(t)
}

// finish lets time pass and a ticket go.
func (o *office) finish(t *Ticket, after time.Duration) {
	o.tb.Helper()
	if t.state != working {
		o.tb.Fatalf("a request of %s is not at work", t.Tenant)
	}
	o.now = o.now.Add(after)
	t.Release()
}

// end lets time pass and a ticket, or a solve that it left behind, go.
func (o *office) end(t *Ticket, after time.Duration) {
	o.tb.Helper()
	if t.state == working {
		o.finish(t, after)
		return
	}
	o.now = o.now.Add(after)
	t.linger(-1)
}

// serve ends running requests, the earliest first, each after its length, until all tickets have been served; it returns the
// tenants in the order of their grants after the first that were at work.
func (o *office) serve() []string {
	var order []string
	seen := make(map[*Ticket]bool)
	for {
		o.mu.Lock()
		for _, t := range o.running {
			if !seen[t] {
				seen[t] = true
				order = append(order, t.Tenant)
			}
		}
		var first *Ticket
		if len(o.running) > 0 {
			first = o.running[0]
		}
		o.mu.Unlock()
		if first == nil {
			return order
		}
		o.finish(first, first.Length)
	}
}

// sound checks the books.
func (o *office) sound(tb interface{ Fatalf(string, ...any) }) {
	var ordinary, express, ordinaryLeft, expressLeft int
	running, left, waiting := make(map[string]int), make(map[string]int), make(map[string]int)
	for _, t := range o.running {
		at := 0
		if t.state == working {
			at = t.Workers
		}
		running[t.Tenant] += at + t.left
		left[t.Tenant] += t.left
		if t.express {
			express, expressLeft = express+at, expressLeft+t.left
		} else {
			ordinary, ordinaryLeft = ordinary+at, ordinaryLeft+t.left
		}
	}
	for _, t := range o.waiting {
		waiting[t.Tenant]++
	}
	if ordinary+ordinaryLeft != o.busy || express+expressLeft != o.express || ordinary > o.cfg.Capacity || express > o.cfg.Express {
		tb.Fatalf("%d and %d slots are taken, the books say %d and %d",
			ordinary+ordinaryLeft, express+expressLeft, o.busy, o.express)
	}
	for name, x := range o.turns.tenants {
		if x.running != running[name] || x.waiting != waiting[name] || x.running-left[name] > o.cfg.TenantRunning {
			tb.Fatalf("%s has %d at work and %d waiting, the books say %d and %d",
				name, running[name], waiting[name], x.running, x.waiting)
		}
		delete(running, name)
	}
	if len(running) > 0 {
		tb.Fatalf("tenants are missing in the books: %v", running)
	}
}

// empty checks that nothing is left of anybody.
func (o *office) empty(tb interface{ Fatalf(string, ...any) }) {
	if o.busy+o.express+len(o.running)+len(o.waiting)+len(o.turns.tenants) > 0 || o.turns.held != nil {
		tb.Fatalf("left: %d busy, %d express, %d running, %d waiting, %d tenants, held %v",
			o.busy, o.express, len(o.running), len(o.waiting), len(o.turns.tenants), o.turns.held)
	}
}

// A tenant has as many at work and waiting as it may; others pass.
func TestTenantQuotas(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 4, Express: 1, Queue: 10, TenantRunning: 2, TenantQueue: 2})
	if o.Capacity() != 2 {
		t.Errorf("a request may have %d searchers, want 2", o.Capacity())
	}
	a := []*Ticket{o.ask(Demand{Tenant: "a"}), o.ask(Demand{Tenant: "a"}), o.ask(Demand{Tenant: "a"}), o.ask(Demand{Tenant: "a"})}
	if _, err := o.admit(Demand{Tenant: "a"}); !errors.Is(err, ErrTenantBusy) {
		t.Errorf("past the quota: %v", err)
	}
	b := o.ask(Demand{Tenant: "b", Workers: 2})
	if a[1].state != working || a[2].state != queued || b.state != working {
		t.Errorf("states %v %v %v", a[1].state, a[2].state, b.state)
	}
	o.finish(a[0], time.Second)
	if a[2].state != working || a[3].state != queued {
		t.Errorf("after one is done: %v, %v", a[2].state, a[3].state)
	}
	o.sound(t)
}

func TestQueueIsBounded(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 2, Queue: 2})
	for k := range 4 {
		o.ask(Demand{Tenant: fmt.Sprint(k), Length: 20 * time.Second})
	}
	if _, err := o.admit(Demand{Tenant: "late"}); !errors.Is(err, ErrBusy) {
		t.Errorf("past the queue: %v", err)
	}
	o.sound(t)
	if _, ok := o.turns.tenants["late"]; ok {
		t.Error("a refused request left a trace")
	}
	// 20 s each of two at work and two waiting, on two slots; five seconds later, less.
	if d := o.Delay(); d != 40*time.Second {
		t.Errorf("a delay of %v, want 40 s", d)
	}
	o.now = o.now.Add(5 * time.Second)
	if d := o.Delay(); d != 35*time.Second {
		t.Errorf("a delay of %v, want 35 s", d)
	}
}

// Big requests do not fill the queue for small ones, nor the other way round.
func TestQueueHasRoomForBothKinds(t *testing.T) {
	for _, small := range []bool{false, true} {
		o := newOffice(t, SlotsConfig{Capacity: 1, Express: 1, Queue: 8})
		o.ask(Demand{Tenant: "first", Length: time.Hour})
		o.ask(Demand{Tenant: "first", Length: time.Second, Small: true})
		crowd, other := Demand{Length: time.Second, Small: small}, Demand{Length: time.Second, Small: !small}
		for range 6 {
			o.ask(crowd)
		}
		if _, err := o.admit(crowd); !errors.Is(err, ErrBusy) {
			t.Errorf("small %v: a seventh of eight: %v", small, err)
		}
		for range 2 {
			o.ask(other)
		}
		if _, err := o.admit(other); !errors.Is(err, ErrBusy) {
			t.Errorf("small %v: past the queue: %v", !small, err)
		}
		o.sound(t)
	}
}

// Names of tenants do not fill the memory.
func TestTenantsAreForgotten(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 2, Queue: 2})
	o.ask(Demand{Tenant: "stays", Length: time.Hour})
	for k := range 5 * manyTenants {
		o.finish(o.ask(Demand{Tenant: fmt.Sprint(k)}), time.Hour) // longer than thought, so that each is owed for
	}
	if n := len(o.turns.tenants); n > manyTenants {
		t.Errorf("%d tenants are remembered", n)
	}
	o.sound(t)
}

// Many at once, some of whom give up while they wait: in the end nothing is left of them. For the race detector, too.
func TestAcquireConcurrently(t *testing.T) {
	s := NewSlots(SlotsConfig{Capacity: 3, Express: 1, Queue: 1000})
	var all sync.WaitGroup
	for k := range 200 {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(k), 1))
			ctx, cancel := context.WithTimeout(t.Context(), time.Duration(rng.IntN(20))*time.Millisecond)
			defer cancel()
			x, err := s.Acquire(ctx, Demand{
				Tenant: fmt.Sprint(k % 7), Workers: 1 + k%3, Length: time.Millisecond, Small: k%2 == 0,
			})
			if err != nil {
				if !errors.Is(err, context.DeadlineExceeded) {
					t.Error(err)
				}
				return
			}
			if s.Busy() > 4 {
				t.Errorf("%d at work", s.Busy())
			}
			time.Sleep(time.Duration(rng.IntN(2)) * time.Millisecond)
			x.Release()
			x.Release() // does nothing
		})
	}
	all.Wait()
	(&office{Slots: s}).empty(t)
}

// Whoever leaves the queue makes room for those behind, and its turn goes to them.
func TestLeavingTheQueue(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 2, Queue: 5})
	o.ask(Demand{Tenant: "a"})
	wide := o.ask(Demand{Tenant: "b", Workers: 2})
	narrow := o.ask(Demand{Tenant: "c"})
	if narrow.state != queued {
		t.Fatal("the wide one was overtaken")
	}
	wide.Release()
	if narrow.state != working {
		t.Error("the one behind still waits")
	}
	o.sound(t)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(ErrShutdown)
	if _, err := o.Acquire(ctx, Demand{}); !errors.Is(err, ErrShutdown) {
		t.Errorf("with a context that has ended: %v", err)
	}
}
