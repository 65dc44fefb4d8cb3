package matrix

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"callout/engine/road"
	"callout/solver/model"
)

// What is asked for one by one, and between some, is what a matrix between all would have; nothing is longer than the longest.
func TestFar(t *testing.T) {
	n, w := town(t)
	rules := road.Traffic{Rules: []road.Rule{{Factor: 3, Classes: []string{"primary", "residential"}}}}
	slow, err := n.Customise(road.Car, rules, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for seed, w := range []*road.Weights{w, slow} {
		places := spots(t, w, uint64(seed), 50)
		want, err := ride(t.Context(), w, places, nil)
		if err != nil {
			t.Fatal(err)
		}
		f, err := NewFar(t.Context(), w, places)
		if err != nil {
			t.Fatal(err)
		}
		longest, farthest, holes := f.Longest()
		if !holes {
			t.Error("nowhere is somewhere")
		}
		for range 2 { // found, then known
			for i := range model.LocIdx(50) {
				for j := range model.LocIdx(50) {
					d, m := f.Drive(i, j)
					if d != want.Duration(i, j) || m != want.Distance(i, j) {
						t.Fatalf("%d to %d: %d s, %d m, want %d, %d", i, j, d, m, want.Duration(i, j), want.Distance(i, j))
					}
					if d < model.Unreachable && (d > longest || m > farthest) {
						t.Fatalf("%d to %d: %d s, %d m, said to be %d, %d at most", i, j, d, m, longest, farthest)
					}
				}
			}
		}
		if most := perPlace * len(places); len(f.known) > most {
			t.Errorf("%d drives are kept, more than %d", len(f.known), most)
		}
		list := []model.LocIdx{7, 0, 33, 12}
		some, err := f.Matrix(t.Context(), list)
		if err != nil {
			t.Fatal(err)
		}
		if part := want.Among(list); !slices.Equal(some.Durations, part.Durations) || !slices.Equal(some.Distances, part.Distances) {
			t.Errorf("between some: %v, want %v", some, part)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := NewFar(ctx, w, spots(t, w, 1, 5)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	if f, err := NewFar(t.Context(), w, []road.Place{Nowhere}); err != nil {
		t.Error(err)
	} else if d, _, holes := f.Longest(); d != 0 || !holes {
		t.Errorf("nowhere alone: %d, %v", d, holes)
	}
}
