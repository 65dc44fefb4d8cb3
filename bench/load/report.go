package main

import (
	"encoding/json"
	"fmt"
	"time"
)

// report is what of ghz's output is shown.
type report struct {
	Count     int            `json:"count"`
	Rps       float64        `json:"rps"`
	Codes     map[string]int `json:"statusCodeDistribution"`
	Latencies []struct {
		Percentage int           `json:"percentage"`
		Latency    time.Duration `json:"latency"`
	} `json:"latencyDistribution"`
}

func parse(data []byte) (*report, error) {
	r := new(report)
	if err := json.Unmarshal(data, r); err != nil {
		return nil, fmt.Errorf("output of ghz: %w", err)
	}
	return r, nil
}

const heading = "call      problem  jobs  requests  at once     req/s       p50       p95       p99  errors"

func (r *report) line(c *load) string {
	method := c.method
	if c.crowded {
		method += "*"
	}
	return fmt.Sprintf("%-9s %-7s %5d %9d %8d %9.1f %9s %9s %9s %7d", method, c.how, c.jobs, r.Count, c.concurrency, r.Rps,
		r.at(50), r.at(95), r.at(99), r.errors())
}

// at is the time within which that many in a hundred were answered.
func (r *report) at(percent int) string {
	for _, l := range r.Latencies {
		if l.Percentage == percent {
			return fmt.Sprintf("%.1f ms", float64(l.Latency.Microseconds())/1000)
		}
	}
	return "–"
}

func (r *report) errors() int {
	n := r.Count
	for code, count := range r.Codes {
		if code == "OK" {
			n -= count
		}
	}
	return n
}
