package main

import (
	"testing"

	"callout/api/wire"
)

func TestReport(t *testing.T) {
	r, err := parse([]byte(`{"count": 40, "rps": 12.345, "statusCodeDistribution": {"OK": 38, "ResourceExhausted": 2},
		"latencyDistribution": [{"percentage": 50, "latency": 1500000}, {"percentage": 95, "latency": 20000000}]}`))
	if err != nil {
		t.Fatal(err)
	}
	got := r.line(&load{method: "Solve", how: inline, jobs: 20, concurrency: 4})
	if want := "Solve     inline     20        40        4      12.3    1.5 ms   20.0 ms         –       2"; got != want {
		t.Errorf("\n%s, want\n%s", got, want)
	}
	if _, err := parse([]byte("oops")); err == nil {
		t.Error("nonsense is taken")
	}
}

// The server takes what it is sent.
func TestRequests(t *testing.T) {
	for _, jobs := range []int{20, 50, 200} {
		if _, faults := wire.Solve(request(jobs, 5), wire.DefaultLimits()); len(faults) > 0 {
			t.Errorf("%d jobs: %v", jobs, faults)
		}
	}
}
