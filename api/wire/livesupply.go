package wire

import (
	"math"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// supply reads where units of a part come from, for a stop of a running plan, of which the calls so far are known. It is false for what the problem
// does not know, and for what a state tells as shipped.
func (l *Live) supply(
	d *day.Day, j model.JobIdx, in *calloutv1.PartSupply, behind bool, source func(node string, call int32) int32,
) (model.Supply, bool) {
	sku, known := l.Context.skus[in.GetSku()]
	if !known || in.GetQuantity() <= 0 || in.GetQuantity() > maxQuantity {
		return model.Supply{}, false
	}
	out := model.Supply{SKU: sku, Qty: in.GetQuantity(), From: source(in.GetNodeId(), in.GetCall())}
	from, atNode := l.Context.nodes[in.GetNodeId()]
	if len(in.GetLegs()) > 0 {
		to := from
		if in.GetNodeId() == "" {
			to = model.NoNode
		}
		legs, ok := l.legs(in.GetLegs(), to)
		gone := l.start.GetState() != nil && ok && (behind || legs[0].Leaves < d.Now())
		if !ok || gone || out.From < 0 && in.GetNodeId() != "" {
			return out, false
		}
		if out.Legs, from = legs, l.Problem.Lanes[legs[0].Lane].From; in.GetNodeId() == "" {
			out.From = model.CourierSource
		}
	} else if out.From < 0 || !atNode {
		return out, true
	}
	out.Lot = d.LotNumber(&day.LotState{
		Node: from, SKU: sku, ID: in.GetInboundId(), Tier: l.read.tiers.index[in.GetReservedTier()], Kept: in.GetReservedForJob(), Job: j,
	})
	return out, out.Lot >= 0
}

// legs of a shipment to a node, or to a site; false where the problem knows no such way.
func (l *Live) legs(in []*calloutv1.SupplyLeg, to model.NodeIdx) ([]model.Leg, bool) {
	out := make([]model.Leg, 0, len(in))
	if len(in) > model.MaxLegs {
		return nil, false
	}
	for _, leg := range in {
		node, there := l.Context.nodes[leg.GetNodeId()]
		lane, known := l.Context.lanes[laneKey{node, leg.GetLaneId()}]
		if !there || !known || leg.GetCutOff() == nil || leg.GetArrival() == nil {
			return nil, false
		}
		out = append(out, model.Leg{Lane: lane, Leaves: l.at(leg.GetCutOff()), Arrives: l.at(leg.GetArrival())})
	}
	return out, len(out) > 0 && l.Problem.Lanes[out[len(out)-1].Lane].To == to
}

// stateOfSupply tells what is reserved, to come, and under way.
func (l *Live) stateOfSupply(out *calloutv1.DayState, d *day.Day, of func(model.TechIdx, model.NodeIdx) *calloutv1.StockState) {
	known := d.Known()
	job := func(j model.JobIdx) string {
		if j < 0 {
			return ""
		}
		return known.Jobs[j].ID
	}
	d.Lots(l.Problem, func(x *day.LotState) {
		s := of(-1, x.Node)
		s.Lots = append(s.Lots, &calloutv1.LotState{
			Sku: known.SKUs[x.SKU], Quantity: x.Qty, InboundId: x.ID, Arrival: l.Context.Time(x.From), Tier: known.Tiers[x.Tier],
			BreakCost: currency(x.Break), JobId: job(x.Job),
		})
	})
	d.Shipments(func(x *day.Shipment) {
		s := &calloutv1.ShipmentState{
			Id: x.ID, Sku: known.SKUs[x.SKU], Quantity: x.Qty, Left: x.Left, JobId: x.JobID, Arrival: l.Context.Time(x.Arrives), Stray: x.Lost,
			FromInboundId: x.Inbound, ReservedTier: known.Tiers[x.Tier], BreakCost: currency(x.Break), ReservedForJob: x.Kept,
			LocationId: known.Locations[x.Site].ID,
		}
		if x.To != model.NoNode {
			s.NodeId, s.LocationId = known.Nodes[x.To].ID, ""
		}
		for _, leg := range x.Legs {
			lane := &known.Lanes[leg.Lane]
			s.Legs = append(s.Legs, &calloutv1.SupplyLeg{
				NodeId: known.Nodes[lane.From].ID, LaneId: lane.ID, CutOff: l.Context.Time(leg.Leaves), Arrival: l.Context.Time(leg.Arrives),
			})
		}
		out.Shipments = append(out.Shipments, s)
	})
	out.ShipmentsNamed = d.Serial()
}

// restoreSupply takes in what a state says is reserved, to come, and under way.
func (l *Live) restoreSupply(r *reader, d *day.Day, state *calloutv1.DayState) {
	var lots []day.LotState
	for i, s := range state.GetStocks() {
		r.enterAt("stocks", i)
		node, known := l.Context.nodes[s.GetNodeId()]
		for k, in := range s.GetLots() {
			r.enterAt("lots", k)
			if !known {
				r.fault("", Conflict, "are at nodes only")
			} else if x, ok := l.lot(r, d, node, in); ok {
				lots = append(lots, x)
			}
			r.leave()
		}
		r.leave()
	}
	d.RestoreLots(lots)
	named := make(map[string]bool)
	for i, s := range state.GetShipments() {
		r.enterAt("shipments", i)
		if _, inbound := l.Context.inbound[s.GetId()]; inbound || s.GetId() != "" && named[s.GetId()] {
			r.fault("id", Duplicate, "there is supply with that id")
		} else {
			named[s.GetId()] = true
			l.restoreShipment(r, d, s)
		}
		r.leave()
	}
	unrooted(r, state.GetShipments())
	d.RestoreSerial(r.integer("shipments_named", state.GetShipmentsNamed(), 0, math.MaxInt32))
}

// unrooted finds shipments that are taken from each other.
func unrooted(r *reader, list []*calloutv1.ShipmentState) {
	from := make(map[string]string, len(list))
	for _, s := range list {
		if s.GetId() != "" {
			from[s.GetId()] = s.GetFromInboundId()
		}
	}
	rooted := make(map[string]bool, len(list))
	for i, s := range list {
		var way []string
		on := map[string]bool{}
		for id := s.GetId(); id != "" && !rooted[id]; id = from[id] {
			if on[id] {
				r.fault(element("shipments", i)+".from_inbound_id", Conflict, "it would be taken from itself")
				return
			}
			on[id] = true
			way = append(way, id)
		}
		for _, id := range way {
			rooted[id] = true
		}
	}
}

// part and tier that a state names.
func (l *Live) stated(r *reader, sku, tierField, tier string) (model.SKUIdx, model.TierIdx, bool) {
	s, known := l.Context.skus[sku]
	if !known {
		r.fault("sku", UnknownID, "the problem has no part %s", quote(sku))
	}
	t, tiered := l.read.tiers.index[tier]
	if tier != "" && !tiered {
		r.fault(tierField, UnknownID, "there is no tier %s", quote(tier))
		return s, t, false
	}
	return s, t, known
}

// breach is a price that a state tells, weighted.
func (l *Live) breach(r *reader, x float64) model.Cost {
	return model.Cost(math.Round(r.number("break_cost", x, 0, maxCosts/micro) * micro))
}

// lot that a state tells of.
func (l *Live) lot(r *reader, d *day.Day, node model.NodeIdx, in *calloutv1.LotState) (day.LotState, bool) {
	sku, tier, ok := l.stated(r, in.GetSku(), "tier", in.GetTier())
	x := day.LotState{
		Node: node, SKU: sku, ID: in.GetInboundId(), Tier: tier, Break: l.breach(r, in.GetBreakCost()), Job: model.NoJob,
		Qty: r.integer("quantity", in.GetQuantity(), 0, maxQuantity), From: l.read.time(in.GetArrival(), up, 0),
	}
	if in.GetJobId() != "" {
		j, known := d.Job(in.GetJobId())
		if !known {
			r.fault("job_id", UnknownID, "there is no job %s", quote(in.GetJobId()))
		}
		x.Job, ok = j, ok && known
	}
	if _, known := l.Context.inbound[x.ID]; x.ID != "" && !known {
		r.fault("inbound_id", UnknownID, "the problem has no supply %s to come", quote(x.ID))
		ok = false
	}
	x.Kept = x.ID == "" && in.GetTier() == ""
	return x, ok
}

func (l *Live) restoreShipment(r *reader, d *day.Day, in *calloutv1.ShipmentState) {
	sku, tier, ok := l.stated(r, in.GetSku(), "reserved_tier", in.GetReservedTier())
	x := day.Shipment{
		ID: in.GetId(), SKU: sku, Qty: r.integer("quantity", in.GetQuantity(), 1, maxQuantity),
		Left: r.integer("left", in.GetLeft(), 0, maxQuantity), JobID: in.GetJobId(), To: model.NoNode,
		Arrives: l.read.time(in.GetArrival(), up, 0),
		Lost:    in.GetStray(), Inbound: in.GetFromInboundId(), Tier: tier, Break: l.breach(r, in.GetBreakCost()), Kept: in.GetReservedForJob(),
		Job: model.NoJob,
	}
	if x.Left > x.Qty {
		r.fault("left", OutOfRange, "%d of %d units", x.Left, x.Qty)
	}
	if j, known := d.Job(in.GetJobId()); known {
		x.Job = j
	} else if in.GetNodeId() == "" && !x.Lost || x.Kept {
		r.fault("job_id", UnknownID, "there is no job %s", quote(in.GetJobId()))
		ok = false
	}
	if id := in.GetNodeId(); id != "" {
		n, known := l.Context.nodes[id]
		if x.To = n; !known {
			r.fault("node_id", UnknownID, "there is no node %s", quote(id))
		}
		ok = r.required("id", x.ID) && ok && known
	} else {
		at, known := d.Location(in.GetLocationId())
		if x.Site = at; !known {
			r.fault("location_id", UnknownID, "there is no location %s", quote(in.GetLocationId()))
		}
		ok = ok && known
	}
	legs, known := l.legs(in.GetLegs(), x.To)
	if x.Legs = legs; !known && !x.Lost {
		r.fault("legs", UnknownID, "the problem has no such lanes")
		ok = false
	} else if known && x.Arrives < legs[0].Leaves {
		r.fault("arrival", OutOfRange, "it is there before it leaves")
		ok = false
	}
	if ok {
		d.RestoreShipment(&x)
	}
}

// delayed reads supply that comes at another time.
func (l *Live) delayed(r *reader, e *day.Event, in *calloutv1.SupplyDelayed) {
	e.Kind, e.SupplyID, e.JobID, e.SKU = day.SupplyDelayed, in.GetInboundId(), in.GetJobId(), -1
	e.At = l.read.time(in.GetUntil(), up, model.NoTime)
	if (e.SupplyID == "") == (e.JobID == "") {
		r.fault("inbound_id", Conflict, "supply or a job must be named, and not both")
	}
	e.Lost = in.GetLost()
	switch {
	case e.Lost && in.GetUntil() != nil:
		r.fault("until", Conflict, "is set, but it is lost")
	case e.Lost:
		e.At = model.NoTime
	case in.GetUntil() == nil:
		r.fault("until", Required, "must be set, or lost")
	case e.At > e.Now+seconds(l.Context.lim.Horizon):
		r.fault("until", Horizon, "that is too late")
	}
	if in.GetSku() == "" {
		return
	}
	sku, known := l.Context.skus[in.GetSku()]
	switch {
	case !known:
		r.fault("sku", UnknownID, "the problem has no part %s", quote(in.GetSku()))
	case e.JobID == "":
		r.fault("sku", Conflict, "is set, but job_id is not")
	}
	e.SKU = sku
}
