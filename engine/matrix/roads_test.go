package matrix

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"callout/engine/road"
	"callout/engine/road/roadtest"
	"callout/solver/model"
)

// town is a network and its weights for cars.
func town(tb testing.TB) (*road.Network, *road.Weights) {
	tb.Helper()
	data := roadtest.City(1, 12, -30.03, -51.22).XML()
	open := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }
	if name := os.Getenv("CALLOUT_ROAD_FILE"); name != "" {
		if _, ok := tb.(*testing.B); ok {
			open = func() (io.ReadCloser, error) { return os.Open(name) }
		}
	}
	n, _, err := road.Import(tb.Context(), open, road.ImportOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	w := n.Weights(road.Car)
	return n, w
}

// spots are places all over a network, and one that is nowhere.
func spots(tb testing.TB, w *road.Weights, seed uint64, count int) []road.Place {
	tb.Helper()
	least, greatest := w.Network().Bounds()
	rng := rand.New(rand.NewPCG(seed, 5))
	places := []road.Place{Nowhere}
	for len(places) < count {
		at := road.Point{
			Lat: least.Lat + rng.Int32N(greatest.Lat-least.Lat), Lon: least.Lon + rng.Int32N(greatest.Lon-least.Lon),
		}
		if p, err := w.Locate(at, 300); err == nil {
			places = append(places, p)
		}
	}
	return places
}

func TestRoad(t *testing.T) {
	_, w := town(t)
	places := spots(t, w, 1, 30)
	m, err := (*Space)(nil).Road(t.Context(), w, places)
	if err != nil {
		t.Fatal(err)
	}
	for i := range places {
		for j := range places {
			seconds, metres := m.Durations[i*m.N+j], m.Distances[i*m.N+j]
			switch {
			case i == j:
				if seconds != 0 || metres != 0 {
					t.Errorf("%d s, %d m from a place to itself", seconds, metres)
				}
			case i == 0 || j == 0:
				if seconds != model.Unreachable || metres != 0 {
					t.Errorf("%d s, %d m from or to nowhere", seconds, metres)
				}
			default:
				journey := w.Journey(places[i], places[j])
				if up := seconds*1000 - journey.Duration; up < 0 || up >= 1000 {
					t.Errorf("%d s, the journey has %d ms", seconds, journey.Duration)
				}
				if up := metres*10 - journey.Distance; up < 0 || up >= 10 {
					t.Errorf("%d m, the journey has %d dm", metres, journey.Distance)
				}
			}
		}
	}
}

// What is taken over from other matrices makes no difference.
func TestRoadGrows(t *testing.T) {
	n, w := town(t)
	jam, err := n.Customise(road.Car, road.Traffic{Rules: []road.Rule{{Factor: 2}}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	c := newTestCache(t, 64<<20)
	s, other := c.Space("a"), c.Space("b")
	rng := rand.New(rand.NewPCG(1, 1))
	pool := spots(t, w, 2, 60)
	grown := int64(0)
	for k := range 40 {
		places := slices.Clone(pool)
		rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
		places = places[:20+rng.IntN(40)]
		weights, space := w, s
		switch k % 8 {
		case 6:
			weights = jam
		case 7:
			space = other
		}
		got, err := space.Road(t.Context(), weights, places)
		if err != nil {
			t.Fatal(err)
		}
		want, err := ride(t.Context(), weights, places, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Durations, want.Durations) || !slices.Equal(got.Distances, want.Distances) {
			t.Fatalf("matrix %d of %d places differs, grown %d", k, len(places), c.Stats().Grown-grown)
		}
		if k < 8 && c.Stats().Grown > grown && (k == 0 || k == 6 || k == 7) {
			t.Errorf("matrix %d grew out of another tenant's, or of other weights", k)
		}
		grown = c.Stats().Grown
	}
	if grown < 15 {
		t.Errorf("%d of 40 matrices were grown", grown)
	}
	again, err := s.Road(t.Context(), w, pool)
	if err != nil {
		t.Fatal(err)
	}
	if same, _ := s.Road(t.Context(), w, pool); same != again {
		t.Error("the same places again gave another matrix")
	}
}

// A hundred different requests hold no more than the bound and a reserve: what is being computed, packed and waits for it, and the places of
// 32 matrices. CALLOUT_ROAD_BOUND makes it 1,000 places and 256 MiB.
func TestRoadBound(t *testing.T) {
	count, bound := 250, int64(8<<20)
	if os.Getenv("CALLOUT_ROAD_BOUND") != "" {
		count, bound = 1000, 256<<20
	}
	_, w := town(t)
	live := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	begin := live()
	c := newTestCache(t, bound)
	most := int64(0)
	for k := range 100 {
		places := spots(t, w, uint64(k), count)
		if _, err := c.Space("a").Road(t.Context(), w, places); err != nil {
			t.Fatal(err)
		}
		if k%10 == 9 {
			most = max(most, live()-begin)
		}
	}
	s := c.Stats()
	t.Logf("alive at most %.1f MiB; %+v", float64(most)/(1<<20), s)
	if s.Misses != 100 || s.Bytes+s.PackedBytes > bound || s.Bytes < bound/2 {
		t.Errorf("%+v", s)
	}
	if reserve := bound/4 + 24<<20; most > bound+reserve {
		t.Errorf("%d bytes are alive with a bound of %d", most, bound)
	}
}

// A matrix that comes piece by piece is the one that is kept.
func TestStream(t *testing.T) {
	_, w := town(t)
	places := spots(t, w, 4, 300)
	var parts [2]model.Matrix
	for k, most := range []int{wholeCells, 300} {
		err := (*Space)(nil).stream(t.Context(), w, places, most, func(durations, distances []int32) error {
			parts[k].Durations = append(parts[k].Durations, durations...)
			parts[k].Distances = append(parts[k].Distances, distances...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(parts[0].Durations) != 300*300 {
		t.Errorf("%d entries", len(parts[0].Durations))
	}
	if !slices.Equal(parts[0].Durations, parts[1].Durations) || !slices.Equal(parts[0].Distances, parts[1].Distances) {
		t.Error("the pieces are not those of the whole")
	}
	stop := errors.New("enough")
	for _, most := range []int{wholeCells, 300} {
		calls := 0
		err := (*Space)(nil).stream(t.Context(), w, places, most, func([]int32, []int32) error { calls++; return stop })
		if !errors.Is(err, stop) || calls != 1 {
			t.Errorf("%v after %d calls", err, calls)
		}
	}
}

// Sixty-four equal requests at once are computed once.
func TestRoadTogether(t *testing.T) {
	_, w := town(t)
	c := newTestCache(t, 64<<20)
	places := spots(t, w, 3, 200)
	var wg sync.WaitGroup
	start := make(chan struct{})
	for range 64 {
		wg.Go(func() {
			<-start
			if _, err := c.Space("a").Road(t.Context(), w, places); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	if s := c.Stats(); s.Misses != 1 || s.Hits+s.Joined != 63 {
		t.Errorf("%+v", s)
	}
}

func TestRoadCancelled(t *testing.T) {
	_, w := town(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := (*Space)(nil).Road(ctx, w, spots(t, w, 3, 20)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}

// BenchmarkRoad is what 1,000 locations cost at first, again, and with 50 of them replaced, all over the matrix
// (without keeping it, so that the same memory is used again and nothing is packed beside).
func BenchmarkRoad(b *testing.B) {
	_, w := town(b)
	pool := spots(b, w, 1, 1050)
	first := pool[:1000]
	b.Run("first", func(b *testing.B) {
		for b.Loop() {
			if _, err := (*Space)(nil).Road(b.Context(), w, first); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("again", func(b *testing.B) {
		s := newTestCache(b, 256<<20).Space("a")
		if _, err := s.Road(b.Context(), w, first); err != nil {
			b.Fatal(err)
		}
		for b.Loop() {
			if _, err := s.Road(b.Context(), w, first); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("changed", func(b *testing.B) {
		c := newTestCache(b, 256<<20)
		s := c.Space("a")
		if _, err := s.Road(b.Context(), w, first); err != nil {
			b.Fatal(err)
		}
		rng := rand.New(rand.NewPCG(1, 2))
		for b.Loop() {
			b.StopTimer()
			places := slices.Clone(first)
			rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
			copy(places, pool[1000:])
			rng.Shuffle(len(places), func(i, j int) { places[i], places[j] = places[j], places[i] })
			b.StartTimer()
			known := c.bases.nearest(c, "a", w.Digest(), places)
			if known == nil {
				b.Fatal("nothing to grow from")
			}
			if _, err := ride(b.Context(), w, places, known); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// The travel between one more place and others is that of the matrix with it.
func TestBetween(t *testing.T) {
	_, w := town(t)
	places := spots(t, w, 3, 40)
	n := len(places)
	m, err := (*Space)(nil).Road(t.Context(), w, places)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []int{0, n - 1} { // nowhere, and somewhere
		l, err := Between(t.Context(), w, places[at], places[:n-1])
		if err != nil {
			t.Fatal(err)
		}
		for o := range n - 1 {
			if o == at {
				continue
			}
			got := [4]int32{l.DurationsTo[o], l.DistancesTo[o], l.DurationsFrom[o], l.DistancesFrom[o]}
			want := [4]int32{m.Durations[at*n+o], m.Distances[at*n+o], m.Durations[o*n+at], m.Distances[o*n+at]}
			if got != want {
				t.Errorf("place %d and %d: %v, want %v", at, o, got, want)
			}
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Between(ctx, w, places[1], places); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
