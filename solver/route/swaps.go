package route

import (
	"cmp"
	"slices"

	"callout/solver/model"
)

// Substitutes make further visits of a job, as couriers do: one for each choice of the SKUs that serve its parts. So a stop tells what it
// needs, an insertion decides what serves a part by what that costs, and whoever supplies a route has nothing to choose.

const (
	// maxSwaps is how many choices with substitutes a job has, those with the least price.
	maxSwaps = 7
	// maxWaits is how many visits that wait for couriers a job has by all of its choices together, where it has several; each has minWaits.
	maxWaits, minWaits = 24, 2
)

// choiceOf is what a visit needs, and what it costs to use that, unweighted.
type choiceOf struct {
	parts []model.Quantity
	fee   int64
}

// choices lists what may serve the parts of a job: first what is asked for, then those with substitutes, the cheapest first. Of what there are
// nowhere enough units it makes no use.
func (in *Instance) choices(j int32) []choiceOf {
	job := &in.P.Jobs[j]
	own := choiceOf{parts: job.Parts}
	if len(job.Substitutes) == 0 {
		return []choiceOf{own}
	}
	out := []choiceOf{{}}
	for i, part := range job.Parts {
		var next []choiceOf
		add := func(sku model.SKUIdx, price int64) {
			for _, c := range out {
				next = append(next, choiceOf{append(slices.Clip(c.parts), model.Quantity{SKU: sku, Qty: part.Qty}), c.fee + price})
			}
		}
		add(part.SKU, 0)
		for _, s := range job.Substitutes {
			if int(s.Part) == i && in.most(model.JobIdx(j), s.SKU) >= part.Qty {
				add(s.SKU, s.Price)
			}
		}
		// The first is the one without substitutes; of the prefixes of the cheapest choices none is cut off.
		slices.SortStableFunc(next[1:], func(a, b choiceOf) int { return cmp.Compare(a.fee, b.fee) })
		out = next[:min(len(next), maxSwaps+1)]
	}
	out[0] = own
	return out
}

// most is how many units of a SKU a job could have, if no other did: at the nodes and in the best van.
func (in *Instance) most(j model.JobIdx, sku model.SKUIdx) (have int64) {
	for t := range in.P.Technicians {
		if pool := in.pools.vanSlot[t*in.pools.nSKU+int(sku)]; pool >= 0 {
			have = max(have, in.pools.cap[pool])
		}
	}
	return have + in.atAllNodes(j, sku)
}

// atAllNodes is how many units of a SKU the nodes have for a job, now or later.
func (in *Instance) atAllNodes(j model.JobIdx, sku model.SKUIdx) (have int64) {
	for n := range in.P.Nodes {
		q, _ := in.P.Nodes[n].StockOf(sku)
		have += q
		for k := range in.P.Nodes[n].Lots {
			if lot := &in.P.Nodes[n].Lots[k]; lot.SKU == sku && lot.For(j) {
				have += lot.Qty
			}
		}
	}
	return have
}

// wants is what a visit needs.
func (in *Instance) wants(u int32) *choiceOf { return &in.chosen[int(u)-in.NJobs-len(in.calls)] }

// parts are those that a visit needs.
func (in *Instance) parts(u int32) []model.Quantity {
	if int(u) < in.NJobs {
		return in.P.Jobs[u].Parts
	}
	return in.wants(u).parts
}

// sourcesOf are the calls at which a visit may get some of what it needs.
func (in *Instance) sourcesOf(u int32) []int32 {
	if int(u) < in.NJobs {
		return in.pools.sources[u]
	}
	return in.pools.sources[int(u)-len(in.calls)]
}

// choosing is the first of a job's visits that makes the choice of a stop of a plan and waits as long as wanted, or the last with that choice.
func (in *Instance) choosing(st *model.Stop, wanted int64) int32 {
	best := int32(st.Job)
	chosen := in.parts(best)
	job := &in.P.Jobs[st.Job]
	for _, q := range st.Parts {
		if i, _ := job.Serves(q.SKU); i >= 0 && job.Parts[i].SKU != q.SKU {
			chosen = slices.Clone(chosen)
			chosen[i].SKU = q.SKU
		}
	}
	found := slices.Equal(chosen, in.parts(best))
	for _, v := range in.visits[st.Job] {
		if !slices.Equal(chosen, in.parts(v)) || found && in.waits(best) >= wanted {
			continue
		}
		if best, found = v, true; in.waits(v) >= wanted {
			break
		}
	}
	return best
}
