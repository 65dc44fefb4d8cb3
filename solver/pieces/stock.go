package pieces

import (
	"cmp"
	"math"
	"slices"

	"callout/solver/model"
)

// item is a SKU of a node, or a tool (the other of the two is -1): of its stock, or of one of its lots, from 1. Without a node (-1) it is
// what jobs need, wherever it comes from.
type item struct {
	node model.NodeIdx
	sku  model.SKUIdx
	tool model.ToolIdx
	lot  int32
}

func partOf(n model.NodeIdx, sku model.SKUIdx) item { return item{n, sku, -1, 0} }
func toolOf(n model.NodeIdx, t model.ToolIdx) item  { return item{n, -1, t, 0} }

func lotOf(n model.NodeIdx, lot int, sku model.SKUIdx) item { return item{n, sku, -1, int32(lot) + 1} }

// nearNodes is how many nodes a piece has at least for each thing that its jobs need, where there are so many.
const nearNodes = 3

// allNodes is how many nodes there may be for a piece to have all of them where parts are shipped: those that only lead to others too.
const allNodes = 100

// useful are the nodes that the piece's routes call at, and for each thing that its jobs need the nearest that have it.
func (pl *plan) useful(x *piece) []model.NodeIdx {
	if len(pl.p.Nodes) == 0 {
		return nil
	}
	in := make([]bool, len(pl.p.Nodes))
	for _, t := range x.techs {
		for _, s := range pl.shifts[t] {
			for i := range pl.routes[s].Stops {
				pl.involved(&pl.routes[s].Stops[i], in)
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
	away := make([]float64, len(in))
	for n := range in {
		l := pl.p.Nodes[n].Location
		away[n] = math.Hypot(pl.x[l]-cx, pl.y[l]-cy)
		in[n] = in[n] || len(pl.p.Lanes) > 0 && len(in) <= allNodes
	}
	near := func(list []model.NodeIdx) {
		list = slices.Clone(list)
		slices.SortFunc(list, func(a, b model.NodeIdx) int { return cmp.Or(cmp.Compare(away[a], away[b]), cmp.Compare(a, b)) })
		for _, n := range list[:min(nearNodes, len(list))] {
			in[n] = true
		}
	}
	for i := range needed {
		near(pl.offers[i])
	}
	pl.landing(x, near)
	var out []model.NodeIdx
	for n, yes := range in {
		if yes {
			out = append(out, model.NodeIdx(n))
		}
	}
	return out
}

// landing calls near for the nodes of each return of the piece.
func (pl *plan) landing(x *piece, near func(list []model.NodeIdx)) {
	for _, j := range x.jobs {
		for k := range pl.p.Jobs[j].Returns {
			near(pl.p.Jobs[j].Returns[k].Nodes)
		}
	}
	for _, t := range x.techs {
		for k := range pl.p.Technicians[t].Returns {
			near(pl.p.Technicians[t].Returns[k].Nodes)
		}
	}
}

// index the nodes by what they have.
func (pl *plan) index() {
	pl.offers = make(map[item][]model.NodeIdx)
	for n := range pl.p.Nodes {
		has := func(i item, qty int64) {
			list := pl.offers[i]
			if qty > 0 && (len(list) == 0 || list[len(list)-1] != model.NodeIdx(n)) {
				pl.offers[i] = append(list, model.NodeIdx(n))
			}
		}
		for _, s := range pl.p.Nodes[n].Stock {
			has(partOf(-1, s.SKU), s.Qty)
		}
		for _, l := range pl.p.Nodes[n].Lots {
			has(partOf(-1, l.SKU), l.Qty)
		}
		for _, l := range pl.p.Nodes[n].Tools {
			has(toolOf(-1, l.Tool), l.Qty)
		}
	}
}

// involved marks the node that a stop calls at, and those that its parts come from and by.
func (pl *plan) involved(st *model.Stop, in []bool) {
	if st.Kind == model.Pickup {
		in[st.Node] = true
	}
	for _, q := range st.Parts {
		for _, leg := range q.Legs {
			lane := &pl.p.Lanes[leg.Lane]
			in[lane.From] = true
			if lane.To != model.NoNode {
				in[lane.To] = true
			}
		}
	}
}

// needs calls visit for what a job needs, wherever it comes from.
func (pl *plan) needs(job *model.Job, visit func(i item, qty int64)) {
	job.Options(func(sku model.SKUIdx, qty int64) { visit(partOf(-1, sku), qty) })
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
			n := at(q.From)
			if len(q.Legs) > 0 {
				n = pl.p.Lanes[q.Legs[0].Lane].From
			}
			if n >= 0 {
				used[lotOf(n, int(q.Lot)-1, q.SKU)] += factor * q.Qty
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
	d := pl.division(list)
	in := make([]bool, len(pl.p.Nodes))
	for _, x := range list {
		x.offer = make(map[item]int64)
		for _, n := range x.nodes {
			in[n] = true
		}
	}
	for n := range pl.p.Nodes {
		if !in[n] {
			continue
		}
		node, n := &pl.p.Nodes[n], model.NodeIdx(n)
		for _, s := range node.Stock {
			d.share(partOf(n, s.SKU), partOf(-1, s.SKU), s.Qty)
		}
		for _, l := range node.Tools {
			d.share(toolOf(n, l.Tool), toolOf(-1, l.Tool), l.Qty)
		}
		for k := range node.Lots {
			if l := &node.Lots[k]; len(l.Jobs) == 0 {
				d.share(lotOf(n, k, l.SKU), partOf(-1, l.SKU), l.Qty)
			} else {
				wants, wanted := pl.reserved(l, list)
				d.grant(lotOf(n, k, l.SKU), l.Qty, func(k int) int64 { return wants[k] }, wanted)
			}
		}
	}
}

// division is who has and wants what among some pieces.
type division struct {
	list []*piece
	left map[item]int64   // minus what routes use that are in none of the pieces
	own  []map[item]int64 // what the routes of each use
	ask  []map[item]int64 // what the jobs left out of each ask for, wherever it comes from
	all  map[item]int64   // what all jobs left out ask for
}

func (pl *plan) division(list []*piece) *division {
	d := &division{
		list: list, left: make(map[item]int64), all: make(map[item]int64),
		own: make([]map[item]int64, len(list)), ask: make([]map[item]int64, len(list)),
	}
	for s := range pl.routes {
		pl.drawn(&pl.routes[s], -1, d.left)
	}
	for k, x := range list {
		d.own[k], d.ask[k] = make(map[item]int64), make(map[item]int64)
		for _, t := range x.techs {
			for _, s := range pl.shifts[t] {
				pl.drawn(&pl.routes[s], 1, d.own[k])
				pl.drawn(&pl.routes[s], 1, d.left)
			}
		}
		for _, j := range x.jobs {
			if !pl.on[j] {
				pl.needs(&pl.p.Jobs[j], func(i item, qty int64) { d.ask[k][i] += qty })
			}
		}
	}
	for j, on := range pl.on {
		if !on {
			pl.needs(&pl.p.Jobs[j], func(i item, qty int64) { d.all[i] += qty })
		}
	}
	return d
}

// share out an item that anybody may have, by who asks for things of its kind.
func (d *division) share(i, kind item, has int64) {
	d.grant(i, has, func(k int) int64 { return d.ask[k][kind] }, d.all[kind])
}

// grant each piece what its routes use of an item, and of the rest what it wants, or its part of that.
func (d *division) grant(i item, has int64, want func(k int) int64, wanted int64) {
	room, asked := max(0, has+d.left[i]), int64(0)
	for k, x := range d.list {
		if has >= model.Unlimited {
			x.offer[i] = has
			continue
		}
		x.offer[i] = min(d.own[k][i], room)
		room -= x.offer[i]
		asked += want(k)
	}
	if has >= model.Unlimited {
		return
	}
	for k, x := range d.list {
		if wanted > room {
			x.offer[i] += int64(float64(room) * (float64(want(k)) / float64(wanted)))
		} else {
			x.offer[i] += want(k) + (room-asked)/int64(len(d.list))
		}
	}
}

// reserved tells what the jobs left out ask for of a lot that is theirs: by piece, and in all.
func (pl *plan) reserved(l *model.Lot, list []*piece) (wants []int64, wanted int64) {
	wants = make([]int64, len(list))
	for _, j := range l.Jobs {
		if pl.on[j] {
			continue
		}
		pl.p.Jobs[j].Options(func(sku model.SKUIdx, qty int64) {
			if sku != l.SKU {
				return
			}
			wanted += qty
			for k, x := range list {
				if _, here := slices.BinarySearch(x.jobs, j); here {
					wants[k] += qty
				}
			}
		})
	}
	return wants, wanted
}
