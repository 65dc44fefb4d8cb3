package check

import "callout/solver/model"

// timing follows the route from departure to finish, and sums up its driving.
//
//	Depart ── drive ──▶ Arrival ·· wait ·· Start ── service ── End ── drive ──▶ … ── drive ──▶ Finish
//
// A break lies in a drive, which is then that much longer, or in a wait. The technician may also dawdle. How long a drive takes
// is settled when he is ready to leave.
func (c *checker) timing(r *route) {
	if r.depart < r.Earliest {
		c.flagf(DepartEarly, r.whole(), r.Earliest-r.depart, "%s begins at %d, departure at %d", r.ID, r.Earliest, r.depart)
	}
	from, left := r.Start, r.depart
	for k := range r.stops {
		s := &r.stops[k]
		if from == model.NoLoc {
			if s.Arrival != r.depart {
				c.flagf(OpenStart, r.at(s), distance(s.Arrival, r.depart), "%s departs at %d but is at its first stop at %d",
					r.ID, r.depart, s.Arrival)
			}
		} else {
			c.leg(r, r.at(s), from, s.location, left, s.Arrival)
		}
		if s.Start < s.Arrival {
			c.flagf(StartEarly, r.at(s), s.Arrival-s.Start, "%s: work at stop %d starts at %d, arrival at %d",
				r.ID, s.index, s.Start, s.Arrival)
		}
		from, left = s.location, s.End
	}
	if r.End != model.NoLoc {
		c.leg(r, r.end(), from, r.End, left, r.finish)
	} else if r.finish != left {
		c.flagf(OpenEnd, r.end(), distance(r.finish, left), "%s finishes at %d, its last stop at %d", r.ID, r.finish, left)
	}
	if r.finish > r.LatestEnd {
		c.flagf(FinishLate, r.whole(), r.finish-r.LatestEnd, "%s must end by %d, finishes at %d", r.ID, r.LatestEnd, r.finish)
	}
}

// leg checks one drive, with the breaks on it.
func (c *checker) leg(r *route, where Where, from, to model.LocIdx, left, arrived model.Time) {
	drive, metres, ok := travel(c.p, &c.p.Profiles[r.Profile], from, to, left)
	if !ok {
		c.flagf(NoWay, where, 1, "%s: no way from %s to %s", r.ID, c.p.Locations[from].ID, c.p.Locations[to].ID)
		return
	}
	r.drive += drive
	r.metres += metres
	if need := drive + r.rest(left, arrived); arrived-left < need {
		c.flagf(TravelTime, where, need-(arrived-left), "%s: %d seconds from %s to %s, which takes %d",
			r.ID, arrived-left, c.p.Locations[from].ID, c.p.Locations[to].ID, need)
	}
}

// rest is the time of breaks within [from, to].
func (r *route) rest(from, to model.Time) model.Duration {
	var sum model.Duration
	for _, b := range r.breaks {
		sum += overlap(b, from, to)
	}
	return sum
}

// overlap of a break with [from, to].
func overlap(b model.BreakTaken, from, to model.Time) model.Duration {
	return max(0, min(b.End, to)-max(b.Start, from))
}
