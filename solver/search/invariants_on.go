//go:build invariants

package search

import "callout/solver/route"

// invariants tells whether steps are checked in full.
const invariants = true

// assertAgrees panics where the plan's running cost is not that of a full recomputation.
func assertAgrees(s *route.Solution) { s.MustAgree() }
