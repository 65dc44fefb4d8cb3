package route

import (
	"slices"

	"callout/solver/model"
)

// hand is how job u is supplied in a route while all that the other stops take stays as it is: from the van as far as that goes, and
// for the rest at calls that the route has, for each SKU or tool just one. Behind these it costs the same wherever the job stands.
type hand struct {
	first int   // the first position behind the calls
	cost  int64 // of parts, unweighted
}

// atHand tells whether job u can be supplied so, and how. It costs O(needs * stops) and says no where it is not for it to say: where
// several calls have the same part, where there are lots or lanes, and where what the van carries is limited.
func (in *Instance) atHand(r *Route, tech, u int32, used []int64) (h hand, ok bool) {
	if int(u) >= in.NJobs || in.ships || r.pickups == 0 || in.watched(tech) {
		return h, false
	}
	ps, job := &in.pools, &in.P.Jobs[u]
	for _, part := range job.Parts {
		lack := in.lacks(tech, part, used)
		if lack == 0 {
			continue
		}
		pool, at := in.onlyCall(r, part.SKU)
		if pool < 0 || ps.cap[pool] < model.Unlimited && ps.cap[pool]-used[pool] < lack {
			return h, false
		}
		h.first = max(h.first, at)
		h.cost += lack * ps.price[pool]
	}
	for _, tool := range job.Tools {
		if ps.carried[int(tech)*ps.nTool+int(tool)] {
			continue
		}
		_, at, _ := in.lender(r, tool, used)
		if at == 0 {
			return h, false
		}
		h.first = max(h.first, at)
	}
	return h, true
}

// lacks is what the van has not left of a part.
func (in *Instance) lacks(tech int32, part model.Quantity, used []int64) int64 {
	ps := &in.pools
	pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]
	switch {
	case pool < 0:
		return part.Qty
	case ps.cap[pool] >= model.Unlimited:
		return 0
	}
	return max(0, part.Qty-max(0, ps.cap[pool]-used[pool]))
}

// onlyCall is the pool of a SKU at the calls of r and the first position behind one that has it; pool is -1 where there is none, or
// more than one.
func (in *Instance) onlyCall(r *Route, sku model.SKUIdx) (pool int32, first int) {
	ps := &in.pools
	pool = -1
	for i, v := range r.Stops {
		n := in.call(v)
		if n < 0 {
			continue
		}
		switch q := ps.node[n*ps.nSKU+int(sku)]; {
		case q < 0 || q == pool:
		case pool < 0:
			pool, first = q, i+1
		default:
			return -1, 0
		}
	}
	return pool, first
}

// lender is the pool of a tool that r may have at a call, one that it has anyway rather than another, whether it has it, and the first
// position behind the call; that is 0 where nobody lends it.
func (in *Instance) lender(r *Route, tool model.ToolIdx, used []int64) (pool int32, first int, lent bool) {
	ps := &in.pools
	for i, v := range r.Stops {
		n := in.call(v)
		if n < 0 {
			continue
		}
		q := ps.tool[n*ps.nTool+int(tool)]
		switch {
		case q < 0:
		case slices.ContainsFunc(r.takes, func(t take) bool { return t.pool == q }):
			return q, i + 1, true
		case first == 0 && (ps.cap[q] >= model.Unlimited || used[q] < ps.cap[q]):
			pool, first = q, i+1
		}
	}
	return pool, first, false
}

// takeAtHand gives r what atHand says that job u takes.
func (s *Solution) takeAtHand(r *Route, tech, u int32) {
	in, ps := s.in, &s.in.pools
	job := &in.P.Jobs[u]
	for _, part := range job.Parts {
		lack := in.lacks(tech, part, s.used)
		if lack < part.Qty {
			s.add(r, ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)], part.Qty-lack)
		}
		if lack > 0 {
			pool, _ := in.onlyCall(r, part.SKU)
			s.add(r, pool, lack)
		}
	}
	for _, tool := range job.Tools {
		if ps.carried[int(tech)*ps.nTool+int(tool)] {
			continue
		}
		if pool, _, lent := in.lender(r, tool, s.used); !lent {
			s.add(r, pool, 1)
		}
	}
}

// add makes r take more of a pool, or less, and moves that pool's counter.
func (s *Solution) add(r *Route, pool int32, qty int64) {
	k := slices.IndexFunc(r.takes, func(t take) bool { return t.pool == pool })
	if k < 0 {
		k = len(r.takes)
		r.takes = append(r.takes, take{pool: pool})
	}
	t := &r.takes[k]
	t.qty += qty
	t.cost += qty * s.in.pools.price[pool]
	if t.qty == 0 {
		r.takes = append(r.takes[:k], r.takes[k+1:]...)
	}
	s.draw(pool, qty)
}
