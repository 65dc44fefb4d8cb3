package server

import (
	"context"
	"fmt"
	"net"
	"sync"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthv1 "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/reflection"

	calloutv1 "callout/api/callout/v1"
)

// Server serves a Service over gRPC, with health and reflection.
type Server struct {
	service  *Service
	grpc     *grpc.Server
	health   *health.Server
	inFlight *gate
	most     int // connections

	transport Transport
	door      *door
	reception *reception
}

// NewServer returns a server. It has to be shut down to let go of its goroutines.
func NewServer(s *Service, t Transport) *Server {
	t = t.withDefaults()
	out := &Server{service: s, health: health.NewServer(), inFlight: newGate(), most: t.Connections}
	d := &door{tokens: t.Tokens, most: int64(t.Calls), stall: t.Stall, metrics: s.metrics}
	in := newReceptions(t, s.metrics)
	out.transport, out.door, out.reception = t, d, in.own
	s.metrics.watch(in.own)
	out.grpc = grpc.NewServer(append(s.interceptors(out.inFlight, in), t.options(d)...)...)
	out.grpc.RegisterService(streamed(calloutv1.PlanningService_ServiceDesc), s)
	out.grpc.RegisterService(streamed(calloutv1.TravelService_ServiceDesc), s)
	out.grpc.RegisterService(streamed(calloutv1.PartsService_ServiceDesc), s)
	out.grpc.RegisterService(streamed(healthv1.Health_ServiceDesc), out.health)
	out.health.SetServingStatus(calloutv1.PlanningService_ServiceDesc.ServiceName, healthv1.HealthCheckResponse_SERVING)
	out.health.SetServingStatus(calloutv1.TravelService_ServiceDesc.ServiceName, healthv1.HealthCheckResponse_SERVING)
	out.health.SetServingStatus(calloutv1.PartsService_ServiceDesc.ServiceName, healthv1.HealthCheckResponse_SERVING)
	reflection.Register(out.grpc)
	return out
}

// Serve answers calls on a listener until the server is shut down; then it returns nil.
func (s *Server) Serve(l net.Listener) error {
	if err := s.grpc.Serve(&narrow{Listener: l, most: int64(s.most), metrics: s.service.metrics}); err != nil {
		return fmt.Errorf("serve on %s: %w", l.Addr(), err)
	}
	return nil
}

// lastWords is how long a connection may take, after its last call was answered, to send what is buffered.
const lastWords = 2 * time.Second

// Shutdown reports NOT_SERVING, refuses new work with UNAVAILABLE, ends running searches with the best plan that each has, and
// returns when all answers are out, or drops what is left when ctx ends. It may be called once.
func (s *Server) Shutdown(ctx context.Context) {
	s.health.Shutdown()
	s.service.Stop()
	graceful := make(chan struct{})
	go func() {
		defer close(graceful)
		s.grpc.GracefulStop()
	}()
	// GracefulStop waits for health watchers too, who wait for it: once our own calls are answered it gets little more time.
	select {
	case <-s.inFlight.empty():
		timer := time.NewTimer(lastWords)
		defer timer.Stop()
		select {
		case <-graceful:
		case <-timer.C:
		case <-ctx.Done():
		}
	case <-ctx.Done():
	}
	s.grpc.Stop()
	<-graceful
}

// gate counts the calls under way.
type gate struct {
	mu      sync.Mutex
	n       int
	waiters []chan struct{}
}

func newGate() *gate { return new(gate) }

func (g *gate) enter() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.n++
}

func (g *gate) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.n--; g.n == 0 {
		g.open()
	}
}

// empty returns a channel that is closed when no call is under way.
func (g *gate) empty() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	c := make(chan struct{})
	g.waiters = append(g.waiters, c)
	if g.n == 0 {
		g.open()
	}
	return c
}

func (g *gate) open() {
	for _, c := range g.waiters {
		close(c)
	}
	g.waiters = nil
}
