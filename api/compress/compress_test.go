package compress

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"testing"

	"github.com/klauspost/compress/zstd"
	"go.uber.org/goleak"
	"google.golang.org/grpc/encoding"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func pack(tb testing.TB, name string, data []byte) []byte {
	tb.Helper()
	var out bytes.Buffer
	w, err := encoding.GetCompressor(name).Compress(&out)
	if err != nil {
		tb.Fatal(err)
	}
	if _, err := w.Write(data); err != nil {
		tb.Fatal(err)
	}
	if err := w.Close(); err != nil {
		tb.Fatal(err)
	}
	return out.Bytes()
}

// unpack reads in pieces, as gRPC does.
func unpack(tb testing.TB, name string, data []byte) ([]byte, error) {
	tb.Helper()
	r, err := encoding.GetCompressor(name).Decompress(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	defer shut(tb, r)
	return io.ReadAll(r)
}

// shut does what gRPC does with a reader.
func shut(tb testing.TB, r io.Reader) {
	tb.Helper()
	if c, ok := r.(io.Closer); !ok || c.Close() != nil {
		tb.Error("the reader does not close")
	}
}

var names = []string{"gzip", "zstd"}

// What goes in comes out, from encoders and decoders that are used again.
func TestRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, name := range names {
		for _, size := range []int{0, 1, 1000, 100_000, 1 << 20} {
			data := make([]byte, size)
			for k := 0; k < size; k += 16 { // compressible
				copy(data[k:], fmt.Sprintf("%-15d,", rng.IntN(1000)))
			}
			packed := pack(t, name, data)
			got, err := unpack(t, name, packed)
			if err != nil || !bytes.Equal(got, data) {
				t.Errorf("%s of %d bytes: %d bytes, %v", name, size, len(got), err)
			}
			if size > 1000 && len(packed) > size*3/4 {
				t.Errorf("%s of %d bytes makes %d", name, size, len(packed))
			}
		}
	}
}

// A bomb is refused after a few megabytes, and so is a stream that asks for a large window.
func TestBomb(t *testing.T) {
	for _, name := range names {
		bomb := pack(t, name, make([]byte, 64<<20))
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		r, err := encoding.GetCompressor(name).Decompress(bytes.NewReader(bomb))
		if err != nil {
			t.Fatal(err)
		}
		n, err := io.Copy(io.Discard, r)
		runtime.ReadMemStats(&after)
		shut(t, r)
		if !errors.Is(err, ErrBomb) || n > FreeBytes+MaxRatio*int64(len(bomb)) {
			t.Errorf("%s: %d bytes of a bomb of %d, %v", name, n, len(bomb), err)
		}
		if grown := int64(after.TotalAlloc - before.TotalAlloc); grown > 32<<20 {
			t.Errorf("%s: %d bytes allocated", name, grown)
		}
		t.Logf("%s: a bomb of %d bytes is refused after %d", name, len(bomb), n)
	}
	var wide bytes.Buffer
	w, err := zstd.NewWriter(&wide, zstd.WithWindowSize(64<<20), zstd.WithSingleSegment(false))
	if err != nil {
		t.Fatal(err)
	}
	noise := make([]byte, 9<<20)
	for k := 0; k < len(noise); k += 8 {
		binary.LittleEndian.PutUint64(noise[k:], rand.Uint64())
	}
	for range 2 {
		if _, err := w.Write(noise); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if got, err := unpack(t, "zstd", wide.Bytes()); !errors.Is(err, zstd.ErrWindowSizeExceeded) {
		t.Errorf("a window of 64 MiB: %d bytes, %v", len(got), err)
	}
}

// Damaged streams are errors, and the decoder serves the next all the same.
func FuzzDecompress(f *testing.F) {
	for _, name := range names {
		f.Add(name == "gzip", []byte(name))
	}
	f.Fuzz(func(t *testing.T, gzip bool, data []byte) {
		name := "zstd"
		if gzip {
			name = "gzip"
		}
		if got, err := unpack(t, name, data); err == nil && len(got) > FreeBytes+MaxRatio*len(data) {
			t.Errorf("%d bytes out of %d", len(got), len(data))
		}
		packed := pack(t, name, data)
		if got, err := unpack(t, name, packed); err != nil || !bytes.Equal(got, data) {
			t.Errorf("round trip: %d bytes for %d, %v", len(got), len(data), err)
		}
		if got, err := unpack(t, name, packed[:len(packed)/2]); err == nil && len(data) > 0 {
			t.Errorf("half a stream gives %d bytes of %d", len(got), len(data))
		}
	})
}
