package model

import (
	"math"
	"testing"
)

func TestGreatCircle(t *testing.T) {
	// A degree of a great circle is 6,371,000 m × π / 180 = 111,194.93 m.
	const degree = 111_194.93
	for _, c := range []struct {
		name       string
		a, b, c, d float64
		want       float64
	}{
		{"same point", 47, 8, 47, 8, 0},
		{"along a meridian", 47, 8, 48, 8, degree},
		{"along the equator", 0, 8, 0, 7, degree},
		{"across the date line", 0, 179.5, 0, -179.5, degree},
		{"along the 60th parallel", 60, 0, 60, 0.01, degree / 200}, // so short that the arc is as long as the parallel
		{"over the pole", 89.5, 0, 89.5, 180, degree},
		{"antipodes", 10, 20, -10, -160, 180 * degree},
	} {
		if got := GreatCircle(c.a, c.b, c.c, c.d); math.Abs(got-c.want) > 1e-6*c.want {
			t.Errorf("%s: %f m, want %f", c.name, got, c.want)
		}
	}
}

func TestAreaContains(t *testing.T) {
	// An L: the square from (0, 0) to (2, 2) without its upper right quarter.
	ell := [][2]float64{{0, 0}, {0, 2}, {1, 2}, {1, 1}, {2, 1}, {2, 0}}
	for _, c := range []struct {
		name     string
		area     *Area
		lat, lon float64
		want     bool
	}{
		{"no area", nil, 80, 170, true},
		{"empty area", &Area{}, 80, 170, true},
		{"inside the disc", &Area{Lat: 1, Lon: 1, RadiusM: 111_195}, 2, 1, true},
		{"outside the disc", &Area{Lat: 1, Lon: 1, RadiusM: 111_194}, 2, 1, false},
		{"lower right of the L", &Area{Polygon: ell}, 0.5, 1.5, true},
		{"upper left of the L", &Area{Polygon: ell}, 1.5, 0.5, true},
		{"upper right of the L", &Area{Polygon: ell}, 1.5, 1.5, false},
		{"left of the L", &Area{Polygon: ell}, 0.5, -0.5, false},
		{"above the L", &Area{Polygon: ell}, 2.5, 0.5, false},
		{"level with a corner", &Area{Polygon: ell}, 1, 3, false},
		{"two corners are no polygon", &Area{Polygon: ell[:2]}, 50, 50, true},
		{"in the polygon, not in the disc", &Area{RadiusM: 1000, Polygon: ell}, 0.5, 0.5, false},
		{"in the disc, not in the polygon", &Area{RadiusM: 400_000, Polygon: ell}, 1.5, 1.5, false},
		{"in both", &Area{RadiusM: 400_000, Polygon: ell}, 0.5, 0.5, true},
	} {
		if got := c.area.Contains(c.lat, c.lon); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestServiceTime(t *testing.T) {
	tech := Technician{Skills: []TechSkill{{0, 3, 1500}, {1, 1, 800}, {2, 2, 1200}, {4, 1, 1000}}}
	need := func(skills ...int32) []SkillLevel { // pairs of skill and level
		var out []SkillLevel
		for k := 0; k < len(skills); k += 2 {
			out = append(out, SkillLevel{SkillIdx(skills[k]), skills[k+1]})
		}
		return out
	}
	for _, c := range []struct {
		name         string
		service      Duration
		allOf, anyOf []SkillLevel
		want         Duration
	}{
		{"no skill", 600, nil, nil, 600},
		{"faster", 600, need(1, 1), nil, 480},
		{"slowest of all", 600, need(0, 1, 1, 1, 2, 1), nil, 900},
		{"fastest of any", 600, nil, need(0, 1, 2, 1), 720},
		{"any at the level asked only", 600, nil, need(0, 1, 1, 2), 900},
		{"any of none", 600, nil, need(3, 1), 600},
		{"all above any", 600, need(0, 1), need(1, 1), 900},
		{"any above all", 600, need(1, 1), need(2, 1), 720},
		{"a skill at par", 600, need(4, 1), nil, 600},
		{"half up", 3, need(0, 1), nil, 5},         // 4.5
		{"just below half", 3, need(1, 1), nil, 2}, // 2.4
		{"nothing", 0, need(0, 1), nil, 0},
	} {
		p := &Problem{Jobs: []Job{{Service: c.service, AllOf: c.allOf, AnyOf: c.anyOf}}, Technicians: []Technician{tech}}
		if got := p.ServiceTime(0, 0); got != c.want {
			t.Errorf("%s: %d s, want %d", c.name, got, c.want)
		}
	}
}
