package search

import "math"

// heat anneals: the temperature falls geometrically from hot to cold with the share of the budget that is spent. Where there are
// steps enough it does so in cycles. By the end of the first one the routes have settled, and more steps in the cold hardly change them; each
// later cycle starts from the best plan and less hot, so that parts of it melt and most stays.
type heat struct {
	hot, cold float64
	later     int // cycles after the first
}

const (
	firstCycle  = 0.4 // share of the budget that goes into the first cycle where there are others
	reheat      = 0.3 // hot end of a later cycle, as a share of the first's
	cycleSteps  = 200 // least steps per job in a later cycle
	laterCycles = 6   // most of them
)

// cycles is how many of them come after the first where that many steps per job are spent.
func cycles(stepsPerJob float64) int {
	return int(min(laterCycles, (1-firstCycle)*stepsPerJob/cycleSteps))
}

// at is the temperature when that share of the budget is spent, and the number of the cycle, from 0.
func (h heat) at(spent float64) (temperature float64, cycle int) {
	spent = min(1, spent)
	first := 1.0
	if h.later > 0 {
		first = firstCycle
	}
	if spent < first || h.later == 0 {
		return fall(h.hot, h.cold, spent/first), 0
	}
	x := (spent - first) / (1 - first) * float64(h.later)
	cycle = min(int(x), h.later-1)
	return fall(max(h.cold, reheat*h.hot), h.cold, x-float64(cycle)), 1 + cycle
}

// fall goes geometrically from a to b.
func fall(a, b, share float64) float64 { return a * math.Pow(b/a, share) }
