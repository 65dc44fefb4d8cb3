//go:build cgo && (linux || darwin)

package ortools

/*
#cgo linux LDFLAGS: -ldl
#include <dlfcn.h>
#include <stdlib.h>

// dlerror speaks of the calling thread's last error, so it is asked before the goroutine can move to another thread.
static void *callout_open(const char *path, const char **err) {
	void *lib = dlopen(path, RTLD_NOW | RTLD_LOCAL);
	*err = lib ? NULL : dlerror();
	return lib;
}
*/
import "C"

import (
	"fmt"
	"sync"
	"unsafe"
)

var loaded struct {
	sync.Mutex
	libs map[Library]unsafe.Pointer
}

// Open loads a library, once per process, and returns the handle for dlsym. It is never unloaded: C++ libraries leave threads,
// thread-local destructors and static state behind. The first call for CPSAT takes some 50 ms when the files are in memory;
// a service asks for it when it starts. May be called by many at once. Errors wrap ErrUnavailable; they are not remembered.
func Open(l Library) (unsafe.Pointer, error) {
	loaded.Lock()
	defer loaded.Unlock()
	if lib := loaded.libs[l]; lib != nil {
		return lib, nil
	}
	path, err := Find(l)
	if err != nil {
		return nil, err
	}
	name := C.CString(path)
	defer C.free(unsafe.Pointer(name))
	var reason *C.char
	lib := C.callout_open(name, &reason)
	if lib == nil {
		return nil, fmt.Errorf("%w: %s", ErrUnavailable, C.GoString(reason))
	}
	if loaded.libs == nil {
		loaded.libs = make(map[Library]unsafe.Pointer)
	}
	loaded.libs[l] = lib
	return lib, nil
}
