package wire

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/stock"
)

// ExpediteRequest is a converted ExpediteRequest.
type ExpediteRequest struct {
	Network *stock.Network
	Context *NetworkContext
	Need    stock.Need
}

// Expedite converts an ExpediteRequest. With faults the request is nil.
func Expedite(in *calloutv1.ExpediteRequest, lim Limits) (*ExpediteRequest, Faults) {
	r := newReader(lim, "")
	r.envelope(in.ProtoReflect())
	out := new(ExpediteRequest)
	var network Faults
	out.Network, out.Context, network = Network(in.GetNetwork(), lim)
	out.Need = stock.Need{Qty: max(1, r.integer("quantity", in.GetQuantity(), 0, maxQuantity)), Tier: stock.NoTier}
	sku, node := r.required("sku", in.GetSku()), r.required("node_id", in.GetNodeId())
	if n := out.Network; n != nil {
		if k := slices.Index(n.SKUs, in.GetSku()); k >= 0 {
			out.Need.SKU = stock.SKUIdx(k)
		} else if sku {
			r.fault("sku", UnknownID, "no node has %s, and no inbound supply", quote(in.GetSku()))
		}
		k := 0
		for k < len(n.Nodes) && n.Nodes[k].ID != in.GetNodeId() {
			k++
		}
		if out.Need.Node = stock.NodeIdx(k); k == len(n.Nodes) && node {
			r.fault("node_id", UnknownID, "there is no node %s", quote(in.GetNodeId()))
		}
		out.Need.Tier = stock.TierIdx(slices.Index(n.Tiers, in.GetTier()))
	}
	if faults := Join(r.done(), network); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

// WaysOut is the message for ways, earliest first; where there are none, for the reason.
func WaysOut(r *ExpediteRequest, ways []stock.Way, reason stock.Reason) *calloutv1.ExpediteResponse {
	w := allocationWriter{n: r.Network, ctx: r.Context}
	out := new(calloutv1.ExpediteResponse)
	if len(ways) == 0 {
		out.Reason = shortageReasons[reason]
	}
	for k := range ways {
		lot := &w.n.Lots[ways[k].Lot]
		o := &calloutv1.ExpediteOption{
			Arrival: w.ctx.Time(ways[k].Arrives), Cost: currency(ways[k].Cost), NodeId: w.n.Nodes[lot.Node].ID, InboundId: w.inbound(lot),
			Legs: w.legs(ways[k].Path),
		}
		if lot.Reserved != stock.NoTier {
			o.ReservedTier = w.n.Tiers[lot.Reserved]
		}
		out.Options = append(out.Options, o)
	}
	return out
}
