package day

import (
	"slices"

	"callout/solver/model"
)

// grow makes the problem as of now anew, with room for more jobs and locations.
func (d *Day) grow() {
	jobs := d.used + spareJobs + d.used/4
	places := d.places + sparePlaces + d.places/8
	if d.asOf != nil && d.used < len(d.asOf.Jobs) {
		jobs = len(d.asOf.Jobs)
	}
	if d.asOf != nil && d.places < len(d.asOf.Locations) {
		places = len(d.asOf.Locations)
	}
	k := d.known
	k.Jobs = slices.Grow(k.Jobs, jobs-len(k.Jobs))[:jobs]
	d.jobs = slices.Grow(d.jobs, jobs-len(d.jobs))[:jobs]
	k.Locations = slices.Grow(slices.Clone(k.Locations), places-len(k.Locations))[:places]
	d.spread(places)
	p := *k
	p.Jobs = make([]model.Job, jobs)
	p.Shifts = slices.Clone(k.Shifts)
	p.Technicians = slices.Clone(k.Technicians)
	p.Nodes = k.Nodes
	p.Now = d.now
	d.asOf = &p
	d.pending = Change{All: true}
	for s := range d.shifts {
		d.derive(&d.shifts[s])
	}
	for j := range p.Jobs {
		d.wanted(model.JobIdx(j))
	}
	d.stocks()
	d.handIn()
}

// stocks brings what vans and nodes hold up to date.
func (d *Day) stocks() {
	for t := range d.asOf.Technicians {
		d.asOf.Technicians[t].Stock = d.van[t]
		d.asOf.Technicians[t].Tools = d.known.Technicians[t].Tools
	}
}

// update brings the problem as of now up to date with what has happened, and notes what of it has changed.
func (d *Day) update() {
	d.broken = d.broken[:0]
	d.briefly()
	d.asOf.Now = d.now
	d.pending.Lots = d.ships
	d.reprice()
	if d.pending.All || d.used > len(d.asOf.Jobs) || d.places > len(d.asOf.Locations) {
		around := d.pending.Around
		d.grow()
		d.pending.Around = around
		return
	}
	for s := range d.shifts {
		d.derive(&d.shifts[s])
	}
	d.reprior()
	for _, list := range [][]int32{d.pending.Jobs, d.pending.Kept} {
		for _, j := range list {
			d.wanted(model.JobIdx(j))
		}
	}
	if d.pending.Stock {
		d.stocks()
	}
	d.handIn()
}

// derive makes the shift as of now, and its anchor.
func (d *Day) derive(s *shift) {
	known, was := &d.known.Shifts[s.id], d.asOf.Shifts[s.id]
	s.owed = s.owed[:0]
	for k := range known.Breaks {
		s.owed = append(s.owed, int32(k))
	}
	at, ready := d.free(s)
	now := *known
	over, ended := d.over(s), d.ended(s)
	if !ended {
		ready = max(ready, d.now)
	}
	s.paused = false
	leaves := ready
	switch {
	case over:
		now.Earliest = now.LatestEnd + 1
	case !s.begun():
		now.Earliest = max(known.Earliest, ready, d.busyUntil(s)+1)
	case ended:
		if s.homed() {
			ready = s.hold.since
		}
		if ready+d.home(s) > d.now { // what he breaks he breaks
			rest := now
			d.onTheWay(s, &rest, at, ready)
		}
		now.Earliest = now.LatestEnd + 1
	case s.homed():
		ready = d.atHome(s, &now)
		now.Earliest = ready
	default:
		d.onTheWay(s, &now, at, ready)
	}
	if s.at, s.ready = at, now.Earliest; s.paused {
		s.ready = leaves
	}
	d.anchor(s, s.begun() && !over && !ended, at, ready)
	if !sameShift(&was, &now) {
		d.asOf.Shifts[s.id] = now
		d.pending.Shifts = append(d.pending.Shifts, int32(s.id))
		if (was.Earliest > was.LatestEnd) != (now.Earliest > now.LatestEnd) {
			d.pending.Staff = append(d.pending.Staff, int32(s.id))
		}
	}
}

// over tells whether a shift takes no more visits: its technician is sick, or at work in a later one.
func (d *Day) over(s *shift) bool {
	sh := &d.known.Shifts[s.id]
	if d.sick[sh.Tech] {
		return true
	}
	for k := range d.shifts {
		o := &d.known.Shifts[k]
		if o.Tech == sh.Tech && d.shifts[k].out() && (o.Earliest > sh.Earliest || o.Earliest == sh.Earliest && k > int(s.id)) {
			return true
		}
	}
	return false
}

// busyUntil is when the technician of a shift that has not begun is free from others that have.
func (d *Day) busyUntil(s *shift) model.Time {
	until := model.Time(-1)
	for k := range d.shifts {
		if o := &d.shifts[k]; o != s && d.known.Shifts[k].Tech == d.known.Shifts[s.id].Tech && o.out() {
			_, ready := d.free(o)
			until = max(until, ready, d.now)
		}
	}
	return until
}

// onTheWay makes the rest of a shift that has begun.
func (d *Day) onTheWay(s *shift, now *model.Shift, at model.LocIdx, ready model.Time) {
	home := d.leg(s, at, now.End, ready)
	if home >= model.Unreachable { // there is no way home from here
		now.End, home = model.NoLoc, 0
	}
	now.Start, now.Earliest, now.Fixed = model.NoLoc, ready, 0
	s.owed = s.owed[s.nextBreak():]
	way := homeward(now.Breaks, s.owed, ready, home)
	if way.broken > 0 { // a break that cannot be any more is none
		d.report(s, "break", way.broken)
		s.owed = way.owed
	}
	if len(s.owed) < len(now.Breaks) {
		now.Breaks = make([]model.Break, len(s.owed))
		for i, b := range s.owed {
			now.Breaks[i] = d.known.Shifts[s.id].Breaks[b]
		}
	}
	if late := way.finish - now.LatestEnd; late > 0 {
		now.LatestEnd += late
		d.report(s, "latest_end", late)
	}
	if now.MaxWork < model.NoCap {
		left, least := now.MaxWork-(ready-s.depart-d.unpaid(s)), way.finish-ready-way.unpaid
		now.MaxWork = max(left, least)
		if left < least {
			d.report(s, "max_work", least-left)
		}
	}
	if now.MaxDrive < model.NoCap {
		left := now.MaxDrive - d.driven(s)
		now.MaxDrive = max(left, home)
		if left < home {
			d.report(s, "max_drive", home-left)
		}
	}
	if now.MaxSpell < model.NoCap {
		now.MaxSpell = max(now.MaxSpell, home)
	}
}

func (d *Day) report(s *shift, rule string, size model.Duration) {
	d.broken = append(d.broken, Broken{Shift: s.id, Job: -1, Rule: rule, Size: size})
}

// driven is what was driven so far: the time between stops less breaks, and no more than the way takes, as nobody tells waits before setting out.
func (d *Day) driven(s *shift) model.Duration {
	if s.hold != nil {
		return s.hold.driven
	}
	var sum model.Duration
	left, from := s.depart, d.known.Shifts[s.id].Start
	for i := range s.facts {
		f := &s.facts[i]
		at := d.known.Location(&f.Stop)
		if i == s.drovesUpTo && i > 0 {
			sum = s.drove
		}
		if h := f.held; h != nil {
			sum, left, from = h.driven, h.ready, h.at
		}
		drive := f.Arrival - left
		for _, b := range s.breaks {
			drive -= max(0, min(b.End, f.Arrival)-max(b.Start, left))
		}
		sum += max(0, min(drive, d.leg(s, from, at, left)))
		left, from = f.End, at
	}
	if n := len(s.facts); n > 0 && n == s.drovesUpTo {
		return s.drove
	}
	return sum
}

// anchor makes the job that a shift's route begins with.
func (d *Day) anchor(s *shift, open bool, at model.LocIdx, ready model.Time) {
	j := model.JobIdx(s.id)
	var a model.Job
	if open {
		a = model.Job{
			Location: at, Anywhere: true, Required: []model.TechIdx{d.known.Shifts[s.id].Tech}, Unassigned: d.share(len(d.shifts)),
			Windows: []model.Window{{Kind: model.Availability, From: ready, To: ready}},
		}
	} else {
		a = closed(model.Job{})
	}
	if was := &d.asOf.Jobs[j]; was.Location != a.Location || len(was.Windows) == 0 || was.Windows[0] != a.Windows[0] {
		*was = a
		d.touch(j)
	}
}

// pinPrice, in terms of the dearest job, keeps pinned visits as long as they can be. mostHeld, counted in the last tier, is what all
// anchors may cost together, and all pins: with what a problem may cost (model.TierScale) less than 2^61.
const (
	pinPrice = 20
	mostHeld = 1 << 59
)

// share of one in so many of what they may cost together.
func (d *Day) share(n int) model.Cost {
	most := model.Cost(mostHeld / max(1, n))
	tiers := d.known.Objective.Tier[:]
	for range slices.Max(tiers) - tiers[model.Unassigned] {
		most /= model.TierScale
	}
	return most
}

// reprice settles what being pinned adds to the price of leaving a job out.
func (d *Day) reprice() {
	dearest := model.Cost(1)
	for j := range d.known.Jobs[:d.used] {
		if d.jobs[j].phase != finished {
			dearest = max(dearest, d.known.Jobs[j].Unassigned)
		}
	}
	n := 0
	d.Pins(func(model.JobIdx, Pin) { n++ })
	if price := pinPrice * min(dearest, d.share(n)/pinPrice); price != d.pinned {
		d.pinned = price
		d.Pins(func(j model.JobIdx, _ Pin) { d.touch(j) })
	}
}

// Hold is what being pinned adds to the price of leaving a job out: nobody has to pay for it.
func (d *Day) Hold(j model.JobIdx) model.Cost {
	if d.jobs[j].pin == nil || d.jobs[j].phase != open {
		return 0
	}
	return d.pinned
}

// Unhold takes that off the terms of a plan for what is to be planned.
func (d *Day) Unhold(t *model.Terms, plan *model.Plan) {
	for _, j := range plan.Unassigned {
		t[model.Unassigned] -= d.Hold(j)
	}
}

// closed is a job that nobody can do, at no cost.
func closed(j model.Job) model.Job {
	return model.Job{ID: j.ID, Location: j.Location, Windows: []model.Window{{Kind: model.Availability, From: -1, To: -1}}}
}

// wanted makes a job as of now.
func (d *Day) wanted(j model.JobIdx) {
	if d.Anchor(j) {
		return
	}
	x := &d.jobs[j]
	if x.phase != open {
		d.asOf.Jobs[j] = closed(d.known.Jobs[j])
		return
	}
	job := d.known.Jobs[j]
	if x.delayed > 0 {
		job.Release = max(job.Release, x.delayed)
	}
	d.without(j, &job)
	job.Kept = d.keptNow(j)
	if x.pin.technician() {
		job.Required = []model.TechIdx{x.pin.Tech}
	}
	if x.pin.start() {
		d.onlyInTime(&job, x.pin.Start)
		soft := []model.Window{{Kind: model.Availability, From: x.pin.Start, To: x.pin.Start}}
		for _, w := range job.Windows {
			if w.Kind != model.Availability {
				soft = append(soft, w)
			}
		}
		job.Windows = soft
	}
	if x.pin != nil {
		job.Unassigned += d.pinned
	}
	d.asOf.Jobs[j] = job
}

// freer tells whether a shift may do more than it could, but for what was done.
func freer(was, now *model.Shift) bool {
	return now.Earliest <= now.LatestEnd && (now.Earliest < was.Earliest || now.LatestEnd > was.LatestEnd ||
		now.Start != was.Start || now.End != was.End || now.MaxWork > was.MaxWork || now.MaxDrive > was.MaxDrive)
}

// sameShift compares what a day changes.
func sameShift(a, b *model.Shift) bool {
	return a.Start == b.Start && a.End == b.End && a.Earliest == b.Earliest && a.LatestEnd == b.LatestEnd && a.MaxWork == b.MaxWork &&
		a.MaxDrive == b.MaxDrive && a.MaxSpell == b.MaxSpell && a.Fixed == b.Fixed && slices.Equal(a.Breaks, b.Breaks)
}
