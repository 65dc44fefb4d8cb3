package wire

import (
	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// supplies converts where a visit's parts and tools come from; the calls of the route so far are those before it. It is false
// where a repaired plan names a source that there is not.
func (r *planReader) supplies(s *model.Stop, in *calloutv1.Visit) bool {
	all := true
	for i, q := range in.GetParts() {
		r.enterAt("parts", i)
		sku, ok := source(r, "sku", q.GetSku(), r.ctx.skus)
		from, found := r.origin(q.GetNodeId(), q.GetCall())
		if ok = ok && found; ok {
			supply := model.Supply{SKU: sku, Qty: r.integer("quantity", q.GetQuantity(), 1, maxQuantity), From: from}
			if ok = r.shipment(&supply, s, q); ok {
				s.Parts = append(s.Parts, supply)
			}
		}
		all = all && ok
		r.leave()
	}
	for i, q := range in.GetTools() {
		r.enterAt("tools", i)
		tool, ok := source(r, "tool", q.GetTool(), r.ctx.tools)
		from, found := r.origin(q.GetNodeId(), q.GetCall())
		if ok = ok && found; ok {
			s.Tools = append(s.Tools, model.ToolSupply{Tool: tool, From: from})
		}
		all = all && ok
		r.leave()
	}
	return all || !r.repair
}

// source looks up a part or tool.
func source[I ~int32](r *planReader, field, name string, known map[string]I) (I, bool) {
	i, ok := known[name]
	if !ok && !r.repair && r.required(field, name) {
		r.fault(field, UnknownID, "the problem has no %s %s", field, quote(name))
	}
	return i, ok
}

// origin is the stop at which something was picked up: the given call at a node, or the last one.
func (r *planReader) origin(nodeID string, call int32) (int32, bool) {
	if nodeID == "" {
		if call != 0 && !r.repair {
			r.fault("call", Conflict, "is set, but node_id is not")
		}
		return model.VanSource, true
	}
	node, known := r.ctx.nodes[nodeID]
	if !known {
		if !r.repair {
			r.fault("node_id", UnknownID, "there is no node %s", quote(nodeID))
		}
		return 0, false
	}
	calls := r.calls[node]
	if call == 0 {
		call = int32(len(calls))
	}
	if call >= 1 && int(call) <= len(calls) {
		return calls[call-1], true
	}
	if !r.repair {
		r.fault("node_id", NoSuchCall, "before the visit the route calls at node %s %d times", quote(nodeID), len(calls))
	}
	return 0, false
}
