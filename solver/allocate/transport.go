package allocate

import (
	"sync/atomic"

	"callout/solver/stock"
)

// transport solves one SKU's problem of transport exactly: lots to demands at a cost for each pair, or to nobody at the demand's loss.
// Successive shortest paths: demand by demand, each unit takes the way of least cost through what was given before. It is for one
// goroutine.
type transport struct {
	cost   [][]stock.Cost // by demand and lot; inf: no way
	loss   []stock.Cost   // by demand
	need   []int64
	have   []int64
	flow   [][]int64 // by demand and lot
	left   []int64   // by lot
	dist   []stock.Cost
	via    []int32 // by lot: the demand that gives it up
	onto   []int32 // by lot: the lot that this demand takes in its place
	done   []bool
	givers [][]int32 // by lot: demands that have units of it
	stop   *atomic.Bool
}

func resize[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n, 2*n)
	}
	return s[:n]
}

// reset makes room.
func (t *transport) reset(demands, lots int) {
	t.cost, t.flow = resize(t.cost, demands), resize(t.flow, demands)
	t.loss, t.need = resize(t.loss, demands), resize(t.need, demands)
	t.have, t.left = resize(t.have, lots), resize(t.left, lots)
	t.dist, t.via, t.onto, t.done = resize(t.dist, lots), resize(t.via, lots), resize(t.onto, lots), resize(t.done, lots)
	t.givers = resize(t.givers, lots)
	for d := range demands {
		t.cost[d], t.flow[d] = resize(t.cost[d], lots), resize(t.flow[d], lots)
		clear(t.flow[d])
	}
	for l := range lots {
		t.givers[l] = t.givers[l][:0]
	}
}

// solve fills in the flow and returns what it costs, losses included. Once stop is set it ends with part of the flow.
func (t *transport) solve() stock.Cost {
	copy(t.left, t.have)
	var total stock.Cost
	for d := range t.need {
		for open := t.need[d]; open > 0 && !t.stop.Load(); {
			q, price := t.augment(int32(d), open)
			total += q * price
			open -= q
		}
	}
	return total
}

// augment serves up to most units of a demand as cheaply as possible, or leaves that many short, its own or another demand's.
//
// Lots are the nodes of the residual graph: from lot l one gets to lot k by way of a demand that has units of l and takes k's instead. It
// may also end at l: at units that are left, or at a demand that has l's and had rather be short.
func (t *transport) augment(d int32, most int64) (units int64, price stock.Cost) {
	best, end, loser := t.loss[d], none, none
	for l := range t.have {
		t.dist[l], t.via[l], t.onto[l], t.done[l] = t.cost[d][l], none, none, false
	}
	for {
		l := none
		for k := range t.have {
			if !t.done[k] && t.dist[k] < best && (l == none || t.dist[k] < t.dist[l]) {
				l = int32(k)
			}
		}
		if l == none {
			break
		}
		t.done[l] = true
		if t.left[l] > 0 {
			best, end, loser = t.dist[l], l, none
			continue // what lies behind is no cheaper: see below
		}
		t.spread(l, &best, &end, &loser)
	}
	units = most
	for l, first := end, true; l != none; first = false {
		if first && loser == none {
			units = min(units, t.left[l])
		}
		if first && loser != none {
			units = min(units, t.flow[loser][l])
		}
		if giver := t.via[l]; giver != none {
			units = min(units, t.flow[giver][t.onto[l]])
		}
		l = t.onto[l]
	}
	if end == none {
		return units, best
	}
	if loser == none {
		t.left[end] -= units
	} else {
		t.give(loser, end, -units)
	}
	for l := end; ; {
		giver := t.via[l]
		if giver == none {
			t.give(d, l, units)
			return units, best
		}
		t.give(giver, l, units)
		t.give(giver, t.onto[l], -units)
		l = t.onto[l]
	}
}

// spread looks what taking units of lot l from those who have them would lead to. Costs of residual ways may be negative, so that a lot may be
// reached more cheaply after it was done; it is then looked at again.
func (t *transport) spread(l int32, best *stock.Cost, end, loser *int32) {
	for _, g := range t.givers[l] {
		if t.flow[g][l] == 0 {
			continue
		}
		base := t.dist[l] - t.cost[g][l]
		if v := base + t.loss[g]; v < *best {
			*best, *end, *loser = v, l, g
		}
		for k := range t.have {
			if c := t.cost[g][k]; c < inf && int32(k) != l && base+c < t.dist[k] {
				t.dist[k], t.via[k], t.onto[k], t.done[k] = base+c, g, l, false
			}
		}
	}
}

func (t *transport) give(d, l int32, units int64) {
	if units > 0 && t.flow[d][l] == 0 {
		t.givers[l] = append(t.givers[l], d)
	}
	t.flow[d][l] += units
	if t.flow[d][l] == 0 {
		for k, g := range t.givers[l] {
			if g == d {
				t.givers[l] = append(t.givers[l][:k], t.givers[l][k+1:]...)
				break
			}
		}
	}
}

// scarcity fills in what the solution would lose without a unit of each lot, after solve: nothing where units are left.
func (t *transport) scarcity(price []stock.Cost) {
	for l := range price {
		price[l] = inf
		if t.left[l] > 0 {
			price[l] = 0
		}
	}
	for range len(price) + 1 {
		changed := false
		for g := range t.need {
			instead := t.loss[g]
			for k, c := range t.cost[g] {
				if c < inf && price[k] < inf {
					instead = min(instead, c+price[k])
				}
			}
			for l, q := range t.flow[g] {
				if v := max(0, instead-t.cost[g][l]); q > 0 && v < price[l] {
					price[l], changed = v, true
				}
			}
		}
		if !changed {
			return
		}
	}
}
