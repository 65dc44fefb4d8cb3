package server_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
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
	"callout/engine/matrix"
)

// newCache is closed after the server that start runs with it.
func newCache(tb testing.TB, bytes int64) *matrix.Cache {
	tb.Helper()
	c, err := matrix.NewCache(bytes)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

func (r *running) travel() calloutv1.TravelServiceClient {
	return calloutv1.NewTravelServiceClient(r.conn)
}

// evaluate asks for the judgement on doing nothing.
func (r *running) evaluate(tb testing.TB, req *calloutv1.EvaluateRequest) error {
	tb.Helper()
	req.Plan = new(calloutv1.Plan)
	_, err := r.client.Evaluate(tb.Context(), req)
	return err
}

// putMatrix sends a matrix in parts of some entries.
func (r *running) putMatrix(tb testing.TB, h *calloutv1.MatrixHeader, durations []int32, part int) (*calloutv1.PutMatrixResponse, error) {
	tb.Helper()
	stream, err := r.travel().PutMatrix(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	send := func(p *calloutv1.PutMatrixRequest) bool { return stream.Send(p) == nil } // what went wrong comes with the answer
	ok := send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{Header: h}})
	for ; ok && len(durations) > 0; durations = durations[min(part, len(durations)):] {
		ok = send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Rows{
			Rows: &calloutv1.MatrixRows{Durations: durations[:min(part, len(durations))]},
		}})
	}
	return stream.CloseAndRecv()
}

// grid is a matrix of the problem's locations.
func grid(p *calloutv1.Problem) (ids []string, durations []int32) {
	n := len(p.GetLocations())
	for i, l := range p.GetLocations() {
		ids = append(ids, l.GetId())
		for j := range n {
			durations = append(durations, int32(60*max(i-j, j-i)))
		}
	}
	return ids, durations
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

// A matrix that does not come to its end takes no room for long, and no goroutine.
func TestPutMatrixEnds(t *testing.T) {
	r := start(t, server.Options{PutTime: 300 * time.Millisecond})
	ids, durations := grid(day(20, 2))
	open := func(ctx context.Context) calloutv1.TravelService_PutMatrixClient {
		stream, err := r.travel().PutMatrix(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{
			Header: &calloutv1.MatrixHeader{LocationIds: ids},
		}}); err != nil {
			t.Fatal(err)
		}
		return stream
	}
	slow := open(t.Context())
	until(t, 5*time.Second, "room is set aside", func() bool { return r.metric(t, "callout_lease_bytes") > 0 })
	if err := slow.RecvMsg(new(calloutv1.PutMatrixResponse)); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("half open: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	gone := open(ctx)
	cancel()
	if err := gone.RecvMsg(new(calloutv1.PutMatrixResponse)); status.Code(err) != codes.Canceled {
		t.Errorf("cancelled: %v", err)
	}
	for name, send := range map[string]func() error{
		"too few": func() error {
			_, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, durations[1:len(durations)-1], 50)
			return err
		},
		"too many": func() error {
			_, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, append(slices.Clip(durations), 1), 50)
			return err
		},
		"nothing": func() error {
			stream, err := r.travel().PutMatrix(t.Context())
			if err != nil {
				return err
			}
			_, err = stream.CloseAndRecv()
			return err
		},
	} {
		if err := send(); status.Code(err) != codes.InvalidArgument {
			t.Errorf("%s: %v", name, err)
		}
	}
	until(t, 5*time.Second, "room is given back", func() bool { return r.metric(t, "callout_lease_bytes") == 0 })
}

// Two hundred problems of 500 places each, sent inline and computed, are not held beyond the cache's bound and a reserve: the
// requests under way, the connection's buffers, and what the cache is packing.
func TestCacheBound(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	const bound, reserve = 64 << 20, 48 << 20
	live := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	r := start(t, server.Options{Cache: newCache(t, bound), Queue: 8})
	problem := day(499, 2)
	begin := live()
	next := make(chan int)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for k := range next {
				p := &calloutv1.Problem{Now: problem.GetNow(), Locations: problem.GetLocations(), Profiles: []*calloutv1.TravelProfile{{
					Id: "van", Travel: &calloutv1.TravelProfile_StraightLine{StraightLine: &calloutv1.StraightLine{Speed: new(10 + float64(k)/100)}},
				}}}
				if k%2 == 1 { // inline
					ids, durations := grid(problem)
					durations[1] += int32(k)
					p.Profiles[0].Travel = &calloutv1.TravelProfile_Matrix{Matrix: &calloutv1.Matrix{
						LocationIds: ids, Durations: durations, Distances: durations,
					}}
				}
				if err := r.evaluate(t, &calloutv1.EvaluateRequest{RequestId: fmt.Sprint(k), Problem: p}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	var most int64
	for k := range 200 {
		next <- k
		if k%20 == 19 {
			most = max(most, live()-begin)
		}
	}
	close(next)
	wg.Wait()
	held := live() - begin
	kept := r.metric(t, "callout_matrix_cache_bytes")
	const mib = 1 << 20
	t.Logf("alive: %d MiB at most, %d MiB at the end, %d MiB of it in the cache", most/mib, held/mib, int64(kept)/mib)
	if kept > bound || kept < bound/2 {
		t.Errorf("%v bytes are kept", kept)
	}
	if most > bound+reserve || held > bound+reserve/4 {
		t.Errorf("%d bytes are alive at most, %d in the end", most, held)
	}
	if r.metric(t, "callout_matrix_cache_evictions_total") == 0 {
		t.Error("nothing was evicted")
	}
}
