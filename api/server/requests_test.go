package server_test

import (
	"bytes"
	"log/slog"
	"regexp"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/bench/rig"
)

// broken is a problem with three faults.
func broken() *calloutv1.Problem {
	p := day(10, 2)
	p.Jobs[3].LocationId = "nowhere"
	p.Jobs[5].Windows = []*calloutv1.TimeWindow{{Start: at(12, 0), End: at(10, 0)}}
	p.Technicians[1].Id = p.GetTechnicians()[0].GetId()
	return p
}

var brokenFields = []string{"problem.jobs[3].location_id", "problem.jobs[5].windows[0].end", "problem.technicians[1].id"}

// All faults come at once, with the path of the field and a stable code.
func TestInvalidRequest(t *testing.T) {
	r := start(t, server.Options{})
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{Problem: broken()})
	if err != nil {
		t.Fatal(err)
	}
	_, solve := stream.Recv()
	_, evaluate := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: broken()})
	for name, err := range map[string]error{"Solve": solve, "Evaluate": evaluate} {
		st := status.Convert(err)
		if st.Code() != codes.InvalidArgument || len(st.Details()) != 1 {
			t.Errorf("%s: %v with %d details", name, err, len(st.Details()))
			continue
		}
		var fields []string
		detail, ok := st.Details()[0].(*errdetails.BadRequest)
		if !ok {
			t.Fatalf("%s: detail %v", name, st.Details()[0])
		}
		for _, v := range detail.GetFieldViolations() {
			fields = append(fields, v.GetField())
			if v.GetReason() == "" || v.GetDescription() == "" {
				t.Errorf("%s: violation %v", name, v)
			}
		}
		slices.Sort(fields)
		if !slices.Equal(fields, brokenFields) {
			t.Errorf("%s: fields %v, want %v", name, fields, brokenFields)
		}
	}
	if busy := r.metric(t, "callout_busy_workers"); busy != 0 {
		t.Errorf("%v workers are busy", busy)
	}
}

func TestValidate(t *testing.T) {
	r := start(t, server.Options{})
	good, err := r.client.Validate(t.Context(), &calloutv1.ValidateRequest{RequestId: "v", Problem: day(10, 2)})
	if err != nil || len(good.GetFaults()) > 0 || good.GetRequestId() != "v" {
		t.Errorf("a good request: %v, %v", good, err)
	}
	bad, err := r.client.Validate(t.Context(), &calloutv1.ValidateRequest{Problem: broken()})
	if err != nil {
		t.Fatal(err)
	}
	if len(bad.GetFaults()) != len(brokenFields) || bad.GetFaultsOmitted() != 0 || bad.GetRequestId() == "" {
		t.Errorf("a bad request: %v", bad)
	}
}

// An answer of Solve can be evaluated as it is, and one with changes says what is wrong.
func TestEvaluate(t *testing.T) {
	r := start(t, server.Options{})
	problem := day(40, 5)
	problem.Jobs[0].Windows = []*calloutv1.TimeWindow{{Kind: calloutv1.WindowKind_WINDOW_KIND_PROMISE, Start: at(6, 0), End: at(7, 0)}}
	answer, err := rig.Solve(t.Context(), r.client, &calloutv1.SolveRequest{
		Problem: problem, Settings: &calloutv1.SolveSettings{MaxIterations: 200},
	})
	if err != nil {
		t.Fatal(err)
	}
	plan := answer.Last.GetPlan()
	e, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{Problem: problem, Plan: plan})
	if err != nil {
		t.Fatal(err)
	}
	if !e.GetFeasible() || e.GetPlan().GetCost().GetTotal() != plan.GetCost().GetTotal() || e.GetEngineVersion() != "test" {
		t.Errorf("feasible %v, cost %v, want %v; %v",
			e.GetFeasible(), e.GetPlan().GetCost().GetTotal(), plan.GetCost().GetTotal(), e.GetViolations())
	}
	promise := slices.IndexFunc(e.GetViolations(), func(v *calloutv1.Violation) bool {
		return v.GetCode() == calloutv1.ConstraintCode_CONSTRAINT_CODE_PROMISE_WINDOW
	})
	if promise < 0 {
		t.Fatalf("nothing about the promise: %v", e.GetViolations())
	}
	if v := e.GetViolations()[promise]; v.GetHard() || v.GetJobId() != "job-000" || v.GetSize() < 3600 || v.GetCost() <= 0 ||
		!strings.Contains(v.GetMessage(), "too late for the promise") {
		t.Errorf("violation %v", v)
	}

	// All on one technician, without times.
	all := &calloutv1.Route{TechnicianId: "tech-00", ShiftId: "mon"}
	for _, j := range problem.GetJobs() {
		all.Stops = append(all.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: j.GetId()}}})
	}
	e, err = r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{
		Problem: problem, Plan: &calloutv1.Plan{Routes: []*calloutv1.Route{all}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if e.GetFeasible() || len(e.GetPlan().GetRoutes()) != 1 || e.GetPlan().GetRoutes()[0].GetDepart() == nil {
		t.Errorf("feasible %v, plan %v", e.GetFeasible(), e.GetPlan())
	}
	broken := make(map[calloutv1.ConstraintCode]bool)
	for _, v := range e.GetViolations() {
		broken[v.GetCode()] = true
		if v.GetMessage() == "" || v.GetCode() == 0 || v.GetHard() && v.GetUnit() == 0 {
			t.Errorf("violation %v", v)
		}
	}
	for _, want := range []calloutv1.ConstraintCode{
		calloutv1.ConstraintCode_CONSTRAINT_CODE_FINISH_LATE, calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL,
		calloutv1.ConstraintCode_CONSTRAINT_CODE_PARTS_SHORT,
	} {
		if !broken[want] {
			t.Errorf("nothing of %v", want)
		}
	}
}

// A plan to start from is repaired, and what was changed is told.
func TestSolveInitialPlan(t *testing.T) {
	r := start(t, server.Options{})
	route := &calloutv1.Route{TechnicianId: "tech-00", ShiftId: "mon"}
	for _, id := range []string{"job-019", "job-000", "gone"} {
		route.Stops = append(route.Stops, &calloutv1.Stop{Kind: &calloutv1.Stop_Visit{Visit: &calloutv1.Visit{JobId: id}}})
	}
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(20, 3), Settings: &calloutv1.SolveSettings{MaxIterations: 20},
		InitialPlan: &calloutv1.Plan{Routes: []*calloutv1.Route{route}},
	})
	if err != nil {
		t.Fatal(err)
	}
	messages, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	repairs := messages[len(messages)-1].GetOutcome().GetRepairs()
	if len(repairs) != 2 {
		t.Fatalf("repairs %v", repairs)
	}
	if x := repairs[0]; x.GetCode() != calloutv1.RepairCode_REPAIR_CODE_UNKNOWN_JOB || x.GetJobId() != "gone" {
		t.Errorf("repair %v", x)
	}
	if x := repairs[1]; x.GetCode() != calloutv1.RepairCode_REPAIR_CODE_VISIT_REMOVED || x.GetJobId() != "job-019" ||
		len(x.GetViolations()) != 1 || x.GetViolations()[0].GetCode() != calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL {
		t.Errorf("repair %v", x)
	}
}

// Logs name requests by id, and tell nothing of places and people.
func TestLogs(t *testing.T) {
	var log bytes.Buffer
	r := start(t, server.Options{Log: slog.New(slog.NewTextHandler(&log, nil))})
	problem := day(10, 2)
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		RequestId: "r-17", Tenant: "acme", Problem: problem, Settings: &calloutv1.SolveSettings{MaxIterations: 5},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := drain(stream); err != nil {
		t.Fatal(err)
	}
	if _, err := r.client.Evaluate(t.Context(), &calloutv1.EvaluateRequest{RequestId: "e-1", Problem: broken()}); err == nil {
		t.Fatal("no error")
	}
	text := log.String()
	for _, want := range []string{
		"request_id=r-17", "tenant=acme", "method=Solve", "code=OK", "stop=iterations", "request_id=e-1", "faults=3",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the log has no %s:\n%s", want, text)
		}
	}
	places := regexp.MustCompile(`\d+(\.\d+)?(ns|µs|ms|s)\b`).ReplaceAllString(text, "") // a time may look like a place
	for _, secret := range []string{"job-0", "tech-0", "48.2", "depot", "nowhere"} {
		if strings.Contains(places, secret) {
			t.Errorf("the log tells of %s:\n%s", secret, text)
		}
	}
}

func TestReflection(t *testing.T) {
	r := start(t, server.Options{})
	stream, err := reflectionv1.NewServerReflectionClient(r.conn).ServerReflectionInfo(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Send(&reflectionv1.ServerReflectionRequest{
		MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{},
	}); err != nil {
		t.Fatal(err)
	}
	answer, err := stream.Recv()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range answer.GetListServicesResponse().GetService() {
		names = append(names, s.GetName())
	}
	if !slices.Contains(names, "callout.v1.PlanningService") || !slices.Contains(names, "grpc.health.v1.Health") {
		t.Errorf("services %v", names)
	}
	if err := stream.CloseSend(); err != nil {
		t.Fatal(err)
	}
}
