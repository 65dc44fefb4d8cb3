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

func spotsOf(d *day.Day, plan *model.Plan) []spot {
	out := make([]spot, len(d.Problem().Jobs))
	for j := range out {
		out[j] = nowhere
	}
	for k := range plan.Routes {
		prev := int32(-1)
		for i := range plan.Routes[k].Stops {
			st := &plan.Routes[k].Stops[i]
			if st.Kind != model.Visit || d.Anchor(st.Job) {
				continue
			}
			out[st.Job] = spot{shift: int32(k), prev: prev, start: st.Start}
			prev = int32(st.Job)
		}
	}
	return out
}

// changes are the differences of jobs that are still to be planned. Whoever has lost the visit before him because it became a fact has not moved.
func (l *Live) changes(was, is []spot) []PlanChange { return changesOf(l.day, was, is) }

func changesOf(d *day.Day, was, is []spot) []PlanChange {
	var out []PlanChange
	tech := func(s spot) model.TechIdx {
		if s.shift < 0 {
			return -1
		}
		return d.Problem().Shifts[s.shift].Tech
	}
	for j := range is {
		if !d.Open(model.JobIdx(j)) || d.Anchor(model.JobIdx(j)) || d.Fixed(model.JobIdx(j)) {
			continue
		}
		a, b := nowhere, is[j]
		if j < len(was) {
			a = was[j]
		}
		c := PlanChange{Job: model.JobIdx(j), From: tech(a), To: tech(b), Was: model.NoTime, Is: model.NoTime}
		if a.shift >= 0 {
			c.Was = a.start
		}
		if b.shift >= 0 {
			c.Is = b.start
		}
		switch {
		case a.shift < 0 && b.shift < 0:
			continue
		case a.shift < 0:
			c.Kind = ChangeAdded
		case b.shift < 0:
			c.Kind = ChangeDropped
		case c.From != c.To:
			c.Kind = ChangeReassigned
		case a.prev != b.prev && (a.prev < 0 || b.prev >= 0 || d.Open(model.JobIdx(a.prev))):
			c.Kind = ChangeMoved
		case a.start != b.start:
			c.Kind = ChangeRetimed
		default:
			continue
		}
		out = append(out, c)
	}
	return out
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
