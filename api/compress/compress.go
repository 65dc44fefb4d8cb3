// Package compress teaches gRPC to read and write gzip and zstd. Importing it is enough: the compressors are known by the names
// "gzip" and "zstd" from then on, and a server answers in the one that the request came in.
//
// What a client sends is not trusted. How much comes out is bounded twice: gRPC stops reading beyond the largest message, and a
// decoder refuses what unpacks suspiciously well, so that little memory is spent on a bomb. The memory of a zstd decoder itself is
// bounded by its window.
package compress

import (
	"errors"
	"io"
	"sync"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
	"google.golang.org/grpc/encoding"
	_ "google.golang.org/grpc/encoding/gzip" // registers its own, wherever it is imported: it has to do so before us
)

// Bounds on what is decoded. Requests shrink to a fifth at best; a hundred times is no request.
const (
	MaxWindow = 8 << 20   // bytes; what RFC 8878 asks decoders for, and all levels of zstd but the highest need
	FreeBytes = 4 << 20   // decoded bytes up to which nothing is suspicious
	MaxRatio  = 100       // of decoded to encoded bytes, beyond them
	encWindow = 512 << 10 // bytes, of what is sent
)

// ErrBomb is what reading ends with where too much comes out of too little.
var ErrBomb = errors.New("compress: the message unpacks to more than 100 times its size")

func init() { //nolint:gochecknoinits // gRPC's registry may be written by init functions only
	encoding.RegisterCompressor(&codec{
		name:    "gzip",
		encoder: func() encoder { return must(gzip.NewWriterLevel(nil, gzip.BestSpeed)) },
		decoder: func() decoder { return new(gunzip) },
	})
	encoding.RegisterCompressor(&codec{
		name: "zstd",
		encoder: func() encoder {
			return must(zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1),
				zstd.WithWindowSize(encWindow)))
		},
		decoder: func() decoder {
			return &unzstd{must(zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
				zstd.WithDecoderMaxWindow(MaxWindow)))}
		},
	})
}

// must is for options that are constants.
func must[T any](x T, err error) T {
	if err != nil {
		panic(err)
	}
	return x
}

type encoder interface {
	io.WriteCloser
	Reset(w io.Writer)
}

// decoder reads one stream after another. None of ours has goroutines.
type decoder interface {
	io.Reader
	Reset(r io.Reader) error
	drop() // lets go of the stream
}

// codec is a compressor of gRPC that uses its encoders and decoders again.
type codec struct {
	name     string
	encoder  func() encoder
	decoder  func() decoder
	encoders sync.Pool
	decoders sync.Pool
}

// Name of the encoding.
func (c *codec) Name() string { return c.name }

// Compress returns a writer that has to be closed.
func (c *codec) Compress(w io.Writer) (io.WriteCloser, error) {
	e, ok := c.encoders.Get().(encoder)
	if !ok {
		e = c.encoder()
	}
	e.Reset(w)
	return &writer{encoder: e, home: &c.encoders}, nil
}

type writer struct {
	encoder

	home *sync.Pool
}

// Close ends the stream. It may be called once.
func (w *writer) Close() error {
	err := w.encoder.Close()
	w.Reset(nil)
	w.home.Put(w.encoder)
	return err
}

// Decompress returns a reader, which gRPC closes.
func (c *codec) Decompress(r io.Reader) (io.Reader, error) {
	d, ok := c.decoders.Get().(decoder)
	if !ok {
		d = c.decoder()
	}
	out := &reader{in: counter{r: r}, decoder: d, home: &c.decoders}
	if err := d.Reset(&out.in); err != nil {
		return nil, errors.Join(err, out.Close())
	}
	return out, nil
}

// reader counts what goes in and what comes out.
type reader struct {
	in      counter
	out     int64
	decoder decoder
	home    *sync.Pool
}

// Read decodes.
func (r *reader) Read(p []byte) (int, error) {
	if r.decoder == nil {
		return 0, io.ErrClosedPipe
	}
	n, err := r.decoder.Read(p)
	r.out += int64(n)
	if r.out > FreeBytes && r.out/MaxRatio > r.in.n {
		return 0, ErrBomb
	}
	return n, err
}

// Close gives the decoder back; calling it again does nothing.
func (r *reader) Close() error {
	if r.decoder == nil {
		return nil
	}
	r.decoder.drop()
	r.home.Put(r.decoder)
	r.decoder = nil
	return nil
}

type counter struct {
	r io.Reader
	n int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

type gunzip struct{ gzip.Reader }

func (g *gunzip) drop() {}

type unzstd struct{ *zstd.Decoder }

func (z *unzstd) drop() { _ = z.Reset(nil) } // it has none to fail with
