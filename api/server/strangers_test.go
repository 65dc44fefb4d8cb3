package server_test

import (
	"bytes"
	"context"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
	"golang.org/x/net/http2/hpack"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
)

// A client that does not read its stream holds neither processors nor a call's place for long, and memory not at all.
func TestSlowReader(t *testing.T) {
	r, _ := loopback(t, server.Options{Workers: 1}, server.Transport{Stall: 300 * time.Millisecond, Calls: 1},
		grpc.WithStaticStreamWindowSize(64<<10), grpc.WithStaticConnWindowSize(64<<10))
	// A plan of jobs with such long names is larger than what client and server put by: the second cannot go out.
	problem := day(1000, 60)
	for _, job := range problem.GetJobs() {
		job.Id += strings.Repeat("x", 240)
	}
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: problem, Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(time.Second)},
	})
	if err != nil {
		t.Fatal(err)
	}
	until(t, 20*time.Second, "the first plan is sent", func() bool { return r.metric(t, "callout_first_plan_seconds") > 0 })
	// Nobody reads.
	took := until(t, 20*time.Second, "the call is given up", func() bool { return r.metric(t, "callout_running_solves") == 0 })
	t.Logf("given up after %v", took)
	if n := r.metric(t, "callout_busy_workers"); n != 0 {
		t.Errorf("%v workers are busy", n)
	}
	if n := r.metric(t, "callout_refusals_total"); n != 1 {
		t.Errorf("%v refusals are counted, want that of the stalled client", n)
	}
	other := r.dial(t)
	defer other.Close()
	until(t, 10*time.Second, "the call's place is free", func() bool {
		_, err := calloutv1.NewPlanningServiceClient(other).Validate(t.Context(), new(calloutv1.ValidateRequest))
		return err == nil
	})
	if got, err := drain(stream); status.Code(err) != codes.DeadlineExceeded {
		t.Errorf("after %d messages: %v", len(got), err)
	}
}

// A slow client that does read, if late, gets its answer.
func TestPatientReader(t *testing.T) {
	r, _ := loopback(t, server.Options{Workers: 1}, server.Transport{Stall: 5 * time.Second},
		grpc.WithStaticStreamWindowSize(64<<10), grpc.WithStaticConnWindowSize(64<<10))
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(200, 20),
		Settings: &calloutv1.SolveSettings{
			TimeBudget: durationpb.New(300 * time.Millisecond), MinImprovementInterval: minutes(0),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(600 * time.Millisecond)
	got, err := drain(stream)
	if err != nil || got[len(got)-1].GetKind() != calloutv1.SolveKind_SOLVE_KIND_FINAL {
		t.Errorf("after %d messages: %v", len(got), err)
	}
}

// halfOpen calls methods and sends the beginning of a message to each.
func halfOpen(t *testing.T, address string, methods ...string) {
	t.Helper()
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	f := http2.NewFramer(conn, conn)
	if err := f.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	for k, method := range methods {
		var block bytes.Buffer
		h := hpack.NewEncoder(&block)
		for _, field := range [][2]string{
			{":method", "POST"},
			{":scheme", "http"},
			{":path", "/callout.v1.PlanningService/" + method},
			{":authority", "test"},
			{"content-type", "application/grpc"},
			{"te", "trailers"},
		} {
			if err := h.WriteField(hpack.HeaderField{Name: field[0], Value: field[1]}); err != nil {
				t.Fatal(err)
			}
		}
		if err := f.WriteHeaders(http2.HeadersFrameParam{
			StreamID: uint32(2*k + 1), BlockFragment: block.Bytes(), EndHeaders: true,
		}); err != nil {
			t.Fatal(err)
		}
		// The beginning of a message of 100 bytes.
		if err := f.WriteData(uint32(2*k+1), false, []byte{0, 0, 0, 0, 100, 1, 2, 3}); err != nil {
			t.Fatal(err)
		}
	}
	go io.Copy(io.Discard, conn) //nolint:errcheck // ends with the connection
}

// Calls whose message never comes are ended, whatever the method, and their places given again.
func TestHalfOpenStreams(t *testing.T) {
	r, address := loopback(t, server.Options{}, server.Transport{Stall: 200 * time.Millisecond, Calls: 2})
	halfOpen(t, address, "Solve", "Validate")
	until(t, 10*time.Second, "both places are taken", func() bool {
		_, err := r.client.Validate(t.Context(), new(calloutv1.ValidateRequest))
		return status.Code(err) == codes.ResourceExhausted
	})
	took := until(t, 10*time.Second, "a place is free", func() bool {
		_, err := r.client.Validate(t.Context(), new(calloutv1.ValidateRequest))
		return err == nil
	})
	t.Logf("free after %v", took)
	r.sane(t)
}

// Thousands of connections, some that say nothing, some that talk nonsense: the server keeps so many at most, and lives on.
func TestRapidConnects(t *testing.T) {
	r, address := loopback(t, server.Options{}, server.Transport{Connections: 20, Handshake: 300 * time.Millisecond})
	before := runtime.NumGoroutine()
	var failed, most atomic.Int64
	var all sync.WaitGroup
	for worker := range 8 {
		all.Go(func() {
			var silent []net.Conn
			for k := range 400 {
				conn, err := net.Dial("tcp", address)
				if err != nil {
					failed.Add(1)
					continue
				}
				if (worker+k)%2 == 0 {
					io.WriteString(conn, "GET / HTTP/1.1\r\n\r\n") //nolint:errcheck // nonsense
					conn.Close()
					continue
				}
				silent = append(silent, conn)
				most.Store(max(most.Load(), int64(runtime.NumGoroutine())))
			}
			for _, conn := range silent {
				conn.Close()
			}
		})
	}
	all.Wait()
	if n := failed.Load(); n > 0 {
		t.Logf("%d connects failed at the client", n)
	}
	if refused := r.metric(t, "callout_refusals_total"); refused < 100 {
		t.Errorf("%v connections were refused", refused)
	}
	// A connection takes a handful of goroutines.
	if n := most.Load() - int64(before); n > 200 {
		t.Errorf("%d goroutines more", n)
	}
	until(t, 10*time.Second, "the server answers", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := r.client.Validate(ctx, new(calloutv1.ValidateRequest), grpc.WaitForReady(true))
		return err == nil
	})
	until(t, 10*time.Second, "the goroutines of strangers end", func() bool { return runtime.NumGoroutine() < before+20 })
}
