package pieces

import (
	"math"
	"slices"

	"callout/solver/model"
	"callout/solver/search"
)

// plan is the plan at hand, with what it costs by route. Routes are replaced, never changed.
type plan struct {
	p      *model.Problem
	routes []model.Route // per shift
	cost   []model.Terms // per shift
	on     []bool        // per job: some route visits it
	// hopeless jobs are such as nobody is qualified for.
	hopeless []bool
	offers   map[item][]model.NodeIdx // by what jobs may need: where there is any
	shifts   [][]model.ShiftIdx
	x, y     []float64 // per location, in metres or so
}

func newPlan(p *model.Problem) *plan {
	out := &plan{
		p: p, routes: make([]model.Route, len(p.Shifts)), cost: make([]model.Terms, len(p.Shifts)), on: make([]bool, len(p.Jobs)),
		hopeless: make([]bool, len(p.Jobs)),
		shifts:   make([][]model.ShiftIdx, len(p.Technicians)),
		x:        make([]float64, len(p.Locations)), y: make([]float64, len(p.Locations)),
	}
	for s := range p.Shifts {
		out.routes[s].Shift = model.ShiftIdx(s)
		t := p.Shifts[s].Tech
		out.shifts[t] = append(out.shifts[t], model.ShiftIdx(s))
	}
	const degree = model.EarthRadiusM * math.Pi / 180
	narrow := 1.0
	if len(p.Locations) > 0 {
		narrow = math.Cos(p.Locations[0].Lat * math.Pi / 180)
	}
	for l := range p.Locations {
		out.x[l], out.y[l] = p.Locations[l].Lon*degree*narrow, p.Locations[l].Lat*degree
	}
	out.index()
	return out
}

// load takes over the sequences of a plan; whoever searches them next repairs them. Stops that cannot be are left out.
func (pl *plan) load(start *model.Plan) (repairs []search.Repair) {
	seen := make([]bool, len(pl.p.Shifts))
	for k := range start.Routes {
		r := start.Routes[k]
		known := r.Shift >= 0 && int(r.Shift) < len(seen) && !seen[r.Shift]
		kept := make([]model.Stop, 0, len(r.Stops))
		index := make([]int32, len(r.Stops)) // of stops among those kept
		for i, st := range r.Stops {
			why, ok := search.RepairUnknown, known
			switch {
			case !ok:
			case st.Kind == model.Pickup:
				ok = st.Node >= 0 && int(st.Node) < len(pl.p.Nodes)
			case st.Job < 0 || int(st.Job) >= len(pl.p.Jobs):
				ok = false
			case pl.on[st.Job]:
				why, ok = search.RepairDuplicate, false
			default:
				pl.on[st.Job] = true
			}
			if !ok {
				repairs = append(repairs, repair(r.Shift, &st, why))
				index[i] = -1
				continue
			}
			index[i] = int32(len(kept))
			kept = append(kept, pl.renumbered(st, index[:i]))
		}
		if known {
			seen[r.Shift] = true
			r.Stops = kept
			pl.routes[r.Shift] = r
		}
	}
	return repairs
}

// renumbered is a stop whose supplies come from calls that are numbered anew. Those that come from calls that are gone, or by lanes that
// do not exist, are left out.
func (pl *plan) renumbered(st model.Stop, index []int32) model.Stop {
	at := func(from int32) int32 {
		switch {
		case from < 0:
			return from
		case int(from) < len(index):
			return index[from]
		}
		return -1
	}
	parts, tools := st.Parts, st.Tools
	st.Parts, st.Tools = nil, nil
	for _, q := range parts {
		if slices.ContainsFunc(q.Legs, func(l model.Leg) bool { return l.Lane < 0 || int(l.Lane) >= len(pl.p.Lanes) }) {
			continue
		}
		if to := at(q.From); to >= 0 || q.From < 0 {
			q.From = to
			st.Parts = append(st.Parts, q)
		}
	}
	for _, q := range tools {
		if to := at(q.From); to >= 0 || q.From < 0 {
			q.From = to
			st.Tools = append(st.Tools, q)
		}
	}
	return st
}

func repair(shift model.ShiftIdx, st *model.Stop, why search.RepairReason) search.Repair {
	if st.Kind == model.Pickup {
		return search.Repair{Shift: shift, Job: -1, Node: st.Node, Reason: why}
	}
	return search.Repair{Shift: shift, Job: st.Job, Node: -1, Reason: why}
}

// terms of the whole plan.
func (pl *plan) terms() model.Terms {
	var t model.Terms
	for s := range pl.cost {
		t.Add(&pl.cost[s])
	}
	for j, on := range pl.on {
		if !on {
			t[model.Unassigned] += pl.p.Jobs[j].Unassigned
		}
	}
	return t
}

// export the plan. It shares the stops of its routes, which are not changed.
func (pl *plan) export() *model.Plan {
	out := &model.Plan{Routes: append([]model.Route(nil), pl.routes...)}
	for j, on := range pl.on {
		if !on {
			out.Unassigned = append(out.Unassigned, model.JobIdx(j))
		}
	}
	return out
}

// drop all routes of a piece.
func (pl *plan) drop(x *piece) {
	for _, t := range x.techs {
		for _, s := range pl.shifts[t] {
			pl.routes[s] = model.Route{Shift: s}
		}
	}
	for _, j := range x.jobs {
		pl.on[j] = false
	}
}

// take over what was found for a piece, if it is better, and tell whether it was.
func (pl *plan) take(x *piece) bool {
	var before model.Terms
	for _, s := range x.shifts {
		before.Add(&pl.cost[s])
	}
	for _, j := range x.jobs {
		if !pl.on[j] {
			before[model.Unassigned] += pl.p.Jobs[j].Unassigned
		}
	}
	o := &pl.p.Objective
	if !x.fresh && !o.Vec(&x.found.Terms).Less(o.Vec(&before)) {
		return false
	}
	for _, j := range x.jobs {
		pl.on[j] = true
	}
	for _, j := range x.found.Plan.Unassigned {
		pl.on[x.jobs[j]] = false
	}
	for k, s := range x.shifts {
		pl.routes[s] = x.translate(&x.found.Plan.Routes[k])
		pl.cost[s] = x.found.RouteTerms[k]
	}
	return true
}
