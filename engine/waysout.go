package engine

import (
	"context"

	"callout/solver/model"
	"callout/solver/search"
)

// WayKind is what a way out does.
type WayKind uint8

// Kinds of ways out.
const (
	WayAnotherTime WayKind = iota
	WayAnotherTechnician
	WayDropJob
	WayMoveJob
	WayExpeditePart
	WayAnotherSource
)

// Way is a way out of an alert: a change of the plan that was tried. Other is -1 where there is no other job, OtherShift where it is left out.
type Way struct {
	Kind       WayKind
	Shift      model.ShiftIdx
	Start      model.Time
	Slack      model.Duration // model.NoTime: nothing is promised
	Other      model.JobIdx
	OtherShift model.ShiftIdx
	Extra      model.Terms
	Changes    []PlanChange
}

// mostAlerts is for how many alerts ways out are worked out, of jobs that are left out and of visits each: whom nobody can go to must
// not use up what others need.
const mostAlerts = 20

// waysOut works out what could be done about alerts of jobs, until something else is to be done.
func (l *Live) waysOut(ctx context.Context, alerts []Alert) {
	if l.set.WaysOut <= 0 {
		return
	}
	sooner := expediting{live: l, ctx: ctx}
	var done [2]int
	for k := range alerts {
		a := &alerts[k]
		if a.Job < 0 || a.Kind == AlertRule || a.Kind == AlertPin && a.Shift >= 0 || l.day.Fixed(a.Job) {
			continue
		}
		visit := 0
		if a.Shift >= 0 {
			visit = 1
		}
		if done[visit]++; done[visit] > mostAlerts {
			continue
		}
		if l.stop.Load() || l.pressed() {
			return
		}
		for _, w := range l.live.Ways(int32(a.Job), l.set.WaysOut, func(w *search.Way) bool { return l.helps(a, w) }) {
			a.Ways = append(a.Ways, l.way(a, &w))
		}
		if max(l.day.Delayed(a.Job), l.day.Awaits(a.Job)) > l.day.Now() && !l.pressed() {
			sooner.add(a)
		}
	}
}

// pressed tells whether events wait.
func (l *Live) pressed() bool { return len(l.waiting) > 0 }

// visitOf finds a job in routes.
func visitOf(routes []model.Route, j model.JobIdx) *model.Stop {
	for k := range routes {
		for i := range routes[k].Stops {
			if st := &routes[k].Stops[i]; st.Kind == model.Visit && st.Job == j {
				return st
			}
		}
	}
	return nil
}

// helps tells whether a way leaves more time to spare, or brings a job in.
func (l *Live) helps(a *Alert, w *search.Way) bool {
	st := visitOf(w.Routes, a.Job)
	if st == nil {
		return false
	}
	slack, promised := slackOf(&l.day.Problem().Jobs[a.Job], st, false)
	return a.Shift < 0 || promised && slack > a.Slack
}

// way describes one.
func (l *Live) way(a *Alert, w *search.Way) Way {
	st := visitOf(w.Routes, a.Job)
	out := Way{
		Shift: model.ShiftIdx(w.Shift), Start: st.Start, Slack: model.NoTime, Extra: w.Extra,
		Other: model.JobIdx(w.Other), OtherShift: model.ShiftIdx(w.OtherShift),
	}
	if slack, promised := slackOf(&l.day.Problem().Jobs[a.Job], st, false); promised {
		out.Slack = slack
	}
	if a.Shift < 0 { // it is left out no more, and the other one is
		out.Extra[model.Unassigned] += l.day.Hold(a.Job)
	}
	if w.Other >= 0 && w.OtherShift < 0 {
		out.Extra[model.Unassigned] -= l.day.Hold(model.JobIdx(w.Other))
	}
	switch {
	case w.Other >= 0 && w.OtherShift < 0:
		out.Kind = WayDropJob
	case w.Other >= 0:
		out.Kind = WayMoveJob
	case out.Shift == a.Shift:
		out.Kind = WayAnotherTime
	default:
		out.Kind = WayAnotherTechnician
	}
	is := append([]spot(nil), l.told...)
	for j := range is {
		for k := range w.Routes {
			if is[j].shift == int32(w.Routes[k].Shift) {
				is[j] = nowhere
			}
		}
	}
	for j, s := range spotsOf(l.day, w.Routes) {
		if s.shift >= 0 {
			is[j] = s
		}
	}
	for _, c := range changesOf(l.day, l.told, is) {
		if c.Job != a.Job {
			out.Changes = append(out.Changes, c)
		}
	}
	return out
}
