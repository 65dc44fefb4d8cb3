package engine

import (
	"cmp"
	"context"
	"slices"

	"callout/solver/day"
	"callout/solver/model"
)

// AlertKind is what is wrong.
type AlertKind uint8

// Kinds of alerts.
const (
	AlertMissed AlertKind = iota
	AlertSlack
	AlertLeftOut
	AlertPin
	AlertRule
	AlertStray
)

// Alert is something that somebody should look at. Shift and Job are -1 where they do not apply.
type Alert struct {
	Kind  AlertKind
	Job   model.JobIdx
	Shift model.ShiftIdx
	Slack model.Duration // below 0: late
	Rule  string         // of AlertRule
	Ways  []Way
	Stray *Stray // of AlertStray
	// Shortages of parts of a job that is left out; they come with the ways.
	Shortages []Shortage
}

// Stray is what a courier brings to the site of a job that does not need it any more: it is lost to the plan.
type Stray struct {
	Job     string
	SKU     model.SKUIdx
	Qty     int64
	Site    model.LocIdx
	Arrives model.Time
}

// alerts of a revision: first what nobody does.
func (l *Live) alerts(ctx context.Context, r *Revision) []Alert {
	plan := r.Plan
	out := append(l.leftOut(plan), l.promises(r)...)
	l.day.Astray(func(j model.JobIdx, is, _ model.ShiftIdx, _ []model.JobIdx) {
		out = append(out, Alert{Kind: AlertPin, Job: j, Shift: is})
	})
	for _, b := range l.day.Broken() {
		out = append(out, Alert{Kind: AlertRule, Job: b.Job, Shift: b.Shift, Slack: -b.Size, Rule: b.Rule})
	}
	l.day.Strays(func(job string, sku model.SKUIdx, qty int64, site model.LocIdx, arrives model.Time) {
		out = append(out, Alert{Kind: AlertStray, Job: -1, Shift: -1, Stray: &Stray{job, sku, qty, site, arrives}})
	})
	if r.Kind == RevisionQuiet {
		l.waysOut(ctx, out)
		l.shortages(ctx, plan, out)
	}
	return out
}

// leftOut are the jobs that somebody waits for and nobody goes to: those that are promised first, and then the dearest.
func (l *Live) leftOut(plan *model.Plan) (out []Alert) {
	p := l.day.Problem()
	for _, j := range plan.Unassigned {
		switch {
		case !l.day.Open(j) || l.day.Anchor(j):
		case l.day.Pinned(j) != nil:
			out = append(out, Alert{Kind: AlertPin, Job: j, Shift: -1})
		case hasPromise(&p.Jobs[j]) || l.day.Had(j) && len(p.Jobs[j].Risk) == 0: // nobody waits for predicted work
			out = append(out, Alert{Kind: AlertLeftOut, Job: j, Shift: -1})
		}
	}
	slices.SortStableFunc(out, func(a, b Alert) int {
		x, y := &p.Jobs[a.Job], &p.Jobs[b.Job]
		switch {
		case hasPromise(x) == hasPromise(y):
			return cmp.Compare(y.Unassigned, x.Unassigned)
		case hasPromise(x):
			return -1
		}
		return 1
	})
	return out
}

// promises that will be missed, or nearly: of visits to come, of those that somebody is on the way to, and of work that has to be done by some time.
func (l *Live) promises(r *Revision) (out []Alert) {
	known := l.day.Known()
	for k := range r.Whole.Routes {
		for i, state := range r.States[k] {
			st := &r.Whole.Routes[k].Stops[i]
			if st.Kind != model.Visit || state == day.Done {
				continue
			}
			slack, promised := slackOf(&known.Jobs[st.Job], st, state == day.Started)
			switch {
			case !promised || slack >= l.set.AlertSlack:
			case slack < 0:
				out = append(out, Alert{Kind: AlertMissed, Job: st.Job, Shift: model.ShiftIdx(k), Slack: slack})
			default:
				out = append(out, Alert{Kind: AlertSlack, Job: st.Job, Shift: model.ShiftIdx(k), Slack: slack})
			}
		}
	}
	return out
}

// hasPromise tells whether somebody was told by when a job is done, or has it in a contract.
func hasPromise(job *model.Job) bool {
	return slices.ContainsFunc(job.Windows, func(w model.Window) bool { return w.Kind == model.Promise || w.Kind == model.SLA })
}

// slackOf is the time that a visit has to spare for its promises and contracts: for each kind the best of its windows, of work that has begun of those
// for its end.
func slackOf(job *model.Job, st *model.Stop, begun bool) (model.Duration, bool) {
	least, some := model.NoTime, false
	for _, kind := range []model.WindowKind{model.Promise, model.SLA} {
		best, has := -model.NoTime, false
		for _, w := range job.Windows {
			at := st.Start
			if w.Binds == model.BindEnd {
				at = st.End
			}
			if w.Kind != kind || begun && w.Binds != model.BindEnd {
				continue
			}
			best, has = max(best, w.To-at), true
		}
		if has {
			least, some = min(least, best), true
		}
	}
	return least, some
}
