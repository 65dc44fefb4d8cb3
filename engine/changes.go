package engine

import (
	"callout/solver/day"
	"callout/solver/model"
)

// spot is where a visit is in a plan.
type spot struct {
	shift int32 // -1: nowhere
	prev  int32 // the visit before it, -1: none
	start model.Time
}

var nowhere = spot{shift: -1}

// ChangeKind is how a visit changed.
type ChangeKind uint8

// Kinds of changes; what of these comes first.
const (
	ChangeAdded ChangeKind = iota
	ChangeDropped
	ChangeReassigned
	ChangeMoved
	ChangeRetimed
)

// PlanChange is the difference of one visit; technicians are -1, and times model.NoTime, where there are none.
type PlanChange struct {
	Job      model.JobIdx
	Kind     ChangeKind
	From, To model.TechIdx
	Was, Is  model.Time
}

// spots are where the visits of a plan are, by job.
func (l *Live) spots(plan *model.Plan) []spot { return spotsOf(l.day, plan) }

func spotsOf(d *day.Day, plan *model.Plan) []spot { return spotsIn(d.Problem(), plan, d.Anchor) }

// spotsIn leaves out jobs that are no more than anchors.
func spotsIn(p *model.Problem, plan *model.Plan, anchor func(model.JobIdx) bool) []spot {
	out := make([]spot, len(p.Jobs))
	for j := range out {
		out[j] = nowhere
	}
	for k := range plan.Routes {
		prev := int32(-1)
		for i := range plan.Routes[k].Stops {
			st := &plan.Routes[k].Stops[i]
			if st.Kind != model.Visit || anchor(st.Job) {
				continue
			}
			out[st.Job] = spot{shift: int32(k), prev: prev, start: st.Start}
			prev = int32(st.Job)
		}
	}
	return out
}

// Differences are those of a plan from another, visit by visit.
func Differences(p *model.Problem, was, is *model.Plan) []PlanChange {
	none := func(model.JobIdx) bool { return false }
	before, now := spotsIn(p, was, none), spotsIn(p, is, none)
	var out []PlanChange
	for j := range now {
		if c, differs := difference(p, before[j], now[j], true); differs {
			c.Job = model.JobIdx(j)
			out = append(out, c)
		}
	}
	return out
}

// changes are the differences of jobs that are still to be planned. Whoever has lost the visit before him because it became a fact has not moved.
func (l *Live) changes(was, is []spot) []PlanChange { return changesOf(l.day, was, is) }

func changesOf(d *day.Day, was, is []spot) []PlanChange {
	var out []PlanChange
	for j := range is {
		if !d.Open(model.JobIdx(j)) || d.Anchor(model.JobIdx(j)) || d.Fixed(model.JobIdx(j)) {
			continue
		}
		a := nowhere
		if j < len(was) {
			a = was[j]
		}
		prior := a.prev < 0 || is[j].prev >= 0 || d.Open(model.JobIdx(a.prev))
		if c, differs := difference(d.Problem(), a, is[j], prior); differs {
			c.Job = model.JobIdx(j)
			out = append(out, c)
		}
	}
	return out
}

// difference of a job's places. Another visit before it counts where that is said.
func difference(p *model.Problem, was, is spot, prior bool) (PlanChange, bool) {
	c := PlanChange{From: -1, To: -1, Was: model.NoTime, Is: model.NoTime}
	if was.shift >= 0 {
		c.From, c.Was = p.Shifts[was.shift].Tech, was.start
	}
	if is.shift >= 0 {
		c.To, c.Is = p.Shifts[is.shift].Tech, is.start
	}
	switch {
	case was.shift < 0 && is.shift < 0:
		return c, false
	case was.shift < 0:
		c.Kind = ChangeAdded
	case is.shift < 0:
		c.Kind = ChangeDropped
	case c.From != c.To:
		c.Kind = ChangeReassigned
	case was.prev != is.prev && prior:
		c.Kind = ChangeMoved
	case was.start != is.start:
		c.Kind = ChangeRetimed
	default:
		return c, false
	}
	return c, true
}

// changed counts the visits that are not where they were before the event, as changes are priced.
func (l *Live) changed(plan *model.Plan) int {
	n := 0
	p := l.day.Problem()
	for k := range plan.Routes {
		before := model.NoJob
		for i := range plan.Routes[k].Stops {
			st := &plan.Routes[k].Stops[i]
			if st.Kind != model.Visit {
				continue
			}
			kept := p.Jobs[st.Job].Kept
			if kept != nil && (kept.Tech != p.Shifts[k].Tech || max(st.Start-kept.Start, kept.Start-st.Start) > kept.Slack ||
				kept.Resequence != 0 && kept.Before != before) {
				n++
			}
			before = st.Job
		}
	}
	return n
}
