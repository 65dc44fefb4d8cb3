package wire

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"

	"callout/solver/model"
)

// Table is a matrix between places that have ids, for problems to name by a handle. It is immutable.
type Table struct {
	Handle string // a digest of the content
	Bytes  int64  // that it takes
	matrix *model.Matrix
	places map[string]int32 // row of each id
}

// byHandle is the matrix that a handle names, or nil.
func (b *builder) byHandle(handle string) *model.Matrix {
	if handle == "" {
		b.fault("matrix_handle", Required, "must be set")
		return nil
	}
	if m := b.picked[handle]; m != nil {
		return m
	}
	var t *Table
	if b.known.Matrix != nil {
		t = b.known.Matrix(handle)
	}
	if t == nil {
		b.unknownHandle("matrix_handle", handle)
		return nil
	}
	m, copied := b.pick(t)
	switch {
	case m == nil:
		return nil
	case copied:
		b.own = append(b.own, m)
	}
	if b.picked == nil {
		b.picked = make(map[string]*model.Matrix)
	}
	b.picked[handle] = m
	return m
}

// pick is a profile's matrix: that of a table, or a copy of what of it the problem needs. It is nil where the table lacks locations.
func (b *builder) pick(t *Table) (m *model.Matrix, copied bool) {
	n := len(b.in.GetLocations())
	rows := make([]int32, n)
	same := n == t.matrix.N
	missing := false
	for i, l := range b.in.GetLocations() {
		at, known := t.places[l.GetId()]
		if !known {
			missing = true
			b.fault("matrix_handle", UnknownID, "the matrix has no location %s", quote(l.GetId()))
			continue
		}
		rows[i] = at
		same = same && int(at) == i
	}
	switch {
	case missing:
		return nil, false
	case same:
		return t.matrix, false
	}
	m = &model.Matrix{N: n, Durations: make([]int32, n*n)}
	if t.matrix.Distances != nil {
		m.Distances = make([]int32, n*n)
	}
	for i, from := range rows {
		for j, to := range rows {
			m.Durations[i*n+j] = t.matrix.Durations[int(from)*t.matrix.N+int(to)]
			if m.Distances != nil {
				m.Distances[i*n+j] = t.matrix.Distances[int(from)*t.matrix.N+int(to)]
			}
		}
	}
	return m, true
}

// tableHandle is a digest of a matrix and the ids of its rows.
func tableHandle(ids []string, m *model.Matrix) string {
	h := sha256.New()
	buf := make([]byte, 0, 8<<10)
	number := func(v uint32) {
		if buf = binary.LittleEndian.AppendUint32(buf, v); len(buf) > 8<<10-4 {
			h.Write(buf)
			buf = buf[:0]
		}
	}
	number(uint32(len(ids)))
	for _, id := range ids {
		number(uint32(len(id)))
		buf = append(buf, id...)
		h.Write(buf)
		buf = buf[:0]
	}
	for _, d := range m.Durations {
		number(uint32(d))
	}
	for _, d := range m.Distances {
		number(uint32(d))
	}
	h.Write(buf)
	return matrixPrefix + hex.EncodeToString(h.Sum(nil))
}
