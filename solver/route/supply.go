package route

import (
	"slices"

	"callout/solver/model"
)

// pools are the shared counters of stock: one per technician and SKU in the van, per node and SKU, and per node and tool.
// Solution keeps how much of each is taken.
type pools struct {
	cap     []int64   // per pool; model.Unlimited or more never runs out
	price   []int64   // per pool, unweighted, per unit
	sku     []int32   // per pool, -1 for tools
	vanSlot []int32   // [tech*nSKU+sku]: pool or -1
	node    []int32   // [call*nSKU+sku]: pool of the node's stock on hand or -1
	tool    []int32   // [call*nTool+tool]: pool or -1
	lot     [][]int32 // per node: pools of its lots
	carried []bool    // [tech*nTool+tool]
	shared  []bool    // several routes may draw on it and it can run out
	depth   []int64   // per pool: what is left beyond so much makes no difference to a route that takes little; see Solution.level
	most    []int64   // per SKU: the depth of its pools at nodes
	offered []bool    // per SKU: it is at nodes
	nSKU    int
	nTool   int
	sources [][]int32        // per job and further visit: calls at which it may get all or some of what it may need, in index order
	byJob   [][]int32        // per job: the pools that routes share and that it may draw on
	only    []model.Quantity // per job: its need, where it is a single part and no tool
}

// take is a quantity drawn from a pool, and what it costs, unweighted, the shipments that it is the first of included.
type take struct {
	pool int32
	qty  int64
	cost int64
}

func (in *Instance) compilePools() {
	p := in.P
	ps := &in.pools
	ps.nSKU, ps.nTool = len(p.SKUs), len(p.Tools)
	ps.most, ps.offered = in.depths(), make([]bool, ps.nSKU)
	add := func(lot lotFacts, sku int32, qty, price int64, shared bool) int32 {
		ps.cap, ps.sku, in.lots = append(ps.cap, qty), append(ps.sku, sku), append(in.lots, lot)
		ps.price = append(ps.price, price)
		ps.shared = append(ps.shared, shared && qty < model.Unlimited)
		switch {
		case sku < 0:
			ps.depth = append(ps.depth, 1)
		case lot.node < 0:
			ps.depth = append(ps.depth, model.Unlimited)
		default:
			ps.depth = append(ps.depth, ps.most[sku])
			ps.offered[sku] = true
		}
		return int32(len(ps.cap) - 1)
	}
	none := func(n int) []int32 {
		s := make([]int32, n)
		for k := range s {
			s[k] = -1
		}
		return s
	}
	nShifts := make([]int, len(p.Technicians))
	for s := range p.Shifts {
		nShifts[p.Shifts[s].Tech]++
	}
	for _, n := range nShifts {
		in.several = append(in.several, n > 1)
	}
	ps.vanSlot = none(len(p.Technicians) * ps.nSKU)
	ps.carried = make([]bool, len(p.Technicians)*ps.nTool)
	for t := range p.Technicians {
		for _, q := range p.Technicians[t].Stock {
			ps.vanSlot[t*ps.nSKU+int(q.SKU)] = add(lotFacts{node: -1}, int32(q.SKU), q.Qty, 0, nShifts[t] > 1)
		}
		for _, tool := range p.Technicians[t].Tools {
			ps.carried[t*ps.nTool+int(tool)] = true
		}
	}
	ps.node = none(len(p.Nodes) * ps.nSKU)
	ps.tool = none(len(p.Nodes) * ps.nTool)
	ps.lot = make([][]int32, len(p.Nodes))
	for n := range p.Nodes {
		for _, s := range p.Nodes[n].Stock {
			ps.node[n*ps.nSKU+int(s.SKU)] = add(lotFacts{node: int32(n)}, int32(s.SKU), s.Qty, s.Price, true)
		}
		for k := range p.Nodes[n].Lots {
			l := &p.Nodes[n].Lots[k]
			lot := lotFacts{
				node: int32(n), lot: int32(k + 1), tier: l.Tier, breach: l.Break, from: max(0, l.From), kept: len(l.Jobs) > 0,
			}
			ps.lot[n] = append(ps.lot[n], add(lot, int32(l.SKU), l.Qty, l.Price, true))
		}
		for _, t := range p.Nodes[n].Tools {
			ps.tool[n*ps.nTool+int(t.Tool)] = add(lotFacts{node: -1}, -1, t.Qty, 0, true)
		}
	}
}

// depths are, per SKU, the units that a few jobs need at most.
func (in *Instance) depths() []int64 {
	const few = 4
	out := make([]int64, len(in.P.SKUs))
	for j := range in.P.Jobs {
		in.P.Jobs[j].Options(func(sku model.SKUIdx, qty int64) { out[sku] = max(out[sku], few*qty) })
	}
	return out
}

// compileSources gives calls that come after those at all nodes the pools of their nodes, and jobs their sources.
func (in *Instance) compileSources() {
	p := in.P
	ps := &in.pools
	for _, c := range in.calls[len(p.Nodes):] {
		n := int(c.node)
		ps.node = append(ps.node, ps.node[n*ps.nSKU:(n+1)*ps.nSKU]...)
		ps.tool = append(ps.tool, ps.tool[n*ps.nTool:(n+1)*ps.nTool]...)
	}
	ps.sources, ps.byJob = make([][]int32, in.NJobs+len(in.chosen)), make([][]int32, in.NJobs)
	ps.only = make([]model.Quantity, in.NJobs)
	for j := range p.Jobs {
		in.compileNeeds(j)
	}
	for k := range in.chosen {
		u := int32(in.NJobs + len(in.calls) + k)
		if j := in.Job(u); slices.Equal(in.parts(u), in.parts(j)) {
			ps.sources[in.NJobs+k] = ps.sources[j]
		} else {
			ps.sources[in.NJobs+k] = in.offering(u)
		}
	}
}

// compileNeeds fills where what a job needs may come from.
func (in *Instance) compileNeeds(j int) {
	ps, job := &in.pools, &in.P.Jobs[j]
	ps.only[j] = model.Quantity{}
	if len(job.Parts) == 1 && len(job.Tools) == 0 {
		ps.only[j] = job.Parts[0]
	}
	ps.byJob[j] = in.sharedPools(job)
	ps.sources[j] = in.offering(int32(j))
}

// offering lists the calls at which a visit may get some of what it needs.
func (in *Instance) offering(u int32) (out []int32) {
	for n := range in.P.Nodes {
		if in.offers(n, u) {
			out = append(out, int32(n))
		}
	}
	for k := len(in.P.Nodes); k < len(in.calls); k++ {
		if in.adds(k, u) {
			out = append(out, int32(k))
		}
	}
	return out
}

// adds tells whether a call that waits has something for a visit that no earlier one at its node has.
func (in *Instance) adds(k int, u int32) bool {
	before := int64(0)
	for _, c := range in.calls[len(in.P.Nodes):k] {
		if c.node == in.calls[k].node {
			before = max(before, c.from)
		}
	}
	for _, part := range in.parts(u) {
		for _, o := range in.more[k*in.pools.nSKU+int(part.SKU)] {
			if o.at > before && in.mayTake(o.pool, in.Job(u)) {
				return true
			}
		}
	}
	return false
}

// sharedPools are the pools with a job's SKUs and tools, in vans and at nodes, that several routes may draw on.
func (in *Instance) sharedPools(job *model.Job) []int32 {
	ps := &in.pools
	var out []int32
	add := func(pool int32) {
		if pool >= 0 && ps.shared[pool] {
			out = append(out, pool)
		}
	}
	job.Options(func(sku model.SKUIdx, _ int64) {
		for t := range in.P.Technicians {
			add(ps.vanSlot[t*ps.nSKU+int(sku)])
		}
		for n := range in.P.Nodes {
			add(ps.node[n*ps.nSKU+int(sku)])
			for _, pool := range ps.lot[n] {
				if ps.sku[pool] == int32(sku) {
					add(pool)
				}
			}
		}
	})
	for _, tool := range job.Tools {
		for n := range in.P.Nodes {
			add(ps.tool[n*ps.nTool+int(tool)])
		}
	}
	return out
}

// offers tells whether node n has anything that a visit needs.
func (in *Instance) offers(n int, u int32) bool {
	for _, part := range in.parts(u) {
		if q, _ := in.P.Nodes[n].StockOf(part.SKU); q > 0 {
			return true
		}
		if in.ships && slices.ContainsFunc(in.more[n*in.pools.nSKU+int(part.SKU)], func(o offer) bool { return o.at <= 0 }) {
			return true
		}
	}
	for _, tool := range in.P.Jobs[in.Job(u)].Tools {
		if in.P.Nodes[n].ToolsOf(tool) > 0 {
			return true
		}
	}
	return false
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

// run allocates the needs of stops for a technician, in order: from the van first, then from the nodes called at before,
// the cheapest first. used is what all routes take now, own what of that is this route's. It reports whether every need is
// met; takes, gives and cost then describe the allocation. Without used, the route may take just what is its own: the same
// allocation again. Van first serves as many needs as any other order, as early stops
// have a part of the sources of later ones.
func (s *supplier) run(tech int32, stops []int32, used []int64, own []take) bool {
	in := s.in
	s.now++
	s.takes, s.calls, s.gives, s.cost = s.takes[:0], s.calls[:0], s.gives[:0], 0
	s.await, s.sent = s.await[:0], s.sent[:0]
	s.begin(tech, len(stops))
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
	return true
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

// vanSuffices tells in O(needs) whether the van alone covers job u on top of all that is taken now.
func (in *Instance) vanSuffices(tech, u int32, used []int64) bool {
	ps := &in.pools
	if need := ps.only[u]; need.Qty > 0 {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(need.SKU)]
		return pool >= 0 && (used[pool]+need.Qty <= ps.cap[pool] || ps.cap[pool] >= model.Unlimited)
	}
	job := &in.P.Jobs[u]
	for _, part := range job.Parts {
		pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]
		if pool < 0 || (used[pool]+part.Qty > ps.cap[pool] && ps.cap[pool] < model.Unlimited) {
			return false
		}
	}
	for _, tool := range job.Tools {
		if !ps.carried[int(tech)*ps.nTool+int(tool)] {
			return false
		}
	}
	return true
}

// vanOnly tells whether job u needs more of a part than the van has left, no node has that part, and nothing else will do.
func (in *Instance) vanOnly(tech, u int32, used []int64) bool {
	if in.swaps(u) {
		return false
	}
	for _, part := range in.P.Jobs[u].Parts {
		if !in.pools.offered[part.SKU] && in.lacks(tech, part, used) > 0 {
			return true
		}
	}
	return false
}

// behindCalls is the first position of r behind which job u may find what the van never has enough of at the calls there are, or -1
// where these and the van have not enough left.
func (in *Instance) behindCalls(r *Route, tech, u int32, used []int64) int {
	if r.pickups == 0 {
		return -1
	}
	ps := &in.pools
	job := &in.P.Jobs[u]
	first := 0
	for _, part := range job.Parts {
		lack := in.lacks(tech, part, used)
		if lack == 0 {
			continue
		}
		at := in.behindStock(r, part.SKU, lack, used)
		if at < 0 {
			return -1
		}
		if pool := ps.vanSlot[int(tech)*ps.nSKU+int(part.SKU)]; pool < 0 || ps.cap[pool] < part.Qty {
			first = max(first, at)
		}
	}
	for _, tool := range job.Tools {
		if ps.carried[int(tech)*ps.nTool+int(tool)] {
			continue
		}
		at := slices.IndexFunc(r.Stops, func(v int32) bool {
			n := in.call(v)
			return n >= 0 && ps.tool[n*ps.nTool+int(tool)] >= 0
		})
		if at < 0 {
			return -1
		}
		first = max(first, at+1)
	}
	return first
}

// behindStock is the first position of r behind a call at a node with a SKU, or -1 where all that it calls at have less left than is lacking.
func (in *Instance) behindStock(r *Route, sku model.SKUIdx, lack int64, used []int64) int {
	ps := &in.pools
	first := -1
	for i, v := range r.Stops {
		n := in.call(v)
		if n < 0 {
			continue
		}
		k := n*ps.nSKU + int(sku)
		pool, more := ps.node[k], in.ships && len(in.more[k]) > 0
		if pool < 0 && !more {
			continue
		}
		if first < 0 {
			first = i + 1
		}
		if more || ps.cap[pool] >= model.Unlimited {
			lack = 0
		} else {
			lack -= ps.cap[pool] - used[pool]
		}
		if lack <= 0 {
			return first
		}
	}
	return -1
}

// SharedStocks calls f with each stock that several routes may draw on and that can run out, and how much there is.
func (in *Instance) SharedStocks(f func(stock int32, qty int64)) {
	for k, shared := range in.pools.shared {
		if shared {
			f(int32(k), in.pools.cap[k])
		}
	}
}
