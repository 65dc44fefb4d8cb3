package day

import (
	"slices"

	"callout/solver/model"
)

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

// homed tells whether a technician is at home, or on his way there, because the plan had nothing more for him.
func (s *shift) homed() bool { return s.hold != nil && s.hold.home }

// goHome makes a fact of it that whoever had nothing more to do before now went home. Where time costs nothing he waits where he is.
func (d *Day) goHome(s *shift, now model.Time) {
	if !s.begun() || s.homed() || len(s.ahead) > 0 || d.over(s) || d.known.Shifts[s.id].WorkRate == 0 {
		return
	}
	if s.stale {
		d.rest(s, now)
	}
	at, ready := d.free(s)
	if ready >= now {
		return
	}
	since := s.finish // as the plan has it
	if s.stale || since < ready || since >= model.NoTime {
		sh := &d.known.Shifts[s.id]
		var owed []int32
		for k := s.nextBreak(); k < len(sh.Breaks); k++ {
			owed = append(owed, int32(k))
		}
		way := homeward(sh.Breaks, owed, ready, d.home(s))
		since, s.rests = way.finish, way.had
	}
	if end := d.known.Shifts[s.id].End; end != model.NoLoc && d.leg(s, at, end, ready) < model.Unreachable {
		at = end
	}
	before := s.hold
	d.keepAt(s, at, since)
	s.hold.home, s.hold.since, s.hold.before = true, since, before
	s.breaks, s.rests = append(s.breaks, s.rests...), nil
	d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
}

// leaveHome takes it back that a technician went home.
func (s *shift) leaveHome() {
	if s.homed() {
		s.hold = s.hold.before
	}
}

// atHome makes the rest of a shift whose technician went home, and returns the time of its anchor. Going out once more costs the time at home, too: a
// shift is paid from its begin to its end. As a break that he owes who goes out, it costs nothing as long as he does not.
func (d *Day) atHome(s *shift, now *model.Shift) model.Time {
	known := &d.known.Shifts[s.id]
	since, until := s.hold.since, max(s.hold.ready, d.now)
	now.Start, now.Fixed = model.NoLoc, 0
	if s.hold.at != now.End { // there was no way home from here
		now.End = model.NoLoc
	}
	s.owed, now.Breaks = s.owed[:0], nil
	if s.paused = until > since && !d.instant(s, until); s.paused {
		now.Breaks = append(now.Breaks, model.Break{Earliest: since, Latest: since, Duration: until - since, Paid: true})
	} else {
		since = until
	}
	for k, b := range known.Breaks {
		if k < s.nextBreak() || b.Latest < until {
			continue
		}
		b.Earliest = max(b.Earliest, until)
		s.owed, now.Breaks = append(s.owed, int32(k)), append(now.Breaks, b)
	}
	if late := s.hold.since - now.LatestEnd; late > 0 && s.hold.since > d.now {
		d.report(s, "latest_end", late)
	}
	now.LatestEnd = max(now.LatestEnd, since)
	if now.MaxWork < model.NoCap {
		left := now.MaxWork - (since - s.depart - d.unpaid(s))
		if left < 0 {
			d.report(s, "max_work", -left)
		}
		now.MaxWork = max(0, left)
	}
	if now.MaxDrive < model.NoCap {
		left := now.MaxDrive - d.driven(s)
		if left < 0 {
			d.report(s, "max_drive", -left)
		}
		now.MaxDrive = max(0, left)
	}
	return since
}

// instant tells whether there is a job, or a call at a node that is not always open, that takes no time, nor any to get there: it could be done before
// a break at home that is behind.
func (d *Day) instant(s *shift, at model.Time) bool {
	tech := d.known.Shifts[s.id].Tech
	for n := range d.known.Nodes {
		if x := &d.known.Nodes[n]; len(x.Open) > 0 && x.Handling == 0 && d.leg(s, s.hold.at, x.Location, at) == 0 {
			return true
		}
	}
	return slices.ContainsFunc(d.brief, func(j model.JobIdx) bool {
		return d.known.ServiceTime(j, tech) == 0 && d.leg(s, s.hold.at, d.known.Jobs[j].Location, at) == 0
	})
}

// briefly lists the jobs to be planned that may take no time at all, once rounded to seconds: model.ServiceTime.
func (d *Day) briefly() {
	d.brief = d.brief[:0]
	for j := range d.used {
		if d.jobs[j].phase == open && !d.Anchor(model.JobIdx(j)) && d.known.Jobs[j].Service < 500 {
			d.brief = append(d.brief, model.JobIdx(j))
		}
	}
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
	owed   []int32 // the breaks that can be had
	had    []model.BreakTaken
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
			w.had = append(w.had, model.BreakTaken{Break: k, Start: start, End: start + b.Duration})
			if !b.Paid {
				w.unpaid += b.Duration
			}
		}
		w.owed = append(w.owed, k)
	}
	return w
}
