package check

import (
	"math/rand/v2"
	"slices"
	"testing"

	"callout/solver/model"
)

// toLeak has the way from the yard to the flat, which is left for at 1500, take so long until a time, and so long from then on.
func toLeak(p *model.Problem, before int32, change model.Time, after int32) {
	m := p.Profiles[0].Matrix
	p.Profiles[0].Matrix = nil
	for k, d := range []int32{before, after} {
		b := model.Bucket{From: int64(k) * change, Matrix: &model.Matrix{N: m.N, Durations: slices.Clone(m.Durations), Distances: m.Distances}}
		b.Matrix.Durations[yard*4+flat] = d
		p.Profiles[0].Series = append(p.Profiles[0].Series, b)
	}
}

// What is driven is what the departure costs, whatever the plan says of arrivals, and the metres are those of the hour that one
// waits for. The fixture's monday drives 400 + 500 + 300 + 900 s and 4000 + 5000 + 3000 + 9000 m at 2 and 3.
func TestTravelByHourCosts(t *testing.T) {
	for name, c := range map[string]struct {
		before, after int32
		change        model.Time
		drive, metres int64
	}{
		"the first hour":     {400, 700, 1501, 2000, 21_000},
		"the second one":     {700, 450, 1500, 2050, 21_100},
		"a wait for it":      {900, 300, 1700, 2100, 21_100},
		"as soon with it":    {500, 300, 1700, 2100, 21_000},
		"the way was closed": {model.Unreachable, 100, 1900, 2100, 21_100},
	} {
		p, plan := fixture()
		toLeak(p, c.before, c.change, c.after)
		s := p.Profiles[0].Series
		s[1].Matrix.Distances = slices.Clone(s[1].Matrix.Distances)
		s[1].Matrix.Distances[yard*4+flat] += 100
		r := Plan(p, plan)
		if err := r.Err(); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if got := r.RouteTerms[monday]; got[model.Travel] != 2*c.drive || got[model.Distance] != 3*c.metres {
			t.Errorf("%s: %d s and %d m, want %d and %d", name, got[model.Travel]/2, got[model.Distance]/3, c.drive, c.metres)
		}
	}
}

// From home to the flat: see TestStraightLine. At half the speed it takes 5783 s.
func TestStraightLineByHour(t *testing.T) {
	p, _ := fixture()
	profile := &model.Profile{
		StraightLine: &model.StraightLine{Detour: 1.3, Speed: 10},
		Speeds:       []model.SpeedFactor{{From: 100, Factor: 0.5}, {From: 5000, Factor: 1}, {From: 9000, Factor: 0.5}},
	}
	for ready, want := range map[model.Time]model.Duration{
		0: 5783, 2108: 5783, 2109: 5783, 2110: 5782, 4999: 2893, 5000: 2892, 8999: 2892, 9000: 5783,
	} {
		drive, metres, ok := travel(p, profile, home, flat, ready)
		if !ok || drive != want || metres != 28_911 {
			t.Errorf("ready at %d: %d s, %d m, %v; want %d s", ready, drive, metres, ok, want)
		}
	}
}

// The judge finds the same drives as the model's own look-up, which the definition is tested against in solver/route.
func TestTravelByHour(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 2000 {
		var s model.Series
		at := int64(rng.IntN(100) - 50)
		for range 1 + rng.IntN(6) {
			d := int32(rng.IntN(100))
			if rng.IntN(6) == 0 {
				d = model.Unreachable
			}
			s = append(s, model.Bucket{From: at, Matrix: &model.Matrix{
				N: 2, Durations: []int32{0, d, 0, 0}, Distances: []int32{0, int32(rng.IntN(1000)), 0, 0},
			}})
			at += 1 + int64(rng.IntN(80))
		}
		p := &model.Problem{Locations: make([]model.Location, 2), Profiles: []model.Profile{{Series: s}}}
		for range 20 {
			ready := int64(rng.IntN(500) - 100)
			want, far := p.Profiles[0].Leg(0, 1, ready)
			drive, metres, ok := travel(p, &p.Profiles[0], 0, 1, ready)
			if ok != (want < model.Unreachable) || ok && (drive != want || metres != far) {
				t.Fatalf("%v: ready at %d: %d s, %d m, %v; the model says %d s, %d m", s, ready, drive, metres, ok, want, far)
			}
		}
	}
}
