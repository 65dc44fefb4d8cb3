package wire

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/durationpb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

func header(ids []string, distances bool) *calloutv1.PutMatrixRequest {
	return &calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{
		Header: &calloutv1.MatrixHeader{RequestId: "r", Tenant: "t", LocationIds: ids, HasDistances: distances},
	}}
}

func rows(durations, distances []int32) *calloutv1.PutMatrixRequest {
	return &calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Rows{
		Rows: &calloutv1.MatrixRows{Durations: durations, Distances: distances},
	}}
}

// upload puts parts together, the first of which is a header.
func upload(lim Limits, parts ...*calloutv1.PutMatrixRequest) (*Table, Faults) {
	u := NewUpload(lim)
	if _, faults := u.Header(parts[0]); len(faults) > 0 {
		return nil, faults
	}
	for _, p := range parts[1:] {
		if faults := u.Rows(p); len(faults) > 0 {
			return nil, faults
		}
	}
	return u.Table()
}

var abc = []string{"a", "b", "c"}

var (
	abcDurations = []int32{0, 10, 20, 11, 0, -1, 21, 12, 0}
	abcDistances = []int32{0, 100, 200, 110, 0, -1, 210, 120, 0}
)

func TestUpload(t *testing.T) {
	whole, faults := upload(DefaultLimits(), header(abc, true), rows(abcDurations, abcDistances))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	m := whole.matrix
	if m.Duration(1, 0) != 11 || m.Distance(2, 1) != 120 || m.Duration(1, 2) < model.Unreachable || m.Distance(1, 2) != 0 {
		t.Errorf("%+v", m)
	}
	if !strings.HasPrefix(whole.Handle, "matrix-") || whole.Bytes < 8*9 {
		t.Errorf("handle %s, %d bytes", whole.Handle, whole.Bytes)
	}
	pieces, faults := upload(DefaultLimits(), header(abc, true), rows(nil, abcDistances[:5]), rows(abcDurations[:1], nil),
		rows(nil, nil), rows(abcDurations[1:], abcDistances[5:8]), rows(nil, abcDistances[8:]))
	if len(faults) > 0 || pieces.Handle != whole.Handle || !slices.Equal(pieces.matrix.Durations, m.Durations) ||
		!slices.Equal(pieces.matrix.Distances, m.Distances) {
		t.Errorf("in pieces: %v, %+v", faults, pieces)
	}
	plain, faults := upload(DefaultLimits(), header(abc, false), rows(abcDurations, nil))
	if len(faults) > 0 || plain.matrix.Distances != nil || plain.Handle == whole.Handle {
		t.Errorf("without distances: %v, %+v", faults, plain)
	}
	renamed, _ := upload(DefaultLimits(), header([]string{"a", "bc", ""}[:2], false), rows([]int32{0, 1, 1, 0}, nil))
	other, _ := upload(DefaultLimits(), header([]string{"ab", "c"}, false), rows([]int32{0, 1, 1, 0}, nil))
	if renamed.Handle == other.Handle {
		t.Error("other places, and the same handle")
	}
}

func TestUploadFaults(t *testing.T) {
	lim := DefaultLimits()
	lim.MatrixCells = 9
	handle := func(h *calloutv1.MatrixHeader) *calloutv1.PutMatrixRequest {
		return &calloutv1.PutMatrixRequest{Part: &calloutv1.PutMatrixRequest_Header{Header: h}}
	}
	type parts = []*calloutv1.PutMatrixRequest
	for name, tt := range map[string]struct {
		parts parts
		want  []string
	}{
		"no header":    {parts{rows(nil, nil)}, []string{"header REQUIRED"}},
		"nothing":      {parts{{}}, []string{"header REQUIRED"}},
		"no locations": {parts{header(nil, false)}, []string{"header.location_ids REQUIRED"}},
		"same location": {
			parts{header([]string{"a", "", "a"}, false)},
			[]string{"header.location_ids[1] REQUIRED", "header.location_ids[2] DUPLICATE"},
		},
		"four locations": {parts{header([]string{"a", "b", "c", "d"}, false)}, []string{"header.location_ids TOO_LARGE"}},
		"renewal with a matrix": {
			parts{handle(&calloutv1.MatrixHeader{Handle: "x", LocationIds: abc})}, []string{"header.handle CONFLICT"},
		},
		"no time to live": {
			parts{handle(&calloutv1.MatrixHeader{LocationIds: abc, TimeToLive: durationpb.New(-time.Second)})},
			[]string{"header.time_to_live OUT_OF_RANGE"},
		},
		"two headers": {parts{header(abc, false), header(abc, false)}, []string{"rows REQUIRED"}},
		"too few": {
			parts{header(abc, true), rows(abcDurations[:8], nil)},
			[]string{"rows.durations MATRIX_SHAPE", "rows.distances MATRIX_SHAPE"},
		},
		"too many":       {parts{header(abc, false), rows(abcDurations, nil), rows([]int32{1}, nil)}, []string{"rows.durations MATRIX_SHAPE"}},
		"many distances": {parts{header(abc, true), rows(nil, make([]int32, 10))}, []string{"rows.distances TOO_MANY"}},
		"with distances": {parts{header(abc, false), rows(nil, abcDistances)}, []string{"rows.distances CONFLICT"}},
		"bad entries": {
			parts{header(abc, true), rows([]int32{-1, -2, 1}, []int32{-2})},
			[]string{"rows.durations[0] OUT_OF_RANGE", "rows.durations[1] OUT_OF_RANGE", "rows.distances[0] OUT_OF_RANGE"},
		},
		"in a later part": {
			parts{header(abc, false), rows(abcDurations[:4], nil), rows([]int32{-1}, nil)}, []string{"rows.durations[4] OUT_OF_RANGE"},
		},
		"a way without a distance": {
			parts{header(abc, true), rows(abcDurations, []int32{0, -1, 1, 1, 0, 1, 1, 1, 0})}, []string{"rows.distances[1] OUT_OF_RANGE"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			_, faults := upload(lim, tt.parts...)
			if got := brief(faults); !slices.Equal(got, tt.want) {
				t.Errorf("%q, want %q", got, tt.want)
			}
			wellFormed(t, faults)
		})
	}
}

// byHandle is a small problem whose first profile names a matrix.
func byHandle(t *testing.T, handle string) *calloutv1.Problem {
	t.Helper()
	in := small(t).GetProblem()
	in.Profiles[0].Travel = &calloutv1.TravelProfile_MatrixHandle{MatrixHandle: handle}
	return in
}

// A profile takes from a matrix sent before what it needs, and the matrix itself where that is all of it.
func TestMatrixHandle(t *testing.T) {
	var ids []string
	for _, l := range small(t).GetProblem().GetLocations() {
		ids = append(ids, l.GetId())
	}
	n := len(ids)
	table := func(ids []string) *Table {
		durations := make([]int32, len(ids)*len(ids))
		for i, from := range ids {
			for j, to := range ids {
				if i != j {
					durations[i*len(ids)+j] = int32(from[len(from)-1])*100 + int32(to[len(to)-1])
				}
			}
		}
		out, faults := upload(DefaultLimits(), header(ids, false), rows(durations, nil))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		return out
	}
	more := append([]string{"unused", "too"}, ids...)
	slices.Reverse(more)
	tables := map[string]*Table{"same": table(ids), "more": table(more), "fewer": table(ids[1:])}
	shared := 0
	in := &Intake{
		Limits: DefaultLimits(), Matrix: func(h string) *Table { return tables[h] },
		Share: func(m *model.Matrix) *model.Matrix {
			shared++
			return m
		},
	}
	same, _, faults := in.convert(byHandle(t, "same"))
	if len(faults) > 0 || same.Profiles[0].Matrix != tables["same"].matrix || shared != 0 {
		t.Fatalf("%v; shared %d times", faults, shared)
	}
	picked, _, faults := in.convert(byHandle(t, "more"))
	if len(faults) > 0 || picked.Profiles[0].Matrix.N != n || shared != 1 ||
		!slices.Equal(picked.Profiles[0].Matrix.Durations, same.Profiles[0].Matrix.Durations) {
		t.Errorf("%v; shared %d times; %v", faults, shared, picked)
	}
	for handle, code := range map[string]string{"fewer": UnknownID, "none": UnknownHandle} {
		_, _, faults := in.convert(byHandle(t, handle))
		if want := []string{"problem.profiles[0].matrix_handle " + code}; !slices.Equal(brief(faults), want) {
			t.Errorf("%s: %v", handle, faults)
		}
	}
}

// FuzzUpload puts together parts that come in any order, size and content: a table comes out only of what is a matrix, and then it
// is the same however the parts were cut.
func FuzzUpload(f *testing.F) {
	add := func(parts ...*calloutv1.PutMatrixRequest) {
		var raw []byte
		for _, p := range parts {
			b, err := proto.Marshal(p)
			if err != nil {
				f.Fatal(err)
			}
			raw = append(binary.AppendUvarint(raw, uint64(len(b))), b...)
		}
		f.Add(raw, uint64(1))
	}
	add(header(abc, true), rows(abcDurations, abcDistances))
	add(header(abc, true), rows(abcDurations[:4], nil), rows(nil, abcDistances[:7]), rows(abcDurations[4:], abcDistances[7:]))
	add(header(abc[:1], false), rows([]int32{0}, nil))
	add(header(abc, false), header(abc, false))
	add(rows(nil, nil))
	f.Fuzz(func(t *testing.T, raw []byte, seed uint64) {
		var parts []*calloutv1.PutMatrixRequest
		for len(raw) > 0 && len(parts) < 100 {
			size, n := binary.Uvarint(raw)
			if n <= 0 || size > uint64(len(raw)-n) {
				return
			}
			p := new(calloutv1.PutMatrixRequest)
			if proto.Unmarshal(raw[n:n+int(size)], p) != nil {
				return
			}
			raw = raw[n+int(size):]
			parts = append(parts, p)
		}
		if len(parts) == 0 {
			return
		}
		var table *Table
		var faults Faults
		whole := new(calloutv1.MatrixRows)
		for _, p := range parts[1:] {
			whole.Durations = append(whole.Durations, p.GetRows().GetDurations()...)
			whole.Distances = append(whole.Distances, p.GetRows().GetDistances()...)
		}
		thrifty(t, whole, func() { table, faults = upload(DefaultLimits(), parts...) })
		wellFormed(t, faults)
		if (table == nil) != (len(faults) > 0 || parts[0].GetHeader().GetHandle() != "") {
			t.Fatalf("table %v, faults %v", table, faults)
		}
		if table == nil {
			return
		}
		n := len(parts[0].GetHeader().GetLocationIds())
		m := table.matrix
		if m.N != n || len(m.Durations) != n*n || len(m.Distances) != 0 && len(m.Distances) != n*n || len(table.places) != n {
			t.Fatalf("%d places, %d durations, %d distances", m.N, len(m.Durations), len(m.Distances))
		}
		for k, d := range m.Durations {
			if d < 0 || k/n == k%n && d == model.Unreachable {
				t.Fatalf("duration %d is %d", k, d)
			}
		}
		for k, d := range m.Distances {
			if d < 0 || d > maxDistance {
				t.Fatalf("distance %d is %d", k, d)
			}
		}
		rng := rand.New(rand.NewPCG(seed, 0))
		cut := rng.IntN(n*n + 1)
		again := []*calloutv1.PutMatrixRequest{
			parts[0], rows(whole.GetDurations()[:cut], nil), rows(whole.GetDurations()[cut:], whole.GetDistances()),
		}
		if other, faults := upload(DefaultLimits(), again...); len(faults) > 0 || other.Handle != table.Handle {
			t.Fatalf("cut elsewhere: %v", faults)
		}
	})
}
