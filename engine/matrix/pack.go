package matrix

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"

	"callout/solver/model"
)

// packed is a matrix that takes less room. data is what zstd makes of the entries' bytes in four planes: all lowest bytes first, all
// highest last, which are nearly empty. Below the diagonal stands how much longer the way there is than the way back: little, where
// it is not nothing.
type packed struct {
	name      name
	n         int
	distances bool
	data      []byte
}

// codec packs and unpacks. unpack may be called by any number of goroutines at once, pack by one.
type codec struct {
	enc *zstd.Encoder
	dec *zstd.Decoder
}

func newCodec() *codec {
	// One encoder and two decoders at most: whoever waits for a matrix waits for nothing longer than it takes to compute.
	enc, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(1<<20))
	if err != nil {
		panic(err) // the options are constant
	}
	dec, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(2), zstd.WithDecoderMaxWindow(1<<20))
	if err != nil {
		panic(err)
	}
	return &codec{enc, dec}
}

func (c *codec) close() {
	c.dec.Close()
	c.enc.Close() //nolint:gosec // it writes nowhere
}

func (c *codec) pack(e entry) packed {
	m := e.matrix
	raw := planes(m)
	data := c.enc.EncodeAll(raw, make([]byte, 0, len(raw)/2))
	out := packed{name: e.name, n: m.N, distances: m.Distances != nil, data: make([]byte, len(data))}
	copy(out.data, data)
	return out
}

// errPacked is returned by unpack for what pack did not make.
var errPacked = errors.New("matrix: not a packed matrix")

func (c *codec) unpack(p packed) (*model.Matrix, error) {
	cells := p.n * p.n
	size := 4 * cells
	if p.distances {
		size *= 2
	}
	raw, err := c.dec.DecodeAll(p.data, make([]byte, 0, size))
	if err != nil {
		return nil, fmt.Errorf("matrix: unpack: %w", err)
	}
	if len(raw) != size {
		return nil, errPacked
	}
	m := &model.Matrix{N: p.n, Durations: make([]int32, cells)}
	gather(m.Durations, p.n, raw[:4*cells])
	if p.distances {
		m.Distances = make([]int32, cells)
		gather(m.Distances, p.n, raw[4*cells:])
	}
	return m, nil
}

// planes of the durations and, where there are any, the distances.
func planes(m *model.Matrix) []byte {
	raw := make([]byte, 4*(len(m.Durations)+len(m.Distances)))
	scatter(raw[:4*len(m.Durations)], m.Durations, m.N)
	if m.Distances != nil {
		scatter(raw[4*len(m.Durations):], m.Distances, m.N)
	}
	return raw
}

// scatter writes n-by-n entries as planes of bytes.
func scatter(raw []byte, list []int32, n int) {
	cells := len(list)
	p0, p1, p2, p3 := raw[:cells], raw[cells:2*cells], raw[2*cells:3*cells], raw[3*cells:]
	for i := range n {
		for j := range n {
			k := i*n + j
			v := list[k]
			if j < i {
				v -= list[j*n+i]
			}
			z := zigzag(v)
			p0[k], p1[k], p2[k], p3[k] = byte(z), byte(z>>8), byte(z>>16), byte(z>>24)
		}
	}
}

// gather is the inverse of scatter.
func gather(list []int32, n int, raw []byte) {
	cells := len(list)
	p0, p1, p2, p3 := raw[:cells], raw[cells:2*cells], raw[2*cells:3*cells], raw[3*cells:]
	for i := range n {
		for j := range n {
			k := i*n + j
			v := unzigzag(uint32(p0[k]) | uint32(p1[k])<<8 | uint32(p2[k])<<16 | uint32(p3[k])<<24)
			if j < i {
				v += list[j*n+i]
			}
			list[k] = v
		}
	}
}

// zigzag makes small numbers of small differences of either sign. It and its inverse wrap around.
func zigzag(v int32) uint32 { return uint32(v<<1) ^ uint32(v>>31) }

func unzigzag(v uint32) int32 { return int32(v>>1) ^ -int32(v&1) }
