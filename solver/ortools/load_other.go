//go:build !cgo || !(linux || darwin)

package ortools

import (
	"fmt"
	"unsafe"
)

// Open says that there is nothing to load with.
func Open(l Library) (unsafe.Pointer, error) {
	return nil, fmt.Errorf("%w: %s cannot be loaded by this build (it needs cgo, and Linux or macOS)", ErrUnavailable, l.file())
}
