package route

import "callout/solver/model"

// take is a quantity drawn from a pool, and what it costs, unweighted, the shipments that it is the first of included.
type take struct {
	pool int32
	qty  int64
	cost int64
}

// supplier works out where a route's parts and tools come from. It owns scratch: one per goroutine.
type supplier struct {
	in    *Instance
	left  []int64 // per pool: what this route may still take
	stamp []int32 // per pool: left is valid when equal to now
	now   int32
	takes []take
	slot  []int32      // per pool: index in takes, valid with stamp
	calls []int32      // positions of pick-ups so far
	gives []bool       // per pick-up so far: something was taken
	cost  int64        // unweighted prices
	await []int32      // positions of visits that wait for couriers
	limit *model.Size  // what the van can carry; nil: anything
	loads []model.Size // where it is limited: what is in the van behind each stop, as far as the route is supplied
	sent  []parcel
	lands []landed // what comes back, where there is anything
	gave  []bool   // with that, per pick-up: something was taken, whatever lands
	lean  bool     // calls at which nothing has to land are idle
	// record, when not nil, receives each supply: visit position, SKU or tool, quantity, and the source.
	record func(pos int, sku model.SKUIdx, tool model.ToolIdx, qty int64, from source)
}

// source is where something comes from: as in model.Supply, and the haul, -1 where there is none.
type source struct {
	from, lot, haul int32
}

// fromVan is a source.
func fromVan() source { return source{model.VanSource, 0, -1} }

func newSupplier(in *Instance) *supplier {
	n := len(in.pools.cap)
	return &supplier{in: in, left: make([]int64, n), stamp: make([]int32, n), slot: make([]int32, n)}
}

// run allocates the needs of the stops of a shift, in order: from the van first, then from the nodes called at before,
// the cheapest first. used is what all routes take now, own what of that is this route's. It reports whether every need is
// met; takes, gives and cost then describe the allocation. Without used, the route may take just what is its own: the same
// allocation again. Van first serves as many needs as any other order, as early stops
// have a part of the sources of later ones.
func (s *supplier) run(shift int32, stops []int32, used []int64, own []take) bool {
	in := s.in
	tech := in.shifts[shift].tech
	s.now++
	s.takes, s.calls, s.gives, s.cost = s.takes[:0], s.calls[:0], s.gives[:0], 0
	s.await, s.sent = s.await[:0], s.sent[:0]
	s.begin(tech, len(stops))
	if in.back && !s.comeBack(shift, stops) {
		return false
	}
	for _, o := range own {
		s.open(o.pool, used, o.qty)
	}
	for pos, u := range stops {
		if int(u) >= in.NJobs {
			if in.Job(u) < 0 {
				s.calls = append(s.calls, int32(pos))
				s.gives = append(s.gives, false)
				continue
			}
			if in.waits(u) > 0 {
				s.await = append(s.await, int32(pos))
				continue
			}
		}
		if in.needs[u] && !s.visit(tech, stops, pos, u, used) {
			return false
		}
	}
	for _, pos := range s.await { // they take what the others leave
		if !s.visit(tech, stops, int(pos), stops[pos], used) {
			return false
		}
	}
	return !in.back || s.ashore(stops)
}

// visit supplies stop u at a position.
func (s *supplier) visit(tech int32, stops []int32, pos int, u int32, used []int64) bool {
	in := s.in
	for i, part := range in.parts(u) {
		if in.ships {
			if !s.shipped(tech, stops, pos, u, i, used) {
				return false
			}
		} else if !s.part(tech, stops, pos, part, used) {
			return false
		}
	}
	for _, tool := range in.P.Jobs[in.Job(u)].Tools {
		if !s.tool(tech, stops, pos, tool, used) {
			return false
		}
	}
	return true
}

// open makes left of a pool valid; back is what the route itself holds of it now.
func (s *supplier) open(pool int32, used []int64, back int64) {
	if s.stamp[pool] != s.now {
		s.stamp[pool] = s.now
		s.left[pool] = back
		if used != nil {
			s.left[pool] += s.in.pools.cap[pool] - used[pool]
		}
		s.slot[pool] = -1
	}
}

// draw takes up to qty from a pool, at a price per unit, and returns how much it got.
func (s *supplier) draw(pool int32, qty, price int64, used []int64) int64 {
	s.open(pool, used, 0)
	got := min(qty, s.left[pool])
	if used != nil && s.in.pools.cap[pool] >= model.Unlimited {
		got = qty
	}
	if got <= 0 {
		return 0
	}
	s.left[pool] -= got
	if s.slot[pool] < 0 {
		s.slot[pool] = int32(len(s.takes))
		s.takes = append(s.takes, take{pool: pool})
	}
	t := &s.takes[s.slot[pool]]
	t.qty += got
	t.cost += got * price
	s.cost += got * price
	return got
}

// beyondVan takes from the van what it has of a part, and returns how many are still needed.
func (s *supplier) beyondVan(tech int32, pos int, part model.Quantity, used []int64) int64 {
	pool := s.in.pools.vanSlot[int(tech)*s.in.pools.nSKU+int(part.SKU)]
	if pool < 0 {
		return part.Qty
	}
	got := s.draw(pool, part.Qty, 0, used)
	if s.record != nil && got > 0 {
		s.record(pos, part.SKU, -1, got, fromVan())
	}
	s.unload(pos, part.SKU, got)
	return part.Qty - got
}

func (s *supplier) part(tech int32, stops []int32, pos int, part model.Quantity, used []int64) bool {
	ps := &s.in.pools
	need := s.beyondVan(tech, pos, part, used)
	for need > 0 {
		best, pool := -1, int32(-1)
		for k, at := range s.calls {
			q := ps.node[(int(stops[at])-s.in.NJobs)*ps.nSKU+int(part.SKU)]
			if q < 0 {
				continue
			}
			s.open(q, used, 0)
			if s.left[q] > 0 && (best < 0 || ps.price[q] < ps.price[pool]) && s.room(at, int32(pos), part.SKU) > 0 {
				best, pool = k, q
			}
		}
		if best < 0 {
			return false
		}
		at := s.calls[best]
		got := s.draw(pool, min(need, s.room(at, int32(pos), part.SKU)), ps.price[pool], used)
		need -= got
		s.carry(at, int32(pos), part.SKU, got)
		s.gives[best] = true
		if s.record != nil {
			s.record(pos, part.SKU, -1, got, source{at, 0, -1})
		}
	}
	return true
}

func (s *supplier) tool(tech int32, stops []int32, pos int, tool model.ToolIdx, used []int64) bool {
	ps := &s.in.pools
	if ps.carried[int(tech)*ps.nTool+int(tool)] {
		if s.record != nil {
			s.record(pos, -1, tool, 1, fromVan())
		}
		return true
	}
	for k, at := range s.calls {
		if int(at) > pos {
			break
		}
		pool := ps.tool[(int(stops[at])-s.in.NJobs)*ps.nTool+int(tool)]
		if pool < 0 {
			continue
		}
		s.open(pool, used, 0)
		// Lent to this route already, at this or an earlier call at the node.
		if s.slot[pool] < 0 && s.draw(pool, 1, 0, used) == 0 {
			continue
		}
		s.gives[k] = true
		if s.record != nil {
			s.record(pos, -1, tool, 1, source{at, 0, -1})
		}
		return true
	}
	return false
}
