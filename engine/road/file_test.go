package road

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unsafe"

	"callout/engine/road/roadtest"
)

func encoded(tb testing.TB, n *Network) []byte {
	tb.Helper()
	var b bytes.Buffer
	if _, err := n.WriteTo(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// aligned copies a file to where a map would have it.
func aligned(data []byte) []byte {
	words := make([]int64, (len(data)+7)/8+1)
	b := unsafe.Slice((*byte)(unsafe.Pointer(&words[0])), 8*len(words))[:len(data)]
	copy(b, data)
	return b
}

func TestWriteOpen(t *testing.T) {
	m := roadtest.City(1, 8, 47.1, 9.5)
	n, _ := importMap(t, m)
	name := filepath.Join(t.TempDir(), "city.road")
	for range 2 { // over an old one, too
		if err := n.Write(name); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := filepath.Glob(name + ".*"); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
	got, err := Open(name)
	if err != nil {
		t.Fatal(err)
	}
	if got.Digest() != n.Digest() || got.Zone() != "America/Sao_Paulo" || got.Segments() != n.Segments() {
		t.Errorf("digest %x, zone %q, %d segments", got.Digest(), got.Zone(), got.Segments())
	}
	rng := rand.New(rand.NewPCG(1, 1))
	for p := range Profile(profiles) {
		w := got.Weights(p)
		if w.Digest() != n.Weights(p).Digest() {
			t.Errorf("%v: another digest", p)
		}
		compare(t, w, m, anywhere(got, rng, 5), anywhere(got, rng, 10))
	}
	if err := got.Close(); err != nil {
		t.Error(err)
	}
}

// The same map gives the same file, and another gives another name.
func TestDigest(t *testing.T) {
	a, _ := importMap(t, roadtest.City(1, 8, 47.1, 9.5))
	b, _ := importMap(t, roadtest.City(1, 8, 47.1, 9.5))
	c, _ := importMap(t, roadtest.City(2, 8, 47.1, 9.5))
	if !bytes.Equal(encoded(t, a), encoded(t, b)) {
		t.Error("two imports of one map differ")
	}
	if a.Digest() == c.Digest() || a.Digest() == [32]byte{} {
		t.Error("the digest does not name the map")
	}
}

// resign makes a changed file look whole.
func resign(data []byte) []byte {
	sum := crc32.Update(crc32.Checksum(data[:12], castagnoli), castagnoli, data[16:])
	binary.LittleEndian.PutUint32(data[12:], sum)
	return data
}

func TestRefused(t *testing.T) {
	n, _ := importMap(t, roadtest.City(1, 5, 47.1, 9.5))
	whole := encoded(t, n)
	with := func(change func(b []byte)) []byte { b := slices.Clone(whole); change(b); return b }
	for name, tt := range map[string]struct {
		data []byte
		kind error
		says string
	}{
		"another format":  {[]byte("PK\x03\x04 something else"), ErrForeign, "not a road network"},
		"OpenStreetMap":   {roadtest.City(1, 5, 0, 0).XML(), ErrForeign, "not a road network"},
		"only the magic":  {whole[:8], ErrDamaged, "truncated"},
		"truncated":       {whole[:len(whole)-1], ErrDamaged, "truncated"},
		"longer":          {append(slices.Clone(whole), 0), ErrDamaged, "follow"},
		"another version": {with(func(b []byte) { b[8]++ }), ErrVersion, "import it again"},
		"a bit":           {with(func(b []byte) { b[len(b)/2] ^= 1 }), ErrDamaged, "checksum"},
		"a bit of header": {with(func(b []byte) { b[40] ^= 1 }), ErrDamaged, "checksum"},
		"no sections":     {resign(with(func(b []byte) { b[24] = 0 })), ErrDamaged, "0 sections"},
		"many sections":   {resign(with(func(b []byte) { b[30] = 1 })), ErrDamaged, "sections"},
		"section outside": {resign(with(func(b []byte) { b[headerSize+16+4] = 1 })), ErrDamaged, "section 1"},
		"section askew":   {resign(with(func(b []byte) { b[headerSize+16]++ })), ErrDamaged, "section 1"},
		"section torn":    {resign(with(func(b []byte) { b[headerSize+24]-- })), ErrDamaged, "section 1"},
		"no such zone":    {resign(with(func(b []byte) { b[binary.LittleEndian.Uint64(b[headerSize:])] = '?' })), ErrDamaged, "zone"},
	} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "x.road")
			if err := os.WriteFile(file, tt.data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(file)
			if !errors.Is(err, tt.kind) || !strings.Contains(err.Error(), tt.says) || !strings.Contains(err.Error(), file) {
				t.Errorf("error %v, want one of kind %v that says %q", err, tt.kind, tt.says)
			}
		})
	}
	if _, err := Open(filepath.Join(t.TempDir(), "none.road")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error %v for no file", err)
	}
	if _, err := Open(t.TempDir()); !errors.Is(err, ErrForeign) {
		t.Errorf("error %v for a folder", err)
	}
}

// use all that reads a network, whatever is in it.
func use(t *testing.T, n *Network) {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 1))
	least, greatest := n.Bounds()
	for p := range Profile(profiles) {
		w := n.Weights(p)
		_, _ = w.Locate(Point{least.Lat/2 + greatest.Lat/2, least.Lon/2 + greatest.Lon/2}, 1e6)
		places := anywhere(n, rng, 6)
		got, err := w.Matrix(t.Context(), places, places, 1)
		if err != nil {
			t.Fatal(err)
		}
		for i := range places {
			if j := w.Journey(places[i], places[0]); j.Duration != got.Durations[i*len(places)] {
				t.Fatalf("journey of %d ms, matrix has %d", j.Duration, got.Durations[i*len(places)])
			}
		}
	}
}

// A file that was changed by somebody who knows the checksum is refused, or else it is some network and can be used as one.
func FuzzOpen(f *testing.F) {
	n, _ := importMap(f, roadtest.City(1, 4, 47.1, 9.5))
	whole := encoded(f, n)
	f.Add(uint32(0), []byte{})
	f.Add(uint32(headerSize), []byte{1, 2, 3})
	f.Add(uint32(len(whole)/2), []byte{0xff, 0xff, 0xff, 0x7f})
	f.Fuzz(func(t *testing.T, at uint32, change []byte) {
		data := aligned(whole)
		copy(data[int(at)%len(data):], change)
		got, err := parse(resign(data))
		switch {
		case err == nil:
			use(t, got)
		case !errors.Is(err, ErrForeign) && !errors.Is(err, ErrVersion) && !errors.Is(err, ErrDamaged):
			t.Errorf("error %v", err)
		}
	})
}

func TestChangedFiles(t *testing.T) {
	n, _ := importMap(t, roadtest.City(1, 4, 47.1, 9.5))
	whole := encoded(t, n)
	rng := rand.New(rand.NewPCG(5, 1))
	for range 3000 {
		data := aligned(whole)
		at := headerSize + rng.IntN(len(data)-headerSize-4)
		binary.LittleEndian.PutUint32(data[at&^3:], []uint32{0, 1, 0xffffffff, 0x7fffffff, rng.Uint32(), uint32(rng.IntN(100))}[rng.IntN(6)])
		if got, err := parse(resign(data)); err == nil {
			use(t, got)
		}
	}
}
