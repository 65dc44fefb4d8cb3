package wire

import (
	"cmp"
	"fmt"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
	"callout/solver/stock"
)

// Allocated is what an answer tells of an allocation besides itself: what it costs, how much each demand gets and how much of that in time,
// when each supply arrives, and why (nil: not told).
type Allocated struct {
	Terms          stock.Terms
	Served, InTime []int64
	Arrives        []stock.Time
	Explanation    *stock.Explanation
}

// AllocationOut is the message for an allocation.
func AllocationOut(n *stock.Network, ctx *NetworkContext, a *stock.Allocation, told *Allocated) *calloutv1.Allocation {
	w := allocationWriter{n: n, ctx: ctx, a: a, told: told, units: make([]int64, len(n.Departures))}
	for k := range a.Supplies {
		for _, p := range a.Supplies[k].Path {
			w.units[p] += a.Supplies[k].Qty
		}
	}
	t := &told.Terms
	return &calloutv1.Allocation{
		CurrencyCode: ctx.Currency,
		Cost: &calloutv1.AllocationCost{
			Total: currency(t.Total()), Fixed: currency(t.Fixed), Unit: currency(t.Unit), Reservations: currency(t.Breaks),
			Late: currency(t.Late), Short: currency(t.Short),
		},
		Metrics: w.metrics(), Demands: w.demands(), Shipments: w.shipments(), Stock: w.stock(),
	}
}

type allocationWriter struct {
	n     *stock.Network
	ctx   *NetworkContext
	a     *stock.Allocation
	told  *Allocated
	units []int64 // by departure
}

func (w *allocationWriter) metrics() *calloutv1.AllocationMetrics {
	m := &calloutv1.AllocationMetrics{FillRate: 1}
	var lateness float64
	for k := range w.a.Supplies {
		if late := w.late(k); late > 0 {
			lateness += float64(late) * float64(w.a.Supplies[k].Qty)
		}
	}
	var units, served, inTime int64
	for d := range w.n.Demands {
		units, served, inTime = units+w.n.Demands[d].Qty, served+w.told.Served[d], inTime+w.told.InTime[d]
	}
	m.Units, m.UnitsInTime, m.UnitsLate, m.UnitsShort = units, inTime, served-inTime, units-served
	if units > 0 {
		m.FillRate = float64(served) / float64(units)
	}
	if late := served - inTime; late > 0 {
		m.MeanLateness = lasting(model.Duration(lateness/float64(late) + 0.5))
	}
	for _, u := range w.units {
		if u > 0 {
			m.DeparturesUsed++
		}
	}
	return m
}

func (w *allocationWriter) late(supply int) stock.Time {
	return max(0, w.told.Arrives[supply]-w.n.Demands[w.a.Supplies[supply].Demand].Due)
}

// demands are told shortages first, the dearest first.
func (w *allocationWriter) demands() []*calloutv1.DemandAllocation {
	out := make([]*calloutv1.DemandAllocation, len(w.n.Demands))
	for d := range w.n.Demands {
		out[d] = &calloutv1.DemandAllocation{DemandId: w.n.Demands[d].ID, UnitsShort: w.n.Demands[d].Qty - w.told.Served[d]}
	}
	for k := range w.a.Supplies {
		d := out[w.a.Supplies[k].Demand]
		d.Sources = append(d.Sources, w.source(k))
	}
	if x := w.told.Explanation; x != nil {
		for k := range x.Shortages {
			out[x.Shortages[k].Demand].Shortage = w.shortage(&x.Shortages[k])
		}
	}
	loss := func(d *calloutv1.DemandAllocation, k int) stock.Cost { return d.GetUnitsShort() * w.n.Demands[k].Loss }
	order := make([]int, len(out))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(loss(out[b], b), loss(out[a], a)) })
	sorted := make([]*calloutv1.DemandAllocation, len(out))
	for k, d := range order {
		sorted[k] = out[d]
	}
	return sorted
}

func (w *allocationWriter) source(k int) *calloutv1.DemandSource {
	s := &w.a.Supplies[k]
	n, lot, demand := w.n, &w.n.Lots[s.Lot], &w.n.Demands[s.Demand]
	out := &calloutv1.DemandSource{
		Quantity: s.Qty, NodeId: n.Nodes[lot.Node].ID, InboundId: w.inbound(lot), Arrival: w.ctx.Time(w.told.Arrives[k]),
		Late: lasting(w.late(k)),
	}
	if lot.Reserved != stock.NoTier {
		out.ReservedTier = n.Tiers[lot.Reserved]
	}
	cost := w.late(k)*demand.Late + lot.BreakPrice(demand.Tier)
	share := 0.0
	for _, p := range s.Path {
		departure := &n.Departures[p]
		lane := &n.Lanes[departure.Lane]
		cost += lane.Unit
		share += currency(lane.Fixed) * float64(s.Qty) / float64(w.units[p])
	}
	out.Legs = w.legs(s.Path)
	out.Cost, out.FixedShare = currency(cost*s.Qty), share
	if x := w.told.Explanation; x != nil {
		out.Alternative = w.alternative(&x.Supplies[k])
	}
	return out
}

func (w *allocationWriter) legs(path []stock.DepartureIdx) []*calloutv1.SourceLeg {
	var out []*calloutv1.SourceLeg
	for _, p := range path {
		departure := &w.n.Departures[p]
		lane := &w.n.Lanes[departure.Lane]
		out = append(out, &calloutv1.SourceLeg{
			LaneId: lane.ID, ToNodeId: w.n.Nodes[lane.To].ID, CutOff: w.ctx.Time(departure.Leaves), Arrival: w.ctx.Time(departure.Arrives),
		})
	}
	return out
}

func (w *allocationWriter) inbound(lot *stock.Lot) string {
	if lot.Inbound < 0 {
		return ""
	}
	return w.ctx.Inbound[lot.Inbound]
}

func (w *allocationWriter) alternative(a *stock.Alternative) *calloutv1.SourceAlternative {
	if a.Lot < 0 {
		return nil
	}
	lot := &w.n.Lots[a.Lot]
	return &calloutv1.SourceAlternative{
		NodeId: w.n.Nodes[lot.Node].ID, InboundId: w.inbound(lot), Arrival: w.ctx.Time(a.Arrives), Cost: currency(a.Cost), Taken: a.Taken,
	}
}

var shortageReasons = [...]calloutv1.ShortageReason{
	stock.NoStock:     calloutv1.ShortageReason_SHORTAGE_REASON_NO_STOCK,
	stock.Unreachable: calloutv1.ShortageReason_SHORTAGE_REASON_UNREACHABLE,
	stock.Taken:       calloutv1.ShortageReason_SHORTAGE_REASON_TAKEN,
	stock.NotWorthIt:  calloutv1.ShortageReason_SHORTAGE_REASON_NOT_WORTH_IT,
}

func (w *allocationWriter) shortage(s *stock.Shortage) *calloutv1.Shortage {
	demand := &w.n.Demands[s.Demand]
	out := &calloutv1.Shortage{
		Reason: shortageReasons[s.Reason], Cost: currency(s.Qty * demand.Loss), Nearest: w.alternative(&s.Nearest),
	}
	sku := w.n.SKUs[demand.SKU]
	switch s.Reason {
	case stock.NoStock:
		out.Message = fmt.Sprintf("there are no units of %s, neither in stock nor inbound", sku)
	case stock.Unreachable:
		out.Message = fmt.Sprintf("no departures bring %s from where it is to %s", sku, w.n.Nodes[demand.Node].ID)
	case stock.Taken:
		out.Message = fmt.Sprintf("all units of %s that could be at %s go to other demands; the nearest are at %s", sku,
			w.n.Nodes[demand.Node].ID, out.GetNearest().GetNodeId())
	case stock.NotWorthIt:
		out.Message = fmt.Sprintf("units of %s are left, but to bring one costs more than to go without (%.2f); the nearest are at %s, for %.2f",
			sku, currency(demand.Loss), out.GetNearest().GetNodeId(), out.GetNearest().GetCost())
	}
	return out
}

// shipments are the departures that are used, by cut-off.
func (w *allocationWriter) shipments() []*calloutv1.StockShipment {
	n := w.n
	at := make([]*calloutv1.StockShipment, len(n.Departures))
	var used []stock.DepartureIdx
	for p, units := range w.units {
		if units == 0 {
			continue
		}
		departure := &n.Departures[p]
		lane := &n.Lanes[departure.Lane]
		from, to := &n.Nodes[lane.From], &n.Nodes[lane.To]
		kind := calloutv1.TransferKind_TRANSFER_KIND_WITHIN_LEVEL
		if from.Level < to.Level {
			kind = calloutv1.TransferKind_TRANSFER_KIND_FROM_ABOVE
		} else if from.Level > to.Level {
			kind = calloutv1.TransferKind_TRANSFER_KIND_FROM_BELOW
		}
		at[p] = &calloutv1.StockShipment{
			LaneId: lane.ID, FromNodeId: from.ID, ToNodeId: to.ID, CutOff: w.ctx.Time(departure.Leaves), Arrival: w.ctx.Time(departure.Arrives),
			Kind: kind, Cost: currency(lane.Fixed + units*lane.Unit),
		}
		used = append(used, stock.DepartureIdx(p))
	}
	for k := range w.a.Supplies {
		s := &w.a.Supplies[k]
		demand := &n.Demands[s.Demand]
		for _, p := range s.Path {
			at[p].Lines = append(at[p].Lines, &calloutv1.ShipmentLine{Sku: n.SKUs[demand.SKU], Quantity: s.Qty, DemandId: demand.ID})
		}
	}
	slices.SortStableFunc(used, func(a, b stock.DepartureIdx) int { return cmp.Compare(n.Departures[a].Leaves, n.Departures[b].Leaves) })
	out := make([]*calloutv1.StockShipment, len(used))
	for k, p := range used {
		out[k] = at[p]
	}
	return out
}

// stock tells what becomes of stock on hand of which anything is used, in the order of the request.
func (w *allocationWriter) stock() []*calloutv1.StockUse {
	type key struct {
		node stock.NodeIdx
		sku  stock.SKUIdx
	}
	uses := make(map[key]*calloutv1.StockUse)
	for k := range w.a.Supplies {
		s := &w.a.Supplies[k]
		lot := &w.n.Lots[s.Lot]
		if lot.Inbound >= 0 {
			continue
		}
		u := uses[key{lot.Node, lot.SKU}]
		if u == nil {
			u = &calloutv1.StockUse{NodeId: w.n.Nodes[lot.Node].ID, Sku: w.n.SKUs[lot.SKU]}
			uses[key{lot.Node, lot.SKU}] = u
		}
		u.Used += s.Qty
		if lot.Reserved != stock.NoTier && lot.Reserved != w.n.Demands[s.Demand].Tier {
			u.ReservationsBroken += s.Qty
		}
	}
	var out []*calloutv1.StockUse
	seen := make(map[key]bool)
	for l := range w.n.Lots {
		lot := &w.n.Lots[l]
		u := uses[key{lot.Node, lot.SKU}]
		if u == nil || lot.Inbound >= 0 {
			continue
		}
		u.Left += lot.Qty
		if !seen[key{lot.Node, lot.SKU}] {
			seen[key{lot.Node, lot.SKU}] = true
			out = append(out, u)
		}
	}
	for _, u := range out {
		u.Left -= u.GetUsed()
	}
	return out
}

// ToProto is the message for settings in force, as far as both kinds of request have them.
func (s AllocateSettings) ToProto() *calloutv1.SolveSettings { return s.Settings.ToProto() }
