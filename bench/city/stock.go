package city

import (
	calloutv1 "callout/api/callout/v1"
)

// depots adds the stocking nodes; shelves fills them once the day's demand is known. The two depots come first among the
// locations, as some vans stay there overnight.
func (g *generator) depots() {
	hours := func(spans ...[2]int) (out []*calloutv1.OpeningInterval) {
		for day := range g.o.Days {
			for _, s := range spans {
				out = append(out, &calloutv1.OpeningInterval{Start: g.clock(day, 0, s[0]), End: g.clock(day, 0, s[1])})
			}
		}
		return out
	}
	add := func(id string, lat, lon float64, handling int, price float64, open []*calloutv1.OpeningInterval) {
		g.placeAt(id, lat, lon)
		g.p.Nodes = append(g.p.Nodes, &calloutv1.Node{
			Id: id, LocationId: id, Opening: open, HandlingDuration: minutes(handling), PickupCost: price,
		})
	}
	add("Depot Simmering", 48.1795, 16.4210, 12, 2, hours([2]int{6*60 + 30, 17 * 60}))
	add("Depot Floridsdorf", 48.2625, 16.3985, 10, 2, hours([2]int{6*60 + 30, 12 * 60}, [2]int{12*60 + 30, 16 * 60}))
	add("Locker Westbahnhof", 48.1967, 16.3375, 4, 1, hours([2]int{5 * 60, 23 * 60}))
	add("Locker Liesing", 48.1350, 16.2840, 4, 1, nil)
}

// shelves stocks the nodes against the demand. The first depot has most parts, though control boards are short everywhere;
// the second has fewer; lockers hold one or two pieces of what broke yesterday.
func (g *generator) shelves() {
	for k, n := range g.p.GetNodes() {
		locker := k >= 2
		for _, p := range parts {
			need := int(g.demand[p.sku])
			var have int
			switch {
			case p.sku == "control-board":
				have = []int{(need + 1) / 2, need / 4, 0, 0}[k]
			case locker:
				if p.most == 1 && g.chance(0.35) {
					have = g.between(1, 2)
				}
			case p.common:
				have = 20 + need
			default:
				have = g.between(need/4, need*3/4+1)
				if k == 0 {
					have = g.between(need*2/3, need+3)
				}
			}
			if have > 0 {
				n.Stock = append(n.Stock, &calloutv1.NodeStock{Sku: p.sku, Quantity: int64(have), UnitCost: p.price})
			}
		}
		if locker {
			continue
		}
		for _, tr := range trades {
			for _, tool := range tr.tools {
				n.Tools = append(n.Tools, &calloutv1.NodeTool{Tool: tool, Quantity: int64(2 - k)})
			}
		}
	}
}
