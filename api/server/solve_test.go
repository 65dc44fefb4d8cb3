package server_test

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/engine"
)

// drain receives a stream to its end.
func drain(stream calloutv1.PlanningService_SolveClient) ([]*calloutv1.SolveResponse, error) {
	var out []*calloutv1.SolveResponse
	for {
		m, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return out, err
		}
		out = append(out, m)
	}
}

func TestSolve(t *testing.T) {
	r := start(t, server.Options{Explain: &engine.ExplainLimits{Jobs: 100, Time: time.Minute}})
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		RequestId: "r1", Problem: day(200, 20),
		Settings: &calloutv1.SolveSettings{
			TimeBudget: durationpb.New(1500 * time.Millisecond), Seed: 3, MinImprovementInterval: minutes(0),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	if len(got) < 4 {
		t.Fatalf("%d messages, want a first plan, at least two better ones, and the last", len(got))
	}
	jobs := func(p *calloutv1.Plan) int {
		n := len(p.GetUnassigned())
		for _, route := range p.GetRoutes() {
			for _, s := range route.GetStops() {
				if s.GetVisit() != nil {
					n++
				}
			}
		}
		return n
	}
	for k, m := range got {
		want := calloutv1.SolveKind_SOLVE_KIND_IMPROVED
		switch k {
		case 0:
			want = calloutv1.SolveKind_SOLVE_KIND_FIRST
		case len(got) - 1:
			want = calloutv1.SolveKind_SOLVE_KIND_FINAL
		}
		if m.GetKind() != want || m.GetSequence() != int64(k+1) || m.GetRequestId() != "r1" {
			t.Errorf("message %d: %v, sequence %d, request %q", k, m.GetKind(), m.GetSequence(), m.GetRequestId())
		}
		if n := jobs(m.GetPlan()); n != 200 {
			t.Errorf("message %d tells of %d jobs", k, n)
		}
		if k > 0 && m.GetPlan().GetCost().GetTotal() > got[k-1].GetPlan().GetCost().GetTotal() {
			t.Errorf("message %d costs more than the one before", k)
		}
		if (m.GetOutcome() != nil) != (k == len(got)-1) {
			t.Errorf("message %d: outcome %v", k, m.GetOutcome())
		}
	}
	last := got[len(got)-1]
	o := last.GetOutcome()
	if o.GetStopReason() != calloutv1.StopReason_STOP_REASON_TIME_BUDGET || o.GetCutShort() || o.GetEngineVersion() != "test" {
		t.Errorf("outcome %v", o)
	}
	if s := o.GetSettings(); s.GetSeed() != 3 || s.GetWorkers() != 1 || s.GetTimeBudget().AsDuration() != 1500*time.Millisecond {
		t.Errorf("settings in force %v", s)
	}
	// Nobody has magic: ten jobs stay undone, for one reason and with one remedy.
	magic := 0
	for _, u := range last.GetPlan().GetUnassigned() {
		if k, err := strconv.Atoi(strings.TrimPrefix(u.GetJobId(), "job-")); err != nil || k%20 != 19 {
			continue
		}
		for _, reason := range u.GetReasons() {
			if reason.GetVerdict() == calloutv1.Verdict_VERDICT_INCOMPATIBLE &&
				reason.GetViolations()[0].GetCode() == calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL &&
				reason.GetViolations()[0].GetSubject() == "magic" {
				magic++
				break
			}
		}
		if len(u.GetReasons()) != 20 {
			t.Errorf("%s: %d reasons", u.GetJobId(), len(u.GetReasons()))
		}
		if x := u.GetCheapestRelaxation(); x.GetTechnicianId() == "" || !strings.Contains(x.GetDescription(), "(magic)") ||
			x.GetLifted()[0].GetCode() != calloutv1.ConstraintCode_CONSTRAINT_CODE_SKILL_LEVEL {
			t.Errorf("%s: relaxation %v", u.GetJobId(), x)
		}
	}
	if magic != 10 {
		t.Errorf("%d jobs are told to lack magic", magic)
	}
	for name, want := range map[string]float64{
		"callout_running_solves": 0, "callout_busy_workers": 0, "callout_first_plan_seconds": 1, "callout_solves_total": 1,
		"callout_plans_sent_total": float64(len(got)),
	} {
		if got := r.metric(t, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	t.Logf("%d plans; first after %v, %.2f; last %.2f, %d iterations, %d jobs left out", len(got), got[0].GetElapsed().AsDuration(),
		got[0].GetPlan().GetCost().GetTotal(), last.GetPlan().GetCost().GetTotal(), last.GetIterations(), len(last.GetPlan().GetUnassigned()))
}

// A made-up id is the same in all messages.
func TestSolveMakesUpID(t *testing.T) {
	r := start(t, server.Options{})
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(10, 2), Settings: &calloutv1.SolveSettings{MaxIterations: 20},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	id := got[0].GetRequestId()
	if id == "" || slices.ContainsFunc(got, func(m *calloutv1.SolveResponse) bool { return m.GetRequestId() != id }) {
		t.Errorf("ids of messages, first %q", id)
	}
}

// A client that is killed frees what it had: its connection is cut without a word.
func TestSolveClientKilled(t *testing.T) {
	r := start(t, server.Options{Workers: 2})
	for range 3 {
		conn := r.dial(t)
		stream, err := calloutv1.NewPlanningServiceClient(conn).Solve(t.Context(), &calloutv1.SolveRequest{
			Problem: day(200, 20), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute), Workers: 2},
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			t.Fatal(err)
		}
		if busy := r.metric(t, "callout_busy_workers"); busy != 2 {
			t.Fatalf("%v workers are busy, want 2", busy)
		}
		conn.Close()
		took := until(t, 5*time.Second, "busy workers back to 0", func() bool { return r.metric(t, "callout_busy_workers") == 0 })
		t.Logf("workers free %v after the kill", took)
		until(t, 5*time.Second, "running solves back to 0", func() bool { return r.metric(t, "callout_running_solves") == 0 })
	}
}

func TestSolveDeadline(t *testing.T) {
	r := start(t, server.Options{})
	ctx, cancel := context.WithTimeout(t.Context(), 1500*time.Millisecond)
	defer cancel()
	stream, err := r.client.Solve(ctx, &calloutv1.SolveRequest{
		Problem: day(60, 6), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)},
	})
	if err != nil {
		t.Fatal(err)
	}
	got, err := drain(stream)
	if err != nil {
		t.Fatalf("after %d messages: %v", len(got), err)
	}
	last := got[len(got)-1]
	if o := last.GetOutcome(); o.GetStopReason() != calloutv1.StopReason_STOP_REASON_DEADLINE || !o.GetCutShort() {
		t.Errorf("outcome %v", o)
	}
}

// On shutdown, health turns, running solves end with their best plan, later ones are refused.
func TestShutdown(t *testing.T) {
	r := start(t, server.Options{Workers: 2})
	health := healthv1.NewHealthClient(r.conn)
	watch, err := health.Watch(t.Context(), &healthv1.HealthCheckRequest{Service: "callout.v1.PlanningService"})
	if err != nil {
		t.Fatal(err)
	}
	if m, err := watch.Recv(); err != nil || m.GetStatus() != healthv1.HealthCheckResponse_SERVING {
		t.Fatalf("health %v, %v", m, err)
	}
	request := &calloutv1.SolveRequest{
		Problem: day(100, 10), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)},
	}
	stream, err := r.client.Solve(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	begin := time.Now()
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		r.server.Shutdown(ctx)
	}()
	got, err := drain(stream)
	if err != nil {
		t.Fatal(err)
	}
	if o := got[len(got)-1].GetOutcome(); o.GetStopReason() != calloutv1.StopReason_STOP_REASON_SHUTDOWN || !o.GetCutShort() {
		t.Errorf("outcome %v", o)
	}
	if m, err := watch.Recv(); err != nil || m.GetStatus() != healthv1.HealthCheckResponse_NOT_SERVING {
		t.Errorf("health %v, %v", m, err)
	}
	late, err := r.client.Solve(t.Context(), request)
	if err == nil {
		_, err = late.Recv()
	}
	if status.Code(err) != codes.Unavailable {
		t.Errorf("a late solve: %v", err)
	}
	<-done
	if took := time.Since(begin); took > 8*time.Second {
		t.Errorf("shutting down took %v", took)
	}
}

// A drain that takes too long is cut off.
func TestShutdownIsBounded(t *testing.T) {
	r := start(t, server.Options{})
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(2000, 20), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)},
	})
	if err != nil {
		t.Fatal(err)
	}
	until(t, 20*time.Second, "the solve runs", func() bool { return r.metric(t, "callout_running_solves") == 1 })
	// With a plan out there is work left that takes longer than the drain: the last plan is to be explained and sent.
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	r.server.Shutdown(ctx)
	if _, err := drain(stream); status.Code(err) != codes.Unavailable {
		t.Errorf("after the end of the drain: %v", err)
	}
}

// Where all processors are taken and the queue is full, a request is refused with the time to come back.
func TestSolveBusy(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 1})
	request := &calloutv1.SolveRequest{
		Problem: day(20, 3), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)},
	}
	ctx, cancel := context.WithCancel(t.Context())
	first, err := r.client.Solve(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Recv(); err != nil {
		t.Fatal(err)
	}
	waiting := make(chan error, 1)
	go func() {
		stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
			Problem: request.GetProblem(), Settings: &calloutv1.SolveSettings{MaxIterations: 5},
		})
		if err == nil {
			_, err = drain(stream)
		}
		waiting <- err
	}()
	until(t, 10*time.Second, "one request waits", func() bool { return r.metric(t, "callout_waiting_requests") == 1 })
	third, err := r.client.Solve(t.Context(), request)
	if err != nil {
		t.Fatal(err)
	}
	_, err = third.Recv()
	st := status.Convert(err)
	if st.Code() != codes.ResourceExhausted || len(st.Details()) != 1 {
		t.Fatalf("a third request: %v", err)
	}
	if retry, ok := st.Details()[0].(*errdetails.RetryInfo); !ok || retry.GetRetryDelay().AsDuration() <= 0 {
		t.Errorf("detail %v", st.Details()[0])
	}
	cancel()
	if err := <-waiting; err != nil {
		t.Errorf("the one that waited: %v", err)
	}
}

// A request that waits and is cancelled leaves the queue.
func TestSolveCancelledInQueue(t *testing.T) {
	r := start(t, server.Options{Workers: 1, Queue: 1})
	request := &calloutv1.SolveRequest{
		Problem: day(20, 3), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Minute)},
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	first, err := r.client.Solve(ctx, request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := first.Recv(); err != nil {
		t.Fatal(err)
	}
	short, cancelShort := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancelShort()
	second, err := r.client.Solve(short, request)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := second.Recv(); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("a deadline in the queue: %v", err)
	}
	until(t, 5*time.Second, "nobody waits", func() bool { return r.metric(t, "callout_waiting_requests") == 0 })
}

// How long the searchers of a client that is killed stay busy: soon after the first plan, and at any time of a search that has native
// solves among its steps (of which those that cannot stop at once are counted until they have ended).
func BenchmarkClientKilled(b *testing.B) {
	b.Run("soon", func(b *testing.B) {
		benchmarkKill(b, time.Minute, func() time.Duration { return 200 * time.Millisecond })
	})
	b.Run("at any time", func(b *testing.B) {
		const budget = 5 * time.Second
		rng := rand.New(rand.NewPCG(1, 1))
		benchmarkKill(b, budget, func() time.Duration { return budget/10 + time.Duration(rng.Int64N(int64(budget*8/10))) })
	})
}

func benchmarkKill(b *testing.B, budget time.Duration, after func() time.Duration) {
	b.Helper()
	r := start(b, server.Options{Workers: 2})
	var total, worst time.Duration
	n, lingered := 0, 0
	for b.Loop() {
		conn := r.dial(b)
		stream, err := calloutv1.NewPlanningServiceClient(conn).Solve(b.Context(), &calloutv1.SolveRequest{
			Problem: day(200, 20), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(budget), Workers: 2},
		})
		if err != nil {
			b.Fatal(err)
		}
		if _, err := stream.Recv(); err != nil {
			b.Fatal(err)
		}
		time.Sleep(after())
		conn.Close()
		left := false
		took := until(b, 5*time.Second, "busy workers back to 0", func() bool {
			left = left || r.metric(b, "callout_lingering_solves") > 0
			return r.metric(b, "callout_busy_workers") == 0
		})
		if left {
			lingered++
		}
		total += took
		worst = max(worst, took)
		n++
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(n), "ms-busy/kill")
	b.ReportMetric(float64(worst.Microseconds())/1000, "ms-busy-worst")
	b.ReportMetric(float64(lingered)/float64(n), "left-behind/kill")
}
