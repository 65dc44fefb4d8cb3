package osm

import (
	"bytes"
	"compress/flate"
	"compress/zlib"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"google.golang.org/protobuf/encoding/protowire"
)

// Bounds of the format (https://wiki.openstreetmap.org/wiki/PBF_Format).
const (
	maxBlobHeader = 64 << 10
	maxBlob       = 32 << 20
)

// What a file may ask of its reader.
var features = map[string]bool{"OsmSchema-V0.6": true, "DenseNodes": true, "HistoricalInformation": true}

// readPBF reads blob after blob. The decoder is our own, on top of protowire: those that there are for Go decode on goroutines of
// theirs and trust the indices in the file, so that a wrong one ends the process.
func readPBF(ctx context.Context, r io.Reader, h *Handler) error {
	d := pbf{r: r, block: block{handler: h}}
	for first := true; ; first = false {
		if err := ctx.Err(); err != nil {
			return err
		}
		kind, data, err := d.next()
		switch {
		case errors.Is(err, io.EOF) && !first:
			return nil
		case err != nil && first:
			return fmt.Errorf("%w: it is neither PBF nor XML of OpenStreetMap (%w)", ErrMalformed, err)
		case err != nil:
			return err
		case kind == "OSMHeader":
			err = header(data)
		case first:
			err = fmt.Errorf("%w: it does not begin with a header", ErrMalformed)
		case kind == "OSMData":
			err = d.block.read(data)
		}
		if err != nil {
			return fmt.Errorf("%w (blob at byte %d)", err, d.start)
		}
	}
}

type pbf struct {
	r           io.Reader
	start, read int64 // bytes before the blob at hand, and behind it
	head, blob  []byte
	raw         bytes.Buffer
	inflate     io.ReadCloser
	block       block
}

// next returns the kind and content of the next blob, valid until the next call, or io.EOF at the end.
func (d *pbf) next() (kind string, data []byte, err error) {
	d.start = d.read
	var size [4]byte
	if _, err := io.ReadFull(d.r, size[:]); err != nil {
		if errors.Is(err, io.EOF) {
			return "", nil, io.EOF
		}
		return "", nil, broken(err)
	}
	n := binary.BigEndian.Uint32(size[:])
	if n > maxBlobHeader {
		return "", nil, fmt.Errorf("%w: a blob's header is said to have %d bytes, more than %d", ErrMalformed, n, maxBlobHeader)
	}
	if d.head, err = d.take(d.head, int(n)); err != nil {
		return "", nil, err
	}
	length := int64(-1)
	err = fields(d.head, func(f field) error {
		switch f.num {
		case 1:
			kind = string(f.bytes)
		case 3:
			length = int64(f.varint)
		}
		return nil
	})
	if err != nil {
		return "", nil, err
	}
	if length < 0 || length > maxBlob {
		return "", nil, fmt.Errorf("%w: a blob is said to have %d bytes, more than %d", ErrMalformed, uint64(length), maxBlob)
	}
	if d.blob, err = d.take(d.blob, int(length)); err != nil {
		return "", nil, err
	}
	d.read += 4 + int64(n) + length
	data, err = d.open(d.blob)
	return kind, data, err
}

// take n bytes of the file. The buffer grows as they come, so that a truncated file does not get what it only claims to have.
func (d *pbf) take(buf []byte, n int) ([]byte, error) {
	const step = 1 << 20
	buf = buf[:0]
	for len(buf) < n {
		have := len(buf)
		buf = append(buf, make([]byte, min(step, n-have))...)
		if _, err := io.ReadFull(d.r, buf[have:]); err != nil {
			return buf, broken(err)
		}
	}
	return buf, nil
}

// open a blob.
func (d *pbf) open(blob []byte) ([]byte, error) {
	var raw, packed []byte
	size := int64(-1)
	found := false
	err := fields(blob, func(f field) error {
		switch f.num {
		case 1:
			raw, found = f.bytes, true
		case 2:
			size = int64(f.varint)
		case 3:
			packed, found = f.bytes, true
		case 4, 5, 6, 7:
			return fmt.Errorf("%w: a blob is packed by something else than zlib, which is not supported", ErrMalformed)
		}
		return nil
	})
	switch {
	case err != nil:
		return nil, err
	case !found:
		return nil, fmt.Errorf("%w: a blob without content", ErrMalformed)
	case packed == nil:
		return raw, nil
	case size < 0 || size > maxBlob:
		return nil, fmt.Errorf("%w: a blob is said to unpack to %d bytes, more than %d", ErrMalformed, uint64(size), maxBlob)
	}
	if d.inflate == nil {
		d.inflate, err = zlib.NewReader(bytes.NewReader(packed))
	} else {
		err = d.inflate.(zlib.Resetter).Reset(bytes.NewReader(packed), nil) //nolint:errcheck // that is what zlib says it is
	}
	if err != nil {
		d.inflate = nil
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	d.raw.Reset()
	n, err := d.raw.ReadFrom(io.LimitReader(d.inflate, size+1))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrMalformed, err)
	}
	if n != size {
		return nil, fmt.Errorf("%w: a blob does not unpack to the %d bytes that it is said to have", ErrMalformed, size)
	}
	return d.raw.Bytes(), nil
}

// header refuses files that need more than this reader knows.
func header(data []byte) error {
	return fields(data, func(f field) error {
		if f.num == 4 && !features[string(f.bytes)] {
			return fmt.Errorf("%w: it needs %.40q, which is not supported", ErrMalformed, f.bytes)
		}
		return nil
	})
}

// field of a message: one of varint and bytes.
type field struct {
	num    int32
	varint uint64
	bytes  []byte
	end    int // where it ends in the message
}

// fields walks a message; types other than varint and bytes are skipped.
func fields(message []byte, visit func(field) error) error {
	for b := message; len(b) > 0; {
		num, kind, n := protowire.ConsumeTag(b)
		if n < 0 {
			return wireError(n)
		}
		b = b[n:]
		f := field{num: int32(num)}
		switch kind {
		case protowire.VarintType:
			f.varint, n = protowire.ConsumeVarint(b)
		case protowire.BytesType:
			f.bytes, n = protowire.ConsumeBytes(b)
		default:
			if n = protowire.ConsumeFieldValue(num, kind, b); n >= 0 {
				b = b[n:]
				continue
			}
		}
		if n < 0 {
			return wireError(n)
		}
		b = b[n:]
		f.end = len(message) - len(b)
		if err := visit(f); err != nil {
			return err
		}
	}
	return nil
}

func wireError(n int) error {
	return fmt.Errorf("%w: %w", ErrMalformed, protowire.ParseError(n))
}

func isFlate(err error) bool {
	var corrupt flate.CorruptInputError
	return errors.As(err, &corrupt)
}
