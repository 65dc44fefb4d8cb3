package server

import (
	"github.com/prometheus/client_golang/prometheus"

	"callout/engine/lease"
	"callout/engine/matrix"
)

// registerTravel registers the metrics of the matrix cache and of the leases.
func registerTravel(reg prometheus.Registerer, cache *matrix.Cache, leases *lease.Store[held]) {
	if reg == nil {
		return
	}
	opts := func(name, help string, labels prometheus.Labels) prometheus.Opts {
		return prometheus.Opts{Namespace: "callout", Name: name, Help: help, ConstLabels: labels}
	}
	ofCache := func(value func(matrix.Stats) int64) func() float64 {
		return func() float64 { return float64(value(cache.Stats())) }
	}
	ofLeases := func(value func(lease.Stats) int64) func() float64 {
		return func() float64 { return float64(value(leases.Stats())) }
	}
	counter := func(name, help string, labels prometheus.Labels, value func() float64) {
		reg.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts(opts(name, help, labels)), value))
	}
	gauge := func(name, help string, labels prometheus.Labels, value func() float64) {
		reg.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts(opts(name, help, labels)), value))
	}

	const hits = "Matrices that were found: as they are (hot), packed, or while another request computed them (joined)."
	counter("matrix_cache_hits_total", hits, prometheus.Labels{"kind": "hot"}, ofCache(func(s matrix.Stats) int64 { return s.Hits }))
	counter("matrix_cache_hits_total", hits, prometheus.Labels{"kind": "packed"}, ofCache(func(s matrix.Stats) int64 { return s.Unpacked }))
	counter("matrix_cache_hits_total", hits, prometheus.Labels{"kind": "joined"}, ofCache(func(s matrix.Stats) int64 { return s.Joined }))
	counter("matrix_cache_misses_total", "Matrices that were computed.", nil, ofCache(func(s matrix.Stats) int64 { return s.Misses }))
	counter("matrix_cache_grown_total", "Matrices that were computed in part, the rest being taken over from another.", nil,
		ofCache(func(s matrix.Stats) int64 { return s.Grown }))
	counter("matrix_cache_evictions_total", "Matrices that were pushed out, of either part of the cache.", nil,
		ofCache(func(s matrix.Stats) int64 { return s.Evictions }))
	counter("matrix_cache_dropped_total", "Matrices that were neither kept as they are nor packed, as the packer was busy.", nil,
		ofCache(func(s matrix.Stats) int64 { return s.Dropped }))
	const bytes = "Bytes of the matrices kept, as they are or packed."
	gauge("matrix_cache_bytes", bytes, prometheus.Labels{"kind": "hot"}, ofCache(func(s matrix.Stats) int64 { return s.Bytes }))
	gauge("matrix_cache_bytes", bytes, prometheus.Labels{"kind": "packed"}, ofCache(func(s matrix.Stats) int64 { return s.PackedBytes }))

	gauge("leases", "Handles that are held.", nil, ofLeases(func(s lease.Stats) int64 { return s.Held }))
	gauge("lease_bytes", "Bytes held under handles, or set aside for what is being sent.", nil,
		ofLeases(func(s lease.Stats) int64 { return s.Bytes }))
	counter("lease_lookups_total", "Handles looked up.", prometheus.Labels{"found": "yes"},
		ofLeases(func(s lease.Stats) int64 { return s.Found }))
	counter("lease_lookups_total", "Handles looked up.", prometheus.Labels{"found": "no"},
		ofLeases(func(s lease.Stats) int64 { return s.Unknown }))
	counter("lease_refusals_total", "What was not taken, for want of room.", nil, ofLeases(func(s lease.Stats) int64 { return s.Refused }))
}
