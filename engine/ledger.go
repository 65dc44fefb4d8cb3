package engine

import (
	"slices"

	"callout/solver/model"
)

// ledger keeps what the routes of a plan take from vans and nodes. Tools of a node count once per route.
type ledger struct {
	p     *model.Problem
	total map[item]int64
	own   map[draw]int64
	lent  map[loan]bool
}

// item is a SKU or a tool (the other of the two is -1) of a node, or of a van where node is van; a SKU of a lot of the node.
type item struct {
	node model.NodeIdx
	lot  int32
	sku  model.SKUIdx
	tool model.ToolIdx
}

const van model.NodeIdx = -1

// draw is what a technician takes of an item, loan what a route borrows.
type (
	draw struct {
		tech model.TechIdx
		item
	}
	loan struct {
		shift model.ShiftIdx
		item
	}
)

func partOf(n model.NodeIdx, sku model.SKUIdx) item   { return item{node: n, sku: sku, tool: -1} }
func toolOf(n model.NodeIdx, tool model.ToolIdx) item { return item{node: n, sku: -1, tool: tool} }

// newLedger books all routes of a plan. What names no earlier call is not booked.
func newLedger(p *model.Problem, plan *model.Plan) *ledger {
	l := &ledger{p: p, total: make(map[item]int64), own: make(map[draw]int64), lent: make(map[loan]bool)}
	for k := range plan.Routes {
		r := &plan.Routes[k]
		for s := range r.Stops {
			for _, q := range r.Stops[s].Parts {
				n, ok := source(r, s, q.From)
				if len(q.Legs) > 0 {
					n, ok = shippedFrom(p, q)
				}
				if ok {
					i := partOf(n, q.SKU)
					i.lot = q.Lot
					l.take(r.Shift, i, q.Qty)
				}
			}
			for _, q := range r.Stops[s].Tools {
				if n, ok := source(r, s, q.From); ok && n != van {
					l.borrow(r.Shift, toolOf(n, q.Tool))
				}
			}
		}
	}
	return l
}

// source is the node, or the van, that a supply of stop s comes from.
func source(r *model.Route, s int, from int32) (model.NodeIdx, bool) {
	if from == model.VanSource {
		return van, true
	}
	if from < 0 || int(from) >= s || r.Stops[from].Kind != model.Pickup {
		return 0, false
	}
	return r.Stops[from].Node, true
}

// shippedFrom is the node where the way of a supply begins.
func shippedFrom(p *model.Problem, q model.Supply) (model.NodeIdx, bool) {
	k := q.Legs[0].Lane
	if k < 0 || int(k) >= len(p.Lanes) {
		return 0, false
	}
	return p.Lanes[k].From, true
}

func (l *ledger) take(s model.ShiftIdx, i item, qty int64) {
	l.total[i] += qty
	l.own[draw{l.p.Shifts[s].Tech, i}] += qty
}

func (l *ledger) borrow(s model.ShiftIdx, i item) {
	if !l.lent[loan{s, i}] {
		l.lent[loan{s, i}] = true
		l.take(s, i, 1)
	}
}

// byOthers is what all technicians but t take of an item.
func (l *ledger) byOthers(t model.TechIdx, i item) int64 { return l.total[i] - l.own[draw{t, i}] }

// left is how much of a SKU the technician of shift s could still take from a node or his van.
func (l *ledger) left(s model.ShiftIdx, i item) int64 {
	if i.node != van {
		has, _ := l.p.Nodes[i.node].StockOf(i.sku)
		if has >= model.Unlimited {
			return has
		}
		return has - l.total[i]
	}
	t := l.p.Shifts[s].Tech
	for _, q := range l.p.Technicians[t].Stock {
		if q.SKU == i.sku {
			return q.Qty - l.own[draw{t, i}]
		}
	}
	return 0
}

// supply says where the parts and tools of the visit at stop s of a route come from: what the van has left, then what the calls
// before it have; where the van's room is limited the latest call first, so that it is never fuller than it must be. What nobody has
// stays missing.
func (l *ledger) supply(r *model.Route, s int) {
	visit := &r.Stops[s]
	limited := l.p.Technicians[l.p.Shifts[r.Shift].Tech].Capacity != nil
	job := &l.p.Jobs[visit.Job]
	for i, part := range job.Parts {
		need, sku := part.Qty, l.serving(r, s, i)
		for k := -1; k < s && need > 0; k++ {
			from := int32(k)
			if k >= 0 && limited {
				from = int32(s - 1 - k)
			}
			n, ok := source(r, s, from)
			if !ok {
				continue
			}
			if got := min(need, l.left(r.Shift, partOf(n, sku))); got > 0 {
				visit.Parts = append(visit.Parts, model.Supply{SKU: sku, Qty: got, From: from})
				l.take(r.Shift, partOf(n, sku), got)
				need -= got
			}
		}
	}
	for _, tool := range job.Tools {
		for from := int32(model.VanSource); int(from) < s; from++ {
			if n, ok := source(r, s, from); ok && l.lends(r.Shift, n, tool) {
				visit.Tools = append(visit.Tools, model.ToolSupply{Tool: tool, From: from})
				break
			}
		}
	}
}

// serving is the SKU that serves part i of the visit at stop s: what is asked for, or if that is not enough the cheapest substitute that is.
func (l *ledger) serving(r *model.Route, s, i int) model.SKUIdx {
	job := &l.p.Jobs[r.Stops[s].Job]
	own := job.Parts[i]
	enough := func(sku model.SKUIdx) bool {
		have := int64(0)
		for from := int32(model.VanSource); int(from) < s && have < own.Qty; from++ {
			if n, ok := source(r, s, from); ok {
				have += max(0, l.left(r.Shift, partOf(n, sku)))
			}
		}
		return have >= own.Qty
	}
	if len(job.Substitutes) == 0 || enough(own.SKU) {
		return own.SKU
	}
	best := -1
	for k, o := range job.Substitutes {
		if int(o.Part) == i && (best < 0 || o.Price < job.Substitutes[best].Price) && enough(o.SKU) {
			best = k
		}
	}
	if best < 0 {
		return own.SKU
	}
	return job.Substitutes[best].SKU
}

// lends tells whether the technician carries the tool (n is van), or the node has lent it to the route or has one left; then it
// is booked.
func (l *ledger) lends(s model.ShiftIdx, n model.NodeIdx, tool model.ToolIdx) bool {
	if n == van {
		return slices.Contains(l.p.Technicians[l.p.Shifts[s].Tech].Tools, tool)
	}
	i := toolOf(n, tool)
	has := l.p.Nodes[n].ToolsOf(tool)
	if !l.lent[loan{s, i}] && has < model.Unlimited && has <= l.total[i] {
		return false
	}
	l.borrow(s, i)
	return true
}
