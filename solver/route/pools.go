package route

import (
	"math"
	"slices"

	"callout/solver/model"
)

// pools are the shared counters of stock: one per technician and SKU in the van, per node and SKU, and per node and tool.
// Solution keeps how much of each is taken.
type pools struct {
	cap     []int64            // per pool; model.Unlimited or more never runs out
	price   []int64            // per pool, unweighted, per unit
	sku     []int32            // per pool, -1 for tools
	vanSlot []int32            // [tech*nSKU+sku]: pool or -1
	node    []int32            // [call*nSKU+sku]: pool of the node's stock on hand or -1
	tool    []int32            // [call*nTool+tool]: pool or -1
	lot     [][]int32          // per node: pools of its lots
	carried []bool             // [tech*nTool+tool]
	shared  []bool             // several routes may draw on it and it can run out
	depth   [][numGrains]int64 // per pool: what is left beyond so much makes no difference
	need    []int64            // per SKU: what a job needs at most
	offered []bool             // per SKU: it is at nodes
	nSKU    int
	nTool   int
	sources [][]int32        // per job and further visit: calls at which it may get all or some of what it may need, in index order
	byJob   [][]int32        // per job: the pools that routes share and that it may draw on
	only    []model.Quantity // per job: its need, where it is a single part and no tool
}

func (in *Instance) compilePools() {
	p := in.P
	ps := &in.pools
	ps.nSKU, ps.nTool = len(p.SKUs), len(p.Tools)
	ps.need, ps.offered = in.greatest(), make([]bool, ps.nSKU)
	add := func(lot lotFacts, sku int32, qty, price int64, shared bool) int32 {
		ps.cap, ps.sku, in.lots = append(ps.cap, qty), append(ps.sku, sku), append(in.lots, lot)
		ps.price = append(ps.price, price)
		ps.shared = append(ps.shared, shared && qty < model.Unlimited)
		switch {
		case sku < 0:
			ps.depth = append(ps.depth, [numGrains]int64{math.MaxInt64, 1, 1})
		case lot.node < 0:
			ps.depth = append(ps.depth, [numGrains]int64{math.MaxInt64, math.MaxInt64, math.MaxInt64})
		default:
			ps.depth = append(ps.depth, depthOf(ps.need[sku]))
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

// fewJobs is how many jobs a route takes little for.
const fewJobs = 4

// depthOf a stock at a node, of which a job needs so much at most.
func depthOf(need int64) [numGrains]int64 {
	return [numGrains]int64{math.MaxInt64, fewJobs * need, need}
}

// greatest are, per SKU, the units that a job needs at most.
func (in *Instance) greatest() []int64 {
	out := make([]int64, len(in.P.SKUs))
	for j := range in.P.Jobs {
		in.P.Jobs[j].Options(func(sku model.SKUIdx, qty int64) { out[sku] = max(out[sku], qty) })
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
	if k > len(in.P.Nodes) && in.calls[k-1].node == in.calls[k].node { // those of a node are in order
		before = in.calls[k-1].from
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

// SharedStocks calls f with each stock that several routes may draw on and that can run out, and how much there is.
func (in *Instance) SharedStocks(f func(stock int32, qty int64)) {
	for k, shared := range in.pools.shared {
		if shared {
			f(int32(k), in.pools.cap[k])
		}
	}
}
