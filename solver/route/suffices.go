package route

import (
	"slices"

	"callout/solver/model"
)

// What a job needs is compared here with what is there, before anything is allocated: some answers that take O(needs) or O(stops).

// vanSuffices tells in O(needs) whether the van alone covers job u on top of all that is taken now.
func (in *Instance) vanSuffices(tech, u int32, used []int64) bool {
	ps := &in.pools
	if need := ps.only[u]; need.Qty > 0 {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(need.SKU)]
		return pool >= 0 && (used[pool]+need.Qty <= ps.cap[pool] || ps.cap[pool] >= model.Unlimited)
	}
	job := &in.P.Jobs[u]
	for _, part := range job.Parts {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]
		if pool < 0 || (used[pool]+part.Qty > ps.cap[pool] && ps.cap[pool] < model.Unlimited) {
			return false
		}
	}
	for _, tool := range job.Tools {
		if !ps.carried[int(tech)*ps.nTool+int(tool)] {
			return false
		}
	}
	return true
}

// vanOnly tells whether job u needs more of a part than the van has left, no node has that part, and nothing else will do.
func (in *Instance) vanOnly(tech, u int32, used []int64) bool {
	if in.swaps(u) {
		return false
	}
	for _, part := range in.P.Jobs[u].Parts {
		if !in.pools.offered[part.SKU] && in.lacks(tech, part, used) > 0 {
			return true
		}
	}
	return false
}

// behindCalls is the first position of r behind which job u may find what the van never has enough of at the calls there are, or -1
// where these and the van have not enough left.
func (in *Instance) behindCalls(r *Route, tech, u int32, used []int64) int {
	if r.pickups == 0 {
		return -1
	}
	ps := &in.pools
	job := &in.P.Jobs[u]
	first := 0
	for _, part := range job.Parts {
		lack := in.lacks(tech, part, used)
		if lack == 0 {
			continue
		}
		at := in.behindStock(r, part.SKU, lack, used)
		if at < 0 {
			return -1
		}
		if pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]; pool < 0 || ps.cap[pool] < part.Qty {
			first = max(first, at)
		}
	}
	for _, tool := range job.Tools {
		if ps.carried[int(tech)*ps.nTool+int(tool)] {
			continue
		}
		at := slices.IndexFunc(r.Stops, func(v int32) bool {
			n := in.call(v)
			return n >= 0 && ps.tool[n*ps.nTool+int(tool)] >= 0
		})
		if at < 0 {
			return -1
		}
		first = max(first, at+1)
	}
	return first
}

// behindStock is the first position of r behind a call at a node with a SKU, or -1 where all that it calls at have less left than is lacking.
func (in *Instance) behindStock(r *Route, sku model.SKUIdx, lack int64, used []int64) int {
	ps := &in.pools
	first := -1
	for i, v := range r.Stops {
		n := in.call(v)
		if n < 0 {
			continue
		}
		k := n*ps.nSKU + int(sku)
		pool, more := ps.node[k], in.ships && len(in.more[k]) > 0
		if pool < 0 && !more {
			continue
		}
		if first < 0 {
			first = i + 1
		}
		if more || ps.cap[pool] >= model.Unlimited {
			lack = 0
		} else {
			lack -= ps.cap[pool] - used[pool]
		}
		if lack <= 0 {
			return first
		}
	}
	return -1
}
