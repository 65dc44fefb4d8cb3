package check

import (
	"math"
	"testing"

	"callout/solver/model"
)

func TestMetresOutside(t *testing.T) {
	const tenth = 11_119.493 // metres per tenth of a degree of a great circle
	square := [][2]float64{{46.9, 8.1}, {46.9, 8.3}, {47.1, 8.3}, {47.1, 8.1}}
	for _, c := range []struct {
		name     string
		area     model.Area
		lat, lon float64
		want     float64
	}{
		{"disc", model.Area{Lat: 47, Lon: 8, RadiusM: 1000}, 47.1, 8, tenth - 1000},
		{"west of the square", model.Area{Polygon: square}, 47, 8, tenth * math.Cos(47*math.Pi/180)},
		{"north of the square", model.Area{Polygon: square}, 47.2, 8.2, tenth},
		{"before a slanted edge", model.Area{Polygon: [][2]float64{{0, 0.1}, {0.1, 0.1}, {0.1, 0}}}, 0, 0, tenth / math.Sqrt2},
		{"a corner twice", model.Area{Polygon: append(square, square[3])}, 47.2, 8.2, tenth},
		{"disc and square", model.Area{Lat: 47.1, Lon: 8.2, RadiusM: 1000, Polygon: square}, 47.2, 8.2, tenth},
	} {
		if got := metresOutside(&c.area, c.lat, c.lon); !(math.Abs(got-c.want) <= 1) { // nor NaN
			t.Errorf("%s: %f m, want %f", c.name, got, c.want)
		}
	}
}

// A job that may be anywhere is in everybody's area.
func TestAnywhere(t *testing.T) {
	for _, anywhere := range []bool{false, true} {
		p, plan := fixture()
		p.Technicians[ann].Area = &model.Area{Lat: 47.1, Lon: 8, RadiusM: 10_000}
		p.Jobs[leak].Anywhere = anywhere
		outside := 0
		for _, v := range Plan(p, plan).Violations {
			if v.Code == ServiceArea && v.Stop == 1 {
				outside++
			}
		}
		if (outside == 0) != anywhere {
			t.Errorf("anywhere %v: %d", anywhere, outside)
		}
	}
}
