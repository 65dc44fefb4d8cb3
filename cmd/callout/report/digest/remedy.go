package digest

import (
	"fmt"
	"strings"
	"time"

	calloutv1 "callout/api/callout/v1"
)

// remedy tells the cheapest change that would let a job in: who could do it, at what price, on which condition.
func (d *Digest) remedy(job *calloutv1.Job, r *calloutv1.Relaxation) string {
	if r == nil {
		return ""
	}
	price := Money(r.GetExtraCost(), d.currency())
	var ifs []string
	worth := ""
	for _, v := range r.GetLifted() {
		if v.GetCode() == calloutv1.ConstraintCode_CONSTRAINT_CODE_UNASSIGNED_COST {
			worth = price
			continue
		}
		ifs = append(ifs, condition(job, v))
	}
	switch {
	case len(ifs) == 0 && worth != "":
		return fmt.Sprintf("It would pay from %s on, with %s.", worth, r.GetTechnicianId())
	case len(ifs) == 0:
		return r.GetDescription()
	case worth != "":
		ifs = append(ifs, "the job was worth that")
	}
	return fmt.Sprintf("%s could do it for %s if %s.", r.GetTechnicianId(), price, strings.Join(ifs, ", and "))
}

// condition is what would have to be so for a rule to be kept, or not to count.
func condition(job *calloutv1.Job, v *calloutv1.Violation) string {
	if what := subject(job, v); what != "" {
		if text := having(v, what); text != "" {
			return text
		}
	}
	size := Duration(time.Duration(v.GetSize()) * time.Second)
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_REQUIRED_TECHNICIAN, calloutv1.ConstraintCode_CONSTRAINT_CODE_EXCLUDED_TECHNICIAN:
		return "the customer agreed"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SERVICE_AREA:
		return "the service area reached " + Distance(v.GetSize()) + " farther"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_HARD_WINDOW:
		return "the site were open " + size + " earlier or longer"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_FINISH_LATE:
		return "the shift could end " + size + " later"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_WORK:
		return "working time could be " + size + " longer"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_DRIVE:
		return "driving time could be " + size + " longer"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_SPELL:
		return "the time without a break could be " + size + " longer"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_OWED:
		return "a break were given up"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_WINDOW:
		return "a break could start " + size + " earlier or later"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_CLOSED:
		return "the stocking node were open " + size + " longer"
	default:
		return "this did not count: " + v.GetMessage()
	}
}

// having says that the skill were not needed, or the certificate, part or tool were there. It is "" for rules about other things.
func having(v *calloutv1.Violation, what string) string {
	switch v.GetCode() {
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL:
		return "that took no " + what
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_ANY_SKILL:
		return "that took neither " + what
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_CERTIFICATE:
		return "a valid " + what + " certificate were held"
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_SUPPLY_SOURCE, calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_SHORT,
		calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_STOCK, calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_STOCK:
		return fmt.Sprintf("there were %d more %s", int(max(1, v.GetSize())), what)
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_MISSING, calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_TOOLS:
		return "there were another " + what
	case calloutv1.ConstraintCode_CONSTRAINT_CODE_RETURNS_MISSING:
		return what + " could stay where it is"
	default:
		return ""
	}
}
