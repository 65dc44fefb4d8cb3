package route

import (
	"slices"

	"callout/solver/model"
)

// Obstacle says why a shift cannot do a job whatever else it does.
type Obstacle uint8

// Obstacles, in the order in which they are looked for.
const (
	NoObstacle Obstacle = iota
	Excluded
	NotRequired // others are required
	SkillMissing
	SkillLevel
	CertificateMissing
	OutsideArea
	PartUnavailable // neither the van nor all nodes together have enough
	ToolUnavailable
	NoWay         // the location cannot be reached, or left, with the shift's profile
	OutsideShift  // no window, taken alone, fits the shift
	OverDriveCap  // there and back exceeds the driving cap
	OverWorkCap   // there, the work, and back exceed the working cap
	numObstacles_ //nolint:revive // sentinel for tests
)

// Obstacle returns the first obstacle between shift s and job j, or NoObstacle.
func (in *Instance) Obstacle(s model.ShiftIdx, j model.JobIdx) Obstacle {
	p := in.P
	sh, job := &p.Shifts[s], &p.Jobs[j]
	tech := &p.Technicians[sh.Tech]
	switch {
	case slices.Contains(job.Excluded, sh.Tech):
		return Excluded
	case len(job.Required) > 0 && !slices.Contains(job.Required, sh.Tech):
		return NotRequired
	}
	if o := skillObstacle(job, tech); o != NoObstacle {
		return o
	}
	for _, c := range job.Certificates {
		if !holds(tech, c, sh.Earliest, sh.LatestEnd) {
			return CertificateMissing
		}
	}
	if l := &p.Locations[job.Location]; tech.Area != nil && !job.Anywhere && (!l.HasCoord || !tech.Area.Contains(l.Lat, l.Lon)) {
		return OutsideArea
	}
	if o := in.supplyObstacle(j, tech); o != NoObstacle {
		return o
	}
	return in.aloneObstacle(int32(s), int32(j))
}

func skillObstacle(job *model.Job, tech *model.Technician) Obstacle {
	low := false
	for _, need := range job.AllOf {
		switch have := tech.Skill(need.Skill); {
		case have == nil:
			return SkillMissing
		case have.Level < need.Level:
			low = true
		}
	}
	if low {
		return SkillLevel
	}
	if len(job.AnyOf) == 0 {
		return NoObstacle
	}
	worst := SkillMissing
	for _, need := range job.AnyOf {
		if have := tech.Skill(need.Skill); have != nil {
			if have.Level >= need.Level {
				return NoObstacle
			}
			worst = SkillLevel
		}
	}
	return worst
}

// holds tells whether the technician holds c at every second from..to; a renewal without a gap counts.
func holds(tech *model.Technician, c model.CertIdx, from, to model.Time) bool {
	for from <= to {
		until := from - 1
		for _, h := range tech.Certificates {
			if h.Cert == c && h.From <= from {
				until = max(until, h.Until)
			}
		}
		if until < from {
			return false
		}
		from = until + 1
	}
	return true
}

// supplyObstacle looks at all stock there is, whoever else may need it.
func (in *Instance) supplyObstacle(j model.JobIdx, tech *model.Technician) Obstacle {
	job := &in.P.Jobs[j]
	for i, part := range job.Parts {
		enough := func(sku model.SKUIdx) bool { return stockOf(tech, sku)+in.atAllNodes(j, sku) >= part.Qty }
		other := func(s model.Substitute) bool { return int(s.Part) == i && enough(s.SKU) }
		if !enough(part.SKU) && !slices.ContainsFunc(job.Substitutes, other) {
			return PartUnavailable
		}
	}
	for _, tool := range job.Tools {
		have := slices.Contains(tech.Tools, tool)
		for n := 0; n < len(in.P.Nodes) && !have; n++ {
			have = in.P.Nodes[n].ToolsOf(tool) > 0
		}
		if !have {
			return ToolUnavailable
		}
	}
	return NoObstacle
}

func stockOf(tech *model.Technician, sku model.SKUIdx) int64 {
	for _, q := range tech.Stock {
		if q.SKU == sku {
			return q.Qty
		}
	}
	return 0
}

// aloneObstacle schedules the job as the only one of the shift, without breaks, by the shortest ways there are.
func (in *Instance) aloneObstacle(s, j int32) Obstacle {
	f := &in.shifts[s]
	l := in.loc[j]
	there, back := f.leg(f.start, l), f.leg(l, f.end)
	dur := in.dur[int(f.tech)*in.NStops+int(j)]
	start := in.nextStart(j, dur, f.earliest+f.driveAt(f.start, l, f.earliest))
	home := back
	if start < never {
		home = f.driveAt(l, f.end, start+dur)
	}
	o := in.barred(s, there, back, dur, start, home)
	if o == NoObstacle || f.reach == nil {
		return o
	}
	there, back = min(there, f.reach.there[l]), min(back, f.reach.back[l])
	return in.barred(s, there, back, dur, in.nextStart(j, dur, f.earliest+there), back)
}

// barred tells what is against a job that lasts dur, with the ways there and back and its start, from which the way back takes home.
func (in *Instance) barred(s int32, there, back, dur, start, home int64) Obstacle {
	f := &in.shifts[s]
	switch {
	case there >= model.Unreachable || back >= model.Unreachable:
		return NoWay
	case start >= never || start+dur+home > f.latestEnd:
		return OutsideShift
	case there+back > f.maxDrive:
		return OverDriveCap
	case there+dur+back > in.P.Shifts[s].MaxWork:
		return OverWorkCap
	}
	return NoObstacle
}

// leg is the travel time between two locations, zero at an open start or end; the least of all hours.
func (f *shiftFacts) leg(a, b model.LocIdx) int64 {
	if a|b < 0 {
		return 0
	}
	return int64(f.d[int(a)*f.n+int(b)])
}

// legMeters is the distance between two locations, zero at an open start or end; the least of all hours.
func (f *shiftFacts) legMeters(a, b model.LocIdx) int64 {
	if f.m == nil || a|b < 0 {
		return 0
	}
	return int64(f.m[int(a)*f.n+int(b)])
}
