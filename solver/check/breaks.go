package check

import "callout/solver/model"

// breaks judges each break taken, then the ones left out.
func (c *checker) breaks(r *route) {
	for k, b := range r.breaks {
		c.ownBreak(r, b)
		c.breakAgainstStops(r, b)
		if k == 0 {
			continue
		}
		before := r.breaks[k-1]
		if b.Break <= before.Break {
			c.flagf(BreakOrder, r.pause(b.Break), 1, "%s: break %d is listed after break %d", r.ID, b.Break, before.Break)
		}
		if b.Start < before.End {
			c.flagf(BreakOverlap, r.pause(b.Break), before.End-b.Start, "%s: break %d starts at %d, the one before ends at %d",
				r.ID, b.Break, b.Start, before.End)
		}
	}
	c.breaksLeftOut(r)
}

// ownBreak checks a break against its definition and the bounds of the route.
func (c *checker) ownBreak(r *route, b model.BreakTaken) {
	def := &r.Breaks[b.Break]
	if off := beyond(b.Start, def.Earliest, def.Latest); off > 0 {
		c.flagf(BreakWindow, r.pause(b.Break), off, "%s: %s starts at %d, not within %d to %d",
			r.ID, def.ID, b.Start, def.Earliest, def.Latest)
	}
	if b.End-b.Start != def.Duration {
		c.flagf(BreakLength, r.pause(b.Break), distance(b.End-b.Start, def.Duration), "%s: %s lasts %d seconds instead of %d",
			r.ID, def.ID, b.End-b.Start, def.Duration)
	}
	if off := max(r.depart-b.Start, b.End-r.finish); off > 0 {
		c.flagf(BreakOutside, r.pause(b.Break), off, "%s: %s from %d to %d is not within %d to %d",
			r.ID, def.ID, b.Start, b.End, r.depart, r.finish)
	}
}

// breakAgainstStops: no break interrupts work, and nobody arrives during one.
func (c *checker) breakAgainstStops(r *route, b model.BreakTaken) {
	for k := range r.stops {
		s := &r.stops[k]
		where := r.at(s)
		where.Break = int(b.Break)
		if b.Start < s.End && s.Start < b.End {
			c.flagf(BreakInWork, where, overlap(b, s.Start, s.End), "%s: %s interrupts stop %d", r.ID, r.Breaks[b.Break].ID, s.index)
		}
		if b.Start < s.Arrival && s.Arrival < b.End {
			c.flagf(BreakArrival, where, b.End-s.Arrival, "%s: arrival at stop %d during %s", r.ID, s.index, r.Breaks[b.Break].ID)
		}
	}
}

// breaksLeftOut: a break may be left out by whoever departs after its latest start, and by whoever finishes no later than that
// and takes no later break.
func (c *checker) breaksLeftOut(r *route) {
	taken := make([]bool, len(r.Breaks))
	last := -1
	for _, b := range r.breaks {
		taken[b.Break] = true
		last = max(last, int(b.Break))
	}
	for k := range r.Breaks {
		def := &r.Breaks[k]
		switch {
		case taken[k], r.depart > def.Latest:
		case r.finish > def.Latest:
			c.flagf(BreakOwed, r.pause(int32(k)), r.finish-def.Latest, "%s: %s is left out, the route finishes at %d",
				r.ID, def.ID, r.finish)
		case k < last:
			c.flagf(BreakSkipped, r.pause(int32(k)), 1, "%s: %s is left out but %s is taken", r.ID, def.ID, r.Breaks[last].ID)
		}
	}
}
