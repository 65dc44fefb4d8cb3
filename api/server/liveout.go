package server

import (
	"fmt"
	"time"

	"google.golang.org/protobuf/types/known/durationpb"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine"
	"callout/solver/day"
	"callout/solver/model"
)

var revisionKinds = [...]calloutv1.RevisionKind{
	engine.RevisionStart:    calloutv1.RevisionKind_REVISION_KIND_START,
	engine.RevisionRepaired: calloutv1.RevisionKind_REVISION_KIND_REPAIRED,
	engine.RevisionImproved: calloutv1.RevisionKind_REVISION_KIND_IMPROVED,
	engine.RevisionQuiet:    calloutv1.RevisionKind_REVISION_KIND_QUIET,
}

var changeKinds = [...]calloutv1.ChangeKind{
	engine.ChangeAdded:      calloutv1.ChangeKind_CHANGE_KIND_ADDED,
	engine.ChangeDropped:    calloutv1.ChangeKind_CHANGE_KIND_DROPPED,
	engine.ChangeReassigned: calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED,
	engine.ChangeMoved:      calloutv1.ChangeKind_CHANGE_KIND_MOVED,
	engine.ChangeRetimed:    calloutv1.ChangeKind_CHANGE_KIND_RETIMED,
}

var alertKinds = [...]calloutv1.AlertKind{
	engine.AlertMissed:  calloutv1.AlertKind_ALERT_KIND_PROMISE_MISSED,
	engine.AlertSlack:   calloutv1.AlertKind_ALERT_KIND_LITTLE_SLACK,
	engine.AlertLeftOut: calloutv1.AlertKind_ALERT_KIND_LEFT_OUT,
	engine.AlertPin:     calloutv1.AlertKind_ALERT_KIND_PIN_BROKEN,
	engine.AlertRule:    calloutv1.AlertKind_ALERT_KIND_RULE_BROKEN,
	engine.AlertStray:   calloutv1.AlertKind_ALERT_KIND_PART_STRAY,
}

// answer writes what became of an event.
func (l *liveCall) answer(a *engine.LiveAnswer) *calloutv1.EventAnswer {
	out := &calloutv1.EventAnswer{EventId: a.ID}
	switch a.Verdict {
	case day.Applied:
		out.Verdict = calloutv1.EventVerdict_EVENT_VERDICT_APPLIED
	case day.Seen:
		out.Verdict = calloutv1.EventVerdict_EVENT_VERDICT_SEEN
	case day.Refused:
		out.Verdict = calloutv1.EventVerdict_EVENT_VERDICT_REFUSED
	}
	for _, r := range a.Refusals {
		out.Faults = append(out.Faults, &calloutv1.EventFault{Field: r.Field, Code: r.Code, Message: r.Message})
	}
	if a.Wish != nil {
		p := a.Wish.Day.Problem()
		out.Verdict = calloutv1.EventVerdict_EVENT_VERDICT_PRICED
		out.Price = &calloutv1.WishPrice{
			Extra: l.wire.Breakdown(a.Wish.Extra), Changes: l.changesOf(p, a.Wish.Changes),
			Broken: writer{p: p, ctx: l.wire.Context}.broken(a.Wish.Broken),
		}
		for _, b := range a.Wish.Strains {
			out.Price.Broken = append(out.Price.Broken, &calloutv1.EventFault{
				Field: "day", Code: b.Rule, Message: strained(b.Rule, p.Technicians[p.Shifts[b.Shift].Tech].ID, b.Size),
			})
		}
	}
	return out
}

// revision writes one.
func (l *liveCall) revision(r *engine.Revision) *calloutv1.Revision {
	out := &calloutv1.Revision{
		Number: r.Number, Kind: revisionKinds[r.Kind], Now: l.wire.Context.Time(r.Day.Now()), LastEventId: r.LastEvent,
		Changes: l.changes(r.Changes), Elapsed: durationpb.New(r.Elapsed.Round(time.Microsecond)), Iterations: r.Iterations,
		Changed: int32(r.Changed),
	}
	if r.Kind != engine.RevisionQuiet {
		out.Plan = l.wire.PlanOut(r.Day, r.Whole, r.States, r.Terms)
		out.State = l.wire.State(r.Day, r.Number, r.LastEvent)
	}
	for k := range r.Alerts {
		out.Alerts = append(out.Alerts, l.alert(&r.Alerts[k]))
	}
	return out
}

var wayKinds = [...]calloutv1.WayKind{
	engine.WayAnotherTime:       calloutv1.WayKind_WAY_KIND_ANOTHER_TIME,
	engine.WayAnotherTechnician: calloutv1.WayKind_WAY_KIND_ANOTHER_TECHNICIAN,
	engine.WayDropJob:           calloutv1.WayKind_WAY_KIND_DROP_JOB,
	engine.WayMoveJob:           calloutv1.WayKind_WAY_KIND_MOVE_JOB,
	engine.WayExpeditePart:      calloutv1.WayKind_WAY_KIND_EXPEDITE_PART,
	engine.WayAnotherSource:     calloutv1.WayKind_WAY_KIND_ANOTHER_SOURCE,
}

// way writes a way out.
func (l *liveCall) way(w *engine.Way) *calloutv1.WayOut {
	p := l.day.Problem()
	out := &calloutv1.WayOut{
		Kind: wayKinds[w.Kind], TechnicianId: p.Technicians[p.Shifts[w.Shift].Tech].ID, Start: l.time(w.Start),
		Extra: l.wire.Breakdown(w.Extra), Changes: l.changes(w.Changes),
	}
	if w.Slack != model.NoTime {
		out.Slack = wire.Lasting(w.Slack)
	}
	if w.Other >= 0 {
		out.OtherJobId = p.Jobs[w.Other].ID
	}
	if w.OtherShift >= 0 {
		out.OtherTechnicianId = p.Technicians[p.Shifts[w.OtherShift].Tech].ID
	}
	return out
}

// unkept are alerts of what could not stay of the running plan: only the first revision has them.
func (l *liveCall) unkept(r *engine.Revision) (out []*calloutv1.Alert) {
	if r == nil || r.Kind != engine.RevisionStart {
		return nil
	}
	for _, x := range l.repairs {
		out = append(out, &calloutv1.Alert{
			Kind: calloutv1.AlertKind_ALERT_KIND_RULE_BROKEN, JobId: x.GetJobId(), TechnicianId: x.GetTechnicianId(), Message: x.GetMessage(),
		})
	}
	for _, x := range r.Repairs {
		out = append(out, l.repair(r.Day.Problem(), x.Shift, x.Job))
	}
	return out
}

// repair tells that a visit of the running plan could not stay.
func (l *liveCall) repair(p *model.Problem, shift model.ShiftIdx, job model.JobIdx) *calloutv1.Alert {
	out := &calloutv1.Alert{Kind: calloutv1.AlertKind_ALERT_KIND_RULE_BROKEN, TechnicianId: p.Technicians[p.Shifts[shift].Tech].ID}
	out.Message = "a call of the running plan was not needed, or not possible"
	if job >= 0 {
		out.JobId = p.Jobs[job].ID
		out.Message = fmt.Sprintf("%s of the running plan was not possible where it was", out.GetJobId())
	}
	return out
}

func (l *liveCall) changes(list []engine.PlanChange) []*calloutv1.PlanChange {
	return l.changesOf(l.day.Problem(), list)
}

func (l *liveCall) changesOf(p *model.Problem, list []engine.PlanChange) []*calloutv1.PlanChange {
	return changesOut(p, l.wire.Context, list)
}

// changesOut writes what differs between two plans of a problem.
func changesOut(p *model.Problem, ctx *wire.Context, list []engine.PlanChange) []*calloutv1.PlanChange {
	out := make([]*calloutv1.PlanChange, 0, len(list))
	for _, c := range list {
		m := &calloutv1.PlanChange{
			JobId: p.Jobs[c.Job].ID, Kind: changeKinds[c.Kind], FromStart: timeOut(ctx, c.Was), ToStart: timeOut(ctx, c.Is),
		}
		if c.From >= 0 {
			m.FromTechnicianId = p.Technicians[c.From].ID
		}
		if c.To >= 0 {
			m.ToTechnicianId = p.Technicians[c.To].ID
		}
		out = append(out, m)
	}
	return out
}

func (l *liveCall) time(t model.Time) *timestamppb.Timestamp { return timeOut(l.wire.Context, t) }

// timeOut is absent where there is none.
func timeOut(ctx *wire.Context, t model.Time) *timestamppb.Timestamp {
	if t == model.NoTime {
		return nil
	}
	return ctx.Time(t)
}

func (l *liveCall) alert(a *engine.Alert) *calloutv1.Alert {
	p := l.day.Problem()
	out := &calloutv1.Alert{Kind: alertKinds[a.Kind], Slack: wire.Lasting(a.Slack)}
	if a.Job >= 0 {
		out.JobId = p.Jobs[a.Job].ID
	}
	if a.Shift >= 0 {
		out.TechnicianId = p.Technicians[p.Shifts[a.Shift].Tech].ID
	}
	for k := range a.Ways {
		out.Ways = append(out.Ways, l.way(&a.Ways[k]))
	}
	w := writer{p: p, ctx: l.wire.Context}
	for k := range a.Shortages {
		out.PartShortages = append(out.PartShortages, w.shortage(&a.Shortages[k]))
	}
	switch a.Kind {
	case engine.AlertMissed:
		out.Message = fmt.Sprintf("%s will be %v late", out.GetJobId(), time.Duration(-a.Slack)*time.Second)
	case engine.AlertSlack:
		out.Message = fmt.Sprintf("%s has %v to spare", out.GetJobId(), time.Duration(a.Slack)*time.Second)
	case engine.AlertLeftOut:
		out.Message = fmt.Sprintf("%s is not in the plan", out.GetJobId())
	case engine.AlertPin:
		out.Message = fmt.Sprintf("%s is pinned, and cannot be kept so", out.GetJobId())
	case engine.AlertRule:
		out.Message = strained(a.Rule, out.GetTechnicianId(), -a.Slack)
	case engine.AlertStray:
		out.JobId = a.Stray.Job
		out.Message = fmt.Sprintf("a courier brings %d of %s to %s at %s, and %s does not need that any more", a.Stray.Qty, p.SKUs[a.Stray.SKU],
			p.Locations[a.Stray.Site].ID, l.time(a.Stray.Arrives).AsTime().Format(time.RFC3339), out.GetJobId())
	}
	return out
}

// strained says that facts break a rule.
func strained(rule, technician string, by model.Duration) string {
	return fmt.Sprintf("what has happened breaks %s of %s by %v", rule, technician, time.Duration(by)*time.Second)
}
