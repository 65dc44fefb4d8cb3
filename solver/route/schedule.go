package route

import "callout/solver/model"

// Bounds are what others ask of the stops of one route (a part that arrives by courier, a second technician): the earliest
// and latest start per stop, in the order of the stops. Nil: none.
type Bounds struct {
	Earliest, Latest []int64
}

// Scheduler times one route: the only truth for times and for the costs that depend on them. It owns scratch memory, so
// that each goroutine has its own. The times are the best there are (optimum), but where the cap on working time or on spells is in
// the way, or the one on driving time where travel depends on the hour: there they are the best for some departures (compromise).
type Scheduler struct {
	in     *Instance
	f      *shiftFacts
	stops  []int32
	locs   []model.LocIdx
	legs   []int64 // where hours matter, the least of each
	pairs  []int   // where hours matter: the legs' entries, -1 for none
	durs   []int64
	lo, hi []int64 // outside bounds per position

	// Per position and number of breaks behind it: what the route costs up to there, and in turned time from there on. Where hours
	// matter, ends are the costs up to there of ending just at a time, and curves those of the finish.
	curves []curve
	ends   [][]opening
	ready  [3]curve // scratch
	rode   []rode
	lent   [maxNew]loan
	left   []opening
	open   [][]opening // per position
	within []opening   // memory of those that bounds cut

	rate       int64        // what working time costs the curves
	departAt   int64        // the departure that curves are for, or anytime
	latest     []int64      // latest arrivals by position, nil where they are not known
	arrivals   []int64      // memory of latest
	chained    bool         // the curves are for the numbers of breaks of only
	only       []int8       // if chained
	trans      []transition // as f.trans, maybe with deadlines
	bound      []transition // memory of trans
	until      []int64      // deadlines by the breaks behind, nil for none
	untils     []int64      // memory of until
	candidates []departure
	times      []int64
	noted      []int64
	chains     [][]int8
	labels     []label

	cur   timing // the candidate under evaluation
	best  timing
	below int64 // what a timing has to cost less than

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
	movedC  int64
	riskC   int64
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

// Run schedules stops in shift under bounds and reports whether that can be; Write then gives the times. It takes a few operations
// per stop, pair of numbers of breaks, and piece of the curves; where caps are in the way, that for each departure that may be best.
// With no stops it reports true and costs nothing.
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
	if !s.optimum() {
		s.compromise()
	}
	if !s.best.present {
		return false
	}
	s.account()
	return true
}

func (s *Scheduler) load(shift int32, stops []int32, bounds Bounds) {
	in := s.in
	f := &in.shifts[shift]
	n, nb := len(stops), len(f.breaks)
	s.f, s.stops = f, stops
	s.locs = resize(s.locs, n+2)
	s.legs = resize(s.legs, n+1)
	s.durs = resize(s.durs, n+2)
	s.lo, s.hi = resize(s.lo, n+2), resize(s.hi, n+2)
	s.locs[0], s.locs[n+1] = f.start, f.end
	base := int(f.tech) * in.NStops
	for i, u := range stops {
		s.locs[i+1] = in.loc[u]
		s.durs[i+1] = in.dur[base+int(u)]
		s.lo[i+1], s.hi[i+1] = 0, never
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
		s.pairs = resize(s.pairs, n+1)
		for i := range s.pairs {
			s.pairs[i] = f.pairOf(s.locs[i], s.locs[i+1])
		}
	}
	s.loadOpenings(bounds)
	s.cur.resize(n, nb)
	s.best.resize(n, nb)
}

// begin is the earliest start at position i for whoever is ready at t, or never.
func (s *Scheduler) begin(i int, t int64) int64 {
	t = s.in.nextStart(s.stops[i-1], s.durs[i], max(t, s.lo[i]))
	if t > s.hi[i] {
		return never
	}
	return t
}

// drive is how long leg i takes for whoever is ready to leave at t.
func (s *Scheduler) drive(i int, t int64) int64 {
	if s.f.hours == nil {
		return s.legs[i]
	}
	return s.f.hours.drive(s.pairs[i], t)
}

// driven adds up the travel of a timing.
func (s *Scheduler) driven(t *timing) {
	t.drive, t.meters = 0, 0
	at := t.depart
	for i, pair := range s.pairs {
		if pair >= 0 {
			arrival, bucket := s.f.hours.arrive(pair, at)
			t.drive += arrival - at
			if m := s.f.hours.m[bucket]; m != nil && s.f.dist != 0 {
				t.meters += int64(m[pair])
			}
		}
		if i < len(s.stops) {
			at = t.start[i+1] + s.durs[i+1]
		}
	}
}

// evaluate costs t and reports whether it keeps the cap on working time and is better than the best so far.
func (s *Scheduler) evaluate(t *timing) bool {
	f, in := s.f, s.in
	t.work = t.finish - t.depart - (f.unpaid[t.at[len(s.stops)+1]] - f.unpaid[t.b0])
	if t.work > f.maxWork {
		return false
	}
	t.lateC, t.respC, t.movedC, t.riskC, t.overC, t.balC = 0, 0, 0, 0, f.overtimeCost(t.finish), f.balanceCost(t.work)
	for i, u := range s.stops {
		if !in.soft[u] {
			continue
		}
		l, r, c, x := in.softCost(u, s.durs[i+1], t.start[i+1])
		t.lateC += l
		t.respC += r
		t.movedC += c
		t.riskC += x
	}
	t.scalar = t.work*f.work + t.overC*in.weight[model.Overtime] + t.balC*in.weight[model.Balance] +
		t.lateC*in.weight[model.Lateness] + t.respC*in.weight[model.ResponseTime] + t.movedC*in.weight[model.PlanChange] +
		t.riskC*in.weight[model.Risk]
	if f.hours != nil {
		if t.drive > f.maxDrive {
			return false
		}
		t.travelC = t.drive*f.travel + t.meters*f.dist
		t.scalar += t.travelC
	}
	return t.scalar < s.below && (!s.best.present || t.scalar < s.best.scalar)
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
	s.terms[model.PlanChange] = b.movedC
	s.terms[model.Risk] = b.riskC
	s.cost = b.scalar
}
