package wire

import (
	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// tally sums up a route, or a plan.
type tally struct {
	travel, working, waiting, service, handling, breaks, overtime model.Duration
	distance                                                      model.Meters
	visits, pickups                                               int32
}

func (t *tally) add(o *tally) {
	t.travel += o.travel
	t.working += o.working
	t.waiting += o.waiting
	t.service += o.service
	t.handling += o.handling
	t.breaks += o.breaks
	t.overtime += o.overtime
	t.distance += o.distance
	t.visits += o.visits
	t.pickups += o.pickups
}

func (t *tally) metrics() *calloutv1.RouteMetrics {
	return &calloutv1.RouteMetrics{
		Travel: lasting(t.travel), Distance: float64(t.distance), Working: lasting(t.working), Waiting: lasting(t.waiting),
		Service: lasting(t.service), Handling: lasting(t.handling), Breaks: lasting(t.breaks), Overtime: lasting(t.overtime),
		Visits: t.visits, Pickups: t.pickups,
	}
}

// share counts the visits that had a promise or an SLA to keep, and those that kept it.
type share struct{ bound, kept int }

func (c *share) add(p *model.Problem, r *model.Route) {
	for k := range r.Stops {
		s := &r.Stops[k]
		if s.Kind != model.Visit {
			continue
		}
		promised, kept1 := punctual(&p.Jobs[s.Job], model.Promise, s)
		agreed, kept2 := punctual(&p.Jobs[s.Job], model.SLA, s)
		if promised || agreed {
			c.bound++
			if kept1 && kept2 {
				c.kept++
			}
		}
	}
}

func (c *share) share() *float64 {
	if c.bound == 0 {
		return nil
	}
	of := float64(c.kept) / float64(c.bound)
	return &of
}

// punctual tells whether the job has windows of the kind, and whether the visit keeps one of them or has none to keep.
func punctual(j *model.Job, kind model.WindowKind, s *model.Stop) (has, kept bool) {
	for _, w := range j.Windows {
		if w.Kind != kind {
			continue
		}
		at := s.Start
		if w.Binds == model.BindEnd {
			at = s.End
		}
		has, kept = true, kept || w.From <= at && at <= w.To
	}
	return has, kept || !has
}
