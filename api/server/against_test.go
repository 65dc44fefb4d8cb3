package server_test

import (
	"math"
	"strings"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/rig"
)

// A person's plan is priced against the one that is followed, term by term, with what it changes and which rules it breaks that the other does not.
func TestEvaluateAgainstTheRunningPlan(t *testing.T) {
	r := start(t, server.Options{})
	problem := day(20, 4)
	answer, err := rig.Solve(t.Context(), r.client, &calloutv1.SolveRequest{
		Problem: problem, Settings: &calloutv1.SolveSettings{MaxIterations: 200},
	})
	if err != nil {
		t.Fatal(err)
	}
	running := answer.Last.GetPlan()
	evaluate := func(plan *calloutv1.Plan) *calloutv1.EvaluateResponse {
		t.Helper()
		e, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: problem, Plan: plan, RunningPlan: running})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	if same := evaluate(running).GetAgainstRunningPlan(); same.GetExtra().GetTotal() != 0 || len(same.GetChanges())+len(same.GetBroken()) > 0 {
		t.Errorf("against itself: %v", same)
	}
	all := &calloutv1.Route{TechnicianId: "tech-00", ShiftId: "mon"}
	for _, j := range problem.GetJobs() {
		all.Stops = append(all.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: j.GetId()}}})
	}
	e := evaluate(&calloutv1.Plan{Routes: []*calloutv1.Route{all}})
	a := e.GetAgainstRunningPlan()
	var terms float64
	for _, x := range a.GetExtra().GetTerms() {
		terms += x.GetCost()
	}
	want := e.GetPlan().GetCost().GetTotal() - running.GetCost().GetTotal()
	if math.Abs(a.GetExtra().GetTotal()-want) > 1e-6 || math.Abs(terms-want) > 1e-6 || want == 0 {
		t.Errorf("%v more, and %v by term, want %v", a.GetExtra().GetTotal(), terms, want)
	}
	broken := map[string]bool{}
	for _, b := range a.GetBroken() {
		broken[b.GetCode()] = b.GetMessage() != "" && b.GetField() == "plan"
	}
	if !broken["finish_late"] {
		t.Errorf("%v", a.GetBroken())
	}
	given := map[string]string{}
	for _, x := range running.GetRoutes() {
		for _, s := range x.GetStops() {
			given[s.GetVisit().GetJobId()] = x.GetTechnicianId()
		}
	}
	kinds := map[calloutv1.ChangeKind]int{}
	for _, c := range a.GetChanges() {
		kinds[c.GetKind()]++
		was := given[c.GetJobId()]
		if c.GetToTechnicianId() != "tech-00" || c.GetFromTechnicianId() != was ||
			(was == "") != (c.GetKind() == calloutv1.ChangeKind_CHANGE_KIND_ADDED) || c.GetToStart() == nil {
			t.Errorf("%v, was of %q", c, was)
		}
	}
	if kinds[calloutv1.ChangeKind_CHANGE_KIND_REASSIGNED] == 0 {
		t.Errorf("%v", kinds)
	}
	running.Routes[0].TechnicianId = "nobody"
	_, err = r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: problem, Plan: &calloutv1.Plan{}, RunningPlan: running})
	if f := violations(err); len(f) != 1 || f[0] != "running_plan.routes[0].shift_id UNKNOWN_ID" {
		t.Errorf("%v: %v", f, err)
	}
}

// What one technician lacks now is broken though another lacked the same before in a shift of the same name, and the message says who, in words.
func TestABrokenRuleHasAName(t *testing.T) {
	r := start(t, server.Options{})
	problem := day(3, 2)
	problem.Jobs[1].Tools = []string{"ladder"}
	problem.Jobs[2].Skills = nil
	problem.Jobs[2].Parts = []*calloutv1.PartRequirement{{Sku: "pump", Quantity: 5}}
	plan := func(technician string, jobs ...string) *calloutv1.Plan {
		route := &calloutv1.Route{TechnicianId: technician, ShiftId: "mon"}
		for _, id := range jobs {
			visit := &calloutv1.Visit{JobId: id}
			if id == "job-002" {
				visit.Parts = []*calloutv1.PartSupply{{Sku: "pump", Quantity: 5}} // from the van
			}
			route.Stops = append(route.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: visit}})
		}
		return &calloutv1.Plan{Routes: []*calloutv1.Route{route}}
	}
	for _, tt := range []struct {
		running, wanted *calloutv1.Plan
		want            string
	}{
		{plan("tech-00", "job-001"), plan("tech-01", "job-001"), "technician tech-01, shift mon, job job-001, ladder: a tool is missing"},
		{plan("tech-00", "job-002"), plan("tech-01", "job-002"), "technician tech-01, pump: 4 pieces more are taken from the van than it has"},
		{plan("tech-00", "job-001"), plan("tech-00", "job-000", "job-001"), ""},
	} {
		e, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: problem, Plan: tt.wanted, RunningPlan: tt.running})
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, b := range e.GetAgainstRunningPlan().GetBroken() {
			got = append(got, b.GetMessage())
		}
		if strings.Join(got, "; ") != tt.want {
			t.Errorf("%q, want %q", got, tt.want)
		}
	}
}
