package matrix

import (
	"context"
	"errors"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"callout/solver/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func newTestCache(tb testing.TB, bytes int64) *Cache {
	tb.Helper()
	c, err := NewCache(bytes)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(c.Close)
	return c
}

// lines is a problem of n places on a meridian with one straight-line profile; east sets problems apart.
func lines(n int, east float64) *model.Problem {
	p := &model.Problem{Profiles: []model.Profile{{ID: "van", StraightLine: &model.StraightLine{Detour: 1.3, Speed: 10}}}}
	for k := range n {
		p.Locations = append(p.Locations, model.Location{HasCoord: true, Lat: 48 + float64(k%31)/100, Lon: 16 + east + float64(k)/1000})
	}
	return p
}

// resolve returns the matrix of a problem's first profile.
func resolve(tb testing.TB, s *Space, p *model.Problem) *model.Matrix {
	tb.Helper()
	if err := s.Resolve(tb.Context(), p); err != nil {
		tb.Fatal(err)
	}
	return p.Profiles[0].Matrix
}

// Fifty requests at the same time for the same travel have it computed once, and share it.
func TestCacheOnce(t *testing.T) {
	c := newTestCache(t, 64<<20)
	found := make([]*model.Matrix, 50)
	var wg sync.WaitGroup
	for k := range found {
		wg.Go(func() { found[k] = resolve(t, c.Space("a"), lines(300, 0)) })
	}
	wg.Wait()
	for _, m := range found {
		if m != found[0] {
			t.Fatal("two matrices for the same travel")
		}
	}
	s := c.Stats()
	if s.Misses != 1 || s.Hits+s.Joined != 49 {
		t.Errorf("%+v, want one miss and 49 hits", s)
	}
	if want := int64(8 * 300 * 300); s.Bytes < want || s.Bytes > want+4096 {
		t.Errorf("%d bytes are held, want about %d", s.Bytes, want)
	}
}

// A name says all that a matrix depends on, and nothing else.
func TestCacheNames(t *testing.T) {
	c := newTestCache(t, 64<<20)
	base := resolve(t, c.Space("a"), lines(40, 0))
	renamed := lines(40, 0)
	renamed.Profiles[0].ID, renamed.Locations[3].ID = "lorry", "elsewhere"
	if resolve(t, c.Space("a"), renamed) != base {
		t.Error("ids change travel")
	}
	faster := lines(40, 0)
	faster.Profiles[0].StraightLine.Speed = 11
	turned := lines(40, 0)
	slices.Reverse(turned.Locations)
	for name, p := range map[string]*model.Problem{"speed": faster, "order": turned, "places": lines(40, 1), "fewer": lines(39, 0)} {
		if resolve(t, c.Space("a"), p) == base {
			t.Errorf("another %s, and the same matrix", name)
		}
	}
	before := c.Stats().Misses
	if resolve(t, c.Space("b"), lines(40, 0)) == base || c.Stats().Misses != before+1 {
		t.Error("a tenant was given the matrix of another")
	}
}

func TestShare(t *testing.T) {
	c := newTestCache(t, 64<<20)
	first, again, other := roadMatrix(t, 20), roadMatrix(t, 20), roadMatrix(t, 20)
	other.Distances[7]++
	s := c.Space("a")
	if s.Share(first) != first || s.Share(again) != first || s.Share(other) != other {
		t.Error("equal matrices are to be one, others are not")
	}
	if c.Space("b").Share(again) != again {
		t.Error("a tenant was given the matrix of another")
	}
	if (*Space)(nil).Share(first) != first {
		t.Error("without a cache a matrix is itself")
	}
}

// What is pushed out is found packed, and is what it was.
func TestCachePacked(t *testing.T) {
	c := newTestCache(t, MinCacheBytes)
	s := c.Space("a")
	const n, many = 100, 40 // 80 kB each
	for k := range many {
		resolve(t, s, lines(n, float64(k)))
		time.Sleep(2 * time.Millisecond) // so that the packer keeps up
	}
	before := c.Stats()
	if before.Evictions == 0 || before.PackedBytes == 0 || before.Bytes+before.PackedBytes > MinCacheBytes {
		t.Fatalf("%+v", before)
	}
	for k := range many {
		p := lines(n, float64(k))
		fresh := lines(n, float64(k))
		if err := Resolve(t.Context(), fresh); err != nil {
			t.Fatal(err)
		}
		got, want := resolve(t, s, p), fresh.Profiles[0].Matrix
		if !slices.Equal(got.Durations, want.Durations) || !slices.Equal(got.Distances, want.Distances) {
			t.Fatalf("matrix %d is another", k)
		}
	}
	if after := c.Stats(); after.Unpacked == 0 {
		t.Errorf("nothing was found packed: %+v", after)
	}
}

// The work goes on when the one who asked first goes away, and ends when nobody waits.
func TestCacheCancel(t *testing.T) {
	c := newTestCache(t, 64<<20)
	begun, finish := make(chan struct{}), make(chan struct{})
	gaveUp := make(chan struct{})
	want := &model.Matrix{N: 1, Durations: []int32{0}}
	work := func(ctx context.Context) (*model.Matrix, error) {
		close(begun)
		select {
		case <-finish:
			return want, nil
		case <-ctx.Done():
			close(gaveUp)
			return nil, ctx.Err()
		}
	}
	unwanted := func(context.Context) (*model.Matrix, error) { panic("asked twice") }

	var n name
	impatient, cancel := context.WithCancel(t.Context())
	first, second := make(chan error, 1), make(chan *model.Matrix, 1)
	go func() {
		_, err := c.get(impatient, n, work)
		first <- err
	}()
	<-begun
	go func() {
		m, err := c.get(t.Context(), n, unwanted)
		if err != nil {
			t.Error(err)
		}
		second <- m
	}()
	for waiters := 0; waiters < 2; { // both wait
		c.flights.mu.Lock()
		waiters = c.flights.flying[n].waiters
		c.flights.mu.Unlock()
		runtime.Gosched()
	}
	cancel()
	if err := <-first; !errors.Is(err, context.Canceled) {
		t.Errorf("the first: %v", err)
	}
	close(finish)
	if m := <-second; m != want {
		t.Error("the second has another matrix")
	}

	n[0] = 1
	begun, finish = make(chan struct{}), make(chan struct{})
	alone, cancel := context.WithCancel(t.Context())
	go func() {
		<-begun
		cancel()
	}()
	if _, err := c.get(alone, n, work); !errors.Is(err, context.Canceled) {
		t.Errorf("alone: %v", err)
	}
	select {
	case <-gaveUp:
	case <-time.After(10 * time.Second):
		t.Fatal("the work goes on for nobody")
	}
	// Whoever comes after that does not get the work that was given up.
	if m, err := c.get(t.Context(), n, func(context.Context) (*model.Matrix, error) { return want, nil }); err != nil || m != want {
		t.Errorf("%v, %v", m, err)
	}
}

func TestCachePanic(t *testing.T) {
	c := newTestCache(t, 64<<20)
	_, err := c.get(t.Context(), name{}, func(context.Context) (*model.Matrix, error) { panic("oops") })
	if err == nil || !strings.Contains(err.Error(), "oops") {
		t.Error(err)
	}
}

// A cache that is closed, or none, computes.
func TestCacheClosed(t *testing.T) {
	c := newTestCache(t, 64<<20)
	c.Close()
	c.Close()
	s := c.Space("a")
	if a, b := resolve(t, s, lines(5, 0)), resolve(t, s, lines(5, 0)); a == b {
		t.Error("a closed cache keeps something")
	}
	s.Share(lineMatrix(t, 5))
	if c.Stats().Bytes != 0 {
		t.Error("a closed cache holds something")
	}
	var none *Cache
	none.Close()
	if none.Space("a") != nil || none.Stats() != (Stats{}) {
		t.Error("no cache has a space")
	}
}

// A matrix larger than the cache is computed every time, and nothing is pushed out for it.
func TestCacheTooLarge(t *testing.T) {
	c := newTestCache(t, MinCacheBytes)
	small := resolve(t, c.Space("a"), lines(20, 0))
	resolve(t, c.Space("a"), lines(300, 0))
	resolve(t, c.Space("a"), lines(300, 0))
	if s := c.Stats(); s.Misses != 3 {
		t.Errorf("%+v", s)
	}
	if resolve(t, c.Space("a"), lines(20, 0)) != small {
		t.Error("the small one was pushed out")
	}
}
