package route

import (
	"testing"

	"callout/solver/model"
	"callout/solver/modeltest"
)

// A job that is released when its only window is over is nobody's.
func TestReleasedTooLate(t *testing.T) {
	p := modeltest.Rich(5, 2, 1)
	p.Jobs[0] = model.Job{
		ID: "late", Unassigned: 1e9, Release: 5000, Windows: []model.Window{{Kind: model.Availability, From: 1000, To: 4999}},
	}
	in, err := Compile(p)
	if err != nil {
		t.Fatal(err)
	}
	for s := range p.Shifts {
		if o := in.Obstacle(model.ShiftIdx(s), 0); o == NoObstacle {
			t.Errorf("shift %d may do it", s)
		}
	}
	if n := len(in.Shifts(0)); n > 0 {
		t.Errorf("%d shifts may do it", n)
	}
}
