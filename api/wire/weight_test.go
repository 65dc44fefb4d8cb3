package wire

import (
	"bytes"
	"runtime"
	"strings"
	"testing"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"

	calloutv1 "callout/api/callout/v1"
	"callout/bench/city"
)

// What a message weighs is what it takes when it is decoded, or more, but not without measure; also where it was made to take much.
func TestWeight(t *testing.T) {
	field := func(num protowire.Number, content []byte) []byte {
		return protowire.AppendBytes(protowire.AppendTag(nil, num, protowire.BytesType), content)
	}
	problem := func(num protowire.Number, content []byte, times int) []byte {
		return field(3, bytes.Repeat(field(num, content), times))
	}
	encoded := func(m proto.Message) []byte {
		b, err := proto.Marshal(m)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	numbers := make([]int32, 200_000)
	for k := range numbers {
		numbers[k] = int32(k % 5000)
	}
	matrix := &calloutv1.Problem{Profiles: []*calloutv1.TravelProfile{{Travel: &calloutv1.TravelProfile_Matrix{
		Matrix: &calloutv1.Matrix{Durations: numbers, Distances: numbers},
	}}}}
	number := func(m proto.Message, name protoreflect.Name) protowire.Number {
		return m.ProtoReflect().Descriptor().Fields().ByName(name).Number()
	}
	p, job := new(calloutv1.Problem), new(calloutv1.Job)
	tests := map[string][]byte{
		"a day of 1,000 jobs": encoded(city.Generate(city.Options{Jobs: 1000, Technicians: 130})),
		"a matrix":            encoded(&calloutv1.SolveRequest{Problem: matrix}),
		"empty jobs":          problem(number(p, "jobs"), nil, 40_000),
		"empty technicians":   problem(number(p, "technicians"), nil, 40_000),
		"empty windows":       problem(number(p, "jobs"), bytes.Repeat(field(number(job, "windows"), nil), 40_000), 1),
		"unknown fields":      bytes.Repeat(protowire.AppendVarint(protowire.AppendTag(nil, 1000, protowire.VarintType), 1), 200_000),
		"empty strings":       problem(number(p, "jobs"), bytes.Repeat(field(number(job, "certificates"), nil), 40_000), 1),
	}
	for name, b := range tests {
		t.Run(name, func(t *testing.T) {
			m := new(calloutv1.SolveRequest)
			weight := Weight(m.ProtoReflect().Descriptor(), b)
			took := decodedSize(t, m, func() error { return proto.Unmarshal(b, m) })
			t.Logf("%d bytes, decoded %d, weight %d: %.1f times the encoding, weighed %.2f times", len(b), took, weight,
				float64(took)/float64(len(b)), float64(weight)/float64(took))
			if weight < took || weight > 4*took+1<<20 {
				t.Errorf("%d bytes decoded weigh %d", took, weight)
			}
		})
	}
}

// decodedSize is what a message takes that decode fills. Collecting twice empties pools as well.
func decodedSize(t *testing.T, m proto.Message, decode func() error) int64 {
	t.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&before)
	if err := decode(); err != nil {
		t.Fatal(err)
	}
	runtime.GC()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(m)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// The same of JSON, with what decoding takes on the way.
func TestJSONWeight(t *testing.T) {
	day, err := protojson.Marshal(city.Generate(city.Options{Jobs: 1000, Technicians: 130}))
	if err != nil {
		t.Fatal(err)
	}
	list := func(before, each, after string) []byte {
		return []byte(before + each + strings.Repeat(","+each, 10_000) + after)
	}
	for name, b := range map[string][]byte{
		"a day of 1,000 jobs": day,
		"empty jobs":          list(`{"problem":{"jobs":[`, `{}`, `]}}`),
		"short jobs":          list(`{"problem":{"jobs":[`, `{"skills":{},"id":""}`, `]}}`),
		"empty windows":       list(`{"problem":{"jobs":[{"windows":[`, `{"start":"2026-03-02T00:00:00Z"}`, `]}]}}`),
		"empty strings":       list(`{"problem":{"jobs":[{"certificates":[`, `""`, `]}]}}`),
		"a matrix":            list(`{"problem":{"profiles":[{"matrix":{"durations":[`, `1`, `]}}]}}`),
	} {
		t.Run(name, func(t *testing.T) {
			m := new(calloutv1.SolveRequest)
			weight := JSONWeight(b)
			took := decodedSize(t, m, func() error { return protojson.Unmarshal(b, m) })
			t.Logf("%d bytes, decoded %d, weight %d: weighed %.2f times", len(b), took, weight, float64(weight)/float64(took))
			if weight < took || weight > 20*took+4<<20 {
				t.Errorf("%d bytes decoded weigh %d", took, weight)
			}
		})
	}
}

// Nonsense has a weight as far as it can be read.
func FuzzWeight(f *testing.F) {
	f.Add([]byte{0x1a, 0xff, 0xff, 0xff, 0xff, 0x07})
	f.Add([]byte{0x1a, 0x02, 0x0a, 0x00})
	f.Fuzz(func(t *testing.T, b []byte) {
		m := new(calloutv1.SolveRequest)
		if w := Weight(m.ProtoReflect().Descriptor(), b); w < 0 || w > 2000+1000*int64(len(b)) {
			t.Errorf("%d bytes weigh %d", len(b), w)
		}
	})
}

func BenchmarkWeight(b *testing.B) {
	r := city.Generate(city.Options{Jobs: 1000, Technicians: 130})
	encoded, err := proto.Marshal(r)
	if err != nil {
		b.Fatal(err)
	}
	b.Run("weigh", func(b *testing.B) {
		b.SetBytes(int64(len(encoded)))
		for b.Loop() {
			Weight(r.ProtoReflect().Descriptor(), encoded)
		}
	})
	b.Run("decode", func(b *testing.B) {
		b.SetBytes(int64(len(encoded)))
		for b.Loop() {
			if err := proto.Unmarshal(encoded, new(calloutv1.SolveRequest)); err != nil {
				b.Fatal(err)
			}
		}
	})
}
