package main

import (
	"callout/solver/model"
)

// trip is a way between two places.
type trip struct {
	time   model.Duration
	metres model.Meters
	ok     bool
}

// between is the way of a profile; nowhere (an open start or end) is next to everything.
func between(p *model.Problem, profile model.ProfileIdx, from, to model.LocIdx) trip {
	if from == model.NoLoc || to == model.NoLoc {
		return trip{ok: true}
	}
	m := p.Profiles[profile].Matrix
	d := m.Duration(from, to)
	return trip{d, m.Distance(from, to), d < model.Unreachable}
}

// kilometres of a plan.
func kilometres(p *model.Problem, plan *model.Plan) float64 {
	var metres model.Meters
	for k := range plan.Routes {
		r := &plan.Routes[k]
		if len(r.Stops) == 0 {
			continue
		}
		s := &p.Shifts[r.Shift]
		at := s.Start
		for i := range r.Stops {
			to := p.Location(&r.Stops[i])
			metres += between(p, s.Profile, at, to).metres
			at = to
		}
		metres += between(p, s.Profile, at, s.End).metres
	}
	return float64(metres) / 1000
}

// qualified tells whether a technician may do a job, but for certificates.
func qualified(p *model.Problem, t model.TechIdx, j model.JobIdx) bool {
	tech, job := &p.Technicians[t], &p.Jobs[j]
	has := func(need model.SkillLevel) bool {
		s := tech.Skill(need.Skill)
		return s != nil && s.Level >= need.Level
	}
	for _, need := range job.AllOf {
		if !has(need) {
			return false
		}
	}
	anyOf := len(job.AnyOf) == 0
	for _, need := range job.AnyOf {
		anyOf = anyOf || has(need)
	}
	at := &p.Locations[job.Location]
	return anyOf && (!at.HasCoord || tech.Area.Contains(at.Lat, at.Lon))
}

// inVan is what a technician has of a part at the start.
func inVan(t *model.Technician, sku model.SKUIdx) int64 {
	for _, q := range t.Stock {
		if q.SKU == sku {
			return q.Qty
		}
	}
	return 0
}
