package check

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// caps on working time, driving time and time without a break.
func (c *checker) caps(r *route) {
	if over := overCap(r.worked(), r.MaxWork); over > 0 {
		c.flagf(MaxWork, r.whole(), over, "%s: %d seconds of work, %d allowed", r.ID, r.worked(), r.MaxWork)
	}
	if over := overCap(r.drive, r.MaxDrive); over > 0 {
		c.flagf(MaxDrive, r.whole(), over, "%s: %d seconds of driving, %d allowed", r.ID, r.drive, r.MaxDrive)
	}
	breaks := slices.SortedFunc(slices.Values(r.breaks), func(a, b model.BreakTaken) int { return cmp.Compare(a.Start, b.Start) })
	since := r.depart
	for _, b := range breaks {
		c.spell(r, r.pause(b.Break), since, b.Start)
		since = b.End
	}
	c.spell(r, r.end(), since, r.finish)
}

func (c *checker) spell(r *route, where Where, from, to model.Time) {
	if over := overCap(to-from, r.MaxSpell); over > 0 {
		c.flagf(MaxSpell, where, over, "%s: no break from %d to %d, %d seconds allowed", r.ID, from, to, r.MaxSpell)
	}
}

// overCap is how far a duration exceeds a cap; NoCap never binds.
func overCap(d, limit model.Duration) model.Duration {
	if limit >= model.NoCap {
		return 0
	}
	return d - limit
}

// worked is the working time: from departure to finish less unpaid breaks.
func (r *route) worked() model.Duration {
	sum := r.finish - r.depart
	for _, b := range r.breaks {
		if !r.Breaks[b.Break].Paid {
			sum -= max(0, b.End-b.Start)
		}
	}
	return max(0, sum)
}
