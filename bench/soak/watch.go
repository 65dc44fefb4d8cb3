package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"callout/bench/rig"
)

// watch samples the server's metrics.
type watch struct {
	samples []map[string]float64
}

// watched are the metrics that must not grow, and by how much their mean may differ all the same.
var watched = []struct {
	name, metric, unit string
	scale, slack       float64
	bounded            bool // it swings, but must not grow
}{
	{"resident memory", "process_resident_memory_bytes", "MiB", 1 << 20, 8, true},
	{"heap in use", "go_memstats_heap_inuse_bytes", "MiB", 1 << 20, 8, true},
	{"goroutines", "go_goroutines", "", 1, 5, true},
	{"open files", "process_open_fds", "", 1, 3, true},
	{"matrix cache", "callout_matrix_cache_bytes", "MiB", 1 << 20, 1, true},
	{"leases", "callout_lease_bytes", "MiB", 1 << 20, 1, true},
	{"busy slots", "callout_busy_workers", "", 1, 0, false},
	{"waiting requests", "callout_waiting_requests", "", 1, 0, false},
}

// every samples until ctx ends.
func (w *watch) every(ctx context.Context, s *rig.Server, pause time.Duration) {
	tick := time.NewTicker(pause)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		if m, err := s.Scrape(ctx); err == nil {
			w.samples = append(w.samples, m)
		}
	}
}

// grown is the share by which a mean may be larger in the last third than in the first.
const grown = 0.10

// print compares the first third with the last, and tells whether nothing grew.
func (w *watch) print(out io.Writer) bool {
	n := len(w.samples) / 3
	if n == 0 {
		fmt.Fprintln(out, "too short for samples")
		return false
	}
	fmt.Fprintf(out, "\n%-18s %12s %12s %12s %12s   (%d samples)\n", "", "first third", "most", "last third", "most", len(w.samples))
	flat := true
	for _, x := range watched {
		first, firstMost := mean(w.samples[:n], x.metric)
		last, lastMost := mean(w.samples[len(w.samples)-n:], x.metric)
		verdict := ""
		if x.bounded {
			verdict = "flat"
			if last > first*(1+grown)+x.slack*x.scale {
				verdict, flat = "GREW", false
			}
		}
		fmt.Fprintf(out, "%-18s %12.1f %12.1f %12.1f %12.1f   %s %s\n", x.name, first/x.scale, firstMost/x.scale, last/x.scale,
			lastMost/x.scale, x.unit, verdict)
	}
	return flat
}

func mean(samples []map[string]float64, metric string) (mean, most float64) {
	for _, s := range samples {
		mean += s[metric]
		most = max(most, s[metric])
	}
	return mean / float64(len(samples)), most
}
