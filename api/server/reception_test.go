package server_test

import (
	"bytes"
	"context"
	"runtime"
	"testing"
	"time"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/encoding"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	reflectionv1 "google.golang.org/grpc/reflection/grpc_reflection_v1"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
)

// swelling is a request of empty jobs: each takes two bytes as sent, and some four hundred decoded.
func swelling(jobs int) []byte {
	field := func(num protowire.Number, content []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), content)
	}
	number := new(calloutv1.Problem).ProtoReflect().Descriptor().Fields().ByName("jobs").Number()
	return field(3, bytes.Repeat(field(number, nil), jobs))
}

// What takes much more memory decoded than sent is refused before it is decoded.
func TestSwellingMessages(t *testing.T) {
	r, _ := loopback(t, server.Options{}, server.Transport{RequestBytes: 16 << 20})
	message := swelling(1 << 18)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range 5 {
		for _, compressor := range []string{encoding.Identity, "gzip"} {
			_, stream := r.shout(t.Context(), message, grpc.UseCompressor(compressor))
			if status.Code(stream) != codes.InvalidArgument {
				t.Errorf("%s: %v", compressor, stream)
			}
		}
	}
	runtime.ReadMemStats(&after)
	// Both sides handle half a MiB twenty times, some copies each; decoded, one would take 100 MiB.
	if took := int64(after.TotalAlloc) - int64(before.TotalAlloc); took > 80<<20 {
		t.Errorf("%d MiB were taken", took>>20)
	}
	if n := r.metric(t, "callout_refusals_total"); n != 20 {
		t.Errorf("%v refusals", n)
	}
	r.sane(t)
}

// Requests under way share the room that there is for them, also those that wait for processors; it comes back when they end.
func TestRoomForRequests(t *testing.T) {
	big := &calloutv1.ValidateRequest{Problem: day(200, 10)}
	encoded, err := proto.Marshal(big)
	if err != nil {
		t.Fatal(err)
	}
	room := int64(len(encoded)) + wire.Weight(big.ProtoReflect().Descriptor(), encoded) // just that of the big one
	r := startWith(t, server.Options{Workers: 1, Queue: 5}, server.Transport{RequestBytes: room})
	end := r.occupy(t, "", 1)
	if taken := r.metric(t, "callout_request_bytes"); taken < 15<<10 {
		t.Errorf("a request weighs %v bytes", taken)
	}
	_, err = r.client.Validate(t.Context(), big)
	st := status.Convert(err)
	if st.Code() != codes.ResourceExhausted || len(st.Details()) != 1 {
		t.Fatalf("without room: %v", err)
	}
	if retry, ok := st.Details()[0].(*errdetails.RetryInfo); !ok || retry.GetRetryDelay().AsDuration() <= 0 {
		t.Errorf("detail %v", st.Details()[0])
	}
	end()
	until(t, 5*time.Second, "the room is free", func() bool { return r.metric(t, "callout_request_bytes") == 0 })
	if _, err := r.client.Validate(t.Context(), big); err != nil {
		t.Errorf("with room: %v", err)
	}
	big.Problem = day(1000, 10)
	if _, err := r.client.Validate(t.Context(), big); status.Code(err) != codes.InvalidArgument {
		t.Errorf("more than there is room for at all: %v", err)
	}
	until(t, 5*time.Second, "the room is free again", func() bool { return r.metric(t, "callout_request_bytes") == 0 })
}

// While all places are taken by clients that stall, others wait; after a while the slow ones are cut off, and the others come in. Health
// checks have places of their own.
func TestSlowSenders(t *testing.T) {
	r, address := loopback(t, server.Options{}, server.Transport{Receiving: 2, Slow: 500 * time.Millisecond, Stall: time.Minute})
	halfOpen(t, address, "Solve", "Validate")
	until(t, 10*time.Second, "both places are taken", func() bool { return r.metric(t, "callout_receiving") == 2 })
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if _, err := healthv1.NewHealthClient(r.conn).Check(ctx, new(healthv1.HealthCheckRequest)); err != nil {
		t.Errorf("health: %v", err)
	}
	if _, err := r.client.Validate(ctx, &calloutv1.ValidateRequest{Problem: day(1000, 10)}); err != nil {
		t.Errorf("an honest request: %v", err)
	}
	// The second of the stalled goes only if somebody waited until its time was over, too.
	if stalled, refused := r.metric(t, "callout_receiving"), r.metric(t, "callout_refusals_total"); refused < 1 || stalled+refused != 2 {
		t.Errorf("%v refused and %v still read, want one or both of the two that stalled refused", refused, stalled)
	}
	if n := r.metric(t, "callout_waiting_receiving"); n != 0 {
		t.Errorf("%v messages wait", n)
	}
	r.sane(t)
}

// Clients that keep reflection streams open do not hold up health checks, nor others who ask.
func TestIdleReflection(t *testing.T) {
	r, _ := loopback(t, server.Options{}, server.Transport{Slow: 200 * time.Millisecond})
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ask := func() {
		t.Helper()
		stream, err := reflectionv1.NewServerReflectionClient(r.conn).ServerReflectionInfo(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.Send(&reflectionv1.ServerReflectionRequest{
			MessageRequest: &reflectionv1.ServerReflectionRequest_ListServices{},
		}); err != nil {
			t.Fatal(err)
		}
		if m, err := stream.Recv(); err != nil || len(m.GetListServicesResponse().GetService()) < 4 {
			t.Errorf("%v, %v", m, err)
		}
	}
	for range 10 { // none is closed
		ask()
		if _, err := healthv1.NewHealthClient(r.conn).Check(ctx, new(healthv1.HealthCheckRequest)); err != nil {
			t.Fatalf("health: %v", err)
		}
	}
}

// A crowd of small requests, far more than there are places, is taken in at once.
func TestCrowdIsReceived(t *testing.T) {
	r, _ := loopback(t, server.Options{}, server.Transport{Receiving: 1})
	const crowd = 60
	answers := make(chan error, crowd)
	for range crowd {
		go func() {
			_, err := r.client.Validate(t.Context(), &calloutv1.ValidateRequest{Problem: day(5, 1)})
			answers <- err
		}()
	}
	for range crowd {
		if err := <-answers; err != nil {
			t.Error(err)
		}
	}
	// A stream of many parts passes the one place too, beside a search.
	stream, err := r.client.Solve(t.Context(), &calloutv1.SolveRequest{
		Problem: day(20, 3), Settings: &calloutv1.SolveSettings{TimeBudget: durationpb.New(100 * time.Millisecond)},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := drain(stream); err != nil {
		t.Error(err)
	}
}
