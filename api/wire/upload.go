package wire

import (
	"time"

	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// Header is the first part of a matrix that is sent, or all there is of a renewal.
type Header struct {
	ID, Tenant string
	Handle     string        // to renew; empty: a matrix follows
	Time       time.Duration // 0: as long as may be
	Bytes      int64         // that the matrix will take
}

// Upload puts a matrix together from its parts. It holds no more than has arrived.
type Upload struct {
	lim    Limits
	header *Header
	ids    []string
	places map[string]int32
	matrix *model.Matrix
	dist   bool
}

// NewUpload expects a header.
func NewUpload(lim Limits) *Upload { return &Upload{lim: lim} }

// Header reads the first part.
func (u *Upload) Header(in *calloutv1.PutMatrixRequest) (*Header, Faults) {
	r := newReader(u.lim, "")
	r.structure(in.ProtoReflect())
	h := in.GetHeader()
	switch {
	case r.broken:
		return nil, r.done()
	case h == nil:
		r.fault("header", Required, "the first part must be a header")
		return nil, r.done()
	}
	r.enter("header")
	out := &Header{ID: h.GetRequestId(), Tenant: h.GetTenant(), Handle: h.GetHandle(), Time: r.timeToLive(h.GetTimeToLive())}
	n := len(h.GetLocationIds())
	switch {
	case out.Handle != "":
		if n > 0 || h.GetHasDistances() {
			r.fault("handle", Conflict, "there is a matrix too")
		}
	case n == 0:
		r.fault("location_ids", Required, "must be set")
	case n*n > u.lim.MatrixCells:
		r.fault("location_ids", TooLarge, "%d locations make %d pairs, more than %d", n, n*n, u.lim.MatrixCells)
	default:
		u.places = make(map[string]int32, n)
		for i, id := range h.GetLocationIds() {
			if id == "" {
				r.fault(element("location_ids", i), Required, "must not be empty")
			} else if _, twice := u.places[id]; twice {
				r.fault(element("location_ids", i), Duplicate, "%s is listed before", quote(id))
			}
			u.places[id] = int32(i)
		}
	}
	if !r.ok() {
		return nil, r.done()
	}
	u.header, u.ids, u.dist = out, h.GetLocationIds(), h.GetHasDistances()
	u.matrix = &model.Matrix{N: n}
	out.Bytes = u.bytes()
	return out, nil
}

// bytes of the whole table. A list that grows may take a quarter more on the way.
func (u *Upload) bytes() int64 {
	cells := int64(u.matrix.N) * int64(u.matrix.N)
	out := 4 * cells
	if u.dist {
		out *= 2
	}
	return out + footprint(u.places)
}

// Rows reads a further part.
func (u *Upload) Rows(in *calloutv1.PutMatrixRequest) Faults {
	r := newReader(u.lim, "")
	if r.structure(in.ProtoReflect()); !r.ok() {
		return r.done()
	}
	rows := in.GetRows()
	if rows == nil {
		r.fault("rows", Required, "only the first part is a header")
		return r.done()
	}
	r.enter("rows")
	m, cells := u.matrix, u.matrix.N*u.matrix.N
	if len(rows.GetDurations()) > cells-len(m.Durations) {
		r.fault("durations", MatrixShape, "%d entries are more than %d", len(m.Durations)+len(rows.GetDurations()), cells)
	}
	switch {
	case !u.dist && len(rows.GetDistances()) > 0:
		r.fault("distances", Conflict, "the header says that there are none")
	case len(rows.GetDistances()) > cells-len(m.Distances):
		r.fault("distances", MatrixShape, "%d entries are more than %d", len(m.Distances)+len(rows.GetDistances()), cells)
	}
	if !r.ok() {
		return r.done()
	}
	m.Durations = grow(m.Durations, len(rows.GetDurations()), cells)
	for _, d := range rows.GetDurations() {
		k := len(m.Durations)
		m.Durations = append(m.Durations, r.legDuration(k, d, k/m.N == k%m.N))
	}
	m.Distances = grow(m.Distances, len(rows.GetDistances()), cells)
	for _, d := range rows.GetDistances() {
		k := len(m.Distances)
		if d != noWay { // its duration may not have come yet: Table looks
			d = r.legDistance(k, d, false)
		}
		m.Distances = append(m.Distances, d)
	}
	return r.done()
}

// grow makes room for more entries: at least a quarter more, but never for more than there can be.
func grow(list []int32, more, cells int) []int32 {
	need := len(list) + more
	if need <= cap(list) {
		return list
	}
	out := make([]int32, len(list), min(cells, max(need, len(list)+len(list)/4)))
	copy(out, list)
	return out
}

// Table is the matrix once all parts have come.
func (u *Upload) Table() (*Table, Faults) {
	r := newReader(u.lim, "rows")
	m, cells := u.matrix, u.matrix.N*u.matrix.N
	if len(m.Durations) != cells {
		r.fault("durations", MatrixShape, "%d entries for %d locations, not %d", len(m.Durations), m.N, cells)
	}
	if u.dist && len(m.Distances) != cells {
		r.fault("distances", MatrixShape, "%d entries for %d locations, not %d", len(m.Distances), m.N, cells)
	}
	if !r.ok() {
		return nil, r.done()
	}
	for k := range m.Distances {
		switch {
		case m.Distances[k] != noWay:
		case m.Durations[k] == model.Unreachable:
			m.Distances[k] = 0
		default:
			r.fault(element("distances", k), OutOfRange, "%d where there is a way", m.Distances[k])
		}
	}
	if !r.ok() {
		return nil, r.done()
	}
	return &Table{Handle: tableHandle(u.ids, m), Bytes: u.bytes(), matrix: m, places: u.places}, nil
}

// timeToLive of a handle; 0 where absent.
func (r *reader) timeToLive(d *durationpb.Duration) time.Duration {
	if d == nil || d.CheckValid() != nil {
		return 0
	}
	if d.AsDuration() <= 0 {
		r.fault("time_to_live", OutOfRange, "%v is too short", d.AsDuration())
	}
	return d.AsDuration()
}
