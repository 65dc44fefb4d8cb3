package engine_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// queue is a single slot that is taken, and one for first plans.
func queue(tb testing.TB) (slots, first *engine.Slots, taken *engine.Ticket) {
	tb.Helper()
	slots = engine.NewSlots(engine.SlotsConfig{Capacity: 1, Queue: 10})
	first = engine.NewSlots(engine.SlotsConfig{Capacity: 1, Queue: 10})
	taken, err := slots.Acquire(tb.Context(), engine.Demand{})
	if err != nil {
		tb.Fatal(err)
	}
	return slots, first, taken
}

func join(tb testing.TB, s *engine.Slots) *engine.Ticket {
	tb.Helper()
	t, err := s.Join(tb.Context(), engine.Demand{Tenant: "late"})
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func unused(tb testing.TB, all ...*engine.Slots) {
	tb.Helper()
	for _, s := range all {
		if s.Busy() != 0 || s.Waiting() != 0 {
			tb.Errorf("%d slots taken, %d requests wait", s.Busy(), s.Waiting())
		}
	}
}

// A request that waits gets the plan that its search begins with, and ends with the plan that it would have without the wait.
func TestWaitingPlan(t *testing.T) {
	for _, start := range []bool{false, true} {
		t.Run(fmt.Sprint("warm start ", start), func(t *testing.T) {
			set := engine.Settings{Iterations: 200, Seed: 7, Workers: 2}
			if start {
				res, err := engine.Solve(t.Context(), modeltest.Rich(40, 5, 1), engine.Settings{Iterations: 20, Seed: 1}, discard)
				if err != nil {
					t.Fatal(err)
				}
				set.Start = res.Final.Plan
			}
			var prompt []*engine.Incumbent
			want, err := engine.Solve(t.Context(), modeltest.Rich(40, 5, 1), set, collect(&prompt))
			if err != nil {
				t.Fatal(err)
			}
			slots, first, taken := queue(t)
			p := modeltest.Rich(40, 5, 1)
			ticket := join(t, slots)
			begun := 0
			set.Turn = &engine.Turn{Ticket: ticket, First: first, Begun: func() { begun++ }}
			set.Searched = ticket.Release
			var got []*engine.Incumbent
			res, err := engine.Solve(t.Context(), p, set, func(inc *engine.Incumbent) error {
				if len(got) == 0 {
					if !inc.Waiting || inc.Kind != engine.First || inc.Sequence != 1 || inc.Elapsed != 0 || begun != 0 {
						t.Errorf("first: waiting %v, kind %v, sequence %d, %v, %d begun", inc.Waiting, inc.Kind, inc.Sequence, inc.Elapsed, begun)
					}
					if err := check.Plan(inc.Problem, inc.Plan).Err(); err != nil {
						t.Error(err)
					}
					taken.Release()
				} else if inc.Waiting || inc.Kind != engine.Improved {
					t.Errorf("later: waiting %v, kind %v", inc.Waiting, inc.Kind)
				}
				got = append(got, inc)
				return nil
			})
			if err != nil {
				t.Fatal(err)
			}
			if begun != 1 {
				t.Errorf("begun %d times", begun)
			}
			if text(got[0]) != text(prompt[0]) {
				t.Error("the plan in waiting is not the one that the search begins with")
			}
			if text(&res.Final) != text(&want.Final) {
				t.Error("the wait changed the final plan")
			}
			if res.Final.Waiting || res.Final.Problem != p {
				t.Error("the final plan is one in waiting")
			}
			unused(t, slots, first)
		})
	}
}

func discard(*engine.Incumbent) error { return nil }

func text(inc *engine.Incumbent) string { return fmt.Sprint(inc.Plan, inc.Terms) }

// While a request waits, its own problem has no travel: that is the plan's, and goes with it.
func TestWaitingHoldsNoMatrix(t *testing.T) {
	slots, first, taken := queue(t)
	p := modeltest.Rich(30, 4, 2)
	if p.Profiles[0].StraightLine == nil {
		straight(p)
	}
	ticket := join(t, slots)
	res, err := engine.Solve(t.Context(), p, engine.Settings{
		Iterations: 5, Turn: &engine.Turn{Ticket: ticket, First: first}, Searched: ticket.Release,
	}, func(inc *engine.Incumbent) error {
		if inc.Waiting {
			if p.Profiles[0].Matrix != nil || inc.Problem.Profiles[0].Matrix == nil {
				t.Error("the travel is in the wrong place")
			}
			taken.Release()
		}
		return nil
	})
	if err != nil || res.Stop != engine.StopIterations {
		t.Fatal(res, err)
	}
}

// straight makes all travel a straight line.
func straight(p *model.Problem) {
	for k := range p.Locations {
		l := &p.Locations[k]
		l.Lat, l.Lon, l.HasCoord = 48+float64(k%7)/100, 16+float64(k%11)/100, true
	}
	for k := range p.Profiles {
		q := &p.Profiles[k]
		q.Matrix, q.Series, q.Speeds = nil, nil, nil
		q.StraightLine = &model.StraightLine{Speed: 10, Detour: 1.3}
	}
}

// Whoever leaves while he waits, or while his plan is made, leaves at once and leaves nothing behind.
func TestWaitingCancelled(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for k := range 40 {
		slots, first, taken := queue(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		cause, wait := errors.New("gone"), time.Duration(rng.IntN(12))*time.Millisecond
		if k%2 == 0 {
			cause = engine.ErrShutdown
		}
		left := make(chan time.Time, 1)
		timer := time.AfterFunc(wait, func() {
			left <- time.Now()
			cancel(cause)
		})
		ticket := join(t, slots)
		_, err := engine.Solve(ctx, modeltest.Rich(120, 8, uint64(k)), engine.Settings{
			Iterations: 1, Turn: &engine.Turn{Ticket: ticket, First: first, Begun: func() { t.Error("begun") }},
		}, discard)
		if !errors.Is(err, engine.ErrLeft) || !errors.Is(err, cause) {
			t.Errorf("after %v: %v", wait, err)
		}
		if took := time.Since(<-left); took > 2*time.Second {
			t.Errorf("left after %v", took)
		}
		timer.Stop()
		taken.Release()
		unused(t, slots, first)
	}
}

// The turn may come at any time while the plan is made: what is half made is never shown, and the end is the same.
func TestTurnComesMeanwhile(t *testing.T) {
	var prompt []*engine.Incumbent
	set := engine.Settings{Iterations: 20, Seed: 3}
	want, err := engine.Solve(t.Context(), modeltest.Rich(120, 8, 5), set, collect(&prompt))
	if err != nil {
		t.Fatal(err)
	}
	rng := rand.New(rand.NewPCG(1, 2))
	early := 0
	for range 30 {
		slots, first, taken := queue(t)
		ticket := join(t, slots)
		timer := time.AfterFunc(time.Duration(rng.IntN(20_000))*time.Microsecond, taken.Release)
		set.Turn, set.Searched = &engine.Turn{Ticket: ticket, First: first}, ticket.Release
		var got []*engine.Incumbent
		res, err := engine.Solve(t.Context(), modeltest.Rich(120, 8, 5), set, collect(&got))
		if err != nil {
			t.Fatal(err)
		}
		timer.Stop()
		if text(got[0]) != text(prompt[0]) || text(&res.Final) != text(&want.Final) {
			t.Fatal("the plans differ")
		}
		if got[0].Waiting {
			early++
		}
		unused(t, slots, first)
	}
	t.Logf("%d of 30 had a plan in waiting", early)
}

// A search that is cut short before it has caught up with the plan in waiting ends with that plan.
func TestWaitingPlanIsKept(t *testing.T) {
	for k := range 20 {
		slots, first, taken := queue(t)
		ctx, cancel := context.WithCancelCause(t.Context())
		ticket := join(t, slots)
		var sent model.Vec
		res, err := engine.Solve(ctx, modeltest.Rich(150, 10, uint64(k)), engine.Settings{
			TimeBudget: time.Minute, Searched: ticket.Release,
			Turn: &engine.Turn{Ticket: ticket, First: first, Begun: func() {
				time.AfterFunc(time.Duration(k)*300*time.Microsecond, func() { cancel(engine.ErrShutdown) })
			}},
		}, func(inc *engine.Incumbent) error {
			sent = inc.Vec
			if inc.Waiting {
				taken.Release()
			}
			return nil
		})
		cancel(nil)
		if errors.Is(err, engine.ErrLeft) {
			continue // before there was travel
		}
		if err != nil {
			t.Fatal(err)
		}
		if res.Stop != engine.StopShutdown || sent.Less(res.Final.Vec) {
			t.Errorf("stopped by %v with %v, sent %v", res.Stop, res.Final.Vec, sent)
		}
		unused(t, slots, first)
	}
}
