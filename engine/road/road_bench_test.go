package road

import (
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"
)

func openBenchFile(tb testing.TB) *Network {
	tb.Helper()
	n, _ := importFile(tb)
	return n
}

// importFile imports the extract that CALLOUT_ROAD_FILE names.
func importFile(tb testing.TB) (*Network, *ImportStats) {
	tb.Helper()
	name := os.Getenv("CALLOUT_ROAD_FILE")
	if name == "" {
		tb.Skip("CALLOUT_ROAD_FILE names no extract of OpenStreetMap")
	}
	n, stats, err := Import(tb.Context(), func() (io.ReadCloser, error) { return os.Open(name) }, ImportOptions{})
	if err != nil {
		tb.Fatal(err)
	}
	return n, stats
}

// somewhere on roads of the biggest part.
func somewhere(w *Weights, count int, seed uint64) []Place {
	rng := rand.New(rand.NewPCG(seed, 1))
	places := make([]Place, 0, count)
	for len(places) < count {
		if s := rng.Int32N(int32(w.n.Segments())); w.main[2*s]|w.main[2*s+1] != 0 {
			places = append(places, w.n.place(s, 0, rng.Float64()))
		}
	}
	return places
}

// BenchmarkImport reads an extract and orders the graphs of all profiles.
func BenchmarkImport(b *testing.B) {
	var reading, building time.Duration
	for b.Loop() {
		_, stats := importFile(b)
		reading += stats.Reading
		building += stats.Building
	}
	b.ReportMetric(float64(reading.Milliseconds())/float64(b.N), "read-ms/op")
	b.ReportMetric(float64(building.Milliseconds())/float64(b.N), "build-ms/op")
}

func BenchmarkCustomise(b *testing.B) {
	n := openBenchFile(b)
	b.ReportAllocs()
	for b.Loop() {
		n.Weights(Car)
	}
}

// BenchmarkMatrix computes durations and distances between random places on roads, with one worker.
func BenchmarkMatrix(b *testing.B) {
	n := openBenchFile(b)
	w := n.Weights(Car)
	for _, size := range []int{100, 1000, 3000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			places := somewhere(w, size, 1)
			b.ReportAllocs()
			for b.Loop() {
				if _, err := w.Matrix(b.Context(), places, places, 1); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkOpen(b *testing.B) {
	name := filepath.Join(b.TempDir(), "bench.road")
	if err := openBenchFile(b).Write(name); err != nil {
		b.Fatal(err)
	}
	info, err := os.Stat(name)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(info.Size())
	for b.Loop() {
		n, err := Open(name)
		if err != nil {
			b.Fatal(err)
		}
		if err := n.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLocate(b *testing.B) {
	n := openBenchFile(b)
	w := n.Weights(Car)
	least, greatest := n.Bounds()
	rng := rand.New(rand.NewPCG(1, 1))
	for b.Loop() {
		_, _ = w.Locate(Point{least.Lat + rng.Int32N(greatest.Lat-least.Lat), least.Lon + rng.Int32N(greatest.Lon-least.Lon)}, 1000)
	}
}

func BenchmarkDrive(b *testing.B) {
	n := openBenchFile(b)
	w := n.Weights(Car)
	places := somewhere(w, 1000, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.Drive(places[i%1000], places[(i*7+13)%1000])
	}
}

func BenchmarkJourney(b *testing.B) {
	n := openBenchFile(b)
	w := n.Weights(Car)
	places := somewhere(w, 1000, 1)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		w.Journey(places[i%1000], places[(i*7+13)%1000])
	}
}
