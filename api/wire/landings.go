package wire

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// landings converts where a route's returns land; all its stops are known, places are their indices by those of the message, -1 where there is none.
// A plan to start from lands its returns anew.
func (r *planReader) landings(out *model.Route, in *calloutv1.Route, places []int) {
	if r.repair {
		return
	}
	out.Returns = r.landingsBehind(in.GetReturns(), -1)
	for i, stop := range in.GetStops() {
		list := stop.GetVisit().GetReturns()
		if len(list) == 0 || places[i] < 0 {
			continue
		}
		r.enterAt("stops", i)
		r.enter("visit")
		out.Stops[places[i]].Returns = r.landingsBehind(list, places[i])
		r.leave()
		r.leave()
	}
}

// landingsBehind converts landings of what is in the van behind the stop at an index.
func (r *planReader) landingsBehind(list []*calloutv1.Landing, index int) []model.Landing {
	var landings []model.Landing
	for i, in := range list {
		r.enterAt("returns", i)
		sku, known := source(r, "sku", in.GetSku(), r.ctx.skus)
		if at, found := r.landing(in, index); known && found {
			landings = append(landings, model.Landing{SKU: sku, Qty: r.integer("quantity", in.GetQuantity(), 1, maxQuantity), At: at})
		}
		r.leave()
	}
	return landings
}

// landing is the stop where units land: the given call at a node, or the first one behind the stop at an index.
func (r *planReader) landing(in *calloutv1.Landing, index int) (int32, bool) {
	if in.GetNodeId() == "" {
		if in.GetCall() != 0 {
			r.fault("call", Conflict, "is set, but node_id is not")
		}
		return model.EndOfShift, true
	}
	node, known := r.ctx.nodes[in.GetNodeId()]
	if !known {
		r.fault("node_id", UnknownID, "there is no node %s", quote(in.GetNodeId()))
		return 0, false
	}
	calls := r.calls[node]
	k := int(in.GetCall()) - 1
	if in.GetCall() == 0 {
		k = slices.IndexFunc(calls, func(at int32) bool { return int(at) > index })
	}
	if k < 0 || k >= len(calls) {
		r.fault("node_id", NoSuchCall, "the route has no such call at node %s", quote(in.GetNodeId()))
		return 0, false
	}
	return calls[k], true
}

// landings writes where units land.
func (w *routeWriter) landings(list []model.Landing) (out []*calloutv1.Landing) {
	for _, l := range list {
		node, call := w.origin(l.At)
		out = append(out, &calloutv1.Landing{Sku: w.p.SKUs[l.SKU], Quantity: l.Qty, NodeId: node, Call: call})
	}
	return out
}
