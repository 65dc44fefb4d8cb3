package main

import (
	"cmp"
	"context"
	"math"
	"slices"
	"time"

	"callout/solver/model"
	"callout/solver/ortools/highs"
)

// nearest is how many nodes a stop's parts may be fetched from on the way, those with the shortest way round; cheapest is how many sources of a
// part the integer programme chooses among.
const (
	nearest  = 8
	cheapest = 24
)

// call is a place in a route where a technician could call at a node.
type call struct {
	route, before int // ahead of the stop with this index
	node          model.NodeIdx
	at            model.Time // when handling begins
	longer        model.Duration
	cost          model.Cost
}

// asked is a need of a visit, with where it could come from.
type asked struct {
	need

	route, stop int
	sources     []source
}

// source of a need.
type source struct {
	van  bool
	node model.NodeIdx // whose lot it is
	lot  int32
	call int // index of the call that it is handed over at; -1: it comes by itself
	way  way
	cost model.Cost
}

// onRoutes decides where the parts of a plan's visits come from, the plan having been made without them, by an integer programme over vans, calls
// on the way and shipments. Visits keep their order and, about, their times: what a call or a late part would do to those behind is
// not seen but for hard limits. It returns the plan with these calls, without the visits that got nothing, the promises that hold, and whether
// they are proven to be the best.
func onRoutes(ctx context.Context, p *model.Problem, plan *model.Plan, limit time.Duration) (*model.Plan, []promise, bool, error) {
	a := &onRoute{p: p, plan: plan, known: make(map[call]int)}
	for k := range plan.Routes {
		a.route(k)
	}
	x, proven, err := a.solve(ctx, limit)
	if err != nil {
		return nil, nil, false, err
	}
	out, promises := a.adopt(x)
	return out, promises, proven, nil
}

type onRoute struct {
	p     *model.Problem
	plan  *model.Plan
	asked []asked
	calls []call
	known map[call]int
	spare []model.Duration // by route: how much longer it may get

	got, pays, without []int // columns: by source (of all that is asked), by call, by what is asked
}

// slack is by how much the begin of each stop, and at last the end, may move, as far as hard limits go.
func (a *onRoute) slack(k int) []model.Duration {
	r := &a.plan.Routes[k]
	shift := &a.p.Shifts[r.Shift]
	out := make([]model.Duration, len(r.Stops)+1)
	out[len(r.Stops)] = max(0, shift.LatestEnd-r.Finish)
	for i := len(r.Stops) - 1; i >= 0; i-- {
		s := &r.Stops[i]
		least := out[i+1]
		if i+1 < len(r.Stops) {
			least += r.Stops[i+1].Start - r.Stops[i+1].Arrival
		}
		if s.Kind == model.Visit {
			least = min(least, lastBegin(a.p, s)-s.Start)
		}
		out[i] = max(0, least)
	}
	return out
}

// lastBegin is until when a visit may begin by its hard windows, in the window that it begins in.
func lastBegin(p *model.Problem, s *model.Stop) model.Time {
	hard, last := false, model.Time(-1)
	for _, w := range p.Jobs[s.Job].Windows {
		if w.Kind != model.Availability {
			continue
		}
		hard = true
		from, to := w.From, w.To
		if w.Binds == model.BindEnd {
			from, to = from-(s.End-s.Start), to-(s.End-s.Start)
		}
		if s.Start >= from && s.Start <= to {
			last = max(last, to)
		}
	}
	if !hard {
		return model.NoTime
	}
	return max(last, s.Start)
}

// route lists what the visits of a route need, and where it could come from.
func (a *onRoute) route(k int) {
	r := &a.plan.Routes[k]
	a.spare = append(a.spare, 0)
	if len(r.Stops) == 0 {
		return
	}
	slack := a.slack(k)
	a.spare[k] = slack[len(r.Stops)]
	for i := range r.Stops {
		a.spare[k] += r.Stops[i].Start - r.Stops[i].Arrival
	}
	tech := &a.p.Technicians[a.p.Shifts[r.Shift].Tech]
	for i := range r.Stops {
		s := &r.Stops[i]
		if s.Kind != model.Visit || len(a.p.Jobs[s.Job].Parts) == 0 {
			continue
		}
		calls := a.onWay(k, i, slack)
		for _, q := range a.p.Jobs[s.Job].Parts {
			x := asked{need: need{s.Job, q.SKU, q.Qty}, route: k, stop: i}
			if inVan(tech, q.SKU) >= q.Qty {
				x.sources = append(x.sources, source{van: true, call: -1})
			}
			x.sources = append(x.sources, a.sources(&x, s, calls)...)
			a.asked = append(a.asked, x)
		}
	}
}

// onWay lists the best call at each of the nearest nodes ahead of a stop.
func (a *onRoute) onWay(k, stop int, slack []model.Duration) []int {
	var best []call
	for n := range a.p.Nodes {
		found := call{cost: math.MaxInt64}
		for before := range stop + 1 {
			if c, ok := a.callAt(k, before, model.NodeIdx(n), slack); ok && c.cost < found.cost {
				found = c
			}
		}
		if found.cost < math.MaxInt64 {
			best = append(best, found)
		}
	}
	slices.SortStableFunc(best, func(x, y call) int { return cmp.Compare(x.cost, y.cost) })
	var out []int
	for _, c := range best[:min(len(best), nearest)] {
		if _, known := a.known[c]; !known {
			a.known[c] = len(a.calls)
			a.calls = append(a.calls, c)
		}
		out = append(out, a.known[c])
	}
	return out
}

// callAt is what a call ahead of a stop costs, where hard limits allow for it.
func (a *onRoute) callAt(k, before int, node model.NodeIdx, slack []model.Duration) (call, bool) {
	p, r := a.p, &a.plan.Routes[k]
	shift, n := &p.Shifts[r.Shift], &p.Nodes[node]
	from, left := shift.Start, r.Depart
	if before > 0 {
		from, left = p.Location(&r.Stops[before-1]), r.Stops[before-1].End
	}
	next := &r.Stops[before]
	to, by := between(p, shift.Profile, from, n.Location), between(p, shift.Profile, n.Location, p.Location(next))
	direct := between(p, shift.Profile, from, p.Location(next))
	if !to.ok || !by.ok {
		return call{}, false
	}
	at := opens(n, left+to.time)
	longer := at - left + n.Handling + by.time - direct.time
	wait := next.Start - next.Arrival
	if at == model.NoTime || longer > slack[before]+wait {
		return call{}, false
	}
	drive := to.time + by.time - direct.time
	return call{
		route: k, before: before, node: node, at: at, longer: longer,
		cost: n.Fixed + drive*shift.TravelRate + (to.metres+by.metres-direct.metres)*shift.DistRate + max(0, longer-wait)*shift.WorkRate,
	}, true
}

// opens is when handling at a node may begin for who is there at a time.
func opens(n *model.Node, t model.Time) model.Time {
	if len(n.Open) == 0 {
		return t
	}
	for _, o := range n.Open {
		if t <= o.To {
			return max(t, o.From)
		}
	}
	return model.NoTime
}

// sources of a need at a stop, besides the van.
func (a *onRoute) sources(x *asked, s *model.Stop, calls []int) []source {
	type ranked struct {
		source
		all model.Cost // with the call, as if it were for this need alone
	}
	var list []ranked
	for _, l := range lotsOf(a.p, x.need) {
		add := func(call int, w way) {
			y := ranked{source{node: l.node, lot: l.lot, call: call, way: w, cost: x.qty*l.price + w.cost}, x.qty*l.price + w.cost}
			if call >= 0 {
				y.all += a.calls[call].cost
			}
			list = append(list, y)
		}
		for _, c := range calls {
			if w, ok := shipped(a.p, l, x.qty, a.calls[c].node, model.NoLoc, a.calls[c].at); ok {
				add(c, w)
			}
		}
		if w, ok := shipped(a.p, l, x.qty, model.NoNode, a.p.Jobs[s.Job].Location, s.Start); ok {
			add(-1, w)
		}
	}
	slices.SortStableFunc(list, func(x, y ranked) int { return cmp.Compare(x.all, y.all) })
	var out []source
	for _, y := range list[:min(len(list), cheapest)] {
		out = append(out, y.source)
	}
	return out
}

// solve states and solves the integer programme.
func (a *onRoute) solve(ctx context.Context, limit time.Duration) (x []float64, proven bool, err error) {
	m := new(highs.Model)
	stock := newRows(a.p)
	leave := make(map[model.JobIdx]int)
	longer := make([][]highs.Term, len(a.plan.Routes))
	for _, c := range a.calls {
		col := m.AddColumn(highs.Column{Cost: units(c.cost), Upper: 1, Integer: true})
		a.pays = append(a.pays, col)
		longer[c.route] = append(longer[c.route], highs.Term{Col: col, Value: float64(c.longer)})
	}
	for i := range a.asked {
		x := &a.asked[i]
		out, known := leave[x.job]
		if !known {
			out = m.AddColumn(highs.Column{Cost: units(a.p.Jobs[x.job].Unassigned), Upper: 1, Integer: true})
			leave[x.job] = out
		}
		a.without = append(a.without, out)
		one := []highs.Term{{Col: out, Value: 1}}
		for _, s := range x.sources {
			col := m.AddColumn(highs.Column{Cost: units(s.cost), Upper: 1, Integer: true})
			a.got = append(a.got, col)
			one = append(one, highs.Term{Col: col, Value: 1})
			if s.van {
				stock.van(a.p.Shifts[a.plan.Routes[x.route].Shift].Tech, x.need, col)
			} else {
				stock.lot(s.node, s.lot, x.need, col)
			}
			if s.call >= 0 {
				m.AddRow(math.Inf(-1), 0, highs.Term{Col: col, Value: 1}, highs.Term{Col: a.pays[s.call], Value: -1})
			}
		}
		m.AddRow(1, 1, one...)
	}
	for k, terms := range longer {
		if len(terms) > 0 {
			m.AddRow(math.Inf(-1), float64(a.spare[k]), terms...)
		}
	}
	stock.add(m)
	return solution(ctx, m, limit)
}

// adopt puts the calls into the routes and takes out the visits that got nothing.
func (a *onRoute) adopt(x []float64) (*model.Plan, []promise) {
	var promises []promise
	out := &model.Plan{Unassigned: slices.Clone(a.plan.Unassigned), Routes: slices.Clone(a.plan.Routes)}
	gone := make(map[model.JobIdx]bool)
	col := 0
	for i := range a.asked {
		y := &a.asked[i]
		if x[a.without[i]] > 0.5 {
			gone[y.job] = true
		}
		for _, s := range y.sources {
			if x[a.got[col]] > 0.5 && !s.van {
				to := model.NoNode
				if s.call >= 0 {
					to = a.calls[s.call].node
				}
				promises = append(promises, promise{y.need, s.node, s.lot, to, s.way})
			}
			col++
		}
	}
	promises = slices.DeleteFunc(promises, func(y promise) bool { return gone[y.job] })
	for k := range out.Routes {
		r := &out.Routes[k]
		var stops []model.Stop
		for i := range r.Stops {
			for c := range a.calls {
				if y := &a.calls[c]; y.route == k && y.before == i && x[a.pays[c]] > 0.5 {
					stops = append(stops, model.Stop{Kind: model.Pickup, Node: y.node})
				}
			}
			if s := r.Stops[i]; s.Kind != model.Visit || !gone[s.Job] {
				stops = append(stops, s)
			}
		}
		r.Stops = stops
	}
	for j := range gone {
		out.Unassigned = append(out.Unassigned, j)
	}
	slices.Sort(out.Unassigned)
	return out, promises
}
