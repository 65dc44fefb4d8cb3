package server

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"callout/engine"
)

// metrics of a service. All are registered under the name space "callout".
type metrics struct {
	running   prometheus.Gauge
	firstPlan prometheus.Histogram
	plans     *prometheus.CounterVec
	solves    *prometheus.CounterVec
	requests  *prometheus.CounterVec
	durations *prometheus.HistogramVec
	checks    *prometheus.GaugeVec
	waits     *prometheus.HistogramVec
	refusals  *prometheus.CounterVec
	registry  prometheus.Registerer // or nil
}

func newMetrics(reg prometheus.Registerer, slots *admission) *metrics {
	const ns = "callout"
	m := &metrics{
		running: prometheus.NewGauge(prometheus.GaugeOpts{
			Namespace: ns, Name: "running_solves", Help: "Solve requests that are neither waiting nor answered.",
		}),
		firstPlan: prometheus.NewHistogram(prometheus.HistogramOpts{
			Namespace: ns, Name: "first_plan_seconds", Help: "From the arrival of a Solve request to its first complete plan, sent.",
			Buckets: prometheus.ExponentialBuckets(0.001, 2.5, 11),
		}),
		plans: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "plans_sent_total", Help: "Plans sent by Solve.",
		}, []string{"kind"}),
		solves: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "solves_total", Help: "Searches that ended, by reason.",
		}, []string{"stop"}),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "requests_total", Help: "Requests answered, by method and status.",
		}, []string{"method", "code"}),
		durations: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: ns, Name: "request_duration_seconds", Help: "From the arrival of a request to the end of its answer.",
			Buckets: prometheus.ExponentialBuckets(0.002, 3, 12),
		}, []string{"method"}),
		checks: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Namespace: ns, Name: "running_checks", Help: "Evaluate and Validate requests that are neither waiting nor answered.",
		}, []string{"method"}),
		waits: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Namespace: ns, Name: "wait_seconds", Help: "Time in the queue of requests that came to work: search (Solve) and check (others).",
			Buckets: prometheus.ExponentialBuckets(0.001, 4, 11),
		}, []string{"queue"}),
		refusals: prometheus.NewCounterVec(prometheus.CounterOpts{
			Namespace: ns, Name: "refusals_total", Help: "What was turned away, by reason.",
		}, []string{"reason"}),
	}
	for _, reason := range refusalReasons {
		m.refusals.WithLabelValues(reason)
	}
	if reg == nil {
		return m
	}
	m.registry = reg
	reg.MustRegister(m.running, m.firstPlan, m.plans, m.solves, m.requests, m.durations, m.checks, m.waits, m.refusals,
		gauge("busy_workers", "Processors taken: by searchers at work, and by native solves left behind.", slots.searches.Busy),
		gauge("lingering_solves", "Native solves whose request has gone; each takes a processor.", engine.Lingering),
		gauge("busy_express_workers", "Of them, those beside the ordinary ones, for small requests.", slots.searches.BusyExpress),
		gauge("workers", "Searchers that one request can have at work at once.", slots.searches.Capacity),
		gauge("waiting_requests", "Solve requests that wait for searchers.", slots.searches.Waiting),
		gauge("waiting_checks", "Evaluate and Validate requests that wait.", slots.checks.Waiting))
	return m
}

func gauge[T int | int64](name, help string, value func() T) prometheus.Collector {
	return prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "callout", Name: name, Help: help},
		func() float64 { return float64(value()) })
}

// watch shows what a reception has.
func (m *metrics) watch(r *reception) {
	if m.registry != nil {
		m.registry.MustRegister(
			gauge("request_bytes", "Memory that requests under way take, encoded and decoded, as they were weighed.", r.taken.Load),
			gauge("receiving", "Messages that are being read.", r.busy),
			gauge("waiting_receiving", "Messages that wait to be read.", r.waiting.Load))
	}
}

// Reasons for turning something away.
const (
	refusedQueue       = "queue_full"
	refusedTenant      = "tenant_queue_full"
	refusedLeft        = "left_queue" // cancelled, or out of time
	refusedCalls       = "calls"      // too many under way
	refusedConnections = "connections"
	refusedToken       = "token"
	refusedStalled     = "stalled" // a client that neither sends nor takes
	refusedMemory      = "memory"  // no room for the request
)

var refusalReasons = [...]string{
	refusedQueue, refusedTenant, refusedLeft, refusedCalls, refusedConnections, refusedToken, refusedStalled,
	refusedMemory,
}

func (m *metrics) refused(reason string) { m.refusals.WithLabelValues(reason).Inc() }

func (m *metrics) waited(queue string, took time.Duration) {
	m.waits.WithLabelValues(queue).Observe(took.Seconds())
}

var kindNames = [...]string{engine.First: "first", engine.Improved: "improved", engine.Final: "final"}

func (m *metrics) sent(k engine.Kind) { m.plans.WithLabelValues(kindNames[k]).Inc() }

func (m *metrics) stopped(s engine.Stop) { m.solves.WithLabelValues(s.String()).Inc() }

func (m *metrics) answered(method, code string, took time.Duration) {
	m.requests.WithLabelValues(method, code).Inc()
	m.durations.WithLabelValues(method).Observe(took.Seconds())
}
