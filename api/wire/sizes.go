package wire

import (
	"math"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// maxSize bounds weights in kilograms and volumes in litres.
const maxSize = 1_000_000

// measures are the names of the fields of what sizes are in.
var measures = [model.NumSizes]string{model.Weight: "weight", model.Volume: "volume"}

// readSizes reads what parts take up in vans, and compares van stock with what the vans can carry.
func (b *builder) readSizes() {
	seen := make(map[string]bool, len(b.in.GetParts()))
	for i, in := range b.in.GetParts() {
		b.enterAt("parts", i)
		size := model.Size{
			model.Weight: int64(math.Ceil(b.number("weight", in.GetWeight(), 0, maxSize) * micro)),
			model.Volume: int64(math.Ceil(b.number("volume", in.GetVolume(), 0, maxSize) * micro)),
		}
		leftover := b.landingNodes("return_node_ids", in.GetReturnNodeIds())
		if b.once("sku", in.GetSku(), seen) {
			sku := b.skus.number(in.GetSku())
			if leftover != nil {
				b.out.Leftovers = append(b.out.Leftovers, make([][]model.NodeIdx, max(0, int(sku)+1-len(b.out.Leftovers)))...)
				b.out.Leftovers[sku] = leftover
			}
			for len(b.out.Sizes) <= int(sku) {
				b.out.Sizes = append(b.out.Sizes, model.Size{})
			}
			b.out.Sizes[sku] = size
		}
		b.leave()
	}
	b.weighReturns()
	for t := range b.out.Technicians {
		limit := b.out.Technicians[t].Capacity
		if limit == nil {
			continue
		}
		load := b.out.VanLoad(model.TechIdx(t))
		for _, r := range b.out.Technicians[t].Returns {
			load = load.Plus(r.Qty, b.out.SizeOf(r.SKU))
		}
		b.enterAt("technicians", t)
		for k, name := range measures {
			if load[k] > limit[k] {
				b.fault("van_capacity."+name, Conflict, "%g is less than what is in the van at the start, %g",
					float64(limit[k])/micro, float64(load[k])/micro)
			}
		}
		b.leave()
	}
}

// capacity of a van.
func (b *builder) capacity(in *calloutv1.VanCapacity) *model.Size {
	if in == nil {
		return nil
	}
	b.enter("van_capacity")
	defer b.leave()
	out := model.Size{model.NoLimit, model.NoLimit}
	if in.Weight != nil {
		out[model.Weight] = int64(b.number("weight", in.GetWeight(), 0, maxSize) * micro)
	}
	if in.Volume != nil {
		out[model.Volume] = int64(b.number("volume", in.GetVolume(), 0, maxSize) * micro)
	}
	return &out
}
