package engine

import (
	"cmp"
	"math/bits"
	"slices"

	"callout/solver/model"
)

// order is the technicians in the order in which it is most telling to ask why they do not do a job, for when there is no time
// for all: those with the fewest reasons against them first, then those who come closest to its place.
func (b *book) order(j model.JobIdx) []model.TechIdx {
	type key struct {
		tech    model.TechIdx
		against int
		far     model.Duration
	}
	keys := make([]key, len(b.p.Technicians))
	for t := range keys {
		tech := model.TechIdx(t)
		keys[t] = key{tech, bits.OnesCount16(uint16(against(b.p, j, tech))), b.far(j, tech)}
	}
	slices.SortFunc(keys, func(x, y key) int {
		return cmp.Or(cmp.Compare(x.against, y.against), cmp.Compare(x.far, y.far), cmp.Compare(x.tech, y.tech))
	})
	out := make([]model.TechIdx, len(keys))
	for k := range keys {
		out[k] = keys[k].tech
	}
	return out
}

// against is the fixed rules that keep a job from a technician, but for certificates, which depend on the shift.
func against(p *model.Problem, j model.JobIdx, t model.TechIdx) lift {
	job, tech := &p.Jobs[j], &p.Technicians[t]
	var set lift
	has := func(need model.SkillLevel) bool {
		s := tech.Skill(need.Skill)
		return s != nil && s.Level >= need.Level
	}
	lacks := func(need model.SkillLevel) bool { return !has(need) }
	if slices.ContainsFunc(job.AllOf, lacks) || len(job.AnyOf) > 0 && !slices.ContainsFunc(job.AnyOf, has) {
		set |= liftSkills
	}
	if l := &p.Locations[job.Location]; tech.Area != nil && !job.Anywhere && !(l.HasCoord && tech.Area.Contains(l.Lat, l.Lon)) {
		set |= liftArea
	}
	if slices.Contains(job.Excluded, t) || len(job.Required) > 0 && !slices.Contains(job.Required, t) {
		set |= liftStaffing
	}
	return set
}

// far is how long a technician drives to a job from the closest place of his routes; as the crow flies where there are too many places
// to ask the roads.
func (b *book) far(j model.JobIdx, t model.TechIdx) model.Duration {
	least := model.Duration(model.Unreachable)
	to := b.p.Jobs[j].Location
	for _, s := range b.shifts[t] {
		sh := &b.p.Shifts[s]
		from := func(place model.LocIdx, ready model.Time) {
			if b.wide {
				x, y := &b.p.Locations[place], &b.p.Locations[to]
				const slow = 5 // metres per second
				least = min(least, model.Duration(model.GreatCircle(x.Lat, x.Lon, y.Lat, y.Lon)/slow))
				return
			}
			drive, _ := b.p.Profiles[sh.Profile].Leg(place, to, ready)
			least = min(least, drive)
		}
		if sh.Start != model.NoLoc {
			from(sh.Start, sh.Earliest)
		}
		for k := range b.plan.Routes[s].Stops {
			stop := &b.plan.Routes[s].Stops[k]
			from(b.p.Location(stop), stop.End)
		}
	}
	return least
}
