package wire

import (
	"reflect"
	"sync"

	"google.golang.org/protobuf/encoding/protowire"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/reflect/protoregistry"
)

// Weight is about how many bytes a message takes in memory once it is decoded, told from its encoding, and rather more than less. A
// message may take a hundred times its encoding: an empty job is two bytes there. What is not well-formed counts as far as it can be
// read, as decoding does not get further either.
func Weight(d protoreflect.MessageDescriptor, encoded []byte) int64 {
	w := weightsOf(d)
	return w.self + w.inside(encoded)
}

// weights are what the parts of a message take.
type weights struct {
	self   int64         // the message without what it refers to
	fields []fieldWeight // by number; those that are none have no weight
}

type fieldWeight struct {
	known   bool
	each    int64    // of a value: room in its list, or behind its pointer
	packed  bool     // a list of numbers, which may come packed
	fixed   int      // bytes of a number when packed; 0: varint
	message *weights // of a message; else nil
}

// What Go's allocator and growing lists take beyond what was asked for.
const (
	wordBytes   = 8
	listWord    = 2 * wordBytes // a pointer in a list that grows
	stringBytes = 16
	leastAlloc  = 16
)

var allWeights sync.Map // of protoreflect.FullName: *weights

func weightsOf(d protoreflect.MessageDescriptor) *weights {
	if w, ok := allWeights.Load(d.FullName()); ok {
		return w.(*weights) //nolint:errcheck // nothing else is in there
	}
	w := newWeights(d, make(map[protoreflect.FullName]*weights))
	allWeights.Store(d.FullName(), w)
	return w
}

func newWeights(d protoreflect.MessageDescriptor, known map[protoreflect.FullName]*weights) *weights {
	if w := known[d.FullName()]; w != nil {
		return w
	}
	w := new(weights)
	known[d.FullName()] = w
	if t, err := protoregistry.GlobalTypes.FindMessageByName(d.FullName()); err == nil {
		size := int64(reflect.TypeOf(t.Zero().Interface()).Elem().Size())
		w.self = rounded(size)
	}
	for i := range d.Fields().Len() {
		fd := d.Fields().Get(i)
		for len(w.fields) <= int(fd.Number()) {
			w.fields = append(w.fields, fieldWeight{})
		}
		w.fields[fd.Number()] = newFieldWeight(fd, known)
	}
	return w
}

func newFieldWeight(fd protoreflect.FieldDescriptor, known map[protoreflect.FullName]*weights) fieldWeight {
	f := fieldWeight{known: true}
	number := int64(wordBytes)
	switch fd.Kind() {
	case protoreflect.MessageKind, protoreflect.GroupKind:
		f.message = newWeights(fd.Message(), known)
		if fd.IsList() {
			f.each = listWord
		}
	case protoreflect.StringKind, protoreflect.BytesKind:
		if fd.IsList() {
			f.each = 2 * stringBytes
		}
	case protoreflect.DoubleKind, protoreflect.Fixed64Kind, protoreflect.Sfixed64Kind:
		f.fixed = 8
	case protoreflect.FloatKind, protoreflect.Fixed32Kind, protoreflect.Sfixed32Kind:
		f.fixed, number = 4, 4
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Uint32Kind, protoreflect.EnumKind:
		number = 4
	case protoreflect.BoolKind:
		number = 1
	default:
	}
	switch {
	case fd.IsList() && fd.IsPacked():
		f.packed, f.each = true, number
	case fd.ContainingOneof() != nil, fd.HasOptionalKeyword():
		f.each += leastAlloc
	}
	return f
}

// inside is what an encoded message refers to.
func (w *weights) inside(b []byte) int64 {
	var sum int64
	for len(b) > 0 {
		num, typ, n := protowire.ConsumeTag(b)
		if n < 0 {
			return sum
		}
		size := protowire.ConsumeFieldValue(num, typ, b[n:])
		if size < 0 {
			return sum
		}
		value := b[n : n+size]
		b = b[n+size:]
		if int(num) >= len(w.fields) || !w.fields[num].known {
			sum += 2 * int64(n+size) // is kept as it came, in a list that grows
			continue
		}
		sum += w.fields[num].weight(typ, value)
	}
	return sum
}

// weight of a value.
func (f *fieldWeight) weight(typ protowire.Type, value []byte) int64 {
	if typ != protowire.BytesType {
		return 2 * f.each // one of a list that grows, or nearly nothing
	}
	content, n := protowire.ConsumeBytes(value)
	switch {
	case n < 0:
		return 0
	case f.message != nil:
		return f.each + f.message.self + f.message.inside(content)
	case !f.packed:
		return f.each + leastAlloc + int64(len(content))
	case f.fixed > 0:
		return rounded(int64(len(content)))
	}
	var sum int64
	for _, x := range content {
		sum += int64((x >> 7) ^ 1) // the last byte of a number
	}
	return rounded(sum * f.each)
}

// rounded is what Go's allocator gives for that many bytes, at most: its sizes are an eighth apart.
func rounded(bytes int64) int64 { return bytes + bytes/8 }

// JSONWeight is about how many bytes a request as JSON takes, with what is decoded from it, and rather more than less. It counts
// signs: an object may be the largest message, a string may be a time, an element may be a number.
func JSONWeight(body []byte) int64 {
	var sum int64
	for _, c := range body {
		switch c {
		case '{':
			sum += largestMessage() + listWord
		case '"':
			sum += 5 * wordBytes
		case ',', '[':
			sum += listWord
		}
	}
	return sum + 3*int64(len(body))
}

// largestMessage is what the largest of the messages takes that a request may hold.
var largestMessage = sync.OnceValue(func() int64 {
	var most int64
	for name := range rules {
		if t, err := protoregistry.GlobalTypes.FindMessageByName(name); err == nil {
			most = max(most, weightsOf(t.Descriptor()).self)
		}
	}
	return most
})
