package road

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"callout/engine/road/hierarchy"
	"callout/engine/road/osm"
	"callout/engine/road/roadtest"
)

func importBytes(ctx context.Context, data []byte, o ImportOptions) (*Network, *ImportStats, error) {
	return Import(ctx, func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }, o)
}

func TestImportErrors(t *testing.T) {
	city := roadtest.City(1, 5, 0, 0).XML()
	for name, tt := range map[string]struct {
		data []byte
		o    ImportOptions
		want error
	}{
		"malformed":   {city[:len(city)/2], ImportOptions{}, osm.ErrMalformed},
		"no roads":    {[]byte("<osm/>"), ImportOptions{}, ErrNoRoads},
		"nodes alone": {(&roadtest.Map{Nodes: nodes(0, 0, 1, 1)}).XML(), ImportOptions{}, ErrNoRoads},
		"no nodes":    {(&roadtest.Map{Ways: ways("primary", 1, 2, 3)}).XML(), ImportOptions{}, ErrNoRoads},
		"too big":     {city, ImportOptions{MaxRefs: 50}, ErrTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			if _, _, err := importBytes(t.Context(), tt.data, tt.o); !errors.Is(err, tt.want) {
				t.Errorf("error %v, want %v", err, tt.want)
			}
		})
	}
	cancelled, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := importBytes(cancelled, city, ImportOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v, want that of the context", err)
	}
	for _, zone := range []string{"Europe/Atlantis", "Local", "../../etc/passwd"} {
		if _, _, err := importBytes(t.Context(), city, ImportOptions{Zone: zone}); err == nil {
			t.Errorf("time zone %q", zone)
		}
	}
}

// An extract ends in the middle of a road: the rest of it is another road, or none.
func TestTornWays(t *testing.T) {
	m := &roadtest.Map{Nodes: nodes(0, 0, 0, 10000, 0, 20000, 0, 30000, 0, 40000), Ways: ways("residential", 1, 2, 77, 3, 3, 4, 78, 5)}
	n, stats := importMap(t, m)
	if n.Segments() != 2 || stats.Missing != 2 || stats.Nodes != 5 {
		t.Errorf("%d segments, %+v", n.Segments(), *stats)
	}
	if a, b := n.line(0), n.line(1); len(a) != 2 || len(b) != 2 || a[1].Lon != 10000 || b[0].Lon != 20000 {
		t.Errorf("lines %v and %v", a, b)
	}
}

// A network that only people on foot can use is one.
func TestFootOnly(t *testing.T) {
	n, _ := importMap(t, &roadtest.Map{Nodes: nodes(0, 0, 0, 10000), Ways: ways("steps", 1, 2)})
	if _, err := n.Weights(Car).Locate(Point{}, 100); !errors.Is(err, ErrTooFar) {
		t.Errorf("a car on steps: %v", err)
	}
	p, err := n.Weights(Foot).Locate(Point{}, 100)
	if err != nil || p.Segment != 0 {
		t.Errorf("%+v, %v", p, err)
	}
	data := encoded(t, n)
	if _, err := parse(aligned(data)); err != nil {
		t.Error(err)
	}
}

// A ferry takes as long as it says, whatever its length, in proportion to it.
func TestFerry(t *testing.T) {
	m := &roadtest.Map{Nodes: nodes(0, 0, 0, 10000, 0, 40000), Ways: ways("residential", 1, 2, 3)}
	m.Ways[0].Tags = tagList("route", "ferry", "duration", "00:20")
	m.Ways = append(m.Ways, osm.Way{ID: 200, Refs: []int64{2, 3}, Tags: tagList("highway", "path")})
	n, _ := importMap(t, m)
	if a, b := n.roads[Car].duration[0], n.roads[Car].duration[2]; a+b < 1199_000 || a+b > 1200_000 || abs(3*a-b) > 1000 {
		t.Errorf("%d and %d ms, want a quarter and three of 20 minutes", a, b)
	}
}

// A banned turn at a crossing of two streets, and what the others may do.
//
//	        3
//	        |
//	1 ----- 2 ----- 4     from 1 over 2 not to 3
//	        |
//	        5
func TestOneBan(t *testing.T) {
	m := &roadtest.Map{
		Nodes: nodes(0, 0, 0, 10000, 10000, 10000, 0, 20000, -10000, 10000),
		Ways:  ways("residential", 1, 2, 0, 2, 3, 0, 2, 4, 0, 2, 5),
		Relations: []osm.Relation{{
			ID: 1, Tags: tagList("type", "restriction", "restriction", "no_left_turn"),
			Members: []osm.Member{
				{Kind: osm.KindWay, Ref: 100, Role: "from"}, {Kind: osm.KindNode, Ref: 2, Role: "via"}, {Kind: osm.KindWay, Ref: 101, Role: "to"},
			},
		}},
	}
	n, stats := importMap(t, m)
	if stats.Restrictions != 1 || stats.Ignored != 0 {
		t.Errorf("%+v", *stats)
	}
	// One vertex per node, and one more for cars that come from 1; the foot's graph has none.
	for p, want := range map[Profile]int{Car: 6, Bicycle: 6, Foot: 5} {
		if vertices, _, _, _ := n.Size(p); vertices != want {
			t.Errorf("%v: %d vertices, want %d", p, vertices, want)
		}
	}
	w := n.Weights(Car)
	at := make([]Place, 4)
	for i := range at {
		at[i] = n.place(int32(i), 0, 1)
	}
	at[0] = n.place(0, 0, 0)
	got, err := w.Matrix(t.Context(), at, at, 1)
	if err != nil {
		t.Fatal(err)
	}
	const street = 15397 // ms for 1112 dm
	want := []int32{
		0, 4 * street, 2 * street, 2 * street, // to 3 only by turning round at 4 or 5
		2 * street, 0, 2 * street, 2 * street,
		2 * street, 2 * street, 0, 2 * street,
		2 * street, 2 * street, 2 * street, 0,
	}
	for i, ms := range got.Durations {
		if ms != want[i] {
			t.Errorf("from %d to %d: %d ms, want %d", i/4, i%4, ms, want[i])
		}
	}
}

// Whatever is in a file, importing it ends, and a network can be used.
func FuzzImport(f *testing.F) {
	f.Add(roadtest.City(1, 4, 0, 0).XML())
	f.Add([]byte(`<osm><node id="1" lat="0" lon="0"/><node id="2" lat="0" lon="1"/><way id="3"><nd ref="1"/><nd ref="2"/>` +
		`<nd ref="1"/><tag k="highway" v="primary"/></way><relation id="4"><member type="way" ref="3" role="from"/>` +
		`<member type="node" ref="2" role="via"/><member type="way" ref="3" role="to"/><tag k="type" v="restriction"/>` +
		`<tag k="restriction" v="only_u_turn"/></relation></osm>`))
	f.Fuzz(func(t *testing.T, data []byte) {
		n, _, err := importBytes(t.Context(), data, ImportOptions{})
		switch {
		case err == nil:
			use(t, n)
			if _, err := parse(aligned(encoded(t, n))); err != nil {
				t.Fatalf("what was written is not read: %v", err)
			}
		case !errors.Is(err, osm.ErrMalformed) && !errors.Is(err, ErrNoRoads) && !errors.Is(err, ErrTooBig) &&
			!errors.Is(err, hierarchy.ErrTooDense):
			t.Fatal(err)
		}
	})
}

// TestExtracts compares 300 × 300 journeys of each profile, before and after a change of traffic, with Dijkstra's algorithm on the
// arcs of the graph. It runs on the extracts in the folder that CALLOUT_ROAD_DATA names.
func TestExtracts(t *testing.T) {
	folder := os.Getenv("CALLOUT_ROAD_DATA")
	if folder == "" {
		t.Skip("CALLOUT_ROAD_DATA names no folder of extracts")
	}
	files, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if !strings.Contains(file.Name(), ".osm") && !strings.HasSuffix(file.Name(), ".pbf") {
			continue
		}
		open := func() (io.ReadCloser, error) { return os.Open(filepath.Join(folder, file.Name())) }
		n, stats, err := Import(t.Context(), open, ImportOptions{})
		if err != nil {
			t.Fatalf("%s: %v", file.Name(), err)
		}
		t.Logf("%s: %d segments, %+v", file.Name(), n.Segments(), *stats)
		least, greatest := n.Bounds()
		middle := Coord{float64(least.Lat/2+greatest.Lat/2) / 1e7, float64(least.Lon/2+greatest.Lon/2) / 1e7}
		jam := Traffic{[]Rule{{Factor: 2.3, Circle: &Circle{middle, 3000}}, {Closed: true, Classes: []string{"secondary_link", "tertiary_link"}}}}
		for p := range Profile(profiles) {
			for k, traffic := range []Traffic{{}, jam} {
				w, err := n.Customise(p, traffic, rush)
				if err != nil {
					t.Fatal(err)
				}
				rng := rand.New(rand.NewPCG(uint64(p), uint64(k)))
				compareArcs(t, w, anywhere(n, rng, 300), anywhere(n, rng, 300))
			}
			v, a, l, d := n.Size(p)
			t.Logf("  %v: %d vertices, %d arcs, %d links, depth %d", p, v, a, l, d)
		}
	}
}

var rush = time.Date(2026, 11, 23, 17, 0, 0, 0, time.UTC)

// compareArcs compares a matrix with Dijkstra's algorithm on the arcs.
func compareArcs(t *testing.T, w *Weights, sources, targets []Place) {
	t.Helper()
	r := &w.n.roads[w.profile]
	got, err := w.Matrix(t.Context(), sources, targets, 0)
	if err != nil {
		t.Fatal(err)
	}
	type step struct {
		head   int32
		weight hierarchy.Weight
	}
	out := make([][]step, r.graph.Vertices())
	for d, ms := range w.duration {
		for a := r.first[d]; a < r.first[d+1] && ms != shut; a++ {
			out[r.tail[a]] = append(out[r.tail[a]], step{r.head[a], hierarchy.Of(ms, w.n.length[d/2])})
		}
	}
	ways, dist := 0, make([]hierarchy.Weight, len(out))
	for i, from := range sources {
		for v := range dist {
			dist[v] = hierarchy.Inf
		}
		var q roadtest.Queue[int32]
		w.leave(from, func(_, vertex int32, away hierarchy.Weight) { q.Push(int64(away), vertex) })
		for q.Len() > 0 {
			key, v := q.Pop()
			if hierarchy.Weight(key) >= dist[v] {
				continue
			}
			dist[v] = hierarchy.Weight(key)
			for _, s := range out[v] {
				if d := dist[v] + s.weight; d < dist[s.head] {
					q.Push(int64(d), s.head)
				}
			}
		}
		for j, to := range targets {
			want, _ := w.direct(from, to)
			w.arrive(to, func(_, vertex int32, away hierarchy.Weight) { want = min(want, dist[vertex]+away) })
			duration, distance := int32(Never), int32(Never)
			if want < hierarchy.Inf {
				duration, distance = want.Duration(), want.Distance()
				ways++
			}
			if at := i*len(targets) + j; got.Durations[at] != duration || got.Distances[at] != distance {
				t.Fatalf("%v, %d to %d: %d ms, %d dm, want %d, %d", w.profile, i, j, got.Durations[at], got.Distances[at], duration, distance)
			}
			if ms, dm := w.Drive(from, to); ms != duration || dm != distance {
				t.Fatalf("%v, %d to %d alone: %d ms, %d dm, want %d, %d", w.profile, i, j, ms, dm, duration, distance)
			}
		}
	}
	if ways < len(sources)*len(targets)/10 {
		t.Errorf("%v: only %d of %d journeys exist", w.profile, ways, len(sources)*len(targets))
	}
}
