package allocate

import (
	"context"
	"slices"

	"callout/solver/stock"
)

// mostLooks bounds what finish does, in departures looked at: about 0.1 s.
const mostLooks = 20_000_000

// finish serves what is short and could still be served with gain over ways outside the subnets.
func (s *solver) finish(ctx context.Context) {
	c, p := s.c, s.search.draft
	x := &explainer{c: c, extra: slices.Clone(c.fixed), left: p.left}
	x.cost, x.least = c.scratch()
	for dep, uses := range p.use {
		if uses > 0 {
			x.extra[dep] = 0
		}
	}
	looks := 0
	for d := range c.Demands {
		open := c.Demands[d].Qty
		for _, y := range p.pieces[d] {
			open -= y.qty
		}
		for ; open > 0 && looks < mostLooks && ctx.Err() == nil; looks += len(c.origin) {
			x.look(int32(d), open, c.Demands[d].Loss)
			best := x.best(int32(d), open, func(l stock.LotIdx) bool { return p.left[l] > 0 })
			if best.Lot < 0 {
				break
			}
			units := min(open, p.left[best.Lot])
			each, once := x.follow(int32(d), int32(best.Lot), &best.Arrives)
			each += c.Lots[best.Lot].BreakPrice(c.Demands[d].Tier)
			if units*each+once >= units*c.Demands[d].Loss {
				break
			}
			way := x.way(int32(d), int32(best.Lot))
			p.put(int32(d), piece{lot: int32(best.Lot), qty: units, each: each, path: way})
			for _, dep := range way {
				x.extra[dep] = 0
			}
			open -= units
		}
	}
}
