package digest

import (
	"fmt"
	"slices"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

const noRoom = "there is no room left in the day"

// obstacles tell what keeps a technician from a job in the words of a dispatcher, without sizes, which differ from technician
// to technician. Several rules of time come down to one: the day is full.
func (d *Digest) obstacles(job *calloutv1.Job, r *calloutv1.TechnicianReason) []string {
	full := 0
	for _, v := range r.GetViolations() {
		if aboutTime[v.GetCode()] != "" {
			full++
		}
	}
	var out []string
	for _, v := range r.GetViolations() {
		word := d.obstacle(job, r.GetTechnicianId(), v)
		if full > 1 && aboutTime[v.GetCode()] != "" {
			word = noRoom
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

func (d *Digest) obstacle(job *calloutv1.Job, tech string, v *calloutv1.Violation) string {
	what := d.subject(job, tech, v)
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL:
		return "no " + what
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_ANY_SKILL:
		return "neither " + what
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_CERTIFICATE:
		return "no valid " + what + " certificate"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SUPPLY_SOURCE, calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_SHORT,
		calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_STOCK, calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_STOCK,
		calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_MISSING, calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_TOOLS:
		return "no " + what + " to be had"
	default:
	}
	if text := aboutTime[v.GetCode()]; text != "" {
		return text
	}
	if text := plain[v.GetCode()]; text != "" {
		return text
	}
	return v.GetMessage()
}

var aboutTime = map[calloutv1.ConstraintCode]string{
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NO_TIME:      noRoom,
	calloutv1.ConstraintCode_CONSTRAINT_CODE_FINISH_LATE:  "the shift ends too early",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_WORK:     "working time would exceed its cap",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_DRIVE:    "driving time would exceed its cap",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_SPELL:    "it would be too long without a break",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_OWED:   "a break would be lost",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_WINDOW: "a break would be out of time",
}

var plain = map[calloutv1.ConstraintCode]string{
	calloutv1.ConstraintCode_CONSTRAINT_CODE_REQUIRED_TECHNICIAN: "not the technician asked for",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_EXCLUDED_TECHNICIAN: "not wanted by the customer",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SERVICE_AREA:        "outside the service area",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_HARD_WINDOW:         "the site's hours do not fit",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RELEASE:             "the job comes in too late",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_UNREACHABLE:         "no way there",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_CLOSED:         "the stocking node is closed",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_UNASSIGNED_COST:     "worth less than it costs",
}

// subject names what a violation is about. Where the violation does not say, it is what the technician lacks of what the job
// needs.
func (d *Digest) subject(job *calloutv1.Job, tech string, v *calloutv1.Violation) string {
	t := d.technicians[tech]
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL:
		return skillsLacking(t, job.GetSkills().GetAllOf(), v.GetSubject(), " and ")
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_ANY_SKILL:
		return skillsLacking(t, job.GetSkills().GetAnyOf(), "", " nor ")
	default:
	}
	if v.GetSubject() != "" {
		return v.GetSubject()
	}
	var names []string
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_CERTIFICATE:
		names = d.certificatesLacking(t, job, v.GetShiftId())
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_MISSING, calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_TOOLS:
		for _, tool := range job.GetTools() {
			if !slices.Contains(t.GetTools(), tool) {
				names = append(names, tool)
			}
		}
	default:
		names = d.partsLacking(t, job)
	}
	if len(names) == 0 { // there is enough, but others use it
		for _, part := range job.GetParts() {
			names = append(names, part.GetSku())
		}
		return strings.Join(names, " or ")
	}
	return strings.Join(names, " and ")
}

// skillsLacking are the skills, or the one asked about, that a technician does not have at the level needed.
func skillsLacking(t *calloutv1.Technician, needs []*calloutv1.SkillRequirement, only, join string) string {
	var names []string
	for _, need := range needs {
		has := slices.ContainsFunc(t.GetSkills(), func(s *calloutv1.TechnicianSkill) bool {
			return s.GetSkill() == need.GetSkill() && s.GetLevel() >= need.GetMinLevel()
		})
		if has || only != "" && need.GetSkill() != only {
			continue
		}
		name := need.GetSkill()
		if need.GetMinLevel() > 0 {
			name += fmt.Sprintf(" at level %d", need.GetMinLevel())
		}
		names = append(names, name)
	}
	if len(names) == 0 {
		return only
	}
	return strings.Join(names, join)
}

// certificatesLacking are those of which none of the technician's covers the shift, or any of his shifts.
func (d *Digest) certificatesLacking(t *calloutv1.Technician, job *calloutv1.Job, shift string) []string {
	var names []string
	for _, cert := range job.GetCertificates() {
		held := func(s *calloutv1.Shift) bool {
			return slices.ContainsFunc(t.GetCertificates(), func(c *calloutv1.TechnicianCertificate) bool {
				return c.GetCertificate() == cert &&
					(c.GetValidFrom() == nil || !c.GetValidFrom().AsTime().After(s.GetEarliestStart().AsTime())) &&
					(c.GetValidUntil() == nil || !c.GetValidUntil().AsTime().Before(s.GetLatestEnd().AsTime()))
			})
		}
		for _, s := range t.GetShifts() {
			if (shift == "" || s.GetId() == shift) && !held(s) {
				names = append(names, cert)
				break
			}
		}
	}
	return names
}

// partsLacking are the parts of which van and nodes together have too few, or else those that the van does not have.
func (d *Digest) partsLacking(t *calloutv1.Technician, job *calloutv1.Job) []string {
	var scarce, absent []string
	for _, need := range job.GetParts() {
		var have int64
		for _, s := range t.GetVanStock() {
			if s.GetSku() == need.GetSku() {
				have += s.GetQuantity()
			}
		}
		if have < need.GetQuantity() {
			absent = append(absent, need.GetSku())
		}
		for _, n := range d.Problem.GetNodes() {
			for _, s := range n.GetStock() {
				if s.GetSku() == need.GetSku() {
					have += s.GetQuantity()
					if s.GetUnlimited() {
						have = need.GetQuantity()
					}
				}
			}
		}
		if have < need.GetQuantity() {
			scarce = append(scarce, need.GetSku())
		}
	}
	if len(scarce) > 0 {
		return scarce
	}
	return absent
}
