package wire

import (
	"time"

	"google.golang.org/protobuf/types/known/timestamppb"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/stock"
)

// AllocateRequest is a converted AllocateRequest.
type AllocateRequest struct {
	ID       string // as given: may be empty
	Tenant   string // as given: may be empty
	Network  *stock.Network
	Context  *NetworkContext
	Settings AllocateSettings
}

// AllocateSettings say how long to look, with the defaults filled in.
type AllocateSettings struct {
	Settings // Iterations are rounds

	Gap float64 // enough
}

// NetworkContext is what an answer needs besides the network. It is immutable.
type NetworkContext struct {
	Epoch    time.Time // second 0: now
	Currency string
	Inbound  []string // ids
}

// Time of the horizon as an instant.
func (c *NetworkContext) Time(t stock.Time) *timestamppb.Timestamp {
	return &timestamppb.Timestamp{Seconds: c.Epoch.Unix() + t}
}

// Allocate converts an AllocateRequest. With faults the request is nil.
func Allocate(in *calloutv1.AllocateRequest, lim Limits) (*AllocateRequest, Faults) {
	out := &AllocateRequest{ID: in.GetRequestId(), Tenant: in.GetTenant()}
	r := newReader(lim, "")
	r.envelope(in.ProtoReflect())
	var network, settings Faults
	out.Network, out.Context, network = Network(in.GetNetwork(), lim)
	out.Settings, settings = allocateSettings(in.GetSettings(), lim)
	if faults := Join(r.done(), network, settings); len(faults) > 0 {
		return nil, faults
	}
	return out, nil
}

func allocateSettings(s *calloutv1.AllocateSettings, lim Limits) (AllocateSettings, Faults) {
	r := newReader(lim, "settings")
	if s != nil {
		r.structure(s.ProtoReflect())
	}
	out := AllocateSettings{Gap: r.number("gap", s.GetGap(), 0, 1), Settings: Settings{
		TimeBudget: r.span("time_budget", s.GetTimeBudget(), true, lim.TimeBudget), Iterations: s.GetMaxRounds(), Seed: s.GetSeed(),
		Workers: int(s.GetWorkers()), MinInterval: defaultMinInterval,
	}}
	if s.GetMinImprovementInterval() != nil {
		out.MinInterval = r.span("min_improvement_interval", s.GetMinImprovementInterval(), false, lim.TimeBudget)
	}
	r.budget("max_rounds", out.Iterations, lim.Iterations)
	r.budget("workers", int64(out.Workers), min(2, int64(lim.Workers)))
	out.Workers = max(1, out.Workers)
	if s.GetTimeBudget() == nil && out.Iterations == 0 {
		out.TimeBudget = min(defaultTimeBudget, lim.TimeBudget)
	}
	return out, r.done()
}

// Network converts a stock network. With faults the other two results are nil.
func Network(in *calloutv1.StockNetwork, lim Limits) (*stock.Network, *NetworkContext, Faults) {
	r := newReader(lim, "network")
	if in == nil {
		r.fault("", Required, "must be set")
		return nil, nil, r.done()
	}
	if r.structure(in.ProtoReflect()); r.broken {
		return nil, nil, r.done()
	}
	b := &networkBuilder{builder: &builder{reader: r}, in: in, out: new(stock.Network)}
	b.build()
	if !r.ok() {
		return nil, nil, r.done()
	}
	return b.out, b.ctx, nil
}

// networkBuilder converts one network.
type networkBuilder struct {
	*builder // for its reader

	in  *calloutv1.StockNetwork
	out *stock.Network
	ctx *NetworkContext

	nodes    map[string]stock.NodeIdx
	skus     names[stock.SKUIdx]
	tierIdxs names[stock.TierIdx]
}

func (b *networkBuilder) build() {
	n := b.out
	b.skus, b.tierIdxs = newNames[stock.SKUIdx](&n.SKUs), newNames[stock.TierIdx](&n.Tiers)
	departures := 0
	for _, l := range b.in.GetLanes() {
		departures += len(l.GetDepartures())
	}
	if departures > b.lim.Departures {
		b.fault("lanes", TooMany, "%d departures are more than %d", departures, b.lim.Departures)
		return
	}
	now, ok := instant(b.in.GetNow(), up)
	if !ok {
		b.fault("now", Required, "must be set")
		return
	}
	b.epoch = now
	b.ctx = &NetworkContext{Epoch: time.Unix(now, 0).UTC(), Currency: b.in.GetCurrencyCode()}
	b.nodes = index[stock.NodeIdx](b.builder, "nodes", b.in.GetNodes())
	index[stock.LaneIdx](b.builder, "lanes", b.in.GetLanes())
	index[stock.DemandIdx](b.builder, "demands", b.in.GetDemands())
	index[int32](b.builder, "inbound", b.in.GetInbound())
	b.readNodes()
	b.readInbound()
	b.readLanes(departures)
	b.readDemands()
	if b.ok() {
		b.bound()
	}
}

// when is a time of the network: not before a bound, and not after the horizon.
func (b *networkBuilder) when(field string, t *timestamppb.Timestamp, to rounding) stock.Time {
	sec, ok := instant(t, to)
	if !ok {
		if t == nil {
			b.fault(field, Required, "must be set")
		}
		return 0
	}
	return b.within(field, sec)
}

func (b *networkBuilder) within(field string, sec int64) stock.Time {
	switch {
	case sec-b.epoch > seconds(b.lim.Horizon):
		b.fault(field, Horizon, "%s is more than %v after now, %s", date(sec), b.lim.Horizon, date(b.epoch))
		return 0
	case b.epoch-sec > seconds(b.lim.Past):
		b.fault(field, Horizon, "%s is more than %v before now, %s", date(sec), b.lim.Past, date(b.epoch))
		return 0
	}
	return sec - b.epoch
}

func (b *networkBuilder) money(field string, price, per float64) stock.Cost {
	return b.cost(field, b.price(field, price), 1, per)
}

func (b *networkBuilder) readNodes() {
	b.out.Nodes = make([]stock.Node, len(b.in.GetNodes()))
	for i, in := range b.in.GetNodes() {
		b.enterAt("nodes", i)
		b.out.Nodes[i] = stock.Node{ID: in.GetId(), Level: int32(b.integer("level", int64(in.GetLevel()), 0, maxStockLevel))}
		seen := make(map[string]bool, len(in.GetStock()))
		for k, s := range in.GetStock() {
			b.enterAt("stock", k)
			if b.once("sku", s.GetSku(), seen) {
				b.onHand(stock.NodeIdx(i), s)
			}
			b.leave()
		}
		b.leave()
	}
}

const maxStockLevel = 100

// onHand turns stock into lots: one for each tier, and one for what is not reserved.
func (b *networkBuilder) onHand(node stock.NodeIdx, in *calloutv1.StockOnHand) {
	lot := stock.Lot{SKU: b.skus.number(in.GetSku()), Node: node, Inbound: -1, Reserved: stock.NoTier}
	free := b.integer("quantity", in.GetQuantity(), 0, maxQuantity)
	seen := make(map[string]bool, len(in.GetReservations()))
	for k, r := range in.GetReservations() {
		b.enterAt("reservations", k)
		if b.once("tier", r.GetTier(), seen) {
			kept := lot
			kept.Qty = b.integer("quantity", r.GetQuantity(), 0, maxQuantity)
			kept.Reserved, kept.Break = b.tierIdxs.number(r.GetTier()), b.money("break_cost", r.GetBreakCost(), each)
			free -= kept.Qty
			b.out.Lots = append(b.out.Lots, kept)
		}
		b.leave()
	}
	if free < 0 && b.ok() {
		b.fault("reservations", OutOfRange, "keep %d units more than there are", -free)
	}
	lot.Qty = max(0, free)
	b.out.Lots = append(b.out.Lots, lot)
}

func (b *networkBuilder) readInbound() {
	for i, in := range b.in.GetInbound() {
		b.enterAt("inbound", i)
		lot := stock.Lot{
			Node: refer(b.builder, "node_id", in.GetNodeId(), "node", b.nodes), Inbound: int32(i), Reserved: stock.NoTier,
			Qty: b.integer("quantity", in.GetQuantity(), 0, maxQuantity), From: max(0, b.when("arrival", in.GetArrival(), up)),
		}
		if b.required("sku", in.GetSku()) {
			lot.SKU = b.skus.number(in.GetSku())
		}
		b.out.Lots = append(b.out.Lots, lot)
		b.ctx.Inbound = append(b.ctx.Inbound, in.GetId())
		b.leave()
	}
}

func (b *networkBuilder) readLanes(departures int) {
	n := b.out
	n.Lanes = make([]stock.Lane, len(b.in.GetLanes()))
	n.Departures = make([]stock.Departure, 0, departures)
	for i, in := range b.in.GetLanes() {
		b.enterAt("lanes", i)
		n.Lanes[i] = stock.Lane{
			ID: in.GetId(), Fixed: b.money("fixed_cost", in.GetFixedCost(), each), Unit: b.money("unit_cost", in.GetUnitCost(), each),
			From: refer(b.builder, "from_node_id", in.GetFromNodeId(), "node", b.nodes),
			To:   refer(b.builder, "to_node_id", in.GetToNodeId(), "node", b.nodes),
		}
		if in.GetFromNodeId() != "" && in.GetFromNodeId() == in.GetToNodeId() {
			b.fault("to_node_id", Conflict, "is where the lane begins")
		}
		lead := b.duration("lead_time", in.GetLeadTime(), up, seconds(b.lim.Horizon))
		for k, d := range in.GetDepartures() {
			b.enterAt("departures", k)
			b.departure(stock.LaneIdx(i), d, lead)
			b.leave()
		}
		b.leave()
	}
}

// departure of a lane; one before now is checked and left out.
func (b *networkBuilder) departure(lane stock.LaneIdx, in *calloutv1.LaneDeparture, lead int64) {
	leaves := b.when("cut_off", in.GetCutOff(), down)
	arrives := leaves + lead
	switch {
	case in.GetArrival() != nil:
		arrives = b.when("arrival", in.GetArrival(), up)
		if arrives <= leaves && in.GetArrival().CheckValid() == nil && in.GetCutOff().CheckValid() == nil {
			b.fault("arrival", EndBeforeStart, "%s is not after the cut-off, %s",
				date(arrives+b.epoch), date(leaves+b.epoch))
		}
	case lead == 0:
		b.fault("arrival", Required, "must be set, as the lane has no lead time")
	default:
		b.within("cut_off", arrives+b.epoch)
	}
	if leaves >= 0 && b.ok() {
		b.out.Departures = append(b.out.Departures, stock.Departure{Lane: lane, Leaves: leaves, Arrives: arrives})
	}
}

func (b *networkBuilder) readDemands() {
	n := b.out
	n.Demands = make([]stock.Demand, len(b.in.GetDemands()))
	for i, in := range b.in.GetDemands() {
		b.enterAt("demands", i)
		n.Demands[i] = stock.Demand{
			ID: in.GetId(), Node: refer(b.builder, "node_id", in.GetNodeId(), "node", b.nodes),
			SKU: b.known(in.GetSku()),
			Qty: b.integer("quantity", in.GetQuantity(), 1, maxQuantity), Due: b.when("due", in.GetDue(), down), Tier: stock.NoTier,
			Late: b.money("late_cost_per_hour", in.GetLateCostPerHour(), perHour), Loss: b.money("loss_cost", in.GetLossCost(), each),
		}
		if n.Demands[i].Loss == 0 && in.GetLossCost() >= 0 {
			b.fault("loss_cost", Required, "must be positive: else nothing would be sent")
		}
		if in.GetTier() != "" {
			n.Demands[i].Tier = b.tierIdxs.number(in.GetTier())
		}
		b.leave()
	}
}

// known is the number of a SKU that there is stock or inbound supply of, be it of no units.
func (b *networkBuilder) known(sku string) stock.SKUIdx {
	k, known := b.skus.index[sku]
	if b.required("sku", sku) && !known {
		b.fault("sku", UnknownID, "no node has %s, and no inbound supply", quote(sku))
	}
	return k
}

// bound refuses what could cost too much to be added exactly, and what is too much work.
func (b *networkBuilder) bound() {
	var loss, fixed float64
	for k := range b.out.Demands {
		loss += float64(b.out.Demands[k].Loss) * float64(b.out.Demands[k].Qty)
	}
	for _, d := range b.out.Departures {
		fixed += float64(b.out.Lanes[d.Lane].Fixed)
	}
	if loss >= float64(stock.MaxCost) {
		b.fault("demands", CostOverflow, "all that could be lost costs too much to be added exactly")
	}
	lots, demands := make([]int, len(b.out.SKUs)), make([]int, len(b.out.SKUs))
	for k := range b.out.Lots {
		lots[b.out.Lots[k].SKU]++
	}
	for k := range b.out.Demands {
		demands[b.out.Demands[k].SKU]++
	}
	if len(b.out.Demands)*len(b.out.Departures) > b.lim.StockWork {
		b.fault("demands", TooLarge, "%d demands times %d departures are more than %d",
			len(b.out.Demands), len(b.out.Departures), b.lim.StockWork)
	}
	for k, sku := range b.out.SKUs {
		if lots[k] > b.lim.StockOfSKU || lots[k]*demands[k] > b.lim.StockPairs {
			b.fault("demands", TooLarge, "%s is at %d places (more than %d), or that times %d demands is more than %d",
				quote(sku), lots[k], b.lim.StockOfSKU, demands[k], b.lim.StockPairs)
		}
	}
	if fixed >= float64(stock.MaxCost) {
		b.fault("lanes", CostOverflow, "all departures cost too much to be added exactly")
	}
}
