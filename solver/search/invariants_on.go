//go:build invariants

package search

import "callout/solver/route"

// invariants tells whether steps are checked in full.
const invariants = true

// assertAgrees panics where the plan's running cost is not that of a full recomputation.
func assertAgrees(s *route.Solution) { s.MustAgree() }

// assertPermits panics where an instance that followed changes does not permit what its problem does.
func assertPermits(in *route.Instance) { in.MustPermit() }
