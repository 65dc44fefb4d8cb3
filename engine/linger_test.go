package engine

import (
	"context"
	"testing"
	"time"

	"callout/solver/ortools"
)

// What a request leaves behind keeps its slots, of its kind, until it has ended; it counts for the tenant as long.
func TestLingeringSolvesKeepTheirSlots(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 2, Express: 1, Queue: 10, TenantRunning: 2})
	first := o.ask(Demand{Tenant: "a", Length: time.Second})
	second := o.ask(Demand{Tenant: "b", Length: time.Second})
	next := o.ask(Demand{Tenant: "a", Length: time.Second})
	first.linger(1)
	if n := o.Busy(); n != 3 {
		t.Errorf("%d processors are taken, want those of two searchers and of what one left behind", n)
	}
	o.finish(first, time.Second)
	if next.state != queued {
		t.Fatal("someone was let in onto a processor that is taken")
	}
	if small := o.ask(Demand{Tenant: "c", Length: time.Second, Small: true}); small.state != working || !small.express {
		t.Error("a small one does not come in")
	}
	o.sound(t)
	o.now = o.now.Add(500 * time.Millisecond)
	first.linger(-1)
	if next.state != working || next.Waited() != 1500*time.Millisecond {
		t.Errorf("the next: %v, waited %v", next.state, next.Waited())
	}
	if work := o.turns.tenants["a"].work; work != 3500*time.Millisecond {
		t.Errorf("%v are charged, want a second of search, 1.5 s of what it left behind, and a second that is under way", work)
	}
	o.sound(t)
	o.finish(second, time.Second)
	// Left behind after the release, by a tenant of whom nothing is known any more.
	second.linger(1)
	o.sound(t)
	if n := o.Busy(); n != 3 {
		t.Errorf("%d processors are taken, want 3", n)
	}
	for len(o.running) > 0 {
		o.end(o.running[0], time.Second)
	}
	o.empty(t)
}

// What lingers from small requests takes no ordinary slot, so that they cannot hold up the others.
func TestLingeringExpress(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 1, Express: 1, Queue: 10})
	big := o.ask(Demand{Tenant: "a", Length: time.Hour})
	small := o.ask(Demand{Tenant: "b", Length: time.Second, Small: true})
	small.linger(1)
	o.finish(small, time.Second)
	waits := o.ask(Demand{Tenant: "c", Length: time.Second, Small: true})
	if waits.state != queued || o.BusyExpress() != 1 {
		t.Errorf("the next small one: %v, with %d express slots taken", waits.state, o.BusyExpress())
	}
	o.finish(big, time.Minute)
	if waits.state != working || waits.express {
		t.Errorf("with an ordinary slot free: %v, express %v", waits.state, waits.express)
	}
	o.sound(t)
	small.linger(-1)
	if o.BusyExpress() != 0 {
		t.Error("the express slot is still taken")
	}
}

// A solve that does not stop when it is told to is counted with the ticket whose context it had, whatever was derived from that.
func TestSolvesTellTheirTicket(t *testing.T) {
	s := NewSlots(SlotsConfig{Capacity: 1, Queue: 1})
	ticket, err := s.Acquire(t.Context(), Demand{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(ticket.Context(t.Context()), time.Millisecond)
	defer cancel()
	end := make(chan struct{})
	if _, ok := ortools.Call(ctx, func() bool { <-end; return true }, func() {}, func(bool) {}); ok {
		t.Fatal("a call that went on had a result")
	}
	if s.Busy() != 2 || Lingering() != 1 {
		t.Errorf("%d processors taken, %d solves left behind", s.Busy(), Lingering())
	}
	ticket.Release()
	if s.Busy() != 1 {
		t.Errorf("after the release %d processors are taken, want 1", s.Busy())
	}
	waits, cancelWait := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancelWait()
	if _, err := s.Acquire(waits, Demand{}); err == nil {
		t.Error("another was let in")
	}
	close(end)
	ortools.Wait()
	again, err := s.Acquire(t.Context(), Demand{})
	if err != nil || s.Busy() != 1 {
		t.Fatalf("afterwards: %v, %d taken", err, s.Busy())
	}
	again.Release()
	(&office{Slots: s}).empty(t)
}
