package road

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"callout/engine/road/hierarchy"
	"callout/engine/road/osm"
	"callout/engine/road/roadtest"
)

// importMap builds the network of a made-up map.
func importMap(tb testing.TB, m *roadtest.Map) (*Network, *ImportStats) {
	tb.Helper()
	data := m.XML()
	n, stats, err := Import(tb.Context(), func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil },
		ImportOptions{Zone: "America/Sao_Paulo"})
	if err != nil {
		tb.Fatal(err)
	}
	return n, stats
}

// oracle is Dijkstra's algorithm on directed segments, with restrictions read from the map itself: what has been driven of each
// restriction is carried along, and a turn that completes one is not taken. It shares with the product the segments, their durations
// and lengths, and nothing of the graph.
type oracle struct {
	w     *Weights
	bans  []oracleBan
	block map[Point]bool
	out   map[Point][]int32
}

// oracleBan: from one way over whole ways, or a node, not to another, or only to that.
type oracleBan struct {
	from, to int64
	via      int64 // a way, or
	node     Point
	only     bool
}

func newOracle(w *Weights, m *roadtest.Map) *oracle {
	o := &oracle{w: w, block: make(map[Point]bool), out: make(map[Point][]int32)}
	at := make(map[int64]Point)
	for _, n := range m.Nodes {
		p := Point{n.Lat, n.Lon}
		at[n.ID] = p
		if b := n.Tags.Get("barrier"); (b == "bollard" || b == "block") && (w.profile == Car || w.profile == Van) {
			o.block[p] = true
		}
	}
	for _, r := range m.Relations {
		if w.profile == Foot || w.profile == Bicycle && r.Tags.Get("except") != "" {
			continue
		}
		b := oracleBan{only: strings.HasPrefix(r.Tags.Get("restriction"), "only")}
		for _, mem := range r.Members {
			switch {
			case mem.Role == "from":
				b.from = mem.Ref
			case mem.Role == "to":
				b.to = mem.Ref
			case mem.Kind == osm.KindNode:
				b.node = at[mem.Ref]
			default:
				b.via = mem.Ref
			}
		}
		o.bans = append(o.bans, b)
	}
	for d := range int32(len(w.duration)) {
		if w.duration[d] != shut {
			tail := w.n.end(d, false)
			o.out[tail] = append(o.out[tail], d)
		}
	}
	return o
}

func (o *oracle) way(d int32) int64 { return o.w.n.wayID[o.w.n.way[d/2]] }

// state is where one is, and the restrictions over ways that one has begun: their way from has been driven, and then only the way via.
type state struct {
	d     int32
	begun string // numbers of bans, each with the length driven of its via way
}

// turn says whether d may follow, and what has begun then.
func (o *oracle) turn(s state, d int32) (state, bool) {
	j := o.w.n.end(s.d, true)
	if o.block[j] && d != s.d^1 {
		return state{}, false
	}
	for _, b := range o.bans {
		if b.via != 0 || o.way(s.d) != b.from || j != b.node {
			continue
		}
		if b.only && o.way(d) != b.to && d != s.d^1 || !b.only && o.way(d) == b.to {
			return state{}, false
		}
	}
	var begun []string
	for word := range strings.FieldsSeq(s.begun) {
		var ban, segments int
		if _, err := fmt.Sscanf(word, "%d:%d", &ban, &segments); err != nil {
			panic(err)
		}
		b := o.bans[ban]
		total := 0
		for _, w := range o.w.n.way {
			if o.w.n.wayID[w] == b.via {
				total++
			}
		}
		switch {
		case segments == total && o.way(d) == b.to:
			return state{}, false
		case segments < total && o.way(d) == b.via && d != s.d^1:
			begun = append(begun, fmt.Sprintf("%d:%d", ban, segments+1))
		}
	}
	next := o.begin(d)
	next.begun = strings.TrimSpace(next.begun + " " + strings.Join(begun, " "))
	return next, true
}

func (o *oracle) begin(d int32) state {
	var begun []string
	for i, b := range o.bans {
		if b.via != 0 && o.way(d) == b.from {
			begun = append(begun, fmt.Sprintf("%d:0", i))
		}
	}
	return state{d, strings.Join(begun, " ")}
}

// row of journeys from a place.
func (o *oracle) row(from Place, targets []Place) []hierarchy.Weight {
	row := make([]hierarchy.Weight, len(targets))
	arrive := func(d int32, dist hierarchy.Weight) { // at the tail of d, about to drive it
		for j, to := range targets {
			if to.Segment == d/2 {
				before, _ := o.w.part(d, to)
				row[j] = min(row[j], dist+before)
			}
		}
	}
	for j := range row {
		row[j], _ = o.w.direct(from, targets[j])
	}
	var q roadtest.Queue[state]
	for d := 2 * from.Segment; d < 2*from.Segment+2; d++ {
		if o.w.duration[d] != shut {
			_, after := o.w.part(d, from)
			q.Push(int64(after), o.begin(d))
		}
	}
	done := make(map[state]bool)
	for q.Len() > 0 {
		key, s := q.Pop()
		if done[s] {
			continue
		}
		done[s] = true
		dist := hierarchy.Weight(key)
		for _, d := range o.out[o.w.n.end(s.d, true)] {
			next, ok := o.turn(s, d)
			if !ok {
				continue
			}
			arrive(d, dist)
			if !done[next] {
				q.Push(int64(dist+hierarchy.Of(o.w.duration[d], o.w.n.length[d/2])), next)
			}
		}
	}
	return row
}

// compare matrix and journeys with the oracle, and return how many pairs have a way.
func compare(t *testing.T, w *Weights, m *roadtest.Map, sources, targets []Place) (ways int) {
	t.Helper()
	o := newOracle(w, m)
	got, err := w.Matrix(t.Context(), sources, targets, 2)
	if err != nil {
		t.Fatal(err)
	}
	judgeColumns(t, w, sources, targets, got)
	for i, from := range sources {
		for j, want := range o.row(from, targets) {
			duration, distance := int32(Never), int32(Never)
			if want != hierarchy.Inf {
				duration, distance = want.Duration(), want.Distance()
				ways++
			}
			at := i*len(targets) + j
			if got.Durations[at] != duration || got.Distances[at] != distance {
				t.Fatalf("%v from %+v to %+v: %d ms, %d dm, want %d, %d", w.profile, from, targets[j],
					got.Durations[at], got.Distances[at], duration, distance)
			}
			judgeJourney(t, o, from, targets[j], duration, distance)
			if ms, dm := w.Drive(from, targets[j]); ms != duration || dm != distance {
				t.Fatalf("a single drive takes %d ms, %d dm, want %d, %d", ms, dm, duration, distance)
			}
		}
	}
	return ways
}

// judgeColumns compares columns with the matrix.
func judgeColumns(t *testing.T, w *Weights, sources, targets []Place, want *Matrix) {
	t.Helper()
	err := w.Columns(t.Context(), sources, targets, 1, func(j int, durations, distances []int32) {
		for i := range sources {
			if at := i*len(targets) + j; durations[i] != want.Durations[at] || distances[i] != want.Distances[at] {
				t.Errorf("column %d, row %d: %d ms, %d dm, want %d, %d", j, i, durations[i], distances[i], want.Durations[at], want.Distances[at])
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// judgeJourney drives a journey turn by turn.
func judgeJourney(t *testing.T, o *oracle, from, to Place, duration, distance int32) {
	t.Helper()
	j := o.w.Journey(from, to)
	if j.Duration != duration || j.Distance != distance {
		t.Fatalf("journey of %d ms, %d dm, want %d, %d", j.Duration, j.Distance, duration, distance)
	}
	if duration == Never {
		return
	}
	first, last := j.Segments[0], j.Segments[len(j.Segments)-1]
	if first/2 != from.Segment || last/2 != to.Segment || j.Line[0] != from.Point || j.Line[len(j.Line)-1] != to.Point {
		t.Fatalf("journey from %+v to %+v has segments %v and line %v", from, to, j.Segments, j.Line)
	}
	if len(j.Segments) == 1 {
		return
	}
	_, sum := o.w.part(first, from)
	s := o.begin(first)
	for i, d := range j.Segments[1:] {
		if o.w.n.end(s.d, true) != o.w.n.end(d, false) {
			t.Fatal("a journey is torn")
		}
		var ok bool
		if s, ok = o.turn(s, d); !ok {
			t.Fatalf("a journey takes a turn that is banned, %d of %v", i, j.Segments)
		}
		if i < len(j.Segments)-2 {
			sum += hierarchy.Of(o.w.duration[d], o.w.n.length[d/2])
		}
	}
	before, _ := o.w.part(last, to)
	if sum += before; sum.Duration() != duration || sum.Distance() != distance {
		t.Fatalf("a journey's segments take %d ms, %d dm, want %d, %d", sum.Duration(), sum.Distance(), duration, distance)
	}
}

// anywhere on any road, also cut-off ones, junctions and ends.
func anywhere(n *Network, rng *rand.Rand, count int) []Place {
	places := make([]Place, count)
	for i := range places {
		s := rng.Int32N(int32(n.Segments()))
		places[i] = n.place(s, 0, []float64{0, 1, rng.Float64(), rng.Float64()}[rng.IntN(4)])
		if i > 0 && rng.IntN(5) == 0 { // on the same road as another
			places[i] = n.place(places[i-1].Segment, 0, rng.Float64())
		}
	}
	return places
}

func TestAgainstOracle(t *testing.T) {
	bans, ways := 0, 0
	for seed := range uint64(12) {
		m := roadtest.City(seed, 6+int(seed%3), -30.03, -51.22)
		n, stats := importMap(t, m)
		if stats.Missing > 0 {
			t.Errorf("seed %d: %+v", seed, *stats)
		}
		bans += stats.Restrictions
		rng := rand.New(rand.NewPCG(seed, 7))
		for p := range Profile(profiles) {
			ways += compare(t, n.Weights(p), m, anywhere(n, rng, 12), anywhere(n, rng, 25))
		}
	}
	if bans < 60 || ways < 8000 {
		t.Errorf("%d bans and %d ways were looked at", bans, ways)
	}
}

// Without its bans a map has other journeys: the test above sees them.
func TestBansMatter(t *testing.T) {
	changed := 0
	for seed := range uint64(6) {
		m := roadtest.City(seed, 8, -30.03, -51.22)
		plain := *m
		plain.Relations = nil
		var durations [2][]int32
		for k, city := range []*roadtest.Map{m, &plain} {
			n, _ := importMap(t, city)
			places := anywhere(n, rand.New(rand.NewPCG(seed, 7)), 40)
			got, err := n.Weights(Car).Matrix(t.Context(), places, places, 0)
			if err != nil {
				t.Fatal(err)
			}
			durations[k] = got.Durations
		}
		for i, d := range durations[0] {
			if d != durations[1][i] {
				changed++
			}
		}
	}
	if changed < 100 {
		t.Errorf("bans change %d journeys", changed)
	}
}
