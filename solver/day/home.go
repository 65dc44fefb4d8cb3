package day

import "callout/solver/model"

// ended tells whether nothing is ahead of a technician, and going home is all that his shift has time for: he is, or is on the way.
func (d *Day) ended(s *shift) bool {
	if !s.begun() || len(s.ahead) > 0 {
		return false
	}
	sh := &d.known.Shifts[s.id]
	_, ready := d.free(s)
	home := d.now + d.home(s)
	return ready <= d.now && (home > sh.LatestEnd || sh.MaxWork < model.NoCap && home-s.depart-d.unpaid(s) > sh.MaxWork)
}

// home is the drive home from where a technician is free, 0 where there is no way.
func (d *Day) home(s *shift) model.Duration {
	at, ready := d.free(s)
	drive := d.leg(s, at, d.known.Shifts[s.id].End, ready)
	if drive >= model.Unreachable {
		return 0
	}
	return drive
}

// homeway is the way home without another visit, each break as early as it may be.
type homeway struct {
	finish model.Time
	unpaid model.Duration
	owed   []int32        // the breaks that can be had
	broken model.Duration // by so much the others come too late
}

// homeward works out the way home of whoever is free at a time, and has a drive and some of a shift's breaks before him.
func homeward(breaks []model.Break, owed []int32, ready model.Time, drive model.Duration) homeway {
	w := homeway{finish: ready + drive}
	for _, k := range owed {
		b := &breaks[k]
		start := max(w.finish-drive, b.Earliest) // drive is what is left of it
		switch {
		case ready > b.Latest || w.finish <= b.Latest: // not owed
		case start > b.Latest:
			w.broken += start - b.Latest
			continue
		default:
			drive -= start - (w.finish - drive)
			w.finish = start + b.Duration + drive
			if !b.Paid {
				w.unpaid += b.Duration
			}
		}
		w.owed = append(w.owed, k)
	}
	return w
}
