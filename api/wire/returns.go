package wire

import (
	"cmp"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// maxReturns is how many returns a job or a technician has at most.
const maxReturns = 20

// returns of a job, or of a technician at the start.
func (b *builder) returns(list []*calloutv1.PartReturn) []model.Return {
	var out []model.Return
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("returns", i)
		r := model.Return{Qty: b.integer("quantity", in.GetQuantity(), 1, maxQuantity), Nodes: b.landingNodes("node_ids", in.GetNodeIds())}
		if b.once("sku", in.GetSku(), seen) {
			r.SKU = b.skus.number(in.GetSku())
			out = append(out, r)
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.Return) int { return cmp.Compare(x.SKU, y.SKU) })
	return out
}

// landingNodes is a list of nodes, each once.
func (b *builder) landingNodes(field string, ids []string) []model.NodeIdx {
	var out []model.NodeIdx
	seen := make(map[string]bool, len(ids))
	for i, id := range ids {
		n, known := b.ctx.nodes[id]
		switch {
		case !b.required(element(field, i), id):
		case seen[id]:
			b.fault(element(field, i), Duplicate, "%s is listed before", quote(id))
		case !known:
			b.fault(element(field, i), UnknownID, "there is no node %s", quote(id))
		default:
			out = append(out, n)
		}
		seen[id] = true
	}
	slices.Sort(out)
	return out
}

// weighReturns refuses returns of more than maxSize, which no van carries and no sum of loads should have to hold.
func (b *builder) weighReturns() {
	for j, in := range b.in.GetJobs() {
		b.enterAt("jobs", j)
		b.weighed(in.GetReturns())
		b.leave()
	}
	for t, in := range b.in.GetTechnicians() {
		b.enterAt("technicians", t)
		b.weighed(in.GetReturns())
		b.leave()
	}
}

func (b *builder) weighed(list []*calloutv1.PartReturn) {
	for i, in := range list {
		sku, known := b.skus.index[in.GetSku()]
		if !known {
			continue
		}
		size := b.out.SizeOf(sku)
		for k, name := range measures {
			if total := float64(size[k]) / micro * float64(in.GetQuantity()); total > maxSize {
				b.enterAt("returns", i)
				b.fault("quantity", OutOfRange, "the units have a %s of %g, at most %d is allowed", name, total, maxSize)
				b.leave()
			}
		}
	}
}
