package check

import (
	"math"

	"callout/solver/model"
)

// windows: a visit's release, hard windows and service time.
func (c *checker) windows(r *route, s *stop, job *model.Job) {
	if s.Start < job.Release {
		c.flagf(Release, r.at(s), job.Release-s.Start, "%s starts at %d, released at %d", job.ID, s.Start, job.Release)
	}
	nearest, hard := model.Duration(math.MaxInt64), false
	for _, w := range job.Windows {
		if w.Kind == model.Availability {
			hard = true
			nearest = min(nearest, beyond(bound(w, s), w.From, w.To))
		}
	}
	if hard && nearest > 0 {
		c.flagf(HardWindow, r.at(s), nearest, "%s from %d to %d is in none of its hard windows", job.ID, s.Start, s.End)
	}
	if want := c.p.ServiceTime(s.Job, r.Tech); s.End-s.Start != want {
		c.flagf(ServiceDuration, r.at(s), distance(s.End-s.Start, want),
			"%s by %s lasts %d seconds instead of %d", job.ID, r.tech.ID, s.End-s.Start, want)
	}
}

// bound is the instant of the visit that the window binds.
func bound(w model.Window, s *stop) model.Time {
	if w.Binds == model.BindEnd {
		return s.End
	}
	return s.Start
}

// pickup: a node's opening hours and handling time.
func (c *checker) pickup(r *route, s *stop) {
	node := &c.p.Nodes[s.Node]
	nearest := model.Duration(math.MaxInt64)
	for _, open := range node.Open {
		nearest = min(nearest, beyond(s.Start, open.From, open.To))
	}
	if len(node.Open) > 0 && nearest > 0 {
		c.flagf(NodeClosed, r.at(s), nearest, "%s: %s is closed at %d", r.ID, node.ID, s.Start)
	}
	if s.End-s.Start != node.Handling {
		c.flagf(HandlingDuration, r.at(s), distance(s.End-s.Start, node.Handling),
			"%s: handling at %s lasts %d seconds instead of %d", r.ID, node.ID, s.End-s.Start, node.Handling)
	}
}
