package server

import (
	"fmt"
	"strings"

	calloutv1 "callout/api/callout/v1"
	"callout/engine"
	"callout/solver/model"
)

// shortage turns a part that a job lacks into a message.
func (w writer) shortage(s *engine.Shortage) *calloutv1.PartShortage {
	out := &calloutv1.PartShortage{Sku: w.p.SKUs[s.SKU], Quantity: s.Missing}
	said := fmt.Sprintf("%d of %s missing", s.Missing, out.GetSku())
	if s.Node == model.NoNode {
		said += "; nobody has any left"
	} else {
		out.NearestNodeId, out.NearestQuantity = w.p.Nodes[s.Node].ID, s.Left
		said += fmt.Sprintf("; the nearest, %d, at %s", s.Left, out.GetNearestNodeId())
		if s.From > w.p.Now {
			out.NearestFrom = w.ctx.Time(s.From)
			said += " from " + w.clock(s.From)
		}
	}
	var offers []string
	for i := range s.Offers {
		o := w.offer(&s.Offers[i])
		out.Offers = append(out.Offers, o)
		offers = append(offers, fmt.Sprintf("%s for %s", w.clock(s.Offers[i].Arrives), w.money(o.GetCost())))
	}
	if len(offers) > 0 {
		said += "; by courier " + strings.Join(offers, ", ")
	}
	out.Message = said + "."
	return out
}

func (w writer) offer(o *engine.Offer) *calloutv1.ExpediteOffer {
	out := &calloutv1.ExpediteOffer{Arrival: w.ctx.Time(o.Arrives), Cost: float64(o.Cost) / micro}
	if o.Lot > 0 {
		out.InboundId = w.p.Nodes[o.Node].Lots[o.Lot-1].ID
	}
	for _, leg := range o.Legs {
		lane := &w.p.Lanes[leg.Lane]
		out.Legs = append(out.Legs, &calloutv1.SupplyLeg{
			NodeId: w.p.Nodes[lane.From].ID, LaneId: lane.ID, CutOff: w.ctx.Time(leg.Leaves), Arrival: w.ctx.Time(leg.Arrives),
		})
	}
	return out
}

// clock is an instant in words.
func (w writer) clock(t model.Time) string {
	return w.ctx.Time(t).AsTime().Format("2006-01-02 15:04 MST")
}
