package route

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"callout/solver/model"
)

// haul is a way of parts over lanes, and when what goes that way is at its end. Price and Fixed are unweighted.
type haul struct {
	id      int32 // among those of its haulage: hauls of one have the same legs
	legs    []model.Leg
	node    int32 // its end; of a courier's, where the last leg begins
	courier int32 // the lane of the last leg, where that goes to sites; else -1
	arrives int64
	unit    int64
	fixed   int64
}

// maxHauls is how many hauls from one place to another are kept, of those that are not both later and dearer than another.
const maxHauls = 6

// haulage finds hauls. Of the departures of a lane the one that arrives first is the best, as parts may wait anywhere for nothing.
type haulage struct {
	p     *model.Problem
	lanes [][]int32           // by node: its lanes
	best  [][]model.Departure // by lane and departure: which of it and the later ones arrives first
	known map[haulFrom][]haul
	ids   map[string]int32 // by legs
}

// haulFrom is where and when parts are handed over.
type haulFrom struct {
	node int32
	from int64
}

func newHaulage(p *model.Problem) *haulage {
	h := &haulage{
		p: p, lanes: make([][]int32, len(p.Nodes)), best: make([][]model.Departure, len(p.Lanes)),
		known: make(map[haulFrom][]haul), ids: make(map[string]int32),
	}
	for k := range p.Lanes {
		l := &p.Lanes[k]
		h.lanes[l.From] = append(h.lanes[l.From], int32(k))
		best := slices.Clone(l.Departures)
		for i := len(best) - 2; i >= 0; i-- {
			if best[i+1].Arrives < best[i].Arrives {
				best[i] = best[i+1]
			}
		}
		h.best[k] = best
	}
	return h
}

// leg is the departure of a lane that arrives first, of those from a time on.
func (h *haulage) leg(k int32, from int64) (model.Leg, bool) {
	l := &h.p.Lanes[k]
	from = max(from, h.p.Now)
	leg := model.Leg{Lane: model.LaneIdx(k), Arrives: never}
	if l.Lead > 0 {
		leg.Leaves, leg.Arrives = from, from+l.Lead
	}
	i, _ := slices.BinarySearchFunc(l.Departures, from, func(d model.Departure, t int64) int { return cmp.Compare(d.Leaves, t) })
	if i < len(l.Departures) && h.best[k][i].Arrives < leg.Arrives {
		leg.Leaves, leg.Arrives = h.best[k][i].Leaves, h.best[k][i].Arrives
	}
	return leg, leg.Arrives < never
}

// of lists the hauls of what is at a node from a time on: to other nodes and couriers, in the order of ends and arrivals.
func (h *haulage) of(ctx context.Context, at haulFrom) ([]haul, error) {
	at.from = max(at.from, h.p.Now)
	if list, ok := h.known[at]; ok {
		return list, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	ends := make(map[[2]int32][]haul) // by node and courier
	level := []haul{{node: at.node, courier: -1, arrives: at.from}}
	for range model.MaxLegs {
		var next []haul
		for i := range level {
			for _, k := range h.lanes[level[i].node] {
				if x, ok := h.on(&level[i], k); ok && (x.courier >= 0 || x.node != at.node) && kept(ends, &x) && x.courier < 0 {
					next = append(next, x)
				}
			}
		}
		level = slices.DeleteFunc(next, func(x haul) bool { // pushed out by what came later
			return !slices.ContainsFunc(ends[[2]int32{x.node, -1}], func(y haul) bool { return slices.Equal(x.legs, y.legs) })
		})
	}
	var out []haul
	for _, list := range ends {
		out = append(out, list...)
	}
	slices.SortFunc(out, func(a, b haul) int {
		byLane := func(x, y model.Leg) int { return cmp.Compare(x.Lane, y.Lane) }
		return cmp.Or(cmp.Compare(a.courier, b.courier), cmp.Compare(a.node, b.node), cmp.Compare(a.arrives, b.arrives),
			cmp.Compare(a.fixed+a.unit, b.fixed+b.unit), slices.CompareFunc(a.legs, b.legs, byLane))
	})
	for k := range out {
		name := fmt.Sprint(out[k].legs)
		id, known := h.ids[name]
		if !known {
			id = int32(len(h.ids))
			h.ids[name] = id
		}
		out[k].id = id
	}
	h.known[at] = out
	return out, nil
}

// on goes on with a lane.
func (h *haulage) on(x *haul, k int32) (haul, bool) {
	leg, ok := h.leg(k, x.arrives)
	if !ok {
		return haul{}, false
	}
	l := &h.p.Lanes[k]
	y := haul{
		legs: append(slices.Clip(x.legs), leg), node: int32(l.To), courier: -1,
		arrives: leg.Arrives, unit: x.unit + l.Unit, fixed: x.fixed + l.Fixed,
	}
	if l.To == model.NoNode {
		y.node, y.courier = x.node, k
	}
	return y, true
}

// kept adds a haul to those with its end unless one of them is no later and no dearer; those that are not better than it go, and the
// last one where there are too many.
func kept(ends map[[2]int32][]haul, x *haul) bool {
	key := [2]int32{x.node, x.courier}
	list := ends[key]
	if slices.ContainsFunc(list, func(y haul) bool { return y.arrives <= x.arrives && y.unit <= x.unit && y.fixed <= x.fixed }) {
		return false
	}
	list = slices.DeleteFunc(list, func(y haul) bool { return x.arrives <= y.arrives && x.unit <= y.unit && x.fixed <= y.fixed })
	if len(list) == maxHauls {
		return false
	}
	ends[key] = append(list, *x)
	return true
}

// Delivery is a way of parts to a site by courier; Unit and Fixed are what its lanes cost.
type Delivery struct {
	Legs        []model.Leg
	Arrives     model.Time
	Unit, Fixed model.Cost
}

// Deliveries lists ways to a site for what is at a node from a time on. There are none once ctx has ended.
// It takes time linear in the lanes of the nodes that are reached. Any number may call at once.
func Deliveries(ctx context.Context, p *model.Problem, node model.NodeIdx, from model.Time, site model.LocIdx) []Delivery {
	if len(p.Lanes) == 0 {
		return nil
	}
	list, _ := newHaulage(p).of(ctx, haulFrom{int32(node), from})
	var out []Delivery
	for i := range list {
		if h := &list[i]; h.courier >= 0 && p.Lanes[h.courier].Serves(site) {
			out = append(out, Delivery{Legs: h.legs, Arrives: h.arrives, Unit: h.unit, Fixed: h.fixed})
		}
	}
	return out
}
