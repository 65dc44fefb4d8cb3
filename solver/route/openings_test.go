package route

import (
	"math/rand/v2"
	"slices"
	"testing"

	"callout/solver/modeltest"
)

// The openings of a stop price every second as the windows do, and hold those that the windows allow.
func TestOpenings(t *testing.T) {
	for seed := range uint64(20) {
		p := modeltest.Rich(12, 3, seed)
		if seed%2 == 1 {
			modeltest.Follow(p, seed)
		}
		in, err := Compile(p)
		if err != nil {
			t.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(seed, 1))
		for k := range in.openings.of {
			u, dur := int32(k%in.NStops), in.dur[k]
			list := in.openings.list[in.openings.of[k]]
			times := []int64{in.begin, in.end}
			for _, o := range list {
				times = append(times, o.from-1, o.from, o.from+1, o.to-1, o.to, o.to+1)
			}
			for range 100 {
				times = append(times, in.begin+rng.Int64N(in.end-in.begin+1))
			}
			for _, at := range times {
				if at < in.begin || at > in.end {
					continue
				}
				i := slices.IndexFunc(list, func(o opening) bool { return o.from <= at && at <= o.to })
				if may := in.nextStart(u, dur, at) == at; may != (i >= 0) {
					t.Fatalf("seed %d, stop %d may begin at %d: %v, openings %v", seed, u, at, may, list)
				}
				if i < 0 || !in.soft[u] {
					continue
				}
				if got, want := list[i].cost+list[i].slope*(at-list[i].from), in.softScalar(u, dur, at); got != want {
					t.Fatalf("seed %d, stop %d at %d: %d, want %d, openings %v", seed, u, at, got, want, list)
				}
			}
		}
	}
}
