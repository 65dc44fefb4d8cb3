package server_test

import (
	"bytes"
	"context"
	"errors"
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
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	_ "callout/api/compress"
	"callout/api/server"
)

// loopback runs a server on a real port, as strangers see it.
func loopback(t *testing.T, o server.Options, transport server.Transport, opts ...grpc.DialOption) (r *running, address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = l.Addr().String()
	return startOn(t, l, o, transport, address, opts...), address
}

// raw sends and receives bytes as they are.
type raw struct{}

func (raw) Marshal(v any) ([]byte, error)      { return *v.(*[]byte), nil }        //nolint:errcheck // the test gives nothing else
func (raw) Unmarshal(data []byte, v any) error { *v.(*[]byte) = data; return nil } //nolint:errcheck // likewise
func (raw) Name() string                       { return "proto" }

// shout sends a message that may be anything to a unary call and to a stream, and returns what each answers.
func (r *running) shout(ctx context.Context, message []byte, opts ...grpc.CallOption) (unary, stream error) {
	opts = append(opts, grpc.ForceCodec(raw{}))
	var answer []byte
	unary = r.conn.Invoke(ctx, "/callout.v1.PlanningService/Validate", &message, &answer, opts...)
	s, err := r.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true}, "/callout.v1.PlanningService/Solve", opts...)
	if err != nil {
		return unary, err
	}
	if err := s.SendMsg(&message); err != nil && !errors.Is(err, io.EOF) { // EOF: the answer is there before all was sent
		return unary, err
	}
	if err := s.CloseSend(); err != nil {
		return unary, err
	}
	return unary, s.RecvMsg(&answer)
}

// Messages that are too large, too deep, broken or bombs are refused, soon, and cost little memory. What cannot be decoded is
// INTERNAL: gRPC says so by itself, before the server sees it.
func TestHostileMessages(t *testing.T) {
	const most = 8 << 20
	r, _ := loopback(t, server.Options{}, server.Transport{MessageSize: most})
	bomb := make([]byte, 200<<20)
	nested := append(bytes.Repeat([]byte{0xa3, 6}, 9000), bytes.Repeat([]byte{0xa4, 6}, 9000)...) // an unknown field
	tests := map[string]struct {
		message       []byte
		compressor    string
		unary, stream codes.Code
	}{
		"oversized":           {make([]byte, most+1), encoding.Identity, codes.ResourceExhausted, codes.ResourceExhausted},
		"oversized, packed":   {noise(most + 1), "gzip", codes.ResourceExhausted, codes.ResourceExhausted},
		"deep groups":         {bytes.Repeat([]byte{0x0b}, 1<<20), encoding.Identity, codes.Internal, codes.Internal},
		"deep, closed groups": {nested, encoding.Identity, codes.OK, codes.InvalidArgument},
		"a length that lies":  {[]byte{0x1a, 0xff, 0xff, 0xff, 0xff, 0x07}, encoding.Identity, codes.Internal, codes.Internal},
		"not UTF-8":           {[]byte{0x0a, 2, 0xff, 0xfe}, encoding.Identity, codes.Internal, codes.Internal},
		"a bomb in gzip":      {bomb, "gzip", codes.Internal, codes.Internal},
		"a bomb in zstd":      {bomb, "zstd", codes.Internal, codes.Internal},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			defer cancel()
			unary, stream := r.shout(ctx, tt.message, grpc.UseCompressor(tt.compressor))
			if status.Code(unary) != tt.unary || status.Code(stream) != tt.stream {
				t.Errorf("%v, want %v;\n%v, want %v", unary, tt.unary, stream, tt.stream)
			}
		})
	}
	r.sane(t)
}

func noise(n int) []byte {
	out := make([]byte, n)
	x := uint32(1)
	for k := range out {
		x = x*1664525 + 1013904223
		out[k] = byte(x >> 24)
	}
	return out
}

// sane checks that the server answers, and that nothing is at work.
func (r *running) sane(t *testing.T) {
	t.Helper()
	if _, err := r.client.Validate(t.Context(), &calloutv1.ValidateRequest{Problem: day(3, 1)}, grpc.WaitForReady(true)); err != nil {
		t.Errorf("afterwards: %v", err)
	}
	for _, name := range []string{"callout_busy_workers", "callout_running_solves", "callout_running_checks", "callout_waiting_requests"} {
		until(t, 10*time.Second, name+" is 0", func() bool { return r.metric(t, name) == 0 })
	}
}

// Bombs in great number: each is dropped after some megabytes, which are used again.
func TestManyBombs(t *testing.T) {
	r, _ := loopback(t, server.Options{}, server.Transport{})
	bomb := make([]byte, 60<<20) // just below the largest message
	var before, after runtime.MemStats
	if _, err := r.shout(t.Context(), bomb, grpc.UseCompressor("zstd")); status.Code(err) != codes.Internal {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range 20 {
		r.shout(t.Context(), bomb, grpc.UseCompressor("zstd")) //nolint:errcheck // the first was looked at
	}
	runtime.ReadMemStats(&after)
	if grown := int64(after.Sys) - int64(before.Sys); grown > 200<<20 {
		t.Errorf("the process grew by %d MiB", grown>>20)
	}
	r.sane(t)
}

// Headers have a limit; the connection's other calls do not suffer.
func TestLargeHeaders(t *testing.T) {
	r, _ := loopback(t, server.Options{}, server.Transport{HeaderSize: 4 << 10})
	ctx := metadata.AppendToOutgoingContext(t.Context(), "x-large", strings.Repeat("x", 8<<10))
	if _, err := r.client.Validate(ctx, new(calloutv1.ValidateRequest)); err == nil {
		t.Error("headers of 8 KiB are taken")
	}
	r.sane(t)
}

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

// Calls whose message never comes are ended, whatever the method, and their places given again.
func TestHalfOpenStreams(t *testing.T) {
	r, address := loopback(t, server.Options{}, server.Transport{Stall: 200 * time.Millisecond, Calls: 2})
	conn, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := conn.Write([]byte(http2.ClientPreface)); err != nil {
		t.Fatal(err)
	}
	f := http2.NewFramer(conn, conn)
	if err := f.WriteSettings(); err != nil {
		t.Fatal(err)
	}
	for k, method := range []string{"Solve", "Validate"} {
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
