package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net"
	"os"
	"os/signal"
	"runtime"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"go.uber.org/goleak"

	_ "callout/api/compress" // gzip and zstd
	"callout/api/server"
)

// ServeCmd serves the API until the process is told to end.
type ServeCmd struct {
	Listen  string        `default:"127.0.0.1:50051" env:"CALLOUT_LISTEN" help:"Address of the gRPC service."`
	HTTP    string        `name:"http-listen" placeholder:"ADDR" env:"CALLOUT_HTTP_LISTEN" help:"Address of JSON over HTTP; empty: none."`
	Metrics string        `default:"127.0.0.1:9464" env:"CALLOUT_METRICS" help:"Address of the metrics, at /metrics; empty: none."`
	Pprof   string        `env:"CALLOUT_PPROF" help:"Loopback address of Go's profiles, at /debug/pprof/; empty: none."`
	OTLP    string        `name:"otlp" env:"CALLOUT_OTLP" help:"URL of an OpenTelemetry collector (gRPC) for traces; empty: none."`
	Drain   time.Duration `default:"25s" env:"CALLOUT_DRAIN" help:"How long to wait for answers under way when told to end."`

	Admit  admitFlags  `embed:"" envprefix:"CALLOUT_" group:"Admission"`
	Limits limitFlags  `embed:"" envprefix:"CALLOUT_" group:"Limits of a request"`
	Travel travelFlags `embed:"" envprefix:"CALLOUT_" group:"Travel and handles"`
	Wire   wireFlags   `embed:"" envprefix:"CALLOUT_" group:"Connections"`
	Secure secureFlags `embed:"" envprefix:"CALLOUT_" group:"Security"`
}

// Run of the command.
func (c *ServeCmd) Run(log *slog.Logger) error {
	others := goleak.IgnoreCurrent()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	err := c.serve(ctx, log)
	stop()
	// An orderly end leaves nothing at work; what it does leave is a defect, which is easier to find with its stack.
	if left := goleak.Find(others); left != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "goroutines are left", slog.String("stacks", left.Error()))
	} else {
		log.LogAttrs(ctx, slog.LevelInfo, "no goroutine is left")
	}
	return err
}

// serve until ctx ends; then answers under way are completed.
func (c *ServeCmd) serve(ctx context.Context, log *slog.Logger) error {
	secure, err := c.Secure.config()
	if err != nil {
		return err
	}
	tokens, err := c.Secure.tokens(ctx, log)
	if err != nil {
		return err
	}
	defer tokens.stop()
	traces, err := startTraces(ctx, c.OTLP, log)
	if err != nil {
		return err
	}
	defer traces.stop(log)
	c.spareProcessors()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	cache, err := c.Travel.cache()
	if err != nil {
		return err
	}
	defer cache.Close()
	networks, err := openNetworks(c.Travel.Roads, int64(c.Travel.States)<<20)
	if err != nil {
		return err
	}
	limits := c.Limits.limits()
	srv := server.NewServer(server.New(server.Options{
		Version: engineVersion(), Limits: &limits, Workers: c.Admit.Workers, Queue: c.Admit.Queue, Admission: c.Admit.admission(),
		Cache: cache, Networks: networks, Leases: c.Travel.leases(), PutTime: c.Travel.Put, Log: log, Metrics: registry,
	}), c.Wire.transport(server.Transport{Credentials: credentialsOf(secure), Tokens: tokens.Tokens, More: traces.options()}))

	listen := new(net.ListenConfig)
	l, err := listen.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	failed := make(chan error, 4)
	go func() { failed <- srv.Serve(l) }()
	pages, err := startPages(ctx, c.Metrics, c.Pprof, registry, failed)
	if err != nil {
		srv.Shutdown(ctx)
		return err
	}
	web, err := startWeb(ctx, c.HTTP, srv, secure, failed)
	if err != nil {
		srv.Shutdown(ctx)
		return errors.Join(err, pages.shutdown(ctx))
	}
	log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("version", engineVersion()), slog.String("grpc", l.Addr().String()),
		slog.String("metrics", pages.address(metricsPage)), slog.String("pprof", pages.address(pprofPage)),
		slog.String("http", web.address()), slog.Bool("tls", secure != nil),
		slog.Int("tokens", tokens.len()), slog.Int("workers", c.Admit.Workers), slog.String("memory_limit", memoryLimit()))
	if secure == nil && tokens.Tokens != nil {
		log.LogAttrs(ctx, slog.LevelWarn, "tokens travel in plain text: there is no TLS")
	}

	select {
	case err = <-failed:
	case <-ctx.Done():
		log.LogAttrs(ctx, slog.LevelInfo, "shutting down", slog.Duration("at_most", c.Drain))
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
	defer cancel()
	srv.Shutdown(drain)
	err = errors.Join(err, web.shutdown(drain), pages.shutdown(drain))
	log.LogAttrs(ctx, slog.LevelInfo, "stopped")
	return err
}

// spareProcessors lets Go use one processor more than there are searchers. With as many, whoever becomes ready to serve a
// connection waits until a searcher is preempted, some 10 ms each time; so the operating system shares the processors out
// instead, which wakes those who sleep most at once.
func (c *ServeCmd) spareProcessors() {
	have := runtime.GOMAXPROCS(0)
	if c.Admit.Workers < 1 {
		c.Admit.Workers = have
	}
	if most := c.Admit.Workers + c.Admit.Express; most >= have {
		runtime.GOMAXPROCS(max(have, min(most, have+c.Admit.Express)) + 1)
	}
}

// memoryLimit is what GOMEMLIMIT says, which Go's garbage collector keeps to.
func memoryLimit() string {
	limit := debug.SetMemoryLimit(-1) // only asks
	if limit == math.MaxInt64 {
		return "none"
	}
	return fmt.Sprintf("%d MiB", limit>>20)
}
