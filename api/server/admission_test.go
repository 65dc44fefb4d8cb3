package server_test

import (
	"context"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// occupy starts a search of a minute with so many workers, and returns what ends it.
func (r *running) occupy(t *testing.T, tenant string, workers int32) (end func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context()) // ends with the test in any case
	stream, err := r.client.Solve(ctx, &calloutv1.SolveRequest{
		Tenant: tenant, Problem: day(20, 3),
		Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute), Workers: workers},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	return cancel
}

// brief is a search of some iterations, to its end.
func (r *running) brief(ctx context.Context, tenant string, settings *calloutv1.SolveSettings) (*calloutv1.SolveResponse, error) {
	stream, err := r.client.Solve(ctx, &calloutv1.SolveRequest{Tenant: tenant, Problem: day(20, 3), Settings: settings})
	if err != nil {
		return nil, err
	}
	messages, err := drain(stream)
	if err != nil {
		return nil, err
	}
	return messages[len(messages)-1], nil
}

// Time in the queue is told, and counts neither as search time nor against its budget.
func TestQueued(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 1})
	end := r.occupy(t, "", 1)
	type result struct {
		last *calloutv1.SolveResponse
		err  error
	}
	waiting := make(chan result, 1)
	go func() {
		last, err := r.brief(t.Context(), "", &calloutv1.SolveSettings{TimeBudget: durationpb.New(50 * time.Millisecond)})
		waiting <- result{last, err}
	}()
	until(t, 10*time.Second, "one request waits", func() bool { return r.metric(t, "callout_waiting_requests") == 1 })
	const pause = 300 * time.Millisecond
	time.Sleep(pause)
	end()
	got := <-waiting
	if got.err != nil {
		t.Fatal(got.err)
	}
	o := got.last.GetOutcome()
	if queued := o.GetQueued().AsDuration(); queued < pause {
		t.Errorf("queued for %v, want at least %v", queued, pause)
	}
	if o.GetStopReason() != calloutv1.StopReason_STOP_REASON_TIME_BUDGET {
		t.Errorf("stopped for %v", o.GetStopReason())
	}
	if n := r.metric(t, "callout_wait_seconds"); n != 2 {
		t.Errorf("%v waits were measured, want 2", n)
	}
}

// Evaluate and Validate do not wait for searches.
func TestChecksPassSearches(t *testing.T) {
	r := start(t, server.Options{Workers: 1})
	r.occupy(t, "", 1)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if _, err := r.client.Validate(ctx, &calloutv1.ValidateRequest{Problem: day(10, 2)}); err != nil {
		t.Error(err)
	}
	if _, err := r.client.Evaluate(ctx, &calloutv1.EvaluateRequest{Problem: day(10, 2), Plan: new(calloutv1.Plan)}); err != nil {
		t.Error(err)
	}
	if n := r.metric(t, "callout_running_checks"); n != 0 {
		t.Errorf("%v checks are still at work", n)
	}
}

// Small searches have processors of their own; what makes no promise about its length is not small.
func TestSmallSearchesPass(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 5, Admission: server.Admission{
		Express: 1, SmallWork: time.Second, SmallJobs: 20,
	}})
	r.occupy(t, "big", 1)
	last, err := r.brief(t.Context(), "small", &calloutv1.SolveSettings{TimeBudget: durationpb.New(100 * time.Millisecond)})
	if err != nil || last.GetOutcome().GetStopReason() != calloutv1.StopReason_STOP_REASON_TIME_BUDGET {
		t.Errorf("a small search: %v, %v", last.GetOutcome(), err)
	}
	for name, settings := range map[string]*calloutv1.SolveSettings{
		"iterations only": {MaxIterations: 1},
		"long":            {TimeBudget: durationpb.New(2 * time.Second), MaxIterations: 1},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		if _, err := r.brief(ctx, "small", settings); status.Code(err) != codes.DeadlineExceeded {
			t.Errorf("%s: %v", name, err)
		}
		cancel()
	}
}

// A tenant's quota stops that tenant alone, and says when to come back.
func TestTenantQuota(t *testing.T) {
	r := start(t, server.Options{Workers: 2, Queue: 5, Admission: server.Admission{TenantWork: 1, TenantQueue: 1}})
	r.occupy(t, "greedy", 1)
	ctx, cancel := context.WithCancel(t.Context())
	waiting := make(chan error, 1)
	go func() {
		_, err := r.brief(ctx, "greedy", &calloutv1.SolveSettings{MaxIterations: 1})
		waiting <- err
	}()
	until(t, 10*time.Second, "one request waits", func() bool { return r.metric(t, "callout_waiting_requests") == 1 })
	_, err := r.brief(t.Context(), "greedy", &calloutv1.SolveSettings{MaxIterations: 1})
	st := status.Convert(err)
	if st.Code() != codes.ResourceExhausted || len(st.Details()) != 1 {
		t.Fatalf("past the quota: %v", err)
	}
	// About a minute of one at work, and one of unknown length waiting, on two processors.
	retry, ok := st.Details()[0].(*errdetails.RetryInfo)
	if d := retry.GetRetryDelay().AsDuration(); !ok || d < 20*time.Second || d > 40*time.Second {
		t.Errorf("come back after %v", d)
	}
	if _, err := r.brief(t.Context(), "modest", &calloutv1.SolveSettings{MaxIterations: 1}); err != nil {
		t.Errorf("another tenant: %v", err)
	}
	if n := r.metric(t, "callout_refusals_total"); n != 1 {
		t.Errorf("%v refusals are counted", n)
	}
	cancel()
	if err := <-waiting; status.Code(err) != codes.Canceled {
		t.Errorf("the one that waited: %v", err)
	}
	until(t, 5*time.Second, "nobody waits", func() bool { return r.metric(t, "callout_waiting_requests") == 0 })
	// More searchers than a tenant may have are refused by name.
	_, err = r.brief(t.Context(), "modest", &calloutv1.SolveSettings{MaxIterations: 1, Workers: 2})
	if status.Code(err) != codes.InvalidArgument {
		t.Errorf("two searchers: %v", err)
	}
}

// gRPC's own retries, which do not look at RetryInfo, come back when they are told to: the second and last attempt finds room.
func TestRetriesComeBackInTime(t *testing.T) {
	r, _ := loopback(t, server.Options{Workers: 1}, server.Transport{}, grpc.WithDefaultServiceConfig(`{"methodConfig": [{
		"name": [{}], "retryPolicy": {"maxAttempts": 2, "initialBackoff": "0.01s", "maxBackoff": "0.01s", "backoffMultiplier": 1,
		"retryableStatusCodes": ["RESOURCE_EXHAUSTED"]}}]}`))
	long, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(20, 3), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(500 * time.Millisecond)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := long.Recv(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.brief(t.Context(), "", &calloutv1.SolveSettings{MaxIterations: 1}); err != nil {
		t.Error(err)
	}
	if n := r.metric(t, "callout_refusals_total"); n != 1 {
		t.Errorf("%v refusals, want one", n)
	}
}

// The id of a request comes back in the header, wherever it came from, and with refusals too.
func TestRequestIDHeader(t *testing.T) {
	r := start(t, server.Options{})
	asked := metadata.AppendToOutgoingContext(t.Context(), "x-request-id", "from-header")
	tests := map[string]struct {
		ctx  context.Context //nolint:containedctx // a table
		req  *calloutv1.ValidateRequest
		want string // empty: made up
	}{
		"of the message":     {asked, &calloutv1.ValidateRequest{RequestId: "from-message"}, "from-message"},
		"of the header":      {asked, &calloutv1.ValidateRequest{}, "from-header"},
		"made up":            {t.Context(), &calloutv1.ValidateRequest{}, ""},
		"nothing for header": {t.Context(), &calloutv1.ValidateRequest{RequestId: "größe"}, "größe"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var header metadata.MD
			res, err := r.client.Validate(tt.ctx, tt.req, grpc.Header(&header))
			if err != nil {
				t.Fatal(err)
			}
			id := res.GetRequestId()
			if tt.want != "" && id != tt.want || id == "" {
				t.Errorf("id %q, want %q", id, tt.want)
			}
			if got := header.Get("x-request-id"); tt.want != "größe" && (len(got) != 1 || got[0] != id) {
				t.Errorf("header %q, want %q", got, id)
			}
		})
	}
	var header metadata.MD
	if _, err := r.client.Evaluate(asked, &calloutv1.EvaluateRequest{}, grpc.Header(&header)); status.Code(err) != codes.InvalidArgument {
		t.Fatal(err)
	}
	if got := header.Get("x-request-id"); len(got) != 1 || got[0] != "from-header" {
		t.Errorf("a refusal's header %q", got)
	}
}

// A request that waits has a plan before its turn comes. It is still waiting then, and leaves like any other.
func TestPlanInWaiting(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 5, Admission: server.Admission{FirstPlans: 1}})
	end := r.occupy(t, "big", 1)
	settings := &calloutv1.SolveSettings{MaxIterations: 100, Seed: 1}
	ask := func(ctx context.Context) grpc.ServerStreamingClient[calloutv1.SolveResponse] {
		stream, err := r.client.Solve(ctx, &calloutv1.SolveRequest{Tenant: "late", Problem: day(40, 5), Settings: settings})
		if err != nil {
			t.Fatal(err)
		}
		m, err := stream.Recv()
		if err != nil {
			t.Fatal(err)
		}
		if !m.GetWaiting() || m.GetKind() != calloutv1.SolveKind_SOLVE_KIND_FIRST || m.GetSequence() != 1 {
			t.Errorf("waiting %v, kind %v, sequence %d", m.GetWaiting(), m.GetKind(), m.GetSequence())
		}
		total := m.GetPlan().GetMetrics().GetTotals()
		if e := m.GetElapsed().AsDuration(); e != 0 || total.GetTravel().AsDuration() == 0 {
			t.Errorf("elapsed %v, plan %v", e, total)
		}
		return stream
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := ask(ctx)
	stays := ask(t.Context())
	if n := r.metric(t, "callout_waiting_requests"); n != 2 {
		t.Errorf("%v requests wait", n)
	}
	cancel()
	if _, err := gone.Recv(); status.Code(err) != codes.Canceled {
		t.Errorf("the one that left: %v", err)
	}
	until(t, 5*time.Second, "one request waits", func() bool { return r.metric(t, "callout_waiting_requests") == 1 })
	until(t, 5*time.Second, "the refusal is counted", func() bool { return r.metric(t, "callout_refusals_total") == 1 })
	end()
	rest, err := drain(stays)
	if err != nil {
		t.Fatal(err)
	}
	last := rest[len(rest)-1]
	for _, m := range rest {
		if m.GetWaiting() || m.GetKind() == calloutv1.SolveKind_SOLVE_KIND_FIRST {
			t.Errorf("after the first: waiting %v, kind %v", m.GetWaiting(), m.GetKind())
		}
	}
	until(t, 5*time.Second, "the processors are free", func() bool { return r.metric(t, "callout_busy_workers") == 0 })
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{Problem: day(40, 5), Settings: settings})
	if err != nil {
		t.Fatal(err)
	}
	prompt, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	if !proto.Equal(last.GetPlan(), prompt[len(prompt)-1].GetPlan()) {
		t.Error("the wait changed the final plan")
	}
	if last.GetOutcome().GetQueued().AsDuration() == 0 || prompt[0].GetWaiting() {
		t.Error("who waited is told wrongly")
	}
}
