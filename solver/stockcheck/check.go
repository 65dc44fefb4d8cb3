// Package stockcheck judges allocations: it recomputes from solver/stock alone whether they keep the rules and what they cost. It
// shares no code with solver/allocate.
package stockcheck

import (
	"fmt"
	"math/bits"

	"callout/solver/stock"
)

// Code says which rule is broken.
type Code string

// The codes.
const (
	BadIndex   Code = "BAD_INDEX"    // a supply names what there is not
	NoUnits    Code = "NO_UNITS"     // a supply of nothing
	OtherSKU   Code = "OTHER_SKU"    // the lot is of another SKU than the demand
	Oversold   Code = "OVERSOLD"     // a lot gives more than it has
	Overserved Code = "OVERSERVED"   // a demand gets more than it asks for
	BrokenPath Code = "BROKEN_PATH"  // a departure does not leave where the units are, or the last does not arrive at the demand
	TooEarly   Code = "TOO_EARLY"    // a departure leaves before the units are there
	Overflow   Code = "OVERFLOW"     // the costs leave the range of exact numbers
	Backwards  Code = "BACKWARDS"    // a departure arrives before it leaves
	NotInOrder Code = "NOT_IN_ORDER" // supplies are not sorted by demand and arrival
)

// Violation is a broken rule. Indices that do not apply are -1.
type Violation struct {
	Code   Code
	Supply int
	Lot    stock.LotIdx
	Demand stock.DemandIdx
}

func (v Violation) String() string {
	return fmt.Sprintf("%s (supply %d, lot %d, demand %d)", v.Code, v.Supply, v.Lot, v.Demand)
}

// Report is a judgement.
type Report struct {
	Violations []Violation
	Terms      stock.Terms // not meaningful where there are violations
	// By demand: units served, of them in time, and what the demand costs beside the departures' fixed costs.
	Served, InTime []int64
	Arrives        []stock.Time // by supply
}

// Feasible tells whether no rule is broken.
func (r *Report) Feasible() bool { return len(r.Violations) == 0 }

// Err is nil for a feasible allocation.
func (r *Report) Err() error {
	if r.Feasible() {
		return nil
	}
	return fmt.Errorf("stockcheck: %d rules are broken, first %s", len(r.Violations), r.Violations[0])
}

// judge is a judgement under way.
type judge struct {
	Report

	n    *stock.Network
	sum  sum
	lots []int64 // taken
	used []bool  // departures
}

// Allocation judges an allocation of a well-formed network.
func Allocation(n *stock.Network, a *stock.Allocation) Report {
	j := judge{n: n, lots: make([]int64, len(n.Lots)), used: make([]bool, len(n.Departures))}
	j.Served, j.InTime = make([]int64, len(n.Demands)), make([]int64, len(n.Demands))
	j.Arrives = make([]stock.Time, len(a.Supplies))
	for k := range a.Supplies {
		j.supply(k, &a.Supplies[k])
		if k > 0 && len(j.Violations) == 0 {
			before := &a.Supplies[k-1]
			if d := a.Supplies[k].Demand; before.Demand > d || before.Demand == d && j.Arrives[k-1] > j.Arrives[k] {
				j.fault(NotInOrder, k, -1, d)
			}
		}
	}
	for l, taken := range j.lots {
		if taken > n.Lots[l].Qty {
			j.fault(Oversold, -1, stock.LotIdx(l), -1)
		}
	}
	for d := range n.Demands {
		short := n.Demands[d].Qty - j.Served[d]
		if short < 0 {
			j.fault(Overserved, -1, -1, stock.DemandIdx(d))
			continue
		}
		j.sum.add(&j.Terms.Short, short, n.Demands[d].Loss)
	}
	for k, used := range j.used {
		if used {
			j.sum.add(&j.Terms.Fixed, 1, n.Lanes[n.Departures[k].Lane].Fixed)
		}
	}
	if j.sum.over {
		j.fault(Overflow, -1, -1, -1)
	}
	return j.Report
}

func (j *judge) fault(code Code, supply int, lot stock.LotIdx, demand stock.DemandIdx) {
	j.Violations = append(j.Violations, Violation{code, supply, lot, demand})
}

func (j *judge) supply(k int, s *stock.Supply) {
	n := j.n
	if s.Lot < 0 || int(s.Lot) >= len(n.Lots) || s.Demand < 0 || int(s.Demand) >= len(n.Demands) {
		j.fault(BadIndex, k, s.Lot, s.Demand)
		return
	}
	lot, demand := &n.Lots[s.Lot], &n.Demands[s.Demand]
	if s.Qty < 1 || s.Qty > stock.MaxQty {
		j.fault(NoUnits, k, s.Lot, s.Demand)
		return
	}
	if lot.SKU != demand.SKU {
		j.fault(OtherSKU, k, s.Lot, s.Demand)
	}
	at, now := lot.Node, lot.From
	for _, p := range s.Path {
		if p < 0 || int(p) >= len(n.Departures) {
			j.fault(BadIndex, k, s.Lot, s.Demand)
			return
		}
		departure := &n.Departures[p]
		lane := &n.Lanes[departure.Lane]
		if lane.From != at {
			j.fault(BrokenPath, k, s.Lot, s.Demand)
		}
		if departure.Leaves < now {
			j.fault(TooEarly, k, s.Lot, s.Demand)
		}
		if departure.Arrives <= departure.Leaves {
			j.fault(Backwards, k, s.Lot, s.Demand)
		}
		j.used[p] = true
		j.sum.add(&j.Terms.Unit, s.Qty, lane.Unit)
		at, now = lane.To, departure.Arrives
	}
	if at != demand.Node {
		j.fault(BrokenPath, k, s.Lot, s.Demand)
	}
	j.Arrives[k] = now
	j.lots[s.Lot] += s.Qty
	j.Served[s.Demand] += s.Qty
	if now <= demand.Due {
		j.InTime[s.Demand] += s.Qty
	} else {
		var each stock.Cost
		j.sum.add(&each, now-demand.Due, demand.Late)
		j.sum.add(&j.Terms.Late, s.Qty, each)
	}
	if lot.Reserved >= 0 && lot.Reserved != demand.Tier {
		j.sum.add(&j.Terms.Breaks, s.Qty, lot.Break)
	}
}

// sum adds products, and remembers whether any left the range.
type sum struct{ over bool }

func (s *sum) add(to *stock.Cost, times int64, price stock.Cost) {
	hi, lo := bits.Mul64(uint64(times), uint64(price))
	if times < 0 || price < 0 || hi != 0 || lo >= 1<<61 || *to >= 1<<61 {
		s.over = true
		return
	}
	*to += stock.Cost(lo)
}
