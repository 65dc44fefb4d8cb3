package matrix_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"callout/engine/matrix"
	"callout/solver/model"
)

// places draws locations within half a degree of Vienna.
func places(n int) []model.Location {
	rng := rand.New(rand.NewPCG(1, 2))
	out := make([]model.Location, n)
	for k := range out {
		out[k] = model.Location{
			ID: fmt.Sprintf("place-%d", k), HasCoord: true, Lat: 48.2 + rng.Float64() - 0.5, Lon: 16.4 + rng.Float64() - 0.5,
		}
	}
	return out
}

func problem(locations []model.Location, lines ...*model.StraightLine) *model.Problem {
	p := &model.Problem{Locations: locations}
	for k, line := range lines {
		p.Profiles = append(p.Profiles, model.Profile{ID: fmt.Sprintf("profile-%d", k), StraightLine: line})
	}
	return p
}

func TestResolve(t *testing.T) {
	line := model.StraightLine{Detour: 1.3, Speed: 12.5}
	p := problem(places(150), &line)
	if err := matrix.Resolve(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	m := p.Profiles[0].Matrix
	for i := range p.Locations {
		for j := range p.Locations {
			a, b := &p.Locations[i], &p.Locations[j]
			exact := model.GreatCircle(a.Lat, a.Lon, b.Lat, b.Lon) * line.Detour
			got := float64(m.Distance(model.LocIdx(i), model.LocIdx(j)))
			// A millimetre of slack: the two formulas differ in the last digits.
			if got < exact-0.001 || got > exact+1.001 {
				t.Fatalf("distance %d to %d is %v, want %v rounded up", i, j, got, exact)
			}
			got = float64(m.Duration(model.LocIdx(i), model.LocIdx(j)))
			if got < exact/line.Speed-0.001 || got > exact/line.Speed+1.001 {
				t.Fatalf("duration %d to %d is %v, want %v rounded up", i, j, got, exact/line.Speed)
			}
		}
	}
}

func TestResolveByHand(t *testing.T) {
	locations := []model.Location{
		{ID: "a", HasCoord: true},
		{ID: "b", HasCoord: true, Lat: 1},              // a degree of the meridian: 6371000·π/180 = 111194.93 m
		{ID: "c", HasCoord: true, Lat: 1},              // where b is
		{ID: "d", HasCoord: true, Lat: -0, Lon: 180},   // the antipode of a: 6371000·π = 20015086.8 m
		{ID: "e", HasCoord: true, Lat: 1, Lon: 0.0001}, // 11.1 m east of b
	}
	p := problem(locations, &model.StraightLine{Detour: 1, Speed: 10})
	if err := matrix.Resolve(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		from, to        model.LocIdx
		seconds, metres int64
	}{
		{0, 1, 11120, 111195},
		{1, 0, 11120, 111195},
		{1, 2, 0, 0},
		{3, 3, 0, 0},
		{0, 3, 2001509, 20015087},
		{1, 4, 2, 12},
	}
	m := p.Profiles[0].Matrix
	for _, tt := range tests {
		if got := m.Duration(tt.from, tt.to); got != tt.seconds {
			t.Errorf("duration %d to %d = %d, want %d", tt.from, tt.to, got, tt.seconds)
		}
		if got := m.Distance(tt.from, tt.to); got != tt.metres {
			t.Errorf("distance %d to %d = %d, want %d", tt.from, tt.to, got, tt.metres)
		}
	}
}

func TestResolveOverflow(t *testing.T) {
	for name, line := range map[string]model.StraightLine{
		"seconds beyond any time": {Detour: 1, Speed: 1e-4},
		"metres beyond 32 bits":   {Detour: 1e6, Speed: 1e9},
	} {
		t.Run(name, func(t *testing.T) {
			p := problem([]model.Location{{HasCoord: true}, {HasCoord: true, Lon: 90}}, &line)
			if err := matrix.Resolve(t.Context(), p); err != nil {
				t.Fatal(err)
			}
			if got := p.Profiles[0].Matrix.Duration(0, 1); got < model.Unreachable {
				t.Errorf("duration %d, want unreachable", got)
			}
		})
	}
}

func TestResolveShares(t *testing.T) {
	given := &model.Matrix{N: 2, Durations: make([]int32, 4)}
	p := problem(places(2), &model.StraightLine{Detour: 1, Speed: 9}, &model.StraightLine{Detour: 1, Speed: 9},
		&model.StraightLine{Detour: 1, Speed: 8})
	p.Profiles = append(p.Profiles, model.Profile{ID: "given", Matrix: given})
	if err := matrix.Resolve(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	if p.Profiles[0].Matrix != p.Profiles[1].Matrix {
		t.Error("profiles alike have matrices of their own")
	}
	if p.Profiles[0].Matrix == p.Profiles[2].Matrix {
		t.Error("profiles of different speed share a matrix")
	}
	if p.Profiles[3].Matrix != given {
		t.Error("a given matrix was replaced")
	}
}

func TestResolveErrors(t *testing.T) {
	line := &model.StraightLine{Detour: 1, Speed: 10}
	lost := places(3)
	lost[1].HasCoord = false

	var missing *matrix.LocationError
	err := matrix.Resolve(t.Context(), problem(lost, line))
	if !errors.As(err, &missing) || missing.Location != "place-1" || missing.Profile != "profile-0" {
		t.Errorf("without a position: %v", err)
	}
	for _, l := range []*model.StraightLine{nil, {Detour: 1}, {Detour: 1, Speed: math.NaN()}, {Detour: -1, Speed: 1}} {
		if err := matrix.Resolve(t.Context(), problem(places(3), l)); !errors.Is(err, matrix.ErrNoTravel) {
			t.Errorf("%+v: %v", l, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := matrix.Resolve(ctx, problem(places(3), line)); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}

func BenchmarkResolve1000(b *testing.B) {
	locations := places(1000)
	line := &model.StraightLine{Detour: 1.3, Speed: 12.5}
	b.ReportAllocs()
	for b.Loop() {
		if err := matrix.Resolve(b.Context(), problem(locations, line)); err != nil {
			b.Fatal(err)
		}
	}
}
