package route

import (
	"maps"
	"slices"

	"callout/solver/model"
)

// Menu is what the jobs of a route could be supplied by while they stay in their order: the calls that it has or could have, and the visits
// that each could be made by. Costs are search costs.
type Menu struct {
	Shift  int32
	Calls  []MenuCall
	Visits []MenuVisit // of a job one after the other, the one that it has first
	fixed  []take      // what is taken in any case
}

// MenuCall is a call with what the route costs more with it than without, parts left out, as if nothing else changed.
type MenuCall struct {
	Cost  int64
	Needs bool // the route has it and needs it for tools or for what lands there

	stop, at int32 // in front of the stop that has that index now; of a call that the route has, its own
	has      bool
}

// MenuVisit is a way to visit a job with what the route costs more that way, parts left out.
type MenuVisit struct {
	Job   int32
	Cost  int64
	Wants []Want

	stop, at int32
}

// Want is a part that a visit needs.
type Want struct {
	Qty    int64
	Offers []MenuOffer
}

// MenuOffer is what units of a part cost from a stock. Those that go by the same haul to the same call, or to the same visit by couriers, pay
// Fixed once.
type MenuOffer struct {
	Stock       int32
	Call        int // index in Calls; -1: the van, or a courier
	Haul        int32
	Unit, Fixed int64
}

// Menu of a shift's route, or nil where nobody needs parts from elsewhere than the van or what the van carries is limited.
func (s *Solution) Menu(k int32) *Menu {
	in, r := s.in, &s.Routes[k]
	if len(r.Stops) == 0 || in.watched(in.shifts[k].tech) {
		return nil
	}
	b := menuMaker{s: s, in: in, r: r, m: &Menu{Shift: k}}
	b.base, _ = s.ctx.tryOut(k, r.Stops)
	return b.make()
}

// Left is what the stocks have left, model.Unlimited where that never runs out, if the routes of the menus took nothing but what they take in any case.
func (s *Solution) Left(menus []*Menu) []int64 {
	left := make([]int64, len(s.used))
	for pool, limit := range s.in.pools.cap {
		left[pool] = limit - s.used[pool]
	}
	for _, m := range menus {
		for _, t := range s.Routes[m.Shift].takes {
			left[t.pool] += t.qty
		}
		for _, t := range m.fixed {
			left[t.pool] -= t.qty
		}
	}
	for pool, limit := range s.in.pools.cap {
		if limit >= model.Unlimited {
			left[pool] = model.Unlimited
		}
	}
	return left
}

// tryOut is the search cost of stops as a route without parts.
func (c *Context) tryOut(k int32, stops []int32) (int64, bool) {
	t := &c.tmp[0]
	t.Shift, t.takes = k, t.takes[:0]
	t.Stops = append(t.Stops[:0], stops...)
	ok := c.refresh(t)
	return t.cost, ok
}

// Order is what was chosen from a menu: some of its calls, one visit of each job, and units of stocks.
type Order struct {
	Menu   *Menu
	Calls  []int // indices, in order
	Visits []int
	Takes  map[int32]int64 // per stock
}

// Columns is how many choices there are.
func (m *Menu) Columns() int {
	n := len(m.Calls) + len(m.Visits)
	for v := range m.Visits {
		for _, w := range m.Visits[v].Wants {
			n += len(w.Offers)
		}
	}
	return n
}

// Serve makes the plan one in which the menus' routes are as ordered, and reports whether all of them can be; else it is as it was. No change
// may wait for Commit.
func (s *Solution) Serve(orders []Order) bool {
	stops := make([][]int32, len(orders))
	for i := range orders {
		stops[i] = s.stopsOf(&orders[i])
	}
	for i := range orders {
		s.Empty(orders[i].Menu.Shift)
	}
	for i := range orders {
		o := &orders[i]
		k, takes := o.Menu.Shift, o.takes()
		if stated := s.has(takes) && s.setStated(k, stops[i], takes); !stated && !s.SetRoute(k, stops[i]) {
			s.Rollback()
			return false
		}
	}
	return true
}

// has tells whether so much is left.
func (s *Solution) has(takes []take) bool {
	return !slices.ContainsFunc(takes, func(t take) bool {
		limit := s.in.pools.cap[t.pool]
		return s.used[t.pool]+t.qty > limit && limit < model.Unlimited
	})
}

// takes are those of the order and what is taken in any case, one per pool.
func (o *Order) takes() (out []take) {
	all := maps.Clone(o.Takes)
	for _, t := range o.Menu.fixed {
		all[t.pool] += t.qty
	}
	for _, pool := range slices.Sorted(maps.Keys(all)) {
		out = append(out, take{pool: pool, qty: all[pool]})
	}
	return out
}

// stopsOf is the route of an order.
func (s *Solution) stopsOf(o *Order) (out []int32) {
	m := o.Menu
	for i, u := range s.Routes[m.Shift].Stops {
		for _, c := range o.Calls {
			if call := &m.Calls[c]; !call.has && call.at == int32(i) {
				out = append(out, call.stop)
			}
		}
		if s.in.call(u) >= 0 {
			if slices.ContainsFunc(o.Calls, func(c int) bool { return m.Calls[c].has && m.Calls[c].at == int32(i) }) {
				out = append(out, u)
			}
			continue
		}
		for _, v := range o.Visits {
			if m.Visits[v].at == int32(i) {
				u = m.Visits[v].stop
			}
		}
		out = append(out, u)
	}
	return out
}
