package server

import (
	"fmt"
	"strings"

	calloutv1 "callout/api/callout/v1"
	"callout/engine"
	"callout/solver/model"
)

var verdicts = [...]calloutv1.Verdict{
	engine.Incompatible: calloutv1.Verdict_VERDICT_INCOMPATIBLE,
	engine.NoRoom:       calloutv1.Verdict_VERDICT_NO_ROOM,
	engine.Dearer:       calloutv1.Verdict_VERDICT_DEARER,
	engine.Possible:     calloutv1.Verdict_VERDICT_POSSIBLE,
}

// explain adds the reasons to the jobs that a plan leaves out.
func (w writer) explain(plan *calloutv1.Plan, e *engine.Explanation) {
	byID := make(map[string]*calloutv1.UnassignedJob, len(plan.GetUnassigned()))
	for _, u := range plan.GetUnassigned() {
		byID[u.GetJobId()] = u
	}
	for k := range e.Jobs {
		j := &e.Jobs[k]
		u := byID[w.p.Jobs[j.Job].ID]
		if u == nil {
			continue
		}
		for i := range j.Reasons {
			u.Reasons = append(u.Reasons, w.reason(&j.Reasons[i]))
		}
		if j.Relaxation != nil {
			u.CheapestRelaxation = w.relaxation(j.Relaxation)
		}
		for i := range j.Shortages {
			u.PartShortages = append(u.PartShortages, w.shortage(&j.Shortages[i]))
		}
	}
}

func (w writer) reason(r *engine.Reason) *calloutv1.TechnicianReason {
	return &calloutv1.TechnicianReason{
		TechnicianId: w.p.Technicians[r.Tech].ID, ShiftId: w.shiftID(r.Shift), Verdict: verdicts[r.Verdict],
		Violations: w.violations(r.Violations), ExtraCost: float64(r.Extra) / micro,
	}
}

func (w writer) shiftID(s model.ShiftIdx) string {
	if s == engine.NoShift {
		return ""
	}
	return w.p.Shifts[s].ID
}

func (w writer) relaxation(r *engine.Relaxation) *calloutv1.Relaxation {
	out := &calloutv1.Relaxation{
		TechnicianId: w.p.Technicians[r.Tech].ID, ShiftId: w.shiftID(r.Shift),
		Lifted: w.violations(r.Lifted), ExtraCost: float64(r.Extra) / micro,
	}
	var rules []string
	for _, v := range out.GetLifted() {
		rule := w.says(v)
		if v.GetSubject() != "" {
			rule += " (" + v.GetSubject() + ")"
		}
		rules = append(rules, rule)
	}
	out.Description = fmt.Sprintf("Technician %s could do it in shift %s for %s more, but %s.",
		out.GetTechnicianId(), out.GetShiftId(), w.money(out.GetExtraCost()), strings.Join(rules, ", and "))
	return out
}

// repair turns a change of the start plan into a message.
func (w writer) repair(r *engine.Repair) *calloutv1.Repair {
	sh := &w.p.Shifts[r.Shift]
	out := &calloutv1.Repair{TechnicianId: w.p.Technicians[sh.Tech].ID, ShiftId: sh.ID, Violations: w.violations(r.Violations)}
	if r.Job < 0 {
		out.Code = calloutv1.RepairCode_REPAIR_CODE_PICKUP_REMOVED
		out.NodeId = w.p.Nodes[r.Node].ID
		out.Message = fmt.Sprintf("The call at %s was taken out: nothing is taken there.", out.GetNodeId())
		return out
	}
	out.JobId = w.p.Jobs[r.Job].ID
	switch r.Reason {
	case engine.RepairDuplicate:
		out.Code = calloutv1.RepairCode_REPAIR_CODE_DUPLICATE
		out.Message = fmt.Sprintf("The visit of %s was taken out: the job has a visit before.", out.GetJobId())
	case engine.RepairIncompatible:
		out.Code = calloutv1.RepairCode_REPAIR_CODE_VISIT_REMOVED
		out.Message = fmt.Sprintf("The visit of %s was taken out: the technician may not do it in that shift.", out.GetJobId())
	default:
		out.Code = calloutv1.RepairCode_REPAIR_CODE_VISIT_REMOVED
		out.Message = fmt.Sprintf("The visit of %s was taken out: the route breaks a rule with it.", out.GetJobId())
	}
	return out
}
