package exact

import (
	"fmt"
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// builder is the model of a problem, and how to read its solutions.
type builder struct {
	p      *model.Problem
	m      *cpsat.Model
	jobs   []job
	shifts []*shift
	tier   [model.MaxTiers]total

	negative bool // some price is
	supplies []supply
	loans    []loan
	brought  []*consignment       // all that can be had by lanes, of lots, or to come
	sent     map[parcel]cpsat.Lit // shipments

	landing []model.ShiftIdx     // per technician: where what he hands in from the start lands
	ashore  map[*stop]cpsat.Expr // how many returns land at a call
	lighter map[*stop][]landing
}

// job holds the variables of a job, whoever does it.
type job struct {
	start  cpsat.Var
	least  model.Time // of start, and its value where the job is left out
	out    cpsat.Lit
	visits []*stop
}

// shift holds the variables of a route.
type shift struct {
	*model.Shift

	index  model.ShiftIdx
	used   cpsat.Lit
	depart cpsat.Var
	finish cpsat.Var
	stops  []*stop
	arcs   []arc
	pauses []pause
	ranked bool // stops have ranks
	tight  bool // what the van holds has to be watched
}

// stop is a stop that a route may make.
type stop struct {
	kind  model.StopKind
	job   model.JobIdx  // of a visit
	node  model.NodeIdx // of a pick-up
	from  model.Time    // of a pick-up: what is there by then can be had
	loc   model.LocIdx
	dur   model.Duration
	spans []span

	here  cpsat.Lit
	start cpsat.Var
	after []cpsat.Lit // per break of the shift: it is taken, and behind this stop
	prior *stop       // of a call like another one: that comes first, and alone where there is but one
	rank  cpsat.Var   // place in the sequence, where the shift is ranked
}

// depot stands for the start and the end of a shift in arcs.
const depot = -1

// arc leads from a stop of the shift to another, by their indices.
type arc struct {
	from, to int
	taken    cpsat.Lit
}

// What build refuses beyond: CP-SAT would be at it for hours.
const (
	maxStops = 2000
	maxArcs  = 50_000
)

func build(p *model.Problem) (*builder, error) {
	if p.TimeDependent() {
		return nil, fmt.Errorf("%w: travel depends on the hour", ErrInput)
	}
	if slices.ContainsFunc(p.Jobs, func(j model.Job) bool { return j.Kept != nil }) {
		return nil, fmt.Errorf("%w: changes of a running plan have a price", ErrInput)
	}
	for t := range p.Technicians {
		if limit := p.Technicians[t].Capacity; limit != nil {
			if load := startLoad(p, model.TechIdx(t)); load[model.Weight] > limit[model.Weight] || load[model.Volume] > limit[model.Volume] {
				return nil, fmt.Errorf("%w: what %s has from the start is more than his van can carry", ErrInput, p.Technicians[t].ID)
			}
		}
	}
	b := &builder{p: p, m: cpsat.NewModel(), jobs: make([]job, len(p.Jobs)), landing: p.LandingShift()}
	for k := range p.Shifts {
		if m := p.Profiles[p.Shifts[k].Profile].Matrix; m == nil || m.N < len(p.Locations) {
			return nil, fmt.Errorf("%w: profile %s has no matrix of all places", ErrInput, p.Profiles[p.Shifts[k].Profile].ID)
		}
	}
	b.consign()
	stops, arcs := 0, 0
	for k := range p.Shifts {
		s := &shift{Shift: &p.Shifts[k], index: model.ShiftIdx(k)}
		b.shifts = append(b.shifts, s)
		b.propose(s)
		ways := b.ways(s)
		stops, arcs = stops+len(s.stops), arcs+len(ways)
		if stops > maxStops || arcs > maxArcs {
			return nil, fmt.Errorf("%w: more than %d stops or %d ways between them", ErrSize, maxStops, maxArcs)
		}
		b.variables(s)
		b.circuit(s, ways)
	}
	b.assignment()
	for _, s := range b.shifts {
		b.times(s)
		b.breaks(s)
		b.caps(s)
		b.ranks(s)
	}
	b.comeBack()
	b.supply()
	b.inTurn()
	b.loads()
	b.prices()
	b.twins()
	for k := range b.tier {
		if b.tier[k].wide {
			return nil, fmt.Errorf("%w: costs may reach 2^52", ErrSize)
		}
	}
	if b.negative {
		return nil, fmt.Errorf("%w: a price is negative", ErrInput)
	}
	if err := b.m.Err(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSize, err)
	}
	return b, nil
}

// propose lists the stops that the shift may make: visits, and calls at nodes that have what they need, one for each time at which
// more of it has come.
func (b *builder) propose(s *shift) {
	if s.Earliest > s.LatestEnd {
		return
	}
	for j := range b.p.Jobs {
		job := &b.p.Jobs[j]
		if !b.allowed(job, s.Shift) {
			continue
		}
		dur := b.p.ServiceTime(model.JobIdx(j), s.Tech)
		if spans := b.starts(job, s.Shift, dur); len(spans) > 0 {
			s.stops = append(s.stops, &stop{
				kind: model.Visit, job: model.JobIdx(j), node: -1, loc: job.Location, dur: dur, spans: spans,
			})
		}
	}
	visits := s.stops
	if len(visits) == 0 {
		return
	}
	s.tight = b.tight(s, visits)
	for n := range model.NodeIdx(len(b.p.Nodes)) {
		times := b.comings(n, visits)
		more := 0 // calls like one
		if s.tight {
			more = len(visits) - 1
		}
		if b.lands(s, n, visits) {
			if len(times) == 0 {
				times = append(times, 0)
			}
			more++ // what is needed before others land
		}
		for _, from := range times {
			if c := b.call(s, n, from); c != nil {
				s.stops = append(append(s.stops, c), b.again(c, more)...)
			}
		}
	}
}

// call is a call at a node for what is there from a time on, nil where the node is not open on the shift then.
func (b *builder) call(s *shift, n model.NodeIdx, from model.Time) *stop {
	node := &b.p.Nodes[n]
	spans := opens(node, s.Shift)
	if from > 0 {
		spans = within(spans, span{from, s.LatestEnd})
	}
	if len(spans) == 0 {
		return nil
	}
	return &stop{kind: model.Pickup, job: -1, node: n, from: from, loc: node.Location, dur: node.Handling, spans: spans}
}

// variables makes the variables of the shift and of its stops, but for the starts of jobs.
func (b *builder) variables(s *shift) {
	m := b.m
	s.used = m.Bool()
	to := max(s.Earliest, s.LatestEnd)
	s.depart, s.finish = m.Int(s.Earliest, to), m.Int(s.Earliest, to)
	m.Equal(cpsat.Sum(s.depart), s.Earliest, s.used.Not())
	m.Equal(cpsat.Sum(s.finish), s.Earliest, s.used.Not())
	for _, st := range s.stops {
		st.here = m.Bool()
		m.Implies(st.here, s.used)
		if st.kind == model.Visit {
			j := &b.jobs[st.job]
			j.visits = append(j.visits, st)
			continue
		}
		first := st.spans[0].from
		st.start = m.Int(first, st.spans[len(st.spans)-1].to)
		m.Equal(cpsat.Sum(st.start), first, st.here.Not())
	}
}

// circuit leads the route through its stops.
func (b *builder) circuit(s *shift, ways [][2]int) {
	arcs := []cpsat.Arc{{From: 0, To: 0, Lit: s.used.Not()}}
	for k, st := range s.stops {
		arcs = append(arcs, cpsat.Arc{From: int32(k + 1), To: int32(k + 1), Lit: st.here.Not()})
	}
	for _, w := range ways {
		a := arc{from: w[0], to: w[1], taken: b.m.Bool()}
		s.arcs = append(s.arcs, a)
		arcs = append(arcs, cpsat.Arc{From: int32(a.from + 1), To: int32(a.to + 1), Lit: a.taken})
	}
	b.m.Circuit(arcs)
}

// assignment: a job is visited once or left out.
func (b *builder) assignment() {
	m := b.m
	for k := range b.jobs {
		j := &b.jobs[k]
		j.out = m.Bool()
		choice := []cpsat.Lit{j.out}
		var latest model.Time
		for n, v := range j.visits {
			choice = append(choice, v.here)
			from, to := v.spans[0].from, v.spans[len(v.spans)-1].to
			if n == 0 {
				j.least, latest = from, to
			}
			j.least, latest = min(j.least, from), max(latest, to)
		}
		m.ExactlyOne(choice...)
		j.start = m.Int(j.least, latest)
		m.Equal(cpsat.Sum(j.start), j.least, j.out)
		for _, v := range j.visits {
			v.start = j.start
		}
	}
}
