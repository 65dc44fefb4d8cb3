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
