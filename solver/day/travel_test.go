package day_test

import (
	"testing"

	"callout/solver/day"
	"callout/solver/model"
)

// times is small's matrix times a factor, with distances.
func times(factor int32) *model.Matrix {
	m := small().Profiles[0].Matrix
	for k := range m.Durations {
		m.Durations[k] *= factor
		m.Distances = append(m.Distances, 10*m.Durations[k])
	}
	return m
}

// by the hour: 10 minutes to the next place, and from 7,000 s on three times as much, until 20,000 s.
func byTheHour() *model.Problem {
	p := small()
	once := times(1)
	p.Profiles[0].Matrix = nil
	p.Profiles[0].Series = model.Series{{From: -1, Matrix: once}, {From: 7000, Matrix: times(3)}, {From: 20000, Matrix: once}}
	return p
}

// drive is the seconds and metres between two places of the first profile, in the problem as of now as in the whole one.
func drive(t *testing.T, d *day.Day, from, to model.LocIdx, at model.Time) [2]int64 {
	t.Helper()
	seconds, metres := d.Problem().Profiles[0].Leg(from, to, at)
	if s, m := d.Known().Profiles[0].Leg(from, to, at); s != seconds || m != metres {
		t.Fatalf("%d s and %d m, in the whole problem %d s and %d m", seconds, metres, s, m)
	}
	return [2]int64{seconds, metres}
}

func want(t *testing.T, what string, got [2]int64, seconds, metres int64) {
	t.Helper()
	if got != [2]int64{seconds, metres} {
		t.Errorf("%s: %v, want %d s and %d m", what, got, seconds, metres)
	}
}

// Factor and cells hold at all hours; nobody gets there earlier by leaving later.
func TestFactorAndCellsByTheHour(t *testing.T) {
	p := byTheHour()
	d := begunOn(t, p, day.Config{})
	want(t, "free", drive(t, d, 0, 1, 100), 600, 6000)
	want(t, "rush", drive(t, d, 0, 1, 8000), 1800, 18000)
	apply(t, d, day.Event{ID: "1", Kind: day.TravelChanged, Profile: -1, Factor: 1_500_000}, day.Applied, "")
	want(t, "free, longer", drive(t, d, 0, 1, 100), 900, 6000)
	want(t, "rush, longer", drive(t, d, 0, 1, 8000), 2700, 18000)
	// It takes 2,700 s then, and who waits until 20,000 s is there at 20,900 s.
	want(t, "the end of the rush", drive(t, d, 0, 1, 19000), 1900, 6000)
	cells := []day.Cell{{From: 0, To: 1, Duration: 50, Distance: 7}}
	apply(t, d, day.Event{ID: "2", Kind: day.TravelChanged, Profile: 0, Factor: 1_000_000, Cells: cells}, day.Applied, "")
	want(t, "a cell", drive(t, d, 0, 1, 100), 50, 7)
	want(t, "a cell in the rush", drive(t, d, 0, 1, 8000), 50, 7)
	want(t, "the way back", drive(t, d, 1, 0, 8000), 1800, 18000)
	cells = []day.Cell{{From: 0, To: 1, Duration: 60, Distance: -1}}
	apply(t, d, day.Event{ID: "3", Kind: day.TravelChanged, Profile: 0, Factor: 1_000_000, Cells: cells}, day.Applied, "")
	want(t, "a cell with the distance before", drive(t, d.Clone(), 0, 1, 100), 60, 7)
	want(t, "a cell with the distance before", drive(t, d, 0, 1, 100), 60, 7)
	if _, told := d.Travelled(0); len(told) != 1 || told[0].Distance != 7 {
		t.Errorf("told: %+v", told)
	}
	last := int64(-1)
	for at := range model.Time(21000) {
		if arrival := at + drive(t, d, 2, 0, at)[0]; arrival < last {
			t.Fatalf("who leaves at %d arrives at %d, before %d", at, arrival, last)
		} else {
			last = arrival
		}
	}
	if m := byTheHour().Profiles[0].Series[1].Matrix; p.Profiles[0].Series[1].Matrix.Durations[1] != m.Durations[1] {
		t.Error("the problem that the day began with has changed")
	}
}

// Travel may be replaced by one by the hour, and back: cells go, a factor holds on, facts stay, and all is made anew only where that has to be.
func TestTravelIsReplaced(t *testing.T) {
	p := small()
	p.Profiles[0].Matrix = times(1)
	d := begunOn(t, p, day.Config{})
	cells := []day.Cell{{From: 2, To: 3, Duration: 5, Distance: -1}}
	apply(t, d, day.Event{ID: "1", Now: 5000, Kind: day.TravelChanged, Profile: -1, Factor: 2_000_000, Cells: cells}, day.Applied, "")
	d.Changes()
	before := states(d)
	replaced := func(id string, factor int64, s model.Series) day.Change {
		apply(t, d, day.Event{ID: id, Now: 5000, Kind: day.TravelChanged, Profile: 0, Factor: factor, Travel: []model.Series{s}}, day.Applied, "")
		return d.Changes()
	}
	if c := replaced("2", 1_000_000, model.Series{{From: -1, Matrix: times(2)}}); c.All || !c.Travel || len(c.Freer) == 0 {
		t.Errorf("one matrix for another: %+v", c)
	}
	want(t, "slow", drive(t, d, 2, 3, 100), 1200, 12000)
	if c := replaced("3", 2_000_000, byTheHour().Profiles[0].Series); !c.All || d.Layers(0) != 2 {
		t.Errorf("a series for a matrix: %+v, %d layers", c, d.Layers(0))
	}
	want(t, "free", drive(t, d, 2, 3, 100), 1200, 6000)
	want(t, "rush", drive(t, d, 2, 3, 8000), 3600, 18000)
	if c := replaced("4", 1_000_000, model.Series{{From: -1, Matrix: times(1)}}); !c.All || d.Problem().TimeDependent() || d.Layers(0) != 1 {
		t.Errorf("a matrix for a series: %+v", c)
	}
	want(t, "as it was", drive(t, d, 2, 3, 8000), 600, 6000)
	if factor, cells := d.Travelled(0); factor != 1_000_000 || len(cells) > 0 {
		t.Errorf("factor %d, cells %v", factor, cells)
	}
	if !same(before, states(d)) {
		t.Errorf("states %v, were %v", states(d), before)
	}
	wrong := &model.Matrix{N: 2, Durations: make([]int32, 4)}
	apply(t, d, day.Event{
		ID: "5", Now: 5000, Kind: day.TravelChanged, Profile: 0, Factor: 1_000_000, Travel: []model.Series{{{Matrix: wrong}}},
	}, day.Refused, day.CodeContradicts)
}

// A new place has a row for each different matrix of a series; straight lines by the hour are worked out. What a clone is told stays with it.
func TestNewPlacesByTheHour(t *testing.T) {
	p := byTheHour()
	slowly := &model.StraightLine{Detour: 1, Speed: 10}
	p.Profiles = append(p.Profiles, model.Profile{
		ID: "bike", StraightLine: slowly, Speeds: []model.SpeedFactor{{From: -1, Factor: 1}, {From: 7000, Factor: 0.5}},
		Series: model.Series{{From: -1, Matrix: times(1)}, {From: 7000, Matrix: times(2)}},
	})
	for k := range p.Locations {
		p.Locations[k].HasCoord, p.Locations[k].Lat = true, 48+float64(k)/100
	}
	d := begunOn(t, p, day.Config{Lines: []*model.StraightLine{nil, slowly}})
	row := func(x int32) day.Row {
		list := func(by int32) []int32 { return []int32{x * by, x * by, x * by, x * by} }
		return day.Row{DurationsTo: list(1), DurationsFrom: list(2), DistancesTo: list(3), DistancesFrom: list(4)}
	}
	come := func(id, place string, rows ...[]day.Row) day.Event {
		return day.Event{
			ID: id, Kind: day.JobAdded, Multiplier: 1000, Job: &model.Job{ID: "at " + place, Service: 60, Unassigned: 1e9}, Rows: rows,
			Place: &model.Location{ID: place, HasCoord: true, Lat: 48, Lon: 0.02},
		}
	}
	apply(t, d, come("1", "e", []day.Row{row(100)}), day.Refused, day.CodeNotPossible)
	apply(t, d, come("1", "e"), day.Refused, day.CodeNotPossible)
	short := row(300)
	short.DurationsFrom = short.DurationsFrom[:3]
	apply(t, d, come("1", "e", []day.Row{row(100), short}), day.Refused, day.CodeNotPossible)

	clone := d.Clone()
	apply(t, clone, come("1", "f", []day.Row{row(900), row(900)}), day.Applied, "")
	want(t, "the clone", drive(t, clone, 4, 2, 8000), 900, 2700)
	if s := d.Problem().Profiles[0].Series; s[1].Matrix.Duration(4, 2) < model.Unreachable || s[1].Matrix.Distance(4, 2) != 0 {
		t.Error("what a clone was told is known to the day")
	}

	apply(t, d, come("1", "e", []day.Row{row(100), row(300)}), day.Applied, "")
	want(t, "there", drive(t, d, 4, 2, 100), 100, 300)
	want(t, "back", drive(t, d, 2, 4, 100), 200, 400)
	want(t, "there in the rush", drive(t, d, 4, 2, 8000), 300, 900)
	want(t, "back in the rush", drive(t, d, 2, 4, 8000), 600, 1200)
	want(t, "there again", drive(t, d, 4, 2, 30000), 100, 300)
	bike := &d.Problem().Profiles[1]
	free, far := bike.Leg(4, 0, 100)
	rush, _ := bike.Leg(4, 0, 8000)
	if way := model.GreatCircle(48, 0.02, 48, 0); far != int64(way)+1 || free != far/10+1 || rush != 2*free && rush != 2*free-1 {
		t.Errorf("by bike %d m of %.1f, %d s, and %d s from 7,000 s on", far, way, free, rush)
	}
	apply(t, d, day.Event{ID: "2", Kind: day.TravelChanged, Profile: -1, Factor: 2_000_000}, day.Applied, "")
	want(t, "with a factor", drive(t, d, 2, 4, 8000), 1200, 1200)
}
