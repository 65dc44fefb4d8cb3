package main

import (
	"bytes"
	"io"
	"testing"

	"google.golang.org/protobuf/proto"

	calloutv1 "callout/api/callout/v1"
	"callout/api/wire"
	"callout/engine/road"
	"callout/engine/road/roadtest"
)

// The server takes what it is sent, and no two sets of places are the same.
func TestPlaces(t *testing.T) {
	data := roadtest.City(1, 12, 48.2, 16.37).XML()
	n, _, err := road.Import(t.Context(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		road.ImportOptions{})
	if err != nil {
		t.Fatal(err)
	}
	intake := wire.Intake{Limits: wire.DefaultLimits()}
	a := &calloutv1.ComputeMatrixRequest{Locations: places(n, 1, 50)}
	b := &calloutv1.ComputeMatrixRequest{Locations: places(n, 2, 50)}
	for _, r := range []*calloutv1.ComputeMatrixRequest{a, b} {
		if q, faults := intake.ComputeMatrix(r); len(faults) > 0 || len(q.IDs) != 50 {
			t.Errorf("%v", faults)
		}
	}
	if proto.Equal(a, b) || !proto.Equal(a, &calloutv1.ComputeMatrixRequest{Locations: places(n, 1, 50)}) {
		t.Error("places depend on something else than the seed")
	}
}
