package main

import (
	"errors"
	"io"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// Refusals are right, and so is whatever a client sees that has gone; everything else is not.
func TestBook(t *testing.T) {
	for _, x := range []struct {
		err         error
		gone, wrong bool
	}{
		{nil, false, false},
		{status.Error(codes.ResourceExhausted, ""), false, false},
		{status.Error(codes.FailedPrecondition, ""), false, false},
		{status.Error(codes.Canceled, ""), true, false},
		{status.Error(codes.Canceled, ""), false, true},
		{status.Error(codes.Unavailable, ""), false, true},
		{status.Error(codes.Internal, ""), true, true},
		{errors.New("judge"), true, true},
	} {
		b := newBook()
		b.note("x", x.err, x.gone)
		if b.wrong() != x.wrong {
			t.Errorf("%v, gone %v: wrong is %v", x.err, x.gone, b.wrong())
		}
	}
}

func TestWatch(t *testing.T) {
	series := func(of func(k int) float64) *watch {
		w := new(watch)
		for k := range 30 {
			w.samples = append(w.samples, map[string]float64{"process_resident_memory_bytes": of(k)})
		}
		return w
	}
	if !series(func(k int) float64 { return float64((100 + k%3*5) << 20) }).print(io.Discard) {
		t.Error("what swings is said to grow")
	}
	if series(func(k int) float64 { return float64((100 + k*2) << 20) }).print(io.Discard) {
		t.Error("what grows is not seen")
	}
	if new(watch).print(io.Discard) {
		t.Error("nothing was measured, and is said to be flat")
	}
}
