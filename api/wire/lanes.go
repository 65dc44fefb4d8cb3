package wire

import (
	"cmp"
	"math"
	"slices"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// reserve turns reservations of a node's stock into lots.
func (b *builder) reserve(n *model.Node, list []*calloutv1.Reservation) {
	kept := make(map[model.SKUIdx]int64)
	seen := make(map[[3]string]bool, len(list))
	for i, in := range list {
		b.enterAt("reservations", i)
		sku, known := b.skus.index[in.GetSku()]
		k := slices.IndexFunc(n.Stock, func(s model.NodeStock) bool { return known && s.SKU == sku })
		if b.required("sku", in.GetSku()) && k < 0 {
			b.fault("sku", UnknownID, "the node has no stock of %s", quote(in.GetSku()))
		}
		lot := model.Lot{
			SKU: sku, Qty: b.integer("quantity", in.GetQuantity(), 0, maxQuantity),
			Break: b.cost("break_cost", b.price("break_cost", in.GetBreakCost()), b.prices.weight[model.Parts], each),
		}
		switch {
		case in.GetJobId() != "" && in.GetCustomerTier() != "":
			b.fault("customer_tier", Conflict, "excludes job_id")
		case in.GetCustomerTier() != "":
			lot.Tier = b.tiers.number(in.GetCustomerTier())
		case in.GetBreakCost() != 0:
			b.fault("break_cost", Conflict, "is set, but customer_tier is not")
		case in.GetJobId() != "":
			lot.Jobs = []model.JobIdx{refer(b, "job_id", in.GetJobId(), "job", b.ctx.jobs)}
		default:
			lot.Jobs = []model.JobIdx{nobody}
		}
		if who := [3]string{in.GetSku(), in.GetJobId(), in.GetCustomerTier()}; seen[who] {
			b.fault("", Duplicate, "%s is reserved for the same before", quote(in.GetSku()))
		} else {
			seen[who] = true
		}
		if k >= 0 {
			lot.Price = n.Stock[k].Price
			n.Lots = append(n.Lots, lot)
			kept[sku] += lot.Qty
			if has := &n.Stock[k]; has.Qty < model.Unlimited {
				if has.Qty -= lot.Qty; has.Qty < 0 {
					b.fault("quantity", OutOfRange, "%d units of %s are kept, %d more than there are", kept[sku], quote(in.GetSku()), -has.Qty)
					has.Qty = 0
				}
			}
		}
		b.leave()
	}
}

// nobody is the only job that may take of what is reserved for somebody else.
const nobody model.JobIdx = -1

// readInbound turns inbound supply into lots.
func (b *builder) readInbound() {
	index[int32](b, "inbound", b.in.GetInbound())
	b.ctx.inbound = make(map[string]lotKey, len(b.in.GetInbound()))
	for i, in := range b.in.GetInbound() {
		b.enterAt("inbound", i)
		node := refer(b, "node_id", in.GetNodeId(), "node", b.ctx.nodes)
		if in.GetArrival() == nil {
			b.fault("arrival", Required, "must be set")
		}
		lot := model.Lot{
			ID: in.GetId(), Qty: b.integer("quantity", in.GetQuantity(), 0, maxQuantity), From: max(0, b.time(in.GetArrival(), up, 0)),
		}
		if b.required("sku", in.GetSku()) {
			lot.SKU = b.skus.number(in.GetSku())
		}
		if b.ok() {
			n := &b.out.Nodes[node]
			_, lot.Price = n.StockOf(lot.SKU)
			n.Lots = append(n.Lots, lot)
			b.ctx.inbound[in.GetId()] = lotKey{node, int32(len(n.Lots))}
		}
		b.leave()
	}
}

// readLanes converts the lanes of all nodes.
func (b *builder) readLanes() {
	lanes, departures := 0, 0
	for _, n := range b.in.GetNodes() {
		lanes += len(n.GetLanes())
		for _, l := range n.GetLanes() {
			departures += len(l.GetDepartures()) + len(l.GetTimetable())
		}
	}
	if lanes > b.lim.Lanes || departures > b.lim.Departures {
		b.fault("nodes", TooMany, "%d lanes with %d departures are more than %d with %d", lanes, departures, b.lim.Lanes, b.lim.Departures)
		return
	}
	b.ctx.lanes = make(map[laneKey]model.LaneIdx, lanes)
	for i, n := range b.in.GetNodes() {
		b.enterAt("nodes", i)
		index[model.LaneIdx](b, "lanes", n.GetLanes())
		for k, in := range n.GetLanes() {
			b.enterAt("lanes", k)
			b.ctx.lanes[laneKey{model.NodeIdx(i), in.GetId()}] = model.LaneIdx(len(b.out.Lanes))
			b.out.Lanes = append(b.out.Lanes, b.lane(model.NodeIdx(i), in))
			b.leave()
		}
		b.leave()
	}
}

func (b *builder) lane(from model.NodeIdx, in *calloutv1.Lane) model.Lane {
	w := b.prices.weight[model.Parts]
	out := model.Lane{
		ID: in.GetId(), From: from, To: model.NoNode,
		Fixed: b.cost("cost_per_shipment", b.price("cost_per_shipment", in.GetCostPerShipment()), w, each),
		Unit:  b.cost("cost_per_unit", b.price("cost_per_unit", in.GetCostPerUnit()), w, each),
	}
	if in.GetToNodeId() != "" {
		out.To = refer(b, "to_node_id", in.GetToNodeId(), "node", b.ctx.nodes)
		if out.To == from && b.ok() {
			b.fault("to_node_id", Conflict, "is where the lane begins")
		}
		if len(in.GetLocationIds()) > 0 {
			b.fault("location_ids", Conflict, "is set, but the lane goes to a node")
		}
	}
	for i, id := range in.GetLocationIds() {
		if l, known := b.locations[id]; known {
			out.Sites = append(out.Sites, l)
		} else {
			b.fault(element("location_ids", i), UnknownID, "there is no location %s", quote(id))
		}
	}
	slices.Sort(out.Sites)
	out.Sites = slices.Compact(out.Sites)
	lead := b.duration("lead_time", in.GetLeadTime(), up, seconds(b.lim.Horizon))
	if in.GetLeadTime() != nil && lead == 0 && b.ok() {
		b.fault("lead_time", OutOfRange, "must be more than 0")
	}
	if len(in.GetDepartures())+len(in.GetTimetable()) == 0 {
		if in.GetLeadTime() == nil {
			b.fault("lead_time", Required, "must be set, as no departure says when it arrives")
		}
		out.Lead = lead
	}
	for i, t := range in.GetDepartures() {
		b.departure(&out, element("departures", i), t, element("departures", i), nil, lead)
	}
	for i, d := range in.GetTimetable() {
		b.enterAt("timetable", i)
		b.departure(&out, "cut_off", d.GetCutOff(), "arrival", d.GetArrival(), lead)
		b.leave()
	}
	slices.SortFunc(out.Departures, func(x, y model.Departure) int {
		return cmp.Or(cmp.Compare(x.Leaves, y.Leaves), cmp.Compare(x.Arrives, y.Arrives))
	})
	out.Departures = slices.Compact(out.Departures)
	return out
}

// departure adds one to a lane; what is past, or beyond all times, is checked and left out.
func (b *builder) departure(
	l *model.Lane, field string, cutOff *timestamppb.Timestamp, arrivalField string, arrival *timestamppb.Timestamp, lead model.Duration,
) {
	leaves, ok := instant(cutOff, down)
	if !ok {
		if cutOff == nil {
			b.fault(field, Required, "must be set")
		}
		return
	}
	arrives, given := instant(arrival, up)
	switch {
	case given && arrives <= leaves:
		b.fault(arrivalField, EndBeforeStart, "%s is not after the cut-off, %s", date(arrives), date(leaves))
		return
	case given:
	case arrival != nil:
		return // reported before
	case lead == 0:
		b.fault(arrivalField, Required, "must be set, as the lane has no lead time")
		return
	default:
		arrives = leaves + min(lead, math.MaxInt32)
	}
	if leaves -= b.epoch; leaves >= b.now && arrives-b.epoch < model.MaxTime {
		l.Departures = append(l.Departures, model.Departure{Leaves: leaves, Arrives: arrives - b.epoch})
	}
}
