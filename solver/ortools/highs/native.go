//go:build cgo && (linux || darwin)

package highs

/*
#include <stdlib.h>
#include "highs.h"
*/
import "C"

import (
	"context"
	"errors"
	"fmt"
	"runtime/cgo"
	"sync"
	"unsafe"

	"callout/solver/ortools"
)

var binding struct {
	sync.Mutex
	done bool
}

// Available loads HiGHS unless that has been done, and says why it cannot be used. A service calls it when it starts.
func Available() error {
	lib, err := ortools.Open(ortools.HiGHS)
	if err != nil {
		return err
	}
	binding.Lock()
	defer binding.Unlock()
	if binding.done {
		return nil
	}
	if missing := C.callout_highs_bind(lib); missing != nil {
		return fmt.Errorf("%w: the library has no %s (want OR-Tools %s)", ortools.ErrUnavailable, C.GoString(missing), ortools.Version)
	}
	if C.highs_getSizeofHighsInt(nil) != C.sizeof_int {
		return fmt.Errorf("%w: a HiGHS with 64-bit indices (want that of OR-Tools %s)", ortools.ErrUnavailable, ortools.Version)
	}
	binding.done = true
	return nil
}

// instance is a HiGHS object with at most one model. One goroutine at a time, on any thread.
type instance struct {
	h     unsafe.Pointer
	watch *C.callout_watch // In C's memory: another thread and the callbacks read it while a call runs.
}

// create makes an instance; reset comes before its use.
func create() (*instance, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	s := &instance{h: C.highs_create(), watch: (*C.callout_watch)(C.calloc(1, C.sizeof_callout_watch))}
	s.watch.h = s.h
	return s, nil
}

// reset drops the model and all options but these: silence, and the calling thread alone.
func (s *instance) reset() error {
	if C.highs_clear(s.h) < 0 {
		return refused("to be cleared")
	}
	return errors.Join(
		s.set("output_flag", false), s.set("threads", 1), s.set("parallel", "off"),
	)
}

// set changes an option.
func (s *instance) set(name string, value any) error {
	option := C.CString(name)
	defer C.free(unsafe.Pointer(option))
	var status C.int
	switch x := value.(type) {
	case bool:
		var on C.int
		if x {
			on = 1
		}
		status = C.highs_setBoolOptionValue(s.h, option, on)
	case int:
		status = C.highs_setIntOptionValue(s.h, option, C.int(x))
	case float64:
		status = C.highs_setDoubleOptionValue(s.h, option, C.double(x))
	case string:
		word := C.CString(x)
		defer C.free(unsafe.Pointer(word))
		status = C.highs_setStringOptionValue(s.h, option, word)
	default:
		status = -1
	}
	if status < 0 {
		return refused(fmt.Sprintf("option %s = %v", name, value))
	}
	return nil
}

func ints(x []int32) *C.int         { return (*C.int)(unsafe.SliceData(x)) }
func doubles(x []float64) *C.double { return (*C.double)(unsafe.SliceData(x)) }

// pass hands over a model, in place of any other.
func (s *instance) pass(m *Model, mip bool) error {
	const colwise = 1
	sense := C.int(1)
	if m.Maximize {
		sense = -1
	}
	a := m.byColumn()
	var status C.int
	if mip {
		status = C.highs_passMip(s.h, C.int(len(m.cost)), C.int(len(m.rowLower)), C.int(len(a.index)), colwise, sense,
			C.double(m.Offset), doubles(m.cost), doubles(m.lower), doubles(m.upper), doubles(m.rowLower), doubles(m.rowUpper),
			ints(a.start), ints(a.index), doubles(a.value), ints(m.integer))
	} else {
		status = C.highs_passLp(s.h, C.int(len(m.cost)), C.int(len(m.rowLower)), C.int(len(a.index)), colwise, sense,
			C.double(m.Offset), doubles(m.cost), doubles(m.lower), doubles(m.upper), doubles(m.rowLower), doubles(m.rowUpper),
			ints(a.start), ints(a.index), doubles(a.value))
	}
	if status < 0 {
		return refused("a model")
	}
	return nil
}

func (s *instance) addColumns(cost, lower, upper []float64, a matrix) error {
	if C.highs_addCols(s.h, C.int(len(cost)), doubles(cost), doubles(lower), doubles(upper),
		C.int(len(a.index)), ints(a.start), ints(a.index), doubles(a.value)) < 0 {
		return refused("columns")
	}
	return nil
}

func (s *instance) addRow(lower, upper float64, index []int32, value []float64) error {
	start, low, high := [1]int32{}, [1]float64{lower}, [1]float64{upper}
	if C.highs_addRows(s.h, 1, doubles(low[:]), doubles(high[:]), C.int(len(index)), ints(start[:]), ints(index), doubles(value)) < 0 {
		return refused("a row")
	}
	return nil
}

func (s *instance) setCost(col int, cost float64) error {
	if C.highs_changeColCost(s.h, C.int(col), C.double(cost)) < 0 {
		return refused("a cost")
	}
	return nil
}

func (s *instance) setBounds(col int, lower, upper float64) error {
	if C.highs_changeColBounds(s.h, C.int(col), C.double(lower), C.double(upper)) < 0 {
		return refused("bounds")
	}
	return nil
}

func (s *instance) setRowBounds(row int, lower, upper float64) error {
	if C.highs_changeRowBounds(s.h, C.int(row), C.double(lower), C.double(upper)) < 0 {
		return refused("bounds")
	}
	return nil
}

func (s *instance) setStart(x []float64) error {
	if C.highs_setSolution(s.h, doubles(x), nil, nil, nil) < 0 {
		return refused("a start")
	}
	return nil
}

// run solves until it is done or ctx ends, and returns the code of the model's status. If it returns errLeft the solver did not stop at
// once: the instance is still at work and will be released when it has ended; the caller must not touch it.
func (s *instance) run(ctx context.Context, in *receiver) (code int, err error) {
	s.watch.stop, s.watch.handle = 0, 0
	forget := func() {}
	if in != nil {
		handle := cgo.NewHandle(in)
		forget = handle.Delete
		s.watch.handle = C.uintptr_t(handle)
	}
	C.highs_zeroAllClocks(s.h) // They add up over runs, and the time limit counts by them.
	status, ok := ortools.Call(ctx,
		func() C.int { return C.callout_run(s.watch) },
		func() { C.callout_stop(s.watch) },
		func(C.int) {
			forget()
			s.release()
		})
	if in != nil {
		in.close()
	}
	if !ok {
		return 0, errLeft
	}
	forget()
	switch {
	case in != nil && in.panicked != nil:
		s.release()
		panic(in.panicked)
	case status < 0 && ctx.Err() != nil:
		return interrupted, nil //nolint:nilerr // the status says it
	case status < 0:
		return 0, errLibrary
	}
	return int(C.highs_getModelStatus(s.h)), nil
}

//export calloutIncumbent
func calloutIncumbent(handle C.uintptr_t, x *C.double, bound C.double) C.int {
	if in, ok := cgo.Handle(handle).Value().(*receiver); ok && in.take(unsafe.Slice((*float64)(x), len(in.m.cost)), float64(bound)) {
		return 1
	}
	return 0
}

// solution fills slices by column and by row; the reduced costs and duals may be nil.
func (s *instance) solution(x, reduced, activity, dual []float64) error {
	if C.highs_getSolution(s.h, doubles(x), doubles(reduced), doubles(activity), doubles(dual)) < 0 {
		return errLibrary
	}
	return nil
}

func (s *instance) number(info string) float64 {
	name := C.CString(info)
	defer C.free(unsafe.Pointer(name))
	var x C.double
	C.highs_getDoubleInfoValue(s.h, name, &x)
	return float64(x)
}

func (s *instance) count(info string) int64 {
	name := C.CString(info)
	defer C.free(unsafe.Pointer(name))
	var wide C.int64_t
	if C.highs_getInt64InfoValue(s.h, name, &wide) == 0 {
		return int64(wide)
	}
	var x C.int
	C.highs_getIntInfoValue(s.h, name, &x)
	return int64(x)
}
