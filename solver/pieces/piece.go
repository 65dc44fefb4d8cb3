package pieces

import (
	"context"
	"slices"
	"time"

	"callout/solver/model"
	"callout/solver/route"
	"callout/solver/search"
)

// piece is some technicians with all their shifts, and some jobs: those on their routes, and others that nobody does. No other piece of
// the same cut has any of them.
type piece struct {
	techs []model.TechIdx
	jobs  []model.JobIdx
	// fresh: what its routes cost is not known, as they come from outside.
	fresh bool

	shifts []model.ShiftIdx // of the whole, by index here
	nodes  []model.NodeIdx
	lanes  []model.LaneIdx
	places []model.LocIdx
	here   map[model.LocIdx]model.LocIdx // index by place
	offer  map[item]int64                // what nodes have for it
	sub    model.Problem

	found      search.Incumbent
	repairs    []search.Repair
	iterations int64
}

// search the piece for its share of the budget, or for a first plan alone.
func (x *piece) search(ctx context.Context, pl *plan, seed uint64, part share) error {
	begin := time.Now()
	if err := x.build(ctx, pl); err != nil {
		return err
	}
	in, err := route.CompileContext(ctx, &x.sub)
	if err != nil {
		return err
	}
	o := search.Options{Seed: seed, Iterations: part.iterations, Start: x.start(pl), FirstOnly: part == share{}}
	if part.time > 0 {
		o.Budget = max(part.time-time.Since(begin), time.Millisecond)
	}
	res, err := search.Solve(ctx, in, o)
	if err != nil {
		return err
	}
	x.found, x.iterations = res.Best, res.Best.Iterations
	for _, r := range res.Repairs {
		r.Shift = x.shifts[r.Shift]
		if r.Job >= 0 {
			r.Job = x.jobs[r.Job]
		} else if r.Node >= 0 {
			r.Node = x.nodes[r.Node]
		}
		x.repairs = append(x.repairs, r)
	}
	x.sub = model.Problem{} // its matrices are of no more use
	return nil
}

// build the problem. Indices differ from those of the whole; skills, certificates, tools, SKUs and profiles keep theirs. Technicians
// are numbered as in techs; one more stands for all others in the wishes of jobs.
func (x *piece) build(ctx context.Context, pl *plan) error {
	p := pl.p
	x.sub = model.Problem{
		Skills: p.Skills, Certificates: p.Certificates, Tools: p.Tools, SKUs: p.SKUs, Sizes: p.Sizes, Tiers: p.Tiers,
		Objective: p.Objective, Now: p.Now,
		Profiles: make([]model.Profile, len(p.Profiles)),
	}
	x.here = make(map[model.LocIdx]model.LocIdx)
	x.shifts, x.places = nil, nil
	tech := make(map[model.TechIdx]model.TechIdx, len(x.techs))
	for k, t := range x.techs {
		tech[t] = model.TechIdx(k)
		person := p.Technicians[t]
		person.Returns = x.returns(person.Returns)
		x.sub.Technicians = append(x.sub.Technicians, person)
		for _, s := range pl.shifts[t] {
			sh := p.Shifts[s]
			sh.Tech = model.TechIdx(k)
			sh.Start, sh.End = x.place(p, sh.Start), x.place(p, sh.End)
			x.shifts = append(x.shifts, s)
			x.sub.Shifts = append(x.sub.Shifts, sh)
		}
	}
	others := model.TechIdx(len(x.techs))
	x.sub.Technicians = append(x.sub.Technicians, model.Technician{})
	for _, j := range x.jobs {
		job := p.Jobs[j]
		job.Location = x.place(p, job.Location)
		job.Returns = x.returns(job.Returns)
		job.Required = renamed(job.Required, tech, others)
		job.Excluded = renamed(job.Excluded, tech, others)
		job.Preferred = renamed(job.Preferred, tech, others)
		x.sub.Jobs = append(x.sub.Jobs, job)
	}
	x.supply(p)
	return x.travel(ctx, p)
}

// returns are those of the whole with the nodes here.
func (x *piece) returns(list []model.Return) []model.Return {
	return model.RenamedReturns(list, func(n model.NodeIdx) (model.NodeIdx, bool) {
		at, ok := slices.BinarySearch(x.nodes, n)
		return model.NodeIdx(at), ok
	})
}

// supply is the nodes with what they have for the piece, and the lanes between them and to its sites.
func (x *piece) supply(p *model.Problem) {
	here := indices(x.nodes)
	for _, n := range x.nodes {
		node := p.Nodes[n]
		node.Location = x.place(p, node.Location)
		node.Stock, node.Tools, node.Lots = slices.Clone(node.Stock), slices.Clone(node.Tools), slices.Clone(node.Lots)
		for k := range node.Stock {
			node.Stock[k].Qty = x.offer[partOf(n, node.Stock[k].SKU)]
		}
		for k := range node.Tools {
			node.Tools[k].Qty = x.offer[toolOf(n, node.Tools[k].Tool)]
		}
		for k := range node.Lots { // numbered as ever: supplies name their numbers
			l := &node.Lots[k]
			l.Qty = x.offer[lotOf(n, k, l.SKU)]
			if reserved := l.Jobs; len(reserved) > 0 {
				l.Jobs = nil
				for _, j := range reserved {
					if at, ok := slices.BinarySearch(x.jobs, j); ok {
						l.Jobs = append(l.Jobs, model.JobIdx(at))
					}
				}
				if l.Jobs == nil {
					l.Qty = 0 // it is somebody else's
				}
			}
		}
		x.sub.Nodes = append(x.sub.Nodes, node)
	}
	x.lanes = nil
	for k, lane := range p.Lanes {
		from, ok := here[lane.From]
		if to := lane.To; ok && to != model.NoNode {
			lane.To, ok = here[to]
		}
		sites := lane.Sites
		lane.From, lane.Sites = from, nil
		for _, l := range sites {
			if at, known := x.here[l]; known {
				lane.Sites = append(lane.Sites, at)
			}
		}
		if !ok || len(sites) > 0 && len(lane.Sites) == 0 {
			continue
		}
		slices.Sort(lane.Sites)
		x.lanes = append(x.lanes, model.LaneIdx(k))
		x.sub.Lanes = append(x.sub.Lanes, lane)
	}
}

// indices of the elements of a list.
func indices[T ~int32](list []T) map[T]T {
	out := make(map[T]T, len(list))
	for k, v := range list {
		out[v] = T(k)
	}
	return out
}

// place is the index here of a location.
func (x *piece) place(p *model.Problem, l model.LocIdx) model.LocIdx {
	if l == model.NoLoc {
		return l
	}
	k, ok := x.here[l]
	if !ok {
		k = model.LocIdx(len(x.places))
		x.here[l] = k
		x.places = append(x.places, l)
		x.sub.Locations = append(x.sub.Locations, p.Locations[l])
	}
	return k
}

// renamed turns a list of technicians into one of those here, and of others where all are elsewhere.
func renamed(list []model.TechIdx, tech map[model.TechIdx]model.TechIdx, others model.TechIdx) []model.TechIdx {
	if len(list) == 0 {
		return nil
	}
	var out []model.TechIdx
	for _, t := range list {
		if k, ok := tech[t]; ok {
			out = append(out, k)
		}
	}
	if out == nil {
		return []model.TechIdx{others}
	}
	slices.Sort(out)
	return out
}

// travel between the places, of the profiles in use.
func (x *piece) travel(ctx context.Context, p *model.Problem) error {
	small := make(map[*model.Matrix]*model.Matrix)
	among := func(m *model.Matrix) *model.Matrix {
		if small[m] == nil {
			small[m] = m.Among(x.places)
		}
		return small[m]
	}
	for k := range x.sub.Shifts {
		to, from := &x.sub.Profiles[x.sub.Shifts[k].Profile], &p.Profiles[x.sub.Shifts[k].Profile]
		switch {
		case to.Matrix != nil || to.Series != nil:
		case from.Wide != nil:
			var err error
			if to.Matrix, to.Series, err = from.Wide.Among(ctx, x.places); err != nil {
				return err
			}
		case from.Series != nil:
			for _, b := range from.Series {
				to.Series = append(to.Series, model.Bucket{From: b.From, Matrix: among(b.Matrix)})
			}
		case from.Matrix != nil:
			to.Matrix = among(from.Matrix)
		}
		to.ID = from.ID
	}
	return nil
}

// start is the plan of the piece at hand; nil where there is none.
func (x *piece) start(pl *plan) *model.Plan {
	job, node, lane := indices(x.jobs), indices(x.nodes), indices(x.lanes)
	out, stops := &model.Plan{Routes: make([]model.Route, len(x.shifts))}, 0
	for k, s := range x.shifts {
		out.Routes[k] = renamedRoute(&pl.routes[s], model.ShiftIdx(k),
			func(j model.JobIdx) model.JobIdx { return job[j] },
			func(n model.NodeIdx) model.NodeIdx { return node[n] },
			func(l model.LaneIdx) model.LaneIdx { return lane[l] })
		stops += len(out.Routes[k].Stops)
	}
	if stops == 0 {
		return nil
	}
	return out
}

// translate a route of the piece into one of the whole.
func (x *piece) translate(r *model.Route) model.Route {
	return renamedRoute(r, x.shifts[r.Shift],
		func(j model.JobIdx) model.JobIdx { return x.jobs[j] },
		func(n model.NodeIdx) model.NodeIdx { return x.nodes[n] },
		func(l model.LaneIdx) model.LaneIdx { return x.lanes[l] })
}

// renamedRoute is a copy of a route with other indices.
func renamedRoute(
	r *model.Route, shift model.ShiftIdx, job func(model.JobIdx) model.JobIdx, node func(model.NodeIdx) model.NodeIdx,
	lane func(model.LaneIdx) model.LaneIdx,
) model.Route {
	out := *r
	out.Shift = shift
	out.Stops = slices.Clone(r.Stops)
	for i := range out.Stops {
		st := &out.Stops[i]
		if st.Kind == model.Pickup {
			st.Node = node(st.Node)
			continue
		}
		st.Job = job(st.Job)
		st.Parts = slices.Clone(st.Parts)
		for k := range st.Parts {
			st.Parts[k].Legs = slices.Clone(st.Parts[k].Legs)
			for l := range st.Parts[k].Legs {
				st.Parts[k].Legs[l].Lane = lane(st.Parts[k].Legs[l].Lane)
			}
		}
	}
	return out
}
