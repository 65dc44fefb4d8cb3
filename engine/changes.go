package engine

import (
	"callout/solver/day"
	"callout/solver/model"
)

// spot is where a visit is in a plan.
type spot struct {
	shift  int32 // -1: nowhere
	prev   int32 // the visit before it that is still to come, too, -1: none
	start  model.Time
	behind bool // it was left for
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

// spotsOf a day are, by job, where visits are in some routes of a plan for what is to be planned, with those of the same shifts that were left for or are
// frozen.
func spotsOf(d *day.Day, routes []model.Route) []spot {
	out := manySpots(len(d.Problem().Jobs))
	for k := range routes {
		r := &routes[k]
		prev := int32(-1)
		d.Behind(r.Shift, func(j model.JobIdx, start model.Time, frozen bool) {
			out[j] = spot{shift: int32(r.Shift), prev: prev, start: start, behind: !frozen}
			if frozen {
				prev = int32(j)
			}
		})
		place(out, r, prev, d.Anchor)
	}
	return out
}

func manySpots(n int) []spot {
	out := make([]spot, n)
	for j := range out {
		out[j] = nowhere
	}
	return out
}

// place notes where the visits of a route are, the first behind another one. Jobs that are no more than anchors are left out.
func place(out []spot, r *model.Route, prev int32, anchor func(model.JobIdx) bool) {
	for i := range r.Stops {
		st := &r.Stops[i]
		if st.Kind != model.Visit || anchor(st.Job) {
			continue
		}
		out[st.Job] = spot{shift: int32(r.Shift), prev: prev, start: st.Start}
		prev = int32(st.Job)
	}
}

// Differences are those of a plan from another, visit by visit.
func Differences(p *model.Problem, was, is *model.Plan) []PlanChange {
	spots := func(plan *model.Plan) []spot {
		out := manySpots(len(p.Jobs))
		for k := range plan.Routes {
			place(out, &plan.Routes[k], -1, func(model.JobIdx) bool { return false })
		}
		return out
	}
	before, now := spots(was), spots(is)
	var out []PlanChange
	for j := range now {
		if c, differs := difference(p, before[j], now[j], true); differs {
			c.Job = model.JobIdx(j)
			out = append(out, c)
		}
	}
	return out
}

// changesOf are the differences of visits that are to be planned, or are frozen, from where they were; was is nil where there was no plan. What was left for
// has changed only if somebody else did, and whoever has lost the visit before him because it became a fact has not moved.
func changesOf(d *day.Day, was, is []spot) []PlanChange {
	p := d.Problem()
	var out []PlanChange
	for j, b := range is {
		a := nowhere
		if j < len(was) {
			a = was[j]
		}
		switch {
		case d.Anchor(model.JobIdx(j)), b.shift < 0 && !d.Open(model.JobIdx(j)):
			continue
		case b.behind && (was == nil || a.shift >= 0 && p.Shifts[a.shift].Tech == p.Shifts[b.shift].Tech):
			continue
		}
		prior := a.prev < 0 || b.prev >= 0 || is[a.prev].shift >= 0 && !is[a.prev].behind
		if c, differs := difference(p, a, b, prior); differs {
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
			if kept != nil && (kept.Reassign != 0 && kept.Tech != p.Shifts[k].Tech ||
				kept.Moved != 0 && max(st.Start-kept.Start, kept.Start-st.Start) > kept.Slack || kept.Resequence != 0 && kept.Before != before) {
				n++
			}
			before = st.Job
		}
	}
	return n
}
