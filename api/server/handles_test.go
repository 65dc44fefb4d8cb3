package server_test

import (
	"sync"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/engine/lease"
)

// evaluate asks for the judgement on doing nothing.
func (r *running) evaluate(tb testing.TB, req *calloutv1.EvaluateRequest) error {
	tb.Helper()
	req.Plan = new(calloutv1.Plan)
	_, err := r.client.Evaluate(tb.Context(), req)
	return err
}

// unknownHandle checks that an error is the documented answer where a handle is not known.
func unknownHandle(t *testing.T, err error, handle, field string) {
	t.Helper()
	st := status.Convert(err)
	if st.Code() != codes.FailedPrecondition {
		t.Fatalf("answer %v, want FAILED_PRECONDITION", err)
	}
	var failure *errdetails.PreconditionFailure
	var info *errdetails.ErrorInfo
	for _, d := range st.Details() {
		switch d := d.(type) {
		case *errdetails.PreconditionFailure:
			failure = d
		case *errdetails.ErrorInfo:
			info = d
		}
	}
	if v := failure.GetViolations(); len(v) != 1 || v[0].GetSubject() != handle || v[0].GetType() != "UNKNOWN_HANDLE" {
		t.Errorf("failure %v", failure)
	}
	if info.GetReason() != "UNKNOWN_HANDLE" || info.GetMetadata()["handle"] != handle || info.GetMetadata()["field"] != field {
		t.Errorf("info %v", info)
	}
}

// Fifty requests at once with one handle: the problem was converted when it was put, and its travel is computed once.
func TestProblemHandle(t *testing.T) {
	r := start(t, server.Options{Cache: newCache(t, 64<<20), Workers: 4, Queue: 64})
	problem := day(60, 4)
	put, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{RequestId: "p", Problem: problem})
	if err != nil {
		t.Fatal(err)
	}
	if put.GetRequestId() != "p" || put.GetTimeToLive().AsDuration() != server.DefaultLeases.Time {
		t.Errorf("%v", put)
	}
	var wg sync.WaitGroup
	for k := range 50 {
		wg.Go(func() {
			if k%2 == 0 {
				if err := r.evaluate(t, &calloutv1.EvaluateRequest{ProblemHandle: put.GetHandle()}); err != nil {
					t.Error(err)
				}
				return
			}
			stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
				ProblemHandle: put.GetHandle(), Settings: &calloutv1.SolveSettings{MaxIterations: 20},
			})
			if err != nil {
				t.Error(err)
				return
			}
			if m, err := drain(stream); err != nil || len(m) < 2 {
				t.Errorf("%d messages, %v", len(m), err)
			}
		})
	}
	wg.Wait()
	if n := r.metric(t, "callout_matrix_cache_misses_total"); n != 1 {
		t.Errorf("travel was computed %v times", n)
	}
	if n := r.metric(t, "callout_matrix_cache_hits_total"); n != 49 {
		t.Errorf("%v hits", n)
	}
	// The plan of the handle is that of the problem.
	plans := make([]*calloutv1.Plan, 2)
	for k, req := range []*calloutv1.SolveRequest{{ProblemHandle: put.GetHandle()}, {Problem: problem}} {
		req.Settings = &calloutv1.SolveSettings{MaxIterations: 50, Seed: 3}
		stream, err := r.client.Solve(t.Context(), req)
		if err != nil {
			t.Fatal(err)
		}
		m, err := drain(stream)
		if err != nil {
			t.Fatal(err)
		}
		plans[k] = m[len(m)-1].GetPlan()
	}
	if plans[0].GetCost().GetTotal() != plans[1].GetCost().GetTotal() {
		t.Errorf("by handle %v, inline %v", plans[0].GetCost(), plans[1].GetCost())
	}
}

// A matrix that was put serves problems with its locations; by fifty at once nothing is computed.
func TestMatrixHandle(t *testing.T) {
	r := start(t, server.Options{Cache: newCache(t, 64<<20), Queue: 64})
	problem := day(40, 3)
	ids, durations := grid(problem)
	put, err := r.putMatrix(t, &calloutv1.MatrixHeader{RequestId: "m", LocationIds: ids}, durations, 100)
	if err != nil {
		t.Fatal(err)
	}
	again, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations, 7)
	if err != nil || again.GetHandle() != put.GetHandle() || put.GetRequestId() != "m" {
		t.Errorf("%v, %v, %v", put, again, err)
	}
	problem.Profiles[0].Travel = &calloutv1.TravelProfile_MatrixHandle{MatrixHandle: put.GetHandle()}
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			if err := r.evaluate(t, &calloutv1.EvaluateRequest{Problem: problem}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := r.metric(t, "callout_matrix_cache_misses_total") + r.metric(t, "callout_matrix_cache_hits_total"); n != 0 {
		t.Errorf("%v matrices were looked for", n)
	}
	if n := r.metric(t, "callout_leases"); n != 1 {
		t.Errorf("%v leases", n)
	}
}

// A handle whose time is over, or that never was, ends in the documented answer, and the content inline always works.
func TestHandleEnds(t *testing.T) {
	r := start(t, server.Options{})
	problem := day(10, 2)
	ids, durations := grid(problem)
	short := durationpb.New(20 * time.Millisecond)
	p, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: problem, TimeToLive: short})
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids, TimeToLive: short}, durations, 1000)
	if err != nil {
		t.Fatal(err)
	}
	until(t, 5*time.Second, "leases end by themselves", func() bool { return r.metric(t, "callout_leases") == 0 })
	byMatrix := day(10, 2)
	byMatrix.Profiles[0].Travel = &calloutv1.TravelProfile_MatrixHandle{MatrixHandle: m.GetHandle()}
	unknownHandle(t, r.evaluate(t, &calloutv1.EvaluateRequest{ProblemHandle: p.GetHandle()}), p.GetHandle(), "problem_handle")
	unknownHandle(t, r.evaluate(t, &calloutv1.EvaluateRequest{Problem: byMatrix}), m.GetHandle(), "problem.profiles[0].matrix_handle")
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{ProblemHandle: p.GetHandle()})
	if err != nil {
		t.Fatal(err)
	}
	_, err = stream.Recv()
	unknownHandle(t, err, p.GetHandle(), "problem_handle")
	_, err = r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Handle: p.GetHandle()})
	unknownHandle(t, err, p.GetHandle(), "handle")
	_, err = r.putMatrix(t, &calloutv1.MatrixHeader{Handle: m.GetHandle()}, nil, 1)
	unknownHandle(t, err, m.GetHandle(), "header.handle")

	if err := r.evaluate(t, &calloutv1.EvaluateRequest{Problem: problem}); err != nil {
		t.Errorf("the problem inline: %v", err)
	}
	byMatrix.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{LocationIds: ids, Durations: durations}}
	if err := r.evaluate(t, &calloutv1.EvaluateRequest{Problem: byMatrix}); err != nil {
		t.Errorf("the matrix inline: %v", err)
	}
	validated, err := r.client.Validate(t.Context(), &calloutv1.ValidateRequest{ProblemHandle: p.GetHandle()})
	if err != nil || len(validated.GetFaults()) != 1 || validated.GetFaults()[0].GetCode() != "UNKNOWN_HANDLE" {
		t.Errorf("%v, %v", validated, err)
	}
}

// A handle is good for the tenant that sent the content, and for no other.
func TestHandleTenants(t *testing.T) {
	r := start(t, server.Options{Cache: newCache(t, 64<<20)})
	problem := day(10, 2)
	ids, durations := grid(problem)
	p, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Tenant: "acme", Problem: problem})
	if err != nil {
		t.Fatal(err)
	}
	m, err := r.putMatrix(t, &calloutv1.MatrixHeader{Tenant: "acme", LocationIds: ids}, durations, 1000)
	if err != nil {
		t.Fatal(err)
	}
	byMatrix := day(10, 2)
	byMatrix.Profiles[0].Travel = &calloutv1.TravelProfile_MatrixHandle{MatrixHandle: m.GetHandle()}
	for _, tenant := range []string{"", "other"} {
		unknownHandle(t, r.evaluate(t, &calloutv1.EvaluateRequest{Tenant: tenant, ProblemHandle: p.GetHandle()}), p.GetHandle(), "problem_handle")
		unknownHandle(t, r.evaluate(t, &calloutv1.EvaluateRequest{Tenant: tenant, Problem: byMatrix}), m.GetHandle(),
			"problem.profiles[0].matrix_handle")
		_, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Tenant: tenant, Handle: p.GetHandle()})
		unknownHandle(t, err, p.GetHandle(), "handle")
	}
	for _, req := range []*calloutv1.EvaluateRequest{{ProblemHandle: p.GetHandle()}, {Problem: byMatrix}} {
		req.Tenant = "acme"
		if err := r.evaluate(t, req); err != nil {
			t.Error(err)
		}
	}
	for _, tenant := range []string{"acme", "other"} {
		if err := r.evaluate(t, &calloutv1.EvaluateRequest{Tenant: tenant, Problem: problem}); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.metric(t, "callout_matrix_cache_misses_total"); n != 2 {
		t.Errorf("travel was computed %v times for two tenants", n)
	}
}

// What was granted stays when there is no more room; renewing needs none, and content inline needs no lease.
func TestHandlesFull(t *testing.T) {
	r := start(t, server.Options{Leases: lease.Options{Bytes: 200 << 10, Time: time.Hour}})
	first, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: day(10, 2)})
	if err != nil {
		t.Fatal(err)
	}
	var refused error
	for k := 0; refused == nil && k < 100; k++ {
		_, refused = r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: day(11+k, 2)})
	}
	st := status.Convert(refused)
	if st.Code() != codes.ResourceExhausted || len(st.Details()) != 1 {
		t.Fatalf("answer %v", refused)
	}
	if retry, ok := st.Details()[0].(*errdetails.RetryInfo); !ok || retry.GetRetryDelay().AsDuration() < 50*time.Minute {
		t.Errorf("%v", st.Details()[0])
	}
	ids, durations := grid(day(120, 2))
	if _, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations, 1000); status.Code(err) != codes.ResourceExhausted {
		t.Errorf("a matrix: %v", err)
	}
	if _, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Handle: first.GetHandle()}); err != nil {
		t.Errorf("renewing: %v", err)
	}
	if _, err := r.client.PutProblem(t.Context(), &calloutv1.PutProblemRequest{Problem: day(10, 2)}); err != nil {
		t.Errorf("the same again: %v", err)
	}
	if err := r.evaluate(t, &calloutv1.EvaluateRequest{ProblemHandle: first.GetHandle()}); err != nil {
		t.Errorf("the first: %v", err)
	}
	if err := r.evaluate(t, &calloutv1.EvaluateRequest{Problem: day(50, 2)}); err != nil {
		t.Errorf("inline: %v", err)
	}
	ids, durations = grid(day(300, 2))
	if _, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations, 10_000); status.Code(err) != codes.InvalidArgument {
		t.Errorf("larger than all room: %v", err)
	}
}
