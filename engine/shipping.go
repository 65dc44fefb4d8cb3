package engine

import (
	"slices"

	"callout/solver/model"
)

// ships tells whether parts can be had in other ways than from vans and by calls at nodes that have them.
func ships(p *model.Problem) bool {
	return len(p.Lanes) > 0 || slices.ContainsFunc(p.Nodes, func(n model.Node) bool { return len(n.Lots) > 0 })
}

// narrowShipping has lanes go to the places of the excerpt only, and lots kept for its jobs.
func (x *excerpt) narrowShipping(p *model.Problem) {
	x.Lanes = slices.Clone(p.Lanes)
	for k := range x.Lanes {
		l := &x.Lanes[k]
		if len(l.Sites) == 0 {
			continue
		}
		sites := []model.LocIdx{model.NoLoc} // where none is left it goes nowhere
		for here, whole := range x.places {
			if _, served := slices.BinarySearch(l.Sites, whole); served {
				sites = append(sites, model.LocIdx(here))
			}
		}
		l.Sites = sites
	}
	for n := range x.Nodes {
		node := &x.Nodes[n]
		node.Lots = slices.Clone(node.Lots)
		for k := range node.Lots {
			l := &node.Lots[k]
			if len(l.Jobs) == 0 {
				continue
			}
			jobs := []model.JobIdx{-1}
			for here, whole := range x.jobs {
				if l.For(whole) {
					jobs = append(jobs, model.JobIdx(here))
				}
			}
			l.Jobs = jobs
		}
	}
}
