package engine

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// A tenant that has sent many requests does not delay one that sends few: turns go round.
func TestTurnsAreFair(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 1, Queue: 100})
	for range 9 {
		o.ask(Demand{Tenant: "many", Length: time.Second})
	}
	for range 2 {
		o.ask(Demand{Tenant: "few", Length: time.Second})
		o.ask(Demand{Tenant: "some", Length: time.Second})
	}
	if got, want := strings.Join(o.serve(), " "), "many few some many few some"+strings.Repeat(" many", 7); got != want {
		t.Errorf("turns:\n%s, want\n%s", got, want)
	}
}

// Over a long time with everybody waiting, tenants get the same work, whatever the size of their requests.
func TestWorkIsShared(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 4, Queue: 100})
	work := make(map[string]time.Duration)
	demand := map[string]Demand{
		"wide":  {Tenant: "wide", Workers: 4, Length: 3 * time.Second},
		"long":  {Tenant: "long", Workers: 1, Length: 20 * time.Second},
		"small": {Tenant: "small", Workers: 1, Length: time.Second},
	}
	for _, name := range []string{"wide", "long", "small"} {
		for range 12 {
			o.ask(demand[name])
		}
	}
	for range 2000 {
		end := slices.MinFunc(o.running, func(a, b *Ticket) int { return a.granted.Add(a.Length).Compare(b.granted.Add(b.Length)) })
		o.finish(end, max(0, end.granted.Add(end.Length).Sub(o.now)))
		work[end.Tenant] += end.Length * time.Duration(end.Workers)
		o.ask(demand[end.Tenant])
	}
	total := work["wide"] + work["long"] + work["small"]
	for name, w := range work {
		// Some grants go by age, so shares are even only about.
		if share := float64(w) / float64(total); share < 0.25 || share > 0.45 {
			t.Errorf("%s had %.0f %% of the work", name, 100*share)
		}
	}
	t.Log(work)
}

// Made-up tenants, who have had nothing yet, cannot hold up one that has had much for ever.
func TestNewTenantsDoNotStarve(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 1, Queue: 10})
	at := o.ask(Demand{Tenant: "old", Length: time.Hour})
	old := o.ask(Demand{Tenant: "old", Length: time.Hour})
	o.ask(Demand{Tenant: "new"})
	grants := 0
	for k := 0; old.state == queued; k++ {
		o.ask(Demand{Tenant: fmt.Sprint("new ", k)})
		o.finish(at, at.Length)
		at = o.running[0]
		if grants++; grants > oldestEvery {
			t.Fatalf("not among %d grants", grants)
		}
	}
	if grants < oldestEvery/2 {
		t.Errorf("after %d grants: fairness would let it wait", grants)
	}
}

// Of any requests, each is granted after at most as many grants as the comment in turns.go says.
func TestNobodyStarves(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		capacity := rapid.IntRange(1, 6).Draw(rt, "capacity")
		o := newOffice(t, SlotsConfig{Capacity: capacity, Express: rapid.IntRange(0, 2).Draw(rt, "express"), Queue: 20})
		type watched struct{ older, ordinary, small, olderSmall int }
		watch := make(map[*Ticket]*watched)
		grants := func() (ordinary, express int) { return o.turns.grants[0], o.turns.grants[1] }
		for step := range 300 {
			before, beforeSmall := grants()
			if len(o.running) > 0 && rapid.IntRange(0, 2).Draw(rt, "end") == 0 {
				x := o.running[rapid.IntRange(0, len(o.running)-1).Draw(rt, "which")]
				if x.state == working && rapid.IntRange(0, 3).Draw(rt, "left behind") == 0 {
					x.linger(1)
				}
				o.end(x, time.Duration(step)*time.Millisecond)
			} else {
				// Always new tenants, too: they have had least, and come first by fairness.
				d := Demand{
					Tenant: fmt.Sprint(rapid.IntRange(0, 40).Draw(rt, "tenant")), Workers: rapid.IntRange(1, capacity).Draw(rt, "workers"),
					Length: time.Duration(rapid.IntRange(1, 1000).Draw(rt, "length")) * time.Millisecond, Small: rapid.Bool().Draw(rt, "small"),
				}
				older, olderSmall := len(o.waiting), 0
				for _, w := range o.waiting {
					if w.Small {
						olderSmall++
					}
				}
				if x, err := o.admit(d); err == nil && x.state == queued {
					watch[x] = &watched{older: older, olderSmall: olderSmall}
				}
			}
			after, afterSmall := grants()
			for x, w := range watch {
				if after >= before {
					w.ordinary += after - before
				}
				if afterSmall >= beforeSmall {
					w.small += afterSmall - beforeSmall
				}
				if x.state != queued {
					delete(watch, x)
					continue
				}
				if w.ordinary > oldestEvery*(w.older+1) {
					rt.Fatalf("a request with %d older ones has seen %d grants", w.older, w.ordinary)
				}
				if x.Small && w.small > oldestEvery*(w.olderSmall+1) {
					rt.Fatalf("a small request with %d older ones has seen %d small grants", w.olderSmall, w.small)
				}
			}
			o.sound(rt)
		}
		for len(o.running) > 0 {
			o.end(o.running[0], time.Second)
		}
		if len(o.waiting) > 0 {
			rt.Fatalf("%d wait for ever", len(o.waiting))
		}
		o.empty(rt)
	})
}

// However long the big ones take, small ones come in: they have slots of their own.
func TestSmallPassBig(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 2, Express: 1, Queue: 10})
	big := o.ask(Demand{Tenant: "a", Workers: 2, Length: time.Hour})
	next := o.ask(Demand{Tenant: "b", Workers: 2, Length: time.Hour})
	small := o.ask(Demand{Tenant: "a", Length: time.Second, Small: true})
	second := o.ask(Demand{Tenant: "a", Length: time.Second, Small: true})
	if small.state != working || !small.express || second.state != queued || next.state != queued {
		t.Fatalf("the small one: %v, express %v; the second: %v", small.state, small.express, second.state)
	}
	o.finish(small, time.Second)
	if second.state != working || second.Waited() != time.Second {
		t.Errorf("the second small one: %v, waited %v", second.state, second.Waited())
	}
	// Wider than the express slots, or of unknown length: not small.
	for _, d := range []Demand{{Workers: 2, Length: time.Second, Small: true}, {Small: true}} {
		if x := o.ask(d); x.Small {
			t.Errorf("%+v counts as small", d)
		}
	}
	o.finish(big, time.Minute)
	if next.state != working {
		t.Error("the next big one was overtaken")
	}
}

// Narrow requests that would fit do not overtake a wide one when its turn has come.
func TestWideKeepsItsTurn(t *testing.T) {
	o := newOffice(t, SlotsConfig{Capacity: 3, Queue: 10})
	one := o.ask(Demand{Tenant: "a"})
	two := o.ask(Demand{Tenant: "a"})
	wide := o.ask(Demand{Tenant: "b", Workers: 3})
	narrow := o.ask(Demand{Tenant: "c"})
	o.finish(one, time.Second)
	if wide.state != queued || narrow.state != queued {
		t.Fatal("someone came in too early")
	}
	o.finish(two, time.Second)
	if wide.state != working || narrow.state != queued {
		t.Fatal("the wide one was overtaken")
	}
}
