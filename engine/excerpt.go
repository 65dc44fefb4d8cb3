package engine

import (
	"context"
	"slices"

	"callout/solver/model"
)

// excerpt is a small problem cut out of a large one: one technician with his shifts, the jobs and calls on his routes, and one
// job more. What the routes of others take from nodes is gone from their stock. As it is small, it can be compiled again for
// every change of a rule that is worth a question.
//
// Indices differ from those of the whole; skills, certificates, tools, SKUs and profiles keep theirs. The technician is number 0;
// number 1 stands for all others in the wishes of jobs.
type excerpt struct {
	model.Problem
	routes model.Plan // sequences only, no times
	job    model.JobIdx
	before model.Terms // cost of the routes; see try
	loaded bool        // the routes could be put on; see try
	ships  bool        // parts are shipped, reserved or to come

	tech   model.TechIdx  // of the whole
	jobs   []model.JobIdx // of the whole, by index here
	nodes  []model.NodeIdx
	shifts []model.ShiftIdx
	places []model.LocIdx
}

const (
	self   model.TechIdx = 0
	others model.TechIdx = 1
)

// cut takes the excerpt of technician t and job j. With empty, his routes are left out, and nodes have all of their stock.
// It takes time quadratic in the stops of the technician.
func (b *book) cut(t model.TechIdx, j model.JobIdx, empty bool) *excerpt {
	p := b.p
	x := &excerpt{Problem: model.Problem{
		Skills: p.Skills, Certificates: p.Certificates, Tools: p.Tools, SKUs: p.SKUs, Sizes: p.Sizes, Objective: p.Objective, Now: p.Now,
		Technicians: []model.Technician{p.Technicians[t], {}},
		Profiles:    make([]model.Profile, len(p.Profiles)),
		Tiers:       p.Tiers, Lanes: p.Lanes,
	}, tech: t}
	if x.ships = ships(p); x.ships { // parts may come from everywhere: nodes and lanes keep their numbers
		for n := range p.Nodes {
			x.node(b, t, model.NodeIdx(n), empty)
		}
	}
	for _, s := range b.shifts[t] {
		sh := p.Shifts[s]
		sh.Tech = self
		sh.Start, sh.End = x.place(p, sh.Start), x.place(p, sh.End)
		r := model.Route{Shift: model.ShiftIdx(len(x.shifts))}
		x.shifts = append(x.shifts, s)
		x.Shifts = append(x.Shifts, sh)
		if !empty {
			for k := range b.plan.Routes[s].Stops {
				r.Stops = append(r.Stops, x.stop(b, t, &b.plan.Routes[s].Stops[k]))
			}
		}
		x.routes.Routes = append(x.routes.Routes, r)
	}
	for n := range p.Nodes {
		if x.ships || offers(&p.Nodes[n], &p.Jobs[j]) {
			x.node(b, t, model.NodeIdx(n), empty)
		}
	}
	x.job = x.add(b, t, j)
	x.Technicians[self].Returns = x.returns(b, t, p.Technicians[t].Returns)
	x.routes.Unassigned = []model.JobIdx{x.job}
	x.travel(p)
	if x.ships {
		x.narrowShipping(p)
	}
	return x
}

// place is the index here of a location.
func (x *excerpt) place(p *model.Problem, l model.LocIdx) model.LocIdx {
	if l == model.NoLoc {
		return l
	}
	k := slices.Index(x.places, l)
	if k < 0 {
		k = len(x.places)
		x.places = append(x.places, l)
		x.Locations = append(x.Locations, p.Locations[l])
	}
	return model.LocIdx(k)
}

// stop takes over a stop of the technician's routes.
func (x *excerpt) stop(b *book, t model.TechIdx, s *model.Stop) model.Stop {
	if s.Kind == model.Pickup {
		return model.Stop{Kind: model.Pickup, Node: x.node(b, t, s.Node, false)}
	}
	out := model.Stop{Kind: model.Visit, Job: x.add(b, t, s.Job)}
	// What comes by which way tells when the stops begin, what serves a part is chosen, and what is taken where decides how full a van is.
	if x.ships || b.p.Technicians[t].Capacity != nil || len(b.p.Jobs[s.Job].Substitutes) > 0 {
		out.Parts, out.Tools = s.Parts, s.Tools
	}
	return out
}

// add takes over a job.
func (x *excerpt) add(b *book, t model.TechIdx, j model.JobIdx) model.JobIdx {
	job := b.p.Jobs[j]
	job.Location = x.place(b.p, job.Location)
	job.Returns = x.returns(b, t, job.Returns)
	job.Required = renamed(job.Required, t)
	job.Excluded = renamed(job.Excluded, t)
	job.Preferred = renamed(job.Preferred, t)
	x.jobs = append(x.jobs, j)
	x.Jobs = append(x.Jobs, job)
	return model.JobIdx(len(x.jobs) - 1)
}

// returns takes over what comes back, with the nodes where it lands.
func (x *excerpt) returns(b *book, t model.TechIdx, list []model.Return) []model.Return {
	return model.RenamedReturns(list, func(n model.NodeIdx) (model.NodeIdx, bool) { return x.node(b, t, n, false), true })
}

// renamed turns a list of technicians into one of self and others.
func renamed(list []model.TechIdx, t model.TechIdx) []model.TechIdx {
	switch {
	case len(list) == 0:
		return nil
	case slices.Contains(list, t):
		return []model.TechIdx{self}
	}
	return []model.TechIdx{others}
}

// node is the index here of a node, whose stock is less what other technicians take.
func (x *excerpt) node(b *book, t model.TechIdx, n model.NodeIdx, full bool) model.NodeIdx {
	if k := slices.Index(x.nodes, n); k >= 0 {
		return model.NodeIdx(k)
	}
	node := b.p.Nodes[n]
	node.Location = x.place(b.p, node.Location)
	if !full {
		node.Stock = slices.Clone(node.Stock)
		for k := range node.Stock {
			if s := &node.Stock[k]; s.Qty < model.Unlimited {
				s.Qty = max(0, s.Qty-b.taken.byOthers(t, partOf(n, s.SKU)))
			}
		}
		node.Lots = slices.Clone(node.Lots)
		for k := range node.Lots {
			if s := &node.Lots[k]; s.Qty < model.Unlimited {
				i := partOf(n, s.SKU)
				i.lot = int32(k + 1)
				s.Qty = max(0, s.Qty-b.taken.byOthers(t, i))
			}
		}
		node.Tools = slices.Clone(node.Tools)
		for k := range node.Tools {
			if l := &node.Tools[k]; l.Qty < model.Unlimited {
				l.Qty = max(0, l.Qty-b.taken.byOthers(t, toolOf(n, l.Tool)))
			}
		}
	}
	x.nodes = append(x.nodes, n)
	x.Nodes = append(x.Nodes, node)
	return model.NodeIdx(len(x.nodes) - 1)
}

// travel cuts the matrices of the profiles in use down to the places.
func (x *excerpt) travel(p *model.Problem) {
	small := make(map[*model.Matrix]*model.Matrix)
	cut := func(m *model.Matrix) *model.Matrix {
		if small[m] == nil {
			small[m] = m.Among(x.places)
		}
		return small[m]
	}
	for k := range x.Shifts {
		to, from := &x.Profiles[x.Shifts[k].Profile], &p.Profiles[x.Shifts[k].Profile]
		if to.Matrix != nil || to.Series != nil {
			continue
		}
		to.ID = from.ID
		switch {
		case from.Wide != nil:
			to.Matrix, to.Series, _ = from.Wide.Among(context.Background(), x.places) // so few take less than a millisecond
		case from.Series != nil:
			for _, b := range from.Series {
				to.Series = append(to.Series, model.Bucket{From: b.From, Matrix: cut(b.Matrix)})
			}
		default:
			to.Matrix = cut(from.Matrix)
		}
	}
}

// offers tells whether a node has anything that a job needs.
func offers(n *model.Node, job *model.Job) bool {
	has := false
	job.Options(func(sku model.SKUIdx, _ int64) {
		q, _ := n.StockOf(sku)
		has = has || q > 0
	})
	return has || slices.ContainsFunc(job.Tools, func(t model.ToolIdx) bool { return n.ToolsOf(t) > 0 })
}
