package road

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"callout/engine/road/roadtest"
)

// nearestByHand looks at all segments.
func nearestByHand(w *Weights, at Point, limit float64) (segment int32, away float64, others bool) {
	pl := newPlane(at)
	segment, away = -1, limit*limit
	for s := range int32(w.n.Segments()) {
		if w.duration[2*s] == shut && w.duration[2*s+1] == shut {
			continue
		}
		_, _, d := w.n.project(pl, s)
		switch {
		case w.main[2*s] == 0 && w.main[2*s+1] == 0:
			others = others || d <= limit*limit
		case d < away || segment < 0 && d == away:
			segment, away = s, d
		}
	}
	return segment, math.Sqrt(away), others
}

func TestLocate(t *testing.T) {
	found, tooFar, cutOff := 0, 0, 0
	for seed := range uint64(6) {
		n, _ := importMap(t, roadtest.City(seed, 4+3*int(seed), 60.1, 24.9))
		least, greatest := n.Bounds()
		rng := rand.New(rand.NewPCG(seed, 3))
		for p := range Profile(profiles) {
			w := n.Weights(p)
			for range 150 {
				at := Point{
					least.Lat + rng.Int32N(greatest.Lat-least.Lat+20000) - 10000, least.Lon + rng.Int32N(greatest.Lon-least.Lon+20000) - 10000,
				}
				limit := []float64{20, 60, 500}[rng.IntN(3)]
				segment, away, others := nearestByHand(w, at, limit)
				got, err := w.Locate(at, limit)
				switch {
				case segment >= 0:
					found++
					if err != nil || got.Segment != segment || math.Abs(float64(got.Away)-10*away) > 0.51 {
						t.Fatalf("%+v: %+v, %v, want segment %d, %.1f m away", at, got, err, segment, away)
					}
					// The place on the road is where it is said to be, within what rounding and the curve of the earth make of it.
					if d := Metres(at, got.Point); math.Abs(d-away) > 0.05+away/1000 {
						t.Errorf("%+v is %.2f m from its place, want %.2f", at, d, away)
					}
				case others:
					cutOff++
					if !errors.Is(err, ErrCutOff) {
						t.Fatalf("%+v: %+v, %v, want ErrCutOff", at, got, err)
					}
				default:
					tooFar++
					if !errors.Is(err, ErrTooFar) {
						t.Fatalf("%+v: %+v, %v, want ErrTooFar", at, got, err)
					}
				}
			}
		}
	}
	if found < 1000 || tooFar < 100 || cutOff < 20 {
		t.Errorf("%d places, %d too far, %d cut off", found, tooFar, cutOff)
	}
}

// A point beside the middle of a straight road, half a block from either end.
func TestPlace(t *testing.T) {
	n, _ := importMap(t, &roadtest.Map{Nodes: nodes(0, 0, 0, 10000, 20000, 10000), Ways: ways("residential", 1, 2, 3)})
	w := n.Weights(Car)
	got, err := w.Locate(Point{1000, 2500}, 50) // 1e-4 degrees, 11.1 m, north of a road of 111.2 m to the east, then north-east
	if err != nil {
		t.Fatal(err)
	}
	// The road: 1e-3 degrees, 111.2 m, to the east, and 222.4 m to the north.
	if got.Segment != 0 || got.Point != (Point{0, 2500}) || got.At != 278 || got.Away != 111 || n.length[0] != 3336 {
		t.Errorf("%+v on a road of %d dm", got, n.length[0])
	}
	// 333.6 m at 26 km/h are 46.19 s; of these 278/3336 lie before the place.
	if ms := n.roads[Car].duration[0]; ms != 46191 {
		t.Errorf("%d ms, want 46191", ms)
	}
	before, after := w.part(0, got)
	if before.Duration() != 3849 || before.Distance() != 278 || after.Duration() != 46191-3849 || after.Distance() != 3336-278 {
		t.Errorf("before %d ms, %d dm, after %d ms, %d dm", before.Duration(), before.Distance(), after.Duration(), after.Distance())
	}
	end, _ := w.Locate(Point{19000, 10000}, 50)
	for _, tt := range []struct {
		from, to Place
		line     []Point
	}{
		{got, end, []Point{{0, 2500}, {0, 10000}, {19000, 10000}}},
		{end, got, []Point{{19000, 10000}, {0, 10000}, {0, 2500}}},
		{got, got, []Point{{0, 2500}, {0, 2500}}},
	} {
		j := w.Journey(tt.from, tt.to)
		if len(j.Line) != len(tt.line) || j.Distance != abs(tt.from.At-tt.to.At) {
			t.Errorf("journey %+v, want line %v", j, tt.line)
			continue
		}
		for i := range j.Line {
			if j.Line[i] != tt.line[i] {
				t.Errorf("journey %+v, want line %v", j, tt.line)
			}
		}
	}
}

func abs(v int32) int32 { return max(v, -v) }

func TestAt(t *testing.T) {
	if p, err := At(-30.03, 12.3456789); p != (Point{-300300000, 123456789}) || err != nil {
		t.Errorf("%v, %v", p, err)
	}
	for _, c := range [][2]float64{{91, 0}, {0, 181}, {math.NaN(), 0}, {0, math.Inf(1)}} {
		if _, err := At(c[0], c[1]); err == nil {
			t.Errorf("%v is in the world", c)
		}
	}
}
