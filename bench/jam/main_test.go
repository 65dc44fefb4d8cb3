package main

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"callout/engine/road"
	"callout/engine/road/roadtest"
)

func TestRun(t *testing.T) {
	data := roadtest.City(1, 20, 48.2, 16.37).XML()
	n, _, err := road.Import(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		road.ImportOptions{Zone: "Europe/Vienna"})
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	o := options{jobs: 30, technicians: 5, seed: 1, morning: 300 * time.Millisecond, again: 300 * time.Millisecond}
	if err := run(t.Context(), &out, n, o); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"30 jobs", "free flow: first plan", "judged feasible", "CustomiseTraffic", "went to another technician"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("no %q in:\n%s", want, out.String())
		}
	}
}
