package engine

import (
	"callout/solver/ortools"
	"callout/solver/ortools/cpsat"
	"callout/solver/ortools/highs"
)

// NativeVersion is the version of OR-Tools that this engine is written for.
const NativeVersion = ortools.Version

// Native loads the native solvers and says why they cannot be used, if so (ortools.ErrUnavailable). It takes some 50 ms the first time,
// which a service spends when it starts rather than in its first request.
func Native() error {
	if err := highs.Available(); err != nil {
		return err
	}
	return cpsat.Available()
}
