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
	need := in.fromVan(j)
	return in.obstacle(s, j, &need)
}

// obstacle is Obstacle with what a van must have for the job.
func (in *Instance) obstacle(s model.ShiftIdx, j model.JobIdx, need *vanNeed) Obstacle {
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
	if o := need.obstacle(tech); o != NoObstacle {
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

// vanNeed is what the van must have for a job, as all nodes together have not enough, whoever else may need it: of each part one of the options, and
// the tools.
type vanNeed struct {
	parts [][]model.Quantity
	tools []model.ToolIdx
}

func (in *Instance) fromVan(j model.JobIdx) (out vanNeed) {
	job := &in.P.Jobs[j]
	for i, part := range job.Parts {
		var options []model.Quantity
		option := func(sku model.SKUIdx) (atNodes bool) {
			lack := part.Qty - in.atAllNodes(j, sku)
			options = append(options, model.Quantity{SKU: sku, Qty: lack})
			return lack <= 0
		}
		if option(part.SKU) || slices.ContainsFunc(job.Substitutes, func(s model.Substitute) bool { return int(s.Part) == i && option(s.SKU) }) {
			continue
		}
		out.parts = append(out.parts, options)
	}
	for _, tool := range job.Tools {
		if !slices.ContainsFunc(in.P.Nodes, func(n model.Node) bool { return n.ToolsOf(tool) > 0 }) {
			out.tools = append(out.tools, tool)
		}
	}
	return out
}

func (v *vanNeed) obstacle(tech *model.Technician) Obstacle {
	for _, options := range v.parts {
		if !slices.ContainsFunc(options, func(q model.Quantity) bool { return stockOf(tech, q.SKU) >= q.Qty }) {
			return PartUnavailable
		}
	}
	for _, tool := range v.tools {
		if !slices.Contains(tech.Tools, tool) {
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
