package wire

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// jobLog is what events have made of the jobs of a day, as events that make the same of the problem that it began with. It grows with the jobs that
// there are and the places that came, not with the events: what has become of a job is one entry, and one that was added and cancelled is none.
type jobLog struct {
	order []*jobEntry // whatever names a place stands behind what brought it
	of    map[string]*jobEntry
}

// jobEntry is about one job.
type jobEntry struct {
	added, changed, delayed, cancelled *calloutv1.DayEvent
}

func newJobLog() *jobLog { return &jobLog{of: make(map[string]*jobEntry)} }

// at is the entry of a job.
func (g *jobLog) at(id string) *jobEntry {
	e := g.of[id]
	if e == nil {
		e = new(jobEntry)
		g.of[id], g.order = e, append(g.order, e)
	}
	return e
}

// take removes an entry from the order.
func (g *jobLog) take(e *jobEntry) {
	k := slices.Index(g.order, e)
	g.order = slices.Delete(g.order, k, k+1)
}

// note takes in an event that was applied.
func (g *jobLog) note(in *calloutv1.DayEvent) {
	switch w := in.GetWhat().(type) {
	case *calloutv1.DayEvent_JobAdded:
		if w.JobAdded.GetLocation() != nil { // the place stays, whatever becomes of the job
			g.order = append(g.order, &jobEntry{added: in})
			return
		}
		g.at(w.JobAdded.GetJob().GetId()).added = in
	case *calloutv1.DayEvent_JobChanged:
		job := w.JobChanged.GetJob()
		e := g.at(job.GetId())
		g.take(e) // it may be at a place that came behind it
		g.order = append(g.order, e)
		if e.added == nil {
			e.changed = in
			return
		}
		e.added = &calloutv1.DayEvent{
			Id: e.added.GetId(), Now: in.GetNow(), What: &calloutv1.DayEvent_JobAdded{JobAdded: &calloutv1.JobAdded{Job: job}},
		}
	case *calloutv1.DayEvent_PartDelayed:
		g.at(w.PartDelayed.GetJobId()).delayed = in
	case *calloutv1.DayEvent_JobCancelled:
		id := w.JobCancelled.GetJobId()
		e := g.at(id)
		delete(g.of, id) // the id may come again
		if e.added != nil {
			g.take(e)
			return
		}
		*e = jobEntry{cancelled: in}
	}
}

// events are those of the log.
func (g *jobLog) events(out []*calloutv1.DayEvent) []*calloutv1.DayEvent {
	for _, e := range g.order {
		for _, in := range [...]*calloutv1.DayEvent{e.added, e.changed, e.delayed, e.cancelled} {
			if in != nil {
				out = append(out, in)
			}
		}
	}
	return out
}

// travelled is what a state says of travel: one event for all profiles where they are alike. It is the same message until travel changes.
type travelled struct {
	factors []int64
	cells   [][]day.Cell
	rules   []*calloutv1.Traffic // nil: those that the session began with
	events  []*calloutv1.TravelChanged
}

// of a day, and what its roads are.
func (t *travelled) of(d *day.Day, roads *RoadView) []*calloutv1.TravelChanged {
	profiles := d.Known().Profiles
	same := len(t.factors) == len(profiles)
	if !same {
		t.factors, t.cells, t.rules = make([]int64, len(profiles)), make([][]day.Cell, len(profiles)), make([]*calloutv1.Traffic, len(profiles))
	}
	for k := range profiles {
		factor, cells := d.Travelled(model.ProfileIdx(k))
		rules := roads.renewed(k)
		same = same && rules == t.rules[k] && factor == t.factors[k] && len(cells) == len(t.cells[k]) &&
			(len(cells) == 0 || &cells[0] == &t.cells[k][0])
		t.factors[k], t.cells[k], t.rules[k] = factor, cells, rules
	}
	if same {
		return t.events
	}
	t.events = nil
	alike := true
	for k := range profiles {
		alike = alike && t.factors[k] == t.factors[0] && slices.Equal(t.cells[k], t.cells[0]) && t.rules[k] == t.rules[0]
	}
	for k := range profiles {
		if t.factors[k] == unity && len(t.cells[k]) == 0 && t.rules[k] == nil {
			continue
		}
		e := t.event(d.Known(), k)
		t.events = append(t.events, e)
		if alike {
			e.ProfileId = ""
			break
		}
	}
	return t.events
}

// unity is the factor that changes nothing.
const unity = 1_000_000

// event of a profile.
func (t *travelled) event(p *model.Problem, k int) *calloutv1.TravelChanged {
	f := float64(t.factors[k]) / unity
	out := &calloutv1.TravelChanged{ProfileId: p.Profiles[k].ID, Factor: &f, Traffic: t.rules[k]}
	for i := range t.cells[k] {
		c := &t.cells[k][i]
		cell := &calloutv1.TravelCell{FromLocationId: p.Locations[c.From].ID, ToLocationId: p.Locations[c.To].ID, Duration: c.Duration}
		if c.Duration >= model.Unreachable {
			cell.Duration = -1
		}
		if c.Distance >= 0 {
			cell.Distance = &c.Distance
		}
		out.Cells = append(out.Cells, cell)
	}
	return out
}
