package route

import (
	"testing"

	"callout/solver/model"
)

// A job that is released when its only window is over is nobody's, however early somebody could be there.
func TestReleasedTooLate(t *testing.T) {
	p := &model.Problem{
		Locations: []model.Location{{ID: "here"}}, Profiles: []model.Profile{{ID: "van", Matrix: &model.Matrix{N: 1, Durations: []int32{0}}}},
		Technicians: []model.Technician{{ID: "ann"}},
		Shifts:      []model.Shift{{ID: "day", LatestEnd: 10_000, MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap}},
	}
	for _, release := range []model.Time{4999, 5000} {
		p.Jobs = append(p.Jobs, model.Job{
			ID: "late", Unassigned: 1e9, Release: release, Windows: []model.Window{{Kind: model.Availability, From: 1000, To: 4999}},
		})
	}
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	if o := in.Obstacle(0, 0); o != NoObstacle {
		t.Errorf("released in time: %v", o)
	}
	if o := in.Obstacle(0, 1); o != OutsideShift {
		t.Errorf("released too late: %v", o)
	}
}

// A job that can be reached by way of another stop only stays somebody's when travel changes, and whatever is said of it then.
func TestWaysRoundOutliveChanges(t *testing.T) {
	const far = model.Unreachable
	m := &model.Matrix{N: 3, Durations: []int32{
		0, 600, far,
		600, 0, 600,
		far, 600, 0,
	}}
	p := &model.Problem{
		Locations: []model.Location{{ID: "depot"}, {ID: "on the way"}, {ID: "behind"}}, Profiles: []model.Profile{{ID: "van", Matrix: m}},
		Technicians: []model.Technician{{ID: "ann"}},
		Shifts:      []model.Shift{{ID: "day", LatestEnd: 10_000, MaxWork: model.NoCap, MaxDrive: model.NoCap, MaxSpell: model.NoCap}},
		Jobs:        []model.Job{{ID: "a", Location: 1, Service: 60, Unassigned: 1e9}, {ID: "b", Location: 2, Service: 60, Unassigned: 1e9}},
	}
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	for k, c := range []*Change{
		{},
		{Travel: true, Shifts: []int32{0}, Staff: []int32{0}},
		{Jobs: []int32{1}},
		{Locations: []model.LocIdx{1}, Staff: []int32{0}},
		{Jobs: []int32{0, 1}},
	} {
		if !in.Update(c) {
			t.Fatalf("change %d needs another instance", k)
		}
		if !in.Compatible(0, 1) {
			t.Errorf("change %d: nobody may do the job behind", k)
		}
	}
	p.Jobs[1].Service = 10_001
	if in.Update(&Change{Jobs: []int32{1}}); in.Compatible(0, 1) {
		t.Error("somebody may do what takes longer than his shift")
	}
}
