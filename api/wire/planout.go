package wire

import (
	"maps"
	"slices"

	calloutv1 "callout/api/callout/v1"
	"callout/solver/day"
	"callout/solver/model"
)

// Cost of a plan: in total, and of each shift's route where that is known (else nil).
type Cost struct {
	Terms  model.Terms
	Routes []model.Terms
	// Ways asks for the ways of legs on roads, where the profile does. It takes some tenths of a millisecond per leg.
	Ways bool
	// Leavings are, for a shift, the stops that are not left for from the stop before. Nil: there are none.
	Leavings func(k model.ShiftIdx) []day.Leaving
}

// PlanOut is the message for a plan with all its times. The problem's profiles have matrices; a drive without a way has no leg.
func PlanOut(p *model.Problem, ctx *Context, plan *model.Plan, cost Cost) *calloutv1.Plan {
	out := &calloutv1.Plan{
		Cost: breakdown(&p.Objective, &cost.Terms), CurrencyCode: ctx.Currency,
		Metrics: &calloutv1.PlanMetrics{Totals: new(calloutv1.RouteMetrics), JobsUnassigned: int32(len(plan.Unassigned))},
	}
	var sum tally
	var punctual share
	for k := range plan.Routes {
		route := &plan.Routes[k]
		if len(route.Stops) == 0 {
			out.Metrics.ShiftsUnused++
			continue
		}
		w := routeWriter{p: p, ctx: ctx, shift: &p.Shifts[route.Shift], route: route, ways: cost.Ways}
		if cost.Leavings != nil {
			w.leavings = cost.Leavings(route.Shift)
		}
		r := w.write()
		if k < len(cost.Routes) {
			r.Cost = breakdown(&p.Objective, &cost.Routes[k])
		}
		out.Routes = append(out.Routes, r)
		out.Metrics.ShiftsUsed++
		sum.add(&w.tally)
		punctual.add(p, route)
	}
	for _, j := range plan.Unassigned {
		job := &p.Jobs[j]
		out.Unassigned = append(out.Unassigned, &calloutv1.UnassignedJob{JobId: job.ID, Cost: currency(job.Unassigned)})
	}
	out.Metrics.Totals = sum.metrics()
	out.Metrics.JobsAssigned = sum.visits
	out.Metrics.OnTimeShare = punctual.share()
	return out
}

// currency units of a cost.
func currency(c model.Cost) float64 { return float64(c) / micro }

func breakdown(o *model.Objective, t *model.Terms) *calloutv1.CostBreakdown {
	out := &calloutv1.CostBreakdown{Total: currency(t.Total())}
	vec := o.Vec(t)
	for _, c := range vec[:1+slices.Max(o.Tier[:])] {
		out.Tiers = append(out.Tiers, currency(c))
	}
	for k, c := range t {
		out.Terms = append(out.Terms, &calloutv1.TermCost{
			Term: protoTerm(model.Term(k)), Cost: currency(c), Tier: int32(o.Tier[k]) + 1,
		})
	}
	return out
}

// routeWriter writes one route.
type routeWriter struct {
	p     *model.Problem
	ctx   *Context
	shift *model.Shift
	route *model.Route
	calls []int32  // per stop: a pick-up's number among the calls at its node, from 1; else 0
	taken []taking // per stop: what later visits use from it
	sent  map[shipped]bool
	ways  bool
	tally tally

	leavings []day.Leaving // what is left of them
}

// taking is what is picked up at a stop.
type taking struct {
	parts    map[model.SKUIdx]int64
	tools    map[model.ToolIdx]bool
	returned map[model.SKUIdx]int64 // what lands
}

func (w *routeWriter) write() *calloutv1.Route {
	r := w.route
	w.trace()
	out := &calloutv1.Route{
		TechnicianId: w.p.Technicians[w.shift.Tech].ID, ShiftId: w.shift.ID,
		Depart: w.ctx.Time(r.Depart), Finish: w.ctx.Time(r.Finish), Returns: w.landings(r.Returns),
	}
	at, ready := w.shift.Start, r.Depart
	for k := range r.Stops {
		at, ready = w.leaves(k, at, ready)
		stop, place := w.stop(k, at, ready)
		out.Stops = append(out.Stops, stop)
		at, ready = place, r.Stops[k].End
	}
	at, ready = w.leaves(len(r.Stops), at, ready)
	out.LastLeg = w.leg(at, w.shift.End, ready)
	w.tally.working = r.Finish - r.Depart
	w.tally.overtime = max(0, r.Finish-w.shift.RegularEnd)
	for _, b := range r.Breaks {
		taken := &w.shift.Breaks[b.Break]
		out.Breaks = append(out.Breaks, &calloutv1.BreakTaken{
			BreakId: taken.ID, Start: w.ctx.Time(b.Start), End: w.ctx.Time(b.End),
		})
		w.tally.breaks += b.End - b.Start
		if !taken.Paid {
			w.tally.working -= b.End - b.Start
		}
	}
	out.Metrics = w.tally.metrics()
	return out
}

// leaves is from where stop k is left for, and when, where he was free at a place and a time: there, or from somewhere else that he drove to.
func (w *routeWriter) leaves(k int, at model.LocIdx, ready model.Time) (model.LocIdx, model.Time) {
	if len(w.leavings) == 0 || w.leavings[0].Stop != k {
		return at, ready
	}
	l := w.leavings[0]
	w.leavings = w.leavings[1:]
	if l.At != at {
		w.leg(at, l.At, ready) // it counts, but leads to no stop
	}
	return l.At, l.From
}

// stop writes stop k, reached from a location that could be left from a time on, and tells where it is.
func (w *routeWriter) stop(k int, from model.LocIdx, ready model.Time) (*calloutv1.Stop, model.LocIdx) {
	s := &w.route.Stops[k]
	place := w.p.Location(s)
	wait := s.Start - s.Arrival
	for _, b := range w.route.Breaks {
		wait -= max(0, min(b.End, s.Start)-max(b.Start, s.Arrival))
	}
	wait = max(0, wait)
	out := &calloutv1.Stop{
		LocationId: w.p.Locations[place].ID, Leg: w.leg(from, place, ready), Waiting: lasting(wait),
		Arrival: w.ctx.Time(s.Arrival), Start: w.ctx.Time(s.Start), End: w.ctx.Time(s.End),
	}
	w.tally.waiting += wait
	if s.Kind == model.Pickup {
		w.tally.pickups++
		w.tally.handling += s.End - s.Start
		out.Kind = &calloutv1.Stop_Pickup{Pickup: w.pickup(k)}
	} else {
		w.tally.visits++
		w.tally.service += s.End - s.Start
		out.Kind = &calloutv1.Stop_Visit{Visit: w.visit(s)}
	}
	return out, place
}

// leg is the drive between two locations; nil where one of them is open or there is no way.
func (w *routeWriter) leg(from, to model.LocIdx, ready model.Time) *calloutv1.Leg {
	p := &w.p.Profiles[w.shift.Profile]
	if p.Matrix == nil && p.Series == nil && p.Wide == nil || from == model.NoLoc || to == model.NoLoc {
		return nil
	}
	d, metres := p.Leg(from, to, ready)
	if d >= model.Unreachable {
		return nil
	}
	w.tally.travel += d
	w.tally.distance += metres
	out := &calloutv1.Leg{Duration: lasting(d), Distance: float64(metres)}
	if road := w.ctx.road(w.shift.Profile); w.ways && road != nil && road.ways {
		out.Polyline = road.tour.Way(from, to, w.ctx.Time(ready).AsTime())
	}
	return out
}

func (w *routeWriter) visit(s *model.Stop) *calloutv1.Visit {
	out := &calloutv1.Visit{JobId: w.p.Jobs[s.Job].ID}
	for k := range s.Parts {
		out.Parts = append(out.Parts, w.supply(s, &s.Parts[k]))
	}
	for _, q := range s.Tools {
		node, call := w.origin(q.From)
		out.Tools = append(out.Tools, &calloutv1.ToolSupply{Tool: w.p.Tools[q.Tool], NodeId: node, Call: call})
	}
	out.Returns = w.landings(s.Returns)
	return out
}

// trace finds the calls at nodes and what is taken at each.
func (w *routeWriter) trace() {
	w.calls = make([]int32, len(w.route.Stops))
	w.taken = make([]taking, len(w.route.Stops))
	w.sent = make(map[shipped]bool)
	count := make(map[model.NodeIdx]int32)
	for k := range w.route.Stops {
		s := &w.route.Stops[k]
		if s.Kind == model.Pickup {
			count[s.Node]++
			w.calls[k] = count[s.Node]
			w.taken[k] = taking{make(map[model.SKUIdx]int64), make(map[model.ToolIdx]bool), make(map[model.SKUIdx]int64)}
			continue
		}
		for _, q := range s.Parts {
			if w.called(q.From) {
				w.taken[q.From].parts[q.SKU] += q.Qty
			}
		}
		for _, q := range s.Tools {
			if w.called(q.From) {
				w.taken[q.From].tools[q.Tool] = true
			}
		}
	}
	land := func(list []model.Landing) {
		for _, l := range list {
			if w.called(l.At) {
				w.taken[l.At].returned[l.SKU] += l.Qty
			}
		}
	}
	land(w.route.Returns)
	for k := range w.route.Stops {
		land(w.route.Stops[k].Returns)
	}
}

// called tells whether a pick-up stop was seen at an index; model.VanSource is none.
func (w *routeWriter) called(from int32) bool {
	return from >= 0 && int(from) < len(w.calls) && w.calls[from] > 0
}

// origin names a pick-up stop by its node and call.
func (w *routeWriter) origin(from int32) (nodeID string, call int32) {
	if !w.called(from) {
		return "", 0
	}
	return w.p.Nodes[w.route.Stops[from].Node].ID, w.calls[from]
}

func (w *routeWriter) pickup(k int) *calloutv1.Pickup {
	out := &calloutv1.Pickup{NodeId: w.p.Nodes[w.route.Stops[k].Node].ID}
	for _, sku := range slices.Sorted(maps.Keys(w.taken[k].parts)) {
		out.Parts = append(out.Parts, &calloutv1.PickedPart{Sku: w.p.SKUs[sku], Quantity: w.taken[k].parts[sku]})
	}
	for _, tool := range slices.Sorted(maps.Keys(w.taken[k].tools)) {
		out.Tools = append(out.Tools, w.p.Tools[tool])
	}
	for _, sku := range slices.Sorted(maps.Keys(w.taken[k].returned)) {
		out.Returned = append(out.Returned, &calloutv1.PickedPart{Sku: w.p.SKUs[sku], Quantity: w.taken[k].returned[sku]})
	}
	return out
}
