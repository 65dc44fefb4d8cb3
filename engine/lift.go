package engine

import (
	"slices"

	"callout/solver/check"
	"callout/solver/model"
)

// lift is a set of rules that are lifted for one job and technician, to see whether they are what stands in the way.
type lift uint16

// The rules that can be lifted, the most telling first: where lifting one of several lets the job in, the first is named.
const (
	liftSkills       lift = 1 << iota // skills and levels of the job
	liftCertificates                  // certificates of the job
	liftArea                          // the technician's service area
	liftStaffing                      // required and excluded technicians of the job
	liftSupply                        // parts and tools of the job
	liftReturns                       // where returns land, and room for those of the job
	liftCaps                          // caps on working and driving time
	liftBreaks                        // breaks, and the cap on the time between them
	liftWindows                       // hard windows of the job
	liftEnd                           // latest end of the shift
)

const (
	// liftsFixed do not depend on what else the technician does.
	liftsFixed = liftSkills | liftCertificates | liftArea | liftStaffing
	// liftsOfTime are of when the job is done and how long somebody works.
	liftsOfTime = liftWindows | liftEnd
	// liftsAll are all there are.
	liftsAll = liftEnd<<1 - 1
	// liftsOffered may be proposed to people. Breaks and caps protect the technician: they are named as reasons, but nobody is
	// asked to waive them.
	liftsOffered = liftsFixed | liftSupply | liftReturns | liftWindows | liftEnd
)

// liftsInTurn are those that depend on the rest of the plan, in order.
var liftsInTurn = [...]lift{liftSupply, liftReturns, liftCaps, liftBreaks, liftWindows, liftEnd}

// liftOf says which lifts allow a violation, any of them; 0: none does.
func liftOf(c check.Code) lift {
	switch c {
	case check.SkillLevel, check.AnySkill:
		return liftSkills
	case check.CertificateMissing:
		return liftCertificates
	case check.ServiceArea:
		return liftArea
	case check.RequiredTechnician, check.ExcludedTechnician:
		return liftStaffing
	case check.PartsShort, check.ToolMissing:
		return liftSupply
	case check.VanWeight, check.VanVolume:
		return liftSupply | liftReturns
	case check.ReturnsMissing:
		return liftReturns
	case check.MaxWork, check.MaxDrive:
		return liftCaps
	case check.MaxSpell, check.BreakOwed:
		return liftBreaks
	case check.HardWindow:
		return liftWindows
	case check.FinishLate:
		return liftEnd
	default:
		return 0
	}
}

const (
	// secondPrice is what a second outside a lifted window or shift costs in the search for a place: so much that the place
	// found is one with the least of them, and so little that a week of seconds can be summed.
	secondPrice model.Cost = 1_000_000_000
	// longestOvertime is how far a shift end is lifted.
	longestOvertime model.Duration = 12 * 3600
)

// relaxed is the excerpt's problem without the rules in set. Nothing is shared with the excerpt that is changed.
func (x *excerpt) relaxed(set lift) *model.Problem {
	p := x.Problem
	if set == 0 {
		return &p
	}
	p.Objective.Tier = [model.NumTerms]uint8{} // guidance needs one number; what comes out is priced by the true tiers
	p.Jobs = slices.Clone(p.Jobs)
	p.Technicians = slices.Clone(p.Technicians)
	p.Shifts = slices.Clone(p.Shifts)
	job, tech := &p.Jobs[x.job], &p.Technicians[self]
	if set&liftSkills != 0 {
		job.Service = x.ServiceTime(x.job, self)
		job.AllOf, job.AnyOf = nil, nil
	}
	if set&liftCertificates != 0 {
		job.Certificates = nil
	}
	if set&liftArea != 0 {
		tech.Area = nil
	}
	if set&liftStaffing != 0 {
		job.Required, job.Excluded = nil, nil
	}
	if set&liftSupply != 0 {
		job.Parts, job.Substitutes, job.Tools = nil, nil, nil
	}
	if set&liftReturns != 0 {
		job.Returns = nil
		tech.Returns = model.RenamedReturns(tech.Returns, func(model.NodeIdx) (model.NodeIdx, bool) { return 0, false })
	}
	if set&liftWindows != 0 {
		job.Windows = softened(job.Windows)
	}
	for k := range p.Shifts {
		sh := &p.Shifts[k]
		if set&liftCaps != 0 {
			sh.MaxWork, sh.MaxDrive = model.NoCap, model.NoCap
		}
		if set&liftBreaks != 0 {
			sh.Breaks, sh.MaxSpell = nil, model.NoCap
		}
		if set&liftEnd != 0 {
			extend(sh, &x.Problem, tech)
		}
	}
	return &p
}

// softened turns hard windows into soft ones at secondPrice, of a kind that the job has no windows of; where it has all kinds,
// its preferences give way.
func softened(windows []model.Window) []model.Window {
	kind := model.Preferred
	for k := model.Availability + 1; k < model.NumWindowKinds; k++ {
		if !slices.ContainsFunc(windows, func(w model.Window) bool { return w.Kind == k }) {
			kind = k
			break
		}
	}
	var out []model.Window
	for _, w := range windows {
		if w.Kind == kind {
			continue
		}
		if w.Kind == model.Availability {
			w.Kind, w.Early, w.Late = kind, secondPrice, secondPrice
		}
		out = append(out, w)
	}
	return out
}

// extend moves the end of a shift as far as the technician's next one allows, at secondPrice, and his certificates with it.
func extend(sh *model.Shift, p *model.Problem, tech *model.Technician) {
	end := sh.LatestEnd
	to := min(end+longestOvertime, model.MaxTime)
	for k := range p.Shifts {
		if next := p.Shifts[k].Earliest; next > sh.Earliest {
			to = min(to, max(end, next))
		}
	}
	after := max(0, end-sh.RegularEnd)
	tiers := slices.DeleteFunc(slices.Clone(sh.Overtime), func(o model.OvertimeTier) bool { return o.After >= after })
	sh.Overtime = append(tiers, model.OvertimeTier{After: after, Rate: secondPrice})
	sh.LatestEnd = to
	tech.Certificates = slices.Clone(tech.Certificates)
	for k := range tech.Certificates {
		if c := &tech.Certificates[k]; c.Until >= end && c.Until < to {
			c.Until = to
		}
	}
}
