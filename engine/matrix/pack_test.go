package matrix

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/zstd"
	"pgregory.net/rapid"

	"callout/bench/city"
	"callout/solver/model"
)

// cityPoints are the places of a day of field service in Vienna.
func cityPoints(tb testing.TB, n int) []vector {
	tb.Helper()
	var list []model.Location
	for _, l := range city.Generate(city.Options{Jobs: n}).GetProblem().GetLocations()[:n] {
		at := l.GetPosition()
		list = append(list, model.Location{ID: l.GetId(), HasCoord: true, Lat: at.GetLatitude(), Lon: at.GetLongitude()})
	}
	points, err := vectors(list, "")
	if err != nil {
		tb.Fatal(err)
	}
	return points
}

// lineMatrix is straight-line travel in the city.
func lineMatrix(tb testing.TB, n int) *model.Matrix {
	tb.Helper()
	m, err := straight(tb.Context(), cityPoints(tb, n), model.StraightLine{Detour: 1.3, Speed: 9})
	if err != nil {
		tb.Fatal(err)
	}
	return m
}

// roadMatrix looks like travel by road in the city: longer ways are faster, detours differ from pair to pair and by direction.
func roadMatrix(tb testing.TB, n int) *model.Matrix {
	tb.Helper()
	m := lineMatrix(tb, n)
	rng := rand.New(rand.NewPCG(4, 2))
	for i := range n {
		for j := range n {
			if i == j {
				continue
			}
			metres := float64(m.Distances[i*n+j]) * (0.9 + 0.3*rng.Float64())
			speed := 6 + 8*metres/(metres+6000)
			m.Distances[i*n+j], m.Durations[i*n+j] = int32(metres), int32(30+metres/speed)
		}
	}
	return m
}

func TestPack(t *testing.T) {
	c := newCodec()
	defer c.close()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 20).Draw(t, "n")
		entries := rapid.SliceOfN(rapid.OneOf(rapid.Int32Range(0, 4000), rapid.Int32()), n*n, n*n)
		m := &model.Matrix{N: n, Durations: entries.Draw(t, "durations")}
		if n > 0 && rapid.Bool().Draw(t, "with distances") {
			m.Distances = entries.Draw(t, "distances")
		}
		p := c.pack(entry{matrix: m})
		back, err := c.unpack(p)
		if err != nil {
			t.Fatal(err)
		}
		if back.N != n || !slices.Equal(back.Durations, m.Durations) || !slices.Equal(back.Distances, m.Distances) ||
			(back.Distances == nil) != (m.Distances == nil) {
			t.Fatal("another matrix came back")
		}
		p.n++
		if _, err := c.unpack(p); err == nil {
			t.Fatal("a matrix of another size came back")
		}
	})
	extremes := &model.Matrix{N: 2, Durations: []int32{math.MinInt32, math.MaxInt32, math.MinInt32, model.Unreachable}}
	back, err := c.unpack(c.pack(entry{matrix: extremes}))
	if err != nil || !slices.Equal(back.Durations, extremes.Durations) {
		t.Errorf("%v, %v", back, err)
	}
}

// BenchmarkPack compares ways to pack the matrix of 500 places; ARCHITECTURE.md has the figures. "x" is how many times less room
// the packed matrix takes.
func BenchmarkPack(b *testing.B) {
	plain := func(m *model.Matrix) []byte {
		var raw []byte
		for _, list := range [][]int32{m.Durations, m.Distances} {
			for _, v := range list {
				raw = append(raw, byte(v), byte(v>>8), byte(v>>16), byte(v>>24))
			}
		}
		return raw
	}
	zstdOf := func(level zstd.EncoderLevel) func([]byte) []byte {
		enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
		if err != nil {
			b.Fatal(err)
		}
		return func(raw []byte) []byte { return enc.EncodeAll(raw, make([]byte, 0, len(raw)/2)) }
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		b.Fatal(err)
	}
	defer dec.Close()
	unzstd := func(data []byte, size int) ([]byte, error) { return dec.DecodeAll(data, make([]byte, 0, size)) }
	uns2 := func(data []byte, size int) ([]byte, error) { return s2.Decode(make([]byte, size), data) }
	codecs := []struct {
		name   string
		pack   func([]byte) []byte
		unpack func([]byte, int) ([]byte, error)
	}{
		{"s2", func(raw []byte) []byte { return s2.Encode(nil, raw) }, uns2},
		{"s2-better", func(raw []byte) []byte { return s2.EncodeBetter(nil, raw) }, uns2},
		{"zstd-fastest", zstdOf(zstd.SpeedFastest), unzstd},
		{"zstd-default", zstdOf(zstd.SpeedDefault), unzstd},
	}
	for _, sample := range []struct {
		name string
		m    *model.Matrix
	}{{"line", lineMatrix(b, 500)}, {"road", roadMatrix(b, 500)}} {
		for _, layout := range []struct {
			name string
			of   func(*model.Matrix) []byte
		}{{"plain", plain}, {"planes", planes}} {
			raw := layout.of(sample.m)
			for _, c := range codecs {
				data := c.pack(raw)
				name := sample.name + "/" + layout.name + "/" + c.name
				b.Run(name+"/pack", func(b *testing.B) {
					b.SetBytes(int64(len(raw)))
					for b.Loop() {
						c.pack(raw)
					}
					b.ReportMetric(float64(len(raw))/float64(len(data)), "x")
				})
				b.Run(name+"/unpack", func(b *testing.B) {
					b.SetBytes(int64(len(raw)))
					for b.Loop() {
						if _, err := c.unpack(data, len(raw)); err != nil {
							b.Fatal(err)
						}
					}
				})
			}
		}
	}
}

// BenchmarkUnpack is what a hit in the packed part costs, beside BenchmarkCompute, which is what it saves.
func BenchmarkUnpack(b *testing.B) {
	c := newCodec()
	defer c.close()
	p := c.pack(entry{matrix: lineMatrix(b, 500)})
	for b.Loop() {
		if _, err := c.unpack(p); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompute(b *testing.B) {
	points := cityPoints(b, 500)
	for b.Loop() {
		if _, err := straight(b.Context(), points, model.StraightLine{Detour: 1.3, Speed: 9}); err != nil {
			b.Fatal(err)
		}
	}
}
