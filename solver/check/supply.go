package check

import (
	"cmp"
	"maps"
	"slices"

	"callout/solver/model"
)

// vanItem is a SKU in a technician's van, nodeItem a SKU or a tool at a node.
type vanItem struct {
	tech model.TechIdx
	sku  model.SKUIdx
}

type nodeItem struct {
	node model.NodeIdx
	item int32
}

// lotItem is a SKU of a lot of a node, as Supply.Lot counts lots.
type lotItem struct {
	node model.NodeIdx
	lot  int32
	sku  model.SKUIdx
}

// supplies judges where the route's parts and tools come from, and books what it takes.
func (c *checker) supplies(r *route) {
	borrowed := make(map[nodeItem]bool) // a tool counts once per route
	sent := make(map[parcel]bool)
	for k := range r.stops {
		s := &r.stops[k]
		c.parts(r, s, sent)
		c.tools(r, s, borrowed)
	}
	for item := range borrowed {
		c.lent[item]++
	}
	c.returns(r)
	if r.tech.Capacity != nil {
		c.loads(r)
	}
}

// source is the node of the earlier pick-up that a supply names; ok is false where it names none.
func (c *checker) source(r *route, s *stop, from int32) (node model.NodeIdx, ok bool) {
	if from < 0 || int(from) >= s.index {
		return none, false
	}
	at := &r.stated[from]
	return at.Node, at.Kind == model.Pickup && c.known(at)
}

// parts: the supplies of a visit add up to what its job needs; a pick-up needs none.
func (c *checker) parts(r *route, s *stop, sent map[parcel]bool) {
	var needs []model.Quantity
	var others []model.Substitute
	if s.Kind == model.Visit {
		needs, others = c.p.Jobs[s.Job].Parts, c.p.Jobs[s.Job].Substitutes
	}
	balance := make(map[model.SKUIdx]int64, len(needs)) // supplied less needed
	for _, need := range needs {
		balance[need.SKU] -= need.Qty
	}
	standsFor := make(map[model.SKUIdx]model.Substitute, len(others))
	for _, o := range others {
		standsFor[o.SKU] = o
	}
	given := make(map[model.SKUIdx]int64) // that serve a part
	for _, sup := range s.Parts {
		w := of(r.at(s), c.p.SKUs, sup.SKU)
		if sup.Qty <= 0 || sup.Qty >= model.Unlimited {
			c.flagf(SupplyQuantity, w, distance(0, min(max(sup.Qty, -model.Unlimited), model.Unlimited)),
				"%s: stop %d is supplied %d of %s", r.ID, s.index, sup.Qty, w.what())
			continue
		}
		if o, other := standsFor[sup.SKU]; other {
			balance[needs[o.Part].SKU] += sup.Qty
		} else {
			balance[sup.SKU] += sup.Qty
		}
		given[sup.SKU] += sup.Qty
		if sup.From == model.VanSource && len(sup.Legs) == 0 && sup.Lot == 0 {
			c.van[vanItem{r.Tech, sup.SKU}] += sup.Qty
		} else if !c.fromNode(r, s, &sup, w, sent) {
			c.flagf(SupplySource, w, 1, "%s: stop %d takes %s at stop %d", r.ID, s.index, w.what(), sup.From)
		}
	}
	for _, sku := range slices.Sorted(maps.Keys(balance)) {
		w := of(r.at(s), c.p.SKUs, sku)
		switch d := balance[sku]; {
		case d < 0:
			c.flagf(PartsShort, w, -d, "%s: stop %d lacks %s", r.ID, s.index, w.what())
		case d > 0:
			c.flagf(PartsSurplus, w, d, "%s: stop %d needs fewer of %s", r.ID, s.index, w.what())
		}
	}
	for i, need := range needs {
		c.served(r, s, i, need, others, given)
	}
}

// served charges the substitutes that serve part i of a visit, and judges that they are not mixed.
func (c *checker) served(r *route, s *stop, i int, need model.Quantity, others []model.Substitute, given map[model.SKUIdx]int64) {
	most, all := given[need.SKU], given[need.SKU]
	for _, o := range others {
		if int(o.Part) != i || given[o.SKU] == 0 {
			continue
		}
		c.report.RouteTerms[r.shift][model.Parts] += o.Price
		most, all = max(most, given[o.SKU]), all+given[o.SKU]
	}
	if all > most {
		w := of(r.at(s), c.p.SKUs, need.SKU)
		c.flagf(PartsMixed, w, all-most, "%s: stop %d is served several SKUs for %s", r.ID, s.index, w.what())
	}
}

// tools: each tool of the job is supplied once.
func (c *checker) tools(r *route, s *stop, borrowed map[nodeItem]bool) {
	var needs []model.ToolIdx
	if s.Kind == model.Visit {
		needs = c.p.Jobs[s.Job].Tools
	}
	balance := make(map[model.ToolIdx]int64, len(needs))
	for _, tool := range needs {
		balance[tool]--
	}
	for _, sup := range s.Tools {
		balance[sup.Tool]++
		w := of(r.at(s), c.p.Tools, sup.Tool)
		if sup.From == model.VanSource {
			if !slices.Contains(r.tech.Tools, sup.Tool) {
				c.flagf(ToolNotCarried, w, 1, "%s: %s does not carry %s", r.ID, r.tech.ID, w.what())
			}
		} else if node, ok := c.source(r, s, sup.From); ok {
			borrowed[nodeItem{node, int32(sup.Tool)}] = true
		} else {
			c.flagf(SupplySource, w, 1, "%s: stop %d takes %s at stop %d", r.ID, s.index, w.what(), sup.From)
		}
	}
	for _, tool := range slices.Sorted(maps.Keys(balance)) {
		w := of(r.at(s), c.p.Tools, tool)
		switch d := balance[tool]; {
		case d < 0:
			c.flagf(ToolMissing, w, 1, "%s: stop %d lacks %s", r.ID, s.index, w.what())
		case d > 0:
			c.flagf(ToolSurplus, w, d, "%s: stop %d does not need %s that often", r.ID, s.index, w.what())
		}
	}
}

// stocks compares what all routes take together with what there is.
func (c *checker) stocks() {
	vans := slices.SortedFunc(maps.Keys(c.van), func(a, b vanItem) int {
		return cmp.Or(cmp.Compare(a.tech, b.tech), cmp.Compare(a.sku, b.sku))
	})
	for _, v := range vans {
		t := &c.p.Technicians[v.tech]
		var has int64
		for _, q := range t.Stock {
			if q.SKU == v.sku {
				has = q.Qty
			}
		}
		if over := overStock(c.van[v], has); over > 0 {
			w := of(nowhere(), c.p.SKUs, v.sku)
			w.Tech = v.tech
			c.flagf(VanStock, w, over, "%s has %d of %s, his routes take %d", t.ID, has, w.what(), c.van[v])
		}
	}
	c.lots()
	c.nodeStocks(NodeTools, c.lent, c.p.Tools, func(n *model.Node, item int32) int64 {
		return n.ToolsOf(model.ToolIdx(item))
	})
}

func (c *checker) nodeStocks(code Code, taken map[nodeItem]int64, ids []string, stock func(*model.Node, int32) int64) {
	items := slices.SortedFunc(maps.Keys(taken), func(a, b nodeItem) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.item, b.item))
	})
	for _, k := range items {
		n := &c.p.Nodes[k.node]
		if has := stock(n, k.item); overStock(taken[k], has) > 0 {
			w := of(nowhere(), ids, k.item)
			w.Node = k.node
			c.flagf(code, w, overStock(taken[k], has), "%s has %d of %s, the routes take %d", n.ID, has, w.what(), taken[k])
		}
	}
}

// overStock is how many more are taken than there are; an unlimited stock is never short.
func overStock(taken, has int64) int64 {
	if has >= model.Unlimited {
		return 0
	}
	return taken - has
}
