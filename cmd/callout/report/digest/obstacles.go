package digest

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	calloutv1 "callout/api/callout/v1"
)

const noRoom = "there is no room left in the day"

// obstacles tell what keeps a technician from a job in the words of a dispatcher, without sizes, which differ from technician
// to technician. Several rules of time come down to one: the day is full.
func obstacles(job *calloutv1.Job, r *calloutv1.TechnicianReason) []string {
	full := 0
	for _, v := range r.GetViolations() {
		if aboutTime[v.GetCode()] != "" {
			full++
		}
	}
	var out []string
	for _, v := range r.GetViolations() {
		word := obstacle(job, v)
		if full > 1 && aboutTime[v.GetCode()] != "" {
			word = noRoom
		}
		if !slices.Contains(out, word) {
			out = append(out, word)
		}
	}
	return out
}

func obstacle(job *calloutv1.Job, v *calloutv1.Violation) string {
	if what := subject(job, v); what != "" {
		if text := lacking(v.GetCode(), what); text != "" {
			return text
		}
	}
	if text := aboutTime[v.GetCode()]; text != "" {
		return text
	}
	if text := plain[v.GetCode()]; text != "" {
		return text
	}
	return v.GetMessage()
}

// lacking says that there is no such skill, certificate, part or tool. It is "" for rules about other things.
func lacking(code calloutv1.ConstraintCode, what string) string {
	switch code {
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
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_RETURNS_MISSING:
		return "no time to take " + what + " back"
	default:
		return ""
	}
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
	calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_WEIGHT:          "too heavy for the van",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_VOLUME:          "no room in the van",
}

// subject names what a violation is about: a skill with the level that the job needs, and where the job leaves a choice of
// skills, all of them. It is "" where that is not told.
func subject(job *calloutv1.Job, v *calloutv1.Violation) string {
	var names []string
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL:
		for _, need := range job.GetSkills().GetAllOf() {
			if need.GetSkill() == v.GetSubject() {
				return levelled(need)
			}
		}
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_ANY_SKILL:
		for _, need := range job.GetSkills().GetAnyOf() {
			names = append(names, levelled(need))
		}
	default:
	}
	return cmp.Or(strings.Join(names, " nor "), v.GetSubject())
}

// levelled is a skill with its level.
func levelled(need *calloutv1.SkillRequirement) string {
	if need.GetMinLevel() == 0 {
		return need.GetSkill()
	}
	return fmt.Sprintf("%s at level %d", need.GetSkill(), need.GetMinLevel())
}
