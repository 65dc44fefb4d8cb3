package main

import (
	"callout/solver/model"
)

// shipped is the least that shipments cost that bring units of a lot to a node, or else to a site, by a time; a lot that is there
// already needs none.
func shipped(p *model.Problem, l lot, qty int64, node model.NodeIdx, site model.LocIdx, by model.Time) (model.Cost, bool) {
	w := ways{p: p, qty: qty, node: node, site: site, by: by, best: -1}
	w.from(l.node, l.from, 0, 0)
	return w.best, w.best >= 0
}

// ways looks at all ways of shipment, each departure being the next there is.
type ways struct {
	p    *model.Problem
	qty  int64
	node model.NodeIdx
	site model.LocIdx
	by   model.Time
	best model.Cost
}

func (w *ways) from(at model.NodeIdx, ready model.Time, legs int, cost model.Cost) {
	if ready > w.by || w.best >= 0 && cost >= w.best {
		return
	}
	if at == w.node {
		w.best = cost
		return
	}
	if legs == model.MaxLegs {
		return
	}
	for k := range w.p.Lanes {
		l := &w.p.Lanes[k]
		if l.From != at || l.To == model.NoNode && (w.node != model.NoNode || !l.Serves(w.site)) {
			continue
		}
		if there, ok := next(w.p, l, ready); ok {
			w.from(l.To, there, legs+1, cost+l.Fixed+w.qty*l.Unit)
		}
	}
}

// next is when what is ready at a time arrives over a lane.
func next(p *model.Problem, l *model.Lane, ready model.Time) (model.Time, bool) {
	ready = max(ready, p.Now)
	best := model.NoTime
	if l.Lead > 0 {
		best = ready + l.Lead
	}
	for _, d := range l.Departures {
		if d.Leaves >= ready {
			best = min(best, d.Arrives)
		}
	}
	return best, best < model.NoTime
}
