package engine

import (
	"cmp"
	"context"
	"slices"

	"callout/solver/check"
	"callout/solver/model"
	"callout/solver/route"
)

// Shortage is a part that a job left out lacks.
type Shortage struct {
	SKU     model.SKUIdx
	Missing int64 // units, for the technician who lacks the fewest
	// Node is the nearest to the site that the plan leaves units that the job may have, model.NoNode where there is none; Left is how
	// many, From when the first of them are there.
	Node model.NodeIdx
	Left int64
	From model.Time
	// Offers are ways to have the missing units brought from one lot: the earliest, and each later one that is cheaper.
	Offers []Offer
}

// Offer is a way to have units of a lot brought to a site by courier.
type Offer struct {
	Node    model.NodeIdx
	Lot     int32 // as in model.Supply
	Legs    []model.Leg
	Arrives model.Time
	Cost    model.Cost
}

// shortages of the parts that reasons name.
func (b *book) shortages(ctx context.Context, r *JobReasons) []Shortage {
	var out []Shortage
	job := &b.p.Jobs[r.Job]
	for _, part := range job.Parts {
		var missing int64
		for _, reason := range r.Reasons {
			for _, v := range reason.Violations {
				if v.Code == check.PartsShort && v.Job == r.Job && v.Subject == b.p.SKUs[part.SKU] && (missing == 0 || v.Size < missing) {
					missing = v.Size
				}
			}
		}
		if missing > 0 {
			out = append(out, b.shortage(ctx, r.Job, part.SKU, missing))
		}
	}
	return out
}

// stocked is what a plan leaves of a lot that a job may have.
type stocked struct {
	node  model.NodeIdx
	lot   int32
	left  int64
	from  model.Time
	price model.Cost
}

// leftFor lists what the plan leaves of a SKU for a job.
func (b *book) leftFor(j model.JobIdx, sku model.SKUIdx) []stocked {
	var out []stocked
	add := func(s stocked) {
		i := partOf(s.node, sku)
		i.lot = s.lot
		if s.left < model.Unlimited {
			s.left -= b.taken.total[i]
		}
		if s.left > 0 {
			out = append(out, s)
		}
	}
	for n := range b.p.Nodes {
		node := &b.p.Nodes[n]
		has, price := node.StockOf(sku)
		add(stocked{node: model.NodeIdx(n), left: has, price: price})
		for k := range node.Lots {
			if l := &node.Lots[k]; l.SKU == sku && l.For(j) {
				add(stocked{model.NodeIdx(n), int32(k + 1), l.Qty, l.From, l.PriceFor(b.p.Jobs[j].Tier)})
			}
		}
	}
	return out
}

func (b *book) shortage(ctx context.Context, j model.JobIdx, sku model.SKUIdx, missing int64) Shortage {
	out := Shortage{SKU: sku, Missing: missing, Node: model.NoNode}
	site := b.p.Jobs[j].Location
	nearest := model.Duration(model.Unreachable) + 1
	var offers []Offer
	for _, s := range b.leftFor(j, sku) {
		if far := b.drive(b.p.Nodes[s.node].Location, site); far < nearest {
			nearest = far
			out.Node, out.Left, out.From = s.node, 0, s.from
		}
		if s.node == out.Node {
			out.Left += s.left
			out.From = min(out.From, s.from)
		}
		if s.left < missing {
			continue
		}
		for _, d := range route.Deliveries(ctx, b.p, s.node, s.from, site) {
			offers = append(offers, Offer{
				Node: s.node, Lot: s.lot, Legs: d.Legs, Arrives: d.Arrives, Cost: missing*(s.price+d.Unit) + d.Fixed,
			})
		}
	}
	slices.SortStableFunc(offers, func(x, y Offer) int { return cmp.Or(cmp.Compare(x.Arrives, y.Arrives), cmp.Compare(x.Cost, y.Cost)) })
	for _, o := range offers {
		if n := len(out.Offers); n == 0 || o.Cost < out.Offers[n-1].Cost {
			out.Offers = append(out.Offers, o)
		}
	}
	return out
}

// drive is how long the first shift's profile takes between two places, at the time of planning.
func (b *book) drive(from, to model.LocIdx) model.Duration {
	if len(b.p.Shifts) == 0 {
		return 0
	}
	d, _ := b.p.Profiles[b.p.Shifts[0].Profile].Leg(from, to, b.p.Now)
	return min(d, model.Unreachable)
}
