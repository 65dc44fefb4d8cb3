//go:build cgo && (linux || darwin)

package cpsat

/*
#include <dlfcn.h>
#include <stdlib.h>

static void *(*new_env)(void);
static void (*destroy_env)(void *);
static void (*stop_search)(void *);
static void (*solve)(void *, const void *, int, const void *, int, void **, int *);

// callout_bind returns the name of a function that the library lacks, NULL if it has all.
static const char *callout_bind(void *lib) {
	if (!(new_env = dlsym(lib, "SolveCpNewEnv"))) return "SolveCpNewEnv";
	if (!(destroy_env = dlsym(lib, "SolveCpDestroyEnv"))) return "SolveCpDestroyEnv";
	if (!(stop_search = dlsym(lib, "SolveCpStopSearch"))) return "SolveCpStopSearch";
	if (!(solve = dlsym(lib, "SolveCpInterruptible"))) return "SolveCpInterruptible";
	return NULL;
}

static void *callout_new(void) { return new_env(); }
static void callout_destroy(void *env) { destroy_env(env); }
static void callout_stop(void *env) { stop_search(env); }

typedef struct {
	void *data;
	int len;
} callout_bytes;

static callout_bytes callout_solve(void *env, const void *model, int model_len, const void *params, int params_len) {
	callout_bytes r = {NULL, 0};
	solve(env, model, model_len, params, params_len, &r.data, &r.len);
	return r;
}
*/
import "C"

import (
	"context"
	"fmt"
	"sync"
	"unsafe"

	"callout/solver/ortools"
)

// Available loads CP-SAT unless that has been done, and says why it cannot be used. A service calls it when it starts.
func Available() error {
	lib, err := ortools.Open(ortools.CPSAT)
	if err != nil {
		return err
	}
	return bind(lib)
}

var binding struct {
	sync.Mutex
	done bool
}

func bind(lib unsafe.Pointer) error {
	binding.Lock()
	defer binding.Unlock()
	if binding.done {
		return nil
	}
	if missing := C.callout_bind(lib); missing != nil {
		return fmt.Errorf("%w: the library has no %s (want OR-Tools %s)", ortools.ErrUnavailable, C.GoString(missing), ortools.Version)
	}
	binding.done = true
	return nil
}

// call hands a model and parameters to the solver and returns its answer; none if ctx ended and the solver did not stop at once.
func call(ctx context.Context, model, params []byte) ([]byte, error) {
	if err := Available(); err != nil {
		return nil, err
	}
	env := C.callout_new()
	solve := func() C.callout_bytes {
		return C.callout_solve(env, unsafe.Pointer(unsafe.SliceData(model)), C.int(len(model)),
			unsafe.Pointer(unsafe.SliceData(params)), C.int(len(params)))
	}
	free := func(answer C.callout_bytes) {
		C.free(answer.data)
		C.callout_destroy(env)
	}
	answer, ok := ortools.Call(ctx, solve, func() { C.callout_stop(env) }, free)
	if !ok {
		return nil, context.Cause(ctx)
	}
	defer free(answer)
	return C.GoBytes(answer.data, answer.len), nil
}
