package route

import "callout/solver/model"

// Bounds are what others ask of the stops of one route (a part that arrives by courier, a second technician): the earliest
// and latest start per stop, in the order of the stops. Nil: none.
type Bounds struct {
	Earliest, Latest []int64
}

// Scheduler times one route: the only truth for times and for the costs that depend on them. It owns scratch memory, so
// that each goroutine has its own.
//
// For a departure and a choice of the legs on which breaks fall, every stop starts as early as it may: later is never
// better, but for windows with a price for being early, which are waited for where that pays. What is left to choose is
// small: which breaks are left out, on which legs the others fall (the earliest way through, by dynamic programming), and
// the departure. Its candidates are the latest departures that leave the starts from stop k on as they are, for each k:
// k = 1 leaves home just in time, the last one gives the least duration for the earliest finish. Where only the finish and
// the duration are priced, windows are single, there is no cap on spells and travel is the same at all hours, that choice is
// optimal. Where it is not, there are candidates that avoid the rush hours (afterRush), and the choice is a policy.
type Scheduler struct {
	in     *Instance
	f      *shiftFacts
	stops  []int32
	locs   []model.LocIdx
	legs   []int64 // where hours matter, the least of each
	pairs  []int   // where hours matter: the legs' entries, -1 for none
	durs   []int64
	lo, hi []int64 // outside bounds per position
	hold   []int64 // chosen earliest start per position

	curves []curve // per position and number of breaks behind it
	ready  [3]curve
	open   [][]opening // per position
	within []opening   // memory of those that bounds cut

	rate         int64  // what working time costs the curves
	departAt     int64  // the departure that curves are for, or anytime
	chained      bool   // the curves are for the numbers of breaks of only
	only         []int8 // if chained
	candidates   []departure
	times, noted []int64
	chains       [][]int8
	trans        []transition // as f.trans, maybe with deadlines
	bound        []transition // memory of trans
	until        []int64      // deadlines by the breaks behind, nil for none
	untils       []int64      // memory of until

	dp     []int64
	parent []int8
	cur    timing // the candidate under evaluation
	best   timing
	first  timing // the earliest one of the chain
	labels []label
	below  int64   // what a timing has to cost less than
	eager  bool    // some stop has a price for being early
	rest   []int64 // where hours matter, per leg: the least search cost of travel and distance from it on
	cut    int64   // where hours matter: a timing whose travel and distance cost that much is of no use

	// Of the last run that succeeded: the terms that depend on time, and their search cost.
	terms  model.Terms
	work   int64
	finish int64
	cost   int64
}

// timing is one complete choice of times.
type timing struct {
	b0      int     // breaks left out at the start
	at      []int8  // breaks behind each position
	start   []int64 // start of service per position 1..n
	brk     []int64 // start of each break that is taken
	depart  int64
	finish  int64
	work    int64
	lateC   int64
	respC   int64
	scalar  int64
	overC   int64
	balC    int64
	drive   int64 // where hours matter, with meters and travelC, the search cost of both
	meters  int64
	travelC int64
	present bool
}

func (t *timing) resize(n, nb int) {
	t.at = resize(t.at, n+2)
	t.start = resize(t.start, n+2)
	t.brk = resize(t.brk, nb)
	t.present = false
}

func (t *timing) copyFrom(o *timing) {
	at, start, brk := t.at, t.start, t.brk
	*t = *o
	t.at = append(at[:0], o.at...)
	t.start = append(start[:0], o.start...)
	t.brk = append(brk[:0], o.brk...)
}

// NewScheduler returns a scheduler of in.
func NewScheduler(in *Instance) *Scheduler { return &Scheduler{in: in} }

// Run schedules stops in shift under bounds and reports whether that can be; Write then gives the times. Complexity is linear
// in the stops but for the number of candidates. With no stops it reports true and costs nothing.
func (s *Scheduler) Run(shift model.ShiftIdx, stops []int32, bounds Bounds) bool {
	return s.run(int32(shift), stops, bounds, NoPlace)
}

// run is Run where a schedule is of use only below a cost (of the terms that depend on time).
func (s *Scheduler) run(shift int32, stops []int32, bounds Bounds, below int64) bool {
	s.below = below
	s.load(shift, stops, bounds)
	s.best.present = false
	s.terms, s.work, s.finish, s.cost = model.Terms{}, 0, 0, 0
	n := len(stops)
	if n == 0 {
		return true
	}
	var drive int64
	for _, d := range s.legs {
		drive += d
	}
	if drive > s.f.maxDrive {
		return false
	}
	if s.f.hours == nil {
		if !s.optimum() {
			s.compromise()
		}
	} else {
		s.policy()
	}
	if !s.best.present {
		return false
	}
	s.account()
	return true
}

// policy looks for good times where travel depends on the hour.
func (s *Scheduler) policy() {
	nb := len(s.f.breaks)
	for b0 := 0; b0 <= nb; b0++ {
		if b0 > 0 && s.f.firstDeparture(b0) > s.f.latestEnd {
			break
		}
		if nb > 0 {
			s.sweep(b0)
		}
		for b := b0; b <= nb; b++ {
			if s.chain(b0, b) {
				s.choose()
				s.waitForPreference()
			}
		}
	}
}

func (s *Scheduler) load(shift int32, stops []int32, bounds Bounds) {
	in := s.in
	f := &in.shifts[shift]
	n, nb := len(stops), len(f.breaks)
	s.f, s.stops = f, stops
	s.locs = resize(s.locs, n+2)
	s.legs = resize(s.legs, n+1)
	s.durs = resize(s.durs, n+2)
	s.lo, s.hi, s.hold = resize(s.lo, n+2), resize(s.hi, n+2), resize(s.hold, n+2)
	s.locs[0], s.locs[n+1] = f.start, f.end
	base := int(f.tech) * in.NStops
	s.eager = false
	for i, u := range stops {
		s.eager = s.eager || in.eager[u]
		s.locs[i+1] = in.loc[u]
		s.durs[i+1] = in.dur[base+int(u)]
		s.lo[i+1], s.hi[i+1], s.hold[i+1] = 0, never, 0
		if bounds.Earliest != nil {
			s.lo[i+1] = bounds.Earliest[i]
		}
		if bounds.Latest != nil {
			s.hi[i+1] = bounds.Latest[i]
		}
	}
	for i := range s.legs {
		s.legs[i] = f.leg(s.locs[i], s.locs[i+1])
	}
	if f.hours != nil {
		s.loadHours()
	} else {
		s.loadOpenings(bounds)
	}
	s.cur.resize(n, nb)
	s.best.resize(n, nb)
	s.first.resize(n, nb)
}

// begin is the earliest start at position i for whoever is ready at t, or never.
func (s *Scheduler) begin(i int, t int64) int64 {
	t = s.in.nextStart(s.stops[i-1], s.durs[i], max(t, s.lo[i], s.hold[i]))
	if t > s.hi[i] {
		return never
	}
	return t
}

// sweep finds the earliest departures from every position with every number of breaks, the first b0 left out.
func (s *Scheduler) sweep(b0 int) {
	n, w := len(s.stops), len(s.f.breaks)+1
	s.dp = resize(s.dp, (n+2)*w)
	s.parent = resize(s.parent, (n+2)*w)
	for b := range w {
		s.dp[b] = never
	}
	s.dp[b0] = s.f.firstDeparture(b0)
	for i := 1; i <= n+1; i++ {
		for b := range w {
			t, from := never, int8(-1)
			for a := max(b0, s.f.leastBreaks(i == n+1, b)); a <= b; a++ {
				if d := s.dp[(i-1)*w+a]; d < never {
					if r := s.f.trans[a*w+b].ready(d, s.drive(i-1, d)); r < t {
						t, from = r, int8(a)
					}
				}
			}
			if i <= n && t < never {
				if t = s.begin(i, t); t < never {
					t += s.durs[i]
				}
			}
			s.dp[i*w+b], s.parent[i*w+b] = t, from
		}
	}
}

// chain walks back the earliest way to finish with b breaks behind, into first.
func (s *Scheduler) chain(b0, b int) bool {
	s.cut = never
	n, w := len(s.stops), len(s.f.breaks)+1
	if w == 1 { // there is but one way
		clear(s.first.at)
		clear(s.cur.at)
		s.first.b0, s.cur.b0 = 0, 0
		return s.forward(s.f.firstDeparture(0), &s.first)
	}
	if t := s.dp[(n+1)*w+b]; t > s.f.lastFinish(b) {
		return false
	}
	s.first.b0 = b0
	at := int8(b)
	for i := n + 1; i >= 1; i-- {
		s.first.at[i] = at
		at = s.parent[i*w+int(at)]
	}
	s.first.at[0] = at
	copy(s.cur.at, s.first.at)
	s.cur.b0 = b0
	return s.forward(s.f.firstDeparture(b0), &s.first)
}

// forward times the chain in t.at from a departure.
func (s *Scheduler) forward(depart int64, t *timing) bool {
	n, w := len(s.stops), len(s.f.breaks)+1
	t.depart, t.drive, t.meters = depart, 0, 0
	now := depart
	for i := 1; i <= n+1; i++ {
		a, b := int(t.at[i-1]), int(t.at[i])
		end := now
		for c := a; c < b; c++ {
			t.brk[c] = max(end, s.f.breaks[c].Earliest)
			end = t.brk[c] + s.f.breaks[c].Duration
		}
		drive := s.legs[i-1]
		if s.f.hours != nil {
			if drive = s.leave(i-1, now, t); t.drive*s.f.travel+t.meters*s.f.dist+s.rest[i] >= s.cut {
				return false
			}
		}
		if now = s.f.trans[a*w+b].ready(now, drive); now >= never {
			return false
		}
		if i <= n {
			if now = s.begin(i, now); now >= never {
				return false
			}
			t.start[i] = now
			now += s.durs[i]
		}
	}
	t.finish = now
	return now <= s.f.lastFinish(int(t.at[n+1]))
}

// latestDeparture is the latest departure that leaves position k (n+1: the finish) when it is in first.
func (s *Scheduler) latestDeparture(k int) int64 {
	if k > len(s.stops) {
		return s.latestFor(k, s.first.finish)
	}
	return s.latestFor(k, s.first.start[k])
}

// latestFor is the latest departure that reaches position k by r, which is not before first does.
func (s *Scheduler) latestFor(k int, r int64) int64 {
	w := len(s.f.breaks) + 1
	for i := k - 1; ; i-- {
		t := s.leaveBy(&s.f.trans[int(s.first.at[i])*w+int(s.first.at[i+1])], i, r)
		if i == 0 {
			return max(t, s.first.depart)
		}
		r = min(s.in.prevStart(s.stops[i-1], s.durs[i], min(t-s.durs[i], s.hi[i])), s.hi[i])
		r = max(r, s.first.start[i]) // the first timing itself is a way
	}
}

// choose tries the candidate departures of the chain in first.
func (s *Scheduler) choose() {
	n := len(s.stops)
	s.try(s.latestDeparture(1))
	if !s.f.timed {
		return
	}
	soft := false
	for _, u := range s.stops {
		soft = soft || s.in.soft[u]
	}
	if soft || s.f.spell {
		last := s.first.depart
		for k := 2; k <= n; k++ {
			if d := s.latestDeparture(k); d != last {
				s.try(d)
				last = d
			}
		}
	}
	s.try(s.latestDeparture(n + 1))
	if s.f.hours != nil {
		s.afterRush()
	}
}

// try evaluates one departure and keeps it if it is the best so far. Where spells are capped, the chain's own breaks are mostly
// within the cap; only where they are not, and the departure could win, the breaks are chosen anew.
func (s *Scheduler) try(depart int64) {
	t := &s.cur
	copy(t.at, s.first.at)
	t.b0 = s.first.b0
	if s.f.hours != nil && !s.worthwhile(depart) || !s.forward(depart, t) || !s.evaluate(t) {
		return
	}
	if s.f.spell && !s.withinSpells(t) && (!s.forwardSpells(depart, t) || !s.evaluate(t)) {
		return
	}
	s.best.copyFrom(t)
	s.best.present = true
}

// withinSpells tells whether the breaks of t keep every spell within the cap.
func (s *Scheduler) withinSpells(t *timing) bool {
	since := t.depart
	for c := t.b0; c < int(t.at[len(s.stops)+1]); c++ {
		if t.brk[c]-since > s.f.maxSpell {
			return false
		}
		since = t.brk[c] + s.f.breaks[c].Duration
	}
	return t.finish-since <= s.f.maxSpell
}

// evaluate costs t and reports whether it keeps the cap on working time and is better than the best so far.
func (s *Scheduler) evaluate(t *timing) bool {
	f, in := s.f, s.in
	t.work = t.finish - t.depart - (f.unpaid[t.at[len(s.stops)+1]] - f.unpaid[t.b0])
	if t.work > f.maxWork {
		return false
	}
	t.lateC, t.respC, t.overC, t.balC = 0, 0, f.overtimeCost(t.finish), f.balanceCost(t.work)
	for i, u := range s.stops {
		if in.soft[u] {
			l, r := in.softCost(u, s.durs[i+1], t.start[i+1])
			t.lateC += l
			t.respC += r
		}
	}
	t.scalar = t.work*f.work + t.overC*in.weight[model.Overtime] + t.balC*in.weight[model.Balance] +
		t.lateC*in.weight[model.Lateness] + t.respC*in.weight[model.ResponseTime]
	hope := t.scalar
	if s.f.hours != nil {
		if t.drive > f.maxDrive {
			return false
		}
		t.travelC = t.drive*f.travel + t.meters*f.dist
		t.scalar += t.travelC
		hope += s.rest[0]
	}
	if s.eager {
		hope -= t.lateC * in.weight[model.Lateness] // waiting may still save that
	} else {
		hope = t.scalar
	}
	return hope < s.below && (!s.best.present || t.scalar < s.best.scalar)
}

// account turns the best timing into terms.
func (s *Scheduler) account() {
	b := &s.best
	s.work, s.finish = b.work, b.finish
	s.terms = model.Terms{}
	if s.f.timed {
		s.terms[model.WorkingTime] = b.work * s.in.P.Shifts[s.f.index].WorkRate
	}
	s.terms[model.Overtime] = b.overC
	s.terms[model.Balance] = b.balC
	if s.f.hours != nil {
		sh := &s.in.P.Shifts[s.f.index]
		s.terms[model.Travel], s.terms[model.Distance] = b.drive*sh.TravelRate, b.meters*sh.DistRate
	}
	s.terms[model.Lateness] = b.lateC
	s.terms[model.ResponseTime] = b.respC
	s.cost = b.scalar
}
