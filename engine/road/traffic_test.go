package road

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"callout/engine/road/osm"
	"callout/engine/road/roadtest"
)

// nodes numbered from 1, of latitudes and longitudes.
func nodes(at ...int32) (list []osm.Node) {
	for ; len(at) >= 2; at = at[2:] {
		list = append(list, osm.Node{ID: int64(len(list) + 1), Lat: at[0], Lon: at[1]})
	}
	return list
}

// ways from lists of nodes, ids from 100, 0 between two.
func ways(class string, refs ...int64) (list []osm.Way) {
	for len(refs) > 0 {
		n := slices.Index(refs, 0)
		if n < 0 {
			n = len(refs)
		}
		list = append(list, osm.Way{ID: int64(100 + len(list)), Refs: refs[:n], Tags: tagList("highway", class)})
		refs = refs[min(n+1, len(refs)):]
	}
	return list
}

// A line of four streets, 100 to 103, each 1e-3 degrees to the east of the one before.
func line(tb testing.TB) *Network {
	tb.Helper()
	n, _ := importMap(tb, &roadtest.Map{
		Nodes: nodes(0, 0, 0, 10000, 0, 20000, 0, 30000, 0, 40000), Ways: ways("residential", 1, 2, 0, 2, 3, 0, 3, 4, 0, 4, 5),
	})
	return n
}

func TestRules(t *testing.T) {
	n := line(t)
	const whole = 15397 // ms: 1112 dm at 26 km/h
	saoPaulo, err := time.LoadLocation("America/Sao_Paulo")
	if err != nil {
		t.Fatal(err)
	}
	triangle := []Coord{{-1, 0.001}, {1, 0.001}, {0, 0.003}}
	monday := time.Date(2026, 11, 23, 16, 30, 0, 0, saoPaulo)
	for name, tt := range map[string]struct {
		rules []Rule
		at    time.Time
		want  [4]float64 // Factors of the streets, 0 for closed.
	}{
		"none":       {nil, monday, [4]float64{1, 1, 1, 1}},
		"everywhere": {[]Rule{{Factor: 2}}, monday, [4]float64{2, 2, 2, 2}},
		"a way":      {[]Rule{{Factor: 1.5, Ways: []int64{102}}}, monday, [4]float64{1, 1, 1.5, 1}},
		"two rules":  {[]Rule{{Factor: 1.5, Ways: []int64{102}}, {Factor: 2, Ways: []int64{101, 102}}}, monday, [4]float64{1, 2, 3, 1}},
		"closed":     {[]Rule{{Closed: true, Ways: []int64{101}}, {Factor: 2}}, monday, [4]float64{2, 0, 2, 2}},
		"class":      {[]Rule{{Factor: 2, Classes: []string{"primary"}}}, monday, [4]float64{1, 1, 1, 1}},
		"classes":    {[]Rule{{Factor: 2, Classes: []string{"primary", "residential"}}}, monday, [4]float64{2, 2, 2, 2}},
		// The middles are at 0.0005, 0.0015, 0.0025, 0.0035 degrees; 120 m are 0.00108.
		"circle": {[]Rule{{Factor: 2, Circle: &Circle{Coord{0, 0.0015}, 120}}}, monday, [4]float64{2, 2, 2, 1}},
		"polygon": {
			[]Rule{{Factor: 2, Polygon: triangle}}, monday, [4]float64{1, 2, 2, 1},
		},
		"polygon and circle": {
			[]Rule{{Factor: 2, Polygon: triangle, Circle: &Circle{Coord{0, 0.0005}, 120}}},
			monday,
			[4]float64{1, 2, 1, 1},
		},
		"polygon and way":      {[]Rule{{Factor: 2, Polygon: triangle, Ways: []int64{102, 103}}}, monday, [4]float64{1, 1, 2, 1}},
		"this hour":            {[]Rule{{Factor: 2, Hours: []HourRange{{5, 6}, {16, 17}}}}, monday, [4]float64{2, 2, 2, 2}},
		"the hour before":      {[]Rule{{Factor: 2, Hours: []HourRange{{0, 16}}}}, monday, [4]float64{1, 1, 1, 1}},
		"the last hour":        {[]Rule{{Factor: 2, Hours: []HourRange{{167, 168}}}}, monday.Add(-17 * time.Hour), [4]float64{2, 2, 2, 2}},
		"hour of another zone": {[]Rule{{Factor: 2, Hours: []HourRange{{16, 17}}}}, monday.In(time.UTC), [4]float64{2, 2, 2, 2}},
		"this day":             {[]Rule{{Factor: 2, FromDate: "2026-11-23", ToDate: "2026-11-23"}}, monday, [4]float64{2, 2, 2, 2}},
		"tomorrow":             {[]Rule{{Factor: 2, FromDate: "2026-11-24"}}, monday, [4]float64{1, 1, 1, 1}},
		"until yesterday":      {[]Rule{{Factor: 2, ToDate: "2026-11-22"}}, monday, [4]float64{1, 1, 1, 1}},
		// 22:30 in São Paulo is the next day in UTC.
		"day of the network's zone": {[]Rule{{Factor: 2, ToDate: "2026-11-23"}}, monday.Add(6 * time.Hour).UTC(), [4]float64{2, 2, 2, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			w, err := n.Customise(Car, Traffic{tt.rules}, tt.at)
			if err != nil {
				t.Fatal(err)
			}
			for d, ms := range w.duration {
				want := int32(math.Round(whole * tt.want[d/2]))
				if want == 0 {
					want = shut
				}
				if ms != want {
					t.Errorf("street %d takes %d ms, want %d", d/2, ms, want)
				}
			}
		})
	}
}

func TestCheckTraffic(t *testing.T) {
	n := line(t)
	err := n.CheckTraffic(Traffic{[]Rule{
		{},
		{Factor: math.NaN()},
		{Factor: 2, Closed: true},
		{Factor: 2, Polygon: []Coord{{0, 0}, {91, 0}}},
		{Factor: 2, Circle: &Circle{Coord{0, 200}, -1}},
		{Factor: 2, Classes: []string{"primary", "canal"}},
		{Factor: 2, Ways: []int64{101, 7}},
		{Factor: 2, FromDate: "23.11.2026", ToDate: "2026-11-31"},
		{Factor: 2, FromDate: "2026-11-23", ToDate: "2026-11-22"},
		{Factor: 2, Hours: []HourRange{{0, 168}, {5, 5}, {-1, 3}, {160, 170}}},
	}})
	if err == nil {
		t.Fatal("no faults")
	}
	var paths []string
	for line := range strings.SplitSeq(err.Error(), "\n") {
		path, _, _ := strings.Cut(line, ":")
		paths = append(paths, path)
	}
	want := []string{
		"rules[0].factor", "rules[1].factor", "rules[2].factor", "rules[3].polygon", "rules[3].polygon[1]", "rules[4].circle.center",
		"rules[4].circle.radius", "rules[5].classes[1]", "rules[6].way_ids[1]", "rules[7].from_date", "rules[7].to_date", "rules[8].to_date",
		"rules[9].hours[1]", "rules[9].hours[2]", "rules[9].hours[3]",
	}
	if !slices.Equal(paths, want) {
		t.Errorf("faults at %q, want %q", paths, want)
	}
	if _, err := n.Customise(Car, Traffic{make([]Rule, 1)}, time.Now()); err == nil {
		t.Error("weights by a rule that says nothing")
	}
	if err := n.CheckTraffic(Traffic{make([]Rule, maxRules+1)}); err == nil {
		t.Error("too many rules")
	}
	// Some hundred roads in each of a thousand areas of ten thousand corners are too much work.
	many, _ := importMap(t, roadtest.City(1, 10, 0, 0))
	wide := Rule{Factor: 2, Polygon: make([]Coord, maxCorner)}
	for k := range wide.Polygon {
		wide.Polygon[k] = Coord{float64(k%2) - 0.5, float64(k) / maxCorner}
	}
	heavy := make([]Rule, 1000)
	for i := range heavy {
		heavy[i] = wide
	}
	if err := many.CheckTraffic(Traffic{heavy[:100]}); err != nil {
		t.Error(err)
	}
	if err := many.CheckTraffic(Traffic{heavy}); err == nil || !strings.Contains(err.Error(), "too many roads and corners") {
		t.Errorf("error %v", err)
	}
}

func TestReadTraffic(t *testing.T) {
	got, err := ReadTraffic(strings.NewReader(`{"rules": [
		{"factor": 2, "circle": {"center": {"latitude": 1, "longitude": 2}, "radius": 3}, "hours": [{"from": 7, "until": 9}]}]}`))
	if err != nil || len(got.Rules) != 1 || *got.Rules[0].Circle != (Circle{Coord{1, 2}, 3}) || got.Rules[0].Hours[0] != (HourRange{7, 9}) {
		t.Errorf("%+v, %v", got, err)
	}
	for _, text := range []string{`{"rule": []}`, `{"rules": [{"speed": 2}]}`, `{"rules": []} 1`, ``} {
		if _, err := ReadTraffic(strings.NewReader(text)); err == nil {
			t.Errorf("%s: no error", text)
		}
	}
}

// Weights are named by network, profile and the rules that hold.
func TestTrafficDigest(t *testing.T) {
	n := line(t)
	other, _ := importMap(t, roadtest.City(1, 4, 0, 0))
	rush := Rule{Factor: 2, Hours: []HourRange{{16, 19}}}
	at := func(hour int) time.Time { return time.Date(2026, 11, 23, hour+3, 0, 0, 0, time.UTC) } // São Paulo is 3 hours behind
	digest := func(n *Network, p Profile, hour int, rules ...Rule) string {
		w, err := n.Customise(p, Traffic{rules}, at(hour))
		if err != nil {
			t.Fatal(err)
		}
		d := w.Digest()
		return fmt.Sprintf("%x", d[:4])
	}
	same := [][2]string{
		{digest(n, Car, 16, rush), digest(n, Car, 18, rush)},
		{digest(n, Car, 12, rush), digest(n, Car, 12)},
		{digest(n, Car, 12, rush, Rule{Factor: 3}), digest(n, Car, 9, Rule{Factor: 3})},
	}
	different := [][2]string{
		{digest(n, Car, 12, rush), digest(n, Car, 16, rush)},
		{digest(n, Car, 16, rush), digest(n, Van, 16, rush)},
		{digest(n, Car, 12), digest(n, Van, 12)},
		{digest(n, Car, 12), digest(other, Car, 12)},
		{digest(n, Car, 12, Rule{Factor: 3}), digest(n, Car, 12, Rule{Factor: 2})},
	}
	for i, p := range same {
		if p[0] != p[1] {
			t.Errorf("same %d: %v", i, p)
		}
	}
	for i, p := range different {
		if p[0] == p[1] {
			t.Errorf("different %d: %v", i, p)
		}
	}
	if n.TrafficDigest(Traffic{[]Rule{rush}}) == n.TrafficDigest(Traffic{}) || n.TrafficDigest(Traffic{}) == other.TrafficDigest(Traffic{}) {
		t.Error("the digest does not name network and rules")
	}
}

// After a change of traffic everything is as exact as before, and nobody is placed on a road that is closed or cut off by closures.
func TestTrafficAgainstOracle(t *testing.T) {
	for seed := range uint64(4) {
		m := roadtest.City(seed, 8, -30.03, -51.22)
		n, _ := importMap(t, m)
		rng := rand.New(rand.NewPCG(seed, 9))
		traffic := Traffic{[]Rule{
			{Factor: 2.345, Circle: &Circle{Coord{-30.03, -51.22}, 300}},
			{Factor: 0.7, Classes: []string{"tertiary"}},
			{Closed: true, Ways: []int64{m.Ways[rng.IntN(len(m.Ways))].ID, m.Ways[rng.IntN(len(m.Ways))].ID}},
			{Closed: true, Circle: &Circle{Coord{-30.0345, -51.22}, 90}},
		}}
		// Ways that nobody may use are no part of the network.
		traffic.Rules[2].Ways = slices.DeleteFunc(traffic.Rules[2].Ways, func(id int64) bool { return !slices.Contains(n.wayID, id) })
		if len(traffic.Rules[2].Ways) == 0 {
			traffic.Rules[2].Ways = []int64{n.wayID[0]}
		}
		for p := range Profile(profiles) {
			w, err := n.Customise(p, traffic, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			if slices.Equal(w.duration, n.roads[p].duration) || slices.Equal(w.main, n.roads[p].main) {
				t.Error("traffic changes nothing")
			}
			compare(t, w, m, anywhere(n, rng, 8), anywhere(n, rng, 16))
			for range 50 {
				at := n.points[rng.IntN(len(n.points))]
				segment, _, _ := nearestByHand(w, at, 400)
				got, err := w.Locate(at, 400)
				if (err == nil) != (segment >= 0) || err == nil && got.Segment != segment {
					t.Fatalf("%+v: %+v, %v, want segment %d", at, got, err, segment)
				}
			}
		}
	}
}

func TestStates(t *testing.T) {
	n := line(t)
	at := func(day, hour, minute int) time.Time { // São Paulo is 3 hours behind
		return time.Date(2026, 11, day, hour+3, minute, 0, 0, time.UTC)
	}
	rules := []Rule{
		{Factor: 2, Hours: []HourRange{{16, 19}, {40, 43}}},
		{Factor: 3, Hours: []HourRange{{17, 19}}},
		{Closed: true, FromDate: "2026-11-24", ToDate: "2026-11-24"},
	}
	states, ok := n.States(Car, Traffic{rules}, at(23, 8, 20), at(25, 12, 0))
	var got []time.Time
	for _, s := range states {
		got = append(got, s.From)
		w, err := n.Customise(Car, Traffic{rules}, s.From)
		if err != nil || w.Digest() != s.Digest || n.State(Car, Traffic{rules}, s.From) != s {
			t.Errorf("the state of %v is not that of its weights (%v)", s.From, err)
		}
	}
	want := []time.Time{at(23, 8, 20), at(23, 16, 0), at(23, 17, 0), at(23, 19, 0), at(24, 0, 0), at(24, 16, 0), at(24, 19, 0), at(25, 0, 0)}
	if !ok || !slices.EqualFunc(got, want, time.Time.Equal) {
		t.Errorf("%v, want %v", got, want)
	}
	if got, ok := n.States(Car, Traffic{}, at(23, 8, 0), at(25, 0, 0)); !ok || len(got) != 1 || got[0].Digest != n.Weights(Car).Digest() {
		t.Errorf("without rules: %v", got)
	}
	if _, ok := n.States(Car, Traffic{make([]Rule, 10_000)}, at(1, 0, 0), at(30, 0, 0)); ok {
		t.Error("ten thousand rules for a month")
	}
}

// The example of the format's documentation.
func TestPolyline(t *testing.T) {
	got := Polyline([]Point{{385000000, -1202000000}, {407000000, -1209500000}, {432520000, -1264530000}})
	if want := "_p~iF~ps|U_ulLnnqC_mqNvxq`@"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
