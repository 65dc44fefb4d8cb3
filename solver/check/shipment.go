package check

import (
	"cmp"
	"fmt"
	"maps"
	"slices"

	"callout/solver/model"
)

// parcel is a shipment: what goes to a stop of the route by the same legs.
type parcel struct {
	stop int
	legs string
}

// fromNode books a supply of a visit that comes from a node, by a pick-up or a courier, and judges its way. It reports false where there
// is no such source.
func (c *checker) fromNode(r *route, s *stop, sup *model.Supply, w Where, sent map[parcel]bool) bool {
	// Where the parts have to be: at a pick-up of the route, or at the site.
	to, at, start := model.NoNode, s.index, s.Start
	if sup.From != model.CourierSource {
		node, ok := c.source(r, s, sup.From)
		if !ok {
			return false
		}
		to, at, start = node, int(sup.From), near(r.stated[sup.From].Start)
	}
	from := to
	if len(sup.Legs) > 0 {
		if lane := c.lane(sup.Legs[0].Lane); lane != nil {
			from = lane.From
		} else {
			c.flagf(ShipmentWay, w, 1, "%s: %s for stop %d goes over no lane", r.ID, w.what(), s.index)
			return true
		}
	}
	if from == model.NoNode {
		return false
	}
	price, there, ok := c.takeFrom(r, s, sup, from, w)
	if !ok {
		return false
	}
	price += c.ship(r, s, sup, to, &there, w)
	cost := sup.Qty * price
	if p := (parcel{at, fmt.Sprint(sup.Legs)}); len(sup.Legs) > 0 && !sent[p] {
		sent[p] = true
		for _, leg := range sup.Legs {
			if lane := c.lane(leg.Lane); lane != nil {
				cost += lane.Fixed
			}
		}
	}
	c.report.RouteTerms[r.shift][model.Parts] += cost
	if start < there {
		c.flagf(PartNotThere, w, there-start, "%s: stop %d starts at %d, %s is there at %d", r.ID, at, start, w.what(), there)
	}
	return true
}

// takeFrom books what is taken of a lot; it costs so much per unit, and is there from a time on.
func (c *checker) takeFrom(
	r *route, s *stop, sup *model.Supply, node model.NodeIdx, w Where,
) (price model.Cost, there model.Time, ok bool) {
	n := &c.p.Nodes[node]
	key := lotItem{node, sup.Lot, sup.SKU}
	if sup.Lot == 0 {
		c.stock[key] += sup.Qty
		_, price = n.StockOf(sup.SKU)
		return price, -model.MaxTime, true
	}
	if sup.Lot < 0 || int(sup.Lot) > len(n.Lots) || n.Lots[sup.Lot-1].SKU != sup.SKU {
		return 0, 0, false
	}
	c.stock[key] += sup.Qty
	lot := &n.Lots[sup.Lot-1]
	if len(lot.Jobs) > 0 && (s.Kind != model.Visit || !slices.Contains(lot.Jobs, s.Job)) {
		c.flagf(Reserved, w, sup.Qty, "%s: stop %d takes %s that is reserved for other jobs", r.ID, s.index, w.what())
	}
	price = lot.Price
	if lot.Tier != model.NoTier && (s.Kind != model.Visit || lot.Tier != c.p.Jobs[s.Job].Tier) {
		price += lot.Break
	}
	return price, lot.From, true
}

// ship follows the legs of a supply to a node, or to the site, and moves there to when they are at their end. It returns what they cost
// per unit.
func (c *checker) ship(r *route, s *stop, sup *model.Supply, to model.NodeIdx, there *model.Time, w Where) model.Cost {
	if n := len(sup.Legs); n > model.MaxLegs {
		c.flagf(ShipmentWay, w, int64(n-model.MaxLegs), "%s: %s for stop %d goes by %d legs", r.ID, w.what(), s.index, n)
	}
	var unit model.Cost
	at, lost := model.NoNode, 0
	for k, leg := range sup.Legs {
		leg.Leaves, leg.Arrives = near(leg.Leaves), near(leg.Arrives)
		lane := c.lane(leg.Lane)
		if lane == nil {
			lost++
			continue
		}
		if k > 0 && lane.From != at {
			lost++
		}
		unit += lane.Unit
		if off := c.offTimetable(lane, leg); off > 0 {
			c.flagf(ShipmentTimes, w, off, "%s: %s has no departure at %d that arrives at %d", r.ID, lane.ID, leg.Leaves, leg.Arrives)
		}
		if leg.Leaves < *there {
			c.flagf(CutOff, w, *there-leg.Leaves, "%s: %s leaves with %s at %d, is there at %d",
				r.ID, w.what(), lane.ID, leg.Leaves, *there)
		}
		*there, at = leg.Arrives, lane.To
	}
	if len(sup.Legs) > 0 && lost == 0 {
		last := c.lane(sup.Legs[len(sup.Legs)-1].Lane)
		if at != to || to == model.NoNode && len(last.Sites) > 0 && !slices.Contains(last.Sites, s.location) {
			lost = 1
		}
	}
	if lost > 0 || len(sup.Legs) == 0 && to == model.NoNode {
		c.flagf(ShipmentWay, w, int64(lost), "%s: the way of %s does not lead to stop %d", r.ID, w.what(), s.index)
	}
	return unit
}

// lane is a lane of a leg, nil where there is none.
func (c *checker) lane(k model.LaneIdx) *model.Lane {
	if k < 0 || int(k) >= len(c.p.Lanes) {
		return nil
	}
	return &c.p.Lanes[k]
}

// offTimetable is how far a leg is from the departures that its lane has and that are not past.
func (c *checker) offTimetable(lane *model.Lane, leg model.Leg) model.Duration {
	nearest := model.Duration(model.MaxTime)
	if lane.Lead > 0 {
		late := max(0, c.p.Now-leg.Leaves)
		nearest = min(nearest, max(late, distance(leg.Arrives, leg.Leaves+lane.Lead)))
	}
	for _, d := range lane.Departures {
		if d.Leaves >= c.p.Now {
			nearest = min(nearest, max(distance(d.Leaves, leg.Leaves), distance(d.Arrives, leg.Arrives)))
		}
	}
	return nearest
}

// lots compares what all routes take of each lot with what there is of it.
func (c *checker) lots() {
	keys := slices.SortedFunc(maps.Keys(c.stock), func(a, b lotItem) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.sku, b.sku), cmp.Compare(a.lot, b.lot))
	})
	for _, k := range keys {
		n := &c.p.Nodes[k.node]
		var has int64
		if k.lot == 0 {
			has, _ = n.StockOf(k.sku)
		} else {
			has = n.Lots[k.lot-1].Qty
		}
		if over := overStock(c.stock[k], has); over > 0 {
			w := of(nowhere(), c.p.SKUs, k.sku)
			w.Node = k.node
			c.flagf(NodeStock, w, over, "%s has %d of %s, lot %d, the routes take %d", n.ID, has, w.what(), k.lot, c.stock[k])
		}
	}
}
