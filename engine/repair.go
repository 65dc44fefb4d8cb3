package engine

import (
	"slices"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/search"
)

// Repair is one change that made the start plan feasible: a stop that was taken out. The search may have put the job back
// elsewhere.
type Repair struct {
	Shift  model.ShiftIdx
	Job    model.JobIdx  // -1: a call at a node
	Node   model.NodeIdx // -1: a visit
	Reason RepairReason
	// Violations are what the start plan broke there, as far as it can be told: of the visit, else of the route.
	Violations []check.Violation
}

// RepairReason says why a stop was taken out.
type RepairReason = search.RepairReason

// Reasons for repairs.
const (
	RepairIncompatible = search.RepairIncompatible // the technician may not do the job
	RepairDuplicate    = search.RepairDuplicate    // visited before
	RepairInfeasible   = search.RepairInfeasible   // the route broke a rule with it
	RepairIdleCall     = search.RepairIdleCall     // nothing is taken there
	RepairUnknown      = search.RepairUnknown      // no such job, node or shift
)

// repairsOf judges a start plan to say what stood in the way of the stops that were taken out of it.
func repairsOf(p *model.Problem, start *model.Plan, found []search.Repair) []Repair {
	if len(found) == 0 {
		return nil
	}
	report := check.Plan(p, completed(p, start))
	out := make([]Repair, len(found))
	for k, f := range found {
		r := Repair{Shift: f.Shift, Job: f.Job, Node: f.Node, Reason: f.Reason}
		of := func(job model.JobIdx, node model.NodeIdx) []check.Violation {
			return slices.DeleteFunc(slices.Clone(report.Violations), func(v check.Violation) bool {
				return v.Shift != f.Shift || v.Job != job || v.Node != node
			})
		}
		if f.Job >= 0 {
			if r.Violations = of(f.Job, -1); len(r.Violations) == 0 {
				r.Violations = of(-1, -1)
			}
		}
		out[k] = r
	}
	return out
}
