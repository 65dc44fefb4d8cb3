package check

import (
	"math"
	"testing"

	"callout/solver/model"
)

// Home to flat and back is 0.2° along the meridian each way: 22,238.985 m × 1.3 = 28,910.68 m, at 10 m/s 2891.07 s.
func TestStraightLine(t *testing.T) {
	p, plan := fixture()
	p.Profiles[0] = model.Profile{StraightLine: &model.StraightLine{Detour: 1.3, Speed: 10}}
	plan.Routes[tuesday] = model.Route{
		Shift: tuesday, Depart: 90_000, Finish: 95_984,
		Stops: []model.Stop{{Kind: model.Visit, Job: meter, Arrival: 92_892, Start: 92_892, End: 93_092}},
	}
	plan.Routes[monday] = model.Route{Shift: monday}
	plan.Routes[relay] = model.Route{Shift: relay}
	plan.Unassigned = []model.JobIdx{leak, fuse, roof}
	p.Shifts[tuesday].TravelRate, p.Shifts[tuesday].DistRate = 1, 1
	r := Plan(p, plan)
	if err := r.Err(); err != nil {
		t.Error(err)
	}
	if got := r.Terms; got[model.Travel] != 2*2892 || got[model.Distance] != 2*28_911 {
		t.Errorf("driving %d s, %d m; want %d s, %d m", got[model.Travel], got[model.Distance], 2*2892, 2*28_911)
	}
	plan.Routes[tuesday].Finish--
	if r = Plan(p, plan); len(r.Violations) != 1 || r.Violations[0].Code != TravelTime {
		t.Errorf("a second less: %v", r.Err())
	}
	for _, line := range []*model.StraightLine{nil, {Detour: 1}, {Detour: math.NaN(), Speed: 1}, {Detour: -1, Speed: 1}} {
		p.Profiles[0].StraightLine = line
		r = Plan(p, plan)
		if len(r.Violations) != 2 || r.Violations[0].Code != NoWay || r.Terms[model.Travel] != 0 {
			t.Errorf("straight line %v: %v", line, r.Err())
		}
	}
}

func TestTravelData(t *testing.T) {
	whole := &model.Matrix{N: 2, Durations: []int32{0, 7, 8, 0}}
	short := &model.Matrix{N: 2, Durations: []int32{0, 7, 8}}
	shorter := &model.Matrix{N: 2, Durations: whole.Durations, Distances: []int32{0, 70, 80}}
	for _, c := range []struct {
		name     string
		m        *model.Matrix
		from, to model.LocIdx
		want     bool
	}{
		{"whole", whole, 0, 1, true},
		{"whole", whole, 1, 1, true},
		{"column too high", whole, 0, 2, false},
		{"row too high", whole, 2, 0, false},
		{"durations missing", short, 1, 0, true},
		{"durations missing", short, 1, 1, false},
		{"distances missing", shorter, 1, 0, true},
		{"distances missing", shorter, 1, 1, false},
	} {
		if _, _, ok := matrixTravel(c.m, c.from, c.to); ok != c.want {
			t.Errorf("%s: from %d to %d: %v", c.name, c.from, c.to, ok)
		}
	}
	line := &model.StraightLine{Detour: 1, Speed: 10}
	here, nowhere := &model.Location{Lat: 47, Lon: 8, HasCoord: true}, &model.Location{}
	if drive, metres, ok := straightTravel(line, here, here); drive != 0 || metres != 0 || !ok {
		t.Errorf("on the spot: %d s, %d m, %v", drive, metres, ok)
	}
	for _, pair := range [][2]*model.Location{{here, nowhere}, {nowhere, here}, {nowhere, nowhere}} {
		if _, _, ok := straightTravel(line, pair[0], pair[1]); ok {
			t.Error("travel without coordinates")
		}
	}
}
