// Package plantest has plans for the tests of what shows them.
package plantest

import (
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/city"
)

// Day makes up a day and plans it hastily, always the same way for the same options.
func Day(t *testing.T, o city.Options) (*calloutv1.Problem, *calloutv1.Plan) {
	t.Helper()
	req := city.Generate(o)
	req.Settings.MaxIterations = 200
	var plan *calloutv1.Plan
	err := server.New(server.Options{}).SolveTo(t.Context(), req, func(m *calloutv1.SolveResponse) error {
		plan = m.GetPlan()
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return req.GetProblem(), plan
}

// Hostile is what an id may be and a page must not be harmed by.
const Hostile = "</style></script><img src=x onerror=alert(1)>\"'`{{.}}\n\x1b[31m--><svg/onload=alert(2)>&amp;"

// Rename gives every job, technician, node and location of a problem and its plan a hostile id.
func Rename(p *calloutv1.Problem, plan *calloutv1.Plan) {
	for _, l := range p.GetLocations() {
		l.Id += Hostile
	}
	for _, j := range p.GetJobs() {
		j.Id, j.LocationId = j.GetId()+Hostile, j.GetLocationId()+Hostile
	}
	for _, n := range p.GetNodes() {
		n.Id, n.LocationId = n.GetId()+Hostile, n.GetLocationId()+Hostile
		for _, l := range n.GetLanes() {
			l.Id += Hostile
			if l.GetToNodeId() != "" {
				l.ToNodeId += Hostile
			}
		}
	}
	for _, t := range p.GetTechnicians() {
		t.Id += Hostile
		for _, s := range t.GetShifts() {
			s.Id += Hostile
			s.StartLocationId, s.EndLocationId = s.GetStartLocationId()+Hostile, s.GetEndLocationId()+Hostile
			for _, b := range s.GetBreaks() {
				b.Id += Hostile
			}
		}
	}
	for _, r := range plan.GetRoutes() {
		r.TechnicianId, r.ShiftId = r.GetTechnicianId()+Hostile, r.GetShiftId()+Hostile
		for _, b := range r.GetBreaks() {
			b.BreakId += Hostile
		}
		for _, s := range r.GetStops() {
			s.LocationId += Hostile
			renameReturns(s)
			if v := s.GetVisit(); v != nil {
				v.JobId += Hostile
				for _, part := range v.GetParts() {
					part.Sku += Hostile
					if part.GetInPlaceOf() != "" {
						part.InPlaceOf += Hostile
					}
					for _, leg := range part.GetLegs() {
						leg.NodeId, leg.LaneId = leg.GetNodeId()+Hostile, leg.GetLaneId()+Hostile
					}
				}
			} else {
				s.GetPickup().NodeId += Hostile
			}
		}
	}
	for _, u := range plan.GetUnassigned() {
		u.JobId += Hostile
		for _, r := range u.GetReasons() {
			r.TechnicianId += Hostile
		}
	}
}

// renameReturns gives what a stop returns, or what lands there, hostile ids.
func renameReturns(s *calloutv1.Stop) {
	for _, l := range s.GetVisit().GetReturns() {
		if l.Sku += Hostile; l.GetNodeId() != "" {
			l.NodeId += Hostile
		}
	}
	for _, l := range s.GetPickup().GetReturned() {
		l.Sku += Hostile
	}
}
