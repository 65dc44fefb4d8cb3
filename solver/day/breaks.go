package day

import (
	"slices"

	"callout/solver/model"
)

// rest makes facts of breaks that have begun behind the last stop.
func (d *Day) rest(s *shift, now model.Time) {
	if !s.begun() || d.over(s) {
		return
	}
	from := s.depart
	if f := s.last(); f != nil {
		from = f.End
	}
	for len(s.rests) > 0 && s.rests[0].Start >= from && s.rests[0].Start < now {
		s.breaks = append(s.breaks, s.rests[0])
		s.rests = s.rests[1:]
	}
}

// unrest takes back the breaks that have not begun, or that nobody can have had because he was at work.
func (d *Day) unrest(s *shift) []model.BreakTaken {
	_, from := d.free(s)
	f := s.last()
	if f != nil && s.hold == nil {
		from = f.Start
	}
	n := len(s.breaks)
	for n > 0 && s.breaks[n-1].Start >= from && (f == nil || s.breaks[n-1].Start < f.End || s.breaks[n-1].Start >= d.now) {
		n--
	}
	out := s.breaks[n:]
	s.breaks = s.breaks[:n:n]
	return out
}

// nextBreak is the number of the first break behind those that were taken.
func (s *shift) nextBreak() int {
	if n := len(s.breaks); n > 0 {
		return int(s.breaks[n-1].Break) + 1
	}
	return 0
}

// skips tells whether whoever leaves for a stop now, and is at it until then, misses a break that the plan does not say he has before.
func (d *Day) skips(s *shift, leaves, until model.Time) bool {
	if s.begun() { // what could not be before now is none any more
		_, ready := d.free(s)
		leaves = max(ready, d.now)
	}
	for k := s.nextBreak(); k < len(d.known.Shifts[s.id].Breaks); k++ {
		b := &d.known.Shifts[s.id].Breaks[k]
		had := !s.stale && slices.ContainsFunc(s.rests, func(r model.BreakTaken) bool { return int(r.Break) == k })
		if !had && leaves <= b.Latest && until > b.Latest {
			return true
		}
	}
	return false
}

// unpaid is the time of unpaid breaks so far.
func (d *Day) unpaid(s *shift) model.Duration {
	var sum model.Duration
	for _, b := range s.breaks {
		if !d.known.Shifts[s.id].Breaks[b.Break].Paid {
			sum += b.End - b.Start
		}
	}
	return sum
}
