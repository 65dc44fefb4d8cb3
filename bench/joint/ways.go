package main

import (
	"slices"

	"callout/solver/model"
)

// way of some units from their lot, by shipments; none where they are there already.
type way struct {
	legs  []model.Leg
	there model.Time // at its end
	cost  model.Cost // of all units
}

// shipped is the cheapest way that brings units of a lot to a node, or else to a site, by a time.
func shipped(p *model.Problem, l lot, qty int64, node model.NodeIdx, site model.LocIdx, by model.Time) (way, bool) {
	w := ways{p: p, qty: qty, node: node, site: site, by: by}
	w.from(l.node, l.from, 0)
	return w.best, w.found
}

// ways looks at all ways of shipment, each departure being the next there is.
type ways struct {
	p     *model.Problem
	qty   int64
	node  model.NodeIdx
	site  model.LocIdx
	by    model.Time
	legs  []model.Leg
	best  way
	found bool
}

func (w *ways) from(at model.NodeIdx, ready model.Time, cost model.Cost) {
	if ready > w.by || w.found && cost >= w.best.cost {
		return
	}
	if at == w.node {
		w.best, w.found = way{slices.Clone(w.legs), ready, cost}, true
		return
	}
	if len(w.legs) == model.MaxLegs {
		return
	}
	for k := range w.p.Lanes {
		l := &w.p.Lanes[k]
		if l.From != at || l.To == model.NoNode && (w.node != model.NoNode || !l.Serves(w.site)) {
			continue
		}
		if leg, ok := next(w.p, model.LaneIdx(k), ready); ok {
			w.legs = append(w.legs, leg)
			w.from(l.To, leg.Arrives, cost+l.Fixed+w.qty*l.Unit)
			w.legs = w.legs[:len(w.legs)-1]
		}
	}
}

// next is how what is ready at a time goes over a lane, so that it is there first.
func next(p *model.Problem, lane model.LaneIdx, ready model.Time) (model.Leg, bool) {
	l := &p.Lanes[lane]
	ready = max(ready, p.Now)
	best := model.Leg{Lane: lane, Arrives: model.NoTime}
	if l.Lead > 0 {
		best.Leaves, best.Arrives = ready, ready+l.Lead
	}
	for _, d := range l.Departures {
		if d.Leaves >= ready && d.Arrives < best.Arrives {
			best.Leaves, best.Arrives = d.Leaves, d.Arrives
		}
	}
	return best, best.Arrives < model.NoTime
}
