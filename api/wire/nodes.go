package wire

import (
	"cmp"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

func (b *builder) readNodes() {
	list := b.in.GetNodes()
	b.out.Nodes = make([]model.Node, len(list))
	w := b.prices.weight[model.Parts]
	for i, in := range list {
		b.enterAt("nodes", i)
		b.out.Nodes[i] = model.Node{
			ID:       in.GetId(),
			Location: refer(b, "location_id", in.GetLocationId(), "location", b.locations),
			Open:     b.opening(in.GetOpening()),
			Handling: b.duration("handling_duration", in.GetHandlingDuration(), up, seconds(b.lim.Horizon)),
			Fixed:    b.cost("pickup_cost", b.price("pickup_cost", in.GetPickupCost()), w, each),
			Stock:    b.nodeStock(in.GetStock()),
			Tools:    b.nodeTools(in.GetTools()),
		}
		b.reserve(&b.out.Nodes[i], in.GetReservations())
		b.leave()
	}
}

// opening converts opening intervals: sorted, those that meet as one.
func (b *builder) opening(list []*calloutv1.OpeningInterval) []model.Interval {
	var all []model.Interval
	for i, in := range list {
		b.enterAt("opening", i)
		if in.GetStart() == nil && in.GetEnd() == nil {
			b.fault("", Required, "must have a start or an end")
		}
		b.ordered("end", in.GetStart(), in.GetEnd())
		all = append(all, model.Interval{From: b.time(in.GetStart(), up, -1), To: b.time(in.GetEnd(), down, model.MaxTime)})
		b.leave()
	}
	slices.SortFunc(all, func(x, y model.Interval) int {
		return cmp.Or(cmp.Compare(x.From, y.From), cmp.Compare(x.To, y.To))
	})
	var out []model.Interval
	for _, x := range all {
		if n := len(out); n > 0 && x.From <= out[n-1].To {
			out[n-1].To = max(out[n-1].To, x.To)
		} else {
			out = append(out, x)
		}
	}
	return out
}

// stocked is how much there is of something: unlimited, or a quantity.
func (b *builder) stocked(quantity int64, unlimited bool) int64 {
	switch {
	case unlimited && quantity != 0:
		b.fault("quantity", Conflict, "excludes unlimited")
	case unlimited:
		return model.Unlimited
	}
	return b.integer("quantity", quantity, 0, maxQuantity)
}

func (b *builder) nodeStock(list []*calloutv1.NodeStock) []model.NodeStock {
	var out []model.NodeStock
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("stock", i)
		if b.once("sku", in.GetSku(), seen) {
			out = append(out, model.NodeStock{
				SKU:   b.skus.number(in.GetSku()),
				Qty:   b.stocked(in.GetQuantity(), in.GetUnlimited()),
				Price: b.cost("unit_cost", b.price("unit_cost", in.GetUnitCost()), b.prices.weight[model.Parts], each),
			})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.NodeStock) int { return cmp.Compare(x.SKU, y.SKU) })
	return out
}

func (b *builder) nodeTools(list []*calloutv1.NodeTool) []model.NodeTool {
	var out []model.NodeTool
	seen := make(map[string]bool, len(list))
	for i, in := range list {
		b.enterAt("tools", i)
		if b.once("tool", in.GetTool(), seen) {
			out = append(out, model.NodeTool{Tool: b.tools.number(in.GetTool()), Qty: b.stocked(in.GetQuantity(), in.GetUnlimited())})
		}
		b.leave()
	}
	slices.SortFunc(out, func(x, y model.NodeTool) int { return cmp.Compare(x.Tool, y.Tool) })
	return out
}
