// Package depots makes up stock networks for benchmarks: three levels of nodes, lanes with departures, stock that nearly suffices, and a
// week of demands. Everything follows from a seed.
package depots

import (
	"cmp"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
)

// Options of a network. What is 0 has the default of the benchmark: 200 nodes, 5,000 lanes, 300 SKUs, 2,000 demands, 7 days.
type Options struct {
	Nodes, Lanes, SKUs, Demands, Days int
	// FixedShare is about which share of what good allocations pay for shipping is fixed cost of departures, 0 to 0.9.
	FixedShare float64
	Seed       uint64
}

// Monday is when all networks begin.
var Monday = time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC)

func (o Options) withDefaults() Options {
	for _, x := range []struct {
		v     *int
		plain int
	}{{&o.Nodes, 200}, {&o.Lanes, 5000}, {&o.SKUs, 300}, {&o.Demands, 2000}, {&o.Days, 7}} {
		if *x.v <= 0 {
			*x.v = x.plain
		}
	}
	return o
}

// place is a node under construction.
type place struct {
	id    string
	level int
	x, y  float64 // km
}

type maker struct {
	Options

	rng    *rand.Rand
	places []place
	out    *calloutv1.StockNetwork
}

// Generate makes a network.
func Generate(o Options) *calloutv1.StockNetwork {
	m := &maker{Options: o.withDefaults()}
	m.rng = rand.New(rand.NewPCG(m.Seed, 0x5eed))
	m.out = &calloutv1.StockNetwork{CurrencyCode: "EUR", Now: timestamppb.New(Monday)}
	m.settle()
	m.connect()
	m.ask()
	m.fill()
	return m.out
}

func (m *maker) at(hours float64) *timestamppb.Timestamp {
	return timestamppb.New(Monday.Add(time.Duration(math.Round(hours*60)) * time.Minute))
}

// settle places one node in fifty at the top, nine in fifty below, and the rest at the bottom, in a square of 600 km.
func (m *maker) settle() {
	top := max(1, m.Nodes/50)
	middle := max(1, m.Nodes*9/50)
	for k := range m.Nodes {
		p := place{level: 2, x: 600 * m.rng.Float64(), y: 600 * m.rng.Float64()}
		switch {
		case k < top:
			p.level, p.id = 0, fmt.Sprintf("central-%02d", k)
		case k < top+middle:
			p.level, p.id = 1, fmt.Sprintf("depot-%03d", k-top)
		default:
			p.id = fmt.Sprintf("site-%04d", k-top-middle)
		}
		m.places = append(m.places, p)
		m.out.Nodes = append(m.out.Nodes, &calloutv1.StockNode{Id: p.id, Level: int32(p.level)})
	}
}

func (m *maker) distance(a, b int) float64 {
	return math.Hypot(m.places[a].x-m.places[b].x, m.places[a].y-m.places[b].y)
}

// pairs of nodes that a lane may connect, with how natural it is.
type pair struct {
	from, to int
	rank     float64
}

// connect makes the most natural lanes: each from above first, then from the nearest within a level, then from below.
func (m *maker) connect() {
	var all []pair
	for a := range m.places {
		for b := range m.places {
			if a == b {
				continue
			}
			up := m.places[b].level - m.places[a].level
			rank := m.distance(a, b)
			switch {
			case up == 1:
				rank *= 0.8
			case up > 1:
				rank *= 1.2
			case up < 0:
				rank = 3*rank + 200
			}
			all = append(all, pair{a, b, rank})
		}
	}
	slices.SortFunc(all, func(x, y pair) int { return cmp.Compare(x.rank, y.rank) })
	// Every node below the top has a lane from the nearest node above.
	chosen := make(map[[2]int]bool)
	var lanes []pair
	add := func(p pair) {
		if key := [2]int{p.from, p.to}; !chosen[key] && len(lanes) < m.Lanes {
			chosen[key] = true
			lanes = append(lanes, p)
		}
	}
	fed := make([]bool, len(m.places))
	for _, p := range all {
		if !fed[p.to] && m.places[p.from].level == m.places[p.to].level-1 {
			fed[p.to] = true
			add(p)
		}
	}
	for _, p := range all {
		add(p)
	}
	for k, p := range lanes {
		m.out.Lanes = append(m.out.Lanes, m.lane(k, p))
	}
}

// load is how many units a departure of a good allocation has, about: what makes FixedShare come out.
const load = 2.2

// lane costs by distance, leaves once a day at an hour of its own (those from the top twice), and takes from four hours to two days.
func (m *maker) lane(k int, p pair) *calloutv1.StockLane {
	km := m.distance(p.from, p.to)
	cost := (4 + 0.06*km) * (0.8 + 0.4*m.rng.Float64()) // of a unit, all in all
	out := &calloutv1.StockLane{
		Id: fmt.Sprintf("lane-%05d", k), FromNodeId: m.places[p.from].id, ToNodeId: m.places[p.to].id,
		FixedCost: cents(cost * m.FixedShare * load), UnitCost: cents(cost * (1 - m.FixedShare)),
	}
	lead := 3 + km/60 + 10*m.rng.Float64()
	hours := []float64{6 + 14*m.rng.Float64()}
	if m.places[p.from].level == 0 {
		hours = append(hours, math.Mod(hours[0]+6, 24))
		slices.Sort(hours)
	}
	for day := range m.Days {
		for _, h := range hours {
			leaves := 24*float64(day) + h - 6
			if leaves < 0 {
				continue
			}
			out.Departures = append(out.Departures, &calloutv1.LaneDeparture{CutOff: m.at(leaves), Arrival: m.at(leaves + lead)})
		}
	}
	return out
}

func cents(x float64) float64 { return math.Round(100*x) / 100 }

// tiers of customers: how many there are, and what they lose.
var tiers = []struct {
	name       string
	share      float64
	late, loss float64
}{{"gold", 0.15, 10, 400}, {"silver", 0.3, 4, 200}, {"", 0.55, 1.5, 100}}

// ask makes the demands: most at sites, of SKUs of which few are asked for often, due from the first evening to the last.
func (m *maker) ask() {
	for k := range m.Demands {
		at := m.rng.IntN(len(m.places))
		for m.places[at].level < 2 && m.rng.IntN(4) > 0 {
			at = m.rng.IntN(len(m.places))
		}
		d := &calloutv1.PartDemand{
			Id: fmt.Sprintf("demand-%05d", k), NodeId: m.places[at].id, Sku: sku(m.popular()), Quantity: 1 + int64(m.rng.IntN(4)),
			Due: m.at(12 + m.rng.Float64()*float64(24*m.Days-24)),
		}
		x := m.rng.Float64()
		for _, t := range tiers {
			if x -= t.share; x < 0 || t.name == "" {
				d.Tier, d.LateCostPerHour, d.LossCost = t.name, t.late, cents(t.loss*(0.7+0.6*m.rng.Float64()))
				break
			}
		}
		m.out.Demands = append(m.out.Demands, d)
	}
}

func sku(k int) string { return fmt.Sprintf("sku-%04d", k) }

// popular is a SKU, the low numbers more often.
func (m *maker) popular() int {
	return int(float64(m.SKUs) * math.Pow(m.rng.Float64(), 1.6))
}

// fill gives nodes stock, for each SKU about as much as is asked for: a third at the top, a third in the middle, the rest at sites, a
// sixth of all inbound. A fifth of the larger stocks is kept for gold.
func (m *maker) fill() {
	need := make([]int64, m.SKUs)
	number := make(map[string]int, m.SKUs)
	for k := range need {
		number[sku(k)] = k
	}
	for _, d := range m.out.GetDemands() {
		need[number[d.GetSku()]] += d.GetQuantity()
	}
	byLevel := make([][]int, 3)
	for k, p := range m.places {
		byLevel[p.level] = append(byLevel[p.level], k)
	}
	for s, units := range need {
		onHand := make(map[int]int64)
		left := int64(math.Round(float64(units)*(0.85+0.35*m.rng.Float64()))) + 1
		for left > 0 {
			q := min(left, 1+int64(m.rng.IntN(5)))
			left -= q
			level := byLevel[m.rng.IntN(3)]
			if len(level) == 0 {
				level = byLevel[0]
			}
			at := level[m.rng.IntN(len(level))]
			if m.rng.IntN(6) == 0 {
				m.out.Inbound = append(m.out.Inbound, &calloutv1.InboundSupply{
					Id: fmt.Sprintf("inbound-%05d", len(m.out.GetInbound())), NodeId: m.places[at].id, Sku: sku(s), Quantity: q,
					Arrival: m.at(m.rng.Float64() * 24 * float64(m.Days) * 0.6),
				})
				continue
			}
			onHand[at] += q
		}
		for at := range m.places {
			q := onHand[at]
			if q == 0 {
				continue
			}
			line := &calloutv1.StockOnHand{Sku: sku(s), Quantity: q}
			if q >= 4 {
				line.Reservations = []*calloutv1.TierReservation{{Tier: "gold", Quantity: q / 4, BreakCost: 25}}
			}
			m.out.Nodes[at].Stock = append(m.out.Nodes[at].Stock, line)
		}
	}
}
