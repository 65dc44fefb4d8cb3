package day

import (
	"slices"

	"callout/solver/model"
)

// Follow makes a plan of the problem as of now the one that is followed. It must be feasible, but for what is said in Broken.
func (d *Day) Follow(plan *model.Plan) {
	for k := range d.shifts {
		s, r := &d.shifts[k], &plan.Routes[k]
		s.ahead, s.rests, s.stale = nil, nil, false
		s.finish = r.Finish
		if !s.begun() {
			s.leaves = r.Depart
		}
		s.ahead = slices.Clone(r.Stops)
		d.hasNow(s)
		// Whatever takes no time where the technician is may as well stand before the anchor.
		if at := slices.IndexFunc(s.ahead, func(st model.Stop) bool { return st.Kind == model.Visit && d.Anchor(st.Job) }); at >= 0 {
			s.ahead = slices.Delete(s.ahead, at, at+1)
			for i := at; i < len(s.ahead); i++ {
				shiftCalls(&s.ahead[i], int32(at), -1)
			}
		}
		if len(s.ahead) == 0 && (s.homed() || d.known.Shifts[k].WorkRate == 0) {
			continue
		}
		for _, b := range r.Breaks { // numbers of breaks are those of the shift
			if s.paused {
				if b.Break--; b.Break < 0 {
					continue
				}
			}
			b.Break = s.owed[b.Break]
			s.rests = append(s.rests, b)
		}
		d.wait(s)
	}
}

// hasNow notes which jobs are in the plan.
func (d *Day) hasNow(s *shift) {
	for i := range s.ahead {
		if st := &s.ahead[i]; st.Kind == model.Visit {
			d.jobs[st.Job].had = true
		}
	}
}

// wait lets those who leave when it is time do so, as far as the plan leaves it open.
func (d *Day) wait(s *shift) {
	if !s.waits() {
		return
	}
	for i := range s.ahead { // what takes no time at home stands before the pause there
		if st := &s.ahead[i]; st.End < s.ready {
			st.Arrival, st.Start, st.End = s.ready, s.ready, s.ready
		}
	}
	d.leaveInTime(s, s.at, s.ready)
	for i := 1; i < len(s.ahead) && s.inTime; i++ {
		before := &s.ahead[i-1]
		d.delay(s, &s.ahead[i], d.known.Location(before), before.End)
	}
}

// Begin starts to follow a plan of the problem that the day was made of: stops with a state are facts, at their times where they have them, and
// what the plan says happens before now, where it has a finish and so all times, has happened. It is to be called once, before any event.
func (d *Day) Begin(plan *model.Plan, states [][]State) {
	d.thaw()
	for k := range plan.Routes {
		s, r := &d.shifts[k], &plan.Routes[k]
		s.leaves, s.finish, s.rests, s.stale = r.Depart, r.Finish, slices.Clone(r.Breaks), false // facts hold
		for i := range r.Stops {
			st := r.Stops[i]
			if st.Kind == model.Visit {
				st.Job += model.JobIdx(len(d.shifts))
			}
			s.ahead = append(s.ahead, st)
		}
		d.hasNow(s)
		for i := 0; k < len(states) && i < len(states[k]) && states[k][i] != ToCome; i++ {
			s.ahead[0].Arrival = r.Stops[i].Arrival // it is known, and not put off
			at, ready := d.free(s)
			d.resuming = d.resumed
			if s.leaves < model.NoTime {
				ready = max(ready, s.leaves)
			}
			d.commit(s, at, ready)
			d.resuming = false
			s.last().State = states[k][i]
		}
		s.stale = r.Finish == model.NoTime
		for i := len(s.facts) - 2; i >= 0; i-- { // one without times may take longer
			s.within(i)
		}
		if len(s.facts) > 0 {
			s.depart = min(s.depart, r.Depart, s.facts[0].Arrival)
		}
	}
	if !d.resumed {
		d.advance(d.now)
	}
	d.keep()
	d.update()
	if !d.resumed { // else stocks are not yet what they are
		d.freeze()
		d.update()
	}
}

// Sequence is what a shift's route consists of, by stops of the problem as of now, without times and supplies.
func (d *Day) Sequence(k model.ShiftIdx) []model.Stop {
	s := &d.shifts[k]
	if d.over(s) || d.ended(s) {
		return nil
	}
	var out []model.Stop
	if s.begun() {
		out = append(out, model.Stop{Job: model.JobIdx(k)})
	}
	for i := range s.ahead {
		out = append(out, model.Stop{Kind: s.ahead[i].Kind, Job: s.ahead[i].Job, Node: s.ahead[i].Node})
	}
	return out
}

// Ahead is the plan of the problem as of now by its sequences, with where parts come from as far as that is known, and the jobs left out.
func (d *Day) Ahead() *model.Plan {
	out := &model.Plan{Routes: make([]model.Route, len(d.shifts))}
	visited := make([]bool, len(d.asOf.Jobs))
	for k := range d.shifts {
		r := &out.Routes[k]
		r.Shift, r.Depart, r.Finish = model.ShiftIdx(k), model.NoTime, model.NoTime
		r.Stops = d.Sequence(model.ShiftIdx(k))
		anchor := int32(max(0, len(r.Stops)-len(d.shifts[k].ahead)))
		for i := range r.Stops {
			if n := i - int(anchor); n >= 0 {
				st := d.shifts[k].ahead[n]
				shiftCalls(&st, 0, anchor)
				r.Stops[i].Parts, r.Stops[i].Tools = st.Parts, st.Tools
			}
			if r.Stops[i].Kind == model.Visit {
				visited[r.Stops[i].Job] = true
			}
		}
	}
	for j, v := range visited {
		if !v {
			out.Unassigned = append(out.Unassigned, model.JobIdx(j))
		}
	}
	return out
}

// Whole is the plan of the whole day, over Known: facts and what is ahead. Jobs that are not to be planned are not in it. The states are
// those of the stops, route by route.
func (d *Day) Whole() (*model.Plan, [][]State) {
	out := &model.Plan{Routes: make([]model.Route, len(d.shifts))}
	states := make([][]State, len(d.shifts))
	visited := make([]bool, len(d.known.Jobs))
	for k := range d.shifts {
		s, r := &d.shifts[k], &out.Routes[k]
		r.Shift = s.id
		if len(s.facts)+len(s.ahead) == 0 {
			continue
		}
		for i := range s.facts {
			if !s.facts[i].Frozen {
				r.Stops, states[k] = append(r.Stops, d.delivered(s.facts[i].Stop, false)), append(states[k], s.facts[i].State)
			}
		}
		at := int32(len(r.Stops))
		for _, st := range d.coming(s) {
			shiftCalls(&st, 0, at)
			r.Stops, states[k] = append(r.Stops, d.delivered(st, true)), append(states[k], ToCome)
		}
		d.land(r)
		r.Breaks = slices.Concat(s.breaks, s.rests)
		r.Depart, r.Finish = s.leaves, s.finish
		if s.begun() {
			r.Depart = s.depart
		}
		switch {
		case s.homed() && len(s.ahead) == 0:
			r.Finish = s.hold.since
		case d.sick[d.known.Shifts[k].Tech] && len(s.facts) > 0:
			r.Finish = s.facts[len(s.facts)-1].End
		case d.over(s) && s.begun(), d.ended(s):
			_, ready := d.free(s)
			r.Finish = ready + d.home(s)
		}
		for i := range r.Stops {
			if r.Stops[i].Kind == model.Visit {
				visited[r.Stops[i].Job] = true
			}
		}
	}
	for j := range d.used {
		if !visited[j] && !d.Anchor(model.JobIdx(j)) && d.jobs[j].phase == open {
			out.Unassigned = append(out.Unassigned, model.JobIdx(j))
		}
	}
	return out, states
}

// Leaving is from where, and when, a technician leaves for a stop of the plan of the whole day.
type Leaving struct {
	Stop int // len(stops): the way home
	At   model.LocIdx
	From model.Time
}

// Leavings are those for stops that are not left for from the stop before: after a stay at home, or from where he told that he was.
func (d *Day) Leavings(k model.ShiftIdx) []Leaving {
	s := &d.shifts[k]
	var out []Leaving
	for i := range s.facts {
		if f := &s.facts[i]; f.held != nil {
			out = append(out, Leaving{i, f.held.at, f.leaves})
		}
	}
	switch h := s.hold; {
	case h == nil:
	case len(s.ahead) > 0:
		ready := max(h.ready, s.ready)
		out = append(out, Leaving{len(s.facts), h.at, max(s.departs(0, ready), ready)})
	case !h.home:
		out = append(out, Leaving{len(s.facts), h.at, h.ready})
	case h.before != nil: // from where he went home
		out = append(out, Leaving{len(s.facts), h.before.at, h.before.ready})
	}
	return out
}

// Behind calls f with the visits of a shift that are not to be planned, in their order: those that were left for, and behind them those that are frozen.
func (d *Day) Behind(k model.ShiftIdx, f func(j model.JobIdx, start model.Time, frozen bool)) {
	for i := range d.shifts[k].facts {
		if x := &d.shifts[k].facts[i]; x.Kind == model.Visit {
			f(x.Job, x.Start, x.Frozen)
		}
	}
}

// keep notes where visits are that may still change, as that is what changes are reckoned from: those that are frozen, too, as they may thaw, and facts that
// nobody has told of, as they may be taken back.
func (d *Day) keep() {
	if d.cfg.Reassign == 0 && d.cfg.Moved == 0 && d.cfg.Resequence == 0 {
		return
	}
	placed := make([]*model.Kept, d.used)
	for k := range d.shifts {
		s := &d.shifts[k]
		prior := model.JobIdx(k) // the shift's anchor for its begin
		place := func(st *model.Stop) {
			x := &d.jobs[st.Job]
			x.prior, prior = prior, st.Job
			if x.multiplier == 0 {
				return
			}
			kept := &model.Kept{Tech: d.known.Shifts[k].Tech, Reassign: x.times(d.cfg.Reassign), Resequence: x.times(d.cfg.Resequence)}
			if !s.stale && st.Start < model.NoTime {
				kept.Start, kept.Slack, kept.Moved = st.Start, d.cfg.Slack, x.times(d.cfg.Moved)
			}
			placed[st.Job] = kept
		}
		for i := range s.facts {
			switch f := &s.facts[i]; {
			case f.Kind != model.Visit:
			case f.Sure:
				prior = f.Job
			default:
				place(&f.Stop)
			}
		}
		for i := range s.ahead {
			if st := &s.ahead[i]; st.Kind == model.Visit {
				place(st)
			}
		}
	}
	for j, now := range placed {
		was := d.jobs[j].kept
		if d.jobs[j].phase == open && (was == nil) == (now == nil) && (was == nil || *was == *now) {
			continue
		}
		d.jobs[j].kept = now
		switch {
		case d.jobs[j].phase != open:
		case was != nil && now != nil && was.Tech == now.Tech && was.Reassign == now.Reassign:
			d.pending.Kept = append(d.pending.Kept, int32(j))
		default:
			d.touch(model.JobIdx(j))
		}
	}
}

// times is a price of changes times the job's multiplier; the product of both may be too high where a thousandth of it is not.
func (x *job) times(price model.Cost) model.Cost {
	return price/1000*x.multiplier + price%1000*x.multiplier/1000
}
