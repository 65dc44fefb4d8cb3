package wire

import (
	"reflect"
	"time"
)

// footprint is about how many bytes all that v points to takes in memory. What several pointers or slices share counts once where
// they begin alike.
func footprint(v any) int64 {
	f := footprinter{seen: make(map[uintptr]bool)}
	f.below(reflect.ValueOf(v))
	return f.bytes
}

type footprinter struct {
	seen  map[uintptr]bool
	bytes int64
}

var zoneType = reflect.TypeFor[time.Location]()

const (
	zoneBytes = 8 << 10 // of a time zone, about
	mapFactor = 2       // room of a map per room of its entries, about
)

// below counts what a value refers to, but not the value itself.
func (f *footprinter) below(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		switch {
		case v.IsNil() || f.known(v.Pointer()):
		case v.Type().Elem() == zoneType:
			f.bytes += zoneBytes
		default:
			f.bytes += int64(v.Type().Elem().Size())
			f.below(v.Elem())
		}
	case reflect.Slice:
		if v.Cap() == 0 || f.known(v.Pointer()) {
			return
		}
		f.bytes += int64(v.Cap()) * int64(v.Type().Elem().Size())
		if refers(v.Type().Elem()) {
			for i := range v.Len() {
				f.below(v.Index(i))
			}
		}
	case reflect.Array:
		if refers(v.Type().Elem()) {
			for i := range v.Len() {
				f.below(v.Index(i))
			}
		}
	case reflect.String:
		f.bytes += int64(v.Len())
	case reflect.Struct:
		for _, field := range v.Fields() {
			f.below(field)
		}
	case reflect.Map:
		f.bytes += mapFactor * int64(v.Len()) * int64(v.Type().Key().Size()+v.Type().Elem().Size())
		for it := v.MapRange(); it.Next(); {
			f.below(it.Key())
			f.below(it.Value())
		}
	case reflect.Interface: // of a problem, wide travel; it says by itself what it takes
		if v.IsNil() || !v.CanInterface() { // a context has the problem once more
			return
		}
		if x, ok := reflect.TypeAssert[interface{ Bytes() int64 }](v); ok && !f.known(v.Elem().Pointer()) {
			f.bytes += x.Bytes()
		}
	default: // numbers refer to nothing; there are no channels and functions in a problem
	}
}

func (f *footprinter) known(at uintptr) bool {
	if f.seen[at] {
		return true
	}
	f.seen[at] = true
	return false
}

// refers tells whether values of a type may refer to others.
func refers(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.String, reflect.Struct, reflect.Map, reflect.Interface:
		return true
	case reflect.Array:
		return refers(t.Elem())
	default:
		return false
	}
}
