package route

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"callout/solver/model"
)

// ErrNoMatrix is returned by Compile when a profile's travel has not been turned into a matrix.
var ErrNoMatrix = errors.New("route: profile without a matrix")

// Instance is a problem compiled for scheduling and search. It is immutable and may be shared by goroutines.
type Instance struct {
	P      *model.Problem
	NJobs  int
	NStops int // jobs, calls at nodes, further visits of jobs

	loc     []model.LocIdx // per stop
	early   []int64        // per stop: no service starts earlier
	late    []int64        // per stop: nor later
	multi   []bool         // per stop: several windows, or one that binds the end
	windows [][]hardWindow // per stop: its windows, where multi
	soft    []bool         // per stop: cost depends on its time
	needs   []bool         // per stop: parts or tools
	dur     []int64        // [tech*NStops+stop]: service or handling
	pair    []int64        // [tech*NStops+stop]: search cost of the visit wherever it stands
	lost    []int64        // per job: search cost of leaving it out
	visit   []int32        // [tech*NJobs+job]: index in visitCosts, -1 where all are zero
	ok      [][]uint64     // per shift: bitset of jobs its technician may do in it
	compat  [][]int32      // per job: the shifts that may do it, in order
	mayDo   bitset         // per job: its set of compat
	weight  [model.NumTerms]int64
	shifts  []shiftFacts
	class   []int32 // per shift: those of one class are interchangeable while unused
	crosses []bool  // per shift
	pools   pools
	shipping
	vans
	returns
	// No shift lasts longer than from begin to end.
	begin, end int64
	openings   openings
	least      []*leastTravel // by profile; nil: travel is the same at all hours
	rebound    []model.LocIdx // from where it is another with the last change

	order      []prior // per job; nil where none has a price for another order
	visitCosts []model.Terms
	known      map[model.Terms]int32 // index in visitCosts

	back bool // something comes back
}

// shiftFacts is a shift as the inner loops want it; rates are search costs.
type shiftFacts struct {
	index      int32
	tech       int32
	start, end model.LocIdx
	earliest   int64
	latestEnd  int64
	maxWork    int64
	maxDrive   int64
	maxSpell   int64
	fixed      int64
	travel     int64
	dist       int64
	work       int64
	balance    int64
	regularEnd int64
	overtime   []model.OvertimeTier
	n          int     // locations
	d          []int32 // durations by row; where travel depends on the hour, the least (compileLeast), as dt and m
	dt         []int32 // durations by column: dt[to*n+from]
	m          []int32 // metres by row, nil if free or absent
	breaks     []model.Break
	trans      []transition // [(nb+1)*(nb+1)], from*(nb+1)+to
	unpaid     []int64      // [b]: unpaid time of the first b breaks
	timed      bool         // cost or feasibility depends on working time, finish or the hour
	direct     bool         // neither breaks nor travel by the hour
	spell      bool         // MaxSpell binds
	sure       bool         // curves know all that depends on time
	reach      *reach       // nil where it is not known
	roundabout bool         // it was, before travel changed
	hours      *hours       // nil: travel is the same at all hours
}

// Compile is CompileContext without a context.
func Compile(p *model.Problem) (*Instance, error) {
	return CompileContext(context.Background(), p)
}

// CompileContext builds the tables. Time and memory grow with jobs × technicians and with the matrices (each is kept
// transposed as well; of a series, only the least of all hours is). It returns ErrNoMatrix where a profile in use has no matrix
// of the problem's size, and the context's error soon after that has ended.
func CompileContext(ctx context.Context, p *model.Problem) (*Instance, error) {
	in := &Instance{P: p, NJobs: len(p.Jobs)}
	in.weigh()
	if err := in.compileShifts(); err != nil {
		return nil, err
	}
	in.compilePools()
	in.compileVans()
	in.compileReturns()
	if err := in.compileShipping(ctx); err != nil {
		return nil, err
	}
	in.compileStops()
	in.compileSources()
	if err := in.compilePairs(ctx); err != nil {
		return nil, err
	}
	in.classify()
	in.compileCrosses()
	return in, nil
}

// weigh sets the search weight of every term from its tier.
func (in *Instance) weigh() {
	var last uint8
	for _, t := range in.P.Objective.Tier {
		last = max(last, t)
	}
	for k, t := range in.P.Objective.Tier {
		w := int64(1)
		for range last - t {
			w *= model.TierScale
		}
		in.weight[k] = w
	}
}

// Scalar is the search cost of terms.
func (in *Instance) Scalar(t *model.Terms) int64 {
	var s int64
	for k, c := range t {
		s += c * in.weight[k]
	}
	return s
}

// Lost is the search cost of leaving job j out.
func (in *Instance) Lost(j int32) int64 { return in.lost[j] }

// Compatible tells whether shift s may do job j at all: skills, certificates, area, wishes, and each window against the
// shift taken alone.
func (in *Instance) Compatible(s model.ShiftIdx, j int32) bool {
	return in.ok[s][j>>6]&(1<<(uint(j)&63)) != 0
}

// Shifts are the shifts that may do job j, in order.
func (in *Instance) Shifts(j int32) []int32 { return in.compat[j] }

// NShifts is the number of shifts.
func (in *Instance) NShifts() int { return len(in.shifts) }

func (in *Instance) compileShifts() error {
	p := in.P
	type tables struct {
		d, dt, m []int32
		hours    *hours
	}
	tab := make([]tables, len(p.Profiles))
	in.shifts = make([]shiftFacts, len(p.Shifts))
	for s := range p.Shifts {
		in.begin = min(in.begin, p.Shifts[s].Earliest)
		in.end = max(in.end, p.Shifts[s].LatestEnd)
	}
	for s := range p.Shifts {
		pr := &p.Profiles[p.Shifts[s].Profile]
		if !resolved(pr, len(p.Locations)) {
			return fmt.Errorf("%w: %q", ErrNoMatrix, pr.ID)
		}
		t := &tab[p.Shifts[s].Profile]
		switch {
		case t.d != nil || t.hours != nil:
		case pr.Series != nil:
			t.hours = compileHours(pr.Series, in.end) // compileLeast does the rest
		default:
			t.d, t.dt, t.m = pr.Matrix.Durations, transposed(pr.Matrix.Durations, pr.Matrix.N), pr.Matrix.Distances
		}
		in.compileShift(s, shiftFacts{d: t.d, dt: t.dt, m: t.m, hours: t.hours})
	}
	return nil
}

// compileShift fills the facts of a shift, which has the given travel.
func (in *Instance) compileShift(s int, travel shiftFacts) {
	p, w := in.P, &in.weight
	sh := &p.Shifts[s]
	f := &in.shifts[s]
	*f = shiftFacts{
		index: int32(s), tech: int32(sh.Tech), start: sh.Start, end: sh.End,
		earliest: sh.Earliest, latestEnd: sh.LatestEnd, regularEnd: sh.RegularEnd,
		maxWork: sh.MaxWork, maxDrive: sh.MaxDrive, maxSpell: sh.MaxSpell,
		fixed: sh.Fixed * w[model.Fixed], travel: sh.TravelRate * w[model.Travel],
		dist: sh.DistRate * w[model.Distance], work: sh.WorkRate * w[model.WorkingTime],
		balance: p.Objective.Balance,
		n:       len(p.Locations), d: travel.d, dt: travel.dt, hours: travel.hours, breaks: sh.Breaks,
	}
	if f.dist != 0 {
		f.m = travel.m
	}
	overtime := false
	for _, o := range sh.Overtime {
		f.overtime = append(f.overtime, model.OvertimeTier{After: o.After, Rate: o.Rate})
		overtime = overtime || o.Rate != 0
	}
	if len(f.breaks) == 0 { // the one spell is all there is
		f.maxWork = min(f.maxWork, f.maxSpell)
	} else {
		f.spell = sh.MaxSpell < model.NoCap
	}
	f.sure = !f.spell && f.balance == 0 && f.maxWork >= f.latestEnd-f.earliest && (f.hours == nil || f.maxDrive >= model.NoCap)
	f.timed = f.work != 0 || overtime || f.balance != 0 || f.maxWork < model.NoCap || f.spell
	f.timed = f.timed || f.hours != nil
	f.direct = len(f.breaks) == 0 && f.hours == nil
	f.compileBreaks()
}

// resolved tells whether a profile has matrices of n locations.
func resolved(p *model.Profile, n int) bool {
	fits := func(m *model.Matrix) bool { return m != nil && m.N == n }
	if p.Series != nil {
		return !slices.ContainsFunc(p.Series, func(b model.Bucket) bool { return !fits(b.Matrix) })
	}
	return fits(p.Matrix)
}

// transposed returns durations by column; a symmetric matrix is its own transpose.
func transposed(d []int32, n int) []int32 {
	for i := range n {
		for j := range i {
			if d[i*n+j] != d[j*n+i] {
				t := make([]int32, len(d))
				turn(t, d, n, n)
				return t
			}
		}
	}
	return d
}

func (in *Instance) compileStops() {
	p := in.P
	in.loc = make([]model.LocIdx, in.NStops)
	in.early = make([]int64, in.NStops)
	in.late = make([]int64, in.NStops)
	in.multi = make([]bool, in.NStops)
	in.soft = make([]bool, in.NStops)
	in.needs = make([]bool, in.NStops)
	in.lost = make([]int64, in.NJobs)
	in.windows = make([][]hardWindow, in.NStops)
	for j := range p.Jobs {
		in.compileJob(j)
	}
	for s := in.NJobs; s < in.NStops; s++ {
		u := int32(s)
		if j := in.Job(u); j >= 0 {
			in.loc[s], in.late[s], in.multi[s], in.soft[s], in.needs[s] = in.loc[j], in.late[j], in.multi[j], in.soft[j], in.needs[j]
			in.early[s] = max(in.early[j], in.waits(u))
			if in.multi[s] {
				in.windows[s] = in.hardWindows(u)
			}
			continue
		}
		n := in.nodeAt(u)
		in.loc[s] = n.Location
		in.early[s], in.late[s] = max(0, in.waits(u)), model.MaxTime
		switch open := n.Open; len(open) {
		case 0:
		case 1:
			in.early[s], in.late[s] = max(in.early[s], open[0].From), open[0].To
		default:
			in.multi[s] = true
			in.windows[s] = in.hardWindows(u)
		}
	}
}

// compileJob fills what a stop of a job is by itself.
func (in *Instance) compileJob(j int) {
	job := &in.P.Jobs[j]
	in.loc[j] = job.Location
	in.early[j], in.late[j] = job.Release, model.MaxTime
	in.multi[j], in.soft[j] = false, false
	hard, from, to := 0, never, int64(0)
	for k := range job.Windows {
		win := &job.Windows[k]
		if win.Kind != model.Availability {
			in.soft[j] = in.soft[j] || win.Early != 0 || win.Late != 0
			continue
		}
		hard++
		to = max(to, win.To)
		if win.Binds == model.BindStart {
			from = min(from, win.From)
		} else { // it may begin before
			in.multi[j], from = true, 0
		}
	}
	if hard > 0 { // of several windows, from the first to the last
		in.multi[j] = in.multi[j] || hard > 1
		in.early[j], in.late[j] = max(job.Release, from), to
	}
	if in.early[j] > in.late[j] && !in.multi[j] {
		in.late[j] = -never // released when its window is over: nobody is there in time
	}
	in.soft[j] = in.soft[j] || job.Response != 0 || job.Kept != nil && job.Kept.Moved != 0 || len(job.Risk) > 0
	in.needs[j] = len(job.Parts) > 0 || len(job.Tools) > 0
	in.lost[j] = job.Unassigned * in.weight[model.Unassigned]
	in.windows[j] = nil
	if in.multi[j] {
		in.windows[j] = in.hardWindows(int32(j))
	}
	in.compileOrder(j)
}

// compilePairs fills service times, static costs, the least travel by them, and compatibility.
func (in *Instance) compilePairs(ctx context.Context) error {
	p := in.P
	in.dur = make([]int64, len(p.Technicians)*in.NStops)
	in.pair = make([]int64, len(p.Technicians)*in.NStops)
	in.visit = make([]int32, len(p.Technicians)*in.NJobs)
	in.known = map[model.Terms]int32{{}: -1}
	for t := range p.Technicians {
		if err := ctx.Err(); err != nil {
			return err
		}
		for j := range p.Jobs {
			in.compilePair(t, j)
		}
		in.furtherPairs(t)
	}
	if err := in.compileLeast(ctx); err != nil {
		return err
	}
	in.compileOpenings()
	if err := in.compileReach(ctx); err != nil {
		return err
	}
	return in.compilePermits(ctx)
}

// furtherPairs fills what stops take that are no job's first one.
func (in *Instance) furtherPairs(t int) {
	base := t * in.NStops
	for s := in.NJobs; s < in.NStops; s++ {
		if j := in.Job(int32(s)); j >= 0 {
			in.dur[base+s] = in.dur[base+int(j)]
			in.pair[base+s] = in.pair[base+int(j)] + in.wants(int32(s)).fee*in.weight[model.Parts]
			continue
		}
		n := in.nodeAt(int32(s))
		in.dur[base+s], in.pair[base+s] = n.Handling, n.Fixed*in.weight[model.Parts]
	}
}

// compilePermits fills who may do what.
func (in *Instance) compilePermits(ctx context.Context) error {
	p := in.P
	in.ok = make([][]uint64, len(p.Shifts))
	in.compat = make([][]int32, in.NJobs)
	in.mayDo = make(bitset, in.NJobs*((len(p.Shifts)+63)/64))
	for s := range in.ok {
		in.ok[s] = make([]uint64, (in.NJobs+63)/64)
	}
	for j := range p.Jobs {
		if err := ctx.Err(); err != nil {
			return err
		}
		need := in.fromVan(model.JobIdx(j))
		for s := range p.Shifts {
			if in.obstacle(model.ShiftIdx(s), model.JobIdx(j), &need) == NoObstacle {
				in.ok[s][j>>6] |= 1 << (uint(j) & 63)
				in.compat[j] = append(in.compat[j], int32(s))
				in.may(int32(j)).add(int32(s))
			}
		}
	}
	return nil
}

// compilePair fills what a visit of job j by technician t takes and costs.
func (in *Instance) compilePair(t, j int) {
	in.dur[t*in.NStops+j] = in.P.ServiceTime(model.JobIdx(j), model.TechIdx(t))
	terms := in.visitTerms(model.JobIdx(j), model.TechIdx(t))
	in.pair[t*in.NStops+j] = in.Scalar(&terms)
	k, seen := in.known[terms]
	if !seen {
		k = int32(len(in.visitCosts))
		in.known[terms] = k
		in.visitCosts = append(in.visitCosts, terms)
	}
	in.visit[t*in.NJobs+j] = k
}

// visitTerms is what a visit costs wherever and whenever it stands.
func (in *Instance) visitTerms(j model.JobIdx, t model.TechIdx) model.Terms {
	job, tech := &in.P.Jobs[j], &in.P.Technicians[t]
	var terms model.Terms
	for _, need := range job.AllOf {
		if s := tech.Skill(need.Skill); s != nil && s.Level > need.Level {
			terms[model.SkillSurplus] += int64(s.Level-need.Level) * in.P.Objective.SurplusPerLevel
		}
	}
	terms[model.Rating] = tech.VisitCost
	if len(job.Preferred) > 0 && !slices.Contains(job.Preferred, t) {
		terms[model.Preference] = job.NotPreferred
	}
	if job.Kept != nil && job.Kept.Tech != t {
		terms[model.PlanChange] = job.Kept.Reassign
	}
	return terms
}

// overtimeCost prices finishing at time t, unweighted.
func (f *shiftFacts) overtimeCost(t int64) int64 {
	over := t - f.regularEnd
	if over <= 0 {
		return 0
	}
	var c int64
	for k, tier := range f.overtime {
		to := over
		if k+1 < len(f.overtime) {
			to = min(to, f.overtime[k+1].After)
		}
		if to > tier.After {
			c += (to - tier.After) * tier.Rate
		}
	}
	return c
}

// balanceCost prices a shift's working time, unweighted.
func (f *shiftFacts) balanceCost(work int64) int64 {
	if f.balance == 0 || work <= 0 {
		return 0
	}
	hi, lo := bits.Mul64(uint64(work*work), uint64(f.balance))
	q, _ := bits.Div64(hi, lo, 3600*3600)
	return int64(q)
}

// balanceLine is a straight line that rises by whole units no faster than balanceCost does at some working time: its rise per second,
// and the working time at which it comes closest.
func (f *shiftFacts) balanceLine(work int64) (rise, touch int64) {
	hi, lo := bits.Mul64(uint64(max(0, 2*work)), uint64(f.balance))
	q, _ := bits.Div64(hi, lo, 3600*3600)
	hi, lo = bits.Mul64(q, 3600*3600)
	t, _ := bits.Div64(hi, lo, uint64(2*f.balance))
	return int64(q), int64(t)
}
