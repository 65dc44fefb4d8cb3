package happen

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
)

// someoneFor is a technician who is not sick and may do a job, if one is found among some; else anybody.
func (t *Teller) someoneFor(job *calloutv1.Job) string {
	const asked = 200
	for range asked {
		id := t.well()
		k := slices.IndexFunc(t.problem.GetTechnicians(), func(x *calloutv1.Technician) bool { return x.GetId() == id })
		if able(t.problem.GetTechnicians()[k], job) {
			return id
		}
	}
	return t.well()
}

// able tells whether somebody has the skills for a job, and is not barred from it.
func able(x *calloutv1.Technician, job *calloutv1.Job) bool {
	has := func(need *calloutv1.SkillRequirement) bool {
		return slices.ContainsFunc(x.GetSkills(), func(s *calloutv1.TechnicianSkill) bool {
			return s.GetSkill() == need.GetSkill() && s.GetLevel() >= need.GetMinLevel()
		})
	}
	if slices.Contains(job.GetExcludedTechnicianIds(), x.GetId()) ||
		len(job.GetRequiredTechnicianIds()) > 0 && !slices.Contains(job.GetRequiredTechnicianIds(), x.GetId()) {
		return false
	}
	for _, need := range job.GetSkills().GetAllOf() {
		if !has(need) {
			return false
		}
	}
	either := job.GetSkills().GetAnyOf()
	return len(either) == 0 || slices.ContainsFunc(either, has)
}
