package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"callout/api/server"
)

// pages are for operators, each on an address of its own.
type pages [webPages]*page

const (
	metricsPage = iota
	pprofPage
	webPages
)

type page struct {
	http *http.Server
	l    net.Listener
}

// startPages serves metrics and profiles where an address is given. What ends a page early goes to failed.
func startPages(ctx context.Context, metrics, profiles string, registry *prometheus.Registry, failed chan<- error) (pages, error) {
	var w pages
	if err := loopbackOnly(profiles); err != nil {
		return w, err
	}
	numbers := http.NewServeMux()
	numbers.Handle("GET /metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{Registry: registry}))
	inside := http.NewServeMux()
	inside.HandleFunc("GET /debug/pprof/", pprof.Index)
	inside.HandleFunc("GET /debug/pprof/cmdline", pprof.Cmdline)
	inside.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	inside.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	inside.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	for k, x := range [webPages]struct {
		what, address string
		mux           http.Handler
	}{metricsPage: {"metrics", metrics, numbers}, pprofPage: {"profiles", profiles, inside}} {
		if x.address == "" {
			continue
		}
		listen := new(net.ListenConfig)
		l, err := listen.Listen(ctx, "tcp", x.address)
		if err != nil {
			return w, errors.Join(fmt.Errorf("listen for %s: %w", x.what, err), w.shutdown(ctx))
		}
		p := &page{http: &http.Server{Handler: x.mux, ReadHeaderTimeout: 5 * time.Second, MaxHeaderBytes: 16 << 10}, l: l}
		w[k] = p
		go func() {
			if err := p.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
				failed <- fmt.Errorf("%s: %w", x.what, err)
			}
		}()
	}
	return w, nil
}

var errNotLoopback = errors.New("profiles show the inside of the process: they are served on a loopback address only")

// loopbackOnly refuses addresses that others than this machine can reach.
func loopbackOnly(address string) error {
	if address == "" {
		return nil
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("address of profiles: %w", err)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return errNotLoopback
	}
	return nil
}

func (w pages) address(k int) string {
	if w[k] == nil {
		return ""
	}
	return w[k].l.Addr().String()
}

func (w pages) shutdown(ctx context.Context) error {
	var errs []error
	for _, p := range w {
		if p != nil {
			errs = append(errs, p.http.Shutdown(ctx))
		}
	}
	return errors.Join(errs...)
}

// web is the API over HTTP; nil: it is not served.
type web struct {
	*server.Web

	l net.Listener
}

// startWeb serves the API over HTTP where an address is given. What ends it early goes to failed.
func startWeb(ctx context.Context, address string, srv *server.Server, secure *tls.Config, failed chan<- error) (*web, error) {
	if address == "" {
		return nil, nil
	}
	l, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, fmt.Errorf("listen for HTTP: %w", err)
	}
	w, err := server.NewWeb(srv, secure)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	go func() {
		if err := w.Serve(l); err != nil {
			failed <- err
		}
	}()
	return &web{Web: w, l: l}, nil
}

func (w *web) address() string {
	if w == nil {
		return ""
	}
	return w.l.Addr().String()
}

func (w *web) shutdown(ctx context.Context) error {
	if w == nil {
		return nil
	}
	return w.Shutdown(ctx)
}
