package wire

import (
	"fmt"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/model"
)

// supply writes where units of a part of a visit come from.
func (w *routeWriter) supply(s *model.Stop, q *model.Supply) *calloutv1.PartSupply {
	node, call := w.origin(q.From)
	out := &calloutv1.PartSupply{Sku: w.p.SKUs[q.SKU], Quantity: q.Qty, NodeId: node, Call: call}
	job := &w.p.Jobs[s.Job]
	if part, price := job.Serves(q.SKU); part >= 0 && job.Parts[part].SKU != q.SKU {
		out.InPlaceOf = w.p.SKUs[job.Parts[part].SKU]
		out.Cost = currency(price) * float64(q.Qty) / float64(job.Parts[part].Qty)
	}
	from := w.takenAt(q)
	if from == nil {
		return out
	}
	_, price := from.StockOf(q.SKU)
	if q.Lot > 0 && int(q.Lot) <= len(from.Lots) {
		lot := &from.Lots[q.Lot-1]
		price = lot.PriceFor(job.Tier)
		out.InboundId, out.ReservedTier, out.ReservedForJob = lot.ID, w.p.Tiers[lot.Tier], len(lot.Jobs) > 0
	}
	var fixed model.Cost
	for _, leg := range q.Legs {
		if leg.Lane < 0 || int(leg.Lane) >= len(w.p.Lanes) {
			continue
		}
		lane := &w.p.Lanes[leg.Lane]
		price += lane.Unit
		fixed += lane.Fixed
		out.Legs = append(out.Legs, &calloutv1.SupplyLeg{
			NodeId: w.p.Nodes[lane.From].ID, LaneId: lane.ID, CutOff: w.ctx.Time(leg.Leaves), Arrival: w.ctx.Time(leg.Arrives),
		})
	}
	out.Cost += currency(price * q.Qty)
	to := shipped{job: -1, from: q.From, legs: fmt.Sprint(q.Legs)}
	if q.From == model.CourierSource {
		to.job = s.Job
	}
	if !w.sent[to] {
		w.sent[to] = true
		out.Cost += currency(fixed)
	}
	return out
}

// shipped names a shipment of a route: to the site of a job, or to the call at an index.
type shipped struct {
	job  model.JobIdx // or -1
	from int32
	legs string
}

// takenAt is the node that a supply is taken from; nil: the van.
func (w *routeWriter) takenAt(q *model.Supply) *model.Node {
	if len(q.Legs) > 0 {
		if k := q.Legs[0].Lane; k >= 0 && int(k) < len(w.p.Lanes) {
			return &w.p.Nodes[w.p.Lanes[k].From]
		}
		return nil
	}
	if !w.called(q.From) {
		return nil
	}
	return &w.p.Nodes[w.route.Stops[q.From].Node]
}
