package engine_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"callout/engine"
	"callout/solver/check"
	"callout/solver/day"
	"callout/solver/model"
	"callout/solver/modeltest"
)

// session plays events, one at a time whenever the plan is quiet, and looks at every revision.
type session struct {
	t      *testing.T
	d      *day.Day
	set    engine.LiveSettings
	next   func(n int, r *engine.Revision) *day.Event // nil: no more
	look   func(r *engine.Revision)
	answer func(e *day.Event, a engine.LiveAnswer)
}

func (s *session) play() {
	s.t.Helper()
	events := make(chan engine.LiveEvent, 1)
	n := 0
	var sent *day.Event
	err := engine.RunLive(s.t.Context(), s.d, s.set, events, func(o *engine.LiveOut) error {
		for _, a := range o.Answers {
			if s.answer != nil {
				s.answer(sent, a)
			}
		}
		if r := o.Revision; r != nil {
			s.look(r)
			if r.Kind != engine.RevisionQuiet {
				return nil
			}
		}
		e := s.next(n, o.Revision)
		n++
		sent = e
		if e == nil {
			close(events)
			return nil
		}
		events <- engine.LiveEvent{ID: e.ID, Arrived: time.Now(), Read: func(*day.Day) (*day.Event, []day.Refusal) { return e, nil }}
		return nil
	})
	if err != nil {
		if ie, ok := errors.AsType[*engine.InternalError](err); ok {
			s.t.Logf("%s", ie.Stack)
		}
		s.t.Fatal(err)
	}
}

// chance makes events up: most of them possible, some not.
type chance struct {
	*rand.Rand
	p   *model.Problem // of the whole day, as it was
	d   *day.Day
	now model.Time
	n   int
	// nights: once in a while nobody tells anything for hours.
	nights bool
}

func (c *chance) job() string {
	known := c.d.Known()
	for range 50 {
		j := len(known.Shifts) + c.IntN(len(known.Jobs)-len(known.Shifts))
		if id := known.Jobs[j].ID; id != "" {
			return id
		}
	}
	return "nobody's"
}

// begun is the job of a visit that is under way, or was, if there is one.
func (c *chance) begun() string {
	plan, states := c.d.Whole()
	for range 20 {
		k := c.IntN(len(plan.Routes))
		for i := len(states[k]) - 1; i >= 0; i-- {
			if st := &plan.Routes[k].Stops[i]; states[k][i] != day.ToCome && st.Kind == model.Visit && c.IntN(3) > 0 {
				return c.d.Known().Jobs[st.Job].ID
			}
		}
	}
	return c.job()
}

// underWay is the id of some supply to come to a node, or the job of what a courier brings.
func (c *chance) underWay() (id, job string) {
	type supply struct{ id, job string }
	list := []supply{{id: "nothing"}}
	nodes := c.d.Problem().Nodes
	for n := range nodes {
		for _, l := range nodes[n].Lots {
			if l.ID != "" && l.From > c.now {
				list = append(list, supply{id: l.ID})
			}
		}
	}
	c.d.Shipments(func(x *day.Shipment) {
		if x.To == model.NoNode && x.Arrives > c.now {
			list = append(list, supply{job: x.JobID})
		}
	})
	x := list[min(len(list)-1, c.IntN(1+len(list)))]
	return x.id, x.job
}

func (c *chance) event() *day.Event {
	c.n++
	c.now += c.Int64N(900)
	if c.nights && c.IntN(12) == 0 {
		c.now += c.Int64N(10 * 3600)
	}
	e := &day.Event{ID: fmt.Sprint("e", c.n), Now: c.now, Kind: day.Kind(c.IntN(int(day.NumKinds))), At: model.NoTime, Profile: -1}
	tech := c.p.Technicians[c.IntN(len(c.p.Technicians))].ID
	switch e.Kind {
	case day.JobAdded:
		j := c.p.Jobs[c.IntN(len(c.p.Jobs))]
		j.ID = fmt.Sprint("new", c.n)
		e.Job, e.Multiplier = &j, 1500
	case day.JobChanged:
		e.JobID = c.job()
		at, ok := c.d.Job(e.JobID)
		if !ok {
			return c.event()
		}
		j := c.d.Known().Jobs[at]
		j.Service += c.Int64N(600)
		e.Job, e.Multiplier = &j, 1000
	case day.JobCancelled:
		e.JobID = c.job()
	case day.VisitUnpinned:
		e.JobID = c.job()
		c.d.Pins(func(j model.JobIdx, _ day.Pin) { e.JobID = c.d.Known().Jobs[j].ID })
	case day.VisitStarted, day.VisitFinished:
		e.JobID = c.begun()
		if c.IntN(2) == 0 {
			e.At = c.now - c.Int64N(300)
		}
	case day.VisitRunsOver:
		e.JobID, e.At = c.begun(), c.now+c.Int64N(3600)
	case day.TechnicianLate:
		e.TechID, e.Delay = tech, 1+c.Int64N(1800)
	case day.TechnicianPosition:
		e.TechID, e.LocationID = tech, c.p.Locations[c.IntN(len(c.p.Locations))].ID
	case day.TechnicianSick, day.TechnicianBack:
		e.TechID = tech
	case day.TravelChanged:
		e.Factor = int64(800_000 + c.IntN(500_000))
		if c.IntN(2) == 0 {
			e.Factor = 1_000_000
			from, to := model.LocIdx(c.IntN(len(c.p.Locations))), model.LocIdx(c.IntN(len(c.p.Locations)))
			e.Cells = []day.Cell{{From: from, To: to, Duration: int32(c.IntN(2000)), Distance: -1}}
			if e.Cells[0].From == e.Cells[0].To {
				e.Cells = nil
			}
		}
	case day.StockChanged:
		if len(c.p.SKUs) == 0 {
			return c.event()
		}
		e.SKU, e.Quantity = model.SKUIdx(c.IntN(len(c.p.SKUs))), int64(c.IntN(5))
		if len(c.p.Nodes) > 0 && c.IntN(2) == 0 {
			e.NodeID = c.p.Nodes[c.IntN(len(c.p.Nodes))].ID
		} else {
			e.TechID = tech
		}
	case day.PartDelayed:
		e.JobID, e.At = c.job(), c.now+c.Int64N(7200)
	case day.VisitPinned:
		e.JobID, e.Scope = c.job(), day.Scope(1+c.IntN(4))
	case day.VisitMoved:
		e.JobID, e.TechID = c.job(), tech
	case day.SupplyDelayed:
		e.At, e.SKU = c.now+c.Int64N(7200), -1
		e.SupplyID, e.JobID = c.underWay()
		e.Lost = c.IntN(4) == 0
	case day.TimePassed, day.NumKinds:
	}
	return e
}

// keeper checks that facts stay what they are, that pins hold, and that parts neither come from nowhere nor vanish.
type keeper struct {
	t       *testing.T
	note    string
	event   *day.Event
	balance []day.Balance         // per SKU
	vans    map[model.SKUIdx]bool // counted in a van, maybe while somebody was on his way to load it
	seen    map[string]int
	before  memories
	visits  map[string]visited  // in the last revision
	held    map[string][]string // per visit whose sequence is pinned: shift and visits before it in the last revision
}

// visited is where a visit is.
type visited struct {
	tech   model.TechIdx
	start  model.Time
	toCome bool
}

// conserved: what there is of each part and what was used add up to what they did before, but for counts.
func (k *keeper) conserved(r *engine.Revision) {
	k.t.Helper()
	r.Day.Shipments(func(x *day.Shipment) {
		switch {
		case x.Lost:
			k.seen["a stray"]++
		case x.To == model.NoNode:
			k.seen["to a site"]++
		case x.Left < x.Qty:
			k.seen["to a node, for somebody on his way"]++
		default:
			k.seen["to a node"]++
		}
	})
	total := func(b day.Balance) int64 { return b.Vans + b.Nodes + b.Coming + b.Couriers + b.Used }
	for sku := range r.Day.Known().SKUs {
		b := r.Day.Balance(model.SKUIdx(sku))
		if len(k.balance) <= sku {
			k.balance = append(k.balance, b)
		}
		was := k.balance[sku]
		counted := k.event != nil && k.event.Kind == day.StockChanged && k.event.SKU == model.SKUIdx(sku)
		if k.vans[model.SKUIdx(sku)] = k.vans[model.SKUIdx(sku)] || counted && k.event.TechID != ""; k.vans[model.SKUIdx(sku)] {
			continue
		}
		if total(was) < model.Unlimited && total(b) < model.Unlimited && total(was) != total(b) && !counted {
			k.t.Fatalf("%s: part %d: %+v, was %+v", k.note, sku, b, was)
		}
		k.balance[sku] = b
	}
}

// told: the changes are those from the revision before of visits that are to come, and of jobs that nobody goes to any more.
func (k *keeper) told(r *engine.Revision) {
	k.t.Helper()
	is := map[string]visited{}
	p := r.Day.Known()
	for s := range r.Whole.Routes {
		for i := range r.Whole.Routes[s].Stops {
			if st := &r.Whole.Routes[s].Stops[i]; st.Kind == model.Visit {
				is[p.Jobs[st.Job].ID] = visited{p.Shifts[s].Tech, st.Start, r.States[s][i] == day.ToCome}
			}
		}
	}
	changes := map[string]engine.PlanChange{}
	for _, c := range r.Changes {
		id := p.Jobs[c.Job].ID
		if was, there := k.visits[id]; there != (c.From >= 0) || there && (was.tech != c.From || was.start != c.Was) {
			k.t.Fatalf("%s: %s was %+v, and is said to have been by %d at %d", k.note, id, was, c.From, c.Was)
		}
		changes[id] = c
	}
	for id, now := range is {
		was, there := k.visits[id]
		c, said := changes[id]
		switch {
		case !now.toCome && (k.visits == nil || was.tech == now.tech && there):
			if said {
				k.t.Fatalf("%s: %s is a fact, and has changed: %+v", k.note, id, c)
			}
		case !there && (!said || c.Kind != engine.ChangeAdded), there && was.tech != now.tech && c.Kind != engine.ChangeReassigned,
			there && now.toCome && was.start != now.start && !said:
			k.t.Fatalf("%s: %s was %+v, is %+v, and is said to be %+v", k.note, id, was, now, c)
		}
	}
	for id := range k.visits {
		j, known := r.Day.Job(id)
		if _, there := is[id]; !there && known && r.Day.Open(j) && changes[id].Kind != engine.ChangeDropped {
			k.t.Fatalf("%s: %s is dropped, and is said to be %+v", k.note, id, changes[id])
		}
	}
	k.visits = is
}

func (k *keeper) look(r *engine.Revision) {
	k.t.Helper()
	p := r.Day.Problem()
	if err := check.Plan(p, r.Plan).Err(); err != nil {
		k.t.Fatalf("%s: %v", k.note, err)
	}
	k.conserved(r)
	k.told(r)
	var out model.Cost
	for _, j := range r.Whole.Unassigned {
		out += r.Day.Known().Jobs[j].Unassigned
	}
	if got := r.Terms[model.Unassigned]; got != out {
		k.t.Fatalf("%s: jobs left out cost %d, and are worth %d", k.note, got, out)
	}
	k.before.look(k.note, k.event, r)
	where := map[model.JobIdx]model.ShiftIdx{}
	starts := map[model.JobIdx]model.Time{}
	for s := range r.Whole.Routes {
		last := model.Time(-1 << 40)
		for i := range r.Whole.Routes[s].Stops {
			st := &r.Whole.Routes[s].Stops[i]
			if st.Arrival < last || st.Start < st.Arrival || st.End < st.Start {
				k.t.Fatalf("%s: shift %d, stop %d: %d %d %d after %d", k.note, s, i, st.Arrival, st.Start, st.End, last)
			}
			last = st.End
			if st.Kind != model.Visit {
				continue
			}
			if _, twice := where[st.Job]; twice {
				k.t.Fatalf("%s: job %d is visited twice", k.note, st.Job)
			}
			where[st.Job], starts[st.Job] = model.ShiftIdx(s), st.Start
			if r.States[s][i] == day.ToCome && st.Start < r.Day.Now() {
				k.t.Fatalf("%s: job %d is to begin at %d, and it is %d", k.note, st.Job, st.Start, r.Day.Now())
			}
		}
	}
	broken := map[model.JobIdx]bool{}
	for _, a := range r.Alerts {
		if a.Kind == engine.AlertPin {
			broken[a.Job] = true
		}
	}
	k.sequence(r, broken)
	for j := range p.Jobs {
		pin := r.Day.Pinned(model.JobIdx(j))
		if pin == nil || !r.Day.Open(model.JobIdx(j)) {
			continue
		}
		s, there := where[model.JobIdx(j)]
		switch {
		case !there && !broken[model.JobIdx(j)]:
			k.t.Fatalf("%s: pinned job %d is left out, and nobody was told", k.note, j)
		case !there:
		case pin.Scope != day.ByStart && p.Shifts[s].Tech != pin.Tech:
			k.t.Fatalf("%s: job %d is pinned to technician %d, and goes to %d", k.note, j, pin.Tech, p.Shifts[s].Tech)
		case pin.Scope >= day.ByStart && starts[model.JobIdx(j)] != pin.Start:
			k.t.Fatalf("%s: job %d is pinned to %d, and starts at %d", k.note, j, pin.Start, starts[model.JobIdx(j)])
		}
	}
}

// sequence checks that a visit whose sequence is pinned has the same shift and the same visits before it as in the last revision, or
// that somebody was told. A person may move visits, and who was cancelled is before nobody.
func (k *keeper) sequence(r *engine.Revision, broken map[model.JobIdx]bool) {
	k.t.Helper()
	p, held := r.Day.Known(), map[string][]string{}
	for s := range r.Whole.Routes {
		before := []string{fmt.Sprint(s)}
		for i := range r.Whole.Routes[s].Stops {
			st := &r.Whole.Routes[s].Stops[i]
			if st.Kind != model.Visit {
				continue
			}
			id := p.Jobs[st.Job].ID
			pin := r.Day.Pinned(st.Job)
			if r.States[s][i] == day.ToCome && pin != nil && (pin.Scope == day.BySequence || pin.Scope == day.ByAll) {
				held[id] = slices.Clone(before)
				was := slices.DeleteFunc(slices.Clone(k.held[id]), func(id string) bool {
					return k.event != nil && k.event.Kind == day.JobCancelled && k.event.JobID == id
				})
				switch {
				case len(was) == 0 || k.event != nil && k.event.Kind == day.VisitMoved || slices.Equal(was, before):
				case !broken[st.Job]:
					k.t.Fatalf("%s: %s comes after %v, and came after %v", k.note, id, before, was)
				default:
					k.seen["out of sequence"]++
				}
			}
			before = append(before, id)
		}
	}
	k.held = held
}

func live(t *testing.T, p *model.Problem, cfg day.Config) *day.Day {
	t.Helper()
	d, err := day.New(p, cfg)
	if err != nil {
		t.Fatal(err)
	}
	d.Begin(&model.Plan{Routes: make([]model.Route, len(p.Shifts))}, nil)
	return d
}

// randomDay is a day, and who makes its events up.
func randomDay(t *testing.T, seed uint64) *chance {
	t.Helper()
	p := modeltest.Rich(25, 5, seed)
	switch seed % 6 {
	case 1:
		p = modeltest.Returned(25, 5, 2*seed) // even: nothing is shipped in a running day
		for k := range p.SKUs {
			p.Leftovers = append(p.Leftovers, []model.NodeIdx{model.NodeIdx(k % len(p.Nodes))})
		}
	case 2:
		p = modeltest.Tight(25, 5, 2*seed)
	case 3:
		p = modeltest.Swapped(25, 5, 2*seed)
	case 4:
		p = modeltest.Rush(20, 4, seed)
	case 5:
		p = modeltest.Shipped(25, 5, seed)
	}
	first := model.NoTime
	for k := range p.Shifts {
		if first = min(first, p.Shifts[k].Earliest); seed%8 == 6 {
			p.Shifts[k].WorkRate = 0 // nobody goes home before he must
		}
	}
	p.Now = first
	if seed%9 == 8 {
		p = modeltest.Hourly(p, 3600)
	}
	cfg := day.Config{Diversion: seed%2 == 0, InTime: seed%7 < 3, Frozen: int64(seed%3) * 1200}
	if seed%4 != 0 {
		cfg.Reassign, cfg.Moved, cfg.Slack = 10_000_000, 5000, 300
		cfg.Resequence = int64(seed%3) * 4_000_000
	}
	return &chance{Rand: rand.New(rand.NewPCG(seed, 7)), p: p, d: live(t, p, cfg), now: first, nights: seed%5 == 3}
}

// runs plays events on a random day.
func runs(t *testing.T, seed uint64, events int, applied map[day.Kind]int, refused *int, seen map[string]int) {
	t.Helper()
	c := randomDay(t, seed)
	d := c.d
	k := &keeper{t: t, seen: seen, before: memories{t: t, seen: seen}, vans: map[model.SKUIdx]bool{}}
	s := &session{t: t, d: d, set: engine.LiveSettings{Seed: seed, Iterations: 30, AlertSlack: 300, WaysOut: 2}, look: k.look}
	s.answer = func(e *day.Event, a engine.LiveAnswer) {
		switch a.Verdict {
		case day.Applied:
			applied[e.Kind]++
		case day.Refused:
			*refused++
			c.now = d.Now()
		case day.Seen:
			t.Errorf("%v was seen", e)
		}
	}
	s.next = func(n int, _ *engine.Revision) *day.Event {
		if n == events {
			return nil
		}
		e := c.event()
		k.event = e
		k.note = fmt.Sprintf("seed %d, event %d %+v", seed, n, *e)
		return e
	}
	s.play()
}

// Whatever happens, every revision stands before the checker, keeps facts and pins, and only what happened is in the past.
func TestLiveKeepsFactsAndPins(t *testing.T) {
	seeds, events := uint64(48), 60
	if testing.Short() {
		seeds, events = 12, 40
	}
	applied, refused, seen := map[day.Kind]int{}, 0, map[string]int{}
	for seed := range seeds {
		runs(t, seed, events, applied, &refused, seen)
	}
	for kind := range day.NumKinds {
		if applied[kind] == 0 {
			t.Errorf("no event of kind %d was applied", kind)
		}
	}
	for _, what := range []string{
		"at home", "out again", "a stray", "to a site", "to a node, for somebody on his way", "to a node", "out of sequence",
	} {
		if seen[what] == 0 && !testing.Short() {
			t.Errorf("nothing was %s", what)
		}
	}
	if refused == 0 {
		t.Error("no event was refused")
	}
}

// Under a budget of iterations the same events give the same plans.
func TestLiveIsDeterministic(t *testing.T) {
	run := func() []model.Terms {
		p := modeltest.Rich(30, 6, 3)
		p.Now = 0
		d := live(t, p, day.Config{Reassign: 5_000_000, Moved: 1000, Resequence: 2_000_000})
		c := &chance{Rand: rand.New(rand.NewPCG(3, 7)), p: p, d: d}
		var out []model.Terms
		s := &session{t: t, d: d, set: engine.LiveSettings{Seed: 1, Iterations: 100}}
		s.look = func(r *engine.Revision) { out = append(out, r.Terms) }
		s.next = func(n int, _ *engine.Revision) *day.Event {
			if n == 30 {
				return nil
			}
			e := c.event()
			c.now = max(c.now, d.Now())
			return e
		}
		s.play()
		return out
	}
	if d := cmp.Diff(run(), run()); d != "" {
		t.Error(d)
	}
}

// A day on which all is done rests, whatever the budget.
func TestLiveRestsWhereNothingIsLeft(t *testing.T) {
	p := modeltest.Rich(6, 2, 1)
	p.Now = 0
	d := live(t, p, day.Config{})
	quiet := 0
	s := &session{t: t, d: d, set: engine.LiveSettings{Iterations: 50}}
	s.look = func(r *engine.Revision) {
		if r.Kind == engine.RevisionQuiet {
			quiet++
		}
	}
	s.next = func(n int, _ *engine.Revision) *day.Event {
		if n == 6 {
			return nil
		}
		return &day.Event{ID: fmt.Sprint(n), Now: model.Time(100 + n), Kind: day.JobCancelled, JobID: p.Jobs[n].ID}
	}
	s.play()
	if quiet != 7 {
		t.Errorf("quiet %d times", quiet)
	}
}

// A promise is watched until it is kept: also while somebody is on the way, and while work goes on that has to be done by some time.
func TestPromisesUnderWayAreWatched(t *testing.T) {
	p := modeltest.Plain(2, 1, 1)
	p.Now = 0
	for j := range p.Jobs {
		p.Jobs[j].Windows = []model.Window{
			{Kind: model.Promise, To: 4 * 3600, Late: 1}, {Kind: model.SLA, Binds: model.BindEnd, To: 5 * 3600, Late: 1},
		}
	}
	d := live(t, p, day.Config{})
	var first *model.Stop
	var now model.Time
	slack := map[int]model.Duration{}
	step := -1
	s := &session{t: t, d: d, set: engine.LiveSettings{Iterations: 20, AlertSlack: 300, WaysOut: 2}}
	s.look = func(r *engine.Revision) {
		for _, a := range r.Alerts {
			if first != nil && a.Job == first.Job && a.Kind == engine.AlertMissed && len(a.Ways) == 0 {
				slack[step] = a.Slack
			}
		}
	}
	s.next = func(n int, r *engine.Revision) *day.Event {
		step = n
		switch n {
		case 0:
			for i := range r.Whole.Routes[0].Stops {
				if st := r.Whole.Routes[0].Stops[i]; st.Kind == model.Visit && first == nil {
					first = &st
				}
			}
			now = first.Arrival - 1
			tech := p.Technicians[0].ID
			return &day.Event{ID: "late", Now: now, Kind: day.TechnicianLate, TechID: tech, Delay: 4*3600 + 60 - first.Arrival}
		case 1:
			now = 4*3600 + 120
			return &day.Event{ID: "begun", Now: now, Kind: day.VisitStarted, JobID: d.Known().Jobs[first.Job].ID, At: now}
		case 2:
			return &day.Event{ID: "longer", Now: now, Kind: day.VisitRunsOver, JobID: d.Known().Jobs[first.Job].ID, At: 5*3600 + 90}
		}
		return nil
	}
	s.play()
	if slack[0] != -60 || slack[2] != -90 {
		t.Errorf("%v", slack)
	}
	if at, missed := slack[1]; missed {
		t.Errorf("late by %d, and it has begun", at)
	}
}

// leftOut are the jobs that a revision says are left out.
func leftOut(r *engine.Revision) (ids []string) {
	for _, a := range r.Alerts {
		if a.Kind == engine.AlertLeftOut {
			ids = append(ids, r.Day.Known().Jobs[a.Job].ID)
		}
	}
	return ids
}

// That nobody goes to a job which is promised, or was in the plan, is said as long as it is so: the former first.
func TestWhoeverIsLeftOutIsToldOf(t *testing.T) {
	p := modeltest.Plain(3, 1, 1)
	p.Now = 0
	d := live(t, p, day.Config{})
	tech := p.Technicians[0].ID
	added := func(id string, windows ...model.Window) *day.Event {
		return &day.Event{ID: id, Now: 10, Kind: day.JobAdded, Multiplier: 1000, Job: &model.Job{
			ID: id, Location: p.Jobs[0].Location, Service: 600, Unassigned: 1000, Excluded: []model.TechIdx{0}, Windows: windows,
		}}
	}
	events := []*day.Event{
		added("promised", model.Window{Kind: model.Promise, To: 7200, Late: 1}), added("never in"),
		{ID: "passed", Now: 20},
		{ID: "sick", Now: 30, Kind: day.TechnicianSick, TechID: tech},
		{ID: "still", Now: 40},
		{ID: "back", Now: 50, Kind: day.TechnicianBack, TechID: tech},
		{ID: "cancelled", Now: 60, Kind: day.JobCancelled, JobID: "promised"},
		added("instead"), // in the row of the one that was cancelled
	}
	events[len(events)-1].Now = 70
	all := []string{"promised", p.Jobs[0].ID, p.Jobs[1].ID, p.Jobs[2].ID}
	want := map[string][]string{
		"promised": all[:1], "never in": all[:1], "passed": all[:1], "sick": all, "still": all, "back": all[:1],
	}
	s := &session{t: t, d: d, set: engine.LiveSettings{Iterations: 20, WaysOut: 2}}
	s.look = func(r *engine.Revision) {
		if d := cmp.Diff(want[r.LastEvent], leftOut(r)); d != "" {
			t.Errorf("after %q, kind %d: %s", r.LastEvent, r.Kind, d)
		}
	}
	s.next = func(n int, _ *engine.Revision) *day.Event {
		if n == len(events) {
			return nil
		}
		return events[n]
	}
	s.play()
}

// Whoever waits since before second 0 costs what that comes to, in the search and before the checker.
func TestWaitingSinceBeforeTheDay(t *testing.T) {
	p := modeltest.Plain(2, 1, 1)
	p.Now = 0
	d := live(t, p, day.Config{})
	old := &model.Job{ID: "old", Location: 1, Service: 100, Unassigned: 1e9, Release: -7200, Response: 3, Windows: []model.Window{
		{Kind: model.Promise, From: -5000, To: -3600, Late: 5},
	}}
	s := &session{t: t, d: d, set: engine.LiveSettings{Iterations: 50}}
	seen := 0
	s.look = func(r *engine.Revision) {
		j, known := d.Job(old.ID)
		for _, st := range r.Plan.Routes[0].Stops {
			if !known || st.Kind != model.Visit || st.Job != j {
				continue
			}
			if seen++; r.Terms[model.Lateness] != 5*(st.Start+3600) || r.Terms[model.ResponseTime] != 3*(st.Start+7200) {
				t.Errorf("begun at %d: %v", st.Start, r.Terms)
			}
		}
	}
	s.next = func(n int, _ *engine.Revision) *day.Event {
		if n > 0 {
			return nil
		}
		return &day.Event{ID: "e", Kind: day.JobAdded, Job: old, Multiplier: 1000}
	}
	if s.play(); seen == 0 {
		t.Error("the job is in no plan")
	}
}

// The first plan of a day that begins without one is for all jobs, however many.
func TestTheFirstPlanIsForAllJobs(t *testing.T) {
	p := modeltest.Plain(260, 60, 1)
	p.Now = 0
	s := &session{t: t, d: live(t, p, day.Config{}), set: engine.LiveSettings{Iterations: 1}}
	s.look = func(r *engine.Revision) {
		if r.Kind == engine.RevisionStart && len(r.Changes) < 250 {
			t.Errorf("%d visits of %d", len(r.Changes), len(p.Jobs))
		}
	}
	s.next = func(int, *engine.Revision) *day.Event { return nil }
	s.play()
}
