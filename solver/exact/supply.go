package exact

import (
	"slices"

	"callout/solver/model"
	"callout/solver/ortools/cpsat"
)

// supply is how many units of a SKU a visit takes from the van (call and by nil), from a call of its route, or by courier (call nil).
type supply struct {
	visit, call *stop
	sku         model.SKUIdx
	qty         cpsat.Var
	by          *consignment // nil: what is at the node for anybody
}

// loan is whether a visit uses a tool lent at a call.
type loan struct {
	visit, call *stop
	tool        model.ToolIdx
	used        cpsat.Lit
}

// serves tells whether the node has anything that some of the visits need.
func (b *builder) serves(n *model.Node, visits []*stop) bool {
	for _, v := range visits {
		job := &b.p.Jobs[v.job]
		has := slices.ContainsFunc(job.Tools, func(t model.ToolIdx) bool { return n.ToolsOf(t) > 0 })
		job.Options(func(sku model.SKUIdx, _ int64) {
			qty, _ := n.StockOf(sku)
			has = has || qty > 0
		})
		if has {
			return true
		}
	}
	return false
}

// item is a SKU or a tool at a node, van a SKU in a technician's van; the keys of what routes share.
type (
	item struct {
		node model.NodeIdx
		item int32
		lot  int32 // of a SKU
	}
	van struct {
		tech model.TechIdx
		sku  model.SKUIdx
	}
)

// sums adds up by key, in the order in which the keys come.
type sums[K comparable] struct {
	keys []K
	expr map[K]cpsat.Expr
}

func (s *sums[K]) add(k K, v cpsat.Var) {
	if s.expr == nil {
		s.expr = make(map[K]cpsat.Expr)
	}
	if _, ok := s.expr[k]; !ok {
		s.keys = append(s.keys, k)
	}
	s.expr[k] = s.expr[k].Plus(1, v)
}

// supply: every visit gets its parts and tools, and no stock is overdrawn.
func (b *builder) supply() {
	var vans sums[van]
	var parts, tools sums[item]
	for _, s := range b.shifts {
		behind := make(map[[2]*stop]cpsat.Lit)
		lent := make(map[item]cpsat.Lit)
		for _, v := range s.stops {
			if v.kind != model.Visit {
				continue
			}
			job := &b.p.Jobs[v.job]
			for i, part := range job.Parts {
				b.served(v, i, func(sku model.SKUIdx, here cpsat.Lit) {
					b.part(s, v, model.Quantity{SKU: sku, Qty: part.Qty}, here, behind, &vans, &parts)
				})
			}
			for _, tool := range job.Tools {
				b.tool(s, v, tool, behind, lent, &tools)
			}
		}
	}
	b.useful()
	for _, k := range vans.keys {
		if has := b.inVan(k); has < model.Unlimited {
			b.m.AtMost(vans.expr[k], has)
		}
	}
	for _, k := range parts.keys {
		has, _ := b.p.Nodes[k.node].StockOf(model.SKUIdx(k.item))
		if k.lot > 0 {
			has = b.p.Nodes[k.node].Lots[k.lot-1].Qty
		}
		if has < model.Unlimited {
			b.m.AtMost(parts.expr[k], has)
		}
	}
	for _, k := range tools.keys {
		if has := b.p.Nodes[k.node].ToolsOf(model.ToolIdx(k.item)); has < model.Unlimited {
			b.m.AtMost(tools.expr[k], has)
		}
	}
}

// useful: something is taken, or lands, at every call.
func (b *builder) useful() {
	taken := b.ashore
	for _, x := range b.supplies {
		if x.call != nil {
			taken[x.call] = taken[x.call].Plus(1, x.qty)
		}
	}
	for _, x := range b.loans {
		if x.call != nil {
			taken[x.call] = taken[x.call].PlusLit(1, x.used)
		}
	}
	for _, s := range b.shifts {
		for _, c := range s.calls() {
			b.m.AtLeast(taken[c], 1, c.here)
		}
	}
}

func (b *builder) inVan(k van) int64 {
	for _, q := range b.p.Technicians[k.tech].Stock {
		if q.SKU == k.sku {
			return q.Qty
		}
	}
	return 0
}

// served calls part for each SKU that may serve part i of a visit, with a literal for that it does: where the visit is made it is one of them.
func (b *builder) served(v *stop, i int, part func(sku model.SKUIdx, does cpsat.Lit)) {
	m, job := b.m, &b.p.Jobs[v.job]
	own := job.Parts[i].SKU
	others := slices.DeleteFunc(slices.Clone(job.Substitutes), func(o model.Substitute) bool { return int(o.Part) != i })
	if len(others) == 0 {
		part(own, v.here)
		return
	}
	does := m.Bool()
	one := cpsat.Const(0).PlusLit(-1, v.here).PlusLit(1, does)
	part(own, does)
	for _, o := range others {
		does := m.Bool()
		one = one.PlusLit(1, does)
		b.payIf(model.Parts, o.Price, does)
		part(o.SKU, does)
	}
	m.Equal(one, 0)
}

// part: the visit's supplies of a SKU add up to what the job needs, where that serves the visit, and to nothing elsewhere.
func (b *builder) part(
	s *shift, v *stop, need model.Quantity, here cpsat.Lit, behind map[[2]*stop]cpsat.Lit, vans *sums[van], parts *sums[item],
) {
	m := b.m
	sum := cpsat.Const(0).PlusLit(-need.Qty, here)
	own := van{s.Tech, need.SKU}
	if has := b.inVan(own); has > 0 {
		qty := m.Int(0, min(has, need.Qty))
		sum = sum.Plus(1, qty)
		vans.add(own, qty)
		b.supplies = append(b.supplies, supply{visit: v, sku: need.SKU, qty: qty})
	}
	for _, c := range s.calls() {
		has, unit := b.p.Nodes[c.node].StockOf(need.SKU)
		if has <= 0 {
			continue
		}
		most := min(has, need.Qty)
		qty := m.Int(0, most)
		m.AtMost(cpsat.Sum(qty).PlusLit(-most, b.behind(s, behind, c, v)), 0)
		sum = sum.Plus(1, qty)
		parts.add(item{node: c.node, item: int32(need.SKU)}, qty)
		b.pay(model.Parts, unit, qty, most)
		b.supplies = append(b.supplies, supply{visit: v, call: c, sku: need.SKU, qty: qty})
	}
	for _, x := range b.bring(s, v, need, behind) {
		sum = sum.Plus(1, x.qty)
		parts.add(item{x.by.node, int32(need.SKU), x.by.lot}, x.qty)
	}
	m.Equal(sum, 0)
}

// tool: what the technician does not carry is lent at a call before; a route borrows it once from a node.
func (b *builder) tool(
	s *shift, v *stop, tool model.ToolIdx, behind map[[2]*stop]cpsat.Lit, lent map[item]cpsat.Lit, tools *sums[item],
) {
	if slices.Contains(b.p.Technicians[s.Tech].Tools, tool) {
		b.loans = append(b.loans, loan{visit: v, tool: tool, used: v.here})
		return
	}
	m := b.m
	var choice []cpsat.Lit
	for _, c := range s.calls() {
		if b.p.Nodes[c.node].ToolsOf(tool) <= 0 {
			continue
		}
		k := item{node: c.node, item: int32(tool)}
		if _, ok := lent[k]; !ok {
			lent[k] = m.Bool()
			tools.add(k, cpsat.Var(lent[k]))
		}
		used := m.Bool()
		m.Implies(used, lent[k], b.behind(s, behind, c, v))
		choice = append(choice, used)
		b.loans = append(b.loans, loan{visit: v, call: c, tool: tool, used: used})
	}
	m.AnyOf(choice, v.here)
	m.AtMostOne(choice...)
}

// calls are the stops of the shift at which something can be taken.
func (s *shift) calls() []*stop {
	return slices.DeleteFunc(slices.Clone(s.stops), func(st *stop) bool { return st.kind == model.Visit })
}

// behind is a literal that allows a visit to be supplied from a call: both are made, the visit after the call.
func (b *builder) behind(s *shift, known map[[2]*stop]cpsat.Lit, c, v *stop) cpsat.Lit {
	k := [2]*stop{c, v}
	if l, ok := known[k]; ok {
		return l
	}
	m := b.m
	l := m.Bool()
	m.Implies(l, c.here, v.here)
	m.AtLeast(cpsat.Sum(v.start).Plus(-1, c.start), c.dur, l)
	if s.ranked {
		m.AtLeast(cpsat.Sum(v.rank).Plus(-1, c.rank), 1, l)
	}
	known[k] = l
	return l
}

// ranks number the stops of a route where their times may not tell the order of a call and a visit: both can take no time.
func (b *builder) ranks(s *shift) {
	timeless := func(kind model.StopKind) bool {
		return slices.ContainsFunc(s.stops, func(st *stop) bool { return st.kind == kind && st.dur == 0 })
	}
	if !timeless(model.Visit) || !timeless(model.Pickup) {
		return
	}
	s.ranked = true
	n := int64(len(s.stops))
	for _, st := range s.stops {
		st.rank = b.m.Int(1, n)
	}
	for _, a := range s.arcs {
		if a.from != depot && a.to != depot {
			b.m.AtLeast(cpsat.Sum(s.stops[a.to].rank).Plus(-1, s.stops[a.from].rank), 1, a.taken)
		}
	}
}
