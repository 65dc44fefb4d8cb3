package digest

import (
	"testing"

	"callout/engine/road"
)

func TestWay(t *testing.T) {
	line := []road.Point{{Lat: 385000000, Lon: -1202000000}, {Lat: 407000000, Lon: -1209500000}, {Lat: -432520000, Lon: 1264530000}, {}}
	encoded := road.Polyline(line)
	got := way(encoded)
	if len(got) != len(line) {
		t.Fatalf("%v from %q", got, encoded)
	}
	for i, p := range got {
		if want := line[i]; p.Lat != float64(want.Lat)/1e7 || p.Lon != float64(want.Lon)/1e7 || !p.Known {
			t.Errorf("%v, want %v", p, want)
		}
	}
	for _, odd := range []string{"", "_", "_p~iF", "\x00\xff~~~~~~~~~~~~~~~~~"} { // whatever comes, it ends
		if places := way(odd); len(places) > len(odd) {
			t.Errorf("%q: %v", odd, places)
		}
	}
}
