package route

import (
	"slices"

	"callout/solver/model"
)

// nodes lists where r may call for what job u lacks, in order: the nodes after which nothing is lacking, or, where only several
// calls bring that about, all that have some of it; q.last tells which. Nodes that cost too much wherever the call stands are left out. This
// is a bound, as the van may be needed for other stops, and calls may lie behind the job.
func (c *Context) nodes(q *caller, used []int64, made int) []int32 {
	in, f, r, was, u := c.in, q.f, q.r, q.was, q.u
	j := in.Job(u)
	sources := in.sourcesOf(u)
	l := lack{in: in, u: u, j: j, tech: f.tech, was: was, needs: in.parts(u), tools: in.P.Jobs[j].Tools, used: used, called: c.called[:0]}
	if r.pickups > 0 {
		for _, v := range r.Stops {
			if n := int32(in.call(v)); n >= 0 && !slices.Contains(l.called, n) {
				l.called = append(l.called, n)
			}
		}
	}
	out := c.from[:0]
	dear := u != j && l.covered(-1) // couriers could bring all, but a call may be cheaper
	serves := func(n int32) bool { return dear && l.spares(n) || !dear && l.covered(n) }
	q.last = true
	for _, n := range sources {
		if q.bound(int32(in.NJobs)+n) < q.limit && serves(n) {
			out = append(out, n)
		}
	}
	if len(out) == 0 { // one of those left out may be enough
		q.last = slices.ContainsFunc(sources, serves)
	}
	if !q.last && made+1 < maxNew && len(sources) > 1 && u == j {
		for _, n := range sources {
			if l.eased(n) {
				out = append(out, n)
			}
		}
		l.called = append(l.called, out...)
		if !l.covered(-1) {
			out = out[:0]
		}
	}
	c.called, c.from = l.called, out
	return out
}

// lack is the question what a job lacks in a route.
type lack struct {
	in     *Instance
	u, j   int32
	tech   int32
	was    *Route // what it takes is its own
	needs  []model.Quantity
	tools  []model.ToolIdx
	used   []int64
	called []int32 // nodes called at, each once
}

// left is what nobody takes of a pool.
func (l *lack) left(pool int32) int64 {
	ps := &l.in.pools
	switch {
	case pool < 0:
		return 0
	case ps.cap[pool] >= model.Unlimited:
		return model.Unlimited
	}
	return ps.cap[pool] - l.used[pool]
}

// parts is how much there is of a SKU in the van, at the nodes called at, and at node n, where that is one.
func (l *lack) parts(sku model.SKUIdx, n int32) int64 {
	ps := &l.in.pools
	have := l.left(ps.vanSlot[int(l.tech)*ps.nSKU+int(sku)])
	if l.u != l.j {
		have += l.brought(sku)
	}
	for _, m := range l.called {
		have += l.left(ps.node[int(m)*ps.nSKU+int(sku)])
		if l.in.ships {
			have += l.more(m, sku)
		}
	}
	if n >= 0 && !slices.Contains(l.called, n) {
		have += l.left(ps.node[int(n)*ps.nSKU+int(sku)])
		if l.in.ships {
			have += l.more(n, sku)
		}
	}
	return have
}

// spares tells whether a call at node n gives something that couriers would have to bring.
func (l *lack) spares(n int32) bool {
	without := *l
	without.u = l.j
	return without.eased(n)
}

// brought is how much couriers bring by then.
func (l *lack) brought(sku model.SKUIdx) (have int64) {
	for i, part := range l.needs {
		if part.SKU == sku {
			for _, o := range l.in.brings[int(l.u)-l.in.NJobs-len(l.in.calls)][i] {
				have += l.left(o.pool)
			}
		}
	}
	return have
}

// more is how much a call has besides the node's stock on hand; what comes by several ways counts as often.
func (l *lack) more(n int32, sku model.SKUIdx) (have int64) {
	for _, o := range l.in.more[int(n)*l.in.pools.nSKU+int(sku)] {
		if l.in.mayTake(o.pool, l.j) {
			have += l.left(o.pool)
		}
	}
	return have
}

// tool tells whether a tool is carried, or lent by the nodes called at, or by node n, where that is one.
func (l *lack) tool(tool model.ToolIdx, n int32) bool {
	ps := &l.in.pools
	if ps.carried[int(l.tech)*ps.nTool+int(tool)] {
		return true
	}
	for _, m := range l.called {
		if l.lent(m, tool) {
			return true
		}
	}
	return n >= 0 && l.lent(n, tool)
}

// lent tells whether node n lends a tool, or has lent it to the route.
func (l *lack) lent(n int32, tool model.ToolIdx) bool {
	ps := &l.in.pools
	pool := ps.tool[int(n)*ps.nTool+int(tool)]
	return l.left(pool) > 0 || (pool >= 0 && slices.ContainsFunc(l.was.takes, func(t take) bool { return t.pool == pool }))
}

// covered tells whether nothing is lacking with a call at node n, or, where that is -1, without.
func (l *lack) covered(n int32) bool {
	for _, part := range l.needs {
		if l.parts(part.SKU, n) < part.Qty {
			return false
		}
	}
	for _, tool := range l.tools {
		if !l.tool(tool, n) {
			return false
		}
	}
	return true
}

// eased tells whether a call at node n gives something that is lacking.
func (l *lack) eased(n int32) bool {
	for _, part := range l.needs {
		have := l.parts(part.SKU, -1)
		if have < part.Qty && l.parts(part.SKU, n) > have {
			return true
		}
	}
	for _, tool := range l.tools {
		if !l.tool(tool, -1) && l.tool(tool, n) {
			return true
		}
	}
	return false
}
