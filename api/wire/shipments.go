package wire

import (
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// shipment converts the way of a supply to the node of its pick-up or to the site, and the lot that it is taken from. It is false
// where a repaired plan names what there is not.
func (r *planReader) shipment(out *model.Supply, s *model.Stop, in *calloutv1.PartSupply) bool {
	for i, leg := range in.GetLegs() {
		r.enterAt("legs", i)
		lane, ok := r.leg(leg)
		if !ok {
			r.leave()
			return false
		}
		out.Legs = append(out.Legs, lane)
		r.leave()
	}
	if len(in.GetLegs()) > 0 && in.GetNodeId() == "" {
		out.From = model.CourierSource
	}
	return r.lot(out, s, in)
}

func (r *planReader) leg(in *calloutv1.SupplyLeg) (model.Leg, bool) {
	unknown := func(field, format string, args ...any) (model.Leg, bool) {
		if !r.repair {
			r.fault(field, UnknownID, format, args...)
		}
		return model.Leg{}, false
	}
	node, known := r.ctx.nodes[in.GetNodeId()]
	if !known {
		return unknown("node_id", "there is no node %s", quote(in.GetNodeId()))
	}
	lane, known := r.ctx.lanes[laneKey{node, in.GetLaneId()}]
	if !known {
		return unknown("lane_id", "node %s has no lane %s", quote(in.GetNodeId()), quote(in.GetLaneId()))
	}
	if in.GetCutOff() == nil || in.GetArrival() == nil {
		if !r.repair {
			r.fault("", MixedTimes, "cut_off and arrival must be set")
		}
		return model.Leg{}, false
	}
	return model.Leg{
		Lane: lane, Leaves: r.instant("cut_off", in.GetCutOff(), true), Arrives: r.instant("arrival", in.GetArrival(), true),
	}, true
}

// lot finds what of a node's stock is taken: all that is free for anybody, inbound, or reserved.
func (r *planReader) lot(out *model.Supply, s *model.Stop, in *calloutv1.PartSupply) bool {
	if in.GetInboundId() == "" && in.GetReservedTier() == "" && !in.GetReservedForJob() {
		return true
	}
	node := r.takenAt(out, in)
	if node == model.NoNode {
		if !r.repair {
			r.fault("", Conflict, "names a lot, but is from no node")
		}
		return false
	}
	field := "reserved_for_job"
	match := func(l *model.Lot) bool { return l.ID == "" && slices.Contains(l.Jobs, s.Job) }
	switch {
	case in.GetInboundId() != "":
		field = "inbound_id"
		match = func(l *model.Lot) bool { return l.ID == in.GetInboundId() }
	case in.GetReservedTier() != "":
		field = "reserved_tier"
		tier, known := r.ctx.tiers[in.GetReservedTier()]
		match = func(l *model.Lot) bool { return known && l.Tier == tier }
	}
	lots := r.p.Nodes[node].Lots
	k := slices.IndexFunc(lots, func(l model.Lot) bool { return l.SKU == out.SKU && match(&l) })
	if k < 0 && !r.repair {
		r.fault(field, UnknownID, "node %s has no such %s", quote(r.p.Nodes[node].ID), quote(in.GetSku()))
	}
	out.Lot = int32(k + 1)
	return k >= 0
}

// takenAt is the node that a supply is taken from.
func (r *planReader) takenAt(out *model.Supply, in *calloutv1.PartSupply) model.NodeIdx {
	if len(out.Legs) > 0 {
		return r.p.Lanes[out.Legs[0].Lane].From
	}
	if node, known := r.ctx.nodes[in.GetNodeId()]; known {
		return node
	}
	return model.NoNode
}
