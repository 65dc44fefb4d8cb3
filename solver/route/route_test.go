package route

import (
	"math/rand/v2"
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// instances are rich and plain problems, and rich ones with travel by the hour, with a plan that greedy insertions and random removals have left behind.
func instances(t *testing.T, yield func(seed uint64, s *Solution, rng *rand.Rand)) {
	t.Helper()
	for seed := range uint64(145) {
		p := modeltest.Rich(30, 4, seed)
		switch {
		case seed >= 115:
			p = modeltest.Returned(30, 4, seed)
		case seed >= 95:
			p = modeltest.Tight(30, 4, seed)
		case seed >= 75:
			p = modeltest.Swapped(30, 4, seed)
		case seed >= 45:
			p = modeltest.Shipped(30, 4, seed)
		case seed >= 25:
			p = modeltest.Rush(30, 4, seed)
		case seed%5 == 0:
			p = modeltest.Plain(30, 6, seed)
		}
		if seed%3 == 1 {
			modeltest.Follow(p, seed)
		}
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		s := NewSolution(in, NewContext(in, nil))
		for range 3 {
			fill(s)
			for j := range s.RouteOf {
				if k := s.RouteOf[j]; k >= 0 && rng.IntN(3) == 0 {
					marked := make([]bool, in.NJobs)
					marked[j] = true
					s.Remove(k, marked)
				}
			}
			s.MustAgree()
			s.Commit()
		}
		yield(seed, s, rng)
	}
}

func fill(s *Solution) {
	for _, j := range append([]int32(nil), s.Absent...) {
		if k, ins := s.BestInsertion(j, nil); k >= 0 {
			s.Insert(k, j, ins)
		}
	}
}

// What an insertion is said to cost is what the plan then costs more, and Rollback takes it back to the unit.
func TestInsertionCostIsExact(t *testing.T) {
	tried, chains := 0, 0
	instances(t, func(seed uint64, s *Solution, _ *rand.Rand) {
		for _, j := range append([]int32(nil), s.Absent...) {
			for _, k := range s.in.Shifts(j) {
				ins := s.BestBelow(k, j, NoPlace)
				if ins.Second != 0 {
					chains++
				}
				if ins.Pos < 0 {
					continue
				}
				before := s.Cost()
				if !s.Insert(k, j, ins) {
					t.Fatalf("seed %d: job %d, shift %d: %+v is not feasible", seed, j, k, ins)
				}
				tried++
				if got := s.Cost() - before + s.in.Lost(j); got != ins.Cost {
					t.Errorf("seed %d: job %d, shift %d: %+v came to %d", seed, j, k, ins, got)
				}
				s.MustAgree()
				s.Rollback()
				if s.Cost() != before {
					t.Fatalf("seed %d: cost %d after rollback, %d before", seed, s.Cost(), before)
				}
				s.MustAgree()
			}
		}
	})
	if tried < 500 || chains < 5 {
		t.Errorf("only %d insertions were tried, %d of them with several calls", tried, chains)
	}
}

// The search for the best position misses nothing that trying each position in full finds, for jobs that need no new call at
// a node; and it finds nothing that trying does not.
func TestBestPositionAgainstTryingAll(t *testing.T) {
	instances(t, func(seed uint64, s *Solution, _ *rand.Rand) {
		in := s.in
		for _, j := range s.Absent {
			for _, k := range in.Shifts(j) {
				r := &s.Routes[k]
				f := &in.shifts[k]
				if in.needs[j] && (r.pickups > 0 || !in.vanSuffices(f.tech, j, s.used)) || in.back && in.binds(r, j) {
					continue
				}
				want := s.tryAll(k, j)
				if got := s.BestBelow(k, j, NoPlace).Cost; got != want {
					t.Errorf("seed %d: job %d in shift %d costs %d, trying all says %d", seed, j, k, got, want)
				}
			}
		}
	})
}

// Where there is no cap on working time or spells, the thresholds alone decide: the schedule says the same.
func TestThresholdsAgainstSchedule(t *testing.T) {
	checked := 0
	instances(t, func(seed uint64, s *Solution, rng *rand.Rand) {
		in := s.in
		sched := NewScheduler(in)
		for range 200 {
			k := int32(rng.IntN(len(s.Routes)))
			f := &in.shifts[k]
			r := &s.Routes[k]
			j := int32(rng.IntN(in.NJobs))
			if f.spell || f.maxWork < model.NoCap || s.RouteOf[j] == k || !in.Compatible(model.ShiftIdx(k), j) {
				continue
			}
			i := rng.IntN(len(r.Stops) + 1)
			l := in.loc[j]
			d1, d2 := f.leg(r.locs[i], l), f.leg(l, r.locs[i+1])
			fits := in.fits(f, r, i, j, in.dur[int(f.tech)*in.NStops+int(j)], d1, d2)
			stops := insertAt(nil, r.Stops, i, j)
			if f.hours != nil && f.maxDrive < model.NoCap {
				continue // the drive depends on the schedule
			}
			var drive int64
			sched.load(k, stops, Bounds{})
			for _, d := range sched.legs {
				drive += d
			}
			if drive > f.maxDrive {
				continue
			}
			checked++
			if ok := sched.run(k, stops, Bounds{}, NoPlace); ok != fits {
				t.Errorf("seed %d: shift %d, job %d behind %d: thresholds say %v, the schedule %v", seed, k, j, i, fits, ok)
			}
		}
	})
	if checked < 1000 {
		t.Errorf("only %d positions were checked", checked)
	}
}

// Of many ways to time a route, departing, waiting and taking breaks at random, none is cheaper than the schedule.
func TestScheduleAgainstOthers(t *testing.T) {
	others := 0
	instances(t, func(seed uint64, s *Solution, rng *rand.Rand) {
		in := s.in
		sched, x := NewScheduler(in), NewScheduler(in)
		for k := range s.Routes {
			r, f := &s.Routes[k], &in.shifts[k]
			if len(r.Stops) == 0 {
				continue
			}
			if !sched.run(int32(k), r.Stops, Bounds{}, NoPlace) {
				t.Fatalf("seed %d: shift %d cannot be scheduled", seed, k)
			}
			if told := sched.cost; !sched.best.present || told != in.Scalar(&sched.terms) {
				t.Fatalf("seed %d: shift %d costs %d, its terms %v", seed, k, told, sched.terms)
			}
			if f.spell || f.hours != nil && f.maxDrive < model.NoCap {
				continue // no promise
			}
			x.load(int32(k), r.Stops, Bounds{})
			for range 300 {
				x.best.present, x.below = false, NoPlace
				x.cur.copyFrom(&sched.best)
				if !x.astray(rng) {
					continue
				}
				others++
				if x.keep(&x.cur); x.best.present && x.best.scalar < sched.cost {
					t.Errorf("seed %d: shift %d costs %d, but %d with %+v, not %+v", seed, k, sched.cost, x.best.scalar, x.best, sched.best)
				}
			}
		}
	})
	if others < 10_000 {
		t.Errorf("only %d other ways", others)
	}
}

// astray changes the current timing: another departure, other waits, some breaks on other legs. It reports whether that can be.
func (s *Scheduler) astray(rng *rand.Rand) bool {
	t, f, w := &s.cur, s.f, len(s.f.breaks)+1
	n := len(s.stops)
	if w > 1 && rng.IntN(2) == 0 {
		i := rng.IntN(n + 2)
		t.at[i] = int8(rng.IntN(w))
		if i == 0 || rng.IntN(2) == 0 {
			t.b0 = int(t.at[0])
		}
	}
	some := func() int64 {
		if rng.IntN(2) == 0 {
			return 0
		}
		return rng.Int64N(1 << rng.IntN(14))
	}
	t.at[0] = int8(t.b0)
	t.depart = max(t.depart+some()-some(), f.firstDeparture(t.b0))
	now := t.depart
	for i := 1; i <= n+1; i++ {
		a, b := int(t.at[i-1]), int(t.at[i])
		if b < a || b >= f.mostBreaks(i == n+1, a) {
			return false
		}
		now = f.trans[a*w+b].ready(now, s.drive(i-1, now))
		if now >= never {
			return false
		}
		if i <= n {
			if now = s.begin(i, now+some()); now >= never {
				return false
			}
			t.start[i] = now
			now += s.durs[i]
		}
	}
	t.finish = now
	if now > f.lastFinish(int(t.at[n+1])) {
		return false
	}
	if f.hours != nil {
		s.driven(t)
	}
	return true
}

// Removing what was inserted, and inserting again, allocates nothing once memory has grown.
func TestSteadyStateDoesNotAllocate(t *testing.T) {
	for name, p := range map[string]*model.Problem{
		"plain": modeltest.Plain(60, 10, 1), "rich": modeltest.Rich(60, 8, 1), "rush": modeltest.Rush(60, 8, 1),
		"shipped": modeltest.Shipped(60, 8, 1), "swapped": modeltest.Swapped(60, 8, 2), "swapped and shipped": modeltest.Swapped(60, 8, 1),
		"tight": modeltest.Tight(60, 8, 2), "returned": modeltest.Returned(60, 8, 2),
	} {
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		s := NewSolution(in, NewContext(in, rand.New(rand.NewPCG(1, 2))))
		fill(s)
		s.Commit()
		marked := make([]bool, in.NJobs)
		at := 0
		step := func() {
			at = (at + 7) % in.NJobs
			k := s.RouteOf[at]
			if k < 0 {
				return
			}
			marked[at] = true
			s.Remove(k, marked)
			marked[at] = false
			if k, ins := s.BestInsertion(int32(at), nil); k >= 0 {
				s.Insert(k, int32(at), ins)
			}
			s.Rollback()
		}
		for range 2000 {
			step()
		}
		if n := testing.AllocsPerRun(500, step); n != 0 {
			t.Errorf("%s: %v allocations per step", name, n)
		}
	}
}

// What others ask of a stop, an earliest or a latest start, is kept, or the route is refused.
func TestScheduleKeepsBounds(t *testing.T) {
	instances(t, func(seed uint64, s *Solution, rng *rand.Rand) {
		sched := NewScheduler(s.in)
		for k := range s.Routes {
			stops := s.Routes[k].Stops
			if len(stops) == 0 {
				continue
			}
			var free model.Route
			sched.Run(model.ShiftIdx(k), stops, Bounds{})
			sched.Write(&free)
			b := Bounds{Earliest: make([]int64, len(stops)), Latest: make([]int64, len(stops))}
			for i := range stops {
				b.Latest[i] = never
			}
			at := rng.IntN(len(stops))
			b.Earliest[at] = free.Stops[at].Start + 600
			var bound model.Route
			if sched.Run(model.ShiftIdx(k), stops, b) {
				if sched.Write(&bound); bound.Stops[at].Start < b.Earliest[at] {
					t.Errorf("seed %d: shift %d starts stop %d at %d, before %d", seed, k, at, bound.Stops[at].Start, b.Earliest[at])
				}
			}
			b.Earliest[at], b.Latest[at] = 0, free.Stops[at].Start
			if !sched.Run(model.ShiftIdx(k), stops, b) {
				t.Errorf("seed %d: shift %d: a bound that its times keep makes it infeasible", seed, k)
				continue
			}
			if sched.Write(&bound); bound.Stops[at].Start > b.Latest[at] {
				t.Errorf("seed %d: shift %d starts stop %d at %d, after %d", seed, k, at, bound.Stops[at].Start, b.Latest[at])
			}
			b.Latest[at] = s.in.P.Shifts[k].Earliest - 1
			if sched.Run(model.ShiftIdx(k), stops, b) {
				t.Errorf("seed %d: shift %d: a start before the shift is accepted", seed, k)
			}
		}
	})
}
