package wire

import (
	"context"
	"slices"
	"testing"
	"time"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// far is travel that takes so long everywhere.
type far struct{ seconds, metres int32 }

func (f *far) Drive(from, to model.LocIdx) (model.Duration, model.Meters) {
	if from == to {
		return 0, 0
	}
	return model.Duration(f.seconds), model.Meters(f.metres)
}

func (f *far) Matrix(_ context.Context, list []model.LocIdx) (*model.Matrix, error) {
	n := len(list)
	m := &model.Matrix{N: n, Durations: make([]int32, n*n), Distances: make([]int32, n*n)}
	for k := range m.Durations {
		if k/n != k%n {
			m.Durations[k], m.Distances[k] = f.seconds, f.metres
		}
	}
	return m, nil
}

func (f *far) Longest() (model.Duration, model.Meters, bool) {
	return model.Duration(f.seconds), model.Meters(f.metres), false
}

func (f *far) Bytes() int64 { return 1 << 40 }

// onRoads is the small problem with its first profile on roads.
func onRoads(tb testing.TB) *calloutv1.Problem {
	tb.Helper()
	in := small(tb).GetProblem()
	in.Profiles[0].Travel = &calloutv1.TravelProfile_RoadNetwork{RoadNetwork: &calloutv1.RoadNetwork{}}
	return in
}

// Spans alike become one, ways beyond the limit none, and what is asked for one by one is what is asked for among some.
func TestWide(t *testing.T) {
	lim := DefaultLimits()
	slow, closed := &far{1000, 9000}, &far{int32(lim.Leg/time.Second) + 1, 9000}
	spans := []RoadSpan{
		{From: at(0, 0).AsTime(), Journeys: slow},
		{From: at(7, 0).AsTime(), Journeys: slow},
		{From: at(9, 0).AsTime(), Journeys: closed},
		{From: at(10, 0).AsTime(), Journeys: slow},
		{From: time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC), Journeys: closed},
	}
	intake := &Intake{Limits: lim, Road: func(*RoadQuery, time.Time, time.Time, int) (*RoadTravel, Faults) {
		return &RoadTravel{Spans: spans}, nil
	}}
	p, ctx, faults := intake.convert(onRoads(t))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	wide := p.Profiles[0].Wide
	var begins []model.Time
	for _, s := range wide {
		begins = append(begins, s.From)
	}
	epoch := ctx.Epoch.Unix()
	if want := []model.Time{-1, at(9, 0).GetSeconds() - epoch, at(10, 0).GetSeconds() - epoch}; !slices.Equal(begins, want) {
		t.Fatalf("spans begin at %v, want %v", begins, want)
	}
	if d, m := wide[0].Journeys.Drive(0, 1); d != 1000 || m != 9000 {
		t.Errorf("a drive of %d s, %d m", d, m)
	}
	if d, _ := wide[1].Journeys.Drive(0, 1); d < model.Unreachable {
		t.Errorf("a drive of %d s is longer than any may be", d)
	}
	// Who is ready while the way is closed waits for it to open, and is said to drive meanwhile.
	if d, m := p.Profiles[0].Leg(0, 1, begins[1]+600); d != 3000+1000 || m != 9000 {
		t.Errorf("%d s, %d m", d, m)
	}
	_, series, err := wide.Among(t.Context(), []model.LocIdx{2, 0})
	if err != nil || len(series) != 3 || series[0].Matrix != series[2].Matrix {
		t.Fatalf("%v, %v", series, err)
	}
	if d := series[1].Matrix.Duration(0, 1); d < model.Unreachable {
		t.Errorf("%d s among some", d)
	}
	if ctx.reach.duration != 1000 && ctx.reach.duration != seconds(lim.Leg) || ctx.reach.until != begins[2] {
		t.Errorf("reach %+v", ctx.reach)
	}
	if footprint(p) < 2<<40 {
		t.Errorf("it takes %d bytes", footprint(p))
	}
}

// Faults of travel on roads, and those found after it, have the paths of their fields.
func TestRoadPaths(t *testing.T) {
	in := onRoads(t)
	_, _, faults := (&Intake{Limits: DefaultLimits()}).convert(in)
	if got, want := brief(faults), []string{"problem.profiles[0].road_network UNKNOWN_ID"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
	in.Objective = &calloutv1.Objective{Terms: []*calloutv1.TermWeight{
		{Term: calloutv1.Term_TERM_DISTANCE, Weight: new(1000.0), Tier: 1}, {Term: calloutv1.Term_TERM_FIXED, Tier: 3},
	}}
	for _, tech := range in.GetTechnicians() {
		for _, s := range tech.GetShifts() {
			s.Costs = &calloutv1.ShiftCosts{CostPerKilometre: 1000}
		}
	}
	endless := &Intake{Limits: DefaultLimits(), Road: func(*RoadQuery, time.Time, time.Time, int) (*RoadTravel, Faults) {
		return &RoadTravel{Spans: []RoadSpan{{Journeys: &far{1000, maxDistance}}}}, nil
	}}
	_, _, faults = endless.convert(in)
	if got, want := brief(faults), []string{"problem.objective COST_OVERFLOW"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
