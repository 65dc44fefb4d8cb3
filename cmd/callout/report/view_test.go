package report

import (
	"fmt"
	"slices"
	"testing"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
	"callout/cmd/callout/report/digest"
	"callout/cmd/callout/report/plantest"
)

// The chart shows each promised or agreed window of each job done, and no other.
func TestSlots(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: 6, Days: 4, Seed: 3})
	jobs := map[string]*calloutv1.Job{}
	for _, j := range p.GetJobs() {
		jobs[j.GetId()] = j
	}
	want := 0
	for _, r := range plan.GetRoutes() {
		for _, s := range r.GetStops() {
			for _, w := range jobs[s.GetVisit().GetJobId()].GetWindows() {
				switch w.GetKind() {
				case calloutv1.WindowKind_WINDOW_KIND_PROMISE, calloutv1.WindowKind_WINDOW_KIND_SLA:
					want++
				default:
				}
			}
		}
	}
	d := digest.New(p, plan)
	got := 0
	for day := range d.Days {
		for _, r := range newChart(d, day, choose(d)).Rows {
			got += len(r.Slots)
		}
	}
	if got != want || want == 0 {
		t.Errorf("%d slots, want %d", got, want)
	}
	if !slices.IsSortedFunc(d.Days, func(a, b digest.Day) int { return a.Date.Compare(b.Date) }) || len(d.Days) != 4 {
		t.Errorf("days: %v", d.Days)
	}
}

// As many technicians as there are looks look all different, and each the same on all days.
func TestLooks(t *testing.T) {
	p, plan := plantest.Day(t, city.Options{Jobs: 60, Technicians: hues * dashes, Days: 2, Seed: 5})
	d := digest.New(p, plan)
	of := map[look]string{}
	for k, l := range choose(d) {
		if who, taken := of[l]; taken && who != d.Routes[k].Technician {
			t.Errorf("%s and %s look alike", who, d.Routes[k].Technician)
		}
		of[l] = d.Routes[k].Technician
	}
	if len(of) != hues*dashes {
		t.Errorf("%d looks for %d technicians", len(of), hues*dashes)
	}
}

func TestSpark(t *testing.T) {
	at := func(s, cost float64) Sample {
		return Sample{Elapsed: time.Duration(s * float64(time.Second)), Cost: cost}
	}
	for name, tt := range map[string]struct {
		trace []Sample
		want  string // gain; none: no line
	}{
		"none":      {nil, ""},
		"one plan":  {[]Sample{at(1, 5)}, ""},
		"no gain":   {[]Sample{at(1, 5), at(2, 5)}, ""},
		"a quarter": {[]Sample{at(0, 400), at(1, 350), at(1, 300)}, "−25 %"},
	} {
		got := ""
		if s := newSpark(tt.trace); s != nil {
			got = s.Gain
		}
		if got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
}

func TestGraticule(t *testing.T) {
	tests := map[string]struct {
		x, step float64
		want    string
	}{
		"coarse": {16, 1, "16° E"}, "fine": {16.25, 0.05, "16.25° E"}, "west": {-0.5, 0.5, "0.5° W"}, "rounding": {16.3000000001, 0.1, "16.3° E"},
	}
	for name, tt := range tests {
		if got := degrees(tt.x, tt.step, "E", "W"); got != tt.want {
			t.Errorf("%s: %q, want %q", name, got, tt.want)
		}
	}
	for x, want := range map[float64]float64{1: 1, 1.9: 1, 2: 2, 4.9: 2, 5: 5, 99: 50, 0.03: 0.02} {
		if got := round125(x); fmt.Sprintf("%.6f", got) != fmt.Sprintf("%.6f", want) {
			t.Errorf("round125(%g) = %g, want %g", x, got, want)
		}
	}
}
