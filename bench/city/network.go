package city

import (
	"fmt"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

const moreRare = 1.5 // how many times as often a job needs a rare part as on an ordinary day

// The nodes of a day's stock network are regional depots first (some vans stay at the first two overnight), then lockers, last the central
// warehouse, an hour away.
var regional = []struct {
	name     string
	lat, lon float64
}{
	{"Depot Simmering", 48.1795, 16.4210},
	{"Depot Floridsdorf", 48.2625, 16.3985},
	{"Depot Liesing", 48.1400, 16.2960},
	{"Depot Ottakring", 48.2150, 16.3080},
	{"Depot Donaustadt", 48.2330, 16.4620},
}

func (g *generator) depotCount() int { return min(len(regional), 2+g.o.Jobs/250) }

func (g *generator) lockerCount() int { return min(24, 3+g.o.Jobs/40) }

// network adds the nodes.
func (g *generator) network() {
	open := func(from, to int) (out []*calloutv1.OpeningInterval) {
		for day := range g.o.Days {
			out = append(out, &calloutv1.OpeningInterval{Start: g.clock(day, from, 0), End: g.clock(day, to, 0)})
		}
		return out
	}
	add := func(l *calloutv1.Location, handling int, price float64, hours []*calloutv1.OpeningInterval) {
		g.p.Nodes = append(g.p.Nodes, &calloutv1.Node{
			Id: l.GetId(), LocationId: l.GetId(), Opening: hours, HandlingDuration: minutes(handling), PickupCost: price,
		})
	}
	for k := range g.depotCount() {
		r := regional[k]
		add(g.placeAt(r.name, r.lat, r.lon), 12, 2, open(6, 17))
		for _, tr := range trades {
			n := g.p.GetNodes()[k]
			for _, tool := range tr.tools {
				n.Tools = append(n.Tools, &calloutv1.NodeTool{Tool: tool, Quantity: 2})
			}
		}
	}
	for k := range g.lockerCount() {
		d := g.anywhere()
		add(g.place(fmt.Sprintf("Locker %d %s", k+1, d.name), d), 4, 1, nil)
	}
	add(g.placeAt("Central Wiener Neustadt", 47.8130, 16.2430), 15, 4, open(6, 18))
}

// level of a node by its place among the nodes.
func (g *generator) level(k int) int {
	switch {
	case k < g.depotCount():
		return 1
	case k < g.depotCount()+g.lockerCount():
		return 2
	}
	return 0
}

// stockUp stocks the nodes against the demand. Of rare parts there are a few more than needed, a third of them far away and one in ten on its
// way to a depot; control boards are short. One of three or more at a depot is kept for gold customers.
func (g *generator) stockUp() {
	nodes := g.p.GetNodes()
	byLevel := make([][]int, 3)
	for k := range nodes {
		byLevel[g.level(k)] = append(byLevel[g.level(k)], k)
	}
	for _, p := range parts {
		need := int(g.demand[p.sku])
		have := make([]int, len(nodes))
		if p.common {
			for _, k := range byLevel[1] {
				have[k] = 10 + need/len(byLevel[1])
			}
		} else {
			total := need + g.between(0, 2+need/4)
			if p.sku == "control-board" {
				total = (3*need + 3) / 4
			}
			for range total {
				if g.chance(0.1) {
					g.inbound(pick(g, byLevel[1]), p.sku)
					continue
				}
				have[pick(g, byLevel[g.choose(1.1, 1.2, 0.7)])]++
			}
		}
		for k, units := range have {
			n := nodes[k]
			if units > 0 {
				n.Stock = append(n.Stock, &calloutv1.NodeStock{Sku: p.sku, Quantity: int64(units), UnitCost: p.price})
			}
			if units > 2 && !p.common && g.level(k) == 1 {
				n.Reservations = append(n.Reservations, &calloutv1.Reservation{
					Sku: p.sku, Quantity: 1, CustomerTier: "gold", BreakCost: 15,
				})
			}
		}
	}
}

// inbound is a part that arrives at a depot in the morning of some day.
func (g *generator) inbound(node int, sku string) {
	g.p.Inbound = append(g.p.Inbound, &calloutv1.InboundSupply{
		Id: fmt.Sprintf("inbound-%d", len(g.p.GetInbound())+1), NodeId: g.p.GetNodes()[node].GetId(), Sku: sku, Quantity: 1,
		Arrival: g.clock(g.IntN(g.o.Days), 0, 7*60+30*g.between(0, 8)),
	})
}

// lanes ship parts down from level to level, across between depots, and by courier to sites. Each has cut-offs.
func (g *generator) lanes() {
	nodes := g.p.GetNodes()
	add := func(from int, to string, lead int, shipment, unit float64, cutoffs []*timestamppb.Timestamp) {
		n := nodes[from]
		id := "courier"
		if to != "" {
			id = "to " + to
		}
		n.Lanes = append(n.Lanes, &calloutv1.Lane{
			Id: id, ToNodeId: to, LeadTime: minutes(lead), Departures: cutoffs, CostPerShipment: shipment, CostPerUnit: unit,
		})
	}
	for k := range nodes {
		switch g.level(k) {
		case 0:
			for to := range nodes {
				if g.level(to) == 1 {
					add(k, nodes[to].GetId(), 100+10*to, 9, 0.5, g.cutoffs(6*60+30, 10*60, 13*60+30))
				}
			}
			add(k, "", 150, 38, 1, g.cutoffs(7*60, 9*60, 11*60, 13*60, 15*60))
		case 1:
			for to := range nodes {
				switch {
				case g.level(to) == 2:
					add(k, nodes[to].GetId(), 75, 4, 0.5, g.cutoffs(7*60, 9*60+30, 12*60+30, 15*60))
				case g.level(to) == 1 && to != k:
					add(k, nodes[to].GetId(), 60, 5, 0.5, g.cutoffs(8*60, 12*60))
				}
			}
			var halfHours []int
			for m := 7 * 60; m <= 17*60; m += 30 {
				halfHours = append(halfHours, m)
			}
			add(k, "", 70, 17, 1, g.cutoffs(halfHours...))
		}
	}
}

// cutoffs at minutes of each day.
func (g *generator) cutoffs(at ...int) (out []*timestamppb.Timestamp) {
	for day := range g.o.Days {
		for _, m := range at {
			out = append(out, g.clock(day, m/60, m%60))
		}
	}
	return out
}

// StockDay makes up a day of the benchmarks with a stock network: the same jobs and seed give the same day.
func StockDay(jobs int, seed uint64) *calloutv1.SolveRequest {
	return Generate(Options{Jobs: jobs, Technicians: jobs/7 + 3, Seed: seed, Network: true})
}
