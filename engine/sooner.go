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

// add puts a way out in its place among those of an alert whose job waits for a part, if the alert is better off with the part at hand: by its start
// the part is needed, and an express may cost what the plan gains.
func (x *expediting) add(a *Alert) {
	if x.tried++; x.tried > mostExpedited {
		return
	}
	l := x.live
	now := l.day.Now()
	const id = "\x00expedite" // of no event: it is not applied to the day itself
	if x.day == nil {
		x.day = l.day.Clone()
		x.day.Apply(&day.Event{ID: id, Now: now, Kind: day.TimePassed})
		var err error
		if x.plan, x.terms, err = l.repaired(x.ctx, x.day); err != nil {
			x.tried = mostExpedited
			return
		}
	}
	with := l.day.Clone()
	job := l.day.Known().Jobs[a.Job].ID
	e := day.Event{ID: id, Now: now, Kind: day.PartDelayed, JobID: job, At: now}
	if l.day.Awaits(a.Job) > now { // a courier is under way
		with.Apply(&day.Event{ID: id + "+", Now: now, Kind: day.SupplyDelayed, JobID: job, SKU: -1, At: now})
	}
	if verdict, _ := with.Apply(&e); verdict != day.Applied {
		return
	}
	plan, terms, err := l.repaired(x.ctx, with)
	if err != nil || l.stop.Load() {
		return
	}
	at := spotsOf(with, plan)[a.Job]
	if at.shift < 0 {
		return
	}
	st := visitOf(plan.Routes, a.Job)
	slack, promised := slackOf(&with.Problem().Jobs[a.Job], st, false)
	if a.Shift >= 0 && (!promised || slack <= a.Slack) {
		return
	}
	w := Way{
		Kind: WayExpeditePart, Shift: model.ShiftIdx(at.shift), Start: st.Start, Slack: model.NoTime, Other: -1, OtherShift: -1, Extra: terms,
	}
	if promised {
		w.Slack = slack
	}
	w.Extra.Sub(&x.terms)
	was, is := &x.day.Problem().Jobs[a.Job], &with.Problem().Jobs[a.Job]
	if a.Shift >= 0 { // the response is waited for from the job's own release on
		w.Extra[model.ResponseTime] -= (was.Release - is.Release) * is.Response
	}
	for _, c := range changesOf(with, spotsOf(x.day, x.plan), spotsOf(with, plan)) {
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
