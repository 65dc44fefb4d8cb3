//go:build !cgo || !(linux || darwin)

package cpsat

import (
	"context"

	"callout/solver/ortools"
)

// Available says why CP-SAT cannot be used by this build.
func Available() error {
	_, err := ortools.Open(ortools.CPSAT)
	return err
}

func call(context.Context, []byte, []byte) ([]byte, error) { return nil, Available() }
