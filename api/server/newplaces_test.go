package server_test

import (
	"fmt"
	"slices"
	"testing"

	calloutv1 "callout/api/callout/v1"
	"callout/api/server"
	"callout/api/wire"
	"callout/bench/rig"
	"callout/solver/model"
)

// seriesDay is a day with three buckets, of which the first and the last are alike by their handle, and the one in the rush has no distances of its own.
func seriesDay(t *testing.T, r *running) *calloutv1.Problem {
	t.Helper()
	p := day(12, 3)
	ids, free := grid(p)
	rush := make([]int32, len(free))
	for k := range free {
		rush[k] = 2 * free[k]
	}
	put, err := r.putMatrix(t, &calloutv1.MatrixHeader{LocationIds: ids}, free, 1000)
	if err != nil {
		t.Fatal(err)
	}
	handle := &calloutv1.TravelBucket_MatrixHandle{MatrixHandle: put.GetHandle()}
	p.Profiles[0].Travel = &calloutv1.TravelProfile_Series{Series: &calloutv1.TravelSeries{Buckets: []*calloutv1.TravelBucket{
		{Travel: handle},
		{Start: at(9, 0), Travel: &calloutv1.TravelBucket_Matrix{Matrix: &calloutv1.Matrix{Durations: rush}}},
		{Start: at(11, 0), Travel: handle},
	}}}
	return p
}

// A new place where travel is a series of matrices comes with rows for each bucket.
func TestNewPlacesOfASeries(t *testing.T) {
	r := start(t, server.Options{})
	first := &calloutv1.DayStart{Problem: seriesDay(t, r), Settings: &calloutv1.DaySettings{Iterations: 20, WaysOut: -1}}
	d := openDay(t, r, first)
	d.settle()
	n := len(first.GetProblem().GetLocations())
	list := func(x int32) []int32 { return slices.Repeat([]int32{x}, n) }
	row := func(x int32) *calloutv1.BucketRow {
		return &calloutv1.BucketRow{DurationsTo: list(x), DurationsFrom: list(x + 1)}
	}
	come := func(id string, rows ...*calloutv1.NewRow) *calloutv1.DayEvent {
		e := added(id, "job at "+id, "place "+id, at(8, 0))
		e.GetJobAdded().Location = &calloutv1.NewLocation{Location: &calloutv1.Location{Id: "place " + id}, Rows: rows}
		return e
	}
	buckets := func(list ...*calloutv1.BucketRow) *calloutv1.NewRow { return &calloutv1.NewRow{Buckets: list} }
	far := row(100)
	far.DurationsTo[3] = 1 << 30
	flat := &calloutv1.NewRow{DurationsTo: list(1), DurationsFrom: list(1)}
	rows := "event.job_added.location.rows[0]"
	for name, tt := range map[string]struct {
		rows []*calloutv1.NewRow
		want string
	}{
		"none":            {nil, "job_added.location.rows NOT_POSSIBLE"},
		"not by bucket":   {[]*calloutv1.NewRow{flat}, rows + ".buckets CONFLICT"},
		"too few buckets": {[]*calloutv1.NewRow{buckets(row(1), row(2))}, rows + ".buckets MATRIX_SHAPE"},
		"unlike ones":     {[]*calloutv1.NewRow{buckets(row(1), row(2), row(3))}, rows + ".buckets[2] CONFLICT"},
		"too far":         {[]*calloutv1.NewRow{buckets(row(1), far, row(1))}, rows + ".buckets[1].durations_to[3] OUT_OF_RANGE"},
		"too short": {
			[]*calloutv1.NewRow{buckets(&calloutv1.BucketRow{}, row(2), &calloutv1.BucketRow{})}, "job_added.location.rows NOT_POSSIBLE",
		},
		"too many profiles": {
			[]*calloutv1.NewRow{buckets(row(1), row(2), row(1)), flat}, "event.job_added.location.rows[1] OUT_OF_RANGE",
		},
	} {
		t.Run(name, func(t *testing.T) {
			a := d.event(come(name, tt.rows...))
			if f := a.GetFaults(); len(f) != 1 || f[0].GetField()+" "+f[0].GetCode() != tt.want {
				t.Errorf("%v, want %s", a, tt.want)
			}
		})
	}
	if a := d.event(come("good", buckets(row(300), row(700), row(300)))); a.GetVerdict() != calloutv1.EventVerdict_EVENT_VERDICT_APPLIED {
		t.Fatalf("%v", a)
	}
	if visits(d.last.GetPlan())["job at good"] == "" {
		t.Error("nobody goes there")
	}
	goesOn(t, "with a place", first, d.last, seriesReader(t, first))
	next, err := rig.ResumeAt(t.Context(), first, d.last, seriesReader(t, first))
	if err != nil {
		t.Fatal(err)
	}
	place, _ := next.Location("place good")
	for hour, want := range map[int]int64{8: 300, 9: 700, 12: 300} {
		there, _ := next.Known().Profiles[0].Leg(place, 2, model.Time(3600*(hour-7)))
		back, _ := next.Known().Profiles[0].Leg(2, place, model.Time(3600*(hour-7)))
		if there != want || back != want+1 {
			t.Errorf("at %d: %d s, and %d s back, want %d", hour, there, back, want)
		}
	}
	d.close()
}

// seriesReader reads a day whose matrix another service holds.
func seriesReader(t *testing.T, first *calloutv1.DayStart) *wire.Intake {
	t.Helper()
	ids, free := grid(first.GetProblem())
	u := wire.NewUpload(wire.DefaultLimits())
	header := &calloutv1.PutMatrixRequest_Header{Header: &calloutv1.MatrixHeader{LocationIds: ids}}
	_, faults := u.Header(&calloutv1.PutMatrixRequest{Part: header})
	part := &calloutv1.PutMatrixRequest_Rows{Rows: &calloutv1.MatrixRows{Durations: free}}
	faults = append(faults, u.Rows(&calloutv1.PutMatrixRequest{Part: part})...)
	table, more := u.Table()
	if err := append(faults, more...).Err(); err != nil {
		t.Fatal(err)
	}
	return &wire.Intake{Limits: wire.DefaultLimits(), Matrix: func(string) *wire.Table { return table }}
}

// What is said of roads that there are none of, and of places on roads, is refused.
func TestRowsOnRoads(t *testing.T) {
	d, _ := openJam(t, nil)
	defer d.close()
	n := len(d.places)
	e := added("rows", "job", "new", at(7, 30))
	e.GetJobAdded().Location = &calloutv1.NewLocation{
		Location: &calloutv1.Location{Id: "new", Position: d.places[2].GetPosition()},
		Rows:     []*calloutv1.NewRow{{DurationsTo: make([]int32, n), DurationsFrom: make([]int32, n)}},
	}
	bare := added("bare", "job", "new", at(7, 30))
	bare.GetJobAdded().Location = &calloutv1.NewLocation{Location: &calloutv1.Location{Id: "new"}}
	for want, e := range map[string]*calloutv1.DayEvent{
		"event.job_added.location.rows[0] CONFLICT":           e,
		"event.job_added.location.location.position REQUIRED": bare,
	} {
		if f := d.event(e).GetFaults(); len(f) != 1 || fmt.Sprint(f[0].GetField(), " ", f[0].GetCode()) != want {
			t.Errorf("%v, want %s", f, want)
		}
	}
}
