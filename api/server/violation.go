package server

import (
	"fmt"
	"math"
	"slices"
	"strings"

	calloutv1 "callout/api/callout/v1"
	"callout/engine"
	"callout/solver/model"
)

const micro = 1_000_000 // model.Cost per currency unit

// codeOf is the message's code of a violation: both are named alike.
func codeOf(code string) calloutv1.ConstraintCode {
	return calloutv1.ConstraintCode(calloutv1.ConstraintCode_value["CONSTRAINT_CODE_"+strings.ToUpper(code)])
}

var units = map[string]calloutv1.Unit{
	"seconds":    calloutv1.Unit_UNIT_SECONDS,
	"metres":     calloutv1.Unit_UNIT_METRES,
	"levels":     calloutv1.Unit_UNIT_LEVELS,
	"pieces":     calloutv1.Unit_UNIT_PIECES,
	"weight":     calloutv1.Unit_UNIT_KILOGRAMS,
	"volume":     calloutv1.Unit_UNIT_LITRES,
	"count":      calloutv1.Unit_UNIT_COUNT,
	"millionths": calloutv1.Unit_UNIT_CURRENCY,
}

// inMillionths are the units whose millionths violations are counted in.
var inMillionths = []calloutv1.Unit{calloutv1.Unit_UNIT_CURRENCY, calloutv1.Unit_UNIT_KILOGRAMS, calloutv1.Unit_UNIT_LITRES}

// sentences say what a hard violation is; %s is its size with its unit.
var sentences = map[calloutv1.ConstraintCode]string{
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL:          "a required skill is missing or too low by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_ANY_SKILL:            "no skill of a choice is high enough, the nearest too low by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_CERTIFICATE:          "a certificate is not held throughout the shift, for %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_REQUIRED_TECHNICIAN:  "the job requires another technician",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_EXCLUDED_TECHNICIAN:  "the job excludes the technician",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SERVICE_AREA:         "the job lies %s outside the technician's service area",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_JOB_REPEATED:         "the job is visited again",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RELEASE:              "service starts %s before the job's release",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_HARD_WINDOW:          "the visit misses the job's availability by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SERVICE_DURATION:     "the service time is off by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_CLOSED:          "the node is closed, by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_HANDLING_DURATION:    "the handling time is off by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_DEPART_EARLY:         "the route departs %s too early",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_FINISH_LATE:          "the route ends %s after the shift's latest end",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_OPEN_START:           "the route does not begin at its first stop, by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_OPEN_END:             "the route does not finish with its last stop, by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_UNREACHABLE:          "there is no way to or from the place",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_TRAVEL_TIME:          "the drive and the breaks on it need %s more",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_START_BEFORE_ARRIVAL: "work starts %s before the arrival",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_WORK:             "working time exceeds its cap by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_DRIVE:            "driving time exceeds its cap by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_MAX_SPELL:            "the time without a break exceeds its cap by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_WINDOW:         "a break starts %s outside its window",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_DURATION:       "a break's length is off by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_ORDER:          "a break is listed out of order",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_OVERLAP:        "a break overlaps the one before by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_OUTSIDE:        "a break lies %s outside the route",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_INTERRUPTS:     "a break interrupts work for %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_AT_ARRIVAL:     "an arrival falls into a break, %s before its end",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_OWED:           "a break is left out, the route ends %s after its latest start",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_BREAK_SKIPPED:        "a break is left out, but a later one is taken",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SUPPLY_SOURCE:        "a part or tool comes from neither the van nor an earlier call",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SUPPLY_QUANTITY:      "a supply has an impossible quantity",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_SHORT:          "parts are short by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_SURPLUS:        "%s more are taken than the job needs",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_MIXED:          "of one part %s are others than the rest",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_STOCK:            "%s more are taken from the van than it has",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_WEIGHT:           "a pick-up or a return overloads the van by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_VAN_VOLUME:           "a pick-up or a return overfills the van by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_STOCK:           "%s more are taken from the node than it has",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_MISSING:         "a tool is missing",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_SURPLUS:         "a tool is supplied twice or without need",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_TOOL_NOT_CARRIED:     "a tool is said to be carried and is not",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NODE_TOOLS:           "%s more of a tool are borrowed from the node than it has",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SHIPMENT_WAY:         "a shipment does not lead to where the part is needed",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_SHIPMENT_TIMES:       "a shipment goes with a departure that there is not, off by %s",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_CUT_OFF:              "a part is handed over for shipping %s before it is there",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_PART_NOT_THERE:       "work begins %s before a part has arrived",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RESERVED:             "%s are taken that are reserved for another job",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RETURN_PLACE:         "returns do not land at a later call at one of their nodes",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RETURNS_MISSING:      "there is nowhere for returns to land, %s of them",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_RETURNS_SURPLUS:      "%s more returns land than there are",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_NO_TIME:              "no place in the route leaves enough time",
	calloutv1.ConstraintCode_CONSTRAINT_CODE_UNASSIGNED_COST:      "leaving the job out costs %s less than doing it",
}

// violations turns hard violations into messages.
func (w writer) violations(list []engine.Violation) []*calloutv1.Violation {
	out := make([]*calloutv1.Violation, len(list))
	for k := range list {
		out[k] = w.violation(&list[k])
	}
	return out
}

func (w writer) violation(v *engine.Violation) *calloutv1.Violation {
	out := &calloutv1.Violation{
		Code: codeOf(string(v.Code)), Hard: v.Code != engine.UnassignedCost, Subject: v.Subject,
		Size: float64(v.Size), Unit: units[string(v.Unit)],
	}
	if slices.Contains(inMillionths, out.GetUnit()) {
		out.Size /= micro
	}
	if v.Tech >= 0 && int(v.Tech) < len(w.p.Technicians) {
		out.TechnicianId = w.p.Technicians[v.Tech].ID
	}
	if v.Shift >= 0 && int(v.Shift) < len(w.p.Shifts) {
		sh := &w.p.Shifts[v.Shift]
		out.ShiftId, out.TechnicianId = sh.ID, w.p.Technicians[sh.Tech].ID
		if v.Break >= 0 && v.Break < len(sh.Breaks) {
			out.BreakId = sh.Breaks[v.Break].ID
		}
	}
	if v.Job >= 0 && int(v.Job) < len(w.p.Jobs) {
		out.JobId = w.p.Jobs[v.Job].ID
	}
	if v.Node >= 0 && int(v.Node) < len(w.p.Nodes) {
		out.NodeId = w.p.Nodes[v.Node].ID
	}
	out.Message = whose(out) + w.says(out)
	return out
}

// broken are hard violations as a WishPrice has them.
func (w writer) broken(list []engine.Violation) (out []*calloutv1.EventFault) {
	for k := range list {
		out = append(out, &calloutv1.EventFault{Field: "plan", Code: string(list[k].Code), Message: w.violation(&list[k]).GetMessage()})
	}
	return out
}

// says is the violation without whom it concerns.
func (w writer) says(v *calloutv1.Violation) string {
	text := sentences[v.GetCode()]
	if strings.Contains(text, "%s") {
		text = fmt.Sprintf(text, w.size(v))
	}
	return text
}

// whose names those whom a violation concerns.
func whose(v *calloutv1.Violation) string {
	var names []string
	for _, id := range []struct{ kind, id string }{
		{"technician", v.GetTechnicianId()},
		{"shift", v.GetShiftId()},
		{"job", v.GetJobId()},
		{"node", v.GetNodeId()},
		{"break", v.GetBreakId()},
		{"", v.GetSubject()},
	} {
		if id.id != "" {
			names = append(names, strings.TrimSpace(id.kind+" "+id.id))
		}
	}
	if len(names) == 0 {
		return ""
	}
	return strings.Join(names, ", ") + ": "
}

// size in words.
func (w writer) size(v *calloutv1.Violation) string {
	switch v.GetUnit() {
	case calloutv1.Unit_UNIT_SECONDS:
		return span(int64(v.GetSize()))
	case calloutv1.Unit_UNIT_METRES:
		if v.GetSize() >= 1000 {
			return fmt.Sprintf("%.1f km", v.GetSize()/1000)
		}
		return fmt.Sprintf("%.0f m", v.GetSize())
	case calloutv1.Unit_UNIT_LEVELS:
		return counted(v.GetSize(), "level")
	case calloutv1.Unit_UNIT_PIECES:
		return counted(v.GetSize(), "piece")
	case calloutv1.Unit_UNIT_KILOGRAMS:
		return fmt.Sprintf("%.1f kg", v.GetSize())
	case calloutv1.Unit_UNIT_LITRES:
		return fmt.Sprintf("%.1f l", v.GetSize())
	case calloutv1.Unit_UNIT_CURRENCY:
		return w.money(v.GetSize())
	default:
		return fmt.Sprintf("%.0f", v.GetSize())
	}
}

func counted(n float64, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%.0f %ss", n, noun)
}

// money in the request's currency. The least amounts are not rounded away.
func (w writer) money(units float64) string {
	digits := 2
	if a := math.Abs(units); a > 0 && a < 0.01 {
		digits = 6
	}
	text := fmt.Sprintf("%.*f", digits, units)
	if w.ctx.Currency != "" {
		text += " " + w.ctx.Currency
	}
	return text
}

// span is a duration as people write it, by its two largest units.
func span(seconds int64) string {
	d, h, m, s := seconds/86400, seconds/3600%24, seconds/60%60, seconds%60
	parts := []struct {
		n    int64
		unit string
	}{{d, "d"}, {h, "h"}, {m, "min"}, {s, "s"}}
	var out []string
	for k, p := range parts {
		if p.n == 0 {
			if len(out) > 0 {
				break
			}
			continue
		}
		out = append(out, fmt.Sprintf("%d %s", p.n, p.unit))
		if len(out) == 2 || k == len(parts)-1 {
			break
		}
	}
	if len(out) == 0 {
		return "0 s"
	}
	return strings.Join(out, " ")
}

// soft turns a missed soft window into a message.
func (w writer) soft(v *engine.SoftViolation) *calloutv1.Violation {
	sh := &w.p.Shifts[v.Shift]
	out := &calloutv1.Violation{
		TechnicianId: w.p.Technicians[sh.Tech].ID, ShiftId: sh.ID, JobId: w.p.Jobs[v.Job].ID,
		Size: float64(v.Early + v.Late), Unit: calloutv1.Unit_UNIT_SECONDS, Cost: float64(v.Cost) / micro,
	}
	var name string
	switch v.Kind {
	case model.Promise:
		out.Code, name = calloutv1.ConstraintCode_CONSTRAINT_CODE_PROMISE_WINDOW, "promise"
	case model.SLA:
		out.Code, name = calloutv1.ConstraintCode_CONSTRAINT_CODE_SLA_WINDOW, "SLA"
	default:
		out.Code, name = calloutv1.ConstraintCode_CONSTRAINT_CODE_PREFERRED_WINDOW, "preferred time"
	}
	side := "late"
	if v.Early > 0 {
		side = "early"
	}
	out.Message = fmt.Sprintf("%sthe visit is %s too %s for the %s", whose(out), span(v.Early+v.Late), side, name)
	return out
}
