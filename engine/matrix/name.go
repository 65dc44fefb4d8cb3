package matrix

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"math"

	"callout/engine/road"
	"callout/solver/model"
)

// name is a digest of a tenant and of all that a matrix was computed from. Each cache mixes in a secret of its own, so that
// nobody can make up two contents with names that ristretto, which looks at 128 bits, would take for one.
type name [sha256.Size]byte

// secret of a cache.
type secret [32]byte

func newSecret() (s secret) {
	rand.Read(s[:]) // it never fails
	return s
}

// Kinds of names. A change in how travel is computed needs a new one.
const (
	lineKind  = "straight line 1"
	givenKind = "given 1"
	roadKind  = "roads 1"
)

// digest writes numbers to a hash by the buffer.
type digest struct {
	h   hash.Hash
	buf []byte
}

func (s *Space) digest(kind string) *digest {
	d := &digest{h: sha256.New(), buf: make([]byte, 0, 8<<10)}
	d.buf = append(d.buf, s.cache.secret[:]...)
	d.text(s.tenant)
	d.text(kind)
	return d
}

func (d *digest) text(s string) {
	d.u64(uint64(len(s)))
	d.flush()
	d.h.Write([]byte(s))
}

func (d *digest) u64(v uint64) {
	d.room()
	d.buf = binary.LittleEndian.AppendUint64(d.buf, v)
}

func (d *digest) float(v float64) { d.u64(math.Float64bits(v)) }

func (d *digest) ints(list []int32) {
	d.u64(uint64(len(list)))
	for _, v := range list {
		d.room()
		d.buf = binary.LittleEndian.AppendUint32(d.buf, uint32(v))
	}
}

func (d *digest) room() {
	if len(d.buf)+8 > cap(d.buf) {
		d.flush()
	}
}

func (d *digest) flush() {
	d.h.Write(d.buf)
	d.buf = d.buf[:0]
}

func (d *digest) name() (n name) {
	d.flush()
	d.h.Sum(n[:0])
	return n
}

// lineName names straight-line travel by the points, in their order, and what makes seconds and metres of them.
func (s *Space) lineName(points []vector, line model.StraightLine) name {
	d := s.digest(lineKind)
	d.float(line.Detour)
	d.float(line.Speed)
	for _, v := range points {
		d.float(v.x)
		d.float(v.y)
		d.float(v.z)
	}
	return d.name()
}

// roadName names travel on roads by the weights and the places, in their order.
func (s *Space) roadName(w *road.Weights, places []road.Place) name {
	d := s.digest(roadKind)
	weights := w.Digest()
	d.text(string(weights[:]))
	for _, p := range places {
		d.u64(uint64(uint32(p.Segment))<<32 | uint64(uint32(p.At)))
	}
	return d.name()
}

// givenName names a matrix by its entries.
func (s *Space) givenName(m *model.Matrix) name {
	d := s.digest(givenKind)
	d.ints(m.Durations)
	d.ints(m.Distances)
	return d.name()
}
