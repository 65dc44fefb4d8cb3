package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/happen"
	"callout/bench/plot"
	"callout/bench/program"
	"callout/bench/rig"
)

// windows are how many stretches the long session is looked at in.
const windows = 100

// begins is when the first event comes, from the day's now on: people are at work.
const begins = 2 * time.Hour

// stretch of the long session.
type stretch struct {
	events         int // so far
	median, p99    float64
	resident, heap float64 // MiB
	// The plan's jobs, and those of them that are not done.
	jobs, open float64
}

// long is one session of many events of all kinds, by chance.
func (o *options) long(ctx context.Context) error {
	return rig.With(ctx, o.server, func(s *rig.Server, client calloutv1.PlanningServiceClient) error { return o.last(ctx, s, client) })
}

// last as long as there are events.
func (o *options) last(ctx context.Context, s *rig.Server, client calloutv1.PlanningServiceClient) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	start := o.start(o.jobs, o.technicians, time.Second)
	p, err := happen.Play(ctx, client, start, nil)
	if err != nil {
		return err
	}
	t := happen.NewTeller(start.GetProblem(), o.seed, "e")
	t.Pass(begins)
	var all []stretch
	var took []time.Duration
	every := max(1, o.events/windows)
	applied, refused := 0, 0
	for applied+refused < o.events {
		if err := p.Wait(o.pause); err != nil {
			return err
		}
		due := start.GetProblem().GetNow().AsTime().Add(begins + time.Duration(applied+refused)*o.span/time.Duration(o.events))
		t.Pass(max(0, due.Sub(t.Now)).Truncate(time.Second))
		e := t.Event(happen.Kinds[t.IntN(len(happen.Kinds))], p.Last.GetPlan())
		if e == nil {
			continue
		}
		a, d, err := p.Event(e)
		if err != nil {
			return err
		}
		if a.GetVerdict() == calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
			applied++
			took = append(took, d)
		} else {
			refused++
		}
		if (applied+refused)%every == 0 {
			now, err := look(ctx, s, applied+refused, took, p.Last.GetPlan())
			if err != nil {
				return err
			}
			all, took = append(all, now), took[:0]
		}
	}
	if err := p.Close(); err != nil {
		return err
	}
	fmt.Fprintf(o.out, "\nlong: %d events applied, %d refused; %d jobs, %d technicians\n\n", applied, refused, o.jobs, o.technicians)
	o.thirds(all)
	return o.keep(all)
}

// look at a stretch, at the server and at the plan.
func look(ctx context.Context, s *rig.Server, events int, took []time.Duration, plan *calloutv1.Plan) (stretch, error) {
	m, err := s.Scrape(ctx)
	if err != nil {
		return stretch{}, err
	}
	ms := func(q float64) float64 { return float64(rig.Quantile(took, q).Microseconds()) / 1000 }
	const mib = 1 << 20
	open := len(plan.GetUnassigned())
	jobs := open
	for _, r := range plan.GetRoutes() {
		for _, stop := range r.GetStops() {
			if stop.GetVisit() == nil {
				continue
			}
			jobs++
			if stop.GetState() != calloutv1.StopState_STOP_STATE_DONE {
				open++
			}
		}
	}
	return stretch{
		events: events, median: ms(0.5), p99: ms(0.99),
		resident: m["process_resident_memory_bytes"] / mib, heap: m["go_memstats_heap_inuse_bytes"] / mib,
		jobs: float64(jobs), open: float64(open),
	}, nil
}

// thirds of the session side by side.
func (o *options) thirds(all []stretch) {
	fmt.Fprintln(o.out, "| events | median ms | p99 ms, mean of stretches | resident MiB | heap in use MiB | jobs | not done |\n"+
		"|---|---:|---:|---:|---:|---:|---:|")
	for k := range 3 {
		part := all[k*len(all)/3 : (k+1)*len(all)/3]
		if len(part) == 0 {
			continue
		}
		var sum stretch
		for _, x := range part {
			sum.median, sum.p99, sum.resident, sum.heap = sum.median+x.median, sum.p99+x.p99, sum.resident+x.resident, sum.heap+x.heap
			sum.jobs, sum.open = sum.jobs+x.jobs, sum.open+x.open
		}
		n := float64(len(part))
		fmt.Fprintf(o.out, "| to %d | %.1f | %.1f | %.0f | %.0f | %.0f | %.0f |\n", part[len(part)-1].events, sum.median/n, sum.p99/n,
			sum.resident/n, sum.heap/n, sum.jobs/n, sum.open/n)
	}
}

// keep writes file and plot.
func (o *options) keep(all []stretch) error {
	if o.csv != "" {
		header := []string{"events", "median_ms", "p99_ms", "resident_mib", "heap_mib", "jobs", "not_done"}
		f := func(x float64) string { return strconv.FormatFloat(x, 'f', 2, 64) }
		err := program.Write(o.csv, header, all, func(x *stretch) []string {
			return []string{strconv.Itoa(x.events), f(x.median), f(x.p99), f(x.resident), f(x.heap), f(x.jobs), f(x.open)}
		})
		if err != nil {
			return err
		}
	}
	if o.svg == "" {
		return nil
	}
	return os.WriteFile(o.svg, []byte(figure(all).SVG()), 0o644) //nolint:gosec // for everybody
}

func figure(all []stretch) *plot.Figure {
	names := []string{"median ms", "p99 ms", "resident MiB"}
	lines := make([]plot.Line, len(names))
	for k, name := range names {
		lines[k].Name = name
		for _, x := range all {
			lines[k].Points = append(lines[k].Points, plot.Point{X: float64(x.events), Y: []float64{x.median, x.p99, x.resident}[k]})
		}
	}
	return &plot.Figure{
		Title: "One session: from event to plan, and the server's memory", XLabel: "events", YLabel: "ms, MiB",
		Names: names, Floor: 1, Columns: 1,
		Panels: []plot.Panel{{Title: "Reoptimize", Lines: lines}},
	}
}
