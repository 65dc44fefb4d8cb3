package wire

import (
	"slices"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// at is an instant of the small request's day, 2 March 2026; second 0 of its problem is 18:00 on the day before.
func at(hour, minute int) *timestamppb.Timestamp {
	return timestamppb.New(time.Date(2026, 3, 2, hour, minute, 0, 0, time.UTC))
}

// slower is the small request's matrix with every duration longer by so much, and without distances.
func slower(in *calloutv1.Problem, seconds int32) *calloutv1.Matrix {
	m := proto.CloneOf(in.GetProfiles()[0].GetMatrix())
	m.Distances = nil
	for k, n := 0, len(m.GetLocationIds()); k < n*n; k++ {
		if k/n != k%n && m.GetDurations()[k] >= 0 {
			m.Durations[k] += seconds
		}
	}
	return m
}

func bucket(start *timestamppb.Timestamp, m *calloutv1.Matrix) *calloutv1.TravelBucket {
	return &calloutv1.TravelBucket{Start: start, Travel: &calloutv1.TravelBucket_Matrix{Matrix: m}}
}

func named(start *timestamppb.Timestamp, handle string) *calloutv1.TravelBucket {
	return &calloutv1.TravelBucket{Start: start, Travel: &calloutv1.TravelBucket_MatrixHandle{MatrixHandle: handle}}
}

func setSeries(in *calloutv1.Problem, buckets ...*calloutv1.TravelBucket) {
	in.Profiles[0].Travel = &calloutv1.TravelProfile_Series{Series: &calloutv1.TravelSeries{Buckets: buckets}}
}

func setFactors(in *calloutv1.Problem, factors ...*calloutv1.SpeedFactor) {
	in.Profiles[1].GetStraightLine().SpeedFactors = factors
}

// Buckets outside the times of a problem are dropped, distances are taken over, and what is left is in the problem's order.
func TestSeries(t *testing.T) {
	in := small(t).GetProblem()
	own := in.GetProfiles()[0].GetMatrix()
	never := timestamppb.New(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
	setSeries(in,
		bucket(nil, own), bucket(timestamppb.New(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)), slower(in, 60)),
		bucket(at(8, 0), slower(in, 300)), bucket(&timestamppb.Timestamp{Seconds: at(9, 30).GetSeconds(), Nanos: 1}, slower(in, 120)),
		bucket(never, slower(in, 900)),
	)
	setFactors(in, &calloutv1.SpeedFactor{Factor: 1}, &calloutv1.SpeedFactor{Start: at(7, 0), Factor: 0.5},
		&calloutv1.SpeedFactor{Start: at(8, 0), Factor: 0.5}, &calloutv1.SpeedFactor{Start: at(10, 0), Factor: 0.8})
	p, _, faults := Problem(in, DefaultLimits())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	sound(t, p)
	s := p.Profiles[0].Series
	const hour = 3600
	if len(s) != 3 || s[0].From != -1 || s[1].From != 14*hour || s[2].From != 15*hour+1801 {
		t.Fatalf("buckets %v", s)
	}
	for k, longer := range []model.Duration{60, 300, 120} { // 610 s and 7100 m: see TestProblemSmall
		if got := s[k].Matrix.Duration(0, 1); got != 610+longer {
			t.Errorf("bucket %d: %d s from the depot home, want %d", k, got, 610+longer)
		}
		if got := s[k].Matrix.Distance(2, 0); got != 7100 {
			t.Errorf("bucket %d: %d m from site-a to the depot", k, got)
		}
	}
	want := []model.SpeedFactor{{From: -1, Factor: 1}, {From: 13 * hour, Factor: 0.5}, {From: 16 * hour, Factor: 0.8}}
	if got := p.Profiles[1].Speeds; !slices.Equal(got, want) {
		t.Errorf("speeds %v, want %v", got, want)
	}
	if !p.TimeDependent() {
		t.Error("the problem is taken for one with the same travel at all hours")
	}
}

// Where only one bucket matters, travel is the same at all hours.
func TestSeriesOfOne(t *testing.T) {
	past, never := timestamppb.New(time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)), timestamppb.New(time.Date(2099, 1, 1, 0, 0, 0, 0, time.UTC))
	for name, c := range map[string]struct {
		first, second *timestamppb.Timestamp
		want          model.Duration
		speed         float64
	}{
		"the others are over":   {nil, past, 670, 5},
		"the others are far":    {nil, never, 610, 10},
		"all begin afterwards":  {never, timestamppb.New(never.AsTime().Add(time.Hour)), 610, 10},
		"one begins afterwards": {past, never, 610, 10},
	} {
		t.Run(name, func(t *testing.T) {
			in := small(t).GetProblem()
			setSeries(in, bucket(c.first, in.GetProfiles()[0].GetMatrix()), bucket(c.second, slower(in, 60)))
			in.Profiles[1].GetStraightLine().Speed = new(10.0)
			setFactors(in, &calloutv1.SpeedFactor{Start: c.first, Factor: 1}, &calloutv1.SpeedFactor{Start: c.second, Factor: 0.5})
			p, _, faults := Problem(in, DefaultLimits())
			if len(faults) > 0 {
				t.Fatal(faults)
			}
			sound(t, p)
			if p.TimeDependent() || p.Profiles[0].Matrix.Duration(0, 1) != c.want || p.Profiles[1].StraightLine.Speed != c.speed {
				t.Errorf("%+v, %+v", p.Profiles[0], p.Profiles[1].StraightLine)
			}
		})
	}
}

// A handle that several buckets name is one matrix, and room in the cache is asked for each matrix made, once.
func TestSeriesOfHandles(t *testing.T) {
	in := small(t).GetProblem()
	m := in.GetProfiles()[0].GetMatrix()
	table := func(ids []string, longer int32) *Table {
		d := slices.Clone(m.GetDurations())
		for k := range d {
			if n := len(ids); k/n != k%n && d[k] >= 0 {
				d[k] += longer
			}
		}
		out, faults := upload(DefaultLimits(), header(ids, false), rows(d, nil))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return out
	}
	var order []string
	for _, l := range in.GetLocations() {
		order = append(order, l.GetId())
	}
	tables := map[string]*Table{"free": table(m.GetLocationIds(), 0), "rush": table(order, 500)}
	shared := map[*model.Matrix]int{}
	intake := &Intake{
		Limits: DefaultLimits(), Matrix: func(h string) *Table { return tables[h] },
		Share: func(m *model.Matrix) *model.Matrix {
			shared[m]++
			return m
		},
	}
	setSeries(in, named(nil, "free"), named(at(7, 0), "rush"), named(at(9, 0), "free"), named(at(16, 0), "rush"),
		named(at(17, 0), "rush"), bucket(at(18, 0), slower(in, 0)))
	p, _, faults := intake.convert(in)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	s := p.Profiles[0].Series
	if len(s) != 5 || s[0].Matrix != s[2].Matrix || s[1].Matrix != s[3].Matrix || s[1].Matrix != tables["rush"].matrix {
		t.Errorf("buckets %v", s)
	}
	if len(shared) != 2 || shared[s[4].Matrix] != 1 || slices.Equal(m.GetLocationIds(), order) {
		t.Errorf("shared %v", shared)
	}
	// Two handles and one given here: three matrices, and one of the straight line.
	n := len(in.GetLocations())
	lim := DefaultLimits()
	lim.MatrixCells = 4 * n * n
	intake.Limits = lim
	if _, _, faults := intake.convert(in); len(faults) > 0 {
		t.Errorf("%d cells: %v", lim.MatrixCells, faults)
	}
	setFactors(in, &calloutv1.SpeedFactor{Factor: 1}, &calloutv1.SpeedFactor{Start: at(7, 0), Factor: 0.5},
		&calloutv1.SpeedFactor{Start: at(9, 0), Factor: 1})
	if _, _, faults := intake.convert(in); !slices.Equal(brief(faults), []string{"problem.profiles TOO_LARGE"}) {
		t.Errorf("a matrix more: %v", faults)
	}
}
