package main

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"math"
	"slices"
	"time"

	"callout/solver/model"
	"callout/solver/ortools/highs"
)

// units of the currency, which integer programmes count in.
func units(c model.Cost) float64 { return float64(c) * 1e-6 }

// lot is some units of a part at a node.
type lot struct {
	node  model.NodeIdx
	lot   int32 // as Supply.Lot
	price model.Cost
	from  model.Time
}

// lotsOf are the lots that have all of a need.
func lotsOf(p *model.Problem, x need) []lot {
	var out []lot
	for k := range p.Nodes {
		n := &p.Nodes[k]
		if has, price := n.StockOf(x.sku); has >= x.qty {
			out = append(out, lot{node: model.NodeIdx(k), price: price})
		}
		for i := range n.Lots {
			if l := &n.Lots[i]; l.SKU == x.sku && l.Qty >= x.qty && l.For(x.job) {
				out = append(out, lot{model.NodeIdx(k), int32(i + 1), l.PriceFor(p.Jobs[x.job].Tier), l.From})
			}
		}
	}
	return out
}

// rows limit what is taken of each stock.
type rows struct {
	p     *model.Problem
	vans  map[vanPart][]highs.Term
	lots  map[lotPart][]highs.Term
	about map[model.SKUIdx][]highs.Term // of all vans together
}

type vanPart struct {
	tech model.TechIdx
	sku  model.SKUIdx
}

type lotPart struct {
	node model.NodeIdx
	lot  int32
	sku  model.SKUIdx
}

func newRows(p *model.Problem) *rows {
	return &rows{p, make(map[vanPart][]highs.Term), make(map[lotPart][]highs.Term), make(map[model.SKUIdx][]highs.Term)}
}

func (r *rows) van(t model.TechIdx, x need, col int) {
	k := vanPart{t, x.sku}
	r.vans[k] = append(r.vans[k], highs.Term{Col: col, Value: float64(x.qty)})
}

func (r *rows) lot(n model.NodeIdx, l int32, x need, col int) {
	k := lotPart{n, l, x.sku}
	r.lots[k] = append(r.lots[k], highs.Term{Col: col, Value: float64(x.qty)})
}

// add the rows to a programme, in an order that does not change.
func (r *rows) add(m *highs.Model) {
	least := math.Inf(-1)
	for _, k := range slices.SortedFunc(maps.Keys(r.vans), func(a, b vanPart) int {
		return cmp.Or(cmp.Compare(a.tech, b.tech), cmp.Compare(a.sku, b.sku))
	}) {
		m.AddRow(least, float64(inVan(&r.p.Technicians[k.tech], k.sku)), r.vans[k]...)
	}
	for _, k := range slices.SortedFunc(maps.Keys(r.lots), func(a, b lotPart) int {
		return cmp.Or(cmp.Compare(a.node, b.node), cmp.Compare(a.lot, b.lot), cmp.Compare(a.sku, b.sku))
	}) {
		n := &r.p.Nodes[k.node]
		has, _ := n.StockOf(k.sku)
		if k.lot > 0 {
			has = n.Lots[k.lot-1].Qty
		}
		m.AddRow(least, float64(has), r.lots[k]...)
	}
	for _, sku := range slices.Sorted(maps.Keys(r.about)) {
		var has int64
		for t := range r.p.Technicians {
			has += inVan(&r.p.Technicians[t], sku)
		}
		m.AddRow(least, float64(has), r.about[sku]...)
	}
}

var errNothing = errors.New("the integer programme has no solution in time")

// solution of an integer programme, the best one found within the limit, and whether it is proven to be the best there is.
func solution(ctx context.Context, m *highs.Model, limit time.Duration) (x []float64, proven bool, err error) {
	res, err := m.SolveMIP(ctx, highs.MIPOptions{TimeLimit: limit, RelativeGap: 1e-6})
	if err != nil {
		return nil, false, err
	}
	if res.X == nil {
		return nil, false, errNothing
	}
	return res.X, res.Status == highs.Optimal, nil
}
