package pieces

import (
	"cmp"
	"math"
	"slices"

	"callout/solver/model"
)

// item is a SKU or a tool of a node; the other of the two is -1. Without a node (-1) it is what jobs need, wherever it comes from.
type item struct {
	node model.NodeIdx
	sku  model.SKUIdx
	tool model.ToolIdx
}

func partOf(n model.NodeIdx, sku model.SKUIdx) item { return item{n, sku, -1} }
func toolOf(n model.NodeIdx, t model.ToolIdx) item  { return item{n, -1, t} }

// nearNodes is how many nodes a piece has at least for each thing that its jobs need, where there are so many.
const nearNodes = 3

// useful are the nodes that the piece's routes call at, and for each thing that its jobs need the nearest that have it.
func (pl *plan) useful(x *piece) []model.NodeIdx {
	if len(pl.p.Nodes) == 0 {
		return nil
	}
	in := make([]bool, len(pl.p.Nodes))
	for _, t := range x.techs {
		for _, s := range pl.shifts[t] {
			for i := range pl.routes[s].Stops {
				if st := &pl.routes[s].Stops[i]; st.Kind == model.Pickup {
					in[st.Node] = true
				}
			}
		}
	}
	needed := make(map[item]bool)
	var cx, cy float64
	for _, j := range x.jobs {
		job := &pl.p.Jobs[j]
		cx, cy = cx+pl.x[job.Location], cy+pl.y[job.Location]
		pl.needs(job, func(i item, _ int64) { needed[i] = true })
	}
	cx, cy = cx/float64(max(1, len(x.jobs))), cy/float64(max(1, len(x.jobs)))
	order := make([]model.NodeIdx, len(pl.p.Nodes))
	away := make([]float64, len(order))
	for n := range order {
		l := pl.p.Nodes[n].Location
		order[n], away[n] = model.NodeIdx(n), math.Hypot(pl.x[l]-cx, pl.y[l]-cy)
	}
	slices.SortFunc(order, func(a, b model.NodeIdx) int { return cmp.Or(cmp.Compare(away[a], away[b]), cmp.Compare(a, b)) })
	got := make(map[item]int)
	for _, n := range order {
		has := func(i item, qty int64) {
			if qty > 0 && needed[i] && got[i] < nearNodes {
				got[i]++
				in[n] = true
			}
		}
		for _, s := range pl.p.Nodes[n].Stock {
			has(partOf(-1, s.SKU), s.Qty)
		}
		for _, l := range pl.p.Nodes[n].Tools {
			has(toolOf(-1, l.Tool), l.Qty)
		}
	}
	var out []model.NodeIdx
	for n, yes := range in {
		if yes {
			out = append(out, model.NodeIdx(n))
		}
	}
	return out
}

// needs calls visit for what a job needs, wherever it comes from.
func (pl *plan) needs(job *model.Job, visit func(i item, qty int64)) {
	for _, q := range job.Parts {
		visit(partOf(-1, q.SKU), q.Qty)
	}
	for _, t := range job.Tools {
		visit(toolOf(-1, t), 1)
	}
}

// drawn adds what a route takes from nodes, times a factor. A tool counts once.
func (pl *plan) drawn(r *model.Route, factor int64, used map[item]int64) {
	lent := make(map[item]bool)
	for k := range r.Stops {
		at := func(from int32) model.NodeIdx {
			if from >= 0 && int(from) < k && r.Stops[from].Kind == model.Pickup {
				return r.Stops[from].Node
			}
			return -1
		}
		for _, q := range r.Stops[k].Parts {
			if n := at(q.From); n >= 0 {
				used[partOf(n, q.SKU)] += factor * q.Qty
			}
		}
		for _, q := range r.Stops[k].Tools {
			if n := at(q.From); n >= 0 && !lent[toolOf(n, q.Tool)] {
				lent[toolOf(n, q.Tool)] = true
				used[toolOf(n, q.Tool)] += factor
			}
		}
	}
}

// stock shares out what nodes have among pieces that are searched at the same time: what their routes have, and of what nobody has, by
// what the jobs left out ask for. What other routes have stays with them.
func (pl *plan) stock(list []*piece) {
	if len(pl.p.Nodes) == 0 {
		return
	}
	left := make(map[item]int64) // minus what is used, but by the pieces
	for s := range pl.routes {
		pl.drawn(&pl.routes[s], -1, left)
	}
	own := make([]map[item]int64, len(list))
	ask := make([]map[item]int64, len(list))
	for k, x := range list {
		own[k], ask[k] = make(map[item]int64), make(map[item]int64)
		for _, t := range x.techs {
			for _, s := range pl.shifts[t] {
				pl.drawn(&pl.routes[s], 1, own[k])
				pl.drawn(&pl.routes[s], 1, left)
			}
		}
		for _, j := range x.jobs {
			if !pl.on[j] {
				pl.needs(&pl.p.Jobs[j], func(i item, qty int64) { ask[k][i] += qty })
			}
		}
	}
	all := make(map[item]int64)
	for j, on := range pl.on {
		if !on {
			pl.needs(&pl.p.Jobs[j], func(i item, qty int64) { all[i] += qty })
		}
	}
	grant := func(i, kind item, has int64) {
		room := max(0, has+left[i])
		if has >= model.Unlimited {
			for _, x := range list {
				x.offer[i] = has
			}
			return
		}
		var asked int64
		for k, x := range list {
			x.offer[i] = min(own[k][i], room)
			room -= x.offer[i]
			asked += ask[k][kind]
		}
		for k, x := range list {
			if want := ask[k][kind]; all[kind] > room {
				x.offer[i] += int64(float64(room) * (float64(want) / float64(all[kind])))
			} else {
				x.offer[i] += want + (room-asked)/int64(len(list))
			}
		}
	}
	for _, x := range list {
		x.offer = make(map[item]int64)
	}
	for n := range pl.p.Nodes {
		node := &pl.p.Nodes[n]
		for _, s := range node.Stock {
			grant(partOf(model.NodeIdx(n), s.SKU), partOf(-1, s.SKU), s.Qty)
		}
		for _, l := range node.Tools {
			grant(toolOf(model.NodeIdx(n), l.Tool), toolOf(-1, l.Tool), l.Qty)
		}
	}
}
