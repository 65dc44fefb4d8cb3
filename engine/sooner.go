package engine

import (
	"context"
	"slices"

	"callout/solver/day"
	"callout/solver/model"
)

// mostExpedited is for how many alerts it is worked out what a part that comes sooner would bring: each takes a search of its own.
const mostExpedited = 3

// expediting works out what it is worth that parts come sooner.
type expediting struct {
	live  *Live
	ctx   context.Context //nolint:containedctx // lives for one revision
	tried int
	// The plan as it is, repaired in the same way as those it is compared with.
	plan  *model.Plan
	day   *day.Day
	terms model.Terms
}

// add puts ways out in their places among those of an alert whose job waits for a part, if the alert is better off with the part at hand: by its start
// the part is needed, and an express may cost what the plan gains. Or the part that a courier has under way comes from elsewhere.
func (x *expediting) add(a *Alert) {
	l := x.live
	now, job := l.day.Now(), l.day.Known().Jobs[a.Job].ID
	at := day.Event{ID: expedited, Now: now, Kind: day.PartDelayed, JobID: job, At: now}
	if l.day.Awaits(a.Job) <= now {
		x.try(a, WayExpeditePart, &at)
		return
	}
	brought := day.Event{ID: expedited + "+", Now: now, Kind: day.SupplyDelayed, JobID: job, SKU: -1, At: now}
	lost := brought
	lost.Lost = true
	x.try(a, WayExpeditePart, &brought, &at)
	x.try(a, WayAnotherSource, &lost)
}

// expedited is of no event: what is tried is not applied to the day itself.
const expedited = "\x00expedite"

// try looks at what events would bring.
func (x *expediting) try(a *Alert, kind WayKind, events ...*day.Event) {
	if x.tried++; x.tried > mostExpedited {
		return
	}
	l := x.live
	if x.day == nil {
		x.day = l.day.Clone()
		x.day.Apply(&day.Event{ID: expedited, Now: l.day.Now(), Kind: day.TimePassed})
		var err error
		if x.plan, x.terms, err = l.repaired(x.ctx, x.day, []int32{int32(a.Job)}); err != nil {
			x.tried = mostExpedited
			return
		}
	}
	with := l.day.Clone()
	for _, e := range events {
		if verdict, _ := with.Apply(e); verdict != day.Applied {
			return
		}
	}
	plan, terms, err := l.repaired(x.ctx, with, []int32{int32(a.Job)})
	if err != nil || l.stop.Load() {
		return
	}
	at, st := spotsOf(with, plan.Routes), visitOf(plan.Routes, a.Job)
	if st == nil {
		return
	}
	slack, promised := slackOf(&with.Problem().Jobs[a.Job], st, false)
	if a.Shift >= 0 && (!promised || slack <= a.Slack) {
		return
	}
	w := Way{
		Kind: kind, Shift: model.ShiftIdx(at[a.Job].shift), Start: st.Start, Slack: model.NoTime, Other: -1, OtherShift: -1, Extra: terms,
	}
	if promised {
		w.Slack = slack
	}
	w.Extra.Sub(&x.terms)
	was, is := &x.day.Problem().Jobs[a.Job], &with.Problem().Jobs[a.Job]
	if a.Shift >= 0 { // the response is waited for from the job's own release on
		w.Extra[model.ResponseTime] -= (was.Release - is.Release) * is.Response
	}
	for _, c := range changesOf(with, spotsOf(x.day, x.plan.Routes), at) {
		if c.Job != a.Job {
			w.Changes = append(w.Changes, c)
		}
	}
	place := slices.IndexFunc(a.Ways, func(o Way) bool { return o.Extra.Total() > w.Extra.Total() })
	if place < 0 {
		place = len(a.Ways)
	}
	a.Ways = slices.Insert(a.Ways, place, w)
}
