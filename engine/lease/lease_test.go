package lease_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"

	"callout/engine/lease"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const room = 4096

func store() *lease.Store[string] {
	return lease.New[string](lease.Options{Bytes: 4 * room, Time: time.Hour})
}

// put leases room for a value that is its handle.
func put(t *testing.T, s *lease.Store[string], tenant, handle string, wanted time.Duration) error {
	t.Helper()
	c, err := s.Claim(tenant, room-1024)
	if err != nil {
		return err
	}
	c.Grant(handle, tenant+"'s "+handle, wanted)
	c.Drop() // does nothing any more
	return nil
}

func holds(s *lease.Store[string], tenant, handle string) bool {
	v, ok := s.Get(tenant, handle)
	return ok && v == tenant+"'s "+handle
}

func TestLeaseEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store()
		for handle, wanted := range map[string]time.Duration{"short": time.Minute, "usual": 0, "long": 100 * time.Hour} {
			if err := put(t, s, "a", handle, wanted); err != nil {
				t.Fatal(err)
			}
		}
		time.Sleep(time.Minute - time.Second)
		if !holds(s, "a", "short") {
			t.Error("it ended early")
		}
		time.Sleep(time.Second)
		if holds(s, "a", "short") || !holds(s, "a", "usual") {
			t.Error("the short one is to end after a minute, and no other")
		}
		if left, ok := s.Renew("a", "long", 0); !ok || left != time.Hour {
			t.Errorf("renewed for %v, %v", left, ok)
		}
		if left, ok := s.Renew("a", "long", time.Second); !ok || left != time.Hour {
			t.Errorf("a renewal for a second leaves %v, %v", left, ok)
		}
		if _, ok := s.Renew("a", "short", 0); ok {
			t.Error("what has ended was renewed")
		}
		time.Sleep(time.Hour - time.Second)
		if holds(s, "a", "usual") || !holds(s, "a", "long") {
			t.Error("only the one that was renewed is to be held")
		}
		time.Sleep(time.Second)
		synctest.Wait()
		if st := s.Stats(); st.Held != 0 || st.Bytes != 0 {
			t.Errorf("in the end %+v", st)
		}
	})
}

// What was granted stays; where there is no room, nothing new is granted, and the answer says when there may be.
func TestLeaseFull(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := store()
		for k := range 4 {
			if err := put(t, s, "a", fmt.Sprint(k), time.Duration(k+10)*time.Minute); err != nil {
				t.Fatal(err)
			}
		}
		var full *lease.FullError
		if err := put(t, s, "b", "new", 0); !errors.As(err, &full) || full.Retry != 10*time.Minute {
			t.Errorf("without room: %v", err)
		}
		if _, err := s.Claim("b", 5*room); !errors.Is(err, lease.ErrTooLarge) {
			t.Errorf("larger than all: %v", err)
		}
		for k := range 4 {
			if !holds(s, "a", fmt.Sprint(k)) {
				t.Errorf("lease %d is gone", k)
			}
		}
		time.Sleep(10 * time.Minute)
		if err := put(t, s, "b", "new", 0); err != nil {
			t.Errorf("with room: %v", err)
		}
	})
}

func TestLeaseTenants(t *testing.T) {
	s := lease.New[string](lease.Options{Bytes: 4 * room, TenantBytes: 2 * room, Time: time.Hour})
	for _, tenant := range []string{"a", "b"} {
		if err := put(t, s, tenant, "same", 0); err != nil {
			t.Fatal(err)
		}
	}
	if !holds(s, "a", "same") || !holds(s, "b", "same") || holds(s, "c", "same") {
		t.Error("each tenant has its own")
	}
	if _, ok := s.Renew("c", "same", 0); ok {
		t.Error("another tenant's lease was renewed")
	}
	if err := put(t, s, "a", "second", 0); err != nil {
		t.Error(err)
	}
	var full *lease.FullError
	if err := put(t, s, "a", "third", 0); !errors.As(err, &full) {
		t.Errorf("beyond the tenant's share: %v", err)
	}
	if err := put(t, s, "b", "second", 0); err != nil {
		t.Errorf("within the other's share: %v", err)
	}
}

// The same content again renews, and takes no more room; a claim that is dropped takes none.
func TestLeaseAgain(t *testing.T) {
	s := store()
	for range 10 {
		if err := put(t, s, "a", "same", 0); err != nil {
			t.Fatal(err)
		}
		c, err := s.Claim("a", room)
		if err != nil {
			t.Fatal(err)
		}
		c.Drop()
		c.Drop()
	}
	if st := s.Stats(); st.Held != 1 || st.Bytes > room || st.Granted != 1 || st.Renewed != 9 {
		t.Errorf("%+v", st)
	}
}

func TestLeaseRace(t *testing.T) {
	s := lease.New[string](lease.Options{Bytes: 40 * room, Time: 3 * time.Millisecond})
	var wg sync.WaitGroup
	for k := range 8 {
		wg.Go(func() {
			for i := range 200 {
				handle := fmt.Sprint(i % 7)
				tenant := fmt.Sprint(k % 3)
				_ = put(t, s, tenant, handle, time.Duration(i%3)*time.Millisecond)
				s.Renew(tenant, handle, 0)
				if v, ok := s.Get(tenant, handle); ok && v != tenant+"'s "+handle {
					t.Errorf("%s's %s is %q", tenant, handle, v)
				}
			}
		})
	}
	wg.Wait()
	for begin := time.Now(); s.Stats().Bytes != 0; time.Sleep(time.Millisecond) {
		if time.Since(begin) > 5*time.Second {
			t.Fatalf("%+v", s.Stats())
		}
	}
}
