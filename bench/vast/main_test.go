package main

import (
	"bytes"
	"io"
	"testing"

	"callout/engine/road"
	"callout/engine/road/roadtest"
)

// The day has as many locations as were asked for, and all of them are on roads.
func TestDay(t *testing.T) {
	data := roadtest.City(1, 20, 48.2, 16.37).XML()
	n, _, err := road.Import(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		road.ImportOptions{Zone: "Europe/Vienna"})
	if err != nil {
		t.Fatal(err)
	}
	p := day(n, options{locations: 400, technicians: 40, seed: 1})
	if got := len(p.GetLocations()); got != 400 {
		t.Errorf("%d locations", got)
	}
	w := n.Weights(road.Car)
	for _, l := range p.GetLocations() {
		at, err := road.At(l.GetPosition().GetLatitude(), l.GetPosition().GetLongitude())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Locate(at, 1); err != nil {
			t.Errorf("%s: %v", l.GetId(), err)
		}
	}
	for _, profile := range p.GetProfiles() {
		if profile.GetRoadNetwork() == nil {
			t.Errorf("%s is not on roads", profile.GetId())
		}
	}
}
