package main

import (
	"fmt"
	"strings"
	"time"

	"callout/bench"
	"callout/bench/rig"
)

// tables of latency and cost by kind of event, and of stability.
func tables(records []record, o *options) string {
	var b strings.Builder
	days := make(map[uint64]bool)
	for k := range records {
		days[records[k].day] = true
	}
	fmt.Fprintf(&b, "%d days of %d jobs and %d technicians; %v between events; %s.\n\n", len(days), o.jobs, o.technicians,
		o.pause, bench.Machine())
	b.WriteString("| event | applied | refused | median ms | p99 ms | worst ms | compared | above scratch, mean | worst |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, kind := range o.kinds {
		latency(&b, kind, of(records, kind))
	}
	latency(&b, "all", records)
	fmt.Fprintf(&b, "\nAbove scratch: cost %v after the event against the best of %d searches of %v for the same state, "+
		"price of changes left out.\n\n", o.pause, scratches, o.budget)
	stability(&b, records)
	return b.String()
}

func of(records []record, kind string) []record {
	var out []record
	for k := range records {
		if records[k].kind == kind {
			out = append(out, records[k])
		}
	}
	return out
}

// latency writes the line of a kind.
func latency(b *strings.Builder, kind string, records []record) {
	var took []time.Duration
	var above, worst float64
	refused, compared := 0, 0
	for k := range records {
		r := &records[k]
		if !r.applied {
			refused++
			continue
		}
		took = append(took, r.took)
		if r.sampled {
			gap := r.live.above(&r.scratch)
			if compared == 0 || gap > worst {
				worst = gap
			}
			above += gap
			compared++
		}
	}
	ms := func(q float64) float64 { return float64(rig.Quantile(took, q).Microseconds()) / 1000 }
	gaps := " |"
	if compared > 0 {
		gaps = fmt.Sprintf("%+.2f %% | %+.2f %%", above/float64(compared), worst)
	}
	fmt.Fprintf(b, "| %s | %d | %d | %.1f | %.1f | %.1f | %d | %s |\n", kind, len(took), refused, ms(0.5), ms(0.99), ms(1),
		compared, gaps)
}

// above is by how many per cent a plan is dearer.
func (o *outcome) above(than *outcome) float64 {
	if than.cost == 0 {
		return 0
	}
	return 100 * (o.cost/than.cost - 1)
}

// stability writes what changes per event.
func stability(b *strings.Builder, records []record) {
	b.WriteString("| visits per event | to others | behind others | promises shifted | cost above scratch | pinned visits left out |\n")
	b.WriteString("|---|---:|---:|---:|---:|---:|\n")
	for k, name := range []string{"changes have a price", "changes are free", "from scratch"} {
		var n, reassigned, moved, shifted, above float64
		pins := 0
		for i := range records {
			if !records[i].sampled {
				continue
			}
			o := records[i].outcomes()[k]
			n++
			reassigned, moved, shifted = reassigned+float64(o.reassigned), moved+float64(o.moved), shifted+float64(o.shifted)
			above += o.above(&records[i].scratch)
			pins += o.pins
		}
		if n == 0 {
			continue
		}
		fmt.Fprintf(b, "| %s | %.1f | %.1f | %.1f | %+.2f %% | %d |\n", name, reassigned/n, moved/n, shifted/n, above/n, pins)
	}
	fmt.Fprintf(b, "\nMeans over the events that were compared, of visits that are to come before and after, and in all "+
		"what of the pinned was left out; a promise is shifted by more than %v.\n", tolerance)
}
