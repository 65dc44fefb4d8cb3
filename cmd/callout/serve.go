package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
	"google.golang.org/grpc/credentials"

	"callout/api/server"
	"callout/engine/lease"
	"callout/engine/matrix"
)

// ServeCmd serves the API until the process is told to end.
type ServeCmd struct {
	Listen  string        `default:"127.0.0.1:50051" env:"CALLOUT_LISTEN" help:"Address of the gRPC service."`
	Metrics string        `default:"127.0.0.1:9464" env:"CALLOUT_METRICS" help:"Address of the metrics, at /metrics; empty: none."`
	Workers int           `env:"CALLOUT_WORKERS" help:"Searchers at work at once, over all requests. Default: one per processor."`
	Queue   int           `default:"64" env:"CALLOUT_QUEUE" help:"Requests that may wait for searchers; more are refused."`
	MaxMiB  int           `name:"max-message-mib" default:"64" env:"CALLOUT_MAX_MESSAGE_MIB" help:"Largest request or message of an answer."`
	Cache   int           `name:"cache-mib" default:"256" env:"CALLOUT_CACHE_MIB" help:"Room for travel matrices between requests; 0: none."`
	Leases  int           `name:"lease-mib" default:"256" env:"CALLOUT_LEASE_MIB" help:"Room for what is held under handles; 0: none."`
	Tenant  int           `name:"lease-tenant-mib" default:"128" env:"CALLOUT_LEASE_TENANT_MIB" help:"The same of one tenant; 0: all."`
	Lease   time.Duration `name:"lease-time" default:"1h" env:"CALLOUT_LEASE_TIME" help:"How long a handle is held, unless it is renewed."`
	Drain   time.Duration `default:"25s" env:"CALLOUT_DRAIN" help:"How long to wait for answers under way when told to end."`
	TLSCert string        `name:"tls-cert" type:"existingfile" env:"CALLOUT_TLS_CERT" help:"Certificate of the server; absent: plain text."`
	TLSKey  string        `name:"tls-key" type:"existingfile" env:"CALLOUT_TLS_KEY" help:"Private key of the certificate."`
	TLSCA   string        `name:"tls-client-ca" type:"existingfile" env:"CALLOUT_TLS_CLIENT_CA" help:"Authorities that vouch for clients."`
}

// Run of the command.
func (c *ServeCmd) Run(log *slog.Logger) error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return c.serve(ctx, log)
}

// serve until ctx ends; then answers under way are completed.
func (c *ServeCmd) serve(ctx context.Context, log *slog.Logger) error {
	creds, err := c.credentials()
	if err != nil {
		return err
	}
	c.spareProcessor()
	registry := prometheus.NewRegistry()
	registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var cache *matrix.Cache
	if c.Cache > 0 {
		if cache, err = matrix.NewCache(int64(c.Cache) << 20); err != nil {
			return err
		}
		defer cache.Close()
	}
	service := server.New(server.Options{
		Version: engineVersion(), Workers: c.Workers, Queue: c.Queue, Log: log, Metrics: registry,
		Cache: cache, Leases: lease.Options{Bytes: max(1, int64(c.Leases)<<20), TenantBytes: int64(c.Tenant) << 20, Time: c.Lease},
	})
	srv := server.NewServer(service, server.Transport{MessageSize: c.MaxMiB << 20, Credentials: creds})

	listen := new(net.ListenConfig)
	l, err := listen.Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	failed := make(chan error, 2)
	go func() { failed <- srv.Serve(l) }()
	web, err := c.metrics(ctx, registry, failed)
	if err != nil {
		srv.Shutdown(ctx)
		return err
	}
	log.LogAttrs(ctx, slog.LevelInfo, "serving", slog.String("version", engineVersion()), slog.String("grpc", l.Addr().String()),
		slog.String("metrics", web.address()), slog.Bool("tls", creds != nil), slog.Int("workers", c.Workers))

	select {
	case err = <-failed:
	case <-ctx.Done():
		log.LogAttrs(ctx, slog.LevelInfo, "shutting down", slog.Duration("at_most", c.Drain))
	}
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), c.Drain)
	defer cancel()
	srv.Shutdown(drain)
	err = errors.Join(err, web.shutdown(drain))
	log.LogAttrs(ctx, slog.LevelInfo, "stopped")
	return err
}

// spareProcessor lets Go use one processor more than there are searchers. With as many, whoever becomes ready to serve a
// connection waits until a searcher is preempted, some 10 ms each time; so the operating system shares the processors out
// instead, which wakes those who sleep most at once.
func (c *ServeCmd) spareProcessor() {
	have := runtime.GOMAXPROCS(0)
	if c.Workers < 1 {
		c.Workers = have
	}
	if c.Workers >= have {
		runtime.GOMAXPROCS(have + 1)
	}
}

// metricsServer serves metrics on an address of their own. A nil one serves none.
type metricsServer struct {
	http *http.Server
	l    net.Listener
}

func (c *ServeCmd) metrics(ctx context.Context, registry *prometheus.Registry, failed chan<- error) (*metricsServer, error) {
	if c.Metrics == "" {
		return nil, nil
	}
	listen := new(net.ListenConfig)
	l, err := listen.Listen(ctx, "tcp", c.Metrics)
	if err != nil {
		return nil, fmt.Errorf("listen for metrics: %w", err)
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	m := &metricsServer{http: &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}, l: l}
	go func() {
		if err := m.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			failed <- fmt.Errorf("metrics: %w", err)
		}
	}()
	return m, nil
}

func (m *metricsServer) address() string {
	if m == nil {
		return ""
	}
	return m.l.Addr().String()
}

func (m *metricsServer) shutdown(ctx context.Context) error {
	if m == nil {
		return nil
	}
	return m.http.Shutdown(ctx)
}

// credentials are nil for plain text.
func (c *ServeCmd) credentials() (credentials.TransportCredentials, error) {
	if c.TLSCert == "" && c.TLSKey == "" && c.TLSCA == "" {
		return nil, nil
	}
	if c.TLSCert == "" || c.TLSKey == "" {
		return nil, errors.New("TLS needs both a certificate and its key")
	}
	pair, err := tls.LoadX509KeyPair(c.TLSCert, c.TLSKey)
	if err != nil {
		return nil, fmt.Errorf("certificate: %w", err)
	}
	cfg := &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12}
	if c.TLSCA != "" {
		pem, err := os.ReadFile(c.TLSCA)
		if err != nil {
			return nil, fmt.Errorf("authorities: %w", err)
		}
		cfg.ClientAuth, cfg.ClientCAs = tls.RequireAndVerifyClientCert, x509.NewCertPool()
		if !cfg.ClientCAs.AppendCertsFromPEM(pem) {
			return nil, fmt.Errorf("authorities: %s holds no certificate", c.TLSCA)
		}
	}
	return credentials.NewTLS(cfg), nil
}
