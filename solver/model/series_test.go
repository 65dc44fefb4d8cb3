package model

import "testing"

func TestTimeDependent(t *testing.T) {
	m := &Matrix{N: 1, Durations: []int32{0}}
	p := &Problem{
		Profiles: []Profile{
			{Matrix: m}, {Series: Series{{From: 0, Matrix: m}}}, {StraightLine: &StraightLine{}, Speeds: []SpeedFactor{{Factor: 1}}},
		},
		Shifts: make([]Shift, 2),
	}
	if p.TimeDependent() {
		t.Error("the profiles in use have one matrix")
	}
	for k := ProfileIdx(1); k < 3; k++ {
		if p.Shifts[1].Profile = k; !p.TimeDependent() {
			t.Errorf("profile %d depends on the hour", k)
		}
	}
}

func TestSeriesAt(t *testing.T) {
	s := Series{{From: 10}, {From: 20}, {From: 35}}
	for at, want := range map[Time]int{-5: 0, 10: 0, 19: 0, 20: 1, 34: 1, 35: 2, 1000: 2} {
		if got := s.At(at); got != want {
			t.Errorf("%d is in bucket %d, want %d", at, got, want)
		}
	}
}
