package server_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

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

// Messages that are too large, too deep, broken or bombs are refused, soon, and cost little memory. What cannot be unpacked is
// INTERNAL: gRPC says so by itself.
func TestHostileMessages(t *testing.T) {
	const most = 8 << 20
	r, _ := loopback(t, server.Options{}, server.Transport{MessageSize: most})
	bomb := make([]byte, 40<<20)
	nested := append(bytes.Repeat([]byte{0xa3, 6}, 9000), bytes.Repeat([]byte{0xa4, 6}, 9000)...) // an unknown field
	tests := map[string]struct {
		message       []byte
		compressor    string
		unary, stream codes.Code
	}{
		"oversized":           {make([]byte, most+1), encoding.Identity, codes.ResourceExhausted, codes.ResourceExhausted},
		"oversized, packed":   {noise(most + 1), "gzip", codes.ResourceExhausted, codes.ResourceExhausted},
		"deep groups":         {bytes.Repeat([]byte{0x0b}, 1<<20), encoding.Identity, codes.InvalidArgument, codes.InvalidArgument},
		"deep, closed groups": {nested, encoding.Identity, codes.OK, codes.InvalidArgument},
		"a length that lies":  {[]byte{0x1a, 0xff, 0xff, 0xff, 0xff, 0x07}, encoding.Identity, codes.InvalidArgument, codes.InvalidArgument},
		"not UTF-8":           {[]byte{0x0a, 2, 0xff, 0xfe}, encoding.Identity, codes.InvalidArgument, codes.InvalidArgument},
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
	for range 10 {
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
