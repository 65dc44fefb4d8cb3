package happen

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
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
	required := job.GetRequiredTechnicianIds()
	return city.Qualified(x, job) && !slices.Contains(job.GetExcludedTechnicianIds(), x.GetId()) &&
		(len(required) == 0 || slices.Contains(required, x.GetId()))
}
