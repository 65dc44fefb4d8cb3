package day

import (
	"slices"

	"callout/solver/model"
)

// Restore takes in what an event that was applied elsewhere has made of the problem, before Begin: jobs added, changed, cancelled or delayed, and travel.
func (d *Day) Restore(e *Event) *Refusal {
	var act func()
	var why *Refusal
	switch e.Kind {
	case JobAdded, JobChanged, JobCancelled, PartDelayed, TravelChanged:
		act, why = d.plan(e)
	default:
		return refuse("what", CodeContradicts, "a state has no such event")
	}
	if why != nil {
		return why
	}
	act()
	d.update()
	d.vacate() // there is no plan yet
	return nil
}

// ShiftState is what of a shift its stops do not tell.
type ShiftState struct {
	Shift    model.ShiftIdx
	Earliest model.Time
	At       model.LocIdx // NoLoc: at his last stop
	Ready    model.Time
	Begun    model.Time
	Home     bool               // he went home, and is there
	Since    model.Time         // since then
	Driven   model.Duration     // in the shift so far
	Breaks   []model.BreakTaken // had, where he has no stops
}

// ShiftStates are those of the shifts that need one.
func (d *Day) ShiftStates() []ShiftState {
	var out []ShiftState
	for k := range d.shifts {
		s := &d.shifts[k]
		held := s.hold
		for n := len(s.facts); n > 0 && s.facts[n-1].Frozen; n-- {
			held = s.facts[n-1].held // it is not left for
		}
		x := ShiftState{Shift: s.id, Earliest: s.delayed, At: model.NoLoc}
		if s.out() && d.known.Shifts[k].MaxDrive < model.NoCap {
			behind := *s
			if behind.hold = held; len(s.facts) > 0 && s.last().Frozen {
				behind.facts = s.facts[:slices.IndexFunc(s.facts, func(f Fact) bool { return f.Frozen })]
			}
			x.Driven = d.driven(&behind)
		}
		if held == nil && s.delayed <= d.known.Shifts[k].Earliest && x.Driven == 0 {
			continue
		}
		if held != nil {
			x.At, x.Ready, x.Begun, x.Home, x.Since = held.at, held.ready, s.depart, held.home, held.since
			if len(s.facts)+len(s.ahead) == 0 {
				x.Breaks = s.breaks
			}
		}
		out = append(out, x)
	}
	return out
}

// RestoreShift is to be called after Begin.
func (d *Day) RestoreShift(x ShiftState) {
	d.thaw()
	s := &d.shifts[x.Shift]
	s.delayed = max(s.delayed, x.Earliest)
	if x.At == model.NoLoc && x.Driven > 0 {
		s.drove, s.drovesUpTo = x.Driven, len(s.facts)
	}
	if x.At != model.NoLoc {
		if !s.begun() {
			s.depart = x.Begun
		}
		if len(s.facts)+len(s.ahead) == 0 {
			s.breaks = x.Breaks
		}
		s.hold = &hold{at: x.At, ready: x.Ready, driven: x.Driven, home: x.Home, since: x.Since}
		for x.Home && len(s.rests) > 0 && s.rests[0].Start < x.Since {
			s.breaks, s.rests = append(s.breaks, s.rests[0]), s.rests[1:]
		}
		d.leaveInTime(s, x.At, max(x.Ready, d.now))
	}
}

// RestoreStock is to be called after Begin.
func (d *Day) RestoreStock(tech model.TechIdx, node model.NodeIdx, sku model.SKUIdx, qty int64) {
	d.thaw()
	if tech < 0 {
		d.setStock(node, sku, qty)
		return
	}
	d.setVan(tech, sku, qty)
}

// Load is units of a part, or a tool, that a call at a node has put into a van, or will put there.
type Load struct {
	SKU  model.SKUIdx
	Tool model.ToolIdx // -1: a part
	Qty  int64
	Job  model.JobIdx // it was taken for; model.NoJob: nobody knows
	// Inbound is the id of the supply to come that it was taken from. Tier and Break, or Kept for Job alone, say what it was reserved for.
	Inbound string
	Tier    model.TierIdx
	Break   model.Cost
	Kept    bool
}

// FactState is what of a stop that was left for its times do not tell.
type FactState struct {
	Sure, Began, Ended bool // an event told something of it, when it began, when it ended
	Loads              []Load
}

// FactState of stop i of a route of the whole day: none, where it was not left for.
func (d *Day) FactState(k model.ShiftIdx, i int) (out FactState) {
	if i >= len(d.shifts[k].facts) || d.shifts[k].facts[i].Frozen {
		return out
	}
	f := &d.shifts[k].facts[i]
	out.Sure, out.Began, out.Ended = f.Sure, f.Began, f.Ended
	for _, l := range f.loaded {
		out.Loads = append(out.Loads, Load{
			SKU: l.sku, Tool: l.tool, Qty: l.qty, Job: l.job, Inbound: l.key.id, Tier: l.key.tier, Break: l.breach, Kept: l.key.who != 0,
		})
	}
	return out
}

// RestoreFact is to be called after Begin, for a stop that was left for: a job's, or a call that starts then. Stocks are told without
// what was loaded.
func (d *Day) RestoreFact(k model.ShiftIdx, st *model.Stop, x FactState) {
	facts := d.shifts[k].facts
	i := slices.IndexFunc(facts, func(f Fact) bool {
		return f.Kind == st.Kind && f.Job == st.Job && f.Node == st.Node && (f.Kind == model.Visit || f.Start == st.Start) && !f.Frozen
	})
	if i < 0 {
		return
	}
	f := &facts[i]
	f.Sure, f.Began, f.Ended = x.Sure, x.Began, x.Ended
	var loaded []load
	for _, l := range x.Loads {
		own := load{sku: l.SKU, tool: l.Tool, qty: l.Qty, key: lotKey{id: l.Inbound, tier: l.Tier}, breach: l.Break, job: l.Job}
		if l.Kept {
			own.key.who = keptFor(l.Job)
		}
		loaded = append(loaded, own)
	}
	if d.resumed && len(loaded) > 0 { // else stocks are those that the day began with
		f.loaded = loaded
	}
}

// RestorePin is to be called after Begin.
func (d *Day) RestorePin(j model.JobIdx, pin Pin) {
	d.thaw()
	d.jobs[j].pin = &pin
	d.touch(j)
}

// Dropped calls f with the jobs that are to be planned, were in the plan, and are not.
func (d *Day) Dropped(f func(j model.JobIdx)) {
	ahead := make([]bool, d.used)
	for k := range d.shifts {
		for i := range d.shifts[k].ahead {
			if st := &d.shifts[k].ahead[i]; st.Kind == model.Visit {
				ahead[st.Job] = true
			}
		}
	}
	for j := len(d.shifts); j < d.used; j++ {
		if x := &d.jobs[j]; x.had && x.phase == open && !ahead[j] {
			f(model.JobIdx(j))
		}
	}
}

// RestoreDropped is to be called after Begin.
func (d *Day) RestoreDropped(j model.JobIdx) { d.jobs[j].had = true }

// RestorePlace is to be called after Begin: a visit whose sequence is pinned was to come in a shift, after others, and does not.
func (d *Day) RestorePlace(j model.JobIdx, k model.ShiftIdx, before []model.JobIdx) {
	d.jobs[j].place = &place{k, before}
}

// RestoreSick is to be called after Begin.
func (d *Day) RestoreSick(t model.TechIdx) {
	for _, k := range d.shiftsOf[t] {
		if s := &d.shifts[k]; s.begun() { // nothing is ahead of him: the breaks of the plan are those that he had
			s.breaks, s.rests = append(s.breaks, s.rests...), nil
		}
	}
	d.fellSick(t)
}

// Sick tells whether a technician does no visits.
func (d *Day) Sick(t model.TechIdx) bool { return d.sick[t] }

// Restored is to be called last.
func (d *Day) Restored() {
	d.thaw()
	for k := range d.shifts {
		d.rest(&d.shifts[k], d.now)
	}
	d.come(d.now)
	d.hold(nil)
	d.update()
	d.freeze()
	d.update()
}

// At sets the time, before Begin, to that of a revision: nobody has left for anything since then.
func (d *Day) At(now model.Time) { d.now, d.resumed = max(d.now, now), true }

// Travelled is the factor on a profile's travel, in millionths, and its cells, which are not to be changed: the same list until there are others.
func (d *Day) Travelled(k model.ProfileIdx) (int64, []Cell) {
	t := &d.travel[k]
	if t.told == nil && len(t.cells) > 0 {
		t.told = make([]Cell, 0, len(t.cells))
		for _, c := range t.cells {
			t.told = append(t.told, c)
		}
		slices.SortFunc(t.told, func(a, b Cell) int { return (int(a.From)-int(b.From))<<20 + int(a.To) - int(b.To) })
	}
	return t.factor, t.told
}

// Pins calls f with each job that is held.
func (d *Day) Pins(f func(j model.JobIdx, pin Pin)) {
	for j := range d.jobs[:d.used] {
		if p := d.jobs[j].pin; p != nil && (d.jobs[j].phase == open || d.frozen(model.JobIdx(j))) {
			f(model.JobIdx(j), *p)
		}
	}
}

// frozen tells whether a job is behind only because nothing may change before it.
func (d *Day) frozen(j model.JobIdx) bool {
	if d.jobs[j].phase != behind {
		return false
	}
	facts := d.shifts[d.jobs[j].shift].facts
	k := slices.IndexFunc(facts, func(f Fact) bool { return f.Kind == model.Visit && f.Job == j })
	return k >= 0 && facts[k].Frozen
}

// Places is how many locations there are.
func (d *Day) Places() int { return d.places }

// Jobs is how many jobs there are, anchors included, but for those that were cancelled.
func (d *Day) Jobs() int { return d.used - len(d.freed) - len(d.left) }
