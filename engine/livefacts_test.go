package engine_test

import (
	"slices"
	"testing"

	"callout/engine"
	"callout/solver/day"
	"callout/solver/model"
)

// memories are what a revision said that had happened, and what it said that would: the next one may only say otherwise where an event does.
type memories struct {
	t      *testing.T
	whole  *model.Plan
	states [][]day.State
	homes  map[model.ShiftIdx]day.ShiftState
	seen   map[string]int
}

// corrects tells whether an event may move what has happened, or is under way.
func corrects(k day.Kind) bool {
	return slices.Contains([]day.Kind{
		day.VisitStarted, day.VisitFinished, day.VisitRunsOver, day.TechnicianLate, day.TechnicianPosition, day.TechnicianSick, day.JobCancelled,
		day.SupplyDelayed,
	}, k)
}

// moves tells whether an event may move what was to come, before it is left for.
func moves(k day.Kind) bool {
	return corrects(k) || slices.Contains([]day.Kind{
		day.TravelChanged, day.PartDelayed, day.JobChanged, day.VisitMoved, day.VisitPinned, day.VisitUnpinned, day.StockChanged,
	}, k)
}

func (m *memories) look(note string, e *day.Event, r *engine.Revision) {
	m.t.Helper()
	kind := day.TimePassed
	if e != nil {
		kind = e.Kind
	}
	now := r.Day.Now()
	homes := map[model.ShiftIdx]day.ShiftState{}
	for _, x := range r.Day.ShiftStates() {
		if x.Home {
			homes[x.Shift] = x
			m.seen["at home"]++
		}
	}
	for k := range r.Whole.Routes {
		route := &r.Whole.Routes[k]
		if m.whole != nil {
			m.kept(note, kind, model.ShiftIdx(k), r)
		}
		if was, ok := m.homes[model.ShiftIdx(k)]; ok && !corrects(kind) {
			is, still := homes[model.ShiftIdx(k)]
			underWay := slices.ContainsFunc(r.States[k], func(s day.State) bool { return s < day.Done })
			out := underWay || len(r.States[k]) > len(m.states[k])
			switch {
			case still && (is.Since != was.Since || is.At != was.At):
				m.t.Fatalf("%s: shift %d is at home %+v, and was %+v", note, k, is, was)
			case !still && !out:
				m.t.Fatalf("%s: shift %d is not at home any more: %+v, %v", note, k, route, r.States[k])
			case !still:
				m.seen["out again"]++
			}
		}
		for i := 1; i < len(route.Breaks); i++ {
			if a, b := route.Breaks[i-1], route.Breaks[i]; b.Break <= a.Break || b.Start < a.End {
				m.t.Fatalf("%s: shift %d has breaks %+v", note, k, route.Breaks)
			}
		}
		done := len(r.States[k]) > 0 && slices.Min(r.States[k]) == day.Done
		if x, ok := homes[model.ShiftIdx(k)]; ok && x.Since <= now && done && route.Finish != x.Since {
			m.t.Fatalf("%s: shift %d ends at %d, and is at home since %d", note, k, route.Finish, x.Since)
		}
	}
	for _, a := range r.Alerts {
		if a.Kind == engine.AlertRule && a.Rule == "latest_end" {
			sh := &r.Day.Known().Shifts[a.Shift]
			if f := r.Whole.Routes[a.Shift].Finish; sh.LatestEnd < now && f < now && len(r.States[a.Shift]) > 0 {
				m.t.Fatalf("%s: shift %d ended at %d, and is said to end %d s late", note, a.Shift, f, -a.Slack)
			}
		}
	}
	m.whole, m.states, m.homes = clonePlan(r.Whole), r.States, homes
}

// kept looks at the stops of a shift that have happened, or were to.
func (m *memories) kept(note string, kind day.Kind, k model.ShiftIdx, r *engine.Revision) {
	m.t.Helper()
	was, is := m.whole.Routes[k].Stops, r.Whole.Routes[k].Stops
	for i := range was {
		state := m.states[k][i]
		gone := i >= len(is) || is[i].Kind != was[i].Kind || is[i].Job != was[i].Job || is[i].Node != was[i].Node
		switch {
		case state == day.ToCome && (gone || r.States[k][i] == day.ToCome || moves(kind)):
			return
		case state == day.ToCome: // it was left for meanwhile
		case state == day.Done && (kind == day.VisitStarted || kind == day.VisitFinished || kind == day.VisitRunsOver):
			continue
		case state < day.Done && corrects(kind):
			return
		case gone:
			m.t.Fatalf("%s: shift %d, stop %d, which was %+v in state %d, is gone: %+v", note, k, i, was[i], state, is)
		}
		if is[i].Start != was[i].Start || is[i].End != was[i].End {
			m.t.Fatalf("%s: shift %d, stop %d in state %d from %d to %d was to be from %d to %d", note, k, i, state, is[i].Start, is[i].End,
				was[i].Start, was[i].End)
		}
	}
}

func clonePlan(p *model.Plan) *model.Plan {
	out := &model.Plan{Routes: slices.Clone(p.Routes)}
	for k := range out.Routes {
		out.Routes[k].Stops = slices.Clone(p.Routes[k].Stops)
	}
	return out
}
