package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// web are pages for operators, each on an address of its own.
type web [webPages]*page

const (
	metricsPage = iota
	pprofPage
	webPages
)

type page struct {
	http *http.Server
	l    net.Listener
}

// startWeb serves metrics and profiles where an address is given. What ends a page early goes to failed.
func startWeb(ctx context.Context, metrics, profiles string, registry *prometheus.Registry, failed chan<- error) (web, error) {
	var w web
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

func (w web) address(k int) string {
	if w[k] == nil {
		return ""
	}
	return w[k].l.Addr().String()
}

func (w web) shutdown(ctx context.Context) error {
	var errs []error
	for _, p := range w {
		if p != nil {
			errs = append(errs, p.http.Shutdown(ctx))
		}
	}
	return errors.Join(errs...)
}
